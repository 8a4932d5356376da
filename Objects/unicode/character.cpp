#include "Objects/unicode/character.h"

namespace minipy::unicode {
namespace {

using tables::CharacterRecord;
using tables::SpecialCase;

int map(char32_t c, int32_t CharacterRecord::*distance, const char32_t (SpecialCase::*full)[3],
        char32_t out[3]) {
  const CharacterRecord& record = character_record(c);
  if (!(record.flags & tables::kSpecialCase)) {
    out[0] = c + record.*distance;
    return 1;
  }
  const char32_t(&mapping)[3] = tables::special_cases[record.special_case].*full;
  int count = 0;
  while (count < 3 && mapping[count] != 0) {
    out[count] = mapping[count];
    ++count;
  }
  return count;
}

}  // namespace

int full_upper(char32_t c, char32_t out[3]) {
  return map(c, &CharacterRecord::upper, &SpecialCase::upper, out);
}

int full_lower(char32_t c, char32_t out[3]) {
  return map(c, &CharacterRecord::lower, &SpecialCase::lower, out);
}

int full_title(char32_t c, char32_t out[3]) {
  return map(c, &CharacterRecord::title, &SpecialCase::title, out);
}

// Folding differs from the simple lower case only where there is a special case.
int case_fold(char32_t c, char32_t out[3]) {
  return map(c, &CharacterRecord::lower, &SpecialCase::fold, out);
}

}  // namespace minipy::unicode
