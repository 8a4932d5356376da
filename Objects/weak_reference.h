// Weak references: kept in a table of their own, swept at the end of each mark phase.
#pragma once

#include "Objects/object.h"
#include "Objects/result.h"

namespace minipy {

struct Thread;

struct WeakReference : Object {  // also the layout of the proxies
  static constexpr Kind kKind = Kind::WeakReference;
  Value attributes;         // subclasses have a __dict__
  Value callback;           // None if there is none
  uint64_t hidden_target;   // ~address; 0 once dead
  int64_t cached_hash;      // -1: not computed
  uint64_t hidden_next;     // ~address of the target's next reference, or 0

  bool is_dead() const { return hidden_target == 0; }
};

Value weak_target(const WeakReference& reference);      // None once dead
Value make_weak_reference_of(Thread&, Type& type, Value target, Value callback);  // a subclass, or a proxy type
Result<WeakReference*> make_weak_reference(Thread&, Value target, Value callback);  // the shared one if callback is None
Value first_weak_reference(Thread&, Value target);   // or None: obj.__weakref__
size_t weak_reference_count(Value target);
Result<List*> weak_references_to(Thread&, Value target);

}  // namespace minipy
