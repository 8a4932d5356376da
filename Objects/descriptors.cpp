// What stands in the dict of a C++ type: methods, class methods, getters, members, slot wrappers.
// Data model reference 3.3.2.2.
#include "Objects/dict.h"
#include "Objects/address_text.h"
#include "Objects/function.h"
#include "Objects/gc.h"
#include "Objects/initialize.h"
#include "Objects/make_class.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/shape.h"
#include "Objects/slot_rows.h"
#include "Objects/str.h"
#include "Objects/tuple.h"
#include "Objects/weak_reference.h"

namespace minipy {
namespace {

struct MethodWrapper : Object {
  static constexpr Kind kKind = Kind::MethodWrapper;
  Descriptor* descriptor;
  Value self;
};

const SlotRow& wrapped_row(const Descriptor& descriptor) { return slot_rows()[static_cast<size_t>(descriptor.position)]; }

Status check_self(Thread& thread, const Descriptor& descriptor, Value instance) {
  if (is_subtype(type_of(instance), *descriptor.owner)) return nothing;
  return raise(thread, TypeError, "descriptor '{}' for '{}' objects doesn't apply to a '{}' object", descriptor.name,
               *descriptor.owner, type_of(instance));
}

// --- method_descriptor ---

Value method_get(Thread& thread, Value self, Value instance, Value) {
  if (instance.is_empty()) return self;
  const Descriptor& descriptor = *self.as<Descriptor>();
  TRY(check_self(thread, descriptor, instance));
  return make_builtin_function(*descriptor.row, instance, None, descriptor.owner);
}

Value method_call(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  const Descriptor& descriptor = *self.as<Descriptor>();
  if (count == 0) {
    return raise(thread, TypeError, "unbound method {}.{}() needs an argument", descriptor.owner->name, descriptor.name);
  }
  if (!is_subtype(type_of(arguments[0]), *descriptor.owner)) [[unlikely]] {
    return raise(thread, TypeError, "descriptor '{}' for '{}' objects doesn't apply to a '{}' object", descriptor.name,
                 *descriptor.owner, type_of(arguments[0]));
  }
  return call_row(thread, *descriptor.row, Value(descriptor.owner), arguments, count, keyword_names);
}

Value method_repr(Thread& thread, Value self) {
  const Descriptor& descriptor = *self.as<Descriptor>();
  return format_message(thread, "<method '{}' of '{}' objects>", {descriptor.name, *descriptor.owner});
}

// --- classmethod_descriptor ---

Value class_method_get(Thread& thread, Value self, Value instance, Value owner) {
  const Descriptor& descriptor = *self.as<Descriptor>();
  if (owner.is_empty()) owner = &type_of(instance);
  if (!is_type(owner)) {
    return raise(thread, TypeError, "descriptor '{}' for type '{}' needs a type, not a '{}' as arg 2", descriptor.name,
                 *descriptor.owner, type_of(owner));
  }
  if (!is_subtype(*owner.as<Type>(), *descriptor.owner)) {
    return raise(thread, TypeError, "descriptor '{}' requires a subtype of '{}' but received '{}'", descriptor.name,
                 *descriptor.owner, *owner.as<Type>());
  }
  return make_builtin_function(*descriptor.row, owner, None, descriptor.owner);
}

Value class_method_call(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  const Descriptor& descriptor = *self.as<Descriptor>();
  if (count == 0) {
    return raise(thread, TypeError, "descriptor '{}' of '{}' object needs an argument", descriptor.name, *descriptor.owner);
  }
  const Value bound = TRY(class_method_get(thread, self, Value(), arguments[0]));
  return call(thread, bound, arguments + 1, count - 1, keyword_names);
}

// --- getset_descriptor and member_descriptor ---

Value* slot_place(const Descriptor& descriptor, Value instance) {
  return instance.object()->words() + slot_word(*instance.object(), static_cast<int>(descriptor.position));
}

Value data_get(Thread& thread, Value self, Value instance, Value) {
  if (instance.is_empty()) return self;
  const Descriptor& descriptor = *self.as<Descriptor>();
  TRY(check_self(thread, descriptor, instance));
  if (descriptor.row) {
    if (descriptor.row->get) return descriptor.row->get(thread, instance);
    return raise(thread, AttributeError, "attribute '{}' of '{}' objects is not readable", descriptor.name, *descriptor.owner);
  }
  const Value value = *slot_place(descriptor, instance);
  if (!value.is_empty()) return value;
  return raise_attribute_error(thread, instance, Value(descriptor.name), "'{}' object has no attribute '{}'", type_of(instance));
}

Status data_set(Thread& thread, Value self, Value instance, Value value) {
  const Descriptor& descriptor = *self.as<Descriptor>();
  TRY(check_self(thread, descriptor, instance));
  if (!descriptor.row) {
    Value& place = *slot_place(descriptor, instance);
    if (value.is_empty() && place.is_empty()) {
      return raise_attribute_error(thread, instance, Value(descriptor.name), "'{}' object has no attribute '{}'", type_of(instance));
    }
    place = value;
    return nothing;
  }
  if (descriptor.row->set) return descriptor.row->set(thread, instance, value);
  if (descriptor.row->kind == MethodRow::Member) return raise(thread, AttributeError, "readonly attribute");
  return raise(thread, AttributeError, "attribute '{}' of '{}' objects is not writable", descriptor.name, *descriptor.owner);
}

Value getset_repr(Thread& thread, Value self) {
  const Descriptor& descriptor = *self.as<Descriptor>();
  return format_message(thread, "<attribute '{}' of '{}' objects>", {descriptor.name, *descriptor.owner});
}

Value member_repr(Thread& thread, Value self) {
  const Descriptor& descriptor = *self.as<Descriptor>();
  return format_message(thread, "<member '{}' of '{}' objects>", {descriptor.name, *descriptor.owner});
}

// --- wrapper_descriptor and method-wrapper ---

Value wrapper_get(Thread& thread, Value self, Value instance, Value) {
  if (instance.is_empty()) return self;
  Descriptor& descriptor = *self.as<Descriptor>();
  TRY(check_self(thread, descriptor, instance));
  MethodWrapper* wrapper = allocate<MethodWrapper>();
  wrapper->descriptor = &descriptor;
  wrapper->self = instance;
  return wrapper;
}

Value call_wrapped(Thread& thread, const Descriptor& descriptor, Value self, const Value* arguments, size_t count,
                   Value keyword_names) {
  const SlotRow& row = wrapped_row(descriptor);
  return call_slot_wrapper(thread, row, slot_at(descriptor.owner->slots, row.offset), *descriptor.owner, self, arguments,
                           count, keyword_names);
}

Value wrapper_call(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  const Descriptor& descriptor = *self.as<Descriptor>();
  if (count == 0) {
    return raise(thread, TypeError, "descriptor '{}' of '{}' object needs an argument", descriptor.name, *descriptor.owner);
  }
  if (!is_subtype(type_of(arguments[0]), *descriptor.owner)) {
    return raise(thread, TypeError, "descriptor '{}' requires a '{}' object but received a '{}'", descriptor.name,
                 *descriptor.owner, type_of(arguments[0]));
  }
  return call_wrapped(thread, descriptor, arguments[0], arguments + 1, count - 1, keyword_names);
}

Value wrapper_repr(Thread& thread, Value self) {
  const Descriptor& descriptor = *self.as<Descriptor>();
  return format_message(thread, "<slot wrapper '{}' of '{}' objects>", {descriptor.name, *descriptor.owner});
}

Value method_wrapper_call(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  const MethodWrapper& wrapper = *self.as<MethodWrapper>();
  return call_wrapped(thread, *wrapper.descriptor, wrapper.self, arguments, count, keyword_names);
}

Value method_wrapper_repr(Thread& thread, Value self) {
  const MethodWrapper& wrapper = *self.as<MethodWrapper>();
  const AddressText address(wrapper.self);
  return format_message(thread, "<method-wrapper '{}' of {} object at {}>",
                        {wrapper.descriptor->name, type_of(wrapper.self), address.text()});
}

Value method_wrapper_compare(Thread&, Value left, Value right, CompareOp op) {
  const bool comparable = (op == CompareOp::Equal || op == CompareOp::NotEqual) && has_kind(right, Kind::MethodWrapper);
  if (!comparable) return NotImplemented;
  const MethodWrapper &a = *left.as<MethodWrapper>(), &b = *right.as<MethodWrapper>();
  const bool same = a.descriptor == b.descriptor && a.self == b.self;
  return Value::from_bool(same == (op == CompareOp::Equal));
}

Result<int64_t> method_wrapper_hash(Thread&, Value self) {
  const MethodWrapper& wrapper = *self.as<MethodWrapper>();
  return static_cast<int64_t>((wrapper.self.bits() >> 4) ^ (reinterpret_cast<uintptr_t>(wrapper.descriptor) >> 4));
}

// --- attributes ---

Value get_name(Value self) { return self.as<Descriptor>()->name; }
Value get_owner(Value self) { return self.as<Descriptor>()->owner; }

Value get_qualified_name(Thread& thread, Value self) {
  const Descriptor& descriptor = *self.as<Descriptor>();
  const Value owner = TRY(get_attribute(thread, descriptor.owner, "__qualname__"));
  return format_message(thread, "{}.{}", {owner, descriptor.name});
}

Value get_doc(Value self) {
  const Descriptor& descriptor = *self.as<Descriptor>();
  if (is_exact(self, Kind::WrapperDescriptor)) return make_str(wrapped_row(descriptor).doc);
  return descriptor.row ? doc_value(*descriptor.row) : None;
}

Value get_text_signature(Value self) {
  const Descriptor& descriptor = *self.as<Descriptor>();
  if (is_exact(self, Kind::WrapperDescriptor)) return make_str(wrapped_row(descriptor).text_signature);
  return descriptor.row ? text_signature_value(*descriptor.row) : None;
}

Value reduce(Thread& thread, Value self) {
  const Value getattr = TRY(import_attribute(thread, "builtins", "getattr"));
  const Descriptor& descriptor = *self.as<Descriptor>();
  return make_tuple({getattr, make_tuple({Value(descriptor.owner), Value(descriptor.name)})});
}

const MethodWrapper& wrapper_of(Value self) { return *self.as<MethodWrapper>(); }
Value wrapper_self(Value self) { return wrapper_of(self).self; }
Value wrapper_name(Value self) { return wrapper_of(self).descriptor->name; }
Value wrapper_owner(Value self) { return wrapper_of(self).descriptor->owner; }
Value wrapper_qualified_name(Thread& thread, Value self) { return get_qualified_name(thread, wrapper_of(self).descriptor); }
Value wrapper_doc(Value self) { return get_doc(wrapper_of(self).descriptor); }
Value wrapper_text_signature(Value self) { return get_text_signature(wrapper_of(self).descriptor); }
Value wrapper_reduce(Thread& thread, Value self) {
  const Value getattr = TRY(import_attribute(thread, "builtins", "getattr"));
  return make_tuple({getattr, make_tuple({wrapper_of(self).self, Value(wrapper_of(self).descriptor->name)})});
}

// Descriptors of class methods and of getters are not pickled: theirs leave out the first row.
const MethodRow callable_rows[] = {
    method<reduce>("!__reduce__($self, /)", "Return what pickle needs."),
    member<get_owner>("__objclass__", nullptr),
    member<get_name>("__name__", nullptr),
    getter<get_qualified_name>("__qualname__", nullptr),
    getter<get_doc>("__doc__", nullptr),
    getter<get_text_signature>("__text_signature__", nullptr),
};
const MethodRow data_rows[] = {
    method<reduce>("!__reduce__($self, /)", "Return what pickle needs."),
    member<get_owner>("__objclass__", nullptr),
    member<get_name>("__name__", nullptr),
    getter<get_qualified_name>("__qualname__", nullptr),
    getter<get_doc>("__doc__", nullptr),
};
const MethodRow method_wrapper_rows[] = {
    method<wrapper_reduce>("!__reduce__($self, /)", "Return what pickle needs."),
    member<wrapper_self>("__self__", nullptr),
    getter<wrapper_owner>("__objclass__", nullptr),
    getter<wrapper_name>("__name__", nullptr),
    getter<wrapper_qualified_name>("__qualname__", nullptr),
    getter<wrapper_doc>("__doc__", nullptr),
    getter<wrapper_text_signature>("__text_signature__", nullptr),
};

const TypeSpec method_spec = {
    .instance_bytes = sizeof(Descriptor),
    .flags = Type::kMethodDescriptor,
    .slots = {.repr = method_repr, .call = method_call, .get_descriptor = method_get},
    .methods = callable_rows,
};
const TypeSpec class_method_spec = {
    .instance_bytes = sizeof(Descriptor),
    .slots = {.repr = method_repr, .call = class_method_call, .get_descriptor = class_method_get},
    .methods = std::span(callable_rows).subspan(1),
};
const TypeSpec getset_spec = {
    .instance_bytes = sizeof(Descriptor),
    .slots = {.repr = getset_repr, .get_descriptor = data_get, .set_descriptor = data_set},
    .methods = std::span(data_rows).subspan(1),
};
const TypeSpec member_spec = {
    .instance_bytes = sizeof(Descriptor),
    .slots = {.repr = member_repr, .get_descriptor = data_get, .set_descriptor = data_set},
    .methods = data_rows,
};
const TypeSpec wrapper_spec = {
    .instance_bytes = sizeof(Descriptor),
    .flags = Type::kMethodDescriptor,
    .slots = {.repr = wrapper_repr, .call = wrapper_call, .get_descriptor = wrapper_get},
    .methods = callable_rows,
};
const TypeSpec method_wrapper_spec = {
    .instance_bytes = sizeof(MethodWrapper),
    .slots = {.repr = method_wrapper_repr,
              .hash = method_wrapper_hash,
              .call = method_wrapper_call,
              .compare = method_wrapper_compare},
    .methods = method_wrapper_rows,
};

// --- __dict__ and __weakref__ of classes made in Python ---

Value get_instance_dict(Thread& thread, Value self) {
  const Value dict = TRY(instance_dict(thread, self));
  if (dict.is_unbound()) return raise_value(thread, AttributeError, Value(intern("__dict__")));
  if (is_type(self)) return make_mapping_proxy(dict);
  return dict;
}
// Classes and modules keep theirs for good, whatever their other bases say.
Status set_instance_dict_attribute(Thread& thread, Value self, Value value) {
  if (is_type(self)) return raise(thread, AttributeError, "attribute '__dict__' of 'type' objects is not writable");
  if (has_kind(self, Kind::Module)) return raise(thread, AttributeError, "readonly attribute");
  return set_instance_dict(thread, self, value);
}
Value get_weak_list(Thread& thread, Value self) { return first_weak_reference(thread, self); }

const MethodRow dict_row = getter<get_instance_dict>("__dict__", "dictionary for instance variables (if defined)",
                                                     set_instance_dict_attribute);
const MethodRow weak_row = getter<get_weak_list>("__weakref__", "list of weak references to the object (if defined)");

}  // namespace

const MethodRow& instance_dict_row() { return dict_row; }

Descriptor* make_descriptor(Kind kind, const Type& owner, const MethodRow* row, Str* name, int64_t position) {
  Descriptor* descriptor = initialize_header<Descriptor>(gc_allocate_object(sizeof(Descriptor)), shape_of_kind(kind), kind,
                                                         (sizeof(Descriptor) - sizeof(Object)) / 8);
  descriptor->owner = &owner;
  descriptor->row = row;
  descriptor->name = name;
  descriptor->position = position;
  return descriptor;
}

static void add_own_descriptor(Type& type, const MethodRow& row) {
  Str* name = intern(name_of(row));
  if (!dict_get_str(*type.dict, name).is_unbound()) return;
  dict_set_str(*type.dict, name, make_descriptor(Kind::GetSetDescriptor, type, &row, name, -1));
}

void add_dict_descriptors(Type& type, Type& base) {
  if (type.has(Type::kHasDict) && !base.has(Type::kHasDict)) add_own_descriptor(type, dict_row);
  if (type.has(Type::kHasWeakReferences) && !base.has(Type::kHasWeakReferences)) add_own_descriptor(type, weak_row);
}

void define_native_descriptor_types() {
  define_type(Kind::MethodDescriptor, method_spec);
  define_type(Kind::ClassMethodDescriptor, class_method_spec);
  define_type(Kind::GetSetDescriptor, getset_spec);
  define_type(Kind::MemberDescriptor, member_spec);
  define_type(Kind::WrapperDescriptor, wrapper_spec);
  define_type(Kind::MethodWrapper, method_wrapper_spec);
}

}  // namespace minipy
