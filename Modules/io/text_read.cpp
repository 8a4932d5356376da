#include "Modules/io/text_read.h"

#include <algorithm>

#include "Modules/io/buffered.h"
#include "Objects/module_kinds.h"

namespace minipy {
namespace {

size_t left(const TextIOWrapper& self) {
  return self.decoded.is_empty() ? 0 : self.decoded.as<Str>()->length() - self.decoded_used;
}

Str* take(TextIOWrapper& self, size_t count) {
  if (self.decoded.is_empty()) return empty_str();
  const size_t start = self.decoded_used;
  self.decoded_used += count;
  return substring(self.decoded.as<Str>(), start, start + count);
}

Value read_bytes(Thread& thread, TextIOWrapper& self, size_t size) {
  if (is_exact(self.buffer, ModuleKind::BufferedReader)) {
    Buffered& buffer = *self.buffer.as<Buffered>();
    TRY(check_buffered_open(thread, buffer, "read of closed file"));
    return buffered_read1(thread, buffer, static_cast<int64_t>(size));
  }
  const char* method = self.has_read1 ? "read1" : "read";
  const Value bytes = TRY(call_method(thread, self.buffer, method, {make_int(static_cast<int64_t>(size))}));
  if (supports_buffer(bytes)) return bytes;
  return raise(thread, TypeError, "underlying {}() should have returned a bytes-like object, not '{}'", method,
               type_of(bytes));
}

LineEnds line_ends(const TextIOWrapper& self) {
  const bool has_newline = !self.read_newline.is_none() && !self.is_universal;
  return {self.translates_on_read, self.is_universal && !self.translates_on_read,
          has_newline ? self.read_newline.as<Str>() : nullptr};
}

Status check_reading(Thread& thread, TextIOWrapper& self) {
  if (!text_can_decode(self)) return raise_unsupported(thread, "not readable");
  return text_flush_pending(thread, self);
}

Value read_all(Thread& thread, TextIOWrapper& self) {
  const Value bytes = TRY(call_method(thread, self.buffer, "read"));
  if (bytes.is_none()) {
    return raise(thread, BlockingIOError, "Read returned None.");
  }
  if (!supports_buffer(bytes)) {
    return raise(thread, TypeError, "underlying read() should have returned a bytes-like object, not '{}'",
                 type_of(bytes));
  }
  const Value decoded = TRY(text_decode(thread, self, bytes, true));
  Str* before = take(self, left(self));
  self.decoded = self.snapshot = Value();
  self.decoded_used = 0;
  if (before->length() == 0) return decoded;
  Str* all = concatenate(before, decoded.as<Str>());
  return all ? Value(all) : Value(raise_memory_error(thread));
}

}  // namespace

Result<bool> text_read_chunk(Thread& thread, TextIOWrapper& self, size_t hint) {
  DecoderState before;
  if (self.telling) before = TRY(text_decoder_state(thread, self));
  if (hint > 0) {
    hint = static_cast<size_t>(std::max(self.bytes_per_character, 1.0) * static_cast<double>(hint));
  }
  const Value bytes = TRY(read_bytes(thread, self, std::max(self.chunk_size, hint)));
  BufferLease view(thread);
  TRY(view.acquire(bytes));
  const bool is_end = view.size() == 0;
  const Value text = TRY(text_decode(thread, self, bytes, is_end));
  self.decoded = text;
  self.decoded_used = 0;
  const size_t characters = text.as<Str>()->length();
  self.bytes_per_character = characters > 0 ? static_cast<double>(view.size()) / static_cast<double>(characters) : 0;
  if (self.telling) {
    self.snapshot = make_tuple({before.flags, make_bytes(before.buffer + std::string(view.view()))});
  }
  return !(is_end && characters == 0);
}

Value text_read(Thread& thread, TextIOWrapper& self, int64_t size) {
  TRY(check_reading(thread, self));
  if (size < 0) return read_all(thread, self);
  size_t wanted = static_cast<size_t>(size);
  StrBuilder text;
  for (;;) {
    const size_t count = std::min(wanted, left(self));
    text.append(take(self, count));
    wanted -= count;
    if (wanted == 0) break;
    if (!TRY(text_read_chunk(thread, self, wanted))) break;
  }
  return TRY(text.finish(thread));
}

Str* text_line_at_hand(TextIOWrapper& self) {
  if (left(self) == 0 || self.pending_size > 0 || !text_can_decode(self)) return nullptr;
  const size_t end = find_line_end(*self.decoded.as<Str>(), self.decoded_used, line_ends(self));
  if (end == npos) return nullptr;
  Str* const line = substring(self.decoded.as<Str>(), self.decoded_used, end);
  if (line != nullptr) self.decoded_used = end;
  return line;
}

Value text_read_line(Thread& thread, TextIOWrapper& self, int64_t limit) {
  TRY(check_reading(thread, self));
  if (Str* const line = limit < 0 ? text_line_at_hand(self) : nullptr) return line;
  const LineEnds ends = line_ends(self);
  StrBuilder line;  // pieces of earlier chunks
  bool ends_in_return = false;
  for (;;) {
    if (left(self) == 0) {
      if (!TRY(text_read_chunk(thread, self, 0))) {
        self.decoded = self.snapshot = Value();
        self.decoded_used = 0;
        break;
      }
      if (left(self) == 0) continue;
    }
    const Str& text = *self.decoded.as<Str>();
    size_t end = find_line_end(text, self.decoded_used, ends);
    // A newline of two characters may lie across two chunks.
    if (ends_in_return && text.at(self.decoded_used) == '\n') end = self.decoded_used + 1;
    const size_t room = limit < 0 ? npos : static_cast<size_t>(limit) - line.length();
    if (end != npos && end - self.decoded_used > room) end = self.decoded_used + room;
    if (end == npos && room != npos && left(self) >= room) end = self.decoded_used + room;
    if (end != npos) {
      Str* piece = take(self, end - self.decoded_used);
      if (line.length() == 0) return piece;
      line.append(piece);
      return TRY(line.finish(thread));
    }
    ends_in_return = ends.newline && ends.newline->length() == 2 && text.at(text.length() - 1) == '\r';
    line.append(take(self, left(self)));
  }
  return TRY(line.finish(thread));
}

}  // namespace minipy
