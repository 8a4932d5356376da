// Searching in text.
#pragma once

#include "Objects/str.h"

namespace minipy {

// In text[start, end): the last place of `needle`, npos if absent; an empty one is found at the end.
size_t find_last(const Str* text, const Str* needle, size_t start, size_t end);
// How often it occurs without overlap, at most `limit` times.
size_t count_occurrences(const Str* text, const Str* needle, size_t start, size_t end,
                         size_t limit = npos);
size_t find_character(const Str* text, char32_t wanted, size_t start, size_t end);
bool has_at(const Str* text, size_t position, const Str* part);  // text[position:] starts with part

// Calls f(place) for each occurrence without overlap, from the left, until `limit` of them.
template <typename F>
void for_each_occurrence(const Str* text, const Str* needle, size_t limit, F&& f) {
  size_t start = 0;
  while (limit-- > 0) {
    const size_t place = find(text, needle, start, text->length());
    if (place == npos) return;
    f(place);
    start = place + needle->length();
  }
}

}  // namespace minipy
