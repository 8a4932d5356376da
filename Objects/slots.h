// The special methods of a type as C++ function pointers (the rows of slots.def share them).
// A null pointer: the type has no such method. All may raise: they return an empty Value or a
// failed Result then.
#pragma once

#include "Objects/result.h"
#include "Objects/value.h"

namespace minipy {

struct Thread;
struct Type;
struct Buffer;

enum class CompareOp : uint8_t { Less, LessEqual, Equal, NotEqual, Greater, GreaterEqual };

// The calling convention of everything native: `argument_count` positional arguments, then one
// value for each name of the tuple `keyword_names` (an empty Value where there are none).
using NativeFunction = Value (*)(Thread& thread, const Value* arguments, size_t argument_count,
                                 Value keyword_names);

using UnarySlot = Value (*)(Thread&, Value self);
using BinarySlot = Value (*)(Thread&, Value left, Value right);
using TernarySlot = Value (*)(Thread&, Value base, Value exponent, Value modulus);
using CallSlot = Value (*)(Thread&, Value self, const Value* arguments, size_t argument_count,
                           Value keyword_names);
using NewSlot = Value (*)(Thread&, Type& type, const Value* arguments, size_t argument_count,
                          Value keyword_names);
using InitSlot = Status (*)(Thread&, Value self, const Value* arguments, size_t argument_count,
                            Value keyword_names);
using CompareSlot = Value (*)(Thread&, Value left, Value right, CompareOp op);
using HashSlot = Result<int64_t> (*)(Thread&, Value self);
using TruthSlot = Result<bool> (*)(Thread&, Value self);
using LengthSlot = Result<size_t> (*)(Thread&, Value self);
using ItemSlot = Value (*)(Thread&, Value self, int64_t index);
// An empty value deletes.
using SetItemSlot = Status (*)(Thread&, Value self, int64_t index, Value value);
using SetSlot = Status (*)(Thread&, Value self, Value key, Value value);
using ContainsSlot = Result<bool> (*)(Thread&, Value self, Value item);
// Returns Unbound when exhausted. One that ends with a value (a generator's return) leaves it in
// Thread::stop_value; who wants to know clears that first.
using NextSlot = Value (*)(Thread&, Value self);
// `instance` is empty when looked up on the class.
using GetDescriptorSlot = Value (*)(Thread&, Value self, Value instance, Value owner);
using FinalizeSlot = void (*)(Thread&, Value self);

enum class SendResult : uint8_t { Yielded, Returned, Failed };
using SendSlot = SendResult (*)(Thread&, Value self, Value sent, Value* result);

using GetBufferSlot = Status (*)(Thread&, Value self, Buffer& buffer, int flags);
using ReleaseBufferSlot = void (*)(Thread&, Value self, Buffer& buffer);

struct TypeSlots {
  UnarySlot repr, str;
  HashSlot hash;
  CallSlot call;
  BinarySlot get_attribute;
  SetSlot set_attribute;
  CompareSlot compare;
  UnarySlot iterate;
  NextSlot next;
  GetDescriptorSlot get_descriptor;
  SetSlot set_descriptor;
  InitSlot init;
  NewSlot make;
  FinalizeSlot finalize;

  UnarySlot await, async_iterate, async_next;
  SendSlot send;

  BinarySlot add, subtract, multiply, remainder, divmod, left_shift, right_shift, bit_and, bit_xor,
      bit_or, floor_divide, true_divide, matrix_multiply;
  TernarySlot power;
  UnarySlot negative, positive, absolute, invert, to_int, to_float, index;
  TruthSlot truth;
  BinarySlot inplace_add, inplace_subtract, inplace_multiply, inplace_remainder, inplace_left_shift,
      inplace_right_shift, inplace_and, inplace_xor, inplace_or, inplace_floor_divide,
      inplace_true_divide, inplace_matrix_multiply;
  TernarySlot inplace_power;

  LengthSlot map_length;
  BinarySlot map_item;
  SetSlot map_set_item;
  LengthSlot sequence_length;
  BinarySlot concatenate;
  ItemSlot repeat;
  ItemSlot sequence_item;
  SetItemSlot sequence_set_item;
  ContainsSlot contains;
  BinarySlot inplace_concatenate;
  ItemSlot inplace_repeat;

  GetBufferSlot get_buffer;
  ReleaseBufferSlot release_buffer;
};

// For the `hash` slot of unhashable types: raises "unhashable type: 'list'", and where a TypeSpec has
// it the type's dict gets `__hash__ = None`. A class with `__hash__ = None` has it as its slot too.
Result<int64_t> hash_not_implemented(Thread&, Value self);

}  // namespace minipy
