#include "Modules/sre/characters.h"

#include <cctype>

#include "Modules/sre/program.h"
#include "Objects/result.h"
#include "Objects/unicode/character.h"

namespace minipy::sre {

namespace {

bool is_digit_ascii(uint32_t c) { return c - '0' < 10; }
bool is_space_ascii(uint32_t c) { return c == ' ' || c - '\t' < 5; }

}  // namespace

bool is_word_ascii(uint32_t c) { return lower_ascii(c) - 'a' < 26 || is_digit_ascii(c) || c == '_'; }
bool is_word_locale(uint32_t c) { return c == '_' || (c < 256 && std::isalnum(static_cast<int>(c))); }
bool is_word_unicode(uint32_t c) { return c == '_' || unicode::is_alphanumeric(c); }

// The first character of the full mapping: ligatures have no other.
uint32_t lower_unicode(uint32_t c) {
  if (c < 128) return lower_ascii(c);
  char32_t mapped[3];
  unicode::full_lower(c, mapped);
  return mapped[0];
}
uint32_t upper_unicode(uint32_t c) {
  char32_t mapped[3];
  unicode::full_upper(c, mapped);
  return mapped[0];
}
uint32_t lower_locale(uint32_t c) { return c < 256 ? static_cast<uint32_t>(std::tolower(static_cast<int>(c))) : c; }
uint32_t upper_locale(uint32_t c) { return c < 256 ? static_cast<uint32_t>(std::toupper(static_cast<int>(c))) : c; }

uint32_t lower(Fold fold, uint32_t c) {
  switch (fold) {
    case Fold::None: return c;
    case Fold::Ascii: return lower_ascii(c);
    case Fold::Locale: return lower_locale(c);
    case Fold::Unicode: return lower_unicode(c);
  }
  MP_UNREACHABLE();
}

bool is_in_category(Category category, uint32_t c) {
  switch (category) {
    case Category::Digit: return is_digit_ascii(c);
    case Category::NotDigit: return !is_digit_ascii(c);
    case Category::Space: return is_space_ascii(c);
    case Category::NotSpace: return !is_space_ascii(c);
    case Category::Word: return is_word_ascii(c);
    case Category::NotWord: return !is_word_ascii(c);
    case Category::LineBreak: return c == '\n';
    case Category::NotLineBreak: return c != '\n';
    case Category::LocWord: return is_word_locale(c);
    case Category::LocNotWord: return !is_word_locale(c);
    case Category::UniDigit: return unicode::is_decimal(c);
    case Category::UniNotDigit: return !unicode::is_decimal(c);
    case Category::UniSpace: return unicode::is_space(c);
    case Category::UniNotSpace: return !unicode::is_space(c);
    case Category::UniWord: return is_word_unicode(c);
    case Category::UniNotWord: return !is_word_unicode(c);
    case Category::UniLineBreak: return unicode::is_line_break(c);
    case Category::UniNotLineBreak: return !unicode::is_line_break(c);
    case Category::kCount: break;
  }
  return false;
}

namespace {

// Runs the words of a set; they have been validated.
bool in_charset(const uint32_t* set, uint32_t c) {
  bool ok = true;
  for (;;) {
    switch (static_cast<Code>(*set++)) {
      case Code::Failure: return !ok;
      case Code::Negate: ok = !ok; break;
      case Code::Literal:
        if (c == set[0]) return ok;
        set += 1;
        break;
      case Code::Range:
        if (set[0] <= c && c <= set[1]) return ok;
        set += 2;
        break;
      case Code::RangeUniIgnore: {
        const uint32_t upper = upper_unicode(c);
        if ((set[0] <= c && c <= set[1]) || (set[0] <= upper && upper <= set[1])) return ok;
        set += 2;
        break;
      }
      case Code::Category:
        if (is_in_category(static_cast<Category>(set[0]), c)) return ok;
        set += 1;
        break;
      case Code::Charset:
        if (c < 256 && set[c / 32] >> (c & 31) & 1) return ok;
        set += 8;
        break;
      case Code::BigCharset: {
        // A count of blocks, 256 bytes that choose a block, blocks of 256 bits.
        const uint32_t count = *set++;
        const auto* blocks = reinterpret_cast<const uint8_t*>(set);
        set += 64;
        if (c < 65536) {
          const uint32_t block = blocks[c >> 8];
          if (set[block * 8 + (c & 255) / 32] >> (c & 31) & 1) return ok;
        }
        set += count * 8;
        break;
      }
      default: MP_UNREACHABLE();
    }
  }
}

}  // namespace

bool CharacterSet::contains_slowly(uint32_t c, const uint32_t* words) const {
  bool same;
  if (kind == Charset) {
    const uint32_t* set = words + code;
    if (fold != Fold::Locale) return in_charset(set, sre::lower(fold, c));
    return in_charset(set, lower_locale(c)) || in_charset(set, upper_locale(c));
  }
  if (fold == Fold::Locale) {
    same = c == literal || lower_locale(c) == literal || upper_locale(c) == literal;
  } else {
    same = sre::lower(fold, c) == literal;
  }
  return same == (kind == Literal);
}

}  // namespace minipy::sre
