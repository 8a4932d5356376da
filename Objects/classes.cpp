// isinstance() and issubclass(). Library "Built-in Functions"; hooks: data model 3.3.4.
#include "Objects/dict.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/slot_trampolines.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

// Anything with a tuple __bases__ counts as a class.
Value abstract_bases(Thread& thread, Value klass) {
  const Value bases = TRY(get_attribute_or_unbound(thread, klass, special_name<"__bases__">()));
  return is_tuple(bases) ? bases : Unbound;
}

Result<bool> abstract_issubclass(Thread& thread, Value derived, Value klass) {
  RecursionGuard guard(thread);
  if (guard.is_exceeded(" in __issubclass__")) return error;
  if (derived == klass) return true;
  const Value bases = TRY(abstract_bases(thread, derived));
  if (bases.is_unbound()) return false;
  for (Value base : bases.as<Tuple>()->view()) {
    if (TRY(abstract_issubclass(thread, base, klass))) return true;
  }
  return false;
}

Status check_class(Thread& thread, Value klass, const char* message) {
  const Value bases = TRY(abstract_bases(thread, klass));
  if (bases.is_unbound()) return raise(thread, TypeError, message);
  return nothing;
}

// Does __class__ say what the object is? Proxies and mocks have one of their own.
bool is_real_class(const Type& type) {
  const Value found = lookup_in_type(type, special_name<"__class__">());
  return found == lookup_in_type(type_of_kind(Kind::Object), special_name<"__class__">());
}

// Answers by the versions of the two classes, which never come again.
struct KnownAnswer {
  uint64_t versions;
  bool answer;
};
KnownAnswer known_answers[512];

// What isinstance() finds without asking the object; Unbound if it has to be asked.
Value isinstance_by_type(const Type& type, const Type& klass) {
  KnownAnswer& known = known_answers[(type.version * 31 + klass.version) % std::size(known_answers)];
  const uint64_t versions = static_cast<uint64_t>(type.version) << 32 | klass.version;
  if (known.versions == versions && type.version && klass.version) return Value::from_bool(known.answer);
  bool answer = true;
  if (!is_subtype(type, klass)) {
    if (type.slots.get_attribute != &generic_get_attribute || !is_real_class(type)) return Unbound;
    answer = false;
  }
  if (!klass.version) is_real_class(klass);  // looking something up gives a class a version
  if (versions >> 32 && static_cast<uint32_t>(versions)) known = {versions, answer};
  return Value::from_bool(answer);
}

Result<bool> plain_isinstance(Thread& thread, Value object, Value klass) {
  if (is_type(klass)) {
    const Value found = isinstance_by_type(type_of(object), *klass.as<Type>());
    if (!found.is_unbound()) return found == True;
    const Value claimed = TRY(get_attribute_or_unbound(thread, object, special_name<"__class__">()));
    return is_type(claimed) && is_subtype(*claimed.as<Type>(), *klass.as<Type>());
  }
  TRY(check_class(thread, klass, "isinstance() arg 2 must be a type, a tuple of types, or a union"));
  const Value claimed = TRY(get_attribute_or_unbound(thread, object, special_name<"__class__">()));
  if (claimed.is_unbound()) return false;
  return abstract_issubclass(thread, claimed, klass);
}

}  // namespace

Result<bool> is_real_subclass(Thread& thread, Value candidate, Value klass) {
  if (is_type(candidate) && is_type(klass)) return is_subtype(*candidate.as<Type>(), *klass.as<Type>());
  TRY(check_class(thread, candidate, "issubclass() arg 1 must be a class"));
  TRY(check_class(thread, klass, "issubclass() arg 2 must be a class, a tuple of classes, or a union"));
  return abstract_issubclass(thread, candidate, klass);
}

Result<bool> is_instance_of(Thread& thread, Value object, Value klass) {
  if (Value(&type_of(object)) == klass) return true;
  if (is_type(klass) && &type_of(klass) == &type_of_kind(Kind::Type)) return plain_isinstance(thread, object, klass);
  RecursionGuard guard(thread);
  if (guard.is_exceeded(" in __instancecheck__")) return error;
  if (is_tuple(klass)) {
    for (Value entry : klass.as<Tuple>()->view()) {
      if (TRY(is_instance_of(thread, object, entry))) return true;
    }
    return false;
  }
  const Value answer = TRY(call_special_or_unbound(thread, klass, special_name<"__instancecheck__">(), {object}));
  if (answer.is_unbound()) return plain_isinstance(thread, object, klass);
  return truth(thread, answer);
}

Result<bool> is_subclass_of(Thread& thread, Value candidate, Value klass) {
  if (is_type(klass) && &type_of(klass) == &type_of_kind(Kind::Type)) {
    if (candidate == klass) return true;
    return is_real_subclass(thread, candidate, klass);
  }
  RecursionGuard guard(thread);
  if (guard.is_exceeded(" in __subclasscheck__")) return error;
  if (is_tuple(klass)) {
    for (Value entry : klass.as<Tuple>()->view()) {
      if (TRY(is_subclass_of(thread, candidate, entry))) return true;
    }
    return false;
  }
  const Value answer = TRY(call_special_or_unbound(thread, klass, special_name<"__subclasscheck__">(), {candidate}));
  if (answer.is_unbound()) return is_real_subclass(thread, candidate, klass);
  return truth(thread, answer);
}

}  // namespace minipy
