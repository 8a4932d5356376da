// Unpickling numbers, text and bytes.
#include <bit>
#include <cerrno>
#include <cstdlib>

#include "Modules/codecs_escapes.h"
#include "Modules/pickle/unpickler.h"
#include "Objects/codecs.h"
#include "Objects/float.h"
#include "Objects/int.h"

namespace minipy::pickle {

namespace {

std::string_view without_newline(std::string_view line) {
  return line.substr(0, line.size() - 1);
}

// int(text, base) of a line that may hold anything.
Value int_of_line(Thread& thread, std::string_view line, int base) {
  std::string text(line.substr(0, line.find('\0')));
  while (!text.empty() && text.back() == '\n') text.pop_back();
  const std::string_view shown = line.substr(0, line.find('\0'));
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) {
      return raise(thread, ValueError, "invalid literal for int() with base {}: {}",
                   base ? base : 10, Repr{make_str_latin1(shown)});
    }
  }
  return int_from_text(thread, text, base, make_str_latin1(shown));
}

}  // namespace

// As C's strtol reads it ("010" is octal); "00" and "01" are the bools of protocols 0 and 1.
Status Loader::load_int() {
  const std::string line(TRY(read_line(2)));
  char* end;
  errno = 0;
  const int64_t number = std::strtol(line.c_str(), &end, 0);
  if (errno || (*end != '\n' && *end != '\0')) {
    errno = 0;
    const Value parsed = int_of_line(thread_, line, 0);
    if (!parsed.is_empty()) return push(parsed);
    take_exception(thread_);
    return raise(thread_, ValueError, "could not convert string to int");
  }
  if (line.size() == 3 && (number == 0 || number == 1)) return push(Value::from_bool(number));
  return push(make_int(number));
}

Status Loader::load_long() {
  std::string line(TRY(read_line(2)));
  if (line[line.size() - 2] == 'L') line.erase(line.size() - 2, 1);
  return push(TRY(int_of_line(thread_, line, 0)));
}

Status Loader::load_binary_long(size_t width) {
  const auto size = static_cast<int32_t>(TRY(read_number(width)));
  if (size < 0) return raise(thread_, unpickling_error(), "LONG pickle has negative byte count");
  if (size == 0) return push(Value::from_int(0));
  const uint8_t* bytes = read(static_cast<size_t>(size));
  if (!bytes) return error;
  return push(int_from_bytes(bytes, static_cast<size_t>(size), true, true));
}

Status Loader::load_float() {
  const std::string_view line = TRY(read_line(2));
  const std::string_view text = line.substr(0, std::min(line.find('\0'), line.size() - 1));
  if (const std::optional<double> number = parse_float(text)) return push(make_float(*number));
  return raise(thread_, ValueError, "could not convert string to float: {}",
               Repr{make_str_latin1(line.substr(0, line.find('\0')))});
}

Status Loader::load_binary_float() {
  return push(make_float(std::bit_cast<double>(__builtin_bswap64(TRY(read_number(8))))));
}

// --- text ---

Status Loader::load_unicode() {
  const std::string line(without_newline(TRY(read_line(1))));
  return push(TRY(decode_raw_unicode_escape(thread_, line, {}, nullptr, Value())));
}

Status Loader::load_binary_unicode(size_t width) {
  const uint64_t size = TRY(read_number(width));
  if (is_too_long(size)) {
    return raise(thread_, OverflowError, "BINUNICODE exceeds system's maximum size of {} bytes",
                 INT64_MAX);
  }
  const uint8_t* bytes = read(size);
  if (!bytes) return error;
  return push(
      TRY(decode_utf8(thread_, {reinterpret_cast<const char*>(bytes), size}, "surrogatepass")));
}

// A str of Python 2, which may have held text or bytes: `encoding` decides.
Status Loader::push_python2_string(std::string_view bytes) {
  const std::string encoding = to_utf8(u_.encoding);
  if (encoding == "bytes") {
    const Bytes* made = make_bytes(bytes);
    return made ? push(made) : Status(raise_memory_error(thread_));
  }
  const std::string errors = to_utf8(u_.errors), copy(bytes);
  return push(TRY(decode_text(thread_, copy, encoding, errors)));
}

Status Loader::load_string() {
  const std::string line(without_newline(TRY(read_line(1))));
  if (line.size() < 2 || line.front() != line.back() ||
      (line.front() != '\'' && line.front() != '"')) {
    return raise(thread_, unpickling_error(), "the STRING opcode argument must be quoted");
  }
  const Value bytes =
      TRY(decode_byte_escapes(thread_, std::string_view(line).substr(1, line.size() - 2), {}));
  return push_python2_string(bytes.as<Bytes>()->view());
}

Status Loader::load_binary_string(size_t width) {
  const uint64_t size = TRY(read_number(width));
  const uint8_t* bytes = read(size);
  if (!bytes) return error;
  return push_python2_string({reinterpret_cast<const char*>(bytes), size});
}

// --- bytes ---

// `size` bytes, which may be many, with `what` for the message. A lie about the size costs no
// memory where the input is in memory.
Result<Bytes*> Loader::read_bytes(uint64_t size, const char* what) {
  if (is_too_long(size)) {
    return raise(thread_, OverflowError, "{} exceeds system's maximum size of {} bytes", what,
                 INT64_MAX);
  }
  if (size == 0) return empty_bytes();
  if (u_.read.is_empty() && size > u_.size - u_.position) return truncated();
  Bytes* bytes = allocate_bytes(size);
  if (!bytes) return raise_memory_error(thread_);
  TRY(read_into(*bytes));
  return bytes;
}

Status Loader::load_binary_bytes(size_t width) {
  return push(TRY(read_bytes(TRY(read_number(width)), "BINBYTES")));
}

Status Loader::load_bytearray() {
  const Bytes* bytes = TRY(read_bytes(TRY(read_number(8)), "BYTEARRAY8"));
  Bytearray* array = make_bytearray(bytes->view());
  return array ? push(array) : Status(raise_memory_error(thread_));
}

Status Loader::load_next_buffer() {
  if (u_.buffers.is_empty()) {
    return raise(thread_, unpickling_error(),
                 "pickle stream refers to out-of-band data but no *buffers* argument was given");
  }
  const Value buffer = TRY(next(thread_, u_.buffers));
  if (buffer.is_unbound())
    return raise(thread_, unpickling_error(), "not enough out-of-band buffers");
  return push(buffer);
}

Status Loader::load_read_only_buffer() {
  const Value object = TRY(pop());
  const Value view = TRY(make_memoryview(thread_, object));
  const Value is_read_only = TRY(get_attribute(thread_, view, "readonly"));
  return push(is_read_only.is_true() ? object : TRY(call_method(thread_, view, "toreadonly")));
}

}  // namespace minipy::pickle
