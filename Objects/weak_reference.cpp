// weakref.ref and the proxies' foundation. The table maps a target's address to its references; what
// it holds is hidden from the collector, and it is swept at the end of each mark phase.
#include "Objects/weak_reference.h"

#define GC_THREADS
#include <gc/gc.h>
#include <gc/gc_mark.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <utility>

#include "Objects/address_text.h"
#include "Objects/finalizers.h"
#include "Objects/gc.h"
#include "Objects/initialize.h"
#include "Objects/list.h"
#include "Objects/memory_reserve.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"
#include "Objects/weak_table.h"

namespace minipy {
namespace {

using Hidden = uintptr_t;
Hidden hide(const Object* object) { return ~reinterpret_cast<uintptr_t>(object); }
Object* reveal(Hidden hidden) { return reinterpret_cast<Object*>(~hidden); }

WeakReference* reveal_reference(Hidden hidden) { return static_cast<WeakReference*>(reveal(hidden)); }

// Plain references and proxies without a callback: all callers get the same one.
bool is_shared(const WeakReference& reference) {
  return reference.callback.is_none() && !reference.type().has(Type::kHeapType);
}

// The references to one target, linked by WeakReference::hidden_next: the shared reference, the shared proxy, then the
// others, the oldest first.
struct References {
  Hidden target;  // 0: a free place
  Hidden first, last;

  void add(WeakReference& reference) {
    if (!is_shared(reference)) return append(reference);
    const bool is_second = first && is_shared(*reveal_reference(first)) && &reference.type() != &type_of_kind(Kind::WeakReference);
    Hidden& place = is_second ? reveal_reference(first)->hidden_next : first;
    reference.hidden_next = std::exchange(place, hide(&reference));
    if (!reference.hidden_next) last = place;
  }
  void append(WeakReference& reference) {
    const Hidden hidden = hide(&reference);
    reference.hidden_next = 0;
    (last ? reveal_reference(last)->hidden_next : first) = hidden;
    last = hidden;
  }
  // Leaves those out for which `keep` is false.
  template <typename Keep>
  void filter(Keep keep) {
    Hidden next = std::exchange(first, 0);
    last = 0;
    while (next) {
      WeakReference& reference = *reveal_reference(next);
      next = std::exchange(reference.hidden_next, 0);
      if (keep(reference)) append(reference);
    }
  }
};

// By target, with open addressing. malloc memory, which the collector does not look at; while it has stopped the world
// entries become empty, but none comes or goes.
class Table {
 public:
  References* find(const Object* target) {
    if (!capacity_) return nullptr;
    References& found = place_of(hide(target));
    return found.first ? &found : nullptr;
  }
  // Null without memory.
  References* find_or_add(const Object* target) {
    if (used_ + used_ / 2 >= capacity_ && !rebuild() && used_ + 1 >= capacity_) return nullptr;
    References& found = place_of(hide(target));
    if (!found.target) {
      found.target = hide(target);
      ++used_;
    }
    return &found;
  }
  References* begin() { return places_; }
  References* end() { return places_ + capacity_; }

  // Forgets targets without references, and makes room; false without memory.
  bool rebuild() {
    size_t live = 1;
    for (const References& references : *this) live += references.first != 0;
    const size_t capacity = std::max(kLeast, std::bit_ceil(live * 3));
    const size_t bytes = capacity * sizeof(References);
    auto* const places = static_cast<References*>(may_take(bytes) ? std::calloc(1, bytes) : nullptr);
    if (!places) return false;
    References* const old = std::exchange(places_, places);
    const size_t old_capacity = std::exchange(capacity_, capacity);
    used_ = 0;
    for (size_t i = 0; i < old_capacity; ++i) {
      if (!old[i].first) continue;
      place_of(old[i].target) = old[i];
      ++used_;
    }
    std::free(old);
    return true;
  }

 private:
  static constexpr size_t kLeast = 64;

  // Where `target` is, or may be put.
  References& place_of(Hidden target) {
    const size_t mask = capacity_ - 1;
    size_t i = (~target >> 4) * 0x9E3779B97F4A7C15 >> 20 & mask;
    while (places_[i].target && places_[i].target != target) i = (i + 1) & mask;
    return places_[i];
  }

  References* places_ = nullptr;
  size_t capacity_ = 0, used_ = 0;
};
Table table;

// Builtin types are static: outside the heap, and never die.
bool is_alive(Hidden hidden) { return !GC_is_heap_ptr(reveal(hidden)) || GC_is_marked(reveal(hidden)); }

void kill(WeakReference& reference) {
  reference.hidden_target = 0;
  if (!reference.callback.is_none()) queue_callback(&reference);
}

// The reference that all callers without a callback share.
WeakReference* shared_reference(const Object* target, const Type& type) {
  const References* const found = table.find(target);
  for (Hidden next = found ? found->first : 0; next;) {
    WeakReference* const reference = reveal_reference(next);
    if (!is_shared(*reference)) break;
    if (&reference->type() == &type) return reference;
    next = reference->hidden_next;
  }
  return nullptr;
}

Status check_target(Thread& thread, Value target) {
  if (target.is_object() && type_of(target).has(Type::kHasWeakReferences)) return nothing;
  return raise(thread, TypeError, "cannot create weak reference to '{}' object", type_of(target));
}

Value reference_new(Thread& thread, Type& type, const Value* arguments, size_t count, Value) {
  if (count < 1 || count > 2) {
    return raise(thread, TypeError, "__new__ expected at {} {} argument{}, got {}", count < 1 ? "least" : "most",
                 count < 1 ? 1 : 2, count < 1 ? "" : "s", count);
  }
  return make_weak_reference_of(thread, type, arguments[0], count == 2 ? arguments[1] : None);
}

Status reference_init(Thread& thread, Value, const Value*, size_t count, Value) {
  if (count >= 1 && count <= 2) return nothing;
  return raise(thread, TypeError, "__init__ expected at {} {} argument{}, got {}", count < 1 ? "least" : "most",
               count < 1 ? 1 : 2, count < 1 ? "" : "s", count);
}

Value reference_call(Thread& thread, Value self, const Value*, size_t count, Value keyword_names) {
  if (count || (!keyword_names.is_empty() && keyword_names.as<Tuple>()->size)) {
    return raise(thread, TypeError, "weakref.ReferenceType() takes no arguments ({} given)", count);
  }
  return weak_target(*self.as<WeakReference>());
}

Result<int64_t> reference_hash(Thread& thread, Value self) {
  WeakReference& reference = *self.as<WeakReference>();
  if (reference.has_flag(Object::kOwnFlagA)) return reference.cached_hash;
  const Value target = weak_target(reference);
  if (reference.is_dead()) return raise(thread, TypeError, "weak object has gone away");
  reference.cached_hash = TRY(hash(thread, target));
  reference.flags |= Object::kOwnFlagA;
  return reference.cached_hash;
}

Value reference_compare(Thread& thread, Value left, Value right, CompareOp op) {
  const bool comparable = (op == CompareOp::Equal || op == CompareOp::NotEqual) && has_kind(right, Kind::WeakReference);
  if (!comparable) return NotImplemented;
  const WeakReference &a = *left.as<WeakReference>(), &b = *right.as<WeakReference>();
  if (a.is_dead() || b.is_dead()) return Value::from_bool((left == right) == (op == CompareOp::Equal));
  return compare(thread, weak_target(a), weak_target(b), op);
}

Value reference_repr(Thread& thread, Value self) {
  const WeakReference& reference = *self.as<WeakReference>();
  const AddressText address(self);
  if (reference.is_dead()) return format_message(thread, "<weakref at {}; dead>", {address.text()});
  const Value target = weak_target(reference);
  const AddressText held(target);
  const Value name = TRY(get_attribute_or_unbound(thread, target, "__name__"));
  if (is_str(name)) {
    return format_message(thread, "<weakref at {}; to '{}' at {} ({})>", {address.text(), type_of(target), held.text(), name});
  }
  return format_message(thread, "<weakref at {}; to '{}' at {}>", {address.text(), type_of(target), held.text()});
}

Value get_callback(WeakReference& reference) { return reference.callback; }

Value class_getitem(Thread& thread, Value type, Value item) {
  const Value alias = TRY(import_attribute(thread, "types", "GenericAlias"));
  return call(thread, alias, {type, item});
}

const MethodRow reference_rows[] = {
    class_method<class_getitem>("!__class_getitem__($type, item, /)", "See PEP 585"),
    member<get_callback>("__callback__", nullptr),
};

const TypeSpec reference_spec = {
    .doc = "A reference that does not keep its target alive; calling it gives the target, or None.",
    .instance_bytes = sizeof(WeakReference),
    .flags = Type::kBaseType,
    .slots = {.repr = reference_repr,
              .hash = reference_hash,
              .call = reference_call,
              .compare = reference_compare,
              .init = reference_init,
              .make = reference_new},
    .methods = reference_rows,
};

}  // namespace

// References that are garbage themselves do not call back, but may be seen by the finaliser.
void clear_references_to(const Object* target) {
  if (!target->has_flag(Object::kHasWeakReferences)) return;
  References* const found = table.find(target);
  if (!found) return;
  found->filter([](WeakReference& reference) {
    if (is_alive(hide(&reference))) {
      kill(reference);
    } else {
      reference.hidden_target = 0;
    }
    return false;
  });
}

void sweep_weak_table() {
  for (References& references : table) {
    if (!references.first) continue;
    const bool target_lives = is_alive(references.target);
    references.filter([target_lives](WeakReference& reference) {
      if (!is_alive(hide(&reference))) return false;
      if (!target_lives) kill(reference);
      return target_lives;
    });
  }
}

void forget_dead_targets() {
  if (table.begin()) (void)table.rebuild();
}

Value weak_target(const WeakReference& reference) {
  return reference.is_dead() ? None : Value(reveal(reference.hidden_target));
}

Value make_weak_reference_of(Thread& thread, Type& type, Value target, Value callback) {
  TRY(check_target(thread, target));
  if (callback.is_none() && !type.has(Type::kHeapType)) {
    if (WeakReference* shared = shared_reference(target.object(), type)) return shared;
  }
  // The plain ones are also made at start-up, before their type knows its size.
  WeakReference* reference = &type == &type_of_kind(Kind::WeakReference) ? allocate<WeakReference>()
                                                                         : allocate_instance_as<WeakReference>(type);
  if (!reference) return error;
  reference->callback = callback;
  References* const others = table.find_or_add(target.object());
  if (!others) return raise_memory_error(thread);
  reference->hidden_target = hide(target.object());
  others->add(*reference);
  target.object()->flags |= Object::kHasWeakReferences;
  return reference;
}

Result<WeakReference*> make_weak_reference(Thread& thread, Value target, Value callback) {
  return TRY(make_weak_reference_of(thread, type_of_kind(Kind::WeakReference), target, callback)).as<WeakReference>();
}

Value first_weak_reference(Thread&, Value target) {
  const References* const found = table.find(target.object());
  if (!found) return None;
  return reveal(is_shared(*reveal_reference(found->first)) ? found->first : found->last);
}

size_t weak_reference_count(Value target) {
  const References* const found = target.is_object() ? table.find(target.object()) : nullptr;
  size_t count = 0;
  for (Hidden next = found ? found->first : 0; next; next = reveal_reference(next)->hidden_next) ++count;
  return count;
}

// In CPython's order: the shared ones, then the others, the youngest first.
Result<List*> weak_references_to(Thread& thread, Value target) {
  List* list = make_list();
  const References* const found = target.is_object() ? table.find(target.object()) : nullptr;
  size_t shared_count = 0;
  // A reference in the list stays in the chain, whatever is collected meanwhile.
  for (Hidden next = found ? found->first : 0; next;) {
    WeakReference* const reference = reveal_reference(next);
    TRY(list_append(thread, *list, reference));
    shared_count += is_shared(*reference);
    next = reference->hidden_next;
  }
  std::reverse(list->buffer->items + shared_count, list->buffer->items + list->size);
  return list;
}

void define_weak_reference_types() { define_type(Kind::WeakReference, reference_spec); }

}  // namespace minipy
