// Slot functions that call the method which a Python class defines under the special name.
#pragma once

#include <algorithm>
#include <cstddef>

#include "Objects/protocol.h"
#include "Objects/slot_rows.h"
#include "Objects/str.h"

namespace minipy {

// A string literal as a template argument.
template <size_t N>
struct FixedString {
  char text[N] = {};
  constexpr FixedString() = default;
  constexpr FixedString(const char (&literal)[N]) { std::copy_n(literal, N, text); }  // NOLINT
};
template <size_t N>
FixedString(const char (&)[N]) -> FixedString<N>;

// The interned str of a special name; made once.
template <FixedString name>
Str* special_name() {
  static Str* const text = intern(name.text);
  return text;
}
// "__radd__" from "__add__" and back.
template <size_t N>
constexpr FixedString<N + 1> reflected(const FixedString<N>& name) {
  FixedString<N + 1> result;
  result.text[0] = result.text[1] = '_';
  result.text[2] = 'r';
  std::copy_n(name.text + 2, N - 2, result.text + 3);
  return result;
}
template <size_t N>
constexpr FixedString<N - 1> unreflected(const FixedString<N>& name) {
  FixedString<N - 1> result;
  result.text[0] = result.text[1] = '_';
  std::copy_n(name.text + 3, N - 3, result.text + 2);
  return result;
}

// Calls the method `name` of self's class with self and these arguments; Unbound if there is none.
Value call_special_or_unbound(Thread&, Value self, const Str* name, std::initializer_list<Value> arguments);
// AttributeError with the name if there is none.
Value call_special(Thread&, Value self, const Str* name, std::initializer_list<Value> arguments);

// What is left of `left op right` once left's method, asked first, has returned NotImplemented.
Value compare_by_right(Thread&, Value left, Value right, CompareOp op);
Failure raise_unsupported_operands(Thread&, Value left, Value right, const char* symbol);

namespace trampoline {

Result<size_t> checked_length(Thread&, Value result);  // what __len__ has returned

Value binary(Thread&, Value left, Value right, const Str* name, const Str* reflected_name,
             size_t offset, AnySlot self_function);
Value power(Thread&, Value base, Value exponent, Value modulus);
Value inplace_power(Thread&, Value base, Value exponent, Value modulus);
Result<int64_t> hash(Thread&, Value self);
Value call(Thread&, Value self, const Value* arguments, size_t count, Value keyword_names);
Value get_attribute(Thread&, Value self, Value name);
Status set_attribute(Thread&, Value self, Value name, Value value);
Value compare(Thread&, Value left, Value right, CompareOp op);
Value iterate(Thread&, Value self);
Value next(Thread&, Value self);
Value get_descriptor(Thread&, Value self, Value instance, Value owner);
Status set_descriptor(Thread&, Value self, Value instance, Value value);
Status init(Thread&, Value self, const Value* arguments, size_t count, Value keyword_names);
Value make(Thread&, Type& type, const Value* arguments, size_t count, Value keyword_names);
void finalize(Thread&, Value self);
Result<bool> truth(Thread&, Value self);
Result<size_t> length(Thread&, Value self);
Value get_item(Thread&, Value self, Value key);
Status set_item(Thread&, Value self, Value key, Value value);
Value sequence_item(Thread&, Value self, int64_t index);
Status sequence_set_item(Thread&, Value self, int64_t index, Value value);
Result<bool> contains(Thread&, Value self, Value item);
Value repr(Thread&, Value self);

template <FixedString name>
Value unary(Thread& thread, Value self) {
  return call_special(thread, self, special_name<name>(), {});
}
template <FixedString name, size_t offset>
Value binary_slot(Thread& thread, Value left, Value right) {
  return binary(thread, left, right, special_name<name>(), special_name<reflected(name)>(), offset,
                reinterpret_cast<AnySlot>(&binary_slot<name, offset>));
}
template <FixedString name>
Value inplace(Thread& thread, Value self, Value other) {
  return call_special(thread, self, special_name<name>(), {other});
}

template <SlotSignature signature, FixedString name, size_t offset>
AnySlot function_for() {
  const auto any = [](auto* function) { return reinterpret_cast<AnySlot>(function); };
  using enum SlotSignature;
  if constexpr (offset == __builtin_offsetof(TypeSlots, iterate)) return any(&trampoline::iterate);
  else if constexpr (offset == __builtin_offsetof(TypeSlots, repr)) return any(&trampoline::repr);
  else if constexpr (offset == __builtin_offsetof(TypeSlots, inplace_power)) return any(&trampoline::inplace_power);
  else if constexpr (signature == Unary) return any(&unary<name>);
  else if constexpr (signature == BinaryLeft) return any(&binary_slot<name, offset>);
  else if constexpr (signature == BinaryRight) return any(&binary_slot<unreflected(name), offset>);
  else if constexpr (signature == Inplace) return any(&inplace<name>);
  else if constexpr (signature == PowerLeft || signature == PowerRight) return any(&trampoline::power);
  else if constexpr (signature == Hash) return any(&trampoline::hash);
  else if constexpr (signature == Call) return any(&trampoline::call);
  else if constexpr (signature == GetAttribute || signature == GetAttributeHook) return any(&trampoline::get_attribute);
  else if constexpr (signature == SetAttribute || signature == DeleteAttribute) return any(&trampoline::set_attribute);
  else if constexpr (signature >= CompareLess && signature <= CompareGreaterEqual) return any(&trampoline::compare);
  else if constexpr (signature == Next) return any(&trampoline::next);
  else if constexpr (signature == GetDescriptor) return any(&trampoline::get_descriptor);
  else if constexpr (signature == SetDescriptor || signature == DeleteDescriptor) return any(&trampoline::set_descriptor);
  else if constexpr (signature == Init) return any(&trampoline::init);
  else if constexpr (signature == New) return any(&trampoline::make);
  else if constexpr (signature == Finalize) return any(&trampoline::finalize);
  else if constexpr (signature == Truth) return any(&trampoline::truth);
  else if constexpr (signature == Length) return any(&trampoline::length);
  else if constexpr (signature == GetItem) return any(&trampoline::get_item);
  else if constexpr (signature == SetItem || signature == DeleteItem) return any(&trampoline::set_item);
  else if constexpr (signature == SequenceItem) return any(&trampoline::sequence_item);
  else if constexpr (signature == SequenceSetItem || signature == SequenceDeleteItem) return any(&trampoline::sequence_set_item);
  else if constexpr (signature == Contains) return any(&trampoline::contains);
  else return nullptr;  // Concatenate, Repeat and their in-place forms: Python classes fill add and multiply
}

}  // namespace trampoline
}  // namespace minipy
