#include "Objects/unicode/normalize.h"

#include <algorithm>
#include <vector>

namespace minipy::unicode {
namespace {

// The Unicode Standard 3.12: Hangul syllables are computed from their parts.
constexpr char32_t kSyllableBase = 0xAC00;
constexpr char32_t kLeadBase = 0x1100;
constexpr char32_t kVowelBase = 0x1161;
constexpr char32_t kTrailBase = 0x11A7;
constexpr unsigned kLeadCount = 19;
constexpr unsigned kVowelCount = 21;
constexpr unsigned kTrailCount = 28;
constexpr unsigned kSyllableCount = kLeadCount * kVowelCount * kTrailCount;

bool is_compatibility(Form form) { return form == Form::NFKC || form == Form::NFKD; }

void append_syllable(char32_t c, GrowingCharacters& out) {
  const unsigned index = c - kSyllableBase;
  out += kLeadBase + index / (kVowelCount * kTrailCount);
  out += kVowelBase + index % (kVowelCount * kTrailCount) / kTrailCount;
  if (index % kTrailCount != 0) out += kTrailBase + index % kTrailCount;
}

// What the five characters whose decompositions were corrected since used to become.
std::optional<char32_t> old_correction(char32_t c) {
  for (unsigned i = 0; i < tables::old_correction_count; ++i) {
    if (tables::old_corrections[i].character == c) return tables::old_corrections[i].decomposition;
  }
  return std::nullopt;
}

void append_decomposed(char32_t c, Form form, Version version, GrowingCharacters& out) {
  if (c < 0x80) {
    out += c;
    return;
  }
  if (c - kSyllableBase < kSyllableCount) return append_syllable(c, out);
  if (version == Version::Old) {
    if (const auto corrected = old_correction(c)) c = *corrected;
    if (!is_assigned(c, version)) {
      out += c;
      return;
    }
  }
  const Decomposition found = decomposition_of(c);
  if (found.length == 0 || (found.prefix != 0 && !is_compatibility(form))) {
    out += c;
    return;
  }
  for (unsigned i = 0; i < found.length; ++i) {
    append_decomposed(found.codes[i], form, version, out);
  }
}

// Annex 15, D109: marks that follow one starter are sorted by class, stably. The sort keys are
// class, place and character in one number, so that long runs are no quadratic trap.
void sort_marks(GrowingCharacters& text) {
  std::vector<uint64_t> keys;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] < 0x300 || combining(text[i]) == 0) continue;
    const size_t start = i;
    keys.clear();
    for (; i < text.size() && combining(text[i]) != 0; ++i) {
      keys.push_back(static_cast<uint64_t>(combining(text[i])) << 56 | (i - start) << 21 | text[i]);
    }
    if (keys.size() == 1) continue;
    std::sort(keys.begin(), keys.end());
    for (size_t k = 0; k < keys.size(); ++k) text[start + k] = keys[k] & 0x1FFFFF;
  }
}

// The primary composite of two characters, or 0.
char32_t composed(char32_t first, char32_t second) {
  if (first - kLeadBase < kLeadCount && second - kVowelBase < kVowelCount) {
    return kSyllableBase +
           ((first - kLeadBase) * kVowelCount + (second - kVowelBase)) * kTrailCount;
  }
  if (first - kSyllableBase < kSyllableCount && (first - kSyllableBase) % kTrailCount == 0 &&
      second - kTrailBase - 1 < kTrailCount - 1) {
    return first + (second - kTrailBase);
  }
  const tables::Composition* const end = tables::compositions + tables::composition_count;
  const auto found = std::lower_bound(
      tables::compositions, end, std::pair(first, second),
      [](const tables::Composition& entry, std::pair<char32_t, char32_t> wanted) {
        return std::pair(entry.first, entry.second) < wanted;
      });
  if (found == end || found->first != first || found->second != second) return 0;
  return found->composite;
}

// Annex 15, D117: each character is put together with the last starter unless something of its
// own class, or another starter, stands between.
void compose(GrowingCharacters& text) {
  constexpr size_t kNone = static_cast<size_t>(-1);
  size_t starter = kNone;
  size_t length = 0;
  int last_class = -1;  // Of what stands between the starter and here; -1: nothing does.
  for (const char32_t c : text.view()) {
    const int its_class = combining(c);
    if (starter != kNone && last_class < its_class) {
      if (const char32_t composite = composed(text[starter], c)) {
        text[starter] = composite;
        continue;
      }
    }
    if (its_class == 0) {
      starter = length;
      last_class = -1;
    } else {
      last_class = its_class;
    }
    text[length++] = c;
  }
  text.shorten(length);
}

void append_utf8(char32_t c, std::string& out) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | c >> 18);
    out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

std::u32string code_points(std::string_view text) {
  std::u32string result;
  for (size_t i = 0; i < text.size();) {
    const auto head = static_cast<unsigned char>(text[i++]);
    const int more = head < 0xC0 ? 0 : head < 0xE0 ? 1 : head < 0xF0 ? 2 : 3;
    char32_t c = more == 0 ? head : head & (0x3F >> more);
    for (int k = 0; k < more && i < text.size(); ++k) c = c << 6 | (text[i++] & 0x3F);
    result += c;
  }
  return result;
}

}  // namespace

std::optional<Form> form_named(std::string_view name) {
  if (name == "NFC") return Form::NFC;
  if (name == "NFD") return Form::NFD;
  if (name == "NFKC") return Form::NFKC;
  if (name == "NFKD") return Form::NFKD;
  return std::nullopt;
}

QuickCheck quick_check(Form form, std::u32string_view text) {
  QuickCheck result = QuickCheck::Yes;
  int last_class = 0;
  for (const char32_t c : text) {
    if (c < 0x80) {
      last_class = 0;
      continue;
    }
    const tables::DatabaseRecord& record = database_record(c);
    if (record.combining != 0 && last_class > record.combining) return QuickCheck::No;
    last_class = record.combining;
    const int answer = record.quick_checks >> 2 * static_cast<int>(form) & 3;
    if (answer == 2) return QuickCheck::No;
    if (answer == 1) result = QuickCheck::Maybe;
  }
  return result;
}

GrowingCharacters normalize(Form form, std::u32string_view text, Version version) {
  if (version == Version::Current && quick_check(form, text) == QuickCheck::Yes) {
    GrowingCharacters same;
    same += text;
    return same;
  }
  GrowingCharacters result;
  for (const char32_t c : text) append_decomposed(c, form, version, result);
  sort_marks(result);
  if (form == Form::NFC || form == Form::NFKC) compose(result);
  return result;
}

std::string nfkc_of_utf8(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  const GrowingCharacters normalized = normalize(Form::NFKC, code_points(text));
  for (const char32_t c : normalized.view()) append_utf8(c, result);
  return result;
}

}  // namespace minipy::unicode
