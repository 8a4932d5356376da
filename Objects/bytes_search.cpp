#include "Objects/bytes_search.h"

#include <array>
#include <cstring>

namespace minipy::byte_search {

size_t find(std::string_view text, std::string_view needle) {
  if (needle.size() > text.size()) return kAbsent;
  if (needle.empty()) return 0;
  const void* found = needle.size() == 1
                          ? std::memchr(text.data(), static_cast<uint8_t>(needle[0]), text.size())
                          : memmem(text.data(), text.size(), needle.data(), needle.size());
  return found ? static_cast<size_t>(static_cast<const char*>(found) - text.data()) : kAbsent;
}

// Horspool from the right: the byte under the needle's first place says how far to move left.
static size_t find_last_long(std::string_view text, std::string_view needle) {
  size_t shift[256];
  std::fill(shift, shift + 256, needle.size());
  for (size_t i = needle.size() - 1; i > 0; --i) shift[static_cast<uint8_t>(needle[i])] = i;
  size_t place = text.size() - needle.size();
  for (;;) {
    if (text[place] == needle[0] && std::memcmp(text.data() + place, needle.data(), needle.size()) == 0) {
      return place;
    }
    const size_t step = shift[static_cast<uint8_t>(text[place])];
    if (step > place) return kAbsent;
    place -= step;
  }
}

size_t find_last(std::string_view text, std::string_view needle) {
  if (needle.size() > text.size()) return kAbsent;
  if (needle.empty()) return text.size();
  if (needle.size() > 1) return find_last_long(text, needle);
  const void* found = memrchr(text.data(), static_cast<uint8_t>(needle[0]), text.size());
  return found ? static_cast<size_t>(static_cast<const char*>(found) - text.data()) : kAbsent;
}

size_t count(std::string_view text, std::string_view needle, size_t limit) {
  if (needle.empty()) return text.size() < limit ? text.size() + 1 : limit;
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
