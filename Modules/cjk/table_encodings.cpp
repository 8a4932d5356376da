// Encodings that remember nothing: each character is a code in a table, of one or two bytes, or three with a prefix.
#include <array>

#include "Modules/cjk/character_set.h"
#include "Modules/cjk/encoding.h"

namespace minipy::cjk {
namespace {

using Match = CharacterSet::Match;

constexpr unsigned byte_at(std::string_view input, size_t i) { return static_cast<uint8_t>(input[i]); }
uint16_t code_at(std::string_view input, size_t i) {
  return static_cast<uint16_t>(byte_at(input, i) << 8 | byte_at(input, i + 1));
}
Decoded decoded(const CharacterSet::Characters& found, size_t length) {
  return {Decoded::Characters, static_cast<uint8_t>(found.match == Match::Two ? 2 : 1), length,
          {found.first, found.second}};
}

// Bytes that may begin a code of two.
struct Leads {
  uint8_t first, last;
  uint8_t more_first = 0xFF, more_last = 0;
  bool has(unsigned byte) const {
    return (byte >= first && byte <= last) || (byte >= more_first && byte <= more_last);
  }
};

class TableEncoding : public Encoding {
 public:
  constexpr TableEncoding(const char* name, CharacterSet& set, Leads leads)
      : Encoding(name), set_(set), leads_(leads) {}

  bool prepare() override { return set_.prepare(); }

  Decoded decode(std::string_view input, State&) const override { return decode_two(input); }

  Encoded encode(char32_t character, char32_t next, bool may_follow, State&) const override {
    Encoded result;
    if (set_.begins_pair(character)) {
      if (next == kNoCharacter && may_follow) {
        result.outcome = Encoded::Incomplete;
        return result;
      }
      if (const auto code = set_.encode_pair(character, next)) {
        result.add_code(*code);
        result.length = 2;
        return result;
      }
    }
    if (const auto code = set_.encode(character)) {
      result.add_code(*code);
    } else {
      result.outcome = Encoded::Illegal;
    }
    return result;
  }

 protected:
  Decoded decode_two(std::string_view input) const {
    const unsigned lead = byte_at(input, 0);
    const CharacterSet::Characters single = set_.decode(static_cast<uint16_t>(lead));
    if (single.match == Match::One) return decoded(single, 1);
    if (!leads_.has(lead)) return Decoded::illegal(1);
    if (input.size() < 2) return Decoded::incomplete();
    const CharacterSet::Characters found = set_.decode(code_at(input, 0));
    if (found.match == Match::None) return Decoded::illegal(1);
    if (found.match == Match::Refused) return Decoded::illegal(2);
    return decoded(found, 2);
  }

  CharacterSet& set_;
  Leads leads_;
};

// Further sets behind the byte 0x8F, looked through in turn.
class ExtendedEucEncoding final : public TableEncoding {
 public:
  constexpr ExtendedEucEncoding(const char* name, CharacterSet& set, CharacterSet* second, CharacterSet* third)
      : TableEncoding(name, set, {0x80, 0xFF}), more_{second, third} {}

  bool prepare() override {
    if (!set_.prepare()) return false;
    for (CharacterSet* more : more_) {
      if (more != nullptr && !more->prepare()) return false;
    }
    return true;
  }

  Decoded decode(std::string_view input, State&) const override {
    if (byte_at(input, 0) != kPrefix) return decode_two(input);
    if (input.size() < 3) return Decoded::incomplete();
    const uint16_t code = code_at(input, 1);
    if ((code & 0x8080) != 0x8080) return Decoded::illegal(1);
    for (const CharacterSet* more : more_) {
      if (more == nullptr) continue;
      const CharacterSet::Characters found = more->decode(code & 0x7F7F);
      if (found.match == Match::One) return decoded(found, 3);
    }
    return Decoded::illegal(1);
  }

  Encoded encode(char32_t character, char32_t next, bool may_follow, State& state) const override {
    Encoded result = TableEncoding::encode(character, next, may_follow, state);
    if (result.outcome != Encoded::Illegal || set_.denies(character)) return result;
    for (const CharacterSet* more : more_) {
      if (more == nullptr) continue;
      if (const auto code = more->encode(character)) {
        result.outcome = Encoded::Bytes;
        result.add(kPrefix);
        result.add_code(*code | 0x8080);
        return result;
      }
    }
    return result;
  }

 private:
  static constexpr unsigned kPrefix = 0x8F;
  CharacterSet* more_[2];
};

// KS X 1001 spells syllables that it does not have by eight bytes: a filler, then the initial, the vowel and the
// final (or a filler) as letters of its row 4.
class EucKrEncoding final : public TableEncoding {
 public:
  constexpr EucKrEncoding(const char* name, CharacterSet& set) : TableEncoding(name, set, {0x80, 0xFF}) {}

  Decoded decode(std::string_view input, State&) const override {
    if (input.size() < 2 || code_at(input, 0) != kFiller) return decode_two(input);
    if (input.size() < 8) return Decoded::incomplete();
    const int initial = place_of(kInitials, kInitialCount, code_at(input, 2));
    const int vowel = code_at(input, 4) - kFirstVowel;
    const int final = code_at(input, 6) == kFiller ? 0 : place_of(kFinals, kFinalCount, code_at(input, 6));
    if (initial < 0 || vowel < 0 || vowel >= kVowelCount || final < 0) return Decoded::illegal(1);
    const int syllable = (initial * kVowelCount + vowel) * (kFinalCount) + final;
    return Decoded::character(kFirstSyllable + static_cast<char32_t>(syllable), 8);
  }

  Encoded encode(char32_t character, char32_t next, bool may_follow, State& state) const override {
    Encoded result = TableEncoding::encode(character, next, may_follow, state);
    if (result.outcome != Encoded::Illegal) return result;
    if (character < kFirstSyllable || character > 0xD7A3) return result;
    const unsigned syllable = character - kFirstSyllable;
    const unsigned final = syllable % kFinalCount;
    result.outcome = Encoded::Bytes;
    result.add_code(kFiller);
    result.add_code(kFirstLetter + kInitials[syllable / (kFinalCount * kVowelCount)]);
    result.add_code(kFirstVowel + syllable / kFinalCount % kVowelCount);
    result.add_code(final == 0 ? kFiller : kFirstLetter + kFinals[final]);
    return result;
  }

 private:
  static constexpr unsigned kFiller = 0xA4D4, kFirstLetter = 0xA4A1;
  static constexpr int kFirstVowel = 0xA4BF;
  static constexpr int kInitialCount = 19, kVowelCount = 21, kFinalCount = 28;
  static constexpr char32_t kFirstSyllable = 0xAC00;
  // Which letters are initials and finals, counted from the first; a syllable's final 0 is none.
  static constexpr uint8_t kInitials[] = {0, 1, 3, 6, 7, 8, 16, 17, 18, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29};
  static constexpr uint8_t kFinals[] = {0xFF, 0,  1,  2,  3,  4,  5,  6,  8,  9,  10, 11, 12, 13,
                                        14,   15, 16, 17, 19, 20, 21, 22, 23, 25, 26, 27, 28, 29};

  static int place_of(const uint8_t* letters, int count, unsigned code) {
    for (int i = 0; i < count; ++i) {
      if (letters[i] != 0xFF && letters[i] + kFirstLetter == code) return i;
    }
    return -1;
  }
};

// GB 18030 has all of Unicode: what is not in its table are codes of four bytes, numbered in the order of Unicode.
class Gb18030Encoding final : public TableEncoding {
 public:
  constexpr Gb18030Encoding(const char* name, CharacterSet& set) : TableEncoding(name, set, {0x80, 0xFF}) {}

  bool prepare() override {
    if (!set_.prepare()) return false;
    if (plane_ != nullptr) return true;
    plane_ = map_table<uint16_t>(2 * kPlane);
    if (plane_ == nullptr) return false;
    numbers_ = plane_ + kPlane;
    for (char32_t c = 0x80; c < kPlane; ++c) {
      if ((c >= 0xD800 && c <= 0xDFFF) || set_.encode(c)) continue;
      numbers_[c] = static_cast<uint16_t>(count_);
      plane_[count_++] = static_cast<uint16_t>(c);
    }
    return true;
  }

  Decoded decode(std::string_view input, State&) const override {
    const unsigned lead = byte_at(input, 0);
    if (lead < 0x80 || input.size() < 2 || !is_digit(byte_at(input, 1))) return decode_two(input);
    if (input.size() < 4) return Decoded::incomplete();
    const unsigned third = byte_at(input, 2);
    if (lead < 0x81 || third < 0x81 || third > 0xFE || !is_digit(byte_at(input, 3))) return Decoded::illegal(1);
    const unsigned row = (lead - 0x81) * 10 + (byte_at(input, 1) - 0x30);
    const unsigned number = (row * 126 + (third - 0x81)) * 10 + (byte_at(input, 3) - 0x30);
    if (number < count_) return Decoded::character(plane_[number], 4);
    if (number < kFirstFurther || number - kFirstFurther > 0xFFFFF) return Decoded::illegal(1);
    return Decoded::character(0x10000 + number - kFirstFurther, 4);
  }

  Encoded encode(char32_t character, char32_t next, bool may_follow, State& state) const override {
    Encoded result = TableEncoding::encode(character, next, may_follow, state);
    if (result.outcome != Encoded::Illegal || (character >= 0xD800 && character <= 0xDFFF)) return result;
    unsigned number = character < kPlane ? numbers_[character] : character - 0x10000 + kFirstFurther;
    result.outcome = Encoded::Bytes;
    result.size = 4;
    result.bytes[3] = static_cast<uint8_t>(0x30 + number % 10);
    number /= 10;
    result.bytes[2] = static_cast<uint8_t>(0x81 + number % 126);
    number /= 126;
    result.bytes[1] = static_cast<uint8_t>(0x30 + number % 10);
    result.bytes[0] = static_cast<uint8_t>(0x81 + number / 10);
    return result;
  }

 private:
  static constexpr unsigned kPlane = 0x10000;
  static constexpr unsigned kFirstFurther = 189000;  // of U+10000
  static bool is_digit(unsigned byte) { return byte >= 0x30 && byte <= 0x39; }

  uint16_t* plane_ = nullptr;    // by number: the character
  uint16_t* numbers_ = nullptr;  // by character: the number
  unsigned count_ = 0;
};

CharacterSet gb2312(sets::gb2312), gbk(sets::gbk), gb18030(sets::gb18030), big5(sets::big5), cp950(sets::cp950),
    big5hkscs(sets::big5hkscs), euc_kr(sets::euc_kr), cp949(sets::cp949), johab(sets::johab), euc_jp(sets::euc_jp),
    shift_jis(sets::shift_jis), cp932(sets::cp932), shift_jis_2004(sets::shift_jis_2004),
    shift_jisx0213(sets::shift_jisx0213), euc_jis_2004(sets::euc_jis_2004), euc_jisx0213(sets::euc_jisx0213),
    jisx0212(sets::jisx0212_94), plane2(sets::jisx0213_plane2_94), plane2_2000(sets::jisx0213_2000_plane2_94),
    gb2312_94(sets::gb2312_94);

// HZ (RFC 1843): codes of GB 2312 in seven bits between ~{ and ~}.
class HzEncoding final : public Encoding {
 public:
  using Encoding::Encoding;

  bool prepare() override { return gb2312_94.prepare(); }

  Decoded decode(std::string_view input, State& state) const override {
    const unsigned lead = byte_at(input, 0);
    uint8_t& is_double = state.bytes[0];
    if (lead == '~') {
      if (input.size() < 2) return Decoded::incomplete();
      const char next = input[1];
      if (next == '~' && is_double == 0) return Decoded::character('~', 2);
      if (next == '\n' && is_double == 0) return Decoded::nothing(2);
      if (next != (is_double != 0 ? '}' : '{')) return Decoded::illegal(1);
      is_double ^= 1;
      return Decoded::nothing(2);
    }
    if (lead >= 0x80) return Decoded::illegal(1);
    if (is_double == 0) return Decoded::character(lead, 1);
    if (input.size() < 2) return Decoded::incomplete();
    const CharacterSet::Characters found = gb2312_94.decode(code_at(input, 0));
    return found.match == Match::One ? decoded(found, 2) : Decoded::illegal(1);
  }

  Encoded encode(char32_t character, char32_t, bool, State& state) const override {
    Encoded result;
    if (character < 0x80) {
      leave(result, state);
      if (character == '~') result.add('~');
      result.add(character);
      return result;
    }
    const auto code = gb2312_94.encode(character);
    if (!code) {
      result.outcome = Encoded::Illegal;
      return result;
    }
    if (state.bytes[0] == 0) result.add("~{");
    state.bytes[0] = 1;
    result.add_code(*code);
    return result;
  }

  Encoded finish(State& state) const override {
    Encoded result;
    leave(result, state);
    return result;
  }
  void reset_decoder(State& state) const override { state.bytes[0] = 0; }

 private:
  static void leave(Encoded& result, State& state) {
    if (state.bytes[0] != 0) result.add("~}");
    state.bytes[0] = 0;
  }
};

constexpr Leads kHigh{0x80, 0xFF};

TableEncoding tables[] = {
    {"gb2312", gb2312, kHigh},
    {"gbk", gbk, kHigh},
    {"big5hkscs", big5hkscs, kHigh},
    {"big5", big5, kHigh},
    {"cp950", cp950, kHigh},
    {"cp949", cp949, kHigh},
    {"johab", johab, kHigh},
    {"shift_jis", shift_jis, {0x81, 0x9F, 0xE0, 0xEA}},
    {"cp932", cp932, {0x81, 0x9F, 0xE0, 0xFC}},
    {"shift_jis_2004", shift_jis_2004, {0x81, 0x9F, 0xE0, 0xFC}},
    {"shift_jisx0213", shift_jisx0213, {0x81, 0x9F, 0xE0, 0xFC}},
};
Gb18030Encoding gb18030_encoding("gb18030", gb18030);
EucKrEncoding euc_kr_encoding("euc_kr", euc_kr);
HzEncoding hz_encoding("hz");
ExtendedEucEncoding extended[] = {
    {"euc_jp", euc_jp, &jisx0212, nullptr},
    {"euc_jis_2004", euc_jis_2004, &plane2, &jisx0212},
    {"euc_jisx0213", euc_jisx0213, &plane2_2000, &jisx0212},
};

Encoding* find_by_name(std::string_view name) {
  for (Encoding* encoding : {static_cast<Encoding*>(&gb18030_encoding), static_cast<Encoding*>(&euc_kr_encoding),
                             static_cast<Encoding*>(&hz_encoding)}) {
    if (name == encoding->name()) return encoding;
  }
  for (Encoding& encoding : extended) {
    if (name == encoding.name()) return &encoding;
  }
  for (Encoding& encoding : tables) {
    if (name == encoding.name()) return &encoding;
  }
  return find_iso2022(name);
}

// As CPython spreads them.
struct ModuleEncodings {
  std::string_view module;
  std::array<std::string_view, 7> names;  // the last ones may be empty
};
constexpr ModuleEncodings kModules[] = {
    {"_codecs_cn", {"gb2312", "gbk", "gb18030", "hz"}},
    {"_codecs_hk", {"big5hkscs"}},
    {"_codecs_iso2022",
     {"iso2022_kr", "iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_jp_2004", "iso2022_jp_3", "iso2022_jp_ext"}},
    {"_codecs_jp",
     {"shift_jis", "cp932", "euc_jp", "shift_jis_2004", "euc_jis_2004", "euc_jisx0213", "shift_jisx0213"}},
    {"_codecs_kr", {"euc_kr", "cp949", "johab"}},
    {"_codecs_tw", {"big5", "cp950"}},
};

}  // namespace

Encoding* find_encoding(std::string_view module, std::string_view name) {
  for (const ModuleEncodings& entry : kModules) {
    if (entry.module != module) continue;
    for (const std::string_view known : entry.names) {
      if (known == name) return find_by_name(name);
    }
  }
  return nullptr;
}

}  // namespace minipy::cjk
