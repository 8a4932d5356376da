// type(name, bases, dict): language reference 3.3.3.
#include "Objects/make_class.h"

#include <algorithm>

#include "Objects/bytes.h"
#include "Objects/dict.h"
#include "Objects/exception.h"
#include "Objects/function.h"
#include "Objects/gc.h"
#include "Objects/list.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/shape.h"
#include "Objects/slot_rows.h"
#include "Objects/slot_trampolines.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

constexpr uint16_t kDefaultInlineSlots = 2;
constexpr uint16_t kMaxInlineSlots = 24;

// What __slots__ asks for.
struct SlotNames {
  bool are_given = false;
  bool wants_dict = false, wants_weak_references = false;
  GcVector names;  // mangled, sorted
};

bool is_identifier(Thread& thread, Str* text) {
  const Value answer = call_method(thread, text, "isidentifier");
  return answer.is_true();
}

// Language reference 6.2.1: names with two leading underscores belong to the class.
Str* mangled(const Str* class_name, Str* name) {
  const size_t length = name->length();
  if (length < 3 || name->at(0) != '_' || name->at(1) != '_') return name;
  if (name->at(length - 1) == '_' && name->at(length - 2) == '_') return name;
  if (find(name, make_character('.'), 0, length) != npos) return name;
  size_t start = 0;
  while (start < class_name->length() && class_name->at(start) == '_') ++start;
  if (start == class_name->length()) return name;
  Str* prefix =
      concatenate(make_character('_'), substring(class_name, start, class_name->length()));
  return intern(concatenate(prefix, name));
}

Status add_slot_name(Thread& thread, Type& base, Str* class_name, Dict& contents, Value entry,
                     SlotNames& slots) {
  if (!is_str(entry)) {
    return raise(thread, TypeError, "__slots__ items must be strings, not '{}'", type_of(entry));
  }
  if (!is_identifier(thread, entry.as<Str>())) {
    if (has_exception(thread)) return error;
    return raise(thread, TypeError, "__slots__ must be identifiers");
  }
  Str* name = entry.as<Str>();
  if (equal(name, "__dict__")) {
    if (base.has(Type::kHasDict) || slots.wants_dict) {
      return raise(thread, TypeError, "__dict__ slot disallowed: we already got one");
    }
    slots.wants_dict = true;
    return nothing;
  }
  if (equal(name, "__weakref__")) {
    if (base.has(Type::kHasWeakReferences) || slots.wants_weak_references) {
      return raise(thread, TypeError,
                   "__weakref__ slot disallowed: either we already got one, or __itemsize__ != 0");
    }
    slots.wants_weak_references = true;
    return nothing;
  }
  Str* full = mangled(class_name, name);
  slots.names.push_back(full);
  const Value existing = dict_get_str(contents, full);
  const bool is_expected = equal(full, "__qualname__") || equal(full, "__classcell__");
  if (!existing.is_unbound() && !is_expected) {
    return raise(thread, ValueError, "{} in __slots__ conflicts with class variable",
                 Repr{Value(full)});
  }
  return nothing;
}

Status read_slot_names(Thread& thread, Type& base, Str* class_name, Dict& contents,
                       SlotNames& slots) {
  const Value given = dict_get_str(contents, special_name<"__slots__">());
  if (given.is_unbound()) return nothing;
  slots.are_given = true;
  Tuple* entries = is_str(given) ? make_tuple({given}) : TRY(tuple_of(thread, given));
  if (entries->size && base.has(Type::kVariableSize) && base.instance_kind != Kind::Str) {
    // Items lie where slots would be; only __dict__ and __weakref__ are possible there.
    for (Value entry : entries->view()) {
      const bool special = is_str(entry) && equal(entry.as<Str>(), "__dict__");
      if (!special) {
        return raise(thread, TypeError, "nonempty __slots__ not supported for subtype of '{}'",
                     base);
      }
    }
  }
  for (Value entry : entries->view())
    TRY(add_slot_name(thread, base, class_name, contents, entry, slots));
  std::sort(slots.names.data(), slots.names.data() + slots.names.size(),
            [](Value a, Value b) { return order(a.as<Str>(), b.as<Str>()) < 0; });
  return nothing;
}

// How many attributes `__init__` stores on self: the room that new instances get.
uint16_t predicted_attributes(const Type& base, Dict& contents) {
  constexpr uint8_t kStoreAttr = 95, kExtendedArg = 144;
  const Value init = dict_get_str(contents, special_name<"__init__">());
  const uint16_t inherited = base.inline_slots;
  if (!has_kind(init, Kind::Function)) return std::max(inherited, kDefaultInlineSlots);
  const Bytes& code = *init.as<Function>()->code->code();
  bool seen[256] = {};
  uint16_t count = 0;
  for (size_t i = 0; i + 1 < code.size; i += 2) {
    const uint8_t name = code.data()[i + 1];
    const bool extended = i >= 2 && code.data()[i - 2] == kExtendedArg;
    if (code.data()[i] != kStoreAttr || extended || seen[name]) continue;
    seen[name] = true;
    ++count;
  }
  const uint16_t total = static_cast<uint16_t>(inherited + count);
  return std::clamp<uint16_t>(total, 1, kMaxInlineSlots);
}

// Words of the instance: the base's, one for each slot, the attributes' word and its inline slots.
// Behind items (str, int, ...) slots and attributes follow the contents; see attributes_word().
void lay_out(Type& type, Type& base, const SlotNames& slots, Dict& contents) {
  type.basic_words = base.basic_words;
  type.attributes_word = base.attributes_word;
  type.inline_slots = base.inline_slots;
  type.item_size = base.item_size;
  type.instance_kind = base.instance_kind;
  type.own_slots = static_cast<uint16_t>(slots.names.size());
  type.slot_names = make_tuple(slots.names.begin(), slots.names.size());
  if (!slots.names.is_empty()) type.basic_words = static_cast<uint16_t>(instance_words(base));
  for (size_t i = 0; i < slots.names.size(); ++i) {
    Str* name = slots.names[i].as<Str>();
    dict_set_str(contents, name,
                 make_descriptor(Kind::MemberDescriptor, type, nullptr, name, type.basic_words++));
  }
  bool wants_dict = !slots.are_given || slots.wants_dict;
  for (Value other : type.bases->view())
    wants_dict = wants_dict || other.as<Type>()->has(Type::kHasDict);
  if (!base.has(Type::kHasDict) && wants_dict) {
    type.flags |= Type::kHasDict;
    if (base.has(Type::kVariableSize)) {
      type.attributes_word = Type::kAttributesAtEnd;
    } else {
      type.attributes_word = static_cast<int16_t>(++type.basic_words);
      type.inline_slots = predicted_attributes(base, contents);
    }
  } else if (base.has(Type::kHeapType) && base.attributes_word > 0 &&
             base.attributes_word == base.basic_words && slots.names.is_empty()) {
    type.inline_slots = predicted_attributes(base, contents);
  }
}

void set_flags(Type& type, Type& base, const SlotNames& slots) {
  constexpr uint32_t kInherited = Type::kVariableSize | Type::kHasWeakReferences | Type::kHasDict |
                                  Type::kHasFinalizer | Type::kLong | Type::kList | Type::kTuple |
                                  Type::kBytes | Type::kStr | Type::kDict | Type::kBaseException |
                                  Type::kTypeSubclass | Type::kSelfPattern;
  type.flags |= Type::kHeapType | Type::kBaseType | Type::kReady | (base.flags & kInherited);
  const bool may_have_weak_references =
      !base.has(Type::kVariableSize) || base.instance_kind == Kind::Str;
  if (slots.wants_weak_references || (!slots.are_given && may_have_weak_references)) {
    type.flags |= Type::kHasWeakReferences;
  }
  for (Value entry : type.bases->view()) {
    type.flags |= entry.as<Type>()->flags & Type::kHasWeakReferences;
  }
}

// Functions under these names are what they are without a decorator.
void wrap_special_functions(Dict& contents) {
  Str* make = special_name<"__new__">();
  const Value constructor = dict_get_str(contents, make);
  if (has_kind(constructor, Kind::Function))
    dict_set_str(contents, make, make_static_method(constructor));
  for (Str* name : {special_name<"__init_subclass__">(), special_name<"__class_getitem__">()}) {
    const Value method = dict_get_str(contents, name);
    if (!has_kind(method, Kind::Function)) continue;
    ClassMethod* wrapped = allocate<ClassMethod>();
    wrapped->callable = method;
    dict_set_str(contents, name, wrapped);
  }
}

Status set_names(Thread& thread, Type& type, Dict& contents) {
  if (dict_get_str(contents, special_name<"__module__">()).is_unbound() && calling_module_hook) {
    const Value module = calling_module_hook(thread);
    if (!module.is_unbound()) dict_set_str(contents, special_name<"__module__">(), module);
  }
  Str* key = special_name<"__qualname__">();
  const Value qualified = dict_get_str(contents, key);
  if (!qualified.is_unbound()) {
    if (!is_str(qualified)) {
      return raise(thread, TypeError, "type __qualname__ must be a str, not {}",
                   type_of(qualified));
    }
    type.qualified_name = qualified.as<Str>();
    dict_delete_str(contents, key);
  } else {
    type.qualified_name = type.name;
  }
  const Value doc = dict_get_str(contents, special_name<"__doc__">());
  if (doc.is_unbound()) {
    dict_set_str(contents, special_name<"__doc__">(), None);
  } else if (is_str(doc)) {
    TRY(to_utf8_strict(thread, doc.as<Str>()));
  }
  return nothing;
}

// What a class body's __class__ cell becomes.
Status set_class_cell(Thread& thread, Type& type, Dict& contents) {
  Str* key = special_name<"__classcell__">();
  const Value cell = dict_get_str(contents, key);
  if (cell.is_unbound()) return nothing;
  if (!is_exact(cell, Kind::Cell)) {
    return raise(thread, TypeError, "__classcell__ must be a nonlocal cell, not {}", type_of(cell));
  }
  cell.as<Cell>()->contents = &type;
  dict_delete_str(contents, key);
  return nothing;
}

// Data model 3.3.3.6.
Status call_set_names(Thread& thread, Type& type) {
  Dict* snapshot = dict_copy(*type.dict);
  size_t position = 0;
  Value key, value;
  while (dict_next(*snapshot, position, key, value)) {
    if (lookup_in_type(type_of(value), special_name<"__set_name__">()).is_unbound()) continue;
    const Value hook = TRY(lookup_special(thread, value, "__set_name__"));
    if (call(thread, hook, {Value(&type), key}).is_empty()) {
      const Value cause = take_exception(thread);
      raise(thread, RuntimeError, "Error calling __set_name__ on '{}' instance {} in '{}'",
            type_of(value), Repr{key}, type);
      set_cause(thread, cause);
      exception_object(thread.exception).context = cause;
      return error;
    }
  }
  return nothing;
}

Status call_init_subclass(Thread& thread, Type& type, const Value* keyword_values,
                          Value keyword_names) {
  const std::span<const Value> order = type.mro->view();
  if (std::find(order.begin(), order.end(), Value(&type)) == order.end()) {  // an mro() may leave it out
    return raise(thread, TypeError, "super(type, obj): obj must be an instance or subtype of type");
  }
  const Value hook = super_lookup(thread, type, &type, special_name<"__init_subclass__">());
  if (hook.is_empty()) {
    // An mro() of the metaclass may leave out even `object`.
    return catch_exception(thread, AttributeError) ? Status(nothing) : Status(error);
  }
  TRY(call(thread, hook, keyword_values, 0, keyword_names));
  return nothing;
}

void adopt_slots(Type& type) {
  constexpr uint32_t kPatterns = Type::kIsSequencePattern | Type::kIsMappingPattern;
  const std::span<const Value> bases = type.mro->view().subspan(1);
  for (size_t i = 0; i < bases.size() && !type.has(kPatterns); ++i) {
    // The first class of the order that is one of both decides (PEP 634).
    type.flags |= bases[i].as<Type>()->flags & kPatterns;
  }
  if (!set_slots_from_base(type)) {
    type.slots = {};
    for (const Value base : bases) inherit_slots(type, *base.as<Type>());
    update_slots(type);
  }
  if (!type.slots.hash) type.slots.hash = &hash_not_implemented;
  if (type.slots.finalize) type.flags |= Type::kHasFinalizer;
  if (type.slots.finalize == type.base->slots.finalize) type.flags |= type.base->flags & Type::kReleasesResource;
}

Type* allocate_class(Type& metatype, Type& base, Tuple& bases, Str* name) {
  Type* type = allocate_instance_as<Type>(metatype);
  type->name = name;
  type->full_name = nullptr;
  type->base = &base;
  type->bases = &bases;
  return type;
}

void unhash_if_comparable(Dict& contents) {
  Str* hash = special_name<"__hash__">();
  const bool has_eq = !dict_get_str(contents, special_name<"__eq__">()).is_unbound();
  if (has_eq && dict_get_str(contents, hash).is_unbound()) dict_set_str(contents, hash, None);
}

Result<Tuple*> usable_bases(Thread& thread, Tuple& bases) {
  for (Value base : bases.view()) {
    if (is_type(base)) continue;
    const Value entries = TRY(get_attribute_or_unbound(thread, base, "__mro_entries__"));
    if (!entries.is_unbound()) {
      return raise(thread, TypeError,
                   "type() doesn't support MRO entry resolution; use types.new_class()");
    }
  }
  if (bases.size) return &bases;
  return make_tuple({&type_of_kind(Kind::Object)});
}

Status check_name(Thread& thread, Str* name) {
  if (find(name, make_character(0), 0, name->length()) != npos) {
    return raise(thread, ValueError, "type name must not contain null characters");
  }
  TRY(to_utf8_strict(thread, name));
  return nothing;
}

}  // namespace

Value (*calling_module_hook)(Thread& thread);

Value make_class(Thread& thread, Type& asked_metatype, Value name, Tuple& given_bases,
                 Dict& given_contents, const Value* keyword_values, Value keyword_names) {
  Tuple* bases = TRY(usable_bases(thread, given_bases));
  Type* metatype = TRY(most_derived_metatype(thread, asked_metatype, *bases));
  Type* base = TRY(best_base(thread, *bases));
  TRY(check_name(thread, name.as<Str>()));
  Dict& contents = *dict_copy(given_contents);
  SlotNames slots;
  TRY(read_slot_names(thread, *base, name.as<Str>(), contents, slots));

  Type& type = *allocate_class(*metatype, *base, *bases, name.as<Str>());
  type.dict = &contents;
  TRY(set_names(thread, type, contents));
  wrap_special_functions(contents);
  TRY(set_class_cell(thread, type, contents));  // before a slot of that name gets its descriptor
  lay_out(type, *base, slots, contents);
  set_flags(type, *base, slots);
  type.root = make_root_shape(type, type.inline_slots);
  type.root_shape = type.root->id;
  type.root->is_dictionary = base->root->is_dictionary;
  unhash_if_comparable(contents);
  add_dict_descriptors(type, *base);
  TRY(compute_mro(thread, type));
  for (Value entry : bases->view()) TRY(add_subclass(*entry.as<Type>(), type));
  adopt_slots(type);
  TRY(call_set_names(thread, type));
  TRY(call_init_subclass(thread, type, keyword_values, keyword_names));
  return &type;
}

}  // namespace minipy
