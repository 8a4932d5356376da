// gc: the interface of CPython's collector, as far as it has a meaning for a tracing one.
#include <algorithm>
#include <span>
#include <vector>

#define GC_THREADS
#include <gc/gc.h>
#include <gc/gc_mark.h>

#include "Modules/native_modules.h"
#include "Objects/container_support.h"
#include "Objects/dict.h"
#include "Objects/gc.h"
#include "Objects/generator.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"
#include "VM/interface.h"
#include "VM/runtime.h"

namespace minipy {
namespace {

bool is_on = true;
int64_t debug_flags;
int64_t thresholds[3] = {700, 10, 10};
int64_t collections, collected_total;
Value callbacks, garbage;

Status notify(Thread& thread, const char* phase, int64_t generation, int64_t collected) {
  if (callbacks.is_empty() || !callbacks.as<List>()->size) return nothing;
  Dict* information = make_dict();
  dict_set_str(*information, "generation", make_int(generation));
  dict_set_str(*information, "collected", make_int(collected));
  dict_set_str(*information, "uncollectable", make_int(0));
  for (size_t i = 0; i < callbacks.as<List>()->size; ++i) {
    const Value callback = callbacks.as<List>()->at(i);
    if (call(thread, callback, {Value(intern(phase)), information}).is_empty()) write_unraisable(thread, callback);
  }
  return nothing;
}

constexpr MethodRow collect_parameters = constructor("collect(generation=2)");

[[gnu::noinline]] Result<int> generation_argument(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  Value value;
  TRY(bind(thread, collect_parameters, arguments, count, keyword_names, &value));
  const int generation = TRY(argument_int(thread, value));
  if (generation < 0 || generation > 2) return raise(thread, ValueError, "invalid generation");
  return generation;
}

// Returns how many objects with a finaliser were found unreachable: a tracing collector does not
// count the others.
Value collect(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  const int generation = TRY(generation_argument(thread, arguments, count, keyword_names));
  TRY(notify(thread, "start", generation, 0));
  clear_dead_registers(thread);
  // disable() stops collections that nobody asks for only.
  if (!is_on) GC_enable();
  const auto found = static_cast<int64_t>(gc_collect(thread));
  if (!is_on && !GC_is_disabled()) GC_disable();  // a finaliser may have switched it
  ++collections;
  collected_total += found;
  TRY(notify(thread, "stop", generation, found));
  return make_int(found);
}

void enable() {
  if (GC_is_disabled()) GC_enable();
  is_on = true;
}
void disable() {
  if (is_on) GC_disable();
  is_on = false;
}
bool is_enabled() { return is_on; }

// Atoms that refer to nothing are not tracked, as in CPython.
bool is_tracked(Value value) {
  if (!value.is_object()) return false;
  switch (value.object()->kind) {
    case Kind::Str: case Kind::Bytes: case Kind::Int: case Kind::Complex: case Kind::Bytearray: case Kind::Float: return type_of(value).has(Type::kHeapType);
    case Kind::Code: case Kind::Range: return false;
    case Kind::Tuple: {
      for (Value item : value.as<Tuple>()->view()) {
        if (is_tracked(item)) return true;
      }
      return type_of(value).has(Type::kHeapType) || false;
    }
    default: return true;
  }
}

struct Search {
  std::vector<Object*> found;  // only while the collector stands still
};
void visit(void* address, size_t, void* context) {
  Object* object = static_cast<Object*>(address);
  int kind = 0;
  size_t size = 0;
  kind = GC_get_kind_and_size(address, &size);
  // Pointer-free and raw memory is no object of interest.
  if (kind < 2 || !(object->shape & 1)) return;
  if (shape_entry(object->shape).type == nullptr) return;
  static_cast<Search*>(context)->found.push_back(object);
}

// Calls f(object) for each object that can be reached; no collection runs meanwhile.
template <typename F>
void for_each_object(F&& f) {
  Search search;
  GC_gcollect();
  GC_disable();
  GC_call_with_alloc_lock(
      [](void* context) -> void* {
        GC_enumerate_reachable_objects_inner(visit, context);
        return nullptr;
      },
      &search);
  for (Object* object : search.found) f(object);
  GC_enable();
  if (!is_on) GC_disable();
}

Value get_objects(Thread& thread, Value generation) {
  TRY(audit(thread, "gc.get_objects", {generation.is_none() ? make_int(-1) : generation}));
  if (!generation.is_none()) {
    const int64_t number = TRY(argument_int64(thread, generation));
    if (number < 0) return raise(thread, ValueError, "generation parameter cannot be negative");
    if (number > 2) return raise(thread, ValueError, "generation parameter must be less than the number of available generations (3)");
  }
  List* list = make_list();
  for_each_object([&](Object* object) {
    if (object == list) return;
    note_escape(object);
    if (is_tracked(Value(object))) MUST(list_append(thread, *list, object), "memory for a list of objects");
  });
  return list;
}

int64_t freeze_count;
void freeze() { freeze_count = 1; }
void unfreeze() { freeze_count = 0; }
int64_t get_freeze_count() { return freeze_count; }
bool is_finalized(Value value) { return value.is_object() && value.object()->has_flag(Object::kFinalized); }
int64_t get_debug() { return debug_flags; }
void set_debug(int flags) { debug_flags = flags; }

Value get_count() { return make_tuple({make_int(static_cast<int64_t>(GC_get_bytes_since_gc() / 64)), make_int(0), make_int(0)}); }
Value get_threshold() { return make_tuple({make_int(thresholds[0]), make_int(thresholds[1]), make_int(thresholds[2])}); }

Value set_threshold(Thread& thread, const Value* arguments, size_t count, Value) {
  if (count < 1 || count > 3) return raise(thread, TypeError, "gc.set_threshold requires 1 to 3 arguments");
  for (size_t i = 0; i < count; ++i) thresholds[i] = TRY(argument_int(thread, arguments[i]));
  return None;
}

Value get_stats(Thread& thread) {
  List* list = make_list();
  for (int generation = 0; generation < 3; ++generation) {
    Dict* row = make_dict();
    const bool oldest = generation == 2;
    dict_set_str(*row, "collections", make_int(oldest ? static_cast<int64_t>(GC_get_gc_no()) : 0));
    dict_set_str(*row, "collected", make_int(oldest ? collected_total : 0));
    dict_set_str(*row, "uncollectable", make_int(0));
    TRY(list_append(thread, *list, row));
  }
  return list;
}

size_t words_of(const Object* object) {
  return object->slots == Object::kScanAll ? GC_size(object) / sizeof(Value) - 1 : object->slots;
}

bool starts_block(Value word) {
  void* const address = reinterpret_cast<void*>(word.bits());
  return word.is_object() && GC_is_heap_ptr(address) && GC_base(address) == address;
}

// The words of a buffer, which are its container's items; of anything else none.
std::span<const Value> items_in(Value word) {
  if (!starts_block(word)) return {};
  void* const block = reinterpret_cast<void*>(word.bits());
  size_t size = 0;
  if (GC_get_kind_and_size(block, &size) != 1) return {};
  return {static_cast<const Value*>(block), size / sizeof(Value)};
}

// The objects whose words an object's own hold.
void referents_of(Object* object, std::vector<Object*>& found) {
  for (size_t i = 0; i < words_of(object); ++i) {
    const Value word = object->words()[i];
    size_t size = 0;
    if (starts_block(word) && GC_get_kind_and_size(word.object(), &size) >= 2) found.push_back(word.object());
    for (Value item : items_in(word)) {
      if (starts_block(item) && (item.object()->shape & 1)) found.push_back(item.object());
    }
  }
}

// `wanted` may lie outside of the heap: frozen modules do.
bool refers_to(Object* object, Value wanted) {
  for (size_t i = 0; i < words_of(object); ++i) {
    const Value word = object->words()[i];
    if (word == wanted) return true;
    const std::span<const Value> items = items_in(word);
    if (std::find(items.begin(), items.end(), wanted) != items.end()) return true;
  }
  return false;
}

Value get_referents(Thread& thread, const Value* arguments, size_t count, Value) {
  TRY(audit(thread, "gc.get_referents", {make_tuple(arguments, count)}));
  std::vector<Object*> found;
  for (size_t i = 0; i < count; ++i) {
    if (arguments[i].is_object()) referents_of(arguments[i].object(), found);
  }
  List* list = make_list();
  for (Object* object : found) {
    note_escape(object);
    TRY(list_append(thread, *list, object));
  }
  return list;
}

Value get_referrers(Thread& thread, const Value* arguments, size_t count, Value) {
  TRY(audit(thread, "gc.get_referrers", {make_tuple(arguments, count)}));
  List* list = make_list();
  for_each_object([&](Object* object) {
    if (object == list || !is_tracked(Value(object))) return;
    for (size_t i = 0; i < count; ++i) {
      if (!refers_to(object, arguments[i])) continue;
      note_escape(object);
      MUST(list_append(thread, *list, object), "memory for a list of objects");
    }
  });
  return list;
}

const MethodRow functions[] = {
    function<enable>("enable($module, /)", "Let the collector run by itself."),
    function<disable>("disable($module, /)", "Keep the collector from running by itself."),
    function<is_enabled>("isenabled($module, /)", "Tell whether the collector runs by itself."),
    raw_function(collect, "collect($module, /, generation=2)", "Collect now; return the number of finalised objects."),
    function<get_count>("get_count($module, /)", "Return counts of allocations since the last collection."),
    function<get_stats>("get_stats($module, /)", "Return a list of dicts with numbers about past collections."),
    function<set_debug>("set_debug($module, flags, /)", "Set the debugging flags."),
    function<get_debug>("get_debug($module, /)", "Return the debugging flags."),
    raw_function(set_threshold, "set_threshold", "Set the thresholds that get_threshold() shows."),
    function<get_threshold>("get_threshold($module, /)", "Return the thresholds."),
    function<get_objects>("get_objects($module, /, generation=None)", "Return a list of the objects that hold others."),
    function<is_tracked>("is_tracked($module, obj, /)", "Tell whether the object may hold others."),
    function<is_finalized>("is_finalized($module, obj, /)", "Tell whether the object's finaliser has run."),
    raw_function(get_referents, "get_referents", "Return the objects that the arguments refer to."),
    raw_function(get_referrers, "get_referrers", "Return the objects that refer to the arguments."),
    function<freeze>("freeze($module, /)", "Take note that what exists now is to stay."),
    function<unfreeze>("unfreeze($module, /)", "Undo freeze()."),
    function<get_freeze_count>("get_freeze_count($module, /)", "Return a number that is not 0 after freeze()."),
};

Status initialize(Thread&, Module& module) {
  callbacks = make_list();
  garbage = make_list();
  module_add(module, "callbacks", callbacks);
  module_add(module, "garbage", garbage);
  module_add(module, "DEBUG_STATS", make_int(1));
  module_add(module, "DEBUG_COLLECTABLE", make_int(2));
  module_add(module, "DEBUG_UNCOLLECTABLE", make_int(4));
  module_add(module, "DEBUG_SAVEALL", make_int(32));
  module_add(module, "DEBUG_LEAK", make_int(38));
  return nothing;
}

}  // namespace

extern const ModuleSpec gc_module = {"gc", "The garbage collector.", functions, initialize};

}  // namespace minipy
