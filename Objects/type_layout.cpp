// Linearising the bases of a class, its metaclass and its layout; and the links to subclasses.
#include <algorithm>

#include "Objects/dict.h"
#include "Objects/gc.h"
#include "Objects/list.h"
#include "Objects/make_class.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/slot_trampolines.h"
#include "Objects/str.h"
#include "Objects/tuple.h"
#include "Objects/type.h"
#include "Objects/weak_reference.h"

namespace minipy {
namespace {

Failure raise_inconsistent(Thread& thread, const GcVector& heads) {
  StrBuilder names;
  for (size_t i = 0; i < heads.size(); ++i) {
    if (i) names.append(", ");
    names.append(heads[i].as<Type>()->name);
  }
  return raise(thread, TypeError, "Cannot create a consistent method resolution\norder (MRO) for bases {}",
               Value(TRY(names.finish(thread))));
}

struct Sequence {
  const Value* items;
  size_t size, position;
  bool tail_has(Value type) const {
    return std::find(items + std::min(position + 1, size), items + size, type) != items + size;
  }
};

// The next class of the merge: the first head that stands in no other tail. Unbound if there is none.
Value next_candidate(const Sequence* sequences, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    if (sequences[i].position == sequences[i].size) continue;
    const Value candidate = sequences[i].items[sequences[i].position];
    const auto blocks = [&](const Sequence& other) { return other.tail_has(candidate); };
    if (std::none_of(sequences, sequences + count, blocks)) return candidate;
  }
  return Unbound;
}

Failure raise_blocked(Thread& thread, const Sequence* sequences, size_t count) {
  GcVector heads;
  for (size_t i = 0; i < count; ++i) {
    if (sequences[i].position == sequences[i].size) continue;
    const Value head = sequences[i].items[sequences[i].position];
    if (std::find(heads.begin(), heads.end(), head) == heads.end()) heads.push_back(head);
  }
  return raise_inconsistent(thread, heads);
}

Status check_duplicate_bases(Thread& thread, Tuple& bases) {
  for (size_t i = 0; i < bases.size; ++i) {
    for (size_t j = i + 1; j < bases.size; ++j) {
      if (bases.items[i] == bases.items[j]) {
        return raise(thread, TypeError, "duplicate base class {}", bases.items[i].as<Type>()->name);
      }
    }
  }
  return nothing;
}

// Classes that only add __dict__, weak references or nothing share their base's layout.
bool adds_layout(const Type& type, const Type& base) {
  if (type.has(Type::kHeapType)) return type.own_slots != 0;
  return type.basic_words != base.basic_words || type.item_size != base.item_size ||
         type.instance_kind != base.instance_kind;
}

const Type& solid_base(const Type& type) {
  const Type* current = &type;
  while (current->base && !adds_layout(*current, *current->base)) current = current->base;
  return *current;
}

}  // namespace

Result<Tuple*> linearize(Thread& thread, Type& type) {
  Tuple& bases = *type.bases;
  TRY(check_duplicate_bases(thread, bases));
  const size_t count = bases.size + 1;
  auto sequences = static_cast<Sequence*>(gc_allocate_scanned_buffer(count * sizeof(Sequence)));
  for (size_t i = 0; i < bases.size; ++i) {
    const Type& base = *bases.items[i].as<Type>();
    if (!base.mro) return raise(thread, TypeError, "Cannot extend an incomplete type '{}'", base);
    sequences[i] = {base.mro->items, base.mro->size, 0};
  }
  sequences[count - 1] = {bases.items, bases.size, 0};
  GcVector order;
  order.push_back(&type);
  for (;;) {
    const Value next = next_candidate(sequences, count);
    if (next.is_unbound()) break;
    order.push_back(next);
    for (size_t i = 0; i < count; ++i) {
      Sequence& sequence = sequences[i];
      if (sequence.position < sequence.size && sequence.items[sequence.position] == next) ++sequence.position;
    }
  }
  const auto is_left = [](const Sequence& s) { return s.position < s.size; };
  if (std::any_of(sequences, sequences + count, is_left)) return raise_blocked(thread, sequences, count);
  return make_tuple(order.data(), order.size());
}

Status compute_mro(Thread& thread, Type& type) {
  Type& metatype = type.type();
  const Value method = lookup_in_type(metatype, special_name<"mro">());
  const bool is_custom = &metatype != &type_of_kind(Kind::Type) && !is_exact(method, Kind::MethodDescriptor);
  if (!is_custom) {
    type.mro = TRY(linearize(thread, type));
    return nothing;
  }
  const Tuple* const before = type.mro;
  const Value result = TRY(call_special(thread, &type, special_name<"mro">(), {}));
  Tuple* order = TRY(tuple_of(thread, result));
  for (Value entry : order->view()) {
    if (!is_type(entry)) {
      return raise(thread, TypeError, "mro() returned a non-class ('{}')", type_of(entry));
    }
    if (!is_subtype(solid_base(type), solid_base(*entry.as<Type>()))) {
      return raise(thread, TypeError, "mro() returned base with unsuitable layout ('{}')", *entry.as<Type>());
    }
  }
  if (type.mro == before) type.mro = order;  // else mro() has assigned __bases__, and that counts
  return nothing;
}

Result<Type*> most_derived_metatype(Thread& thread, Type& metatype, Tuple& bases) {
  Type* winner = &metatype;
  for (Value base : bases.view()) {
    Type& candidate = type_of(base);
    if (is_subtype(*winner, candidate)) continue;
    if (!is_subtype(candidate, *winner)) {
      return raise(thread, TypeError,
                   "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of "
                   "the metaclasses of all its bases");
    }
    winner = &candidate;
  }
  return winner;
}

Result<Type*> best_base(Thread& thread, Tuple& bases) {
  Type* best = nullptr;
  const Type* winner = nullptr;
  for (Value entry : bases.view()) {
    if (!is_type(entry)) return raise(thread, TypeError, "bases must be types");
    Type& base = *entry.as<Type>();
    if (!base.has(Type::kBaseType)) {
      return raise(thread, TypeError, "type '{}' is not an acceptable base type", base);
    }
    const Type& candidate = solid_base(base);
    if (!winner) {
      winner = &candidate;
      best = &base;
    } else if (is_subtype(*winner, candidate)) {
      continue;
    } else if (is_subtype(candidate, *winner)) {
      winner = &candidate;
      best = &base;
    } else {
      return raise(thread, TypeError, "multiple bases have instance lay-out conflict");
    }
  }
  return best;
}

bool same_layout(const Type& left, const Type& right) {
  // Classes that add the same __slots__ to the same base are alike.
  const bool same_slots = left.has(Type::kHeapType) && right.has(Type::kHeapType) && left.base == right.base &&
                          left.own_slots && left.own_slots == right.own_slots &&
                          std::equal(left.slot_names.as<Tuple>()->begin(), left.slot_names.as<Tuple>()->end(),
                                     right.slot_names.as<Tuple>()->begin(), [](Value a, Value b) {
                                       return equal(a.as<Str>(), b.as<Str>());
                                     });
  if (same_slots) {
    return left.basic_words == right.basic_words && left.attributes_word == right.attributes_word;
  }
  constexpr uint32_t kFlags = Type::kHasDict | Type::kHasWeakReferences;
  return &solid_base(left) == &solid_base(right) && left.attributes_word == right.attributes_word &&
         left.basic_words == right.basic_words && (left.flags & kFlags) == (right.flags & kFlags);
}

// --- links from a class to its subclasses: a list of weak references ---

Status add_subclass(Type& base, Type& subclass) {
  if (base.subclasses.is_empty()) base.subclasses = make_list();
  const size_t count = base.subclasses.as<List>()->size;
  if (count > 32 && (count & (count - 1)) == 0) remove_subclass(base, base);  // drops the dead ones
  Thread& thread = current_thread();
  WeakReference* const reference = TRY(make_weak_reference(thread, &subclass, None));
  return list_append(thread, *base.subclasses.as<List>(), reference);
}

void remove_subclass(Type& base, Type& subclass) {
  if (base.subclasses.is_empty()) return;
  List& list = *base.subclasses.as<List>();
  for (size_t i = list.size; i-- > 0;) {
    const Value target = weak_target(*list.at(i).as<WeakReference>());
    if (target.is_none() || target == Value(&subclass)) list_remove_range(list, i, i + 1);
  }
}

void for_each_subclass(const Type& type, void (*visit)(Type& subclass, void* context), void* context) {
  if (type.subclasses.is_empty()) return;
  List& list = *type.subclasses.as<List>();
  for (size_t i = 0; i < list.size; ++i) {
    const Value target = weak_target(*list.at(i).as<WeakReference>());
    if (!target.is_none()) visit(*target.as<Type>(), context);
  }
}

Value subclasses_list(Thread& thread, const Type& type) {
  List* result = make_list();
  Status status = nothing;
  for_each_subclass(type, [&](Type& subclass) {
    if (!status.failed()) status = list_append(thread, *result, &subclass);
  });
  TRY(status);
  return result;
}

}  // namespace minipy
