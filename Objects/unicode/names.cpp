#include "Objects/unicode/names.h"

#include <algorithm>
#include <utility>

#include "Objects/unicode/tables.h"

// Names are stored as numbers of words, sixteen names to a block; generate_tables.py explains the
// coding. The way back is a hash table, made there too.

namespace minipy::unicode {
namespace {

using namespace tables;

constexpr char32_t kSyllableBase = 0xAC00;
constexpr const char* kLeads[] = {"G", "GG", "N", "D", "DD", "R", "M", "B", "BB", "S",
                                  "SS", "", "J", "JJ", "C", "K", "T", "P", "H"};
constexpr const char* kVowels[] = {"A",  "AE", "YA", "YAE", "EO", "E",  "YEO", "YE", "O",  "WA", "WAE",
                                   "OE", "YO", "U",  "WEO", "WE", "WI", "YU",  "EU", "YI", "I"};
constexpr const char* kTrails[] = {"",   "G",  "GG", "GS", "N",  "NJ", "NH", "D",  "L", "LG",
                                   "LM", "LB", "LS", "LT", "LP", "LH", "M",  "B",  "BS", "S",
                                   "SS", "NG", "J",  "C",  "K",  "T",  "P",  "H"};
constexpr std::string_view kSyllablePrefix = "HANGUL SYLLABLE ";
constexpr std::string_view kIdeographPrefix = "CJK UNIFIED IDEOGRAPH-";

constexpr uint32_t kNoBlock = 0xFFFFFF;

std::string_view word(unsigned number) {
  const uint32_t start = name_word_starts[number];
  return {name_words + start, name_word_starts[number + 1] - start - 1};  // a slash is behind each
}

// The number of the word that starts at `data`, and where the next one does.
std::pair<unsigned, const uint8_t*> read_number(const uint8_t* data) {
  const unsigned number = *data++ - 2u;
  if (number < name_short_words) return {number, data};
  return {name_short_words + ((number - name_short_words) << 8 | *data), data + 1};
}

// Where the name behind the one at `data` starts.
const uint8_t* skip_name(const uint8_t* data) {
  while (*data != 0) data += *data >= name_short_words + 2 ? 2 : 1;
  return data + 1;
}

// At least four hexadecimal digits.
void append_code(std::string& out, char32_t c) {
  for (int shift = c > 0xFFFFF ? 20 : c > 0xFFFF ? 16 : 12; shift >= 0; shift -= 4) out += "0123456789ABCDEF"[c >> shift & 15];
}

// The name of `c`, which starts at `data`.
std::string read_name(const uint8_t* data, char32_t c) {
  std::string out;
  out.reserve(64);  // longer than most
  for (bool is_first = true; *data != 0; is_first = false) {
    if (*data == 1) {
      out += '-';
      append_code(out, c);
      ++data;
      continue;
    }
    const auto [number, next] = read_number(data);
    data = next;
    const std::string_view text = word(number);
    if (!is_first && (text.empty() || text[0] != '-')) out += ' ';
    out += text;
  }
  return out;
}

const uint8_t* block_data(char32_t block) {
  const unsigned first = name_block_blocks[block >> name_block_shift];
  const unsigned offset = block & ((1u << name_block_shift) - 1);
  const uint32_t start = name_block_starts[name_block_entries[(first << name_block_shift) + offset]];
  return start == kNoBlock ? nullptr : reinterpret_cast<const uint8_t*>(name_data) + start;
}

std::string stored_name(char32_t c) {
  const uint8_t* data = block_data(c >> 4);
  if (data == nullptr) return {};
  // The second byte of a long number may be zero, so the ends of names are not searched for.
  for (unsigned skip = c & 15; skip > 0; --skip) data = skip_name(data);
  return read_name(data, c);
}

bool is_ideograph(char32_t c) {
  for (unsigned i = 0; i < ideograph_range_count; ++i) {
    if (c >= ideograph_ranges[i].first && c <= ideograph_ranges[i].last) return true;
  }
  return false;
}

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

bool is_same_name(std::string_view stored, std::string_view wanted) {
  return stored.size() == wanted.size() &&
         std::equal(stored.begin(), stored.end(), wanted.begin(),
                    [](char a, char b) { return a == upper(b); });
}

uint32_t hash_of(std::string_view name) {
  uint32_t hash = 2166136261u;
  for (const char c : name) hash = (hash ^ static_cast<uint8_t>(upper(c))) * 16777619u;
  return hash ^ hash >> 15;
}

// Entries of a bucket have the low bits of the hash above the code point; 21 bits hold that.
std::optional<char32_t> find_in_index(std::string_view name) {
  constexpr uint32_t kCharacter = (1 << 21) - 1;
  const uint32_t hash = hash_of(name), bucket = hash >> (32 - name_bucket_bits);
  for (unsigned i = name_bucket_starts[bucket]; i < name_bucket_starts[bucket + 1]; ++i) {
    if (name_index[i] >> 21 != (hash & 0x7FF)) continue;
    const char32_t c = name_index[i] & kCharacter;
    if (is_same_name(stored_name(c), name)) return c;
  }
  return std::nullopt;
}

// The index of the longest of `parts` that `text` starts with; the text loses it.
template <size_t count>
std::optional<unsigned> take_part(std::string_view& text, const char* const (&parts)[count]) {
  std::optional<unsigned> best;
  size_t best_length = 0;
  for (unsigned i = 0; i < count; ++i) {
    const std::string_view part = parts[i];
    if (text.starts_with(part) && (!best || part.size() > best_length)) {
      best = i;
      best_length = part.size();
    }
  }
  if (best) text.remove_prefix(best_length);
  return best;
}

std::optional<char32_t> syllable_named(std::string_view text) {
  const auto lead = take_part(text, kLeads);
  const auto vowel = take_part(text, kVowels);
  const auto trail = take_part(text, kTrails);
  if (!lead || !vowel || !trail || !text.empty()) return std::nullopt;
  return kSyllableBase + (*lead * 21 + *vowel) * 28 + *trail;
}

std::optional<char32_t> ideograph_named(std::string_view digits) {
  if (digits.size() != 4 && digits.size() != 5) return std::nullopt;
  char32_t c = 0;
  for (const char digit : digits) {
    if (digit >= '0' && digit <= '9') {
      c = c * 16 + static_cast<unsigned>(digit - '0');
    } else if (digit >= 'A' && digit <= 'F') {
      c = c * 16 + static_cast<unsigned>(digit - 'A') + 10;
    } else {
      return std::nullopt;
    }
  }
  return is_ideograph(c) ? std::optional(c) : std::nullopt;
}

// Finds `name` in a table that is sorted by its `name` members.
template <typename Entry>
const Entry* find_entry(const Entry* entries, unsigned count, std::string_view name) {
  std::string wanted(name);
  for (char& c : wanted) c = upper(c);
  const Entry* const end = entries + count;
  const Entry* const found =
      std::lower_bound(entries, end, wanted,
                       [](const Entry& entry, const std::string& text) { return entry.name < text; });
  return found != end && found->name == wanted ? found : nullptr;
}

}  // namespace

std::string name_of(char32_t c) {
  if (c >= kCodePointCount) return {};
  if (c >= kSyllableBase && c < 0xD7A4) {
    const unsigned index = c - kSyllableBase;
    return std::string(kSyllablePrefix) + kLeads[index / (21 * 28)] + kVowels[index / 28 % 21] +
           kTrails[index % 28];
  }
  if (is_ideograph(c)) {
    std::string name(kIdeographPrefix);
    append_code(name, c);
    return name;
  }
  return stored_name(c);
}

std::optional<char32_t> character_named(std::string_view name, Aliases which) {
  if (name.starts_with(kSyllablePrefix)) return syllable_named(name.substr(kSyllablePrefix.size()));
  if (name.starts_with(kIdeographPrefix)) {
    return ideograph_named(name.substr(kIdeographPrefix.size()));
  }
  if (const auto found = find_in_index(name)) return found;
  const Alias* const alias = which == Aliases::Included ? find_entry(aliases, alias_count, name) : nullptr;
  return alias != nullptr ? std::optional(alias->character) : std::nullopt;
}

std::optional<std::u32string_view> sequence_named(std::string_view name) {
  const Sequence* const found = find_entry(sequences, sequence_count, name);
  if (found == nullptr) return std::nullopt;
  size_t length = 0;
  while (length < std::size(found->characters) && found->characters[length] != 0) ++length;
  return std::u32string_view(found->characters, length);
}

}  // namespace minipy::unicode
