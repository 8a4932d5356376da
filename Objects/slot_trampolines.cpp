#include "Objects/slot_trampolines.h"

#include "Objects/exception.h"
#include "Objects/function.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

// Binds `method`, found on self's class, without allocating where it is a plain function.
Value call_found(Thread& thread, Value method, Value self, const Value* arguments, size_t count) {
  if (type_of(method).has(Type::kMethodDescriptor)) {
    Value with_self[6];
    MP_ASSERT(count < 6);
    with_self[0] = self;
    std::copy_n(arguments, count, with_self + 1);
    if (has_kind(method, Kind::Function)) return call_function_hook(thread, method, with_self, count + 1, Value());
    return call(thread, method, with_self, count + 1);
  }
  if (GetDescriptorSlot get = type_of(method).slots.get_descriptor) {
    method = TRY(get(thread, method, self, &type_of(self)));
  }
  return call(thread, method, arguments, count);
}

}  // namespace

Value call_special_or_unbound(Thread& thread, Value self, const Str* name, std::initializer_list<Value> arguments) {
  const Value method = lookup_in_type(type_of(self), name);
  if (method.is_unbound()) return Unbound;
  return call_found(thread, method, self, arguments.begin(), arguments.size());
}

Value call_special(Thread& thread, Value self, const Str* name, std::initializer_list<Value> arguments) {
  const Value result = call_special_or_unbound(thread, self, name, arguments);
  if (result.is_unbound()) return raise_value(thread, AttributeError, Value(name));
  return result;
}

namespace trampoline {

// Language reference 3.3.8: the right operand goes first if its class is a subclass of the left
// one's that overrides the reflected method.
Value binary(Thread& thread, Value left, Value right, const Str* name, const Str* reflected_name, size_t offset,
             AnySlot self_function) {
  Type& left_type = type_of(left);
  Type& right_type = type_of(right);
  bool try_right = &left_type != &right_type && slot_at(right_type.slots, offset) == self_function;
  if (slot_at(left_type.slots, offset) == self_function) {
    if (try_right && is_subtype(right_type, left_type)) {
      const Value theirs = lookup_in_type(right_type, reflected_name);
      if (!theirs.is_unbound() && !(theirs == lookup_in_type(left_type, reflected_name))) {
        const Value result = TRY(call_special(thread, right, reflected_name, {left}));
        if (!(result == NotImplemented)) return result;
        try_right = false;
      }
    }
    const Value result = TRY(call_special_or_unbound(thread, left, name, {right}));
    if (!result.is_unbound() && !(result == NotImplemented)) return result;
    if (&left_type == &right_type) return NotImplemented;
  }
  if (try_right) {
    const Value result = TRY(call_special_or_unbound(thread, right, reflected_name, {left}));
    return result.is_unbound() ? NotImplemented : result;
  }
  return NotImplemented;
}

Value power(Thread& thread, Value base, Value exponent, Value modulus) {
  constexpr size_t offset = __builtin_offsetof(TypeSlots, power);
  const AnySlot self_function = reinterpret_cast<AnySlot>(&power);
  if (modulus.is_none()) {
    return binary(thread, base, exponent, special_name<"__pow__">(), special_name<"__rpow__">(), offset, self_function);
  }
  // Three arguments: __rpow__ is never asked.
  if (slot_at(type_of(base).slots, offset) == self_function) {
    return call_special(thread, base, special_name<"__pow__">(), {exponent, modulus});
  }
  return NotImplemented;
}

Value inplace_power(Thread& thread, Value base, Value exponent, Value) {
  return call_special(thread, base, special_name<"__ipow__">(), {exponent});
}

Result<int64_t> hash(Thread& thread, Value self) {
  const Value method = lookup_in_type(type_of(self), special_name<"__hash__">());
  if (method.is_unbound() || method.is_none()) return hash_not_implemented(thread, self);
  const Value result = TRY(call_found(thread, method, self, nullptr, 0));
  if (!is_any_int(result)) return raise(thread, TypeError, "__hash__ method should return an integer");
  // A large result is folded, as hash(int) does; -1 is taken by C's "error".
  const auto small = int_to_int64(result);
  const int64_t value = small ? *small : int_hash(result);
  return value == -1 ? -2 : value;
}

Value call(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  const Value method = lookup_in_type(type_of(self), special_name<"__call__">());
  if (method.is_unbound()) return raise(thread, TypeError, "'{}' object is not callable", type_of(self));
  RecursionGuard guard(thread);
  if (guard.is_exceeded(" while calling a Python object")) return error;
  Value bound = method;
  if (type_of(method).has(Type::kMethodDescriptor)) {
    bound = make_bound_method(method, self);
  } else if (GetDescriptorSlot get = type_of(method).slots.get_descriptor) {
    bound = TRY(get(thread, method, self, &type_of(self)));
  }
  return minipy::call(thread, bound, arguments, count, keyword_names);
}

// __getattribute__, then __getattr__ if that raised AttributeError.
Value get_attribute(Thread& thread, Value self, Value name) {
  Type& type = type_of(self);
  const Value hook = lookup_in_type(type, special_name<"__getattr__">());
  const Value method = lookup_in_type(type, special_name<"__getattribute__">());
  const bool is_generic = is_exact(method, Kind::WrapperDescriptor) &&
                          method.as<Descriptor>()->owner == &type_of_kind(Kind::Object);
  RecursionGuard guard(thread);
  if (guard.is_exceeded()) return error;
  Value result;
  if (is_generic && !hook.is_unbound() && is_exact_str(name)) {
    result = get_attribute_or_unbound_generic(thread, self, name.as<Str>());
    if (!result.is_unbound()) return result;
    return call_found(thread, hook, self, &name, 1);
  }
  result = is_generic ? generic_get_attribute(thread, self, name) : call_found(thread, method, self, &name, 1);
  if (!result.is_empty() || hook.is_unbound() || !catch_exception(thread, AttributeError)) return result;
  return call_found(thread, hook, self, &name, 1);
}

Status set_attribute(Thread& thread, Value self, Value name, Value value) {
  if (value.is_empty()) {
    TRY(call_special(thread, self, special_name<"__delattr__">(), {name}));
  } else {
    TRY(call_special(thread, self, special_name<"__setattr__">(), {name, value}));
  }
  return nothing;
}

Value compare(Thread& thread, Value left, Value right, CompareOp op) {
  static Str* const names[] = {special_name<"__lt__">(), special_name<"__le__">(), special_name<"__eq__">(),
                               special_name<"__ne__">(), special_name<"__gt__">(), special_name<"__ge__">()};
  RecursionGuard guard(thread);
  if (guard.is_exceeded(" in comparison")) return error;
  Value method = lookup_in_type(type_of(left), names[static_cast<int>(op)]);
  if (method.is_unbound()) return NotImplemented;
  const GetDescriptorSlot get = type_of(method).slots.get_descriptor;
  if (!get || type_of(method).has(Type::kMethodDescriptor)) return call_found(thread, method, left, &right, 1);
  method = get(thread, method, left, &type_of(left));
  if (method.is_empty()) {  // what cannot be had is not there
    take_exception(thread);
    return NotImplemented;
  }
  return minipy::call(thread, method, {right});
}

Value iterate(Thread& thread, Value self) {
  const Value method = lookup_in_type(type_of(self), special_name<"__iter__">());
  if (method.is_none()) return raise(thread, TypeError, "'{}' object is not iterable", type_of(self));
  return call_special(thread, self, special_name<"__iter__">(), {});
}

Value next(Thread& thread, Value self) {
  const Value result = call_special(thread, self, special_name<"__next__">(), {});
  if (!result.is_empty() || !exception_matches(thread, StopIteration)) return result;
  const Value stop = take_exception(thread);
  thread.stop_value = stop.as<StopIterationObject>()->value;
  return Unbound;
}

Value get_descriptor(Thread& thread, Value self, Value instance, Value owner) {
  const Value method = lookup_in_type(type_of(self), special_name<"__get__">());
  if (method.is_unbound()) return self;
  return minipy::call(thread, method, {self, instance.is_empty() ? None : instance, owner.is_empty() ? None : owner});
}

Status set_descriptor(Thread& thread, Value self, Value instance, Value value) {
  if (value.is_empty()) {
    TRY(call_special(thread, self, special_name<"__delete__">(), {instance}));
  } else {
    TRY(call_special(thread, self, special_name<"__set__">(), {instance, value}));
  }
  return nothing;
}

Status init(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  const Value method = lookup_in_type(type_of(self), special_name<"__init__">());
  Value bound = method;
  if (type_of(method).has(Type::kMethodDescriptor)) {
    bound = make_bound_method(method, self);
  } else if (GetDescriptorSlot get = type_of(method).slots.get_descriptor) {
    bound = TRY(get(thread, method, self, &type_of(self)));
  }
  const Value result = TRY(minipy::call(thread, bound, arguments, count, keyword_names));
  if (!result.is_none()) {
    return raise(thread, TypeError, "__init__() should return None, not '{}'", type_of(result));
  }
  return nothing;
}

Value make(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  const Value function = TRY(minipy::get_attribute(thread, &type, special_name<"__new__">()));
  const size_t keywords = keyword_names.is_empty() ? 0 : keyword_names.as<Tuple>()->size;
  constexpr size_t kFew = 8;
  Value few[kFew];
  GcVector many;
  Value* with_type = few;
  if (count + keywords + 1 > kFew) {
    many.resize(count + keywords + 1);
    with_type = many.data();
  }
  with_type[0] = &type;
  std::copy_n(arguments, count + keywords, with_type + 1);
  return minipy::call(thread, function, with_type, count + 1, keyword_names);
}

void finalize(Thread& thread, Value self) {
  const Value method = lookup_in_type(type_of(self), special_name<"__del__">());
  if (method.is_unbound()) return;
  const Value pending = take_exception(thread);
  if (call_found(thread, method, self, nullptr, 0).is_empty()) write_unraisable(thread, method);
  thread.exception = pending;
}

Result<bool> truth(Thread& thread, Value self) {
  Value result = TRY(call_special_or_unbound(thread, self, special_name<"__bool__">(), {}));
  if (result.is_bool()) return result.as_bool();
  if (!result.is_unbound()) {
    return raise(thread, TypeError, "__bool__ should return bool, returned {}", type_of(result));
  }
  if (lookup_in_type(type_of(self), special_name<"__len__">()).is_unbound()) return true;
  return TRY(trampoline::length(thread, self)) != 0;
}

Result<size_t> length(Thread& thread, Value self) {
  return checked_length(thread, TRY(call_special(thread, self, special_name<"__len__">(), {})));
}

Result<size_t> checked_length(Thread& thread, Value result) {
  const Value number = TRY(number_index(thread, result));
  if (int_sign(number) < 0) return raise(thread, ValueError, "__len__() should return >= 0");
  return static_cast<size_t>(TRY(index_as_int64(thread, number, &OverflowError)));
}

Value get_item(Thread& thread, Value self, Value key) {
  return call_special(thread, self, special_name<"__getitem__">(), {key});
}

Status set_item(Thread& thread, Value self, Value key, Value value) {
  if (value.is_empty()) {
    TRY(call_special(thread, self, special_name<"__delitem__">(), {key}));
  } else {
    TRY(call_special(thread, self, special_name<"__setitem__">(), {key, value}));
  }
  return nothing;
}

Value sequence_item(Thread& thread, Value self, int64_t index) { return trampoline::get_item(thread, self, make_int(index)); }
Status sequence_set_item(Thread& thread, Value self, int64_t index, Value value) {
  return trampoline::set_item(thread, self, make_int(index), value);
}

Result<bool> contains(Thread& thread, Value self, Value item) {
  const Value method = lookup_in_type(type_of(self), special_name<"__contains__">());
  if (method.is_none()) return raise(thread, TypeError, "'{}' object is not a container", type_of(self));
  if (method.is_unbound()) return contains_by_iteration(thread, self, item);
  return minipy::truth(thread, TRY(call_special(thread, self, special_name<"__contains__">(), {item})));
}

Value repr(Thread& thread, Value self) {
  const Value result = TRY(call_special_or_unbound(thread, self, special_name<"__repr__">(), {}));
  if (!result.is_unbound()) return result;
  return raise(thread, AttributeError, "__repr__");
}

}  // namespace trampoline
}  // namespace minipy
