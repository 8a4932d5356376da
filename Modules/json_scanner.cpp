// Reading JSON: the accelerator of json.scanner and json.decoder. Library reference, "json"; RFC 8259.
#include <algorithm>
#include <array>
#include <cstring>

#include "Modules/json.h"
#include "Objects/container_support.h"
#include "Objects/dict.h"
#include "Objects/float.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/module_kinds.h"
#include "Objects/simple_key.h"

namespace minipy {

Failure raise_json_error(Thread& thread, const char* message, const Str& text, int64_t position) {
  const Value type = import_attribute(thread, "json.decoder", "JSONDecodeError");
  if (type.is_empty()) return error;
  const Value exception = call(thread, type, {Value(make_str(message)), Value(&text), make_int(position)});
  if (exception.is_empty()) return error;
  return raise_exception(thread, exception);
}

namespace {

// --- strings ---

template <typename Unit>
const Unit* units_of(const Str& text) {
  return static_cast<const Unit*>(text.data());
}

// Calls f with the characters of the text, whatever their width.
template <typename F>
auto with_units(const Str& text, F&& f) {
  switch (text.width()) {
    case 1: return f(text.latin1());
    case 2: return f(text.ucs2());
    default: return f(text.ucs4());
  }
}

// Where the plain characters end: at a quote, a backslash or a control character.
template <typename Unit>
size_t plain_end(const Unit* units, size_t from, size_t length) {
  while (from < length && units[from] != '"' && units[from] != '\\' && units[from] >= 0x20) ++from;
  return from;
}

// Four hexadecimal digits, or -1.
template <typename Unit>
int32_t read_hex4(const Unit* units, size_t from, size_t length) {
  if (from + 4 > length) return -1;
  int32_t value = 0;
  for (size_t i = from; i < from + 4; ++i) {
    const Unit c = units[i];
    const int32_t digit = c >= '0' && c <= '9'   ? static_cast<int32_t>(c - '0')
                          : c >= 'a' && c <= 'f' ? static_cast<int32_t>(c - 'a' + 10)
                          : c >= 'A' && c <= 'F' ? static_cast<int32_t>(c - 'A' + 10)
                                                 : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

// The character that a backslash and `letter` mean, or 0.
char32_t unescaped(char32_t letter) {
  switch (letter) {
    case '"': return '"';
    case '\\': return '\\';
    case '/': return '/';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return 0;
  }
}

// A \uXXXX escape whose digits start at `at`; two of them may be a surrogate pair. Moves `at` behind.
template <typename Unit>
Result<char32_t> read_unicode_escape(Thread& thread, const Str& text, const Unit* units, size_t& at) {
  const size_t length = text.length();
  const int32_t first = read_hex4(units, at, length);
  // CPython wants a character behind the digits: the quote.
  if (first < 0 || at + 4 >= length) {
    return raise_json_error(thread, "Invalid \\uXXXX escape", text, static_cast<int64_t>(at) - 1);
  }
  at += 4;
  if ((first & 0xFC00) == 0xD800 && at + 6 < length && units[at] == '\\' && units[at + 1] == 'u') {
    const int32_t second = read_hex4(units, at + 2, length);
    if (second >= 0 && (second & 0xFC00) == 0xDC00) {
      at += 6;
      return static_cast<char32_t>(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
    }
  }
  return static_cast<char32_t>(first);
}

template <typename Unit>
Result<ScannedString> scan_string(Thread& thread, const Str& text, const Unit* units, size_t begin, bool strict) {
  const size_t length = text.length();
  const int64_t quote = static_cast<int64_t>(begin) - 1;
  size_t at = plain_end(units, begin, length);
  if (at < length && units[at] == '"') return ScannedString{substring(&text, begin, at), at + 1};
  StrBuilder builder;
  for (size_t from = begin;;) {
    if (at > from) builder.append(&text, from, at);
    if (at >= length) return raise_json_error(thread, "Unterminated string starting at", text, quote);
    if (units[at] == '"') return ScannedString{TRY(builder.finish(thread)), at + 1};
    from = at;
    if (units[at] == '\\') {
      if (++at >= length) return raise_json_error(thread, "Unterminated string starting at", text, quote);
      if (units[at] == 'u') {
        ++at;
        builder.append(TRY(read_unicode_escape(thread, text, units, at)));
      } else {
        const char32_t meant = unescaped(static_cast<char32_t>(units[at]));
        if (meant == 0) return raise_json_error(thread, "Invalid \\escape", text, static_cast<int64_t>(at) - 1);
        builder.append(meant);
        ++at;
      }
      from = at;
    } else {  // a control character
      if (strict) return raise_json_error(thread, "Invalid control character at", text, static_cast<int64_t>(at));
      ++at;
    }
    at = plain_end(units, at, length);
  }
}

// --- values ---

struct Scanner : Object {
  Value strict, object_hook, object_pairs_hook, parse_float, parse_int, parse_constant;
};

Scanner& as_scanner(Value v) { return *v.as<Scanner>(); }

// One call of the scanner on a text of one width.
template <typename Unit>
class Reader {
 public:
  Reader(Thread& thread, const Scanner& scanner, const Str& text, bool strict)
      : thread_(thread), scanner_(scanner), text_(text), units_(units_of<Unit>(text)), length_(text.length()),
        strict_(strict) {}

  // The value that starts at `at`, which is moved behind it.
  Value read(size_t& at) {
    if (at >= length_) return raise_stop_iteration(thread_, make_int(static_cast<int64_t>(at)));
    switch (units_[at]) {
      case '"': {
        const ScannedString string = TRY(scan_string(thread_, text_, units_, at + 1, strict_));
        at = string.end;
        return Value(string.text);
      }
      case '{': return read_object(at);
      case '[': return read_array(at);
      case 'n': if (skip(at, "null")) return None; break;
      case 't': if (skip(at, "true")) return True; break;
      case 'f': if (skip(at, "false")) return False; break;
      case 'N': if (skip(at, "NaN")) return constant("NaN"); break;
      case 'I': if (skip(at, "Infinity")) return constant("Infinity"); break;
      case '-': if (skip(at, "-Infinity")) return constant("-Infinity"); break;
      default: break;
    }
    return read_number(at);
  }

 private:
  bool skip(size_t& at, std::string_view word) const {
    if (word.size() > length_ - at) return false;
    for (size_t i = 0; i < word.size(); ++i) {
      if (units_[at + i] != static_cast<Unit>(word[i])) return false;
    }
    at += word.size();
    return true;
  }

  void skip_blanks(size_t& at) const {
    while (at < length_ && (units_[at] == ' ' || units_[at] == '\n' || units_[at] == '\r' || units_[at] == '\t')) ++at;
  }

  bool is_at(size_t at, char wanted) const { return at < length_ && units_[at] == static_cast<Unit>(wanted); }
  bool is_digit(size_t at) const { return at < length_ && units_[at] >= '0' && units_[at] <= '9'; }

  Failure fail(const char* message, size_t at) const {
    return raise_json_error(thread_, message, text_, static_cast<int64_t>(at));
  }

  Value constant(const char* name) { return call(thread_, scanner_.parse_constant, {Value(make_str(name))}); }

  Value read_array(size_t& at) {
    RecursionGuard guard(thread_);
    if (guard.is_exceeded(" while decoding a JSON array from a unicode string")) return error;
    List* list = make_list();
    skip_blanks(++at);
    if (is_at(at, ']')) {
      ++at;
      return Value(list);
    }
    for (;;) {
      TRY(list_append(thread_, *list, TRY(read(at))));
      skip_blanks(at);
      if (is_at(at, ']')) break;
      if (!is_at(at, ',')) return fail("Expecting ',' delimiter", at);
      skip_blanks(++at);
    }
    ++at;
    return Value(list);
  }

  // Objects of one document share their keys: a small cache by the first and last characters.
  Result<Str*> read_key(size_t& at) {
    const size_t begin = at + 1;
    const size_t end = plain_end(units_, begin, length_);
    if (!is_at(end, '"') || end == begin || sizeof(Unit) != 1 || !text_.is_ascii()) {
      const ScannedString string = TRY(scan_string(thread_, text_, units_, begin, strict_));
      at = string.end;
      return string.text;
    }
    const size_t size = end - begin;
    Str*& known = keys_[(units_[begin] * 7u + units_[end - 1] * 31u + units_[begin + size / 2] * 3u + size) % keys_.size()];
    at = end + 1;
    if (!known || known->length() != size || std::memcmp(known->data(), units_ + begin, size) != 0) {
      known = substring(&text_, begin, end);
    }
    return known;
  }

  Result<Str*> read_name(size_t& at) {
    if (!is_at(at, '"')) return fail("Expecting property name enclosed in double quotes", at);
    Str* key = TRY(read_key(at));
    skip_blanks(at);
    if (!is_at(at, ':')) return fail("Expecting ':' delimiter", at);
    skip_blanks(++at);
    return key;
  }

  Value read_object(size_t& at) {
    RecursionGuard guard(thread_);
    if (guard.is_exceeded(" while decoding a JSON object from a unicode string")) return error;
    const bool wants_pairs = !scanner_.object_pairs_hook.is_none();
    Dict* dict = wants_pairs ? nullptr : make_dict();
    List* pairs = wants_pairs ? make_list() : nullptr;
    skip_blanks(++at);
    while (!is_at(at, '}')) {
      Str* key = TRY(read_name(at));
      const Value value = TRY(read(at));
      if (wants_pairs) {
        TRY(list_append(thread_, *pairs, Value(make_tuple({Value(key), value}))));
      } else {
        TRY(dict_set_hashed(thread_, *dict, Value(key), str_hash(key), value));
      }
      skip_blanks(at);
      if (is_at(at, '}')) break;
      if (!is_at(at, ',')) return fail("Expecting ',' delimiter", at);
      skip_blanks(++at);
      if (is_at(at, '}')) return fail("Expecting property name enclosed in double quotes", at);
    }
    ++at;
    if (wants_pairs) return call(thread_, scanner_.object_pairs_hook, {Value(pairs)});
    if (!scanner_.object_hook.is_none()) return call(thread_, scanner_.object_hook, {Value(dict)});
    return Value(dict);
  }

  // Behind the integer part: a fraction and an exponent, if they are complete.
  bool skip_float_part(size_t& at) const {
    bool is_float = false;
    if (is_at(at, '.') && is_digit(at + 1)) {
      is_float = true;
      ++at;
      while (is_digit(at)) ++at;
    }
    if (is_at(at, 'e') || is_at(at, 'E')) {
      size_t digits = at + 1;
      if (is_at(digits, '-') || is_at(digits, '+')) ++digits;
      if (is_digit(digits)) {
        is_float = true;
        at = digits;
        while (is_digit(at)) ++at;
      }
    }
    return is_float;
  }

  Value read_number(size_t& at) {
    const size_t start = at;
    size_t end = start;
    if (is_at(end, '-')) ++end;
    if (is_at(end, '0')) {
      ++end;
    } else if (is_digit(end)) {
      while (is_digit(end)) ++end;
    } else {
      return raise_stop_iteration(thread_, make_int(static_cast<int64_t>(start)));
    }
    const size_t integer_end = end;
    const bool is_float = skip_float_part(end);
    at = end;
    const Value hook = is_float ? scanner_.parse_float : scanner_.parse_int;
    const Kind plain = is_float ? Kind::Float : Kind::Int;
    if (hook != Value(&type_of_kind(plain))) return call(thread_, hook, {Value(substring(&text_, start, end))});
    if (!is_float && integer_end - start <= 14) return small_integer(start, end);
    std::string digits(end - start, '0');
    for (size_t i = 0; i < digits.size(); ++i) digits[i] = static_cast<char>(units_[start + i]);
    if (is_float) return make_float(*parse_float(digits));
    return int_from_text(thread_, digits, 10, Value(substring(&text_, start, end)));
  }

  Value small_integer(size_t start, size_t end) const {
    const bool is_negative = units_[start] == '-';
    int64_t value = 0;
    for (size_t i = start + is_negative; i < end; ++i) value = value * 10 + static_cast<int64_t>(units_[i] - '0');
    return Value::from_int(is_negative ? -value : value);
  }

  Thread& thread_;
  const Scanner& scanner_;
  const Str& text_;
  const Unit* units_;
  size_t length_;
  bool strict_;
  std::array<Str*, 64> keys_{};
};

const MethodRow scanner_row = constructor("make_scanner(context)");
const MethodRow call_row = constructor("scan_once(string, idx)");

Value make_scanner(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  Value context;
  TRY(bind(thread, scanner_row, arguments, count, keyword_names, &context));
  Scanner* scanner = allocate_instance_as<Scanner>(type);
  if (!scanner) return error;
  scanner->strict = Value::from_bool(TRY(truth(thread, TRY(get_attribute(thread, context, "strict")))));
  scanner->object_hook = TRY(get_attribute(thread, context, "object_hook"));
  scanner->object_pairs_hook = TRY(get_attribute(thread, context, "object_pairs_hook"));
  scanner->parse_float = TRY(get_attribute(thread, context, "parse_float"));
  scanner->parse_int = TRY(get_attribute(thread, context, "parse_int"));
  scanner->parse_constant = TRY(get_attribute(thread, context, "parse_constant"));
  return Value(scanner);
}

Value call_scanner(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  Value values[2];
  TRY(bind(thread, call_row, arguments, count, keyword_names, values));
  const int64_t start = TRY(argument_int64(thread, values[1]));
  if (!is_str(values[0])) {
    return raise(thread, TypeError, "first argument must be a string, not {}", type_of(values[0]));
  }
  if (start < 0) return raise(thread, ValueError, "idx cannot be negative");
  const Str& text = *values[0].as<Str>();
  const Scanner& scanner = as_scanner(self);
  size_t at = static_cast<size_t>(start);
  const Value value = TRY(with_units(text, [&](const auto* units) {
    using Unit = std::remove_cvref_t<decltype(*units)>;
    return Reader<Unit>(thread, scanner, text, scanner.strict.is_true()).read(at);
  }));
  return Value(make_tuple({value, make_int(static_cast<int64_t>(at))}));
}

Value strict(Scanner& self) { return self.strict; }
Value object_hook(Scanner& self) { return self.object_hook; }
Value object_pairs_hook(Scanner& self) { return self.object_pairs_hook; }
Value float_hook(Scanner& self) { return self.parse_float; }
Value int_hook(Scanner& self) { return self.parse_int; }
Value constant_hook(Scanner& self) { return self.parse_constant; }

const MethodRow scanner_members[] = {
    member<strict>("strict", "strict"),
    member<object_hook>("object_hook", "object_hook"),
    member<object_pairs_hook>("object_pairs_hook", "object_pairs_hook"),
    member<float_hook>("parse_float", "parse_float"),
    member<int_hook>("parse_int", "parse_int"),
    member<constant_hook>("parse_constant", "parse_constant"),
};

}  // namespace

Result<ScannedString> scan_json_string(Thread& thread, const Str& text, size_t begin, bool strict) {
  return with_units(text, [&](const auto* units) { return scan_string(thread, text, units, begin, strict); });
}

void define_json_scanner() {
  TypeSlots slots{};
  slots.make = make_scanner;
  slots.call = call_scanner;
  define_type(ModuleKind::JsonScanner, {.doc = "Reads a JSON value at a place of a text.", .instance_bytes = sizeof(Scanner),
                                  .flags = Type::kBaseType, .slots = slots, .methods = scanner_members});
}

}  // namespace minipy
