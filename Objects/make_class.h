// Internals that the files about classes share.
#pragma once

#include <functional>

#include "Objects/object.h"
#include "Objects/result.h"
#include "Objects/str.h"
#include "Objects/type.h"

namespace minipy {

struct MethodRow;
struct Descriptor;

// Headers, names and root shapes of all rows of types.def; before anything else.
void prepare_builtin_types();

Descriptor* make_descriptor(Kind kind, const Type& owner, const MethodRow* row, Str* name, int64_t position);
Value make_static_method(Value callable);
Value make_builtin_new(const Type& type);  // what stands under __new__ of a C++ type

// Docstrings of C++ types may begin with "name(args)\n--\n\n".
std::string_view doc_without_signature(const char* doc);
std::string_view signature_in_doc(const char* doc);  // "(args)", or empty

Status add_subclass(Type& base, Type& subclass);  // MemoryError
void remove_subclass(Type& base, Type& subclass);
Value subclasses_list(Thread&, const Type& type);
// The direct subclasses that are alive.
void for_each_subclass(const Type& type, void (*visit)(Type& subclass, void* context), void* context);
template <typename F>
void for_each_subclass(const Type& type, F&& f) {
  for_each_subclass(type, [](Type& subclass, void* context) { (*static_cast<std::remove_reference_t<F>*>(context))(subclass); },
                    const_cast<void*>(static_cast<const void*>(&f)));
}

// C3 linearisation, language reference 3.3.3.1; TypeError if there is none.
Result<Tuple*> linearize(Thread&, Type& type);
// Asks the metaclass's mro() where it overrides it; sets type.mro.
Status compute_mro(Thread&, Type& type);
Result<Type*> most_derived_metatype(Thread&, Type& metatype, Tuple& bases);
// The base whose layout instances share; TypeError "multiple bases have instance lay-out conflict".
Result<Type*> best_base(Thread&, Tuple& bases);
bool same_layout(const Type& left, const Type& right);

// Some of these fill slots or set flags of the class.
inline bool is_special_name(const Str& name) {
  return name.length() >= 4 && name.at(0) == '_' && name.at(1) == '_';
}
// Data kept in a class: replacing it by other data changes nothing but itself, so caches find it where it lies
// instead of keeping it.
inline bool is_class_data(Value value) {
  if (!value.is_object()) return true;
  const TypeSlots& slots = value.object()->type().slots;
  return !slots.get_descriptor && !slots.set_descriptor && !slots.call;
}
void make_lookup_cache();
void define_type_type();
void define_code_types();
void define_super_type();
void define_builtin_function_type();
void define_native_descriptor_types();
const MethodRow& instance_dict_row();              // the getter under __dict__
Value doc_value(const MethodRow& row);             // a str or None
Value text_signature_value(const MethodRow& row);  // "($self, x, /)" or None

// Words after the header of an instance without items: fields, slots, inline attributes.
inline size_t instance_words(const Type& type) {
  const size_t with_attributes =
      type.attributes_word > 0 ? static_cast<size_t>(type.attributes_word) + type.inline_slots : 0;
  return with_attributes > type.basic_words ? with_attributes : type.basic_words;
}
// Gives a new class its __dict__ and __weakref__ descriptors where it adds these.
void add_dict_descriptors(Type& type, Type& base);
// __name__ of the module whose code makes a class; filled by the VM. Unbound if unknown.
extern Value (*calling_module_hook)(Thread& thread);
// The builtins of the code that makes a function, for globals that name none; Unbound if none runs.
extern Value (*calling_builtins_hook)(Thread& thread);

}  // namespace minipy
