// _collections: deque, OrderedDict, defaultdict, and what namedtuple and Counter are made of.
#include "Modules/collections.h"
#include "Modules/native_modules.h"
#include "Objects/container_support.h"
#include "Objects/dict_internals.h"
#include "Objects/int.h"
#include "Objects/module_kinds.h"
#include "Objects/native.h"
#include "Objects/simple_key.h"
#include "Objects/tuple_getter.h"

namespace minipy {
namespace {

// --- defaultdict ---

DefaultDict& as_default_dict(Value v) { return *v.as<DefaultDict>(); }
bool is_default_dict(Value v) { return is_instance(v, type_of_kind(ModuleKind::DefaultDict)); }

Status initialize_default_dict(Thread& thread, Value self, const Value* arguments, size_t count,
                               Value keyword_names) {
  const Value factory = count > 0 ? arguments[0] : None;
  if (!factory.is_none() && !is_callable(factory)) {
    return raise(thread, TypeError, "first argument must be callable or None");
  }
  as_default_dict(self).default_factory = factory;
  const size_t used = count > 0 ? 1 : 0;
  return type_of_kind(Kind::Dict).slots.init(thread, self, arguments + used, count - used, keyword_names);
}

Value missing(Thread& thread, DefaultDict& self, Value key) {
  const Value factory = self.default_factory;
  if (factory.is_empty() || factory.is_none()) return raise_key_error(thread, key);
  const Value value = TRY(call(thread, factory));
  TRY(set_item(thread, Value(&self), key, value));
  return value;
}

// Faster than dict's, which looks for __missing__.
Value default_subscript(Thread& thread, Value self, Value key) {
  const Value value = TRY(dict_get(thread, as_default_dict(self), key));
  if (!value.is_unbound()) return value;
  if (is_exact(self, ModuleKind::DefaultDict)) return missing(thread, as_default_dict(self), key);
  return call_method(thread, self, "__missing__", {key});
}

Value copy_default_dict(Thread& thread, DefaultDict& self) {
  const Value dict(&self);
  return call(thread, Value(&type_of(dict)), {self.default_factory.is_empty() ? None : self.default_factory, dict});
}

Value reduce_default_dict(Thread& thread, DefaultDict& self) {
  const Value dict(&self);
  const Value factory = self.default_factory;
  const Value arguments =
      factory.is_empty() || factory.is_none() ? Value(empty_tuple()) : Value(make_tuple({factory}));
  const Value items = TRY(iterate(thread, TRY(call_method(thread, dict, "items"))));
  return Value(make_tuple({Value(&type_of(dict)), arguments, None, None, items}));
}

Value repr_default_dict(Thread& thread, Value self) {
  const Value contents = TRY(type_of_kind(Kind::Dict).slots.repr(thread, self));
  const Value factory = as_default_dict(self).default_factory;
  Value shown = Value(make_str("None"));
  if (!factory.is_empty() && !factory.is_none()) {
    if (TRY(repr_enter(thread, factory))) {
      shown = Value(make_str("..."));
    } else {
      const Result<Str*> text = repr(thread, factory);
      repr_leave(thread, factory);
      shown = Value(TRY(text));
    }
  }
  return format_message(thread, "{}({}, {})", {type_of(self).name, shown, contents});
}

Value union_default_dict(Thread& thread, Value left, Value right) {
  const Value self = is_default_dict(left) ? left : right;
  if (!is_dict(left) || !is_dict(right)) return NotImplemented;
  const Value result = TRY(call(thread, Value(&type_of(self)), {as_default_dict(self).default_factory, left}));
  TRY(dict_update(thread, *result.as<Dict>(), right));
  return result;
}

Value default_factory(DefaultDict& self) { return self.default_factory.is_empty() ? None : self.default_factory; }
Status set_default_factory(Thread&, Value self, Value factory) {
  as_default_dict(self).default_factory = factory.is_empty() ? None : factory;
  return nothing;
}

const MethodRow default_dict_methods[] = {
    method<missing>("!__missing__($self, key, /)",
                    "__missing__(key) # Called by __getitem__ for a key that is not there: sets and\n"
                    "returns what default_factory() gives; KeyError if there is none."),
    method<copy_default_dict>("!copy($self, /)", "D.copy() -> a defaultdict of the same pairs."),
    method<copy_default_dict>("!__copy__($self, /)", "D.copy() -> a defaultdict of the same pairs."),
    method<reduce_default_dict>("!__reduce__($self, /)", "What pickle needs."),
    class_method<class_getitem>("!__class_getitem__($type, object, /)", "See PEP 585"),
    member<default_factory>("default_factory", "Called for the value of a key that is not there.",
                            set_default_factory),
};

// --- _tuplegetter: the fields of a named tuple ---

TupleGetter& as_getter(Value v) { return *v.as<TupleGetter>(); }

Value make_getter(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "_tuplegetter", keyword_names));
  TRY(check_positional(thread, "_tuplegetter", count, 2, 2));
  const int64_t index = TRY(index_as_int64(thread, arguments[0], &OverflowError));
  TupleGetter* made = allocate_instance_as<TupleGetter>(type);
  if (!made) return error;
  made->index = index;
  made->doc = arguments[1];
  return Value(made);
}

Value get_field(Thread& thread, Value self, Value instance, Value) {
  if (instance.is_empty() || instance.is_none()) return self;
  const int64_t index = as_getter(self).index;
  if (!is_tuple(instance)) {
    return raise(thread, TypeError, "descriptor for index '{}' for tuple subclasses doesn't apply to '{}' object",
                 index, type_of(instance));
  }
  const Tuple& tuple = *instance.as<Tuple>();
  if (static_cast<uint64_t>(index) >= tuple.size) return raise(thread, IndexError, "tuple index out of range");
  return tuple.items[index];
}

Status set_field(Thread& thread, Value, Value, Value value) {
  return raise(thread, AttributeError, value.is_empty() ? "can't delete attribute" : "can't set attribute");
}

Value reduce_getter(TupleGetter& self) {
  return Value(make_tuple({Value(&type_of(Value(&self))), Value(make_tuple({make_int(self.index), self.doc}))}));
}

Value repr_getter(Thread& thread, Value self) {
  return format_message(thread, "{}({}, {})", {type_of(self).name, as_getter(self).index, Repr{as_getter(self).doc}});
}

Value getter_doc(TupleGetter& self) { return self.doc.is_empty() ? None : self.doc; }
Status set_getter_doc(Thread&, Value self, Value doc) {
  as_getter(self).doc = doc.is_empty() ? None : doc;
  return nothing;
}

const MethodRow getter_methods[] = {
    method<reduce_getter>("!__reduce__($self, /)", "What pickle needs."),
    member<getter_doc>("__doc__", "", set_getter_doc),
};

// --- _count_elements: Counter.update() ---

bool has_method_of_dict(const Type& type, const char* name) {
  return lookup_in_type(type, intern(name)) == lookup_in_type(type_of_kind(Kind::Dict), intern(name));
}

Status count_in_dict(Thread& thread, Dict& counts, Value iterable) {
  return for_each(thread, iterable, [&](Value item) -> Status {
    const int64_t entry = TRY(dict_find(thread, counts, item));
    if (entry < 0) return dict_set(thread, counts, item, Value::from_int(1));
    Value& count = counts.entries[entry].value;
    if (count.is_int() && count.as_int() < Value::kMaxInt) {
      count = Value::from_int(count.as_int() + 1);
      return nothing;
    }
    const Value more = TRY(number_add(thread, count, Value::from_int(1)));
    return dict_set(thread, counts, item, more);
  });
}

Status count_elements(Thread& thread, Value mapping, Value iterable) {
  if (is_dict(mapping) && has_method_of_dict(type_of(mapping), "get") &&
      has_method_of_dict(type_of(mapping), "__setitem__")) {
    return count_in_dict(thread, *mapping.as<Dict>(), iterable);
  }
  const Value iterator = TRY(iterate(thread, iterable));
  const Value get = TRY(get_attribute(thread, mapping, "get"));
  for (;;) {
    const Value item = TRY(next(thread, iterator));
    if (item.is_unbound()) return nothing;
    const Value old = TRY(call(thread, get, {item, Value::from_int(0)}));
    TRY(set_item(thread, mapping, item, TRY(number_add(thread, old, Value::from_int(1)))));
  }
}

const MethodRow functions[] = {
    function<count_elements>("_count_elements($module, mapping, iterable, /)",
                             "Count the items of iterable in mapping."),
};

void define_getter_type() {
  TypeSlots slots{};
  slots.repr = repr_getter;
  slots.make = make_getter;
  slots.get_descriptor = get_field;
  slots.set_descriptor = set_field;
  define_type(ModuleKind::TupleGetter, {.instance_bytes = sizeof(TupleGetter), .slots = slots, .methods = getter_methods});
}

Status initialize(Thread&, Module& module) {
  define_deque_types();
  define_default_dict_type();
  define_ordered_dict_types();
  define_getter_type();
  for (const Kind kind : {ModuleKind::Deque, ModuleKind::DefaultDict, ModuleKind::OrderedDict, ModuleKind::DequeIterator,
                          ModuleKind::DequeReverseIterator, ModuleKind::TupleGetter}) {
    module_add_type(module, type_of_kind(kind));
  }
  return nothing;
}

}  // namespace

void define_default_dict_type() {
  TypeSlots slots{};
  slots.repr = repr_default_dict;  // comparison is dict's, and with it that there is no hash
  slots.init = initialize_default_dict;
  slots.map_item = default_subscript;
  slots.bit_or = union_default_dict;
  Type& type = define_type(ModuleKind::DefaultDict, {
      .doc = "defaultdict(default_factory=None, /, [...]) --> dict with default factory\n\n"
             "A dict that calls default_factory() for the value of a key that is not there.\n"
             "The other arguments are those of dict.",
      .instance_bytes = sizeof(DefaultDict),
      .flags = Type::kBaseType,
      .slots = slots,
      .methods = default_dict_methods,
  });
  type.instance_kind = Kind::Dict;
}

extern const ModuleSpec collections_module{"_collections", "Fast containers for the collections module.",
                                           functions, initialize};

}  // namespace minipy
