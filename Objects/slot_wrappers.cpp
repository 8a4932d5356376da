// Calling a slot of a C++ type as the Python method that stands for it: int.__add__(1, 2).
#include "Objects/exception.h"
#include "Objects/int.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/slot_rows.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

template <typename Slot>
Slot as(AnySlot function) {
  return reinterpret_cast<Slot>(function);
}

struct Arity {
  size_t least, most;
};
Arity arity_of(SlotSignature signature) {
  using enum SlotSignature;
  switch (signature) {
    case Unary:
    case Hash:
    case Next:
    case Finalize:
    case Truth:
    case Length:
      return {0, 0};
    case SetAttribute:
    case SetDescriptor:
    case SetItem:
    case SequenceSetItem:
      return {2, 2};
    case GetDescriptor:
    case PowerLeft:
    case PowerRight:
      return {1, 2};
    default:
      return {1, 1};
  }
}

// The message names no function; in CPython all but one or none leave the blank after the missing
// name.
Status expect_count(Thread& thread, size_t got, Arity arity, SlotSignature signature) {
  if (got >= arity.least && got <= arity.most) return nothing;
  const bool is_repeat =
      signature == SlotSignature::Repeat || signature == SlotSignature::InplaceRepeat;
  const char* blank = arity.most > 1 || is_repeat ? " " : "";
  const bool is_short = got < arity.least;
  const size_t bound = is_short ? arity.least : arity.most;
  const char* how = arity.least == arity.most ? "" : is_short ? "at least " : "at most ";
  return raise(thread, TypeError, "{}expected {}{} argument{}, got {}", blank, how, bound,
               bound == 1 ? "" : "s", got);
}

Value none_if_done(Status status) {
  return status.failed() ? Value() : None;
}

Value from_truth(Result<bool> result) {
  return result.failed() ? Value() : Value::from_bool(result.value());
}

// Negative positions count from the end, for slots that take a plain index.
Result<int64_t> sequence_index(Thread& thread, Value self, Value key) {
  int64_t index = TRY(index_as_int64(thread, key, &OverflowError));
  if (index < 0 && type_of(self).slots.sequence_length) {
    index += static_cast<int64_t>(TRY(type_of(self).slots.sequence_length(thread, self)));
  }
  return index;
}

// object.__setattr__(some_type, ...) may not go around the type's own rules.
Status check_not_bypassing(Thread& thread, Value self, AnySlot function, const char* what) {
  for (Value base : type_of(self).mro->view()) {
    const Type& type = *base.as<Type>();
    if (type.has(Type::kHeapType)) continue;
    if (reinterpret_cast<AnySlot>(type.slots.set_attribute) != function) {
      return raise(thread, TypeError, "can't apply this {} to {} object", what, type_of(self));
    }
    return nothing;
  }
  return nothing;
}

Value wrap_next(Thread& thread, AnySlot function, Value self) {
  thread.stop_value = Value();
  const Value item = as<NextSlot>(function)(thread, self);
  if (!item.is_unbound()) return item;
  const Value stop = thread.stop_value;
  thread.stop_value = Value();
  return raise_stop_iteration(thread, stop.is_empty() ? None : stop);
}

Value wrap_get(Thread& thread, AnySlot function, Value self, const Value* arguments, size_t count) {
  const Value instance = arguments[0].is_none() ? Value() : arguments[0];
  const Value owner = count > 1 && !arguments[1].is_none() ? arguments[1] : Value();
  if (instance.is_empty() && owner.is_empty()) {
    return raise(thread, TypeError, "__get__(None, None) is invalid");
  }
  return as<GetDescriptorSlot>(function)(thread, self, instance, owner);
}

Value call_plain(Thread& thread, const SlotRow& row, AnySlot function, Value self,
                 const Value* arguments, size_t count) {
  using enum SlotSignature;
  switch (row.signature) {
    case Unary:
      return as<UnarySlot>(function)(thread, self);
    case Hash:
      return make_int(TRY(as<HashSlot>(function)(thread, self)));
    case Next:
      return wrap_next(thread, function, self);
    case Finalize:
      as<FinalizeSlot>(function)(thread, self);
      return None;
    case Truth:
      return from_truth(as<TruthSlot>(function)(thread, self));
    case Length:
      return make_int(static_cast<int64_t>(TRY(as<LengthSlot>(function)(thread, self))));
    case GetAttribute:
    case GetAttributeHook:
    case BinaryLeft:
    case Inplace:
    case InplaceConcatenate:
    case GetItem:
    case Concatenate:
      if (row.offset == __builtin_offsetof(TypeSlots, inplace_power)) {
        return as<TernarySlot>(function)(thread, self, arguments[0], None);
      }
      return as<BinarySlot>(function)(thread, self, arguments[0]);
    case BinaryRight:
      return as<BinarySlot>(function)(thread, arguments[0], self);
    case PowerLeft:
      return as<TernarySlot>(function)(thread, self, arguments[0], count > 1 ? arguments[1] : None);
    case PowerRight:
      return as<TernarySlot>(function)(thread, arguments[0], self, count > 1 ? arguments[1] : None);
    case SetAttribute:
      TRY(check_not_bypassing(thread, self, function, "__setattr__"));
      return none_if_done(as<SetSlot>(function)(thread, self, arguments[0], arguments[1]));
    case DeleteAttribute:
      TRY(check_not_bypassing(thread, self, function, "__delattr__"));
      return none_if_done(as<SetSlot>(function)(thread, self, arguments[0], Value()));
    case CompareLess:
    case CompareLessEqual:
    case CompareEqual:
    case CompareNotEqual:
    case CompareGreater:
    case CompareGreaterEqual: {
      const int op = static_cast<int>(row.signature) - static_cast<int>(CompareLess);
      return as<CompareSlot>(function)(thread, self, arguments[0], static_cast<CompareOp>(op));
    }
    case GetDescriptor:
      return wrap_get(thread, function, self, arguments, count);
    case SetDescriptor:
    case SetItem:
      return none_if_done(as<SetSlot>(function)(thread, self, arguments[0], arguments[1]));
    case DeleteDescriptor:
    case DeleteItem:
      return none_if_done(as<SetSlot>(function)(thread, self, arguments[0], Value()));
    case Repeat:
    case InplaceRepeat:
      return as<ItemSlot>(function)(thread, self,
                                    TRY(index_as_int64(thread, arguments[0], &OverflowError)));
    case SequenceItem:
      return as<ItemSlot>(function)(thread, self, TRY(sequence_index(thread, self, arguments[0])));
    case SequenceSetItem: {
      const int64_t index = TRY(sequence_index(thread, self, arguments[0]));
      return none_if_done(as<SetItemSlot>(function)(thread, self, index, arguments[1]));
    }
    case SequenceDeleteItem: {
      const int64_t index = TRY(sequence_index(thread, self, arguments[0]));
      return none_if_done(as<SetItemSlot>(function)(thread, self, index, Value()));
    }
    case Contains:
      return from_truth(as<ContainsSlot>(function)(thread, self, arguments[0]));
    case Call:
    case Init:
    case New:
      break;  // take keywords: handled by the caller
  }
  MP_UNREACHABLE();
}

}  // namespace

Value call_slot_wrapper(Thread& thread, const SlotRow& row, AnySlot function, const Type&,
                        Value self, const Value* arguments, size_t count, Value keyword_names) {
  if (row.signature == SlotSignature::Call) {
    return as<CallSlot>(function)(thread, self, arguments, count, keyword_names);
  }
  if (row.signature == SlotSignature::Init) {
    return none_if_done(as<InitSlot>(function)(thread, self, arguments, count, keyword_names));
  }
  if (!keyword_names.is_empty() && keyword_names.as<Tuple>()->size) {
    return raise(thread, TypeError, "wrapper {}() takes no keyword arguments", row.name);
  }
  TRY(expect_count(thread, count, arity_of(row.signature), row.signature));
  return call_plain(thread, row, function, self, arguments, count);
}

}  // namespace minipy
