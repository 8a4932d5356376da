// ISO 2022 in seven bits (RFC 1468, 1554, 1557, 2237): escape sequences say which character set the codes are of.
#include "Modules/cjk/character_set.h"
#include "Modules/cjk/encoding.h"
#include "Objects/result.h"

namespace minipy::cjk {
namespace {

using Match = CharacterSet::Match;

// A set is known by the last byte of its escape sequence, with the high bit if its codes have two bytes.
constexpr uint8_t wide(char final) { return static_cast<uint8_t>(final) | 0x80; }
enum Mark : uint8_t {
  kAscii = 'B',
  kJisRoman = 'J',
  kJisKatakana = 'I',
  kLatin1 = 'A',
  kGreek = 'F',
  kJis1978 = wide('@'),
  kJis1983 = wide('B'),
  kJis1990 = wide('D'),  // JIS X 0212
  kKorean = wide('C'),
  kChinese = wide('A'),
  kJis2000 = wide('O'),
  kJis2000Plane2 = wide('P'),
  kJis2004 = wide('Q'),
};
constexpr bool is_wide(uint8_t mark) { return mark & 0x80; }

// In EUC and Shift JIS, JIS X 0213 has a wave where it has a tilde here.
constexpr char32_t kWaveOfEuc = 0xFF5E;
constexpr uint16_t kWaveCode = 0x2232;
constexpr bool is_jisx0213(uint8_t mark) { return mark == kJis2000 || mark == kJis2004; }

// Bytes of the state: the sets in use as G0, G1, G2, and flags.
enum Place { kG0, kG1, kG2, kFlags = 4 };
enum Flag : uint8_t { kShifted = 1, kInUnknownEscape = 2 };

constexpr unsigned kEscape = 0x1B, kShiftOut = 0x0E, kShiftIn = 0x0F;
constexpr size_t kLongestEscape = 16;

CharacterSet gb2312(sets::gb2312_94), ksx1001(sets::ksx1001_94), jisx0208(sets::jisx0208_94),
    jisx0212(sets::jisx0212_94), jisx0213(sets::jisx0213_94), jisx0213_2000(sets::jisx0213_2000_94),
    jisx0213_plane2(sets::jisx0213_plane2_94), jisx0213_2000_plane2(sets::jisx0213_2000_plane2_94);

CharacterSet* table_of(uint8_t mark) {
  switch (mark) {
    case kJis1978:
    case kJis1983: return &jisx0208;
    case kJis1990: return &jisx0212;
    case kKorean: return &ksx1001;
    case kChinese: return &gb2312;
    case kJis2000: return &jisx0213_2000;
    case kJis2004: return &jisx0213;
    case kJis2000Plane2: return &jisx0213_plane2;
    default: return nullptr;
  }
}

struct Designation {
  uint8_t mark;
  uint8_t place;
};

unsigned byte_at(std::string_view input, size_t i) { return static_cast<uint8_t>(input[i]); }
bool ends_escape(unsigned byte) { return (byte >= 'A' && byte <= 'Z') || byte == '@'; }

class Iso2022Encoding final : public Encoding {
 public:
  enum Feature : uint8_t { kNothing = 0, kShifts = 1, kSingleShift = 2, kJisMark = 4, kFirstEdition = 8 };

  constexpr Iso2022Encoding(const char* name, std::initializer_list<Designation> designations, int features)
      : Encoding(name), features_(features) {
    for (const Designation& designation : designations) designations_[count_++] = designation;
  }

  bool prepare() override {
    for (const Designation& designation : designations()) {
      CharacterSet* table = table_of(designation.mark);
      if (table != nullptr && !table->prepare()) return false;
    }
    return !(features_ & kFirstEdition) || jisx0213_2000_plane2.prepare();
  }

  State first_encoder_state() const override { return {{kAscii, kAscii}}; }
  State first_decoder_state() const override { return {{kAscii, kAscii, kAscii}}; }
  void reset_decoder(State& state) const override {
    state.bytes[kG0] = kAscii;
    state.bytes[kFlags] &= static_cast<uint8_t>(~kShifted);
  }

  Decoded decode(std::string_view input, State& state) const override {
    const unsigned byte = byte_at(input, 0);
    uint8_t& flags = state.bytes[kFlags];
    if (flags & kInUnknownEscape) {
      if (ends_escape(byte)) flags &= static_cast<uint8_t>(~kInUnknownEscape);
      return Decoded::character(byte, 1);
    }
    if (byte == kEscape) return decode_escape(input, state);
    if (features_ & kShifts) {
      if (byte == kShiftOut) flags |= kShifted;
      if (byte == kShiftIn) flags &= static_cast<uint8_t>(~kShifted);
      if (byte == kShiftOut || byte == kShiftIn) return Decoded::nothing(1);
    }
    if (byte == '\n') flags &= static_cast<uint8_t>(~kShifted);
    if (byte < 0x20) return Decoded::character(byte, 1);
    if (byte >= 0x80) return Decoded::illegal(1);
    return decode_code(input, state.bytes[flags & kShifted ? kG1 : kG0]);
  }

  Encoded encode(char32_t character, char32_t next, bool may_follow, State& state) const override {
    Encoded result;
    if (character < 0x80) {
      designate(result, {kAscii, kG0}, state);
      result.add(character);
      if (character == '\n') state.bytes[kFlags] &= static_cast<uint8_t>(~kShifted);
      return result;
    }
    // As CPython does it, the first character of a pair waits for the second, but they are written apart.
    if (next == kNoCharacter && may_follow && begins_pair(character)) {
      result.outcome = Encoded::Incomplete;
      return result;
    }
    for (const Designation& designation : designations()) {
      if (const auto code = code_of(designation.mark, character)) {
        designate(result, designation, state);
        result.add_code(*code);
        return result;
      }
    }
    result.outcome = Encoded::Illegal;
    return result;
  }

  Encoded finish(State& state) const override {
    Encoded result;
    designate(result, {kAscii, kG0}, state);
    return result;
  }

 private:
  std::span<const Designation> designations() const { return {designations_, count_}; }

  bool knows(uint8_t mark) const {
    if (mark == kAscii) return true;
    for (const Designation& designation : designations()) {
      if (designation.mark == mark) return true;
    }
    return false;
  }

  bool begins_pair(char32_t character) const {
    for (const Designation& designation : designations()) {
      const CharacterSet* table = table_of(designation.mark);
      if (table != nullptr && table->begins_pair(character)) return true;
    }
    return false;
  }

  Decoded decode_escape(std::string_view input, State& state) const {
    if (input.size() < 2) return Decoded::incomplete();
    const char second = input[1];
    const bool begins = second == '(' || second == ')' || second == '$' || second == '.' || second == '&';
    if (begins) return decode_designation(input, state);
    if (second == 'N' && features_ & kSingleShift) return decode_single_shift(input, state);
    state.bytes[kFlags] |= kInUnknownEscape;
    return Decoded::character(kEscape, 1);
  }

  // The length of the sequence with its last byte; 0 while that is not there.
  size_t escape_length(std::string_view input) const {
    for (size_t i = 1; i < kLongestEscape; ++i) {
      if (i >= input.size()) return 0;
      if (ends_escape(byte_at(input, i))) return i + 1;
      // ESC & @ says that the newer edition of JIS X 0208 is meant by the sequence behind it.
      if (features_ & kJisMark && i + 1 < input.size() && input[i] == '&' && input[i + 1] == '@') i += 2;
    }
    return kLongestEscape + 1;
  }

  Decoded decode_designation(std::string_view input, State& state) const {
    const size_t length = escape_length(input);
    if (length == 0) return Decoded::incomplete();
    if (length > kLongestEscape) return Decoded::illegal(1);
    uint8_t mark = static_cast<uint8_t>(input[length - 1]);
    char kind = input[1];
    if (length == 3 && kind == '$') {
      mark |= 0x80;
      kind = '(';
    } else if (length == 4) {
      if (kind != '$') return Decoded::illegal(length);
      mark |= 0x80;
      kind = input[2];
      if (kind == '.') return Decoded::illegal(length);
    } else if (length == 6 && features_ & kJisMark && input.substr(0, 6) == "\x1b&@\x1b$B") {
      mark = kJis1983;
      kind = '(';
    } else if (length != 3) {
      return Decoded::illegal(length);
    }
    const int place = kind == '(' ? kG0 : kind == ')' ? kG1 : kind == '.' && features_ & kSingleShift ? kG2 : -1;
    if (place < 0 || !knows(mark)) return Decoded::illegal(length);
    state.bytes[place] = mark;
    return Decoded::nothing(length);
  }

  Decoded decode_single_shift(std::string_view input, const State& state) const {
    if (input.size() < 3) return Decoded::incomplete();
    const unsigned byte = byte_at(input, 2);
    switch (state.bytes[kG2]) {
      case kAscii:
        return byte < 0x80 ? Decoded::character(byte, 3) : Decoded::illegal(3);
      case kLatin1:
        return byte < 0x80 ? Decoded::character(byte | 0x80, 3) : Decoded::illegal(3);
      case kGreek: {
        const char32_t character = greek_character(byte ^ 0x80);
        return character != 0 ? Decoded::character(character, 3) : Decoded::illegal(3);
      }
      default:
        return {Decoded::Broken};
    }
  }

  // The right half of ISO 8859-7, which follows the Unicode block but for a few.
  static char32_t greek_character(unsigned byte) {
    if (byte < 0xA0) return byte;
    if (byte == 0xA1) return 0x2018;
    if (byte == 0xA2) return 0x2019;
    if (byte == 0xAF) return 0x2015;
    constexpr unsigned kPlain[] = {0xA0, 0xA3, 0xA6, 0xA7, 0xA8, 0xA9, 0xAB, 0xAC, 0xAD,
                                   0xB0, 0xB1, 0xB2, 0xB3, 0xB7, 0xBB, 0xBD};
    for (const unsigned plain : kPlain) {
      if (byte == plain) return byte;
    }
    if (byte < 0xB4 || byte == 0xD2 || byte >= 0xFF) return 0;
    return 0x370 + (byte - 0xA0);
  }

  Decoded decode_code(std::string_view input, uint8_t mark) const {
    const unsigned byte = byte_at(input, 0);
    if (mark == kAscii) return Decoded::character(byte, 1);
    if (mark == kJisRoman) return Decoded::character(byte == '\\' ? 0xA5 : byte == '~' ? 0x203E : byte, 1);
    if (mark == kJisKatakana) {
      return byte >= 0x21 && byte <= 0x5F ? Decoded::character(0xFF61 - 0x21 + byte, 1) : Decoded::illegal(1);
    }
    if (!is_wide(mark)) return Decoded::illegal(1);
    if (input.size() < 2) return Decoded::incomplete();
    const CharacterSet* table = table_of(mark);
    const uint16_t code = static_cast<uint16_t>(byte << 8 | byte_at(input, 1));
    if (is_jisx0213(mark) && code == kWaveCode) return Decoded::character('~', 2);
    const CharacterSet::Characters found = table->decode(code);
    if (found.match == Match::None || found.match == Match::Refused) return Decoded::illegal(2);
    return {Decoded::Characters, static_cast<uint8_t>(found.match == Match::Two ? 2 : 1), 2,
            {found.first, found.second}};
  }

  std::optional<uint16_t> code_of(uint8_t mark, char32_t character) const {
    if (mark == kJisRoman) {
      if (character == 0xA5) return '\\';
      if (character == 0x203E) return '~';
      return std::nullopt;
    }
    if (mark == kJisKatakana) {
      if (character < 0xFF61 || character > 0xFF9F) return std::nullopt;
      return static_cast<uint16_t>(character - 0xFF61 + 0x21);
    }
    if (is_jisx0213(mark) && character == kWaveOfEuc) return std::nullopt;
    // The first edition differs from the second in one character of this plane, but only when it is encoded.
    const bool is_first_plane2 = mark == kJis2000Plane2 && features_ & kFirstEdition;
    const CharacterSet* table = is_first_plane2 ? &jisx0213_2000_plane2 : table_of(mark);
    return table == nullptr ? std::nullopt : table->encode(character);
  }

  // Writes what makes `designation` the set of the codes that follow.
  void designate(Encoded& result, Designation designation, State& state) const {
    uint8_t& flags = state.bytes[kFlags];
    if (designation.place == kG0 && flags & kShifted) {
      result.add(kShiftIn);
      flags &= static_cast<uint8_t>(~kShifted);
    }
    uint8_t& current = state.bytes[designation.place];
    if (current != designation.mark) {
      result.add(kEscape);
      if (is_wide(designation.mark)) result.add('$');
      const uint8_t final = designation.mark & 0x7F;
      const bool is_short = designation.mark == kJis1978 || designation.mark == kJis1983;
      if (!is_short) result.add(designation.place == kG0 ? '(' : ')');
      result.add(final);
      current = designation.mark;
    }
    if (designation.place == kG1 && !(flags & kShifted)) {
      result.add(kShiftOut);
      flags |= kShifted;
    }
  }

  Designation designations_[10] = {};
  size_t count_ = 0;
  int features_;
};

using enum Iso2022Encoding::Feature;

Iso2022Encoding encodings[] = {
    {"iso2022_kr", {{kKorean, kG1}}, kShifts},
    {"iso2022_jp", {{kJis1983, kG0}, {kJisRoman, kG0}, {kJis1978, kG0}}, kJisMark},
    {"iso2022_jp_1", {{kJis1983, kG0}, {kJis1990, kG0}, {kJisRoman, kG0}, {kJis1978, kG0}}, kJisMark},
    {"iso2022_jp_2",
     {{kJis1983, kG0}, {kJis1990, kG0}, {kKorean, kG0}, {kChinese, kG0}, {kJisRoman, kG0}, {kJis1978, kG0},
      {kLatin1, kG2}, {kGreek, kG2}},
     kSingleShift | kJisMark},
    {"iso2022_jp_2004", {{kJis1983, kG0}, {kJis2004, kG0}, {kJis2000Plane2, kG0}}, kJisMark},
    {"iso2022_jp_3", {{kJis1983, kG0}, {kJis2000, kG0}, {kJis2000Plane2, kG0}}, kJisMark | kFirstEdition},
    {"iso2022_jp_ext",
     {{kJis1983, kG0}, {kJis1990, kG0}, {kJisRoman, kG0}, {kJisKatakana, kG0}, {kJis1978, kG0}}, kJisMark},
};

}  // namespace

Encoding* find_iso2022(std::string_view name) {
  for (Encoding& encoding : encodings) {
    if (name == encoding.name()) return &encoding;
  }
  return nullptr;
}

}  // namespace minipy::cjk
