// IncrementalNewlineDecoder: universal newlines on top of another decoder.
#include "Modules/io/io.h"
#include "Objects/character_search.h"
#include "Objects/module_kinds.h"
#include "Objects/str_access.h"

namespace minipy {
namespace {

NewlineDecoder& as_decoder(Value self) { return *self.as<NewlineDecoder>(); }

Status check_initialized(Thread& thread, const NewlineDecoder& self) {
  if (!self.decoder.is_empty()) return nothing;
  return raise(thread, ValueError, "IncrementalNewlineDecoder.__init__() not called");
}

Status initialize(NewlineDecoder& self, Value decoder, bool translate, Value errors) {
  self.decoder = decoder;
  self.translates = translate;
  self.errors = errors;
  self.seen = 0;
  self.pending_return = false;
  return nothing;
}
const MethodRow init_row =
    method<initialize>("IncrementalNewlineDecoder($self, /, decoder, translate, errors='strict')", "");
Status init(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  return call_init(thread, init_row, self, arguments, count, keyword_names);
}

void note_newlines(NewlineDecoder& self, const Str& text) {
  const size_t length = text.length();
  for (size_t i = 0; i < length; ++i) {
    const char32_t c = text.at(i);
    if (c == '\n') {
      self.seen |= kSeenNewline;
    } else if (c == '\r') {
      if (i + 1 < length && text.at(i + 1) == '\n') {
        self.seen |= kSeenBoth;
        ++i;
      } else {
        self.seen |= kSeenReturn;
      }
    }
  }
}

bool has_character(const Str& text, char wanted) {
  if (text.width() == 1) return std::memchr(text.latin1(), wanted, text.length()) != nullptr;
  for (size_t i = 0; i < text.length(); ++i) {
    if (text.at(i) == static_cast<char32_t>(wanted)) return true;
  }
  return false;
}

Value translated(Thread& thread, const Str& text) {
  StrBuilder builder;
  size_t start = 0;
  const size_t length = text.length();
  for (size_t i = 0; i < length; ++i) {
    if (text.at(i) != '\r') continue;
    builder.append(&text, start, i);
    builder.append(U'\n');
    if (i + 1 < length && text.at(i + 1) == '\n') ++i;
    start = i + 1;
  }
  builder.append(&text, start, length);
  return TRY(builder.finish(thread));
}

Value decode(Thread& thread, Value self, Value input, bool is_final) {
  NewlineDecoder& decoder = as_decoder(self);
  TRY(check_initialized(thread, decoder));
  Value text = input;
  if (!decoder.decoder.is_none()) {
    text = TRY(call_method(thread, decoder.decoder, "decode", {input, Value::from_bool(is_final)}));
  }
  if (!is_str(text)) {
    return raise(thread, TypeError, "decoder should return a string result, not '{}'", type_of(text));
  }
  return decode_newlines(thread, decoder, text, is_final);
}

Value get_state(Thread& thread, Value self) {
  NewlineDecoder& decoder = as_decoder(self);
  TRY(check_initialized(thread, decoder));
  Value buffer = empty_bytes();
  Value flags = make_int(0);
  if (!decoder.decoder.is_none()) {
    const Value state = TRY(call_method(thread, decoder.decoder, "getstate"));
    if (!is_tuple(state)) return raise(thread, TypeError, "illegal decoder state");
    if (state.as<Tuple>()->size != 2) return raise(thread, TypeError, "illegal decoder state");
    buffer = state.as<Tuple>()->items[0];
    flags = TRY(number_index(thread, state.as<Tuple>()->items[1]));
  }
  flags = TRY(int_left_shift(thread, flags, make_int(1)));
  if (decoder.pending_return) flags = int_or(flags, make_int(1));
  return make_tuple({buffer, flags});
}

Value set_state(Thread& thread, Value self, Value state) {
  NewlineDecoder& decoder = as_decoder(self);
  TRY(check_initialized(thread, decoder));
  if (!is_tuple(state)) return raise(thread, TypeError, "state argument must be a tuple");
  if (state.as<Tuple>()->size != 2) {
    return raise(thread, TypeError, "setstate(): illegal state argument");
  }
  const Value flags = TRY(number_index(thread, state.as<Tuple>()->items[1]));
  decoder.pending_return = !int_is_zero(int_and(flags, make_int(1)));
  if (decoder.decoder.is_none()) return None;
  const Value inner = TRY(int_right_shift(thread, flags, make_int(1)));
  return call_method(thread, decoder.decoder, "setstate", {Value(make_tuple({state.as<Tuple>()->items[0], inner}))});
}

Value reset(Thread& thread, Value self) {
  NewlineDecoder& decoder = as_decoder(self);
  TRY(check_initialized(thread, decoder));
  decoder.seen = 0;
  decoder.pending_return = false;
  return decoder.decoder.is_none() ? None : call_method(thread, decoder.decoder, "reset");
}

Value get_newlines(Value self) { return seen_newlines(as_decoder(self).seen); }

const MethodRow rows[] = {
    method<decode>("decode($self, /, input, final=False)", "Decode, and translate newlines."),
    method<get_state>("getstate($self, /)", "The state, with the inner decoder's."),
    method<set_state>("setstate($self, state, /)", "Set the state."),
    method<reset>("reset($self, /)", "Back to the start."),
    getter<get_newlines>("newlines", ""),
};

}  // namespace

Value seen_newlines(uint8_t seen) {
  const Value cr = make_str("\r"), lf = make_str("\n"), both = make_str("\r\n");
  GcVector kinds;
  if (seen & kSeenReturn) kinds.push_back(cr);
  if (seen & kSeenNewline) kinds.push_back(lf);
  if (seen & kSeenBoth) kinds.push_back(both);
  if (kinds.is_empty()) return None;
  return kinds.size() == 1 ? kinds[0] : Value(make_tuple(kinds.data(), kinds.size()));
}

// A \r at the end waits for what follows it.
Value decode_newlines(Thread& thread, NewlineDecoder& self, Value value, bool is_final) {
  const Str* text = value.as<Str>();
  if (self.pending_return && (is_final || text->length() > 0)) {
    text = concatenate(make_str("\r"), text);
    self.pending_return = false;
  }
  const size_t length = text->length();
  if (!is_final && length > 0 && text->at(length - 1) == '\r') {
    text = substring(text, 0, length - 1);
    self.pending_return = true;
  }
  if (!has_character(*text, '\r')) {
    if ((self.seen & kSeenNewline) == 0 && has_character(*text, '\n')) self.seen |= kSeenNewline;
    return text;
  }
  note_newlines(self, *text);
  return self.translates ? translated(thread, *text) : Value(text);
}

Value make_newline_decoder(Thread&, Value decoder, bool translates) {
  auto* self = allocate<NewlineDecoder>();
  (void)initialize(*self, decoder, translates, make_str("strict"));
  return self;
}

Status check_newline(Thread& thread, Value newline) {
  if (newline.is_none()) return nothing;
  if (!is_str(newline)) {
    return raise(thread, TypeError, "newline must be str or None, not {}", type_of(newline));
  }
  const std::string text = to_utf8(newline.as<Str>());
  if (text.empty() || text == "\n" || text == "\r" || text == "\r\n") return nothing;
  return raise(thread, ValueError, "illegal newline value: {}", Repr{newline});
}

size_t find_line_end(const Str& text, size_t start, const LineEnds& ends) {
  const size_t length = text.length();
  if (ends.translates || (!ends.universal && !ends.newline)) {
    return with_characters(text, [&]<typename Character>(const Character* from) {
      const size_t found = character_search::find_one(from + start, length - start, Character{'\n'});
      return found == character_search::kAbsent ? npos : start + found + 1;
    });
  }
  if (ends.universal) {
    for (size_t i = start; i < length; ++i) {
      const char32_t c = text.at(i);
      if (c == '\n') return i + 1;
      if (c == '\r') return i + 1 < length && text.at(i + 1) == '\n' ? i + 2 : i + 1;
    }
    return npos;
  }
  const size_t found = find(&text, ends.newline, start, length);
  return found == npos ? npos : found + ends.newline->length();
}

void define_newline_decoder_type() {
  TypeSpec spec;
  spec.doc = "IncrementalNewlineDecoder(decoder, translate, errors='strict')\n--\n\n"
             "Decodes newlines of all kinds, translating them to \\n if asked to.";
  spec.instance_bytes = sizeof(NewlineDecoder);
  spec.flags = Type::kBaseType;
  spec.methods = rows;
  spec.module = "_io";
  spec.slots.make = new_io_object;
  spec.slots.init = init;
  define_type(ModuleKind::IncrementalNewlineDecoder, spec);
}

}  // namespace minipy
