// Tuples with named fields that C++ defines: os.stat_result, time.struct_time, ...
// The last fields may be reached by name only; the object keeps them behind the tuple's items.
#include <array>
#include <cstring>
#include <string>

#include "Objects/dict.h"
#include "Objects/function.h"
#include "Objects/gc.h"
#include "Objects/initialize.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/make_class.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/thread_states.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

size_t count_attribute(const Type& type, const char* name) {
  const Value value = lookup_in_type(type, intern(name));
  return static_cast<size_t>(value.as_int());
}

// What programs can ask of such a class, too.
struct Layout {
  size_t visible, fields, unnamed;
};
Layout layout_of(const Type& type) {
  return {count_attribute(type, "n_sequence_fields"), count_attribute(type, "n_fields"),
          count_attribute(type, "n_unnamed_fields")};
}

// The names of all fields, in order; "" for unnamed ones. Kept in the type's module_state.
const Tuple& names_of(const Type& type) {
  const Type* current = &type;
  while (current->module_state.is_empty()) current = current->base;
  return *current->module_state.as<Tuple>();
}

Value allocate_sequence(Thread& thread, Type& type, size_t visible, size_t fields) {
  auto* self = allocate_instance_as<Tuple>(type, fields * sizeof(Value));
  if (!self) return raise_memory_error(thread);
  self->size = visible;
  return self;
}

const MethodRow make_row = raw_function(nullptr, "structseq(sequence, dict=<absent>)", "");

Status fill_hidden(Thread& thread, Type& type, Tuple& self, size_t given, const Layout& layout, Value dict) {
  const Tuple& names = names_of(type);
  for (size_t i = given; i < layout.fields; ++i) {
    self.items[i] = None;
    const Str* name = names.items[i].as<Str>();
    if (!is_dict(dict) || name->length() == 0) continue;
    const Value value = TRY(dict_get(thread, *dict.as<Dict>(), name));
    if (!value.is_unbound()) self.items[i] = value;
  }
  return nothing;
}

Value make(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  Value bound[2];
  BoundArguments result;
  TRY(bind_arguments(thread, signature_of(make_row), Value(), arguments, count, keyword_names, bound, result));
  const Value sequence = bound[0], dict = bound[1];
  if (!is_list(sequence) && !is_tuple(sequence) && !type_of(sequence).slots.iterate && !is_sequence(sequence)) {
    return raise(thread, TypeError, "constructor requires a sequence");
  }
  const Tuple& items = *TRY(tuple_of(thread, sequence));
  if (!dict.is_empty() && !is_dict(dict)) {
    return raise(thread, TypeError, "{}() takes a dict as second arg, if any", type);
  }
  const Layout layout = layout_of(type);
  if (layout.visible != layout.fields) {
    if (items.size < layout.visible) {
      return raise(thread, TypeError, "{}() takes an at least {}-sequence ({}-sequence given)", type, layout.visible,
                   items.size);
    }
    if (items.size > layout.fields) {
      return raise(thread, TypeError, "{}() takes an at most {}-sequence ({}-sequence given)", type, layout.fields,
                   items.size);
    }
  } else if (items.size != layout.visible) {
    return raise(thread, TypeError, "{}() takes a {}-sequence ({}-sequence given)", type, layout.visible, items.size);
  }
  const Value self = TRY(allocate_sequence(thread, type, layout.visible, layout.fields));
  Tuple& tuple = *self.as<Tuple>();
  for (size_t i = 0; i < items.size; ++i) tuple.items[i] = items.items[i];
  TRY(fill_hidden(thread, type, tuple, items.size, layout, dict));
  return self;
}

// os.stat_result(st_mode=33188, ...). A field without a name borrows that of the next one that has: st_atime stands
// before the whole seconds, which come first, too.
Value repr_slot(Thread& thread, Value self) {
  const Tuple& tuple = *self.as<Tuple>();
  const Tuple& names = names_of(type_of(self));
  StrBuilder builder;
  builder.append(type_of(self).name_view());
  builder.append("(");
  for (size_t i = 0, name = 0; i < tuple.size; ++i, ++name) {
    if (i) builder.append(", ");
    while (names.items[name].as<Str>()->length() == 0) ++name;
    builder.append(names.items[name].as<Str>());
    builder.append("=");
    builder.append(TRY(repr(thread, tuple.items[i])));
  }
  builder.append(")");
  return TRY(builder.finish(thread));
}

Value reduce(Thread&, Value self) {
  Type& type = type_of(self);
  const Tuple& tuple = *self.as<Tuple>();
  const Layout layout = layout_of(type);
  const Tuple& names = names_of(type);
  Dict* dict = make_dict();
  for (size_t i = layout.visible; i < layout.fields; ++i) {
    const Str* name = names.items[i].as<Str>();
    if (name->length()) dict_set_str(*dict, name, tuple.items[i]);
  }
  return make_tuple({&type, make_tuple({make_tuple(tuple.items, tuple.size), dict})});
}

// The getters of fields: one function for each position.
template <size_t position>
Value get_field_at(Thread&, Value self) { return self.as<Tuple>()->items[position]; }

template <size_t... positions>
constexpr std::array<UnarySlot, sizeof...(positions)> getters(std::index_sequence<positions...>) {
  return {get_field_at<positions>...};
}
constexpr size_t kMaxFields = 40;
constexpr auto field_getters = getters(std::make_index_sequence<kMaxFields>());

const MethodRow shared_methods[] = {method<reduce>("!__reduce__($self, /)", "")};

}  // namespace

Type& make_struct_sequence_type(const char* full_name, const char* doc,
                                std::initializer_list<StructSequenceField> fields, size_t visible) {
  MP_ASSERT(fields.size() <= kMaxFields);
  Thread& thread = current_thread();
  // The type is a class made at run time that looks like a builtin one; many are made where they are first needed,
  // which may be as deep as calls may nest.
  const ExtraDepth depth(thread);
  const char* dot = std::strrchr(full_name, '.');
  const char* short_name = dot ? dot + 1 : full_name;
  Dict& contents = *make_dict();
  Tuple* names = allocate_tuple(fields.size());
  List& match = *make_list();
  size_t unnamed = 0, i = 0;
  for (const StructSequenceField& field : fields) {
    names->items[i] = intern(field.name);
    if (!*field.name) ++unnamed;
    else if (i < visible) MUST(list_append(thread, match, names->items[i]), "a short list");
    ++i;
  }
  dict_set_str(contents, "__module__", make_str(dot ? std::string_view(full_name, static_cast<size_t>(dot - full_name)) : "builtins"));
  dict_set_str(contents, "__doc__", doc ? Value(make_str(doc)) : None);
  dict_set_str(contents, "n_sequence_fields", Value::from_int(static_cast<int64_t>(visible)));
  dict_set_str(contents, "n_fields", Value::from_int(static_cast<int64_t>(fields.size())));
  dict_set_str(contents, "n_unnamed_fields", Value::from_int(static_cast<int64_t>(unnamed)));
  dict_set_str(contents, "__match_args__", list_to_tuple(match));
  dict_set_str(contents, "__slots__", empty_tuple());
  const Value made = MUST(make_class(thread, type_of_kind(Kind::Type), intern(short_name),
                                     *make_tuple({&type_of_kind(Kind::StructSequence)}), contents),
                          "the class has nothing special");
  Type& type = *made.as<Type>();
  dict_delete_str(type_dict(type), intern("__slots__"));
  type.module_state = names;
  type.full_name = full_name;
  type.flags &= ~static_cast<uint32_t>(Type::kBaseType | Type::kHeapType);
  type.flags |= Type::kImmutable;
  i = 0;
  for (const StructSequenceField& field : fields) {
    if (*field.name) {
      auto* row = new MethodRow{MethodRow::Member, false, field.name, field.doc ? field.doc : "", nullptr, nullptr,
                                field_getters[i]};
      dict_set_str(type_dict(type), intern(field.name), make_descriptor(Kind::MemberDescriptor, type, row, intern(field.name), -1));
    }
    ++i;
  }
  return type;
}

Value make_struct_sequence(Type& type, const Value* values) {
  const Layout layout = layout_of(type);
  const Value self = MUST(allocate_sequence(current_thread(), type, layout.visible, layout.fields), "it is small");
  for (size_t i = 0; i < layout.fields; ++i) self.as<Tuple>()->items[i] = values[i];
  return self;
}

void define_struct_sequence_types() {
  static TypeSpec spec = {.instance_bytes = sizeof(Tuple),
                          .flags = Type::kBaseType,
                          .methods = shared_methods,
                          .item_size = sizeof(Value)};
  spec.slots.make = make;
  spec.slots.repr = repr_slot;
  define_type(Kind::StructSequence, spec);
}

}  // namespace minipy
