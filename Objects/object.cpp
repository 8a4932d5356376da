// The type `object`: what every object can do. Data model reference 3.3.1.
#include "Objects/object.h"

#include "Objects/address_text.h"
#include "Objects/dict.h"
#include "Objects/function.h"
#include "Objects/gc.h"
#include "Objects/initialize.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/make_class.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/reduction.h"
#include "Objects/shape.h"
#include "Objects/slot_rows.h"
#include "Objects/slot_trampolines.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

bool has_arguments(size_t count, Value keyword_names) {
  return count || (!keyword_names.is_empty() && keyword_names.as<Tuple>()->size);
}

Failure raise_abstract(Thread& thread, Type& type) {
  const Value names = TRY(get_attribute(thread, &type, "__abstractmethods__"));
  List* sorted = TRY(list_of(thread, names));
  TRY(list_sort(thread, *sorted, None, false));
  StrBuilder text;
  for (size_t i = 0; i < sorted->size; ++i) {
    if (i) text.append(", ");
    text.append(TRY(str(thread, sorted->at(i))));
  }
  return raise(thread, TypeError, "Can't instantiate abstract class {} with abstract method{} {}", type,
               sorted->size > 1 ? "s" : "", Value(TRY(text.finish(thread))));
}

Status object_init(Thread& thread, Value self, const Value*, size_t count, Value keyword_names) {
  if (!has_arguments(count, keyword_names)) return nothing;
  Type& type = type_of(self);
  if (type.slots.init != &object_init) {
    return raise(thread, TypeError,
                 "object.__init__() takes exactly one argument (the instance to initialize)");
  }
  if (type.slots.make == type_of_kind(Kind::Object).slots.make) {
    return raise(thread, TypeError, "{}.__init__() takes exactly one argument (the instance to initialize)", type);
  }
  return nothing;
}

Value object_new(Thread& thread, Type& type, const Value*, size_t count, Value keyword_names) {
  if (has_arguments(count, keyword_names)) {
    if (type.slots.make != &object_new) {
      return raise(thread, TypeError, "object.__new__() takes exactly one argument (the type to instantiate)");
    }
    if (type.slots.init == &object_init) return raise(thread, TypeError, "{}() takes no arguments", type);
  }
  if (type.has(Type::kAbstract)) return raise_abstract(thread, type);
  return allocate_instance(type);
}

Value object_repr(Thread& thread, Value self) {
  Type& type = type_of(self);
  Value module = get_attribute(thread, &type, special_name<"__module__">());
  if (module.is_empty()) take_exception(thread);
  const AddressText address(self);
  if (module.is_empty() || !is_str(module) || equal(module.as<Str>(), "builtins")) {
    return format_message(thread, "<{} object at {}>", {Value(type.qualified_name), address.text()});
  }
  return format_message(thread, "<{}.{} object at {}>", {module, Value(type.qualified_name), address.text()});
}

Value object_str(Thread& thread, Value self) {
  UnarySlot show = type_of(self).slots.repr;
  return show ? show(thread, self) : object_repr(thread, self);
}

Result<int64_t> object_hash(Thread&, Value self) {
  const uint64_t bits = self.bits();
  const auto rotated = static_cast<int64_t>((bits >> 4) | (bits << 60));
  return rotated == -1 ? -2 : rotated;
}

Value object_compare(Thread& thread, Value left, Value right, CompareOp op) {
  if (op == CompareOp::Equal) return left == right ? True : NotImplemented;
  if (op != CompareOp::NotEqual) return NotImplemented;
  CompareSlot slot = type_of(left).slots.compare;
  if (!slot) return NotImplemented;
  const Value equal = TRY(slot(thread, left, right, CompareOp::Equal));
  if (equal == NotImplemented) return equal;
  return Value::from_bool(!TRY(truth(thread, equal)));
}

Value get_class(Value self) { return &type_of(self); }

Status set_class_attribute(Thread& thread, Value self, Value value) {
  if (value.is_empty()) return raise(thread, TypeError, "can't delete __class__ attribute");
  if (!is_type(value)) {
    return raise(thread, TypeError, "__class__ must be set to a class, not '{}' object", type_of(value));
  }
  if (!self.is_object()) {
    return raise(thread, TypeError, "__class__ assignment only supported for mutable types or ModuleType subclasses");
  }
  return set_class(thread, self, *value.as<Type>());
}

Value format_object(Thread& thread, Value self, Value specification) {
  if (!is_str(specification)) {
    return raise(thread, TypeError, "__format__() argument must be str, not {}", argument_kind(specification));
  }
  if (specification.as<Str>()->length()) {
    return raise(thread, TypeError, "unsupported format string passed to {}.__format__", type_of(self));
  }
  return TRY(str(thread, self));
}

int64_t size_of(Value self) {
  Type& type = type_of(self);
  return static_cast<int64_t>(self.is_object() ? sizeof(Object) + 8 * instance_words(type) : sizeof(Value));
}

Status merge_dict_of(Thread& thread, Dict& into, Value object) {
  const Value dict = TRY(get_attribute_or_unbound(thread, object, "__dict__"));
  if (is_dict(dict)) TRY(dict_update(thread, into, dict));
  return nothing;
}

Value directory(Thread& thread, Value self) {
  Dict* names = make_dict();
  TRY(merge_dict_of(thread, *names, self));
  const Value klass = TRY(get_attribute_or_unbound(thread, self, "__class__"));
  if (is_type(klass)) {
    for (Value base : klass.as<Type>()->mro->view()) TRY(dict_update(thread, *names, &type_dict(*base.as<Type>())));
  }
  return dict_keys_list(*names);
}

void init_subclass(Type&) {}
Value subclass_hook(Type&, std::span<const Value>) { return NotImplemented; }

// --- pickling: PEP 307 ---

}  // namespace

Value attributes_copy(Value self) {
  if (!self.is_object() || !self.object()->type().attributes_word) return None;
  Object& object = *self.object();
  Shape& shape = shape_of(object);
  if (shape.is_dictionary) {
    const Value dict = object.words()[attributes_word(object)];
    return dict.is_empty() || !dict.as<Dict>()->count ? None : Value(dict_copy(*dict.as<Dict>()));
  }
  if (!shape.slot_count) return None;
  Str* names[kMaxShapeAttributes + 1];
  for (Shape* s = &shape; s->parent; s = s->parent) names[s->slot_count - 1] = s->name;
  Dict* copy = make_dict();
  for (int i = 0; i < shape.slot_count; ++i) dict_set_str(*copy, names[i], *attribute_place(object, shape, i));
  return copy;
}

bool reduces_by_default(Value self) {
  if (!self.is_object()) return false;
  const Type& type = self.object()->type();
  const Type& object = type_of_kind(Kind::Object);
  if (type.instance_kind != Kind::Object || !type.has(Type::kHeapType)) return false;
  for (const Str* name : {special_name<"__reduce_ex__">(), special_name<"__reduce__">(),
                          special_name<"__getstate__">(), special_name<"__class__">()}) {
    if (!(lookup_in_type(type, name) == lookup_in_type(object, name))) return false;
    if (!get_own_attribute(self, name).is_unbound()) return false;
  }
  if (!lookup_in_type(type, special_name<"__getnewargs_ex__">()).is_unbound()) return false;
  if (!lookup_in_type(type, special_name<"__getnewargs__">()).is_unbound()) return false;
  const Value slots = dict_get_str(type_dict(type), special_name<"__slotnames__">());
  return is_list(slots) && slots.as<List>()->size == 0;
}

namespace {

// A function of copyreg. The module is looked up once, its attributes each time.
Value copyreg_function(Thread& thread, const Str* name) {
  static Value copyreg;
  if (copyreg.is_empty()) copyreg = TRY(import_module(thread, "copyreg"));
  return get_attribute(thread, copyreg, name);
}

// The names of the class's __slots__, which copyreg leaves in the class once it has found them.
Value slot_names_of(Thread& thread, Type& type) {
  const Value known = dict_get_str(type_dict(type), special_name<"__slotnames__">());
  if (!known.is_unbound()) return known;
  const Value find = TRY(copyreg_function(thread, special_name<"_slotnames">()));
  return call(thread, find, {Value(&type)});
}

Value default_state(Thread& thread, Value self, bool is_required) {
  Type& type = type_of(self);
  const bool has_foreign_layout = type.instance_kind != Kind::Object;
  if (is_required && has_foreign_layout) return raise(thread, TypeError, "cannot pickle '{}' object", type);
  Value state = attributes_copy(self);
  const Value slot_names = TRY(slot_names_of(thread, type));
  if (!slot_names.is_none() && !is_list(slot_names)) {
    return raise(thread, TypeError, "copyreg._slotnames didn't return a list or None");
  }
  if (slot_names.is_none() || !slot_names.as<List>()->size) return state;
  Dict* slots = make_dict();
  for (size_t i = 0; i < slot_names.as<List>()->size; ++i) {
    const Value name = slot_names.as<List>()->at(i);
    const Value value = TRY(get_attribute_or_unbound(thread, self, name.as<Str>()));
    if (!value.is_unbound()) TRY(dict_set(thread, *slots, name, value));
  }
  return slots->count ? Value(make_tuple({state, slots})) : state;
}

Value get_state_method(Thread& thread, Value self) { return default_state(thread, self, false); }

Value state_of(Thread& thread, Value self, bool is_required) {
  const Value method = TRY(get_attribute(thread, self, special_name<"__getstate__">()));
  const bool is_default = is_exact(method, Kind::BuiltinFunction) &&
                          method.as<BuiltinFunction>()->owner == &type_of_kind(Kind::Object);
  return is_default ? default_state(thread, self, is_required) : call(thread, method);
}

struct NewArguments {
  Tuple* positional = nullptr;
  Dict* keywords = nullptr;
};
Result<NewArguments> new_arguments(Thread& thread, Value self) {
  NewArguments found;
  const Type& type = type_of(self);
  const bool has_none = lookup_in_type(type, special_name<"__getnewargs_ex__">()).is_unbound() &&
                        lookup_in_type(type, special_name<"__getnewargs__">()).is_unbound();
  if (has_none) return found;
  const Value extended = TRY(lookup_special(thread, self, "__getnewargs_ex__"));
  if (!extended.is_unbound()) {
    const Value pair = TRY(call(thread, extended));
    if (!is_tuple(pair)) {
      return raise(thread, TypeError, "__getnewargs_ex__ should return a tuple, not '{}'", type_of(pair));
    }
    if (pair.as<Tuple>()->size != 2) {
      return raise(thread, ValueError, "__getnewargs_ex__ should return a tuple of length 2, not {}",
                   pair.as<Tuple>()->size);
    }
    const Value first = pair.as<Tuple>()->items[0], second = pair.as<Tuple>()->items[1];
    if (!is_tuple(first)) {
      return raise(thread, TypeError,
                   "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{}'", type_of(first));
    }
    if (!is_dict(second)) {
      return raise(thread, TypeError,
                   "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{}'", type_of(second));
    }
    found.positional = first.as<Tuple>();
    found.keywords = second.as<Dict>();
    return found;
  }
  const Value plain = TRY(lookup_special(thread, self, "__getnewargs__"));
  if (plain.is_unbound()) return found;
  const Value arguments = TRY(call(thread, plain));
  if (!is_tuple(arguments)) {
    return raise(thread, TypeError, "__getnewargs__ should return a tuple, not '{}'", type_of(arguments));
  }
  found.positional = arguments.as<Tuple>();
  return found;
}

Value reduce_new_object(Thread& thread, Value self) {
  Type& type = type_of(self);
  if (!type.slots.make) return raise(thread, TypeError, "cannot pickle '{}' object", type);
  const NewArguments arguments = TRY(new_arguments(thread, self));
  const bool has_keywords = arguments.keywords && arguments.keywords->count;
  const Value constructor = TRY(copyreg_function(
      thread, has_keywords ? special_name<"__newobj_ex__">() : special_name<"__newobj__">()));
  Tuple* constructor_arguments;
  if (has_keywords) {
    constructor_arguments = make_tuple({Value(&type), arguments.positional, arguments.keywords});
  } else {
    const size_t count = arguments.positional ? arguments.positional->size : 0;
    constructor_arguments = allocate_tuple(count + 1);
    constructor_arguments->items[0] = &type;
    for (size_t i = 0; i < count; ++i) constructor_arguments->items[i + 1] = arguments.positional->items[i];
  }
  const bool is_required = !arguments.positional && !is_list(self) && !is_dict(self);
  const Value state = TRY(state_of(thread, self, is_required));
  Value items = None, pairs = None;
  if (is_list(self)) items = TRY(iterate(thread, self));
  if (is_dict(self)) pairs = TRY(iterate(thread, TRY(call_method(thread, self, "items"))));
  return make_tuple({constructor, constructor_arguments, state, items, pairs});
}

Value common_reduce(Thread& thread, Value self, int protocol) {
  if (protocol >= 2) return reduce_new_object(thread, self);
  const Value reduce = TRY(copyreg_function(thread, special_name<"_reduce_ex">()));
  return call(thread, reduce, {self, make_int(protocol)});
}

Value reduce(Thread& thread, Value self) { return common_reduce(thread, self, 0); }

Value reduce_extended(Thread& thread, Value self, int protocol) {
  const Value method = TRY(get_attribute_or_unbound(thread, self, special_name<"__reduce__">()));
  if (!method.is_unbound()) {
    const Value found = lookup_in_type(type_of(self), special_name<"__reduce__">());
    const Value original = lookup_in_type(type_of_kind(Kind::Object), special_name<"__reduce__">());
    if (!(found == original)) return call(thread, method);
  }
  return common_reduce(thread, self, protocol);
}

const MethodRow object_rows[] = {
    getter<get_class>("__class__", "The object's class.", set_class_attribute),
    method<reduce_extended>("__reduce_ex__($self, protocol, /)", "Return what pickle needs, for a protocol."),
    method<reduce>("__reduce__($self, /)", "Return what pickle needs."),
    method<get_state_method>("__getstate__($self, /)", "Return the state that pickle stores."),
    class_method<subclass_hook>("!__subclasshook__($type, *args)",
                                "Classes may override this to answer issubclass(); NotImplemented leaves it open."),
    class_method<init_subclass>("!__init_subclass__($type, /)", "Called when a class is subclassed."),
    method<format_object>("__format__($self, format_spec, /)", "Return str(self); takes no format codes."),
    method<size_of>("__sizeof__($self, /)", "Return the size of the object in memory, in bytes."),
    method<directory>("__dir__($self, /)", "Return the names of the object's attributes."),
};

const TypeSpec object_spec = {
    .doc = "object()\n--\n\nThe base class of all classes. Instances take no arguments and have no attributes.",
    .instance_bytes = sizeof(Object),
    .flags = Type::kBaseType,
    .slots = {.repr = object_repr,
              .str = object_str,
              .hash = object_hash,
              .get_attribute = generic_get_attribute,
              .set_attribute = generic_set_attribute,
              .compare = object_compare,
              .init = object_init,
              .make = object_new},
    .methods = object_rows,
};

Value constant_repr(Thread&, Value self) {
  return intern(self.is_none() ? "None" : self == Ellipsis ? "Ellipsis" : "NotImplemented");
}
Result<bool> none_truth(Thread&, Value) { return false; }
Result<int64_t> constant_hash(Thread&, Value self) { return static_cast<int64_t>(self.bits()); }

// The truth of NotImplemented is deprecated, library "Built-in Constants".
Result<bool> not_implemented_truth(Thread& thread, Value) {
  TRY(warn(thread, DeprecationWarning, "NotImplemented should not be used in a boolean context"));
  return true;
}

template <uint64_t bits>
Value make_constant(Thread& thread, Type& type, const Value*, size_t count, Value keyword_names) {
  if (has_arguments(count, keyword_names)) return raise(thread, TypeError, "{} takes no arguments", type.name);
  return Value(bits);
}
Value reduce_constant(Thread& thread, Value self) { return constant_repr(thread, self); }

const MethodRow constant_rows[] = {
    method<reduce_constant>("!__reduce__($self, /)", "Return the constant's name for pickle."),
};

const TypeSpec none_spec = {.slots = {.repr = constant_repr, .hash = constant_hash, .make = make_constant<None.bits()>,
                                      .truth = none_truth}};
const TypeSpec not_implemented_spec = {
    .slots = {.repr = constant_repr, .make = make_constant<NotImplemented.bits()>, .truth = not_implemented_truth},
    .methods = constant_rows};
const TypeSpec ellipsis_spec = {.slots = {.repr = constant_repr, .make = make_constant<Ellipsis.bits()>},
                                .methods = constant_rows};

}  // namespace

Object* allocate_instance(Type& type, size_t extra_bytes) {
  size_t bytes = sizeof(Object) + 8 * instance_words(type) + extra_bytes;
  if (!type.has(Type::kVariableSize | Type::kHasFinalizer) && bytes <= kLargeAllocation) [[likely]] {
    return initialize_header<Object>(gc_allocate_object(bytes), type.root_shape, type.instance_kind, (bytes - sizeof(Object)) / 8);
  }
  const bool has_items = type.has(Type::kVariableSize);
  const bool is_heap = type.has(Type::kHeapType);
  if (has_items) {
    const Type& builtin = type_of_kind(type.instance_kind);
    const size_t slot_words = type.basic_words - builtin.basic_words + (type.attributes_word < 0);
    bytes = sizeof(Object) + 8 * builtin.basic_words + ((extra_bytes + 7) & ~size_t{7}) + 8 * slot_words;
  }
  void* cell = type.has(Type::kHasFinalizer) ? gc_allocate_finalizable(bytes) : gc_allocate_object(bytes);
  if (!cell) {
    raise_memory_error(current_thread());
    return nullptr;
  }
  const size_t words = has_items && is_heap ? Object::kScanAll : (bytes - sizeof(Object)) / 8;
  return initialize_header<Object>(cell, type.root_shape, type.instance_kind, words,
                                   type.has(Type::kHasFinalizer) ? Object::kFinalizable : 0);
}

void define_object_types() {
  prepare_builtin_types();
  define_type(Kind::Object, object_spec);
  define_type_type();
  define_type(Kind::NoneType, none_spec);
  define_type(Kind::NotImplementedType, not_implemented_spec);
  define_type(Kind::EllipsisType, ellipsis_spec);
}

}  // namespace minipy
