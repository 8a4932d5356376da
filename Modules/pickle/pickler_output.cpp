// What the pickler writes: growing output, frames (PEP 3154), the memo, and the file behind it.
#include <algorithm>
#include <charconv>

#include "Modules/pickle/pickler.h"
#include "Objects/copy_bytes.h"
#include "Objects/gc.h"

namespace minipy::pickle {

// --- Memo ---

bool Memo::grow() {
  const size_t larger = capacity ? capacity * 2 : 16;
  const Entry* old = entries;
  const size_t old_capacity = capacity;
  Entry* fresh = static_cast<Entry*>(gc_allocate_scanned_buffer(larger * sizeof(Entry)));
  if (!fresh) return false;
  entries = fresh;
  capacity = larger;
  for (size_t i = 0; i < old_capacity; ++i) {
    if (old[i].object.is_empty()) continue;
    size_t to = place(old[i].object);
    while (!entries[to].object.is_empty()) to = (to + 1) & (capacity - 1);
    entries[to] = old[i];
  }
  return true;
}

Status Memo::put(Thread& thread, Value object, uint64_t number) {
  if ((count + 1) * 3 > capacity * 2 && !grow()) return raise_memory_error(thread);
  size_t to = place(object);
  while (!entries[to].object.is_empty() && !(entries[to].object == object))
    to = (to + 1) & (capacity - 1);
  count += entries[to].object.is_empty();
  entries[to] = {object, number};
  return nothing;
}

void Memo::empty() {
  if (entries) std::memset(static_cast<void*>(entries), 0, capacity * sizeof(Entry));
  count = 0;
}

Status Saver::put_memo(Value object) {
  if (p_.fast) return nothing;
  const size_t number = p_.memo.count;
  TRY(p_.memo.put(thread_, object, number));
  if (p_.protocol >= 4) return put(Op::Memoize);
  if (!p_.binary) return put_line(Op::Put, std::to_string(number));
  if (number < 256) return put(Op::BinPut, number, 1);
  if (number <= 0xFFFFFFFF) return put(Op::LongBinPut, number, 4);
  return raise(thread_, pickling_error(), "memo id too large for LONG_BINPUT");
}

Status Saver::put_memo_reference(const Memo::Entry& entry) {
  const uint64_t number = entry.number;
  if (!p_.binary) return put_line(Op::Get, std::to_string(static_cast<int64_t>(number)));
  if (number < 256) return put(Op::BinGet, number, 1);
  if (number <= 0xFFFFFFFF) return put(Op::LongBinGet, number, 4);
  return raise(thread_, pickling_error(), "memo id too large for LONG_BINGET");
}

// --- output ---

size_t Saver::usual_size = 1024;

bool Saver::grow_output(size_t needed) {
  const size_t larger = capacity_ ? needed * 2 : std::max<size_t>(needed * 2, usual_size);
  void* grown = std::realloc(output_, larger);
  if (!grown) {
    raise_memory_error(thread_);
    return false;
  }
  output_ = static_cast<uint8_t*>(grown);
  capacity_ = larger;
  return true;
}

uint8_t* Saver::room_in_new_frame(size_t size) {
  begins_frame_ = false;
  frame_start_ = size_;
  return room(kFrameHeader) ? room(size) : nullptr;
}

Status Saver::put_line(Op op, std::string_view text) {
  uint8_t* place = room(text.size() + 2);
  if (!place) return error;
  *place = static_cast<uint8_t>(op);
  copy_bytes(place + 1, text);
  place[text.size() + 1] = '\n';
  return nothing;
}

Status Saver::put_contents(Op op, size_t width, std::string_view contents, Value payload) {
  if (contents.size() < kFrameTarget) {
    TRY(put(op, contents.size(), width));
    return put(contents);
  }
  commit_frame();
  const bool framing = framing_;
  framing_ = begins_frame_ = false;
  Status done = put(op, contents.size(), width);
  if (!done.failed()) {
    if (p_.write.is_empty()) {
      done = put(contents);
    } else {
      done = flush_to_file();
      if (!done.failed())
        done = write_to_file(payload.is_empty() ? Value(make_bytes(contents)) : payload);
    }
  }
  framing_ = begins_frame_ = framing;
  return done;
}

// A frame too small to be worth its header does without.
void Saver::commit_frame() {
  if (!framing_ || begins_frame_) return;
  uint8_t* header = output_ + frame_start_;
  const uint64_t size = size_ - frame_start_ - kFrameHeader;
  if (size >= kSmallestFrame) {
    *header = static_cast<uint8_t>(Op::Frame);
    std::memcpy(header + 1, &size, 8);
  } else {
    std::memmove(header, header + kFrameHeader, size);
    size_ -= kFrameHeader;
  }
  begins_frame_ = true;
  frame_start_ = size_;
}

Status Saver::end_frame() {
  if (begins_frame_) return nothing;
  commit_frame();
  return p_.write.is_empty() ? Status(nothing) : flush_to_file();
}

Status Saver::write_to_file(Value bytes) {
  if (bytes.is_empty()) return raise_memory_error(thread_);
  TRY(call(thread_, p_.write, {bytes}));
  return nothing;
}

Status Saver::flush_to_file() {
  Bytes* bytes = make_bytes(output());
  size_ = frame_start_ = 0;
  return write_to_file(bytes ? Value(bytes) : Value());
}

}  // namespace minipy::pickle
