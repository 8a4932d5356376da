// _abc: what abc.ABCMeta is built on. PEP 3119.
#include "Modules/native_modules.h"
#include "Objects/dict.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/make_class.h"
#include "Objects/module_kinds.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/set.h"
#include "Objects/slot_trampolines.h"
#include "Objects/str.h"
#include "Objects/tuple.h"
#include "Objects/weak_reference.h"

namespace minipy {
namespace {

// The classes that were registered, and the answers found so far. Sets of weak references.
struct AbcData : Object {
  Set *registry, *cache, *negative_cache;
  int64_t negative_version;  // of the negative cache: it is void once a class was registered anywhere
};

int64_t invalidation_counter;

Value new_data(Thread&, Type& type, const Value*, size_t, Value) {
  AbcData* data = allocate_instance_as<AbcData>(type);
  if (!data) return error;
  data->registry = make_set();
  data->cache = make_set();
  data->negative_cache = make_set();
  data->negative_version = invalidation_counter;
  return data;
}

Result<AbcData*> data_of(Thread& thread, Value klass) {
  const Value data = TRY(get_attribute(thread, klass, special_name<"_abc_impl">()));
  if (!is_exact(data, ModuleKind::AbcData)) {
    return raise(thread, TypeError, "_abc_impl is set to a wrong type");
  }
  return data.as<AbcData>();
}

Status add_weakly(Thread& thread, Set& set, Value klass) {
  return set_add(thread, set, TRY(make_weak_reference(thread, klass, None)));
}

Result<bool> has_weakly(Thread& thread, Set& set, Value klass) {
  if (!set.count) return false;
  const Result<WeakReference*> reference = make_weak_reference(thread, klass, None);
  if (reference.failed()) {
    // Not everything can be weakly referenced: then it is not there either.
    if (catch_exception(thread, TypeError)) return false;
    return error;
  }
  return set_contains(thread, set, reference.value());
}

Result<bool> is_abstract(Thread& thread, Value value) {
  const Value flag = TRY(get_attribute_or_unbound(thread, value, special_name<"__isabstractmethod__">()));
  return flag.is_unbound() ? false : TRY(truth(thread, flag));
}

// What the class itself leaves abstract, and what it inherits and does not override.
Status compute_abstract_methods(Thread& thread, Value klass) {
  Set* abstracts = make_frozenset();
  const Value contents = TRY(get_attribute(thread, klass, special_name<"__dict__">()));
  const Value items = TRY(call_method(thread, contents, "items"));
  List* pairs = TRY(list_of(thread, items));
  for (size_t i = 0; i < pairs->size; ++i) {
    const Value pair = pairs->at(i);
    if (!is_tuple(pair) || pair.as<Tuple>()->size != 2) return raise(thread, TypeError, "Iterating over dict.items() gave no pairs");
    if (TRY(is_abstract(thread, pair.as<Tuple>()->items[1]))) TRY(set_add(thread, *abstracts, pair.as<Tuple>()->items[0]));
  }
  const Value bases = TRY(get_attribute(thread, klass, special_name<"__bases__">()));
  if (!is_tuple(bases)) return raise(thread, TypeError, "__bases__ is not tuple");
  for (Value base : bases.as<Tuple>()->view()) {
    const Value inherited = TRY(get_attribute_or_unbound(thread, base, special_name<"__abstractmethods__">()));
    if (inherited.is_unbound()) continue;
    TRY(for_each(thread, inherited, [&](Value name) -> Status {
      if (!is_str(name)) return nothing;
      const Value value = TRY(get_attribute_or_unbound(thread, klass, name.as<Str>()));
      if (!value.is_unbound() && TRY(is_abstract(thread, value))) TRY(set_add(thread, *abstracts, name));
      return nothing;
    }));
  }
  return set_attribute(thread, klass, special_name<"__abstractmethods__">(), abstracts);
}

// Sequence and Mapping say in __abc_tpflags__ which patterns their subclasses match. PEP 634.
Status take_pattern_flags(Thread& thread, Type& type) {
  Str* name = special_name<"__abc_tpflags__">();
  const Value flags = dict_get_str(type_dict(type), name);
  if (!flags.is_int()) return nothing;
  if ((flags.as_int() & (1 << 5)) && (flags.as_int() & (1 << 6))) {
    return raise(thread, TypeError, "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING");
  }
  if (flags.as_int() & (1 << 5)) type.flags = (type.flags & ~Type::kIsMappingPattern) | Type::kIsSequencePattern;
  if (flags.as_int() & (1 << 6)) type.flags = (type.flags & ~Type::kIsSequencePattern) | Type::kIsMappingPattern;
  dict_delete_str(type_dict(type), name);
  return nothing;
}

Status abc_init(Thread& thread, Value self) {
  TRY(compute_abstract_methods(thread, self));
  const Value data = TRY(call(thread, &type_of_kind(ModuleKind::AbcData)));
  TRY(set_attribute(thread, self, special_name<"_abc_impl">(), data));
  if (is_type(self)) TRY(take_pattern_flags(thread, *self.as<Type>()));
  return nothing;
}

void inherit_pattern_flags(Type& type, uint32_t flags) {
  if (type.has(Type::kImmutable)) return;
  type.flags = (type.flags & ~(Type::kIsSequencePattern | Type::kIsMappingPattern)) | flags;
  List& subclasses = *subclasses_list(current_thread(), type).as<List>();
  for (Value subclass : subclasses) inherit_pattern_flags(*subclass.as<Type>(), flags);
}

Value abc_register(Thread& thread, Value self, Value subclass) {
  if (!is_type(subclass)) return raise(thread, TypeError, "Can only register classes");
  if (TRY(is_subclass_of(thread, subclass, self))) return subclass;
  if (TRY(is_subclass_of(thread, self, subclass))) {
    return raise(thread, RuntimeError, "Refusing to create an inheritance cycle");
  }
  AbcData* data = TRY(data_of(thread, self));
  TRY(add_weakly(thread, *data->registry, subclass));
  ++invalidation_counter;
  if (is_type(self)) {
    const uint32_t flags = self.as<Type>()->flags & (Type::kIsSequencePattern | Type::kIsMappingPattern);
    if (flags) inherit_pattern_flags(*subclass.as<Type>(), flags);
  }
  return subclass;
}

Value ask_subclass_check(Thread& thread, Value self, Value subclass) {
  return call_method(thread, self, special_name<"__subclasscheck__">(), &subclass, 1);
}

Value abc_instancecheck(Thread& thread, Value self, Value instance) {
  AbcData* data = TRY(data_of(thread, self));
  const Value subclass = TRY(get_attribute(thread, instance, special_name<"__class__">()));
  if (TRY(has_weakly(thread, *data->cache, subclass))) return True;
  const Value actual = &type_of(instance);
  if (actual == subclass) {
    const bool known = data->negative_version == invalidation_counter;
    if (known && TRY(has_weakly(thread, *data->negative_cache, subclass))) return False;
    return ask_subclass_check(thread, self, subclass);
  }
  const Value first = TRY(ask_subclass_check(thread, self, subclass));
  if (TRY(truth(thread, first))) return first;
  return ask_subclass_check(thread, self, actual);
}

// Is the class a subclass of one that was registered?
Result<bool> is_registered(Thread& thread, AbcData& data, Value subclass) {
  GcVector registered;
  size_t position = 0;
  Value key;
  while (set_next(*data.registry, position, key)) registered.push_back(key);
  for (Value reference : registered) {
    const Value target = weak_target(*reference.as<WeakReference>());
    if (target.is_none()) continue;
    if (TRY(is_subclass_of(thread, subclass, target))) return true;
  }
  return false;
}

Result<bool> is_subclass_of_a_subclass(Thread& thread, Value self, Value subclass) {
  const Value list = TRY(call_method(thread, self, "__subclasses__"));
  if (!is_list(list)) return raise(thread, TypeError, "__subclasses__() must return a list");
  for (size_t i = 0; i < list.as<List>()->size; ++i) {
    if (TRY(is_subclass_of(thread, subclass, list.as<List>()->at(i)))) return true;
  }
  return false;
}

Value abc_subclasscheck(Thread& thread, Value self, Value subclass) {
  if (!is_type(subclass)) return raise(thread, TypeError, "issubclass() arg 1 must be a class");
  AbcData* data = TRY(data_of(thread, self));
  if (TRY(has_weakly(thread, *data->cache, subclass))) return True;
  if (data->negative_version < invalidation_counter) {
    data->negative_cache = make_set();
    data->negative_version = invalidation_counter;
  } else if (TRY(has_weakly(thread, *data->negative_cache, subclass))) {
    return False;
  }
  const Value answer = TRY(call_method(thread, self, "__subclasshook__", {subclass}));
  if (answer.is_true()) {
    TRY(add_weakly(thread, *data->cache, subclass));
    return True;
  }
  if (answer.is_false()) {
    TRY(add_weakly(thread, *data->negative_cache, subclass));
    return False;
  }
  if (!(answer == NotImplemented)) {
    return raise(thread, AssertionError, "__subclasshook__ must return either False, True, or NotImplemented");
  }
  bool is_subclass = is_type(self) && is_subtype(*subclass.as<Type>(), *self.as<Type>());
  if (!is_subclass) is_subclass = TRY(is_registered(thread, *data, subclass));
  if (!is_subclass) is_subclass = TRY(is_subclass_of_a_subclass(thread, self, subclass));
  TRY(add_weakly(thread, is_subclass ? *data->cache : *data->negative_cache, subclass));
  return Value::from_bool(is_subclass);
}

Value copy_of(Thread& thread, Set& set) {
  Set* copy = make_set();
  TRY(set_update(thread, *copy, &set));
  return copy;
}

Value get_dump(Thread& thread, Value self) {
  AbcData* data = TRY(data_of(thread, self));
  return make_tuple({TRY(copy_of(thread, *data->registry)), TRY(copy_of(thread, *data->cache)),
                     TRY(copy_of(thread, *data->negative_cache)), make_int(data->negative_version)});
}

Status reset_registry(Thread& thread, Value self) {
  TRY(data_of(thread, self))->registry = make_set();
  return nothing;
}

Status reset_caches(Thread& thread, Value self) {
  AbcData* data = TRY(data_of(thread, self));
  data->cache = make_set();
  data->negative_cache = make_set();
  return nothing;
}

Value get_cache_token() { return make_int(invalidation_counter); }

const MethodRow functions[] = {
    function<get_cache_token>("get_cache_token($module, /)", "Return a number that changes with each call of register()."),
    function<abc_init>("_abc_init($module, self, /)", "Prepare a new abstract base class."),
    function<reset_registry>("_reset_registry($module, self, /)", "Forget the registered classes."),
    function<reset_caches>("_reset_caches($module, self, /)", "Forget the answers found so far."),
    function<get_dump>("_get_dump($module, self, /)", "Return the registry, both caches and the version of the negative one."),
    function<abc_register>("_abc_register($module, self, subclass, /)", "Register a class as a virtual subclass."),
    function<abc_instancecheck>("_abc_instancecheck($module, self, instance, /)", "Answer isinstance()."),
    function<abc_subclasscheck>("_abc_subclasscheck($module, self, subclass, /)", "Answer issubclass()."),
};

Status initialize(Thread&, Module&) {
  static const TypeSpec spec = {.instance_bytes = sizeof(AbcData), .slots = {.make = new_data}};
  define_type(ModuleKind::AbcData, spec);
  return nothing;
}

}  // namespace

extern const ModuleSpec abc_module = {"_abc", "The parts of abc that are written in C++.", functions, initialize};

}  // namespace minipy
