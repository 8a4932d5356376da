// unicodedata: the Unicode Character Database (library reference, unicodedata). The module is about
// Unicode 14.0.0; its ucd_3_2_0 has the same functions as methods, for IDNA.
#include "Modules/native_modules.h"
#include "Objects/growing_text.h"
#include "Objects/bytes.h"
#include "Objects/gc.h"
#include "Objects/module_kinds.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/unicode/character.h"
#include "Objects/unicode/database.h"
#include "Objects/unicode/names.h"
#include "Objects/unicode/normalize.h"

namespace minipy {
namespace {

using unicode::Version;

struct OldDatabase : Object {
  static constexpr Kind kKind = ModuleKind::UnicodeDatabase;
};

Result<char32_t> character_argument(Thread& thread, const char* function, Value c, bool is_first) {
  if (!is_str(c) || c.as<Str>()->length() != 1) {
    return raise(thread, TypeError, "{}() argument{} must be a unicode character, not {}", function,
                 is_first ? " 1" : "", type_of(c));
  }
  return c.as<Str>()->at(0);
}

// Each function twice: of the module, and of ucd_3_2_0, whose self is not looked at.
template <Value (*f)(Thread&, Version, Value)>
Value of_module(Thread& thread, Value c) {
  return f(thread, Version::Current, c);
}
template <Value (*f)(Thread&, Version, Value)>
Value of_old(Thread& thread, OldDatabase&, Value c) {
  return f(thread, Version::Old, c);
}
template <Value (*f)(Thread&, Version, Value, Value)>
Value of_module(Thread& thread, Value c, Value other) {
  return f(thread, Version::Current, c, other);
}
template <Value (*f)(Thread&, Version, Value, Value)>
Value of_old(Thread& thread, OldDatabase&, Value c, Value other) {
  return f(thread, Version::Old, c, other);
}

Value category(Thread& thread, Version version, Value c) {
  return make_str(unicode::category(TRY(character_argument(thread, "category", c, false)), version));
}

Value bidirectional(Thread& thread, Version version, Value c) {
  return make_str(
      unicode::bidirectional(TRY(character_argument(thread, "bidirectional", c, false)), version));
}

Value east_asian_width(Thread& thread, Version version, Value c) {
  return make_str(
      unicode::east_asian_width(TRY(character_argument(thread, "east_asian_width", c, false)), version));
}

Value mirrored(Thread& thread, Version version, Value c) {
  return Value::from_int(
      unicode::is_mirrored(TRY(character_argument(thread, "mirrored", c, false)), version));
}

Value combining(Thread& thread, Version version, Value c) {
  const char32_t character = TRY(character_argument(thread, "combining", c, false));
  const bool is_known = version == Version::Current || unicode::is_assigned(character, version);
  return Value::from_int(is_known ? unicode::combining(character) : 0);
}

Value decomposition(Thread& thread, Version version, Value c) {
  return make_str(
      unicode::decomposition(TRY(character_argument(thread, "decomposition", c, false)), version));
}

// The default, or ValueError if there is none.
Value or_default(Thread& thread, Value fallback, const char* message) {
  return fallback.is_empty() ? Value(raise(thread, ValueError, message)) : fallback;
}

Value decimal(Thread& thread, Version version, Value c, Value fallback) {
  const auto value = unicode::decimal(TRY(character_argument(thread, "decimal", c, true)), version);
  return value ? Value::from_int(*value) : or_default(thread, fallback, "not a decimal");
}

Value digit(Thread& thread, Version, Value c, Value fallback) {
  const int value = unicode::digit_value(TRY(character_argument(thread, "digit", c, true)));
  return value >= 0 ? Value::from_int(value) : or_default(thread, fallback, "not a digit");
}

Value numeric(Thread& thread, Version version, Value c, Value fallback) {
  const auto value = unicode::numeric(TRY(character_argument(thread, "numeric", c, true)), version);
  return value ? Value::from_double(*value) : or_default(thread, fallback, "not a numeric character");
}

Value name(Thread& thread, Version version, Value c, Value fallback) {
  const char32_t character = TRY(character_argument(thread, "name", c, true));
  std::string text;
  if (version == Version::Current || unicode::is_assigned(character, version)) {
    text = unicode::name_of(character);
  }
  return text.empty() ? or_default(thread, fallback, "no such name") : Value(make_str(text));
}

Value lookup(Thread& thread, Version version, Value name) {
  constexpr size_t kLongestName = 256;
  std::string text;
  if (is_str(name)) {
    text = to_utf8(name.as<Str>());
  } else {
    BufferLease lease(thread);
    if (!supports_buffer(name)) {
      return raise(thread, TypeError, "lookup() argument must be read-only bytes-like object, not {}",
                   argument_kind(name));
    }
    TRY(lease.acquire(name));
    text = std::string(lease.view());
  }
  if (text.size() > kLongestName) return raise_value(thread, KeyError, make_str("name too long"));
  const auto aliases =
      version == Version::Current ? unicode::Aliases::Included : unicode::Aliases::Excluded;
  const auto character = unicode::character_named(text, aliases);
  if (character && (version == Version::Current || unicode::is_assigned(*character, version))) {
    return make_character(*character);
  }
  const auto sequence = version == Version::Current ? unicode::sequence_named(text) : std::nullopt;
  if (sequence) return make_str_utf32(sequence->data(), sequence->size());
  return raise(thread, KeyError, "undefined character name '{}'", text);
}

GrowingCharacters characters_of(const Str& text) {
  GrowingCharacters result;
  for (size_t i = 0; i < text.length(); ++i) result += text.at(i);
  return result;
}

Result<unicode::Form> form_argument(Thread& thread, const Str& form) {
  const auto found = unicode::form_named(to_utf8(&form));
  if (!found) return raise(thread, ValueError, "invalid normalization form");
  return *found;
}

Value normalize_text(Thread& thread, Version version, Str& form_name, Str& text) {
  if (text.length() == 0) return empty_str();
  const unicode::Form form = TRY(form_argument(thread, form_name));
  if (text.is_ascii()) return substring(&text, 0, text.length());
  const GrowingCharacters characters = characters_of(text);
  if (characters.failed()) return raise_memory_error(thread);
  return TRY(str_result(thread, unicode::normalize(form, characters.view(), version)));
}

Value is_normalized_text(Thread& thread, Version version, Str& form_name, Str& text) {
  if (text.length() == 0) return True;
  const unicode::Form form = TRY(form_argument(thread, form_name));
  const GrowingCharacters characters = characters_of(text);
  if (characters.failed()) return raise_memory_error(thread);
  if (version == Version::Current) {
    const unicode::QuickCheck answer = unicode::quick_check(form, characters.view());
    if (answer != unicode::QuickCheck::Maybe) {
      return Value::from_bool(answer == unicode::QuickCheck::Yes);
    }
  }
  const GrowingCharacters normalized = unicode::normalize(form, characters.view(), version);
  if (normalized.failed()) return raise_memory_error(thread);
  return Value::from_bool(normalized.view() == characters.view());
}

Value normalize(Thread& thread, Module&, Str& form, Str& text) {
  return normalize_text(thread, Version::Current, form, text);
}
Value old_normalize(Thread& thread, OldDatabase&, Str& form, Str& text) {
  return normalize_text(thread, Version::Old, form, text);
}
Value is_normalized(Thread& thread, Module&, Str& form, Str& text) {
  return is_normalized_text(thread, Version::Current, form, text);
}
Value old_is_normalized(Thread& thread, OldDatabase&, Str& form, Str& text) {
  return is_normalized_text(thread, Version::Old, form, text);
}

Value old_version(Value) { return make_str("3.2.0"); }

// A row for the module and one for the type: X(function, arguments, doc).
#define FUNCTIONS(X)                                                                            \
  X(bidirectional, "chr, /", "The bidirectional class of the character.")                       \
  X(category, "chr, /", "The general category of the character.")                               \
  X(combining, "chr, /", "The canonical combining class of the character.")                     \
  X(decimal, "chr, default=<unrepresentable>, /", "The decimal value of the character.")        \
  X(decomposition, "chr, /", "The decomposition mapping of the character.")                     \
  X(digit, "chr, default=<unrepresentable>, /", "The digit value of the character.")            \
  X(east_asian_width, "chr, /", "The East Asian width of the character.")                       \
  X(lookup, "name, /", "The character, or sequence of characters, of that name.")               \
  X(mirrored, "chr, /", "Whether the character is mirrored in bidirectional text.")             \
  X(name, "chr, default=<unrepresentable>, /", "The name of the character.")                    \
  X(numeric, "chr, default=<unrepresentable>, /", "The numeric value of the character, a float.")

#define MODULE_ROW(f, arguments, doc) function<of_module<f>>(#f "($module, " arguments ")", doc),
#define METHOD_ROW(f, arguments, doc) method<of_old<f>>(#f "($self, " arguments ")", doc),

const MethodRow functions[] = {
    FUNCTIONS(MODULE_ROW)
    function<normalize>("normalize($module, form, unistr, /)", "The text in normal form `form`."),
    function<is_normalized>("is_normalized($module, form, unistr, /)", "Is the text in this form?"),
};

const MethodRow methods[] = {
    FUNCTIONS(METHOD_ROW)
    method<old_normalize>("normalize($self, form, unistr, /)", "The text in normal form `form`."),
    method<old_is_normalized>("is_normalized($self, form, unistr, /)", "Is the text in this form?"),
    member<old_version>("unidata_version", ""),
};
#undef MODULE_ROW
#undef METHOD_ROW
#undef FUNCTIONS

Status initialize(Thread&, Module& module) {
  TypeSpec spec;
  spec.instance_bytes = sizeof(OldDatabase);
  spec.flags = Type::kDisallowInstantiation;
  spec.methods = methods;
  module_add_type(module, define_type(ModuleKind::UnicodeDatabase, spec));
  module_add(module, "unidata_version", make_str("14.0.0"));
  module_add(module, "ucd_3_2_0", allocate<OldDatabase>());
  return nothing;
}

}  // namespace

extern const ModuleSpec unicodedata_module = {
    "unicodedata", "The Unicode Character Database, version 14.0.0.", functions, initialize};

}  // namespace minipy
