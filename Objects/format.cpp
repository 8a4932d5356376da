// format(value, specification) of the builtin types (library reference, string: formatspec).
#include "Objects/format.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <vector>

#include "Objects/float.h"
#include "Objects/int.h"
#include "Objects/memory_reserve.h"
#include "Objects/protocol.h"
#include "Objects/str_access.h"

namespace minipy {
namespace {

// An empty text is no error.
Status raise_if(Thread& thread, const FormatError& message) {
  if (message.empty()) return nothing;
  return raise_value(thread, ValueError, make_str(message));
}

Status parse(Thread& thread, const Str* specification, char default_align, Value value,
             FormatSpec& spec) {
  constexpr size_t kUsual = 32;
  const size_t length = specification->length();
  char32_t usual[kUsual];
  std::vector<char32_t> longer(length > kUsual ? length : 0);
  char32_t* const text = length > kUsual ? longer.data() : usual;
  for (size_t i = 0; i < length; ++i) text[i] = specification->at(i);
  return raise_if(thread, parse_format_spec({text, length}, default_align, type_of(value).name_view(), spec));
}

Value padded(Thread& thread, const FormatSpec& spec, const Str* text, size_t length) {
  const Padding padding = padding_for(spec, length);
  if (padding.left + padding.right == 0) return checked(thread, substring(text, 0, length));
  constexpr size_t kMost = size_t{1} << 46;
  if (padding.left + padding.right > kMost) return raise_memory_error(thread);
  if (padding.left + length + padding.right == 1) return make_character(spec.fill);
  Str* const result = allocate_str(padding.left + length + padding.right,
                                   std::max(max_character(*text, 0, length), spec.fill));
  if (!result) return raise_memory_error(thread);
  with_mutable_characters(*result, [&](auto* to) {
    using Character = std::remove_reference_t<decltype(*to)>;
    std::fill_n(to, padding.left, static_cast<Character>(spec.fill));
    std::fill_n(to + padding.left + length, padding.right, static_cast<Character>(spec.fill));
  });
  copy_into(*result, padding.left, *text, 0, length);
  return result;
}

Status check_str_spec(Thread& thread, const FormatSpec& spec) {
  const char* problem = nullptr;
  if (spec.has_sign) {
    problem = spec.sign == ' ' ? "Space not allowed in string format specifier"
                               : "Sign not allowed in string format specifier";
  } else if (spec.no_negative_zero) {
    problem = "Negative zero coercion (z) not allowed in string format specifier";
  } else if (spec.alternate) {
    problem = "Alternate form (#) not allowed in string format specifier";
  } else if (spec.align == '=') {
    problem = "'=' alignment not allowed in string format specifier";
  }
  if (problem != nullptr) return raise(thread, ValueError, problem);
  return nothing;
}

Value format_character(Thread& thread, const FormatSpec& spec, Value number) {
  const std::optional<int64_t> code = int_to_int64(number);
  if (!code) return raise(thread, OverflowError, "Python int too large to convert to C long");
  if (*code < 0 || *code > kMaxCharacter) {
    return raise(thread, OverflowError, "%c arg not in range(0x110000)");
  }
  FormatSpec plain = spec;
  if (plain.align == '=') plain.align = '>';
  return padded(thread, plain, make_character(static_cast<char32_t>(*code)), 1);
}

int base_of(char32_t type) {
  switch (type) {
    case 'b': return 2;
    case 'o': return 8;
    case 'x': case 'X': return 16;
    default: return 10;
  }
}

bool is_int_type(char32_t type) {
  switch (type) {
    case 0: case 'b': case 'c': case 'd': case 'o': case 'x': case 'X': case 'n': return true;
    default: return false;
  }
}

Value format_double(Thread& thread, const FormatSpec& spec, double number, Value value) {
  if (spec.precision > 0 && !may_take(static_cast<size_t>(spec.precision) * 5)) return raise_memory_error(thread);
  NumberLayout layout;
  TRY(raise_if(thread, layout_float(spec, number, type_of(value).name_view(), layout)));
  return render(thread, layout);
}

Value render_ascii(Thread& thread, const NumberLayout& layout) {
  const size_t length = layout.left + layout.head.size() + layout.middle + layout.body.size() + layout.right;
  if (length == 1) return make_str_latin1(layout.head + layout.body);
  Str* const result = allocate_str(length, 0x7F);
  if (!result) return raise_memory_error(thread);
  const char fill = static_cast<char>(layout.fill);
  char* to = static_cast<char*>(result->mutable_data());
  to = std::fill_n(to, layout.left, fill);
  to = std::copy(layout.head.begin(), layout.head.end(), to);
  to = std::fill_n(to, layout.middle, fill);
  to = std::copy(layout.body.begin(), layout.body.end(), to);
  std::fill_n(to, layout.right, fill);
  return result;
}

// The digits of a number in a base, without its sign.
Result<std::string> magnitude_digits(Thread& thread, Value number, int base, bool& is_negative) {
  if (number.is_int()) {
    char buffer[72];
    const int64_t value = number.as_int();
    is_negative = value < 0;
    return std::string(buffer, std::to_chars(buffer, buffer + sizeof buffer, std::abs(value), base).ptr);
  }
  const Str* const text = TRY(int_to_text(thread, number, base));
  // The layout makes two more copies, with separators perhaps.
  if (!may_take(text->length() * 5)) return raise_memory_error(thread);
  const std::string_view digits = text->ascii_view();
  is_negative = digits[0] == '-';
  return std::string(digits.substr(is_negative));
}

}  // namespace

Value render(Thread& thread, const NumberLayout& layout) {
  constexpr size_t kUsualPadding = 1 << 16;
  if (layout.is_ascii && std::max({layout.left, layout.middle, layout.right}) <= kUsualPadding) {
    return render_ascii(thread, layout);
  }
  StrBuilder builder;
  builder.append_repeated(layout.fill, layout.left);
  builder.append(layout.head);
  builder.append_repeated(layout.fill, layout.middle);
  builder.append(layout.body);
  builder.append_repeated(layout.fill, layout.right);
  return Value(TRY(builder.finish(thread)));
}

Value format_str(Thread& thread, const Str* value, const Str* specification) {
  if (specification->length() == 0) return Value(TRY(str(thread, value)));  // a subclass may have its own __str__
  FormatSpec spec;
  TRY(parse(thread, specification, '<', value, spec));
  if (spec.type == 0 && spec.grouping != 0) {
    return raise(thread, ValueError, "Cannot specify '{}' with 's'.", std::string_view(&spec.grouping, 1));
  }
  if (spec.type != 0 && spec.type != 's') {
    return raise_value(thread, ValueError,
                       make_str(unknown_format_code(spec.type, type_of(value).name_view())));
  }
  TRY(check_str_spec(thread, spec));
  size_t length = value->length();
  if (spec.precision >= 0) length = std::min(length, static_cast<size_t>(spec.precision));
  return padded(thread, spec, value, length);
}

Value format_int(Thread& thread, Value any_int, const Str* specification) {
  const Value number = exact_int(any_int);
  if (specification->length() == 0) {
    if (is_exact_int(any_int)) return Value(TRY(int_to_text(thread, number, 10)));
    return Value(TRY(str(thread, any_int)));
  }
  FormatSpec spec;
  TRY(parse(thread, specification, '>', any_int, spec));
  if (is_float_format(spec.type)) {
    return format_double(thread, spec, TRY(int_to_double(thread, number)), any_int);
  }
  if (!is_int_type(spec.type)) {
    return raise_value(thread, ValueError,
                       make_str(unknown_format_code(spec.type, type_of(any_int).name_view())));
  }
  TRY(raise_if(thread, check_int_spec(spec)));
  if (spec.type == 'c') return format_character(thread, spec, number);
  bool is_negative = false;
  std::string digits = TRY(magnitude_digits(thread, number, base_of(spec.type), is_negative));
  if (spec.type == 'X') {
    for (char& c : digits) c = c >= 'a' ? static_cast<char>(c - 32) : c;
  }
  return render(thread, layout_int(spec, is_negative, digits));
}

Value format_float(Thread& thread, Value any_float, const Str* specification) {
  if (specification->length() == 0) return Value(TRY(str(thread, any_float)));
  FormatSpec spec;
  TRY(parse(thread, specification, '>', any_float, spec));
  return format_double(thread, spec, float_number(any_float), any_float);
}

Value format_complex(Thread& thread, Value complex, const Str* specification) {
  if (specification->length() == 0) return Value(TRY(str(thread, complex)));
  FormatSpec spec;
  TRY(parse(thread, specification, '>', complex, spec));
  const Complex& number = *complex.as<Complex>();
  if (spec.precision > 0 && !may_take(static_cast<size_t>(spec.precision) * 10)) return raise_memory_error(thread);
  NumberLayout layout;
  TRY(raise_if(thread, layout_complex(spec, number.real, number.imag,
                                      type_of(complex).name_view(), layout)));
  return render(thread, layout);
}

}  // namespace minipy
