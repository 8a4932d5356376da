// Characters, texts and numbers as ncurses wants them.
#include <climits>

#include "Modules/curses/curses.h"
#include "Objects/bytes.h"
#include "Objects/codecs.h"
#include "Objects/int.h"

namespace minipy {

Result<int64_t> long_argument(Thread& thread, Value value) {
  const Value number = TRY(number_index(thread, value));
  if (const auto small = int_to_int64(number)) return *small;
  return raise(thread, OverflowError, "Python int too large to convert to C long");
}

Result<int> int_argument(Thread& thread, Value value) {
  const int64_t number = TRY(long_argument(thread, value));
  if (number > INT_MAX) return raise(thread, OverflowError, "signed integer is greater than maximum");
  if (number < INT_MIN) return raise(thread, OverflowError, "signed integer is less than minimum");
  return static_cast<int>(number);
}

Status check_counts(Thread& thread, const char* name, size_t count, std::initializer_list<size_t> allowed) {
  for (const size_t each : allowed) {
    if (count == each) return nothing;
  }
  return raise(thread, TypeError, "{} requires {} to {} arguments", name, *allowed.begin(), *(allowed.end() - 1));
}

Result<Place> place_argument(Thread& thread, const Value* arguments) {
  const int y = TRY(int_argument(thread, arguments[0]));
  return Place{y, TRY(int_argument(thread, arguments[1]))};
}

namespace {

Result<char32_t> only_character(Thread& thread, const Str& text, const char* expected) {
  if (text.length() == 1) return text.at(0);
  return raise(thread, TypeError, "expect {}, got a str of length {}", expected, text.length());
}

constexpr const char* kExpected = "bytes or str of length 1, or int";

Result<chtype> fitting(Thread& thread, int64_t value) {
  const auto character = static_cast<chtype>(value);
  if (static_cast<int64_t>(character) == value) return character;
  return raise(thread, OverflowError, "byte doesn't fit in chtype");
}

// The one byte that the character has in the window's encoding, or -1.
Result<int64_t> encoded_byte(Thread& thread, const CursesWindow* window, Value character) {
  const Value encoding = window ? window->encoding : screen_encoding ? screen_encoding : make_str("utf-8");
  const Value bytes = TRY(call_method(thread, character, "encode", {encoding}));
  if (!is_bytes(bytes) || bytes.as<Bytes>()->view().size() != 1) return -1;
  return static_cast<unsigned char>(bytes.as<Bytes>()->view()[0]);
}

bool is_one_byte(Value value) { return is_bytes(value) && value.as<Bytes>()->view().size() == 1; }

}  // namespace

Result<chtype> byte_character(Thread& thread, const CursesWindow* window, Value value) {
  if (is_one_byte(value)) return static_cast<unsigned char>(value.as<Bytes>()->view()[0]);
  if (is_str(value)) {
    int64_t code = TRY(only_character(thread, *value.as<Str>(), kExpected));
    if (code > 128) code = TRY(encoded_byte(thread, window, value));
    return fitting(thread, code);
  }
  if (!is_exact_int(value)) return raise(thread, TypeError, "expect {}, got {}", kExpected, type_of(value));
  return fitting(thread, int_to_int64(value).value_or(-1));
}

Result<std::variant<chtype, wchar_t>> any_character(Thread& thread, Value value) {
  if (is_str(value)) {
    return std::variant<chtype, wchar_t>(
        static_cast<wchar_t>(TRY(only_character(thread, *value.as<Str>(), kExpected))));
  }
  if (is_one_byte(value)) return std::variant<chtype, wchar_t>(TRY(byte_character(thread, nullptr, value)));
  if (!is_exact_int(value)) return raise(thread, TypeError, "expect {}, got {}", kExpected, type_of(value));
  const auto number = int_to_int64(value);
  if (!number) return raise(thread, OverflowError, "int doesn't fit in long");
  return std::variant<chtype, wchar_t>(TRY(fitting(thread, *number)));
}

Result<std::variant<std::string, std::wstring>> text_argument(Thread& thread, Value value) {
  if (is_str(value)) {
    const Str& text = *value.as<Str>();
    std::wstring wide(text.length(), L'\0');
    for (size_t i = 0; i < wide.size(); ++i) wide[i] = static_cast<wchar_t>(text.at(i));
    if (wide.find(L'\0') != wide.npos) return raise(thread, ValueError, "embedded null character");
    return std::variant<std::string, std::wstring>(std::move(wide));
  }
  if (!is_bytes(value)) return raise(thread, TypeError, "expect bytes or str, got {}", type_of(value));
  std::string bytes(value.as<Bytes>()->view());
  if (bytes.find('\0') != bytes.npos) return raise(thread, ValueError, "embedded null byte");
  return std::variant<std::string, std::wstring>(std::move(bytes));
}

}  // namespace minipy
