// The methods of str about case and kinds of characters. Unicode Standard 3.13 and 4.2.
#include <string>

#include "Objects/memory_reserve.h"
#include "Objects/native.h"
#include "Objects/str_access.h"
#include "Objects/str_tables.h"
#include "Objects/unicode/character.h"

namespace minipy {
namespace {

constexpr char32_t kCapitalSigma = 0x3A3;

// 3.13, Final_Sigma: after a cased letter and not before one, whatever is ignorable in between.
template <typename Character>
bool is_final_sigma(const Character* text, size_t length, size_t place) {
  size_t before = place;
  while (before > 0 && unicode::is_case_ignorable(text[before - 1])) --before;
  if (before == 0 || !unicode::is_cased(text[before - 1])) return false;
  size_t after = place + 1;
  while (after < length && unicode::is_case_ignorable(text[after])) ++after;
  return after == length || !unicode::is_cased(text[after]);
}

template <typename Character>
int lower_at(const Character* text, size_t length, size_t place, char32_t out[3]) {
  if (text[place] != kCapitalSigma) return unicode::full_lower(text[place], out);
  out[0] = is_final_sigma(text, length, place) ? 0x3C2 : 0x3C3;
  return 1;
}

constexpr size_t kMostMapped = 3;  // a character becomes up to three

// Maps each character by f(characters, length, place, out) -> count.
template <typename F>
Value map_all(Thread& thread, const Str& self, F f) {
  std::u32string result;
  if (!reserve_text(result, self.length() * kMostMapped)) return raise_memory_error(thread);
  with_characters(self, [&](const auto* text) {
    for (size_t i = 0; i < self.length(); ++i) {
      char32_t out[3];
      const int count = f(text, self.length(), i, out);
      result.append(out, static_cast<size_t>(count));
    }
  });
  return checked(thread, make_str_utf32(result.data(), result.size()));
}

template <typename F>
Value map_ascii(Thread& thread, const Str& self, F f) {
  Str* const result = allocate_str(self.length(), 0x7F);
  if (result == nullptr) return raise_memory_error(thread);
  const uint8_t* const from = self.latin1();
  auto* const to = static_cast<uint8_t*>(result->mutable_data());
  const size_t length = self.length();  // Bytes are written: the compiler would read it each time.
  for (size_t i = 0; i < length; ++i) to[i] = f(from[i], i);
  return result;
}

// Without branches, so that whole vectors of characters are mapped at once.
uint8_t ascii_lower(uint8_t c) { return c ^ static_cast<uint8_t>((static_cast<uint8_t>(c - 'A') < 26) << 5); }
uint8_t ascii_upper(uint8_t c) { return c ^ static_cast<uint8_t>((static_cast<uint8_t>(c - 'a') < 26) << 5); }
bool is_ascii_letter(uint8_t c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; }

Value lower(Thread& thread, Str& self) {
  if (self.is_ascii()) return map_ascii(thread, self, [](uint8_t c, size_t) { return ascii_lower(c); });
  return map_all(thread, self, [](auto* text, size_t length, size_t i, char32_t* out) {
    return lower_at(text, length, i, out);
  });
}

Value upper(Thread& thread, Str& self) {
  if (self.is_ascii()) return map_ascii(thread, self, [](uint8_t c, size_t) { return ascii_upper(c); });
  return map_all(thread, self, [](auto* text, size_t, size_t i, char32_t* out) {
    return unicode::full_upper(text[i], out);
  });
}

Value casefold(Thread& thread, Str& self) {
  if (self.is_ascii()) return map_ascii(thread, self, [](uint8_t c, size_t) { return ascii_lower(c); });
  return map_all(thread, self, [](auto* text, size_t, size_t i, char32_t* out) {
    return unicode::case_fold(text[i], out);
  });
}

Value swapcase(Thread& thread, Str& self) {
  return map_all(thread, self, [](auto* text, size_t length, size_t i, char32_t* out) {
    if (unicode::is_upper(text[i])) return lower_at(text, length, i, out);
    if (unicode::is_lower(text[i])) return unicode::full_upper(text[i], out);
    out[0] = text[i];
    return 1;
  });
}

Value capitalize(Thread& thread, Str& self) {
  if (self.is_ascii()) {
    return map_ascii(thread, self, [](uint8_t c, size_t i) {
      return i == 0 ? ascii_upper(c) : ascii_lower(c);
    });
  }
  return map_all(thread, self, [](auto* text, size_t length, size_t i, char32_t* out) {
    return i == 0 ? unicode::full_title(text[i], out) : lower_at(text, length, i, out);
  });
}

Value title(Thread& thread, Str& self) {
  bool after_cased = false;
  if (self.is_ascii()) {
    return map_ascii(thread, self, [&](uint8_t c, size_t) {
      const uint8_t result = after_cased ? ascii_lower(c) : ascii_upper(c);
      after_cased = is_ascii_letter(c);
      return result;
    });
  }
  return map_all(thread, self, [&](auto* text, size_t length, size_t i, char32_t* out) {
    const int count =
        after_cased ? lower_at(text, length, i, out) : unicode::full_title(text[i], out);
    after_cased = unicode::is_cased(text[i]);
    return count;
  });
}

// True if there is a character and all have the property.
template <bool (*has_property)(char32_t)>
bool all_are(Str& self) {
  return self.length() > 0 && with_characters(self, [&](const auto* text) {
    for (size_t i = 0; i < self.length(); ++i) {
      if (!has_property(text[i])) return false;
    }
    return true;
  });
}

bool isprintable(Str& self) { return self.length() == 0 || all_are<unicode::is_printable>(self); }
bool isascii(Str& self) { return self.is_ascii(); }

// Some cased character, and none of the other case.
template <bool (*is_wanted)(char32_t), bool (*is_other)(char32_t)>
bool has_only_case(Str& self) {
  return with_characters(self, [&](const auto* text) {
    bool found = false;
    for (size_t i = 0; i < self.length(); ++i) {
      if (is_other(text[i]) || unicode::is_title(text[i])) return false;
      found |= is_wanted(text[i]);
    }
    return found;
  });
}

bool islower(Str& self) { return has_only_case<unicode::is_lower, unicode::is_upper>(self); }
bool isupper(Str& self) { return has_only_case<unicode::is_upper, unicode::is_lower>(self); }

bool istitle(Str& self) {
  return with_characters(self, [&](const auto* text) {
    bool after_cased = false;
    bool found = false;
    for (size_t i = 0; i < self.length(); ++i) {
      const bool starts = unicode::is_upper(text[i]) || unicode::is_title(text[i]);
      const bool goes_on = unicode::is_lower(text[i]);
      if ((starts && after_cased) || (goes_on && !after_cased)) return false;
      after_cased = starts || goes_on;
      found |= after_cased;
    }
    return found;
  });
}

bool isidentifier(Str& self) { return is_identifier(&self); }

const MethodRow case_rows[] = {
    method<lower>("lower($self, /)", "The text in lower case."),
    method<upper>("upper($self, /)", "The text in upper case."),
    method<casefold>("casefold($self, /)", "The text folded for caseless comparison."),
    method<swapcase>("swapcase($self, /)", "Upper case letters lower, lower case letters upper."),
    method<capitalize>("capitalize($self, /)", "The first character in title case, the rest lower."),
    method<title>("title($self, /)", "Each word starts in title case and goes on lower."),
    method<all_are<unicode::is_alphanumeric>>("isalnum($self, /)", "Only letters and numbers?"),
    method<all_are<unicode::is_alphabetic>>("isalpha($self, /)", "Only letters?"),
    method<isascii>("isascii($self, /)", "Only characters below U+0080?"),
    method<all_are<unicode::is_decimal>>("isdecimal($self, /)", "Only decimal digits?"),
    method<all_are<unicode::is_digit>>("isdigit($self, /)", "Only digits?"),
    method<isidentifier>("isidentifier($self, /)", "Could this be a name in Python source?"),
    method<islower>("islower($self, /)", "Some letter, and none that is not lower case?"),
    method<all_are<unicode::is_numeric>>("isnumeric($self, /)", "Only numeric characters?"),
    method<isprintable>("isprintable($self, /)", "Would repr() escape nothing?"),
    method<all_are<unicode::is_space>>("isspace($self, /)", "Only blanks?"),
    method<istitle>("istitle($self, /)", "Does each word start, and only start, with a capital?"),
    method<isupper>("isupper($self, /)", "Some letter, and none that is not upper case?"),
};

}  // namespace

const std::span<const MethodRow> str_case_methods = case_rows;

bool is_identifier(const Str* text) {
  return text->length() > 0 && with_characters(*text, [&](const auto* characters) {
    if (!unicode::is_xid_start(characters[0]) && characters[0] != '_') return false;
    for (size_t i = 1; i < text->length(); ++i) {
      if (!unicode::is_xid_continue(characters[i])) return false;
    }
    return true;
  });
}

}  // namespace minipy
