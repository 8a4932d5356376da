// What the unpickler reads: memory, or a file that may let it look ahead.
#include <algorithm>

#include "Modules/pickle/unpickler.h"
#include "Objects/int.h"

namespace minipy::pickle {

namespace {
constexpr int64_t kLookAhead = 128 * 1024;
}

// Takes over what the file gave. The number of bytes.
Result<size_t> Loader::fill_from_file(Value chunk) {
  if (!is_bytes(chunk)) {
    BufferLease lease(thread_);
    TRY(lease.acquire(chunk));
    const Bytes* copy = make_bytes(lease.view());
    if (!copy) return raise_memory_error(thread_);
    chunk = copy;
  }
  const Bytes* bytes = chunk.as<Bytes>();
  u_.input = chunk;
  u_.data = bytes->data();
  u_.size = bytes->size;
  u_.position = 0;
  u_.prefetched = bytes->size;
  return bytes->size;
}

// Bytes that were only looked at are read once they have been used.
Status Loader::skip_consumed() {
  if (u_.position <= u_.prefetched) return nothing;
  const int64_t consumed = static_cast<int64_t>(u_.position - u_.prefetched);
  TRY(call(thread_, u_.read, {make_int(consumed)}));
  u_.prefetched = u_.position;
  return nothing;
}

const uint8_t* Loader::read_from_file(size_t size) {
  if (is_too_long(size)) {
    raise(thread_, unpickling_error(), "read would overflow (invalid bytecode)");
    return nullptr;
  }
  const auto attempt = [&]() -> Status {
    if (u_.read.is_empty()) return truncated();
    TRY(skip_consumed());
    if (!u_.peek.is_empty() && static_cast<int64_t>(size) < kLookAhead) {
      const Value ahead = call(thread_, u_.peek, {Value::from_int(kLookAhead)});
      if (ahead.is_empty()) {
        if (!catch_exception(thread_, NotImplementedError)) return error;
        u_.peek = Value();
      } else {
        const size_t count = TRY(fill_from_file(ahead));
        u_.prefetched = 0;
        if (size <= count) return nothing;
      }
    }
    const size_t count =
        TRY(fill_from_file(TRY(call(thread_, u_.read, {make_int(static_cast<int64_t>(size))}))));
    return count < size ? Status(truncated()) : Status(nothing);
  };
  if (attempt().failed()) return nullptr;
  u_.position = size;
  return u_.data;
}

// Fills `bytes`, which nobody has seen yet.
Status Loader::read_into(Bytes& bytes) {
  uint8_t* target = bytes.data();
  size_t size = bytes.size;
  const size_t present = std::min(size, u_.size - u_.position);
  if (present) std::memcpy(target, u_.data + u_.position, present);
  u_.position += present;
  target += present;
  size -= present;
  if (size == 0) return nothing;
  if (u_.read.is_empty()) return truncated();
  TRY(skip_consumed());
  if (u_.readinto.is_empty()) {
    const uint8_t* found = read_from_file(size);
    if (!found) return error;
    std::memcpy(target, found, size);
    return nothing;
  }
  const Value view = TRY(make_memoryview_of(thread_, target, size, false, &bytes));
  const Value count = call(thread_, u_.readinto, {view});
  const Value exception = take_exception(thread_);
  TRY(memoryview_release(thread_, view));
  if (count.is_empty()) return restore_exception(thread_, exception);
  const int64_t read = TRY(argument_int64(thread_, count));
  if (read < 0) return raise(thread_, ValueError, "readinto() returned negative size");
  return static_cast<size_t>(read) < size ? Status(truncated()) : Status(nothing);
}

Result<std::string_view> Loader::read_line(size_t least) {
  const uint8_t* start = u_.data + u_.position;
  const void* newline =
      u_.position < u_.size ? std::memchr(start, '\n', u_.size - u_.position) : nullptr;
  size_t length;
  if (newline) {
    length = static_cast<size_t>(static_cast<const uint8_t*>(newline) - start) + 1;
    u_.position += length;
  } else {
    if (u_.read.is_empty()) return truncated();
    TRY(skip_consumed());
    length = TRY(fill_from_file(TRY(call(thread_, u_.readline))));
    if (length == 0 || u_.data[length - 1] != '\n') return truncated();
    u_.position = length;
    start = u_.data;
  }
  if (length < least) return truncated();
  return std::string_view(reinterpret_cast<const char*>(start), length);
}

Result<uint64_t> Loader::read_number_slowly(size_t width) {
  const uint8_t* bytes = read(width);
  if (!bytes) return error;
  uint64_t number = 0;
  std::memcpy(&number, bytes, width);
  return number;
}

}  // namespace minipy::pickle
