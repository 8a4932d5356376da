#include "Parser/token.h"

namespace minipy {
namespace {

struct Spelling {
  TokenType type;
  ast::Text text;
};

constexpr Spelling kKeywords[] = {
#define KEYWORD(Name, spelling) {TokenType::Name, spelling},
#include "Parser/tokens.def"
};

constexpr Spelling kOperators[] = {
#define OPERATOR(Name, spelling) {TokenType::Name, spelling},
#include "Parser/tokens.def"
};

// A perfect hash over the length and two letters; the table is filled at compile time and a clash
// would not compile.
constexpr size_t kSlots = 512;
constexpr size_t slot_of(const char* text, size_t size) {
  return (static_cast<unsigned char>(text[0]) * 3 + static_cast<unsigned char>(text[1]) * 7 +
          size * 61 + static_cast<unsigned char>(text[size - 1])) %
         kSlots;
}

struct KeywordTable {
  uint8_t slots[kSlots] = {};
  bool has_clash = false;
};

constexpr KeywordTable make_keyword_table() {
  KeywordTable table;
  for (size_t i = 0; i < std::size(kKeywords); ++i) {
    uint8_t& slot = table.slots[slot_of(kKeywords[i].text.data(), kKeywords[i].text.size())];
    if (slot) table.has_clash = true;
    slot = static_cast<uint8_t>(i + 1);
  }
  return table;
}

constexpr KeywordTable kKeywordTable = make_keyword_table();
static_assert(!kKeywordTable.has_clash, "choose other factors in slot_of");

}  // namespace

TokenType keyword_or_name(ast::Text spelling) {
  if (spelling.size() < 2 || spelling.size() > 8) return TokenType::Name;
  const uint8_t slot = kKeywordTable.slots[slot_of(spelling.data(), spelling.size())];
  if (slot == 0 || kKeywords[slot - 1].text != spelling) return TokenType::Name;
  return kKeywords[slot - 1].type;
}

TokenType operator_named(ast::Text spelling) {
  for (const Spelling& row : kOperators) {
    if (row.text == spelling) return row.type;
  }
  return TokenType::Unknown;
}

}  // namespace minipy
