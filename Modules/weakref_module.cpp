// _weakref: references, and proxies that stand for their target. PEP 205.
#include "Modules/native_modules.h"
#include "Objects/address_text.h"
#include "Objects/dict.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/stack_check.h"
#include "Objects/str.h"
#include "Objects/tuple.h"
#include "Objects/weak_reference.h"

namespace minipy {
namespace {

bool is_proxy(Value value) { return has_kind(value, Kind::WeakProxy) || has_kind(value, Kind::WeakCallableProxy); }

// The target of a proxy, or the value itself.
Value unproxied(Thread& thread, Value value) {
  if (!is_proxy(value)) return value;
  const WeakReference& reference = *value.as<WeakReference>();
  if (reference.is_dead()) return raise(thread, ReferenceError, "weakly-referenced object no longer exists");
  return weak_target(reference);
}

template <auto operation>
Value unary(Thread& thread, Value self) {
  return operation(thread, TRY(unproxied(thread, self)));
}
template <auto operation>
Value binary(Thread& thread, Value left, Value right) {
  left = TRY(unproxied(thread, left));
  return operation(thread, left, TRY(unproxied(thread, right)));
}
template <auto operation>
Value ternary(Thread& thread, Value base, Value exponent, Value modulus) {
  base = TRY(unproxied(thread, base));
  exponent = TRY(unproxied(thread, exponent));
  return operation(thread, base, exponent, TRY(unproxied(thread, modulus)));
}

Value text_of(Thread& thread, Value target) { return TRY(str(thread, target)); }
Value get_item_of(Thread& thread, Value self, Value key) { return get_item(thread, TRY(unproxied(thread, self)), key); }
Value get_attribute_of(Thread& thread, Value self, Value name) {
  if (is_stack_exhausted(thread)) return error;
  const Value target = TRY(unproxied(thread, self));
  return type_of(target).slots.get_attribute(thread, target, name);
}
Status set_attribute_of(Thread& thread, Value self, Value name, Value value) {
  return set_attribute(thread, TRY(unproxied(thread, self)), name.as<Str>(), value);
}
Status set_item_of(Thread& thread, Value self, Value key, Value value) {
  const Value target = TRY(unproxied(thread, self));
  return value.is_empty() ? delete_item(thread, target, key) : set_item(thread, target, key, value);
}
Value compare_with(Thread& thread, Value left, Value right, CompareOp op) {
  left = TRY(unproxied(thread, left));
  return compare(thread, left, TRY(unproxied(thread, right)), op);
}
Result<bool> truth_of(Thread& thread, Value self) { return truth(thread, TRY(unproxied(thread, self))); }
Result<size_t> length_of(Thread& thread, Value self) { return length(thread, TRY(unproxied(thread, self))); }
Result<bool> contains_in(Thread& thread, Value self, Value item) { return contains(thread, TRY(unproxied(thread, self)), item); }
Value call_target(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  return call(thread, TRY(unproxied(thread, self)), arguments, count, keyword_names);
}
Value next_of(Thread& thread, Value self) {
  const Value target = TRY(unproxied(thread, self));
  if (!is_iterator(target)) {
    return raise(thread, TypeError, "Weakref proxy referenced a non-iterator '{}' object", type_of(target));
  }
  return next(thread, target);
}
Value iterate_over(Thread& thread, Value self) { return iterate(thread, TRY(unproxied(thread, self))); }

Value proxy_repr(Thread& thread, Value self) {
  const WeakReference& reference = *self.as<WeakReference>();
  const Value target = weak_target(reference);
  const AddressText address(self);
  const AddressText held(target);
  return format_message(thread, "<weakproxy at {} to {} at {}>", {address.text(), type_of(target), held.text()});
}

Value to_bytes(Thread& thread, Value self) { return call_method(thread, TRY(unproxied(thread, self)), "__bytes__"); }
Value reversed(Thread& thread, Value self) { return call_method(thread, TRY(unproxied(thread, self)), "__reversed__"); }

const MethodRow proxy_rows[] = {
    method<to_bytes>("!__bytes__($self, /)", "Return bytes(target)."),
    method<reversed>("!__reversed__($self, /)", "Return reversed(target)."),
};

TypeSpec proxy_spec() {
  TypeSpec spec;
  spec.instance_bytes = sizeof(WeakReference);
  spec.methods = proxy_rows;
  spec.flags = Type::kHasWeakReferences;
  TypeSlots& slots = spec.slots;
  slots.repr = proxy_repr;
  slots.str = unary<text_of>;
  slots.hash = hash_not_implemented;
  slots.get_attribute = get_attribute_of;
  slots.set_attribute = set_attribute_of;
  slots.compare = compare_with;
  slots.iterate = iterate_over;
  slots.next = next_of;
  slots.truth = truth_of;
#define X(name, symbol) slots.name = binary<number_##name>;
  MINIPY_BINARY_OPERATIONS(X)
#undef X
#define X(name, symbol) slots.inplace_##name = binary<number_inplace_##name>;
  X(add, ) X(subtract, ) X(multiply, ) X(remainder, ) X(left_shift, ) X(right_shift, ) X(floor_divide, )
  X(true_divide, ) X(matrix_multiply, )
#undef X
  slots.inplace_and = binary<number_inplace_bit_and>;
  slots.inplace_or = binary<number_inplace_bit_or>;
  slots.inplace_xor = binary<number_inplace_bit_xor>;
  slots.power = ternary<number_power>;
  slots.inplace_power = ternary<number_inplace_power>;
  slots.negative = unary<number_negative>;
  slots.positive = unary<number_positive>;
  slots.absolute = unary<number_absolute>;
  slots.invert = unary<number_invert>;
  slots.to_int = unary<number_to_int>;
  slots.to_float = unary<number_to_float>;
  slots.index = unary<number_index>;
  slots.sequence_length = slots.map_length = length_of;
  slots.contains = contains_in;
  slots.map_item = get_item_of;
  slots.map_set_item = set_item_of;
  return spec;
}

Value proxy(Thread& thread, Value object, Value callback) {
  const Kind kind = is_callable(object) ? Kind::WeakCallableProxy : Kind::WeakProxy;
  return make_weak_reference_of(thread, type_of_kind(kind), object, callback.is_empty() ? None : callback);
}

int64_t get_weak_reference_count(Value object) { return static_cast<int64_t>(weak_reference_count(object)); }
Result<List*> get_weak_references(Thread& thread, Value object) { return weak_references_to(thread, object); }

// For WeakValueDictionary: deletes dct[key] if the reference there is dead.
Status remove_dead(Thread& thread, Module&, Dict& dict, Value key) {
  const Value found = TRY(dict_get(thread, dict, key));
  if (found.is_unbound()) return nothing;
  if (!has_kind(found, Kind::WeakReference)) return raise(thread, TypeError, "not a weakref");
  if (found.as<WeakReference>()->is_dead()) TRY(dict_delete(thread, dict, key));
  return nothing;
}

const MethodRow functions[] = {
    function<get_weak_reference_count>("getweakrefcount($module, object, /)", "Return how many weak references there are."),
    function<get_weak_references>("getweakrefs($module, object, /)", "Return a list of the weak references to object."),
    function<proxy>("proxy($module, object, callback=None, /)", "Return something that acts as object while it lives."),
    function<remove_dead>("_remove_dead_weakref($module, dct, key, /)", "Delete an entry whose reference is dead."),
};

Status initialize(Thread&, Module& module) {
  define_type(Kind::WeakProxy, proxy_spec());
  TypeSpec callable = proxy_spec();
  callable.slots.call = call_target;
  define_type(Kind::WeakCallableProxy, callable);
  module_add(module, "ref", &type_of_kind(Kind::WeakReference));
  module_add(module, "ReferenceType", &type_of_kind(Kind::WeakReference));
  module_add(module, "ProxyType", &type_of_kind(Kind::WeakProxy));
  module_add(module, "CallableProxyType", &type_of_kind(Kind::WeakCallableProxy));
  return nothing;
}

}  // namespace

extern const ModuleSpec weakref_module = {"_weakref", "Weak references.", functions, initialize};

}  // namespace minipy
