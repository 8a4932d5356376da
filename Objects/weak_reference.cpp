// weakref.ref and the proxies' foundation. The table maps a target's address to its references; what
// it holds is hidden from the collector, and it is swept at the end of each mark phase.
#include "Objects/weak_reference.h"

#define GC_THREADS
#include <gc/gc.h>
#include <gc/gc_mark.h>

#include <unordered_map>
#include <vector>

#include "Objects/address_text.h"
#include "Objects/finalizers.h"
#include "Objects/gc.h"
#include "Objects/initialize.h"
#include "Objects/list.h"
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

// malloc memory, which the collector does not look at.
using Table = std::unordered_map<Hidden, std::vector<Hidden>>;
Table& table() {
  static Table* const weak_table = new Table;
  return *weak_table;
}

// Builtin types are static: outside the heap, and never die.
bool is_alive(Hidden hidden) { return !GC_is_heap_ptr(reveal(hidden)) || GC_is_marked(reveal(hidden)); }

void kill(WeakReference& reference) {
  reference.hidden_target = 0;
  if (!reference.callback.is_none()) queue_callback(&reference);
}

void add(const Object* target, WeakReference& reference) {
  reference.hidden_target = hide(target);
  table()[hide(target)].push_back(hide(&reference));
  const_cast<Object*>(target)->flags |= Object::kHasWeakReferences;
}

// The reference that all callers without a callback share.
WeakReference* shared_reference(const Object* target, const Type& type) {
  const auto found = table().find(hide(target));
  if (found == table().end()) return nullptr;
  for (Hidden hidden : found->second) {
    auto reference = static_cast<WeakReference*>(reveal(hidden));
    if (&reference->type() == &type && reference->callback.is_none()) return reference;
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
  const auto found = table().find(hide(target));
  if (found == table().end()) return;
  for (Hidden hidden : found->second) {
    auto& reference = *static_cast<WeakReference*>(reveal(hidden));
    if (is_alive(hidden)) {
      kill(reference);
    } else {
      reference.hidden_target = 0;
    }
  }
  found->second.clear();
}

void sweep_weak_table() {
  for (auto& [target, references] : table()) {
    const bool target_lives = is_alive(target);
    size_t kept = 0;
    for (Hidden hidden : references) {
      if (!is_alive(hidden)) continue;
      if (target_lives) {
        references[kept++] = hidden;
      } else {
        kill(*static_cast<WeakReference*>(reveal(hidden)));
      }
    }
    references.resize(kept);
  }
}

void forget_dead_targets() {
  std::erase_if(table(), [](const auto& entry) { return entry.second.empty(); });
}

Value weak_target(const WeakReference& reference) {
  return reference.is_dead() ? None : Value(reveal(reference.hidden_target));
}

Value make_weak_reference_of(Thread& thread, Type& type, Value target, Value callback) {
  TRY(check_target(thread, target));
  if (callback.is_none()) {
    if (WeakReference* shared = shared_reference(target.object(), type); shared && !type.has(Type::kHeapType)) return shared;
  }
  // The plain ones are also made at start-up, before their type knows its size.
  WeakReference* reference = &type == &type_of_kind(Kind::WeakReference) ? allocate<WeakReference>()
                                                                         : allocate_instance_as<WeakReference>(type);
  if (!reference) return error;
  reference->callback = callback;
  add(target.object(), *reference);
  return reference;
}

Result<WeakReference*> make_weak_reference(Thread& thread, Value target, Value callback) {
  return TRY(make_weak_reference_of(thread, type_of_kind(Kind::WeakReference), target, callback)).as<WeakReference>();
}

Value first_weak_reference(Thread&, Value target) {
  const auto found = table().find(hide(target.object()));
  return found == table().end() || found->second.empty() ? None : Value(reveal(found->second.front()));
}

size_t weak_reference_count(Value target) {
  if (!target.is_object()) return 0;
  const auto found = table().find(hide(target.object()));
  return found == table().end() ? 0 : found->second.size();
}

List* weak_references_to(Value target) {
  List* list = make_list();
  if (!target.is_object()) return list;
  const auto found = table().find(hide(target.object()));
  if (found == table().end()) return list;
  for (Hidden hidden : found->second) {
    MUST(list_append(current_thread(), *list, reveal(hidden)), "a small list");
  }
  return list;
}

void define_weak_reference_types() { define_type(Kind::WeakReference, reference_spec); }

}  // namespace minipy
