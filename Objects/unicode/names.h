#pragma once

// Names of characters, both ways.

#include <optional>
#include <string>
#include <string_view>

namespace minipy::unicode {

// The name of a character, empty if it has none.
std::string name_of(char32_t c);

// The character of that name or alias. Letters may be in either case, except in the computed names
// of ideographs and Hangul syllables.
enum class Aliases { Included, Excluded };
std::optional<char32_t> character_named(std::string_view name, Aliases aliases = Aliases::Included);

// The characters of a named sequence; these have no place in `\N{...}`.
std::optional<std::u32string_view> sequence_named(std::string_view name);

}  // namespace minipy::unicode
