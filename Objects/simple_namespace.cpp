// types.SimpleNamespace: an object whose attributes are all there is.
#include "Objects/dict.h"
#include "Objects/exception_types.h"
#include "Objects/gc.h"
#include "Objects/initialize.h"
#include "Objects/list.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

struct SimpleNamespace : Object {
  Value reserved;    // word 0 cannot be the place of attributes
  Value attributes;
};

Value make(Thread& thread, Type& type, const Value*, size_t, Value) {
  Object* self = allocate_instance(type);
  if (!self) return raise_memory_error(thread);
  return self;
}

Status init(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  if (count) return raise(thread, TypeError, "no positional arguments expected");
  if (keyword_names.is_empty()) return nothing;
  const Tuple& names = *keyword_names.as<Tuple>();
  for (size_t i = 0; i < names.size; ++i) {
    TRY(generic_set_attribute(thread, self, names.items[i], arguments[i]));
  }
  return nothing;
}

Value repr_slot(Thread& thread, Value self) {
  const bool is_plain = &type_of(self) == &type_of_kind(Kind::SimpleNamespace);
  const Value name = is_plain ? Value(make_str("namespace")) : Value(type_of(self).name);
  if (TRY(repr_enter(thread, self))) return format_message(thread, "{}(...)", {name});
  const Value result = [&]() -> Value {
    const Value dict = TRY(instance_dict(thread, self));
    List* keys = TRY(list_of(thread, dict));
    StrBuilder builder;
    builder.append(name.as<Str>());
    builder.append("(");
    bool is_first = true;
    for (size_t i = 0; i < keys->size; ++i) {
      const Value key = keys->at(i);
      if (!is_str(key) || key.as<Str>()->length() == 0) continue;
      const Value value = TRY(dict_get(thread, *dict.as<Dict>(), key));
      if (value.is_unbound()) continue;
      if (!is_first) builder.append(", ");
      is_first = false;
      builder.append(key.as<Str>());
      builder.append("=");
      builder.append(TRY(repr(thread, value)));
    }
    builder.append(")");
    return TRY(builder.finish(thread));
  }();
  repr_leave(thread, self);
  return result;
}

Value compare_slot(Thread& thread, Value left, Value right, CompareOp op) {
  if (!has_kind(left, Kind::SimpleNamespace) || !has_kind(right, Kind::SimpleNamespace)) return NotImplemented;
  const Value left_dict = TRY(instance_dict(thread, left));
  return compare(thread, left_dict, TRY(instance_dict(thread, right)), op);
}

Value reduce(Thread& thread, Value self) {
  return make_tuple({&type_of(self), empty_tuple(), TRY(instance_dict(thread, self))});
}

Value get_dict(Thread& thread, Value self) { return instance_dict(thread, self); }

const MethodRow methods[] = {
    method<reduce>("!__reduce__($self, /)", "Return state information for pickling"),
    member<get_dict>("__dict__", ""),
};

}  // namespace

void define_namespace_types() {
  static TypeSpec spec = {.doc = "A plain object with attributes for keyword arguments.\n\nSimpleNamespace(**kwargs)",
                          .instance_bytes = sizeof(SimpleNamespace),
                          .flags = Type::kBaseType,
                          .methods = methods,
                          .attributes_word = WORD_OF(SimpleNamespace, attributes)};
  spec.slots.make = make;
  spec.slots.init = init;
  spec.slots.repr = repr_slot;
  spec.slots.compare = compare_slot;
  spec.slots.hash = hash_not_implemented;
  define_type(Kind::SimpleNamespace, spec);
}

}  // namespace minipy
