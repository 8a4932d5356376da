// Writing JSON: the accelerator of json.encoder.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

#include "Modules/json.h"
#include "Objects/container_support.h"
#include "Objects/dict.h"
#include "Objects/float.h"
#include "Objects/function.h"
#include "Objects/gc.h"
#include "Objects/growing_text.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/memory_reserve.h"
#include "Objects/module_kinds.h"
#include "Objects/text/float_text.h"

namespace minipy {
namespace {

constexpr size_t kLongestEscape = 12;  // of a character beyond U+FFFF

template <typename Text>
void append_u_escape(Text& out, unsigned unit) {
  constexpr char kDigits[] = "0123456789abcdef";
  const char escape[] = {'\\', 'u', kDigits[unit >> 12 & 15], kDigits[unit >> 8 & 15], kDigits[unit >> 4 & 15],
                         kDigits[unit & 15]};
  out.append(escape, sizeof escape);
}

// The letter that follows a backslash for this character, or 0.
char short_escape(char32_t character) {
  switch (character) {
    case '"': return '"';
    case '\\': return '\\';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    default: return 0;
  }
}

template <typename Text>
void append_escaped(Text& out, char32_t character) {
  if (const char letter = short_escape(character)) {
    out += '\\';
    out += letter;
  } else if (character < 0x10000) {
    append_u_escape(out, static_cast<unsigned>(character));
  } else {
    append_u_escape(out, 0xD800 + static_cast<unsigned>((character - 0x10000) >> 10));
    append_u_escape(out, 0xDC00 + static_cast<unsigned>((character - 0x10000) & 0x3FF));
  }
}

bool is_plain_ascii(char32_t c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; }
bool must_escape(char32_t c) { return c < 0x20 || c == '"' || c == '\\'; }

template <typename Text, typename IsPlain>
void append_with_escapes(Text& out, const uint8_t* units, size_t length, IsPlain is_plain) {
  for (size_t i = 0; i < length;) {
    size_t end = i;
    while (end < length && is_plain(units[end])) ++end;
    out.append(reinterpret_cast<const char*>(units + i), end - i);
    if (end < length) append_escaped(out, units[end]);
    i = end + 1;
  }
}

// Appends the text with its quotes.
template <typename Text>
void append_json_ascii(Text& out, const Str& text) {
  out += '"';
  const size_t length = text.length();
  if (text.width() == 1) {
    append_with_escapes(out, text.latin1(), length, is_plain_ascii);
  } else {
    for (size_t i = 0; i < length; ++i) {
      const char32_t character = text.at(i);
      if (is_plain_ascii(character)) {
        out += static_cast<char>(character);
      } else {
        append_escaped(out, character);
      }
    }
  }
  out += '"';
}

struct Encoder : Object {
  Value markers, default_function, encoder, indent, key_separator, item_separator;
  Value sort_keys, skip_keys, allow_nan;
};
Encoder& as_encoder(Value v) { return *v.as<Encoder>(); }

enum class StringEncoding { Ascii, Plain, Custom };

// The containers that are being written, innermost first: meeting one again is a cycle.
struct Ancestor {
  Value container;
  const Ancestor* outer;
};

// Memory that a writer before has left: what is new costs more to touch than most of what is written.
std::string spare_text;
constexpr size_t kMostSpare = 1 << 20;

class Writer {
 public:
  Writer(Thread& thread, const Encoder& encoder, StringEncoding encoding)
      : thread_(thread), encoder_(encoder), encoding_(encoding), checks_cycles_(!encoder.markers.is_none()),
        allows_nan_(encoder.allow_nan.is_true()) {
    ascii_.swap(spare_text);
  }
  ~Writer() {
    if (ascii_.capacity() > kMostSpare) return;
    ascii_.clear();
    ascii_.swap(spare_text);
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  Status write(Value value, const Ancestor* outer) {
    if (value.is_int()) return write_small_int(value.as_int());
    if (is_str(value)) return write_string(*value.as<Str>());
    if (value.is_none()) return put("null");
    if (value.is_bool()) return put(value.as_bool() ? "true" : "false");
    if (is_heap_int(value)) return put(*TRY(int_to_text(thread_, value, 10)));
    if (is_float(value)) return put(TRY(float_text(float_number(value))));
    if (!is_list(value) && !is_tuple(value) && !is_dict(value)) return write_by_default(value, outer);
    RecursionGuard guard(thread_);
    if (guard.is_exceeded(" while encoding a JSON object")) return error;
    const Ancestor here{value, outer};
    TRY(check_cycle(value, outer));
    return is_dict(value) ? write_dict(value, here) : write_sequence(value, here);
  }

  Result<Str*> finish() {
    if (!is_wide_) return make_str_latin1(ascii_);
    flush();
    return wide_.finish(thread_);
  }

 private:
  // A std::string that finds no memory would end the process.
  Status make_room(size_t bytes) {
    constexpr size_t kLarge = 1 << 20;
    const size_t wanted = ascii_.size() + bytes;
    if (wanted <= ascii_.capacity() || wanted < kLarge || could_allocate(ascii_.capacity() + wanted)) return nothing;
    return raise_memory_error(thread_);
  }

  Status put(std::string_view ascii) {
    TRY(make_room(ascii.size()));
    ascii_.append(ascii);
    return nothing;
  }

  Status put(const Str& text) {
    if (text.is_ascii()) return put(text.ascii_view());
    flush();
    wide_.append(&text);
    return nothing;
  }

  // Text that is not ASCII goes to the builder, with all in front of it.
  void flush() {
    is_wide_ = true;
    wide_.append(std::string_view(ascii_));
    ascii_.clear();
  }

  Status write_small_int(int64_t number) {
    char digits[24];
    const char* end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    return put(std::string_view(digits, static_cast<size_t>(end - digits)));
  }

  Result<std::string> float_text(double number) {
    if (std::isfinite(number)) return float_repr(number);
    if (!allows_nan_) return raise(thread_, ValueError, "Out of range float values are not JSON compliant");
    return std::string(std::isnan(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity");
  }

  Status write_string(const Str& text) {
    switch (encoding_) {
      case StringEncoding::Ascii:
        TRY(make_room(kLongestEscape * text.length() + 2));
        append_json_ascii(ascii_, text);
        return nothing;
      case StringEncoding::Plain: {
        if (text.is_ascii()) {
          TRY(make_room(kLongestEscape * text.length() + 2));
          ascii_ += '"';
          append_with_escapes(ascii_, text.latin1(), text.length(), [](char32_t c) { return !must_escape(c); });
          ascii_ += '"';
          return nothing;
        }
        const Str* shown = json_basestring(thread_, text);
        if (!shown) return error;
        return put(*shown);
      }
      case StringEncoding::Custom: {
        const Value shown = TRY(call(thread_, encoder_.encoder, {Value(&text)}));
        if (!is_str(shown)) {
          return raise(thread_, TypeError, "encoder() must return a string, not {}", type_of(shown));
        }
        return put(*shown.as<Str>());
      }
    }
    MP_UNREACHABLE();
  }

  Status check_cycle(Value value, const Ancestor* outer) {
    if (!checks_cycles_) return nothing;
    for (; outer; outer = outer->outer) {
      if (outer->container == value) return raise(thread_, ValueError, "Circular reference detected");
    }
    return nothing;
  }

  Status write_by_default(Value value, const Ancestor* outer) {
    TRY(check_cycle(value, outer));
    const Value replaced = TRY(call(thread_, encoder_.default_function, {value}));
    RecursionGuard guard(thread_);
    if (guard.is_exceeded(" while encoding a JSON object")) return error;
    const Ancestor here{value, outer};
    return write(replaced, &here);
  }

  // default() may change the list.
  Status write_sequence(Value value, const Ancestor& here) {
    const bool is_sequence_list = is_list(value);
    const auto size = [&] { return is_sequence_list ? value.as<List>()->size : value.as<Tuple>()->size; };
    if (size() == 0) return put("[]");
    TRY(put("["));
    for (size_t i = 0; i < size(); ++i) {
      if (i > 0) TRY(put(*encoder_.item_separator.as<Str>()));
      TRY(write(is_sequence_list ? value.as<List>()->at(i) : value.as<Tuple>()->items[i], &here));
    }
    return put("]");
  }

  Status write_dict(Value value, const Ancestor& here) {
    const Dict& dict = *value.as<Dict>();
    if (dict.count == 0) return put("{}");
    TRY(put("{"));
    bool is_first = true;
    if (is_exact_dict(value) && !encoder_.sort_keys.is_true()) {
      size_t position = 0;
      for (Value key, item; dict_next(dict, position, key, item);) TRY(write_pair(key, item, is_first, here));
      return put("}");
    }
    if (is_exact_dict(value)) {
      List* const keys = TRY(list_of(thread_, value));
      if (std::ranges::all_of(*keys, is_exact_str)) return write_sorted(dict, *keys, is_first, here);
    }
    List* items = TRY(list_of(thread_, TRY(call_method(thread_, value, "items"))));
    if (encoder_.sort_keys.is_true()) TRY(list_sort(thread_, *items, None, false));
    for (size_t i = 0; i < items->size; ++i) {
      const Value pair = items->at(i);
      if (!is_tuple(pair) || pair.as<Tuple>()->size != 2) {
        return raise(thread_, ValueError, "items must return 2-tuples");
      }
      TRY(write_pair(pair.as<Tuple>()->items[0], pair.as<Tuple>()->items[1], is_first, here));
    }
    return put("}");
  }

  // Pairs are in the order of their keys, which differ. default() may change the dict, but not what is written of it.
  Status write_sorted(const Dict& dict, List& keys, bool& is_first, const Ancestor& here) {
    TRY(list_sort(thread_, keys, None, false));
    List& items = *make_list();
    for (const Value key : keys) TRY(list_append(thread_, items, dict_get_str(dict, key.as<Str>())));
    for (size_t i = 0; i < keys.size; ++i) TRY(write_pair(keys.at(i), items.at(i), is_first, here));
    return put("}");
  }

  Status write_pair(Value key, Value value, bool& is_first, const Ancestor& here) {
    Str* name;
    if (is_str(key)) {
      name = key.as<Str>();
    } else if (is_float(key)) {
      name = make_str(TRY(float_text(float_number(key))));
    } else if (key.is_none() || key.is_bool()) {
      name = make_str(key.is_none() ? "null" : key.as_bool() ? "true" : "false");
    } else if (is_any_int(key)) {
      name = TRY(int_to_text(thread_, key, 10));
    } else if (encoder_.skip_keys.is_true()) {
      return nothing;
    } else {
      return raise(thread_, TypeError, "keys must be str, int, float, bool or None, not {}", type_of(key));
    }
    if (!is_first) TRY(put(*encoder_.item_separator.as<Str>()));
    is_first = false;
    TRY(write_string(*name));
    TRY(put(*encoder_.key_separator.as<Str>()));
    return write(value, &here);
  }

  Thread& thread_;
  const Encoder& encoder_;
  StringEncoding encoding_;
  bool checks_cycles_, allows_nan_;
  bool is_wide_ = false;
  std::string ascii_;  // what comes after `wide_`
  StrBuilder wide_;
};

const MethodRow encoder_row = constructor(
    "make_encoder(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)");
const MethodRow call_row = constructor("_iterencode(obj, _current_indent_level)");

Value make_encoder(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  Value values[9];
  TRY(bind(thread, encoder_row, arguments, count, keyword_names, values));
  if (!values[0].is_none() && !is_dict(values[0])) {
    return raise(thread, TypeError, "make_encoder() argument 1 must be dict or None, not {}", argument_kind(values[0]));
  }
  for (const int i : {4, 5}) {
    if (!is_str(values[i])) {
      return raise(thread, TypeError, "make_encoder() argument {} must be str, not {}", i + 1, argument_kind(values[i]));
    }
  }
  Encoder* encoder = allocate_instance_as<Encoder>(type);
  if (!encoder) return error;
  encoder->markers = values[0];
  encoder->default_function = values[1];
  encoder->encoder = values[2];
  encoder->indent = values[3];
  encoder->key_separator = values[4];
  encoder->item_separator = values[5];
  encoder->sort_keys = Value::from_bool(TRY(truth(thread, values[6])));
  encoder->skip_keys = Value::from_bool(TRY(truth(thread, values[7])));
  encoder->allow_nan = Value::from_bool(TRY(truth(thread, values[8])));
  return Value(encoder);
}

StringEncoding encoding_of(Value encoder) {
  if (!has_kind(encoder, Kind::BuiltinFunction)) return StringEncoding::Custom;
  const std::string_view name = name_of(*encoder.as<BuiltinFunction>()->row);
  return name == "encode_basestring_ascii" ? StringEncoding::Ascii
         : name == "encode_basestring"     ? StringEncoding::Plain
                                           : StringEncoding::Custom;
}

Value call_encoder(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  Value values[2];
  TRY(bind(thread, call_row, arguments, count, keyword_names, values));
  const Encoder& encoder = as_encoder(self);
  Writer writer(thread, encoder, encoding_of(encoder.encoder));
  TRY(writer.write(values[0], nullptr));
  return Value(make_tuple({Value(TRY(writer.finish()))}));
}

Value markers(Encoder& self) { return self.markers; }
Value default_function(Encoder& self) { return self.default_function; }
Value string_encoder(Encoder& self) { return self.encoder; }
Value indent(Encoder& self) { return self.indent; }
Value key_separator(Encoder& self) { return self.key_separator; }
Value item_separator(Encoder& self) { return self.item_separator; }
Value sort_keys(Encoder& self) { return self.sort_keys; }
Value skip_keys(Encoder& self) { return self.skip_keys; }

const MethodRow encoder_members[] = {
    member<markers>("markers", "markers"),
    member<default_function>("default", "default"),
    member<string_encoder>("encoder", "encoder"),
    member<indent>("indent", "indent"),
    member<key_separator>("key_separator", "key_separator"),
    member<item_separator>("item_separator", "item_separator"),
    member<sort_keys>("sort_keys", "sort_keys"),
    member<skip_keys>("skipkeys", "skipkeys"),
};

Result<const Str*> string_argument(Thread& thread, Value text) {
  if (is_str(text)) return text.as<Str>();
  return raise(thread, TypeError, "first argument must be a string, not {}", type_of(text));
}

}  // namespace

Str* json_basestring(Thread& thread, const Str& text) {
  StrBuilder out;
  out.append("\"");
  const size_t length = text.length();
  for (size_t i = 0; i < length;) {
    size_t end = i;
    while (end < length && !must_escape(text.at(end))) ++end;
    if (end > i) out.append(&text, i, end);
    if (end < length) {
      std::string escape;
      append_escaped(escape, text.at(end));
      out.append(std::string_view(escape));
    }
    i = end + 1;
  }
  out.append("\"");
  const Result<Str*> done = out.finish(thread);
  return done.failed() ? nullptr : done.value();
}

Value encode_basestring_ascii(Thread& thread, Value text) {
  const Str& string = *TRY(string_argument(thread, text));
  GrowingBytes out;
  append_json_ascii(out, string);
  return TRY(str_result(thread, out));
}

Value encode_basestring(Thread& thread, Value text) {
  return Value(json_basestring(thread, *TRY(string_argument(thread, text))));
}

void define_json_encoder() {
  TypeSlots slots{};
  slots.make = make_encoder;
  slots.call = call_encoder;
  define_type(ModuleKind::JsonEncoder, {.doc = "Writes a value as JSON.", .instance_bytes = sizeof(Encoder),
                                  .flags = Type::kBaseType, .slots = slots, .methods = encoder_members});
}

}  // namespace minipy
