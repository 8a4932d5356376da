#include "Objects/bytes_search.h"

#include <array>

#include "Objects/character_search.h"

namespace minipy::byte_search {

static const uint8_t* bytes_of(std::string_view text) { return reinterpret_cast<const uint8_t*>(text.data()); }

size_t find(std::string_view text, std::string_view needle) {
  if (needle.size() > text.size()) return kAbsent;
  if (needle.empty()) return 0;
  if (needle.size() == 1) return character_search::find_one(bytes_of(text), text.size(), bytes_of(needle)[0]);
  return character_search::find_many(bytes_of(text), text.size(), bytes_of(needle), needle.size());
}

size_t find_last(std::string_view text, std::string_view needle) {
  if (needle.size() > text.size()) return kAbsent;
  if (needle.empty()) return text.size();
  if (needle.size() == 1) return character_search::find_last_one(bytes_of(text), text.size(), bytes_of(needle)[0]);
  return character_search::find_last_many(bytes_of(text), text.size(), bytes_of(needle), needle.size());
}

size_t count(std::string_view text, std::string_view needle, size_t limit) {
  if (needle.empty()) return text.size() < limit ? text.size() + 1 : limit;
  if (needle.size() == 1 && limit >= text.size()) {
    return character_search::count_one(bytes_of(text), text.size(), bytes_of(needle)[0]);
  }
  size_t total = 0;
  while (total < limit) {
    const size_t place = find(text, needle);
    if (place == kAbsent) break;
    text.remove_prefix(place + needle.size());
    ++total;
  }
  return total;
}

static constexpr std::array<uint8_t, 256> kClasses = [] {
  std::array<uint8_t, 256> table{};
  for (int c = 'a'; c <= 'z'; ++c) table[static_cast<size_t>(c)] = kLower;
  for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<size_t>(c)] = kUpper;
  for (int c = '0'; c <= '9'; ++c) table[static_cast<size_t>(c)] = kDigit;
  for (const char c : {' ', '\t', '\n', '\v', '\f', '\r'}) table[static_cast<size_t>(c)] = kSpace;
  return table;
}();

uint8_t class_of(uint8_t byte) { return kClasses[byte]; }

}  // namespace minipy::byte_search
