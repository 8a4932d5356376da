#include "Objects/str.h"

#include <algorithm>

#include "Objects/gc.h"
#include "Objects/growing_text.h"
#include "Objects/str_access.h"

namespace minipy {

Str* latin1_characters[256];

namespace {

unsigned shift_for(char32_t max_character) {
  return max_character < 0x100 ? 0 : max_character < 0x10000 ? 1 : 2;
}

// Or-ing all characters tells the width and whether there is a non-ASCII one.
template <typename Character>
char32_t combined(const Character* text, size_t length) {
  Character all = 0;
  for (size_t i = 0; i < length; ++i) all |= text[i];
  return all;
}

char32_t combined(const uint8_t* text, size_t length) {
  uint64_t all = 0;
  size_t i = 0;
  for (; i + 8 <= length; i += 8) {
    uint64_t word;
    memcpy(&word, text + i, 8);
    all |= word;
  }
  uint8_t rest = 0;
  for (; i < length; ++i) rest |= text[i];
  return (all & 0x8080808080808080) || (rest & 0x80) ? 0xFF : 0x7F;
}

// One-character and empty strings are shared.
Str* the_empty_str;

template <typename Character>
Str* make_from(const Character* text, size_t length) {
  if (length == 0) return empty_str();
  if (length == 1) return make_character(text[0]);
  Str* const result = allocate_str(length, combined(text, length));
  if (result == nullptr) return nullptr;
  with_mutable_characters(*result, [&](auto* to) { copy_characters(to, text, length); });
  return result;
}

// Strings this long are kept in a growing buffer when something is appended to them: by +, and by +=, which is more
// likely to be done again.
constexpr size_t kSharedFrom = 256, kAppendedFrom = 64;

Str* make_shared(TextBuffer* buffer, size_t length, unsigned shift, bool is_ascii) {
  SharedStr* const result = initialize_header<SharedStr>(
      gc_allocate_object(sizeof(SharedStr)), shape_of_kind(Kind::Str), Kind::Str,
      (sizeof(SharedStr) - sizeof(Object)) / sizeof(Value), is_ascii ? Str::kAscii : 0);
  result->cached_hash = 0;
  result->length_and_width = length << 3 | Str::kShared | shift;
  result->buffer = buffer;
  return result;
}

void copy_to_buffer(TextBuffer* buffer, size_t byte_position, unsigned shift, const Str& text) {
  char* const at = reinterpret_cast<char*>(buffer + 1) + byte_position;
  with_characters(text, [&](const auto* from) {
    switch (shift) {
      case 0: copy_characters(reinterpret_cast<uint8_t*>(at), from, text.length()); break;
      case 1: copy_characters(reinterpret_cast<uint16_t*>(at), from, text.length()); break;
      default: copy_characters(reinterpret_cast<uint32_t*>(at), from, text.length()); break;
    }
  });
}

// Appends behind `left` in its buffer where that is free, otherwise in a new, larger one.
Str* concatenate_growing(const Str* left, const Str* right) {
  const unsigned shift = std::max(left->width_shift(), right->width_shift());
  const size_t length = left->length() + right->length();
  const size_t used = left->length() << shift;
  const size_t needed = length << shift;
  const bool is_ascii = left->is_ascii() && right->is_ascii();
  TextBuffer* buffer = nullptr;
  if (left->is_shared() && left->width_shift() == shift) {
    buffer = static_cast<const SharedStr*>(left)->buffer;
    if (buffer->used != used || buffer->capacity < needed) buffer = nullptr;
  }
  if (buffer == nullptr) {
    const size_t capacity = needed + std::max(needed / 4, kAppendedFrom);
    buffer = static_cast<TextBuffer*>(gc_allocate_leaf_buffer(sizeof(TextBuffer) + capacity));
    if (buffer == nullptr) return nullptr;
    buffer->capacity = capacity;
    copy_to_buffer(buffer, 0, shift, *left);
  }
  copy_to_buffer(buffer, used, shift, *right);
  buffer->used = needed;
  return make_shared(buffer, length, shift, is_ascii);
}

template <typename Text>
void append_utf8(Text& out, char32_t c) {
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

}  // namespace

Str* allocate_str(size_t length, char32_t max_character) {
  constexpr size_t kTooLong = size_t{1} << 46;
  if (length > kTooLong) return nullptr;
  const unsigned shift = shift_for(max_character);
  const size_t bytes = length << shift;
  // Cells are rounded up to 16 bytes and not cleared.
  void* const cell = gc_allocate_leaf(sizeof(Str) + bytes);
  if (cell == nullptr) return nullptr;
  Str* const result = initialize_header<Str>(cell, shape_of_kind(Kind::Str), Kind::Str, 0,
                                             max_character < 0x80 ? Str::kAscii : 0);
  result->cached_hash = 0;
  result->length_and_width = length << 3 | shift;
  return result;
}

Str* make_str_ucs1(const uint8_t* text, size_t length) { return make_from(text, length); }
Str* make_str_ucs2(const uint16_t* text, size_t length) { return make_from(text, length); }
Str* make_str_ucs4(const uint32_t* text, size_t length) { return make_from(text, length); }

Str* make_str_latin1(std::string_view bytes) {
  return make_from(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
}

Str* make_str_utf32(const char32_t* text, size_t length) {
  return make_from(reinterpret_cast<const uint32_t*>(text), length);
}

Str* make_str(std::string_view utf8) {
  const auto* const bytes = reinterpret_cast<const uint8_t*>(utf8.data());
  if (combined(bytes, utf8.size()) < 0x80) return make_from(bytes, utf8.size());
  std::u32string text;
  text.reserve(utf8.size());
  for (size_t i = 0; i < utf8.size();) {
    const uint8_t head = bytes[i++];
    const int more = head < 0xC0 ? 0 : head < 0xE0 ? 1 : head < 0xF0 ? 2 : 3;
    char32_t c = more == 0 ? head : head & (0x3F >> more);
    for (int k = 0; k < more && i < utf8.size(); ++k) c = c << 6 | (bytes[i++] & 0x3F);
    text += c;
  }
  return make_str_utf32(text.data(), text.size());
}

Str* make_character(char32_t character) {
  if (character < 0x100 && latin1_characters[character] != nullptr) {
    return latin1_characters[character];
  }
  Str* const result = allocate_str(1, character);
  with_mutable_characters(*result, [&](auto* to) {
    to[0] = static_cast<std::remove_reference_t<decltype(to[0])>>(character);
  });
  if (character < 0x100) latin1_characters[character] = intern(result);
  return result;
}

Str* empty_str() {
  if (the_empty_str == nullptr) the_empty_str = intern(allocate_str(0, 0));
  return the_empty_str;
}

char32_t max_character(const Str& text, size_t start, size_t end) {
  if (text.is_ascii()) return 0x7F;
  return with_characters(text, [&](const auto* from) { return combined(from + start, end - start); });
}

void copy_into(Str& to, size_t position, const Str& text, size_t start, size_t count) {
  with_mutable_characters(to, [&](auto* target) {
    with_characters(text, [&](const auto* from) {
      copy_characters(target + position, from + start, count);
    });
  });
}

Str* substring(const Str* text, size_t start, size_t end) {
  if (start >= end) return empty_str();
  if (start == 0 && end == text->length() && is_exact_str(text)) return const_cast<Str*>(text);
  const size_t length = end - start;
  if (length == 1) return make_character(text->at(start));
  if (text->is_ascii()) {
    Str* const result = allocate_str(length, 0x7F);
    if (result != nullptr) memcpy(result->mutable_data(), text->latin1() + start, length);
    return result;
  }
  return with_characters(*text, [&](const auto* from) { return make_from(from + start, length); });
}

static Str* concatenate_sharing(const Str* left, const Str* right, size_t shared_from) {
  if (right->length() == 0 && is_exact_str(left)) return const_cast<Str*>(left);
  if (left->length() == 0 && is_exact_str(right)) return const_cast<Str*>(right);
  if (left->length() >= shared_from && right->length() <= left->length()) {
    return concatenate_growing(left, right);
  }
  if (left->is_ascii() && right->is_ascii()) {
    Str* const result = allocate_str(left->length() + right->length(), 0x7F);
    if (result == nullptr) return nullptr;
    auto* const to = static_cast<uint8_t*>(result->mutable_data());
    memcpy(to, left->latin1(), left->length());
    memcpy(to + left->length(), right->latin1(), right->length());
    return result;
  }
  const char32_t largest = std::max(largest_for(*left), largest_for(*right));
  Str* const result = allocate_str(left->length() + right->length(), largest);
  if (result == nullptr) return nullptr;
  copy_into(*result, 0, *left, 0, left->length());
  copy_into(*result, left->length(), *right, 0, right->length());
  return result;
}

Str* concatenate(const Str* left, const Str* right) { return concatenate_sharing(left, right, kSharedFrom); }
Str* append(const Str* left, const Str* right) { return concatenate_sharing(left, right, kAppendedFrom); }

bool equal(const Str* left, const Str* right) {
  if (left == right) return true;
  if ((left->length_and_width ^ right->length_and_width) & ~Str::kShared) return false;
  return memcmp(left->data(), right->data(), left->byte_size()) == 0;
}

bool equal(const Str* left, std::string_view ascii) {
  return left->is_ascii() && left->ascii_view() == ascii;
}

int order(const Str* left, const Str* right) {
  const size_t shared = std::min(left->length(), right->length());
  if (left->width() == 1 && right->width() == 1) {
    if (const int result = memcmp(left->data(), right->data(), shared)) return result;
  } else {
    const int result = with_characters(*left, [&](const auto* a) {
      return with_characters(*right, [&](const auto* b) {
        for (size_t i = 0; i < shared; ++i) {
          if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
        }
        return 0;
      });
    });
    if (result != 0) return result;
  }
  return left->length() < right->length() ? -1 : left->length() > right->length();
}

void append_utf8(GrowingBytes& out, const Str& text) {
  if (text.is_ascii()) return out.append(text.ascii_view());
  with_characters(text, [&](const auto* from) {
    for (size_t i = 0; i < text.length(); ++i) append_utf8(out, from[i]);
  });
}

std::string to_utf8(const Str* text) {
  if (text->is_ascii()) return std::string(text->ascii_view());
  std::string result;
  result.reserve(text->length() * 2);
  with_characters(*text, [&](const auto* from) {
    for (size_t i = 0; i < text->length(); ++i) append_utf8(result, from[i]);
  });
  return result;
}

}  // namespace minipy
