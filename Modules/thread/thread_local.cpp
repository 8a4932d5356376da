// _thread._local: attributes that each thread has for itself.
#include "Modules/thread/thread.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/module_kinds.h"
#include "Objects/weak_reference.h"
#include "VM/threads.h"

namespace minipy {
namespace {

struct ThreadLocal : Object {
  static constexpr Kind kKind = ModuleKind::ThreadLocal;
  Value key;                  // under which each thread keeps its dict
  Value arguments, keywords;  // __init__ runs with them in each thread
  Value names;                // the keyword names
};

constexpr const char* kLocalsName = "__locals__";

Dict& locals_of(Thread& thread) {
  if (thread.dictionary.is_empty()) thread.dictionary = make_dict();
  Dict& dictionary = *thread.dictionary.as<Dict>();
  const Value known = dict_get_str(dictionary, kLocalsName);
  if (is_dict(known)) return *known.as<Dict>();
  Dict* locals = make_dict();
  dict_set_str(dictionary, kLocalsName, locals);
  return *locals;
}

// The calling thread's dict; at its first use __init__ runs again, in that thread.
Value own_dict(Thread& thread, Value value) {
  ThreadLocal& self = *value.as<ThreadLocal>();
  Dict& locals = locals_of(thread);
  const Value known = TRY(dict_get(thread, locals, self.key));
  if (!known.is_unbound()) return known;
  Dict* dict = make_dict();
  TRY(dict_set(thread, locals, self.key, dict));
  const InitSlot init = type_of(value).slots.init;
  if (init && init != type_of_kind(Kind::Object).slots.init) {
    const Tuple& arguments = *self.arguments.as<Tuple>();
    const size_t count = arguments.size - keyword_count(self.names);
    if (init(thread, value, arguments.items, count, self.names).failed()) {
      const Value failure = take_exception(thread);
      TRY(dict_delete(thread, locals, self.key));
      return restore_exception(thread, failure);
    }
  }
  return dict;
}

Value make(Thread& thread, Type& type, const Value* arguments, size_t count, Value names) {
  const size_t total = count + keyword_count(names);
  if (total > 0 && type.slots.init == type_of_kind(Kind::Object).slots.init) {
    return raise(thread, TypeError, "Initialization arguments are not supported");
  }
  ThreadLocal* self = allocate_instance_as<ThreadLocal>(type);
  static int64_t next_key = 0;
  self->key = make_int(next_key++);
  self->arguments = make_tuple(arguments, total);
  self->names = names;
  TRY(dict_set(thread, locals_of(thread), self->key, make_dict()));
  return self;
}

Value get(Thread& thread, Value self, Value name) {
  const Value dict = TRY(own_dict(thread, self));
  if (is_str(name) && equal(name.as<Str>(), "__dict__")) return dict;
  const Value in_type = lookup_in_type(type_of(self), name.as<Str>());
  // Data descriptors of the class come first, then the dict, then the rest of the class.
  if (in_type.is_unbound() || !type_of(in_type).slots.set_descriptor) {
    const Value value = TRY(dict_get(thread, *dict.as<Dict>(), name));
    if (!value.is_unbound()) return value;
  }
  return generic_get_attribute(thread, self, name);
}

Status set(Thread& thread, Value self, Value name, Value value) {
  const Value dict = TRY(own_dict(thread, self));
  if (is_str(name) && equal(name.as<Str>(), "__dict__")) {
    return raise(thread, AttributeError, "'{}' object attribute '__dict__' is read-only", type_of(self));
  }
  const Value in_type = lookup_in_type(type_of(self), name.as<Str>());
  if (!in_type.is_unbound() && type_of(in_type).slots.set_descriptor) {
    return generic_set_attribute(thread, self, name, value);
  }
  if (!value.is_empty()) return dict_set(thread, *dict.as<Dict>(), name, value);
  if (TRY(dict_delete(thread, *dict.as<Dict>(), name))) return nothing;
  return raise(thread, AttributeError, "'{}' object has no attribute '{}'", type_of(self), name);
}

}  // namespace

void release_thread_locals(Thread& thread) {
  if (!thread.dictionary.is_empty()) dict_delete_str(*thread.dictionary.as<Dict>(), intern(kLocalsName));
}

void define_thread_local_type() {
  TypeSpec spec;
  spec.doc = "Attributes that each thread has for itself.";
  spec.instance_bytes = sizeof(ThreadLocal);
  spec.flags = Type::kBaseType | Type::kHasWeakReferences;
  spec.slots.make = make;
  spec.slots.get_attribute = get;
  spec.slots.set_attribute = set;
  define_type(ModuleKind::ThreadLocal, spec);
}

}  // namespace minipy
