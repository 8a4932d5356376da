// mappingproxy: a read-only view of a mapping, such as the __dict__ of a class.
#include "Objects/dict.h"
#include "Objects/gc.h"
#include "Objects/generic_alias.h"
#include "Objects/initialize.h"
#include "Objects/list.h"
#include "Objects/mapping_proxy.h"
#include "Objects/native.h"
#include "Objects/number_text.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {

namespace {

struct MappingProxy : Object {
  static constexpr Kind kKind = Kind::MappingProxy;
  Value mapping;
};

Value mapping_of(Value proxy) { return proxy.as<MappingProxy>()->mapping; }
Value unwrapped(Value value) { return has_kind(value, Kind::MappingProxy) ? mapping_of(value) : value; }

const MethodRow make_row = raw_function(nullptr, "mappingproxy(mapping)", "");

Value make(Thread& thread, Type&, const Value* arguments, size_t count, Value keyword_names) {
  Value mapping;
  BoundArguments result;
  TRY(bind_arguments(thread, signature_of(make_row), Value(), arguments, count, keyword_names, &mapping, result));
  if (is_list(mapping) || is_tuple(mapping) || !is_mapping(mapping)) {
    return raise(thread, TypeError, "mappingproxy() argument must be a mapping, not {}", argument_kind(mapping));
  }
  return make_mapping_proxy(mapping);
}

Value repr_slot(Thread& thread, Value self) {
  return format_message(thread, "mappingproxy({})", {Repr{mapping_of(self)}});
}
Value str_slot(Thread& thread, Value self) { return TRY(str(thread, mapping_of(self))); }
Value compare_slot(Thread& thread, Value left, Value right, CompareOp op) {
  return compare(thread, mapping_of(left), right, op);
}
Value iterate_slot(Thread& thread, Value self) { return iterate(thread, mapping_of(self)); }
Result<size_t> length_slot(Thread& thread, Value self) { return length(thread, mapping_of(self)); }
Value item_slot(Thread& thread, Value self, Value key) { return get_item(thread, mapping_of(self), key); }
Result<bool> contains_slot(Thread& thread, Value self, Value key) { return contains(thread, mapping_of(self), key); }
Value or_slot(Thread& thread, Value left, Value right) {
  return number_bit_or(thread, unwrapped(left), unwrapped(right));
}
Value inplace_or_slot(Thread& thread, Value self, Value) {
  return raise(thread, TypeError, "'|=' is not supported by {}; use '|' instead", type_of(self));
}

Value get(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(refuse_keywords(thread, "get", keyword_names));
  TRY(check_count(thread, "get", count - 1, 1, 2));
  return call_method(thread, mapping_of(arguments[0]), "get", {arguments[1], count > 2 ? arguments[2] : None});
}
Value keys(Thread& thread, MappingProxy& self) { return call_method(thread, self.mapping, "keys"); }
Value values(Thread& thread, MappingProxy& self) { return call_method(thread, self.mapping, "values"); }
Value items(Thread& thread, MappingProxy& self) { return call_method(thread, self.mapping, "items"); }
Value copy(Thread& thread, MappingProxy& self) { return call_method(thread, self.mapping, "copy"); }
Value reversed(Thread& thread, MappingProxy& self) { return call_method(thread, self.mapping, "__reversed__"); }
Value class_get_item(Thread& thread, Type& type, Value arguments) { return make_generic_alias(thread, &type, arguments); }

const MethodRow methods[] = {
    raw_method(get, "get", "D.get(k[,d]) -> D[k] if k in D, else d.  d defaults to None."),
    method<keys>("!keys($self, /)", "D.keys() -> a set-like object providing a view on D's keys"),
    method<values>("!values($self, /)", "D.values() -> an object providing a view on D's values"),
    method<items>("!items($self, /)", "D.items() -> a set-like object providing a view on D's items"),
    method<copy>("!copy($self, /)", "D.copy() -> a shallow copy of D"),
    class_method<class_get_item>("!__class_getitem__($type, object, /)", "See PEP 585"),
    method<reversed>("!__reversed__($self, /)", "D.__reversed__() -> reverse iterator"),
};

}  // namespace

Value make_mapping_proxy(Value mapping) {
  auto* proxy = allocate<MappingProxy>();
  proxy->mapping = mapping;
  return proxy;
}

void define_mapping_proxy_types() {
  static TypeSpec spec = {.instance_bytes = sizeof(MappingProxy), .flags = Type::kIsMappingPattern, .methods = methods};
  TypeSlots& slots = spec.slots;
  slots.repr = repr_slot;
  slots.str = str_slot;
  slots.hash = hash_not_implemented;
  slots.compare = compare_slot;
  slots.iterate = iterate_slot;
  slots.make = make;
  slots.bit_or = or_slot;
  slots.inplace_or = inplace_or_slot;
  slots.map_length = length_slot;
  slots.map_item = item_slot;
  slots.contains = contains_slot;
  define_type(Kind::MappingProxy, spec);
}

}  // namespace minipy
