// StringIO: a text file in memory.
#include <algorithm>

#include "Modules/io/io.h"
#include "Objects/gc_large.h"
#include "Objects/module_kinds.h"
#include "Objects/str_access.h"

namespace minipy {
namespace {

Status check(Thread& thread, const StringIO& self) {
  if (!self.is_initialized) return raise(thread, ValueError, "I/O operation on uninitialized object");
  if (self.is_closed) return raise(thread, ValueError, "I/O operation on closed file");
  return nothing;
}

// Calls `f` with a pointer to the characters.
template <typename F>
auto with_text(const StringIO& self, F&& f) {
  switch (self.shift) {
    case 0: return f(static_cast<uint8_t*>(self.text));
    case 1: return f(static_cast<uint16_t*>(self.text));
    default: return f(static_cast<uint32_t*>(self.text));
  }
}

Value text_of(Thread& thread, const StringIO& self, size_t start, size_t end) {
  return checked(thread, with_text(self, [&](const auto* text) { return make_str_from(text + start, end - start); }));
}

// Room for `needed` characters of this width.
Status reserve(Thread& thread, StringIO& self, size_t needed, unsigned shift) {
  if (needed <= self.capacity && shift <= self.shift) return nothing;
  StringIO wider = self;
  wider.shift = std::max(shift, self.shift);
  if (needed > self.capacity) wider.capacity = std::max(needed, self.capacity + self.capacity / 2 + 64);
  constexpr size_t kTooLong = size_t{1} << 46;
  wider.text = needed > kTooLong ? nullptr : gc_allocate_leaf_buffer(wider.capacity << wider.shift);
  if (!wider.text) return raise_memory_error(thread);
  with_text(self, [&](const auto* from) {
    with_text(wider, [&](auto* to) {
      if constexpr (sizeof(*from) <= sizeof(*to)) copy_characters(to, from, self.size);
    });
  });
  gc_give_back(self.text, self.capacity << self.shift);
  self.text = wider.text;
  self.shift = wider.shift;
  self.capacity = wider.capacity;
  return nothing;
}

Status store(Thread& thread, StringIO& self, const Str& text) {
  const size_t length = text.length();
  if (length == 0) return nothing;
  const size_t end = self.position + length;
  TRY(reserve(thread, self, end, text.width_shift()));
  with_text(self, [&](auto* to) {
    if (self.position > self.size) std::fill(to + self.size, to + self.position, 0);
    with_characters(text, [&](const auto* from) {
      if constexpr (sizeof(*from) <= sizeof(*to)) copy_characters(to + self.position, from, length);
    });
  });
  self.position = end;
  self.size = std::max(self.size, end);
  return nothing;
}

Status write_translated(Thread& thread, StringIO& self, Value text) {
  if (!self.decoder.is_empty()) {
    text = TRY(decode_newlines(thread, *self.decoder.as<NewlineDecoder>(), text, true));
  }
  if (!self.write_newline.is_empty()) {
    text = TRY(call_method(thread, text, "replace", {make_str("\n"), self.write_newline}));
  }
  return store(thread, self, *text.as<Str>());
}

Status initialize(Thread& thread, StringIO& self, Value initial, Value newline) {
  self.is_initialized = false;
  if (newline.is_empty()) newline = make_str("\n");
  if (!newline.is_none() && !is_str(newline)) {
    return raise(thread, TypeError, "newline must be str or None, not {}", type_of(newline));
  }
  TRY(check_newline(thread, newline));
  if (!initial.is_none() && !is_str(initial)) {
    return raise(thread, TypeError, "initial_value must be str or None, not {}", type_of(initial));
  }
  const std::string text = newline.is_none() ? "" : to_utf8(newline.as<Str>());
  self.newline = newline;
  self.is_universal = text.empty();
  self.translates = newline.is_none();
  self.write_newline = text.starts_with('\r') ? newline : Value();
  self.decoder = self.is_universal ? TRY(make_newline_decoder(thread, None, self.translates)) : Value();
  self.size = self.position = 0;
  self.is_closed = false;
  self.is_initialized = true;
  if (is_str(initial) && initial.as<Str>()->length() > 0) {
    TRY(write_translated(thread, self, initial));
    self.position = 0;
  }
  return nothing;
}
const MethodRow init_row = method<initialize>("StringIO($self, /, initial_value='', newline='\\n')", "");
Status init(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  return call_init(thread, init_row, self, arguments, count, keyword_names);
}

bool ends_lines_in_newline(const StringIO& self) {
  return self.translates || (is_str(self.newline) && equal(self.newline.as<Str>(), "\n"));
}

template <typename Character>
size_t line_end_in(const StringIO& self, const Character* text) {
  if (ends_lines_in_newline(self)) {
    const Character* found = std::find(text + self.position, text + self.size, '\n');
    return std::min(static_cast<size_t>(found - text) + 1, self.size);
  }
  const size_t newline_length = self.is_universal ? 1 : self.newline.as<Str>()->length();
  for (size_t at = self.position; at < self.size; ++at) {
    const bool newline_follows = at + 1 < self.size && text[at + 1] == '\n';
    if (self.is_universal) {
      if (text[at] == '\n') return at + 1;
      if (text[at] == '\r') return at + (newline_follows ? 2 : 1);
    } else if (text[at] == '\r' && (newline_length == 1 || newline_follows)) {
      return at + newline_length;
    }
  }
  return self.size;
}

size_t line_end(const StringIO& self) {
  if (self.shift == 0 && ends_lines_in_newline(self)) {
    const auto* start = static_cast<const uint8_t*>(self.text);
    const void* found = std::memchr(start + self.position, '\n', self.size - self.position);
    return found ? static_cast<size_t>(static_cast<const uint8_t*>(found) - start) + 1 : self.size;
  }
  return with_text(self, [&](const auto* text) { return line_end_in(self, text); });
}

Value take_line(Thread& thread, StringIO& self, int64_t limit) {
  if (self.position >= self.size) return empty_str();
  size_t end = line_end(self);
  if (limit >= 0) end = std::min(end, self.position + static_cast<size_t>(limit));
  const size_t start = self.position;
  self.position = end;
  return text_of(thread, self, start, end);
}

Value read(Thread& thread, StringIO& self, Value size) {
  TRY(check(thread, self));
  const int64_t wanted = TRY(size_argument(thread, size));
  const size_t left = self.position < self.size ? self.size - self.position : 0;
  const size_t count = wanted < 0 ? left : std::min(left, static_cast<size_t>(wanted));
  if (count == 0) return empty_str();
  const size_t start = self.position;
  self.position += count;
  return text_of(thread, self, start, start + count);
}
Value readline(Thread& thread, StringIO& self, Value size) {
  TRY(check(thread, self));
  return take_line(thread, self, TRY(size_argument(thread, size)));
}
Value write(Thread& thread, StringIO& self, Value text) {
  if (!is_str(text)) {
    TRY(check(thread, self));
    return raise(thread, TypeError, "string argument expected, got '{}'", type_of(text));
  }
  TRY(string_io_write(thread, self, *text.as<Str>()));
  return make_int(static_cast<int64_t>(text.as<Str>()->length()));
}
Value getvalue(Thread& thread, StringIO& self) {
  TRY(check(thread, self));
  return self.size == 0 ? Value(empty_str()) : text_of(thread, self, 0, self.size);
}
Value tell(Thread& thread, StringIO& self) {
  TRY(check(thread, self));
  return make_int(static_cast<int64_t>(self.position));
}
Value seek(Thread& thread, StringIO& self, int64_t position, int whence) {
  TRY(check(thread, self));
  if (whence < 0 || whence > 2) return raise(thread, ValueError, "Invalid whence ({}, should be 0, 1 or 2)", whence);
  if (position < 0 && whence == 0) return raise(thread, ValueError, "Negative seek position {}", position);
  if (whence != 0 && position != 0) return raise(thread, OSError, "Can't do nonzero cur-relative seeks");
  if (whence == 1) position = static_cast<int64_t>(self.position);
  if (whence == 2) position = static_cast<int64_t>(self.size);
  self.position = static_cast<size_t>(position);
  return make_int(position);
}
Value truncate(Thread& thread, StringIO& self, Value size_value) {
  TRY(check(thread, self));
  int64_t size = static_cast<int64_t>(self.position);
  if (!size_value.is_none()) size = TRY(index_as_int64(thread, size_value, &OverflowError));
  if (size < 0) return raise(thread, ValueError, "Negative size value {}", size);
  self.size = std::min(self.size, static_cast<size_t>(size));
  return make_int(size);
}
void close(StringIO& self) {
  self.is_closed = true;
  self.text = nullptr;
  self.size = self.capacity = self.shift = 0;
}
Result<bool> is_able(Thread& thread, StringIO& self) {
  TRY(check(thread, self));
  return true;
}
Result<bool> get_closed(Thread& thread, StringIO& self) {
  if (!self.is_initialized) return raise(thread, ValueError, "I/O operation on uninitialized object");
  return self.is_closed;
}
Value get_newlines(Thread& thread, StringIO& self) {
  TRY(check(thread, self));
  return self.decoder.is_empty() ? None : seen_newlines(self.decoder.as<NewlineDecoder>()->seen);
}
Result<bool> get_line_buffering(Thread& thread, StringIO& self) {
  TRY(check(thread, self));
  return false;
}

Value get_state(Thread& thread, StringIO& self) {
  const Value value = TRY(getvalue(thread, self));
  const Value dict = TRY(instance_dict(thread, &self));
  const Value copy = is_dict(dict) && dict.as<Dict>()->count > 0 ? Value(dict_copy(*dict.as<Dict>())) : None;
  return make_tuple({value, self.newline, make_int(static_cast<int64_t>(self.position)), copy});
}

Value set_state(Thread& thread, StringIO& self, Value state) {
  if (self.is_closed) return raise(thread, ValueError, "I/O operation on closed file");
  if (!is_tuple(state) || state.as<Tuple>()->size < 4) {
    return raise(thread, TypeError, "{}.__setstate__ argument should be 4-tuple, got {}", type_of(&self), type_of(state));
  }
  const Tuple& items = *state.as<Tuple>();
  if (!items.items[1].is_none() && !is_str(items.items[1])) {
    return raise(thread, TypeError, "newline must be str or None, not {}", type_of(items.items[1]));
  }
  if (!is_str(items.items[0]) && !items.items[0].is_none()) {
    return raise(thread, TypeError, "initial_value must be str or None, not {}", type_of(items.items[0]));
  }
  TRY(initialize(thread, self, None, items.items[1]));
  // The contents are in their final form already.
  if (is_str(items.items[0])) TRY(store(thread, self, *items.items[0].as<Str>()));
  if (!is_any_int(items.items[2])) {
    return raise(thread, TypeError, "third item of state must be an integer, got {}", type_of(items.items[2]));
  }
  const int64_t position = TRY(index_as_int64(thread, items.items[2], &OverflowError));
  if (position < 0) return raise(thread, ValueError, "position value cannot be negative");
  self.position = static_cast<size_t>(position);
  if (items.items[3].is_none()) return None;
  if (!is_dict(items.items[3])) {
    return raise(thread, TypeError, "fourth item of state should be a dict, got a {}", type_of(items.items[3]));
  }
  const Value dict = TRY(get_attribute(thread, &self, "__dict__"));
  return call_method(thread, dict, "update", {items.items[3]});
}

Value next_line(Thread& thread, Value value) {
  StringIO& self = *value.as<StringIO>();
  TRY(check(thread, self));
  Value line;
  if (&type_of(value) == &type_of_kind(ModuleKind::StringIO)) {  // whatever attribute hides readline
    line = TRY(take_line(thread, self, -1));
  } else {
    line = TRY(call_method(thread, value, "readline"));
    if (!is_str(line)) {
      return raise(thread, OSError, "readline() should have returned a str object, not '{}'", type_of(line));
    }
  }
  return line.as<Str>()->length() == 0 ? Unbound : line;
}

const MethodRow rows[] = {
    method<close>("close($self, /)", "Drop the contents."),
    method<getvalue>("getvalue($self, /)", "All of the contents."),
    method<read>("read($self, size=-1, /)", "Read at most size characters."),
    method<readline>("readline($self, size=-1, /)", "Read up to and with the next newline."),
    method<tell>("tell($self, /)", "The current position."),
    method<truncate>("truncate($self, pos=None, /)", "Cut off, by default at the current position."),
    method<seek>("seek($self, pos, whence=0, /)", "Move to a position; the new one."),
    method<write>("write($self, s, /)", "Write text; the number of characters."),
    method<is_able>("seekable($self, /)", "True."),
    method<is_able>("readable($self, /)", "True."),
    method<is_able>("writable($self, /)", "True."),
    method<get_state>("!__getstate__($self)", ""),
    method<set_state>("!__setstate__($self, state, /)", ""),
    getter<get_closed>("closed", ""),
    getter<get_newlines>("newlines", ""),
    getter<get_line_buffering>("line_buffering", ""),
};

}  // namespace

Status string_io_write(Thread& thread, StringIO& self, Str& text) {
  TRY(check(thread, self));
  return text.length() == 0 ? Status(nothing) : write_translated(thread, self, &text);
}

void define_string_io_type() {
  TypeSpec spec;
  spec.doc = "StringIO(initial_value='', newline='\\n')\n--\n\nA text file in memory.";
  spec.instance_bytes = sizeof(StringIO);
  spec.flags = Type::kBaseType | Type::kHasDict | Type::kHasWeakReferences;
  spec.methods = rows;
  spec.attributes_word = WORD_OF(StringIO, attributes);
  spec.module = "_io";
  spec.slots.make = new_io_object;
  spec.slots.init = init;
  spec.slots.next = next_line;
  define_type(ModuleKind::StringIO, spec);
}

}  // namespace minipy
