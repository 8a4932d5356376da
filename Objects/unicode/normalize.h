#pragma once

// The four normalisation forms (Unicode Standard Annex 15).

#include <optional>
#include <string>
#include <string_view>

#include "Objects/text/growing_text.h"
#include "Objects/unicode/database.h"

namespace minipy::unicode {

enum class Form { NFC, NFD, NFKC, NFKD };  // In the order of the tables' quick checks.

// "NFC" and so on.
std::optional<Form> form_named(std::string_view name);

enum class QuickCheck { Yes, Maybe, No };
QuickCheck quick_check(Form form, std::u32string_view text);

GrowingCharacters normalize(Form form, std::u32string_view text, Version version = Version::Current);

// NFKC of well-formed UTF-8, as identifiers need it (language reference 2.3).
std::string nfkc_of_utf8(std::string_view text);

}  // namespace minipy::unicode
