// property, classmethod, staticmethod. Library "Built-in Functions".
#include "Objects/container_support.h"
#include "Objects/dict.h"
#include "Objects/function.h"
#include "Objects/gc.h"
#include "Objects/initialize.h"
#include "Objects/make_class.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/slot_trampolines.h"
#include "Objects/stack_check.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

// --- property ---

Value or_none(Value value) { return value.is_empty() ? None : value; }

Failure raise_no_accessor(Thread& thread, const Property& property, Value instance, const char* what) {
  const Value qualified = TRY(get_attribute(thread, &type_of(instance), "__qualname__"));
  if (!property.name.is_empty()) {
    return raise(thread, AttributeError, "property {} of {} object has no {}", Repr{property.name}, Repr{qualified}, what);
  }
  return raise(thread, AttributeError, "property of {} object has no {}", Repr{qualified}, what);
}

Value property_get(Thread& thread, Value self, Value instance, Value) {
  if (instance.is_empty() || instance.is_none()) return self;
  const Property& property = *self.as<Property>();
  if (property.get.is_none()) return raise_no_accessor(thread, property, instance, "getter");
  return call(thread, property.get, {instance});
}

Status property_set(Thread& thread, Value self, Value instance, Value value) {
  const Property& property = *self.as<Property>();
  const bool deletes = value.is_empty();
  const Value accessor = deletes ? property.remove : property.set;
  if (accessor.is_none()) return raise_no_accessor(thread, property, instance, deletes ? "deleter" : "setter");
  if (deletes) {
    TRY(call(thread, accessor, {instance}));
  } else {
    TRY(call(thread, accessor, {instance, value}));
  }
  return nothing;
}

// The getter's docstring serves where none is given; subclasses keep it in their own __doc__.
Status take_doc(Thread& thread, Property& property, Value doc) {
  property.doc_from_getter = false;
  property.doc = or_none(doc);
  if (doc.is_empty() || doc.is_none()) {
    if (property.get.is_none()) return nothing;
    const Value found = TRY(get_attribute_or_unbound(thread, property.get, special_name<"__doc__">()));
    if (found.is_unbound() || found.is_none()) return nothing;
    property.doc_from_getter = true;
    property.doc = found;
  }
  if (!is_exact(&property, Kind::Property)) {
    TRY(set_attribute(thread, &property, special_name<"__doc__">(), property.doc));
  }
  return nothing;
}

Value described_property(Value, Value, Value, Value) { return None; }
const MethodRow property_row = function<described_property>("property(fget=None, fset=None, fdel=None, doc=None)", "");

Value property_new(Thread&, Type& type, const Value*, size_t, Value) {
  Property* property = allocate_instance_as<Property>(type);
  if (!property) return error;
  property->get = property->set = property->remove = property->doc = None;
  return property;
}

Status property_init(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  Value bound[4];
  BoundArguments result;
  TRY(bind_arguments(thread, signature_of(property_row), Value(), arguments, count, keyword_names, bound, result));
  Property& property = *self.as<Property>();
  property.get = or_none(bound[0]);
  property.set = or_none(bound[1]);
  property.remove = or_none(bound[2]);
  property.name = Value();
  return take_doc(thread, property, bound[3]);
}

Value copy_with(Thread& thread, Value self, Value get, Value set, Value remove) {
  const Property& old = *self.as<Property>();
  if (get.is_empty() || get.is_none()) get = old.get;
  if (set.is_empty() || set.is_none()) set = old.set;
  if (remove.is_empty() || remove.is_none()) remove = old.remove;
  const Value doc = old.doc_from_getter && !get.is_none() ? None : old.doc;
  const Value copy = TRY(call(thread, &type_of(self), {get, set, remove, doc}));
  if (has_kind(copy, Kind::Property)) copy.as<Property>()->name = old.name;
  return copy;
}

Value with_getter(Thread& thread, Value self, Value get) { return copy_with(thread, self, get, Value(), Value()); }
Value with_setter(Thread& thread, Value self, Value set) { return copy_with(thread, self, Value(), set, Value()); }
Value with_deleter(Thread& thread, Value self, Value remove) { return copy_with(thread, self, Value(), Value(), remove); }
Value set_property_name(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "__set_name__", keyword_names));
  if (count != 3) {
    return raise(thread, TypeError, "__set_name__() takes 2 positional arguments but {} were given", count - 1);
  }
  arguments[0].as<Property>()->name = arguments[2];
  return None;
}

Value get_getter(Property& self) { return self.get; }
Value get_setter(Property& self) { return self.set; }
Value get_deleter(Property& self) { return self.remove; }
Value get_doc(Property& self) { return self.doc; }
Status set_doc(Thread&, Value self, Value value) {
  self.as<Property>()->doc = or_none(value);
  return nothing;
}

Value is_abstract_callable(Thread& thread, Value callable) {
  if (callable.is_none() || callable.is_empty()) return False;
  const Value flag = TRY(get_attribute_or_unbound(thread, callable, special_name<"__isabstractmethod__">()));
  return flag.is_unbound() ? False : Value::from_bool(TRY(truth(thread, flag)));
}

Value is_abstract_property(Thread& thread, Property& self) {
  for (Value accessor : {self.get, self.set, self.remove}) {
    if (TRY(is_abstract_callable(thread, accessor)).is_true()) return True;
  }
  return False;
}

const MethodRow property_rows[] = {
    method<with_getter>("!getter($self, object, /)", "Return a copy of the property with another getter."),
    method<with_setter>("!setter($self, object, /)", "Return a copy of the property with another setter."),
    method<with_deleter>("!deleter($self, object, /)", "Return a copy of the property with another deleter."),
    raw_method(set_property_name, "!__set_name__($self, owner, name, /)", "Take note of the attribute's name."),
    member<get_getter>("fget", nullptr),
    member<get_setter>("fset", nullptr),
    member<get_deleter>("fdel", nullptr),
    member<get_doc>("__doc__", nullptr, set_doc),
    getter<is_abstract_property>("__isabstractmethod__", nullptr),
};

const TypeSpec property_spec = {
    .doc = "property(fget=None, fset=None, fdel=None, doc=None)\n--\n\n"
           "An attribute that is computed: reading, writing and deleting it call functions.",
    .instance_bytes = sizeof(Property),
    .flags = Type::kBaseType,
    .slots = {.get_descriptor = property_get, .set_descriptor = property_set, .init = property_init, .make = property_new},
    .methods = property_rows,
};

// --- classmethod and staticmethod ---

template <typename Wrapper>
Value wrapper_new(Thread&, Type& type, const Value*, size_t, Value) {
  Wrapper* wrapper = allocate_instance_as<Wrapper>(type);
  if (!wrapper) return error;
  wrapper->callable = None;
  return wrapper;
}

// functools.WRAPPER_ASSIGNMENTS: what a decorated function looks like from outside.
Status copy_names(Thread& thread, Value wrapper, Value callable) {
  for (const char* name : {"__module__", "__name__", "__qualname__", "__doc__", "__annotations__"}) {
    const Value value = TRY(get_attribute_or_unbound(thread, callable, name));
    if (!value.is_unbound()) TRY(generic_set_attribute(thread, wrapper, intern(name), value));
  }
  return nothing;
}

template <typename Wrapper>
Status wrapper_init(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  const char* name = Wrapper::kKind == Kind::ClassMethod ? "classmethod" : "staticmethod";
  if (!keyword_names.is_empty() && keyword_names.as<Tuple>()->size) {
    return raise(thread, TypeError, "{}() takes no keyword arguments", name);
  }
  if (count != 1) return raise(thread, TypeError, "{} expected 1 argument, got {}", name, count);
  self.as<Wrapper>()->callable = arguments[0];
  return copy_names(thread, self, arguments[0]);
}

// classmethod(descriptor) binds the descriptor to the class.
Value class_method_get(Thread& thread, Value self, Value instance, Value owner) {
  if (is_stack_exhausted(thread)) return error;
  const Value callable = self.as<ClassMethod>()->callable;
  if (owner.is_empty()) owner = &type_of(instance);
  if (GetDescriptorSlot get = type_of(callable).slots.get_descriptor) return get(thread, callable, owner, owner);
  return make_bound_method(callable, owner);
}

Value static_method_get(Thread&, Value self, Value, Value) { return self.as<StaticMethod>()->callable; }

Value static_method_call(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  return call(thread, self.as<StaticMethod>()->callable, arguments, count, keyword_names);
}

Value class_method_repr(Thread& thread, Value self) {
  return format_message(thread, "<classmethod({})>", {Repr{self.as<ClassMethod>()->callable}});
}
Value static_method_repr(Thread& thread, Value self) {
  return format_message(thread, "<staticmethod({})>", {Repr{self.as<StaticMethod>()->callable}});
}

template <typename Wrapper>
Value get_callable(Wrapper& self) { return self.callable; }
template <typename Wrapper>
Value is_abstract_wrapper(Thread& thread, Wrapper& self) { return is_abstract_callable(thread, self.callable); }
Value get_dict(Thread& thread, Value self) { return instance_dict(thread, self); }
Status set_dict(Thread& thread, Value self, Value value) { return set_instance_dict(thread, self, value); }

template <typename Wrapper>
const MethodRow wrapper_rows[] = {
    member<get_callable<Wrapper>>("__func__", nullptr),
    member<get_callable<Wrapper>>("__wrapped__", nullptr),
    getter<is_abstract_wrapper<Wrapper>>("__isabstractmethod__", nullptr),
    getter<get_dict>("__dict__", nullptr, set_dict),
};

const TypeSpec class_method_spec = {
    .doc = "classmethod(function) -> method\n\nA method that gets the class instead of the instance.",
    .instance_bytes = sizeof(ClassMethod),
    .flags = Type::kBaseType,
    .slots = {.repr = class_method_repr,
              .get_descriptor = class_method_get,
              .init = wrapper_init<ClassMethod>,
              .make = wrapper_new<ClassMethod>},
    .methods = wrapper_rows<ClassMethod>,
    .attributes_word = WORD_OF(ClassMethod, attributes),
};
const TypeSpec static_method_spec = {
    .doc = "staticmethod(function) -> method\n\nA method that gets neither the instance nor the class.",
    .instance_bytes = sizeof(StaticMethod),
    .flags = Type::kBaseType,
    .slots = {.repr = static_method_repr,
              .call = static_method_call,
              .get_descriptor = static_method_get,
              .init = wrapper_init<StaticMethod>,
              .make = wrapper_new<StaticMethod>},
    .methods = wrapper_rows<StaticMethod>,
    .attributes_word = WORD_OF(StaticMethod, attributes),
};

}  // namespace

Value make_static_method(Value callable) {
  StaticMethod* wrapper = allocate<StaticMethod>();
  wrapper->callable = callable;
  return wrapper;
}

void define_descriptor_types() {
  define_native_descriptor_types();
  define_type(Kind::Property, property_spec);
  define_type(Kind::ClassMethod, class_method_spec);
  define_type(Kind::StaticMethod, static_method_spec);
  define_super_type();
}

}  // namespace minipy
