#include "Objects/text/utf.h"

namespace minipy {
namespace {

constexpr const char* kBadStart = "invalid start byte";
constexpr const char* kBadContinuation = "invalid continuation byte";
constexpr const char* kEndOfData = "unexpected end of data";

bool is_continuation(uint8_t byte) { return (byte & 0xC0) == 0x80; }

// The Unicode Standard, table 3-7: which second byte may follow a first one.
bool is_second(uint8_t first, uint8_t byte) {
  switch (first) {
    case 0xE0: return byte >= 0xA0 && byte <= 0xBF;
    case 0xED: return byte >= 0x80 && byte <= 0x9F;
    case 0xF0: return byte >= 0x90 && byte <= 0xBF;
    case 0xF4: return byte >= 0x80 && byte <= 0x8F;
    default: return is_continuation(byte);
  }
}

size_t sequence_length(uint8_t first) {
  return first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
}

// How many bytes of the sequence at `at` are as they should be.
size_t good_bytes(const uint8_t* at, size_t available, size_t length) {
  if (available > length) available = length;
  size_t good = 1;
  if (good < available && !is_second(at[0], at[1])) return 1;
  while (good < available && (good == 1 || is_continuation(at[good]))) ++good;
  return good;
}

char32_t value_of(const uint8_t* at, size_t length) {
  char32_t c = at[0] & (0x7Fu >> length);
  for (size_t i = 1; i < length; ++i) c = c << 6 | (at[i] & 0x3F);
  return c;
}

// How many sequences of two bytes stand at `at`; most of texts in Greek, Cyrillic, Hebrew, Arabic.
size_t count_pairs(const uint8_t* at, size_t size, char32_t& combined) {
  char32_t all = 0;
  size_t count = 0;
  for (; (count + 1) * 2 <= size; ++count) {
    const uint8_t first = at[count * 2], second = at[count * 2 + 1];
    if (first < 0xC2 || first >= 0xE0 || !is_continuation(second)) break;
    all |= (first & 0x1Fu) << 6 | (second & 0x3Fu);
  }
  combined |= all;
  return count;
}

// The same for three bytes, where any continuation may be the second one; most of texts of East Asia.
size_t count_triples(const uint8_t* at, size_t size, char32_t& combined) {
  char32_t all = 0;
  size_t count = 0;
  for (; (count + 1) * 3 <= size; ++count) {
    const uint8_t *place = at + count * 3, first = place[0];
    if (first <= 0xE0 || first > 0xEF || first == 0xED) break;
    if (!is_continuation(place[1]) || !is_continuation(place[2])) break;
    all |= (first & 0xFu) << 12 | (place[1] & 0x3Fu) << 6 | (place[2] & 0x3Fu);
  }
  combined |= all;
  return count;
}

}  // namespace

size_t ascii_prefix(const uint8_t* data, size_t size) {
  size_t i = 0;
  while (i + 8 <= size && starts_with_8_ascii(data + i)) i += 8;
  while (i < size && data[i] < 0x80) ++i;
  return i;
}

Utf8Scan scan_utf8(const uint8_t* data, size_t size, size_t start) {
  Utf8Scan scan;
  size_t i = start;
  while (i < size) {
    const uint8_t first = data[i];
    if (first < 0x80) {
      const size_t ascii = ascii_prefix(data + i, size - i);
      scan.count += ascii;
      scan.combined |= 0x7F;
      i += ascii;
      continue;
    }
    if (const size_t pairs = count_pairs(data + i, size - i, scan.combined)) {
      scan.count += pairs;
      i += pairs * 2;
      continue;
    }
    if (const size_t triples = count_triples(data + i, size - i, scan.combined)) {
      scan.count += triples;
      i += triples * 3;
      continue;
    }
    const size_t length = sequence_length(first);
    if (length == 0) {
      scan.problem = {i, i + 1, kBadStart, false};
      return scan;
    }
    const size_t good = good_bytes(data + i, size - i, length);
    if (good < length) {
      const bool at_end = i + good == size;
      // Half a surrogate may become a whole one, which the handler surrogatepass takes.
      const bool is_half_surrogate =
          first == 0xED && size - i == 2 && data[i + 1] >= 0xA0 && data[i + 1] <= 0xBF;
      scan.problem = {i, i + good, at_end ? kEndOfData : kBadContinuation,
                      at_end || is_half_surrogate};
      return scan;
    }
    ++scan.count;
    scan.combined |= value_of(data + i, length);
    i += length;
  }
  scan.problem.start = i;
  return scan;
}

}  // namespace minipy
