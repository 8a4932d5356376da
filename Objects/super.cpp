// super(type, object): looks attributes up behind `type` in the MRO of the object's class.
#include "Objects/dict.h"
#include "Objects/function.h"
#include "Objects/gc.h"
#include "Objects/make_class.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/slot_trampolines.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {

Status (*super_arguments_hook)(Thread& thread, Value& type, Value& object);

namespace {

// The class whose MRO is searched: the object itself if it is a subclass of `type`, its class, or
// what it claims as __class__.
Result<Type*> starting_type(Thread& thread, Type& type, Value object) {
  if (is_type(object) && is_subtype(*object.as<Type>(), type)) return object.as<Type>();
  if (is_subtype(type_of(object), type)) return &type_of(object);
  const Value claimed = TRY(get_attribute_or_unbound(thread, object, special_name<"__class__">()));
  if (is_type(claimed) && &type_of(object) != claimed.as<Type>() && is_subtype(*claimed.as<Type>(), type)) {
    return claimed.as<Type>();
  }
  return raise(thread, TypeError, "super(type, obj): obj must be an instance or subtype of type");
}

// Unbound if nothing behind `type` has the name.
Value find_behind(Thread& thread, Type& type, Value object, Type& start, const Str* name) {
  if (!start.mro) return Unbound;  // a class that is still being made
  const std::span<const Value> order = start.mro->view();
  size_t i = 0;
  while (i < order.size() && !(order[i] == Value(&type))) ++i;
  for (++i; i < order.size(); ++i) {
    const Value found = dict_get_str(type_dict(*order[i].as<Type>()), name);
    if (found.is_unbound()) continue;
    GetDescriptorSlot get = type_of(found).slots.get_descriptor;
    if (!get) return found;
    return get(thread, found, object == Value(&start) ? Value() : object, &start);
  }
  return Unbound;
}

Value super_get_attribute(Thread& thread, Value self, Value name) {
  if (!is_str(name)) return raise(thread, TypeError, "attribute name must be string, not '{}'", type_of(name));
  Super& super = *self.as<Super>();
  Str* key = intern_name(name.as<Str>());
  // __class__ stays the super object's own.
  if (super.object_type && !equal(key, "__class__")) {
    const Value found = TRY(find_behind(thread, *super.type, super.object, *super.object_type, key));
    if (!found.is_unbound()) return found;
  }
  return generic_get_attribute(thread, self, name);
}

Value super_get_descriptor(Thread& thread, Value self, Value instance, Value) {
  Super& super = *self.as<Super>();
  if (instance.is_empty() || instance.is_none() || !super.object.is_empty()) return self;
  if (!is_exact(self, Kind::Super)) return call(thread, &type_of(self), {Value(super.type), instance});
  Super* bound = allocate<Super>();
  bound->type = super.type;
  bound->object_type = TRY(starting_type(thread, *super.type, instance));
  bound->object = instance;
  return bound;
}

Status super_init(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  if (!keyword_names.is_empty() && keyword_names.as<Tuple>()->size) {
    return raise(thread, TypeError, "super() takes no keyword arguments");
  }
  if (count > 2) return raise(thread, TypeError, "super() expected at most 2 arguments, got {}", count);
  Value type = count > 0 ? arguments[0] : Value();
  Value object = count > 1 ? arguments[1] : Value();
  if (count == 0) TRY(super_arguments_hook(thread, type, object));
  if (!is_type(type)) return raise(thread, TypeError, "super() argument 1 must be a type, not {}", argument_kind(type));
  if (object.is_none()) object = Value();
  Super& super = *self.as<Super>();
  super.object_type = object.is_empty() ? nullptr : TRY(starting_type(thread, *type.as<Type>(), object));
  super.type = type.as<Type>();
  super.object = object;
  return nothing;
}

Value super_new(Thread&, Type& type, const Value*, size_t, Value) {
  return allocate_instance(type);
}

Value super_repr(Thread& thread, Value self) {
  const Super& super = *self.as<Super>();
  const Value name = super.type ? Value(super.type->name) : Value(intern("NULL"));
  if (super.object_type) {
    return format_message(thread, "<super: <class '{}'>, <{} object>>", {name, super.object_type->name});
  }
  return format_message(thread, "<super: <class '{}'>, NULL>", {name});
}

Value get_this_class(Super& super) { return super.type ? Value(super.type) : None; }
Value get_self(Super& super) { return super.object.is_empty() ? None : super.object; }
Value get_self_class(Super& super) { return super.object_type ? Value(super.object_type) : None; }

const MethodRow super_rows[] = {
    member<get_this_class>("__thisclass__", "the class invoking super()"),
    member<get_self>("__self__", "the instance invoking super(); may be None"),
    member<get_self_class>("__self_class__", "the type of the instance invoking super(); may be None"),
};

const TypeSpec super_spec = {
    .doc = "super() -> same as super(__class__, <first argument>)\nsuper(type) -> unbound super object\n"
           "super(type, obj) -> bound super object; requires isinstance(obj, type)\n"
           "super(type, type2) -> bound super object; requires issubclass(type2, type)",
    .instance_bytes = sizeof(Super),
    .flags = Type::kBaseType,
    .slots = {.repr = super_repr,
              .get_attribute = super_get_attribute,
              .get_descriptor = super_get_descriptor,
              .init = super_init,
              .make = super_new},
    .methods = super_rows,
};

}  // namespace

Value super_lookup(Thread& thread, Type& type, Value object, const Str* name) {
  Type* start = TRY(starting_type(thread, type, object));
  const Value found = TRY(find_behind(thread, type, object, *start, name));
  if (!found.is_unbound()) return found;
  return raise(thread, AttributeError, "'super' object has no attribute '{}'", name);
}

void define_super_type() { define_type(Kind::Super, super_spec); }

}  // namespace minipy
