// `type` itself: calling classes, their attributes and methods. Language reference 3.3.3.
#include "Objects/audit.h"
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
#include "Objects/shape.h"
#include "Objects/slot_rows.h"
#include "Objects/slot_trampolines.h"
#include "Objects/str.h"
#include "Objects/tuple.h"
#include "Objects/weak_reference.h"

namespace minipy {
namespace {

// --- calling a class ---

// type(x) with one argument, for `type` alone; otherwise __new__, then __init__ if the result is an
// instance.
Value type_call(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  Type& type = *self.as<Type>();
  if (&type == &type_of_kind(Kind::Type)) {
    const bool has_keywords = !keyword_names.is_empty() && keyword_names.as<Tuple>()->size;
    if (count == 1 && !has_keywords) return &type_of(arguments[0]);
    if (count != 3) return raise(thread, TypeError, "type() takes 1 or 3 arguments");
  }
  // Nobody knows the new list before it is full.
  if (&type == &type_of_kind(Kind::List) && count == 1 && keyword_names.is_empty()) {
    return Value(TRY(list_of(thread, arguments[0])));
  }
  if (!type.slots.make) return raise(thread, TypeError, "cannot create '{}' instances", type);
  const Value object = TRY(type.slots.make(thread, type, arguments, count, keyword_names));
  Type& actual = type_of(object);
  if (!is_subtype(actual, type)) return object;
  if (actual.slots.init) TRY(actual.slots.init(thread, object, arguments, count, keyword_names));
  return object;
}

Value type_new(Thread& thread, Type& metatype, const Value* arguments, size_t count, Value keyword_names) {
  if (count != 3) return raise(thread, TypeError, "type.__new__() takes exactly 3 arguments ({} given)", count);
  const char* const kinds[] = {"str", "tuple", "dict"};
  const bool fits[] = {is_str(arguments[0]), is_tuple(arguments[1]), is_dict(arguments[2])};
  for (int i = 0; i < 3; ++i) {
    if (!fits[i]) {
      return raise(thread, TypeError, "type.__new__() argument {} must be {}, not {}", i + 1, kinds[i],
                   argument_kind(arguments[i]));
    }
  }
  // A base's metaclass may want to make the class itself.
  Tuple& bases = *arguments[1].as<Tuple>();
  for (Value base : bases.view()) {
    if (is_type(base)) continue;
    const Value entries = TRY(get_attribute_or_unbound(thread, base, "__mro_entries__"));
    if (!entries.is_unbound()) {
      return raise(thread, TypeError, "type() doesn't support MRO entry resolution; use types.new_class()");
    }
  }
  Type* winner = TRY(most_derived_metatype(thread, metatype, bases));
  if (winner != &metatype && winner->slots.make != &type_new) {
    return winner->slots.make(thread, *winner, arguments, count, keyword_names);
  }
  return make_class(thread, *winner, arguments[0], bases, *arguments[2].as<Dict>(), arguments + 3, keyword_names);
}

Status type_init(Thread& thread, Value, const Value*, size_t count, Value keyword_names) {
  const bool has_keywords = !keyword_names.is_empty() && keyword_names.as<Tuple>()->size;
  if (has_keywords && count == 1) return raise(thread, TypeError, "type.__init__() takes no keyword arguments");
  if (count != 1 && count != 3) return raise(thread, TypeError, "type.__init__() takes 1 or 3 arguments");
  return nothing;
}

// --- attributes of classes ---

// Language reference 3.3.2.2: a data descriptor of the metaclass, then the class and its bases
// (bound with __get__(None, cls)), then what the metaclass has.
Value type_get_attribute_or_unbound(Thread& thread, Type& type, const Str* name) {
  Type& metatype = type.type();
  const Value meta = lookup_in_type(metatype, name);
  GetDescriptorSlot meta_get = nullptr;
  if (!meta.is_unbound()) {
    meta_get = type_of(meta).slots.get_descriptor;
    if (meta_get && type_of(meta).slots.set_descriptor) return meta_get(thread, meta, &type, &metatype);
  }
  const Value own = lookup_in_type(type, name);
  if (!own.is_unbound()) {
    if (GetDescriptorSlot get = type_of(own).slots.get_descriptor) return get(thread, own, Value(), &type);
    return own;
  }
  if (meta_get) return meta_get(thread, meta, &type, &metatype);
  return meta;
}

Value type_get_attribute(Thread& thread, Value self, Value name) {
  if (!is_str(name)) return raise(thread, TypeError, "attribute name must be string, not '{}'", type_of(name));
  Type& type = *self.as<Type>();
  const Value found = type_get_attribute_or_unbound(thread, type, intern_name(name.as<Str>()));
  if (!found.is_unbound()) return found;
  return raise_attribute_error(thread, self, name, "type object '{}' has no attribute '{}'", type);
}

Status check_mutable(Thread& thread, const Type& type, Value name, const char* verb) {
  if (!type.has(Type::kImmutable)) return nothing;
  return raise(thread, TypeError, "cannot {} {} attribute of immutable type '{}'", verb, Repr{name}, type);
}

Status type_set_attribute(Thread& thread, Value self, Value name, Value value) {
  Type& type = *self.as<Type>();
  if (!is_str(name)) return raise(thread, TypeError, "attribute name must be string, not '{}'", type_of(name));
  TRY(check_mutable(thread, type, name, value.is_empty() ? "delete" : "set"));
  Str* key = intern_name(name.as<Str>());
  const Value meta = lookup_in_type(type.type(), key);
  if (!meta.is_unbound()) {
    if (SetSlot set = type_of(meta).slots.set_descriptor) return set(thread, meta, self, value);
  }
  if (value.is_empty()) {
    if (!dict_delete_str(type_dict(type), key)) {
      raise_attribute_error(thread, self, name, "type object '{}' has no attribute '{}'", type);
      return error;
    }
  } else {
    Dict& dict = type_dict(type);
    const int64_t entry = dict_find_str(dict, key);
    const bool replaces_data = entry >= 0 && is_class_data(dict.entries[entry].value) && is_class_data(value) &&
                               !is_special_name(*key);
    dict_set_str(dict, key, value);
    if (replaces_data) return nothing;
  }
  type_modified(type, key);
  return nothing;
}

Value get_name(Type& type) { return type.name; }

Status set_name(Thread& thread, Value self, Value value) {
  Type& type = *self.as<Type>();
  TRY(check_mutable(thread, type, intern("__name__"), value.is_empty() ? "delete" : "set"));
  if (value.is_empty()) return raise(thread, TypeError, "cannot delete '__name__' attribute of type '{}'", type);
  TRY(audit_change(thread, self, "__name__", value));
  if (!is_str(value)) {
    return raise(thread, TypeError, "can only assign string to {}.__name__, not '{}'", type, type_of(value));
  }
  if (find(value.as<Str>(), make_character(0), 0, value.as<Str>()->length()) != npos) {
    return raise(thread, ValueError, "type name must not contain null characters");
  }
  TRY(to_utf8_strict(thread, value.as<Str>()));
  type.name = value.as<Str>();
  return nothing;
}

Value get_qualified_name(Type& type) { return type.qualified_name; }

Status set_qualified_name(Thread& thread, Value self, Value value) {
  Type& type = *self.as<Type>();
  TRY(check_mutable(thread, type, intern("__qualname__"), value.is_empty() ? "delete" : "set"));
  if (value.is_empty()) return raise(thread, TypeError, "cannot delete '__qualname__' attribute of type '{}'", type);
  TRY(audit_change(thread, self, "__qualname__", value));
  if (!is_str(value)) {
    return raise(thread, TypeError, "can only assign string to {}.__qualname__, not '{}'", type, type_of(value));
  }
  type.qualified_name = value.as<Str>();
  return nothing;
}

Value get_module(Thread& thread, Type& type) {
  const Value own = dict_get_str(type_dict(type), special_name<"__module__">());
  // What a builtin type has under this name may be the attribute of its instances, as for functions.
  if (is_str(own) || (!own.is_unbound() && type.has(Type::kHeapType))) return own;
  if (type.has(Type::kHeapType)) return raise(thread, AttributeError, "__module__");
  const std::string_view name = type.full_name;
  const size_t dot = name.rfind('.');
  if (dot != std::string_view::npos) return intern(name.substr(0, dot));
  return intern(type.spec && type.spec->module ? type.spec->module : "builtins");
}

Status set_module(Thread& thread, Value self, Value value) {
  Type& type = *self.as<Type>();
  TRY(check_mutable(thread, type, intern("__module__"), value.is_empty() ? "delete" : "set"));
  if (value.is_empty()) return raise(thread, TypeError, "cannot delete '__module__' attribute of type '{}'", type);
  TRY(audit_change(thread, self, "__module__", value));
  dict_set_str(type_dict(type), special_name<"__module__">(), value);
  type_modified(type, special_name<"__module__">());
  return nothing;
}

Value get_bases(Type& type) { return type.bases; }
Value get_base(Type& type) { return type.base ? Value(type.base) : None; }
Value get_mro(Type& type) { return type.mro ? Value(type.mro) : None; }

void collect_subclasses(Type& type, GcVector& found) {
  for (Value known : found) {
    if (known == Value(&type)) return;
  }
  found.push_back(&type);
  for_each_subclass(type, [&](Type& subclass) { collect_subclasses(subclass, found); });
}

// Along `base` alone: the MROs may be out of date while an mro() of a metaclass runs.
bool is_base_of(const Type& base, const Type& type) {
  for (const Type* each = &type; each; each = each->base) {
    if (each == &base) return true;
  }
  return false;
}

// New MROs for all of them, or for none. Those that an mro() gave a newer one meanwhile keep that.
Status compute_orders(Thread& thread, const GcVector& types) {
  GcVector old_orders, new_orders;
  for (size_t i = 0; i < types.size(); ++i) {
    Type& type = *types[i].as<Type>();
    old_orders.push_back(type.mro);
    const bool has_failed = compute_mro(thread, type).failed();
    new_orders.push_back(type.mro);
    if (!has_failed) continue;
    for (size_t j = 0; j < i; ++j) {
      Type& changed = *types[j].as<Type>();
      if (Value(changed.mro) == new_orders[j]) changed.mro = old_orders[j].as<Tuple>();
    }
    return error;
  }
  return nothing;
}

Status set_bases(Thread& thread, Value self, Value value) {
  Type& type = *self.as<Type>();
  TRY(check_mutable(thread, type, intern("__bases__"), value.is_empty() ? "delete" : "set"));
  if (value.is_empty()) return raise(thread, TypeError, "cannot delete '__bases__' attribute of type '{}'", type);
  TRY(audit_change(thread, self, "__bases__", value));
  if (!is_tuple(value)) {
    return raise(thread, TypeError, "can only assign tuple to {}.__bases__, not {}", type, type_of(value));
  }
  Tuple& bases = *value.as<Tuple>();
  if (!bases.size) {
    return raise(thread, TypeError, "can only assign non-empty tuple to {}.__bases__, not ()", type);
  }
  for (Value base : bases.view()) {
    if (!is_type(base)) {
      return raise(thread, TypeError, "{}.__bases__ must be tuple of classes, not '{}'", type, type_of(base));
    }
    if (is_subtype(*base.as<Type>(), type) || is_base_of(type, *base.as<Type>())) {
      return raise(thread, TypeError, "a __bases__ item causes an inheritance cycle");
    }
  }
  Type* new_base = TRY(best_base(thread, bases));
  if (!same_layout(*type.base, *new_base)) {
    return raise(thread, TypeError, "__bases__ assignment: '{}' object layout differs from '{}'", *new_base, *type.base);
  }
  Tuple* old_bases = type.bases;
  Type* old_base = type.base;
  GcVector affected;
  collect_subclasses(type, affected);
  type.bases = &bases;
  type.base = new_base;
  if (compute_orders(thread, affected).failed()) {
    if (type.bases == &bases) {
      type.bases = old_bases;
      type.base = old_base;
    }
    return error;
  }
  if (type.bases != &bases) return nothing;  // an mro() has assigned others, and these stay
  for (Value base : old_bases->view()) remove_subclass(*base.as<Type>(), type);
  for (Value base : bases.view()) TRY(add_subclass(*base.as<Type>(), type));
  type_modified(type, nullptr);
  for (Value entry : affected) update_slots(*entry.as<Type>());
  return nothing;
}

Value get_doc(Thread& thread, Type& type) {
  if (!type.has(Type::kHeapType)) return dict_get_str(type_dict(type), special_name<"__doc__">());
  const Value doc = dict_get_str(type_dict(type), special_name<"__doc__">());
  if (doc.is_unbound()) return None;
  if (GetDescriptorSlot get = type_of(doc).slots.get_descriptor) return get(thread, doc, Value(), &type);
  return doc;
}

Status set_doc(Thread& thread, Value self, Value value) {
  Type& type = *self.as<Type>();
  TRY(check_mutable(thread, type, intern("__doc__"), value.is_empty() ? "delete" : "set"));
  if (value.is_empty()) return raise(thread, TypeError, "cannot delete '__doc__' attribute of immutable type '{}'", type);
  TRY(audit_change(thread, self, "__doc__", value));
  dict_set_str(type_dict(type), special_name<"__doc__">(), value);
  type_modified(type, special_name<"__doc__">());
  return nothing;
}

Value get_text_signature(Type& type) {
  if (!type.spec || !type.spec->doc) return None;
  const std::string_view signature = signature_in_doc(type.spec->doc);
  return signature.empty() ? None : Value(make_str(signature));
}

Value get_dict(Type& type) { return make_mapping_proxy(&type_dict(type)); }

Value get_abstract_methods(Thread& thread, Type& type) {
  Str* name = special_name<"__abstractmethods__">();
  const Value own = &type == &type_of_kind(Kind::Type) ? Unbound : dict_get_str(type_dict(type), name);
  if (own.is_unbound()) return raise_value(thread, AttributeError, Value(name));
  return own;
}

Status set_abstract_methods(Thread& thread, Value self, Value value) {
  Type& type = *self.as<Type>();
  Str* name = special_name<"__abstractmethods__">();
  bool is_abstract = false;
  if (value.is_empty()) {
    if (!dict_delete_str(type_dict(type), name)) return raise_value(thread, AttributeError, Value(name));
  } else {
    is_abstract = TRY(truth(thread, value));
    dict_set_str(type_dict(type), name, value);
  }
  type.flags = is_abstract ? type.flags | Type::kAbstract : type.flags & ~Type::kAbstract;
  type_modified(type, name);
  return nothing;
}

Value get_annotations(Thread& thread, Type& type) {
  Str* name = special_name<"__annotations__">();
  if (!type.has(Type::kHeapType)) {
    return raise_attribute_error(thread, &type, name, "type object '{}' has no attribute '{}'", type);
  }
  const Value own = dict_get_str(type_dict(type), name);
  if (!own.is_unbound()) {
    if (GetDescriptorSlot get = type_of(own).slots.get_descriptor) return get(thread, own, Value(), &type);
    return own;
  }
  Dict* annotations = make_dict();
  dict_set_str(type_dict(type), name, annotations);
  type_modified(type, name);
  return annotations;
}

Status set_annotations(Thread& thread, Value self, Value value) {
  Type& type = *self.as<Type>();
  Str* name = special_name<"__annotations__">();
  if (type.has(Type::kImmutable)) {
    return raise(thread, TypeError, "cannot set '__annotations__' attribute of immutable type '{}'", type);
  }
  if (value.is_empty()) {
    if (!dict_delete_str(type_dict(type), name)) return raise_value(thread, AttributeError, Value(name));
  } else {
    dict_set_str(type_dict(type), name, value);
  }
  type_modified(type, name);
  return nothing;
}

// CPython's Py_TPFLAGS bits, for those who look at them (copyreg, inspect, enum).
int64_t get_flags(Type& type) {
  int64_t flags = (1 << 12) /* ready */ | (1 << 18) /* version tag */;
  if (type.has(Type::kHeapType)) flags |= 1 << 9;
  if (type.has(Type::kBaseType)) flags |= 1 << 10;
  if (type.has(Type::kImmutable)) flags |= 1 << 8;
  if (type.has(Type::kDisallowInstantiation)) flags |= 1 << 7;
  if (type.has(Type::kIsMappingPattern)) flags |= 1 << 6;
  if (type.has(Type::kIsSequencePattern)) flags |= 1 << 5;
  if (type.has(Type::kAbstract)) flags |= 1 << 20;
  if (type.has(Type::kMethodDescriptor)) flags |= 1 << 17;
  if (type.has(Type::kSelfPattern)) flags |= 1 << 22;
  const uint32_t kinds[] = {Type::kLong, Type::kList, Type::kTuple, Type::kBytes,
                            Type::kStr,  Type::kDict, Type::kBaseException, Type::kTypeSubclass};
  for (int i = 0; i < 8; ++i) {
    if (type.has(kinds[i])) flags |= int64_t{1} << (24 + i);
  }
  if (type.has(Type::kHeapType) || type.has(Type::kHasDict)) flags |= 1 << 14;
  return flags;
}

int64_t get_basic_size(Type& type) { return static_cast<int64_t>(sizeof(Object) + 8 * instance_words(type)); }
int64_t get_item_size(Type& type) { return type.item_size; }
int64_t get_dict_offset(Type& type) {
  if (!type.has(Type::kHasDict)) return 0;
  return 8 * type.attributes_word;
}
int64_t get_weak_offset(Type& type) { return type.has(Type::kHasWeakReferences) ? 8 : 0; }

// --- methods ---

Value mro_method(Thread& thread, Type& type) {
  Tuple* order = TRY(linearize(thread, type));
  return make_list(order->items, order->size);
}
Value subclasses(Thread& thread, Type& type) { return subclasses_list(thread, type); }
Value prepare(Thread&, Type&, std::span<const Value>, Dict*) { return make_dict(); }
Result<bool> instance_check(Thread& thread, Type& type, Value object) {
  if (is_subtype(type_of(object), type)) return true;
  const Value claimed = TRY(get_attribute_or_unbound(thread, object, special_name<"__class__">()));
  return is_type(claimed) && is_subtype(*claimed.as<Type>(), type);
}
Result<bool> subclass_check(Thread& thread, Type& type, Value candidate) {
  return is_real_subclass(thread, candidate, &type);
}

Status merge_class_dict(Thread& thread, Dict& into, Value klass) {
  const Value dict = TRY(get_attribute_or_unbound(thread, klass, "__dict__"));
  if (!dict.is_unbound()) TRY(dict_update(thread, into, dict));
  const Value bases = TRY(get_attribute_or_unbound(thread, klass, "__bases__"));
  if (!is_tuple(bases)) return nothing;
  for (Value base : bases.as<Tuple>()->view()) TRY(merge_class_dict(thread, into, base));
  return nothing;
}
Value directory(Thread& thread, Type& type) {
  Dict* names = make_dict();
  TRY(merge_class_dict(thread, *names, &type));
  return dict_keys_list(*names);
}
int64_t size_of(Type& type) { return type.has(Type::kHeapType) ? 1064 : static_cast<int64_t>(sizeof(Type)); }

Value type_repr(Thread& thread, Value self) {
  Type& type = *self.as<Type>();
  Value module = get_module(thread, type);
  if (module.is_empty()) take_exception(thread);
  const bool is_builtin = module.is_empty() || !is_str(module) || equal(module.as<Str>(), "builtins");
  if (is_builtin) return format_message(thread, "<class '{}'>", {type.has(Type::kHeapType) && !module.is_empty() ? type.qualified_name : type.name});
  return format_message(thread, "<class '{}.{}'>", {module, type.qualified_name});
}

Value type_or(Thread& thread, Value left, Value right) { return make_union(thread, left, right); }

const MethodRow type_rows[] = {
    method<mro_method>("mro($self, /)", "Return the order in which bases are searched."),
    method<subclasses>("__subclasses__($self, /)", "Return a list of the direct subclasses that are alive."),
    class_method<prepare>("!__prepare__($type, *args, **kwargs)", "Return the dict in which a class body runs."),
    method<instance_check>("__instancecheck__($self, instance, /)", "Tell whether an object is an instance."),
    method<subclass_check>("__subclasscheck__($self, subclass, /)", "Tell whether a class is a subclass."),
    method<directory>("__dir__($self, /)", "Return the names of the class's attributes."),
    method<size_of>("__sizeof__($self, /)", "Return the size of the type object in memory, in bytes."),
    getter<get_name>("__name__", nullptr, set_name),
    getter<get_qualified_name>("__qualname__", nullptr, set_qualified_name),
    getter<get_module>("__module__", nullptr, set_module),
    getter<get_bases>("__bases__", nullptr, set_bases),
    member<get_base>("__base__", nullptr),
    member<get_mro>("__mro__", nullptr),
    getter<get_doc>("__doc__", nullptr, set_doc),
    getter<get_text_signature>("__text_signature__", nullptr),
    getter<get_dict>("__dict__", nullptr),
    getter<get_abstract_methods>("__abstractmethods__", nullptr, set_abstract_methods),
    getter<get_annotations>("__annotations__", nullptr, set_annotations),
    member<get_flags>("__flags__", nullptr),
    member<get_basic_size>("__basicsize__", nullptr),
    member<get_item_size>("__itemsize__", nullptr),
    member<get_dict_offset>("__dictoffset__", nullptr),
    member<get_weak_offset>("__weakrefoffset__", nullptr),
};

const TypeSpec type_spec = {
    .doc = "type(object) -> the object's type\ntype(name, bases, dict, **kwds) -> a new type",
    .instance_bytes = sizeof(Type),
    .flags = Type::kBaseType | Type::kHasDict | Type::kHasWeakReferences | Type::kTypeSubclass,
    .slots = {.repr = type_repr,
              .call = type_call,
              .get_attribute = type_get_attribute,
              .set_attribute = type_set_attribute,
              .init = type_init,
              .make = type_new,
              .bit_or = type_or},
    .methods = type_rows,
};

}  // namespace

Value type_attribute_or_unbound(Thread& thread, Type& type, const Str* name) {
  return type_get_attribute_or_unbound(thread, type, name);
}

bool is_plain_type_call(const Type& metatype) { return metatype.slots.call == &type_call; }

void define_type_type() { define_type(Kind::Type, type_spec); }

}  // namespace minipy
