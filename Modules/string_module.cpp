// _string: what string.Formatter needs of the parser of format strings.
#include "Modules/native_modules.h"
#include "Objects/format.h"
#include "Objects/gc.h"
#include "Objects/module_kinds.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

struct FormatterIterator : Object {
  static constexpr Kind kKind = ModuleKind::FormatterIterator;
  Str* text;
  size_t at;
};

struct FieldNameIterator : Object {
  static constexpr Kind kKind = ModuleKind::FieldNameIterator;
  Str* text;
  size_t at;
};

Result<Str*> str_argument(Thread& thread, Value text) {
  if (!is_str(text)) return raise(thread, TypeError, "expected str, got {}", type_of(text));
  return text.as<Str>();
}

Value formatter_parser(Thread& thread, Value text) {
  Str* const string = TRY(str_argument(thread, text));
  auto* const iterator = allocate<FormatterIterator>();
  iterator->text = string;
  return iterator;
}

// (literal text, field name, specification, conversion); None where there is no field.
Value next_piece(Thread& thread, Value self) {
  auto& iterator = *self.as<FormatterIterator>();
  FormatStringParser parser(iterator.text, {iterator.at, iterator.text->length()});
  FormatPiece piece;
  if (!TRY(parser.next(thread, piece))) return Unbound;
  iterator.at = parser.position();
  const auto part = [&](TextRange range) { return Value(substring(iterator.text, range.start, range.end)); };
  const Value literal = part(piece.literal);
  if (!piece.has_field) return make_tuple({literal, None, None, None});
  return make_tuple({literal, part(piece.name), part(piece.specification),
                     piece.conversion == 0 ? None : Value(make_character(piece.conversion))});
}

Value formatter_field_name_split(Thread& thread, Value text) {
  Str* const string = TRY(str_argument(thread, text));
  FieldNameParser parser(string, {0, string->length()});
  const Value first = TRY(parser.first(thread));
  auto* const iterator = allocate<FieldNameIterator>();
  iterator->text = string;
  iterator->at = parser.position();
  return make_tuple({first, iterator});
}

// (is it an attribute, name or index)
Value next_part(Thread& thread, Value self) {
  auto& iterator = *self.as<FieldNameIterator>();
  FieldNameParser parser(iterator.text, {iterator.at, iterator.text->length()});
  FieldNameParser::Part part;
  if (!TRY(parser.next(thread, part))) return Unbound;
  iterator.at = parser.position();
  return make_tuple({Value::from_bool(part.is_attribute), part.key});
}

const MethodRow functions[] = {
    function<formatter_field_name_split>("!formatter_field_name_split(text, /)",
                                         "The first part of a field name, and the rest as an iterator."),
    function<formatter_parser>("!formatter_parser(text, /)", "The pieces of a format string, one by one."),
};

void define_iterator(Kind kind, size_t bytes, NextSlot next) {
  TypeSpec spec;
  spec.instance_bytes = bytes;
  spec.flags = Type::kDisallowInstantiation;
  spec.slots.iterate = [](Thread&, Value self) { return self; };
  spec.slots.next = next;
  define_type(kind, spec);
}

Status initialize(Thread&, Module&) {
  define_iterator(ModuleKind::FormatterIterator, sizeof(FormatterIterator), next_piece);
  define_iterator(ModuleKind::FieldNameIterator, sizeof(FieldNameIterator), next_part);
  return nothing;
}

}  // namespace

extern const ModuleSpec string_module = {"_string", "Helpers of the module string.", functions, initialize};

}  // namespace minipy
