// Rare instructions: pattern matching (language reference 8.6), except*, with.
#include <algorithm>
#include <span>

#include "Objects/dict.h"
#include "Objects/exception.h"
#include "Objects/list.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/set.h"
#include "Objects/slot_trampolines.h"
#include "Objects/str.h"
#include "Objects/tuple.h"
#include "VM/rare.h"
#include "VM/run.h"

namespace minipy {

Status rare_MATCH_MAPPING(Thread&, Frame&, Value* base, uint32_t) {
  base[1] = Value::from_bool(type_of(base[0]).has(Type::kIsMappingPattern));
  return nothing;
}

Status rare_MATCH_SEQUENCE(Thread&, Frame&, Value* base, uint32_t) {
  base[1] = Value::from_bool(type_of(base[0]).has(Type::kIsSequencePattern));
  return nothing;
}

// subject, keys -> subject, keys, tuple of values or None. get() is asked with a default of our own, so that
// a defaultdict does not grow.
Status rare_MATCH_KEYS(Thread& thread, Frame&, Value* base, uint32_t) {
  if (!is_tuple(base[1])) return raise(thread, SystemError, "MATCH_KEYS without a tuple of keys");
  const Tuple& keys = *base[1].as<Tuple>();
  Tuple* values = allocate_tuple(keys.size);
  Set* seen = make_set();
  const Value get = keys.size ? TRY(get_attribute(thread, base[0], "get")) : None;
  const Value absent = make_list();
  for (size_t i = 0; i < keys.size; ++i) {
    const Value key = keys.items[i];
    if (TRY(set_contains(thread, *seen, key))) {
      return raise(thread, ValueError, "mapping pattern checks duplicate key ({})", Repr{key});
    }
    TRY(set_add(thread, *seen, key));
    const Value value = TRY(call(thread, get, {key, absent}));
    if (value == absent) {
      base[2] = None;
      return nothing;
    }
    values->items[i] = value;
  }
  base[2] = values;
  return nothing;
}

namespace {

// The attributes that a class pattern asks for: those of __match_args__ by position, then by keyword.
struct AskedNames {
  const Value* positional;
  size_t positional_count;
  std::span<const Value> keywords;

  size_t count() const { return positional_count + keywords.size(); }
  Value at(size_t i) const { return i < positional_count ? positional[i] : keywords[i - positional_count]; }
  bool is_asked_before(size_t i) const {
    for (size_t j = 0; j < i; ++j) {
      if (at(j) == at(i) || equal(at(j).as<Str>(), at(i).as<Str>())) return true;
    }
    return false;
  }
};

// The names of `count` positional patterns; none where the subject itself is what the only one matches.
Result<std::span<const Value>> positional_names(Thread& thread, Type& type, size_t count) {
  const Value match_args = TRY(get_attribute_or_unbound(thread, &type, "__match_args__"));
  const bool takes_itself = match_args.is_unbound() && type.has(Type::kSelfPattern);
  if (!match_args.is_unbound() && !is_exact_tuple(match_args)) {
    return raise(thread, TypeError, "{}.__match_args__ must be a tuple (got {})", type, type_of(match_args));
  }
  const size_t allowed = takes_itself ? 1 : match_args.is_unbound() ? 0 : match_args.as<Tuple>()->size;
  if (allowed < count) {
    return raise(thread, TypeError, "{}() accepts {} positional sub-pattern{} ({} given)", type, allowed,
                 allowed == 1 ? "" : "s", count);
  }
  if (takes_itself) return std::span<const Value>();
  return std::span<const Value>(match_args.as<Tuple>()->items, count);
}

// A tuple of what the patterns match, behind `itself` if that is not empty; None if an attribute is missing.
Value match_attributes(Thread& thread, Value subject, Type& type, const AskedNames& names, Value itself) {
  const size_t before = itself.is_empty() ? 0 : 1;
  if (names.count() + before == 0) return empty_tuple();
  Tuple* const found = allocate_tuple(names.count() + before);
  if (!found) return raise_memory_error(thread);
  if (before) found->items[0] = itself;
  for (size_t i = 0; i < names.count(); ++i) {
    const Value name = names.at(i);
    if (i < names.positional_count && !is_exact_str(name)) {
      return raise(thread, TypeError, "__match_args__ elements must be strings (got {})", type_of(name));
    }
    if (!is_str(name)) return raise(thread, SystemError, "MATCH_CLASS with a name that is no str");
    if (names.is_asked_before(i)) {
      return raise(thread, TypeError, "{}() got multiple sub-patterns for attribute {}", type, Repr{name});
    }
    const Value value = TRY(get_attribute_or_unbound(thread, subject, name.as<Str>()));
    if (value.is_unbound()) return None;
    found->items[before + i] = value;
  }
  return found;
}

}  // namespace

// subject, class, keyword names -> tuple of attributes, or None.
Status rare_MATCH_CLASS(Thread& thread, Frame&, Value* base, uint32_t count) {
  const Value subject = base[0], class_value = base[1];
  if (!is_tuple(base[2])) return raise(thread, SystemError, "MATCH_CLASS without a tuple of names");
  if (!is_type(class_value)) return raise(thread, TypeError, "called match pattern must be a type");
  Type& type = *class_value.as<Type>();
  base[0] = None;
  if (!TRY(is_instance_of(thread, subject, class_value))) return nothing;
  const std::span<const Value> positional = count ? TRY(positional_names(thread, type, count)) : std::span<const Value>();
  const Value itself = count && positional.empty() ? subject : Value();
  const Tuple& keywords = *base[2].as<Tuple>();
  const AskedNames names{positional.data(), positional.size(), {keywords.items, keywords.size}};
  base[0] = TRY(match_attributes(thread, subject, type, names, itself));
  return nothing;
}

// --- except* (PEP 654) ---

// exception, type -> the rest, the match; the match is being handled from here on.
Status rare_CHECK_EG_MATCH(Thread& thread, Frame&, Value* base, uint32_t) {
  const Value exception = base[0], type = base[1];
  const auto check = [&](Value item) -> Status {
    if (!is_exception_class(item)) {
      return raise(thread, TypeError, "catching classes that do not inherit from BaseException is not allowed");
    }
    if (is_subtype(*item.as<Type>(), BaseExceptionGroup)) {
      return raise(thread, TypeError, "catching ExceptionGroup with except* is not allowed. Use except instead.");
    }
    return nothing;
  };
  if (is_tuple(type)) {
    for (const Value item : type.as<Tuple>()->view()) TRY(check(item));
  } else {
    TRY(check(type));
  }
  Value match = None, rest = None;
  if (!exception.is_none()) TRY(split_exception(thread, exception, type, &match, &rest));
  base[0] = rest;
  base[1] = match;
  if (!match.is_none()) thread.exception_state->handled = match;
  return nothing;
}

Status rare_PREP_RERAISE_STAR(Thread& thread, Frame&, Value* base, uint32_t) {
  if (!is_list(base[1])) return raise(thread, SystemError, "PREP_RERAISE_STAR without a list");
  base[0] = TRY(prepare_reraise_star(thread, base[0], *base[1].as<List>()));
  return nothing;
}

// --- with ---

namespace {

// What the class has under the name, bound to the object if that is a descriptor.
Value bind_special(Thread& thread, Value found, Value object) {
  const GetDescriptorSlot get = type_of(found).slots.get_descriptor;
  return get ? get(thread, found, object, &type_of(object)) : found;
}

// Both methods are looked up before the first is called. PEP 343, 492.
Status enter_context(Thread& thread, Value* base, const Str* enter_name, const Str* exit_name, const char* kind) {
  const Value manager = base[0];
  Value enter = lookup_in_type(type_of(manager), enter_name);
  if (enter.is_unbound()) {
    return raise(thread, TypeError, "'{}' object does not support the {}context manager protocol", type_of(manager), kind);
  }
  const bool is_method = type_of(enter).has(Type::kMethodDescriptor);  // which needs no binding to be called
  if (!is_method) enter = TRY(bind_special(thread, enter, manager));
  const Value exit = lookup_in_type(type_of(manager), exit_name);
  if (exit.is_unbound()) {
    return raise(thread, TypeError, "'{}' object does not support the {}context manager protocol (missed {} method)",
                 type_of(manager), kind, exit_name);
  }
  const Value bound_exit = TRY(bind_special(thread, exit, manager));
  const Value entered = TRY(call(thread, enter, &manager, is_method ? 1 : 0));
  base[0] = bound_exit;
  base[1] = entered;
  return nothing;
}

}  // namespace

CallOutcome start_with(Thread& thread, Value* base) {
  const Value manager = base[0];
  const Value enter = lookup_in_type(type_of(manager), special_name<"__enter__">());
  const Value exit = lookup_in_type(type_of(manager), special_name<"__exit__">());
  if (is_exact(enter, Kind::Function) && !exit.is_unbound()) {
    const Value bound_exit = bind_special(thread, exit, manager);
    if (bound_exit.is_empty()) return CallOutcome::Failed;
    const CallOutcome outcome =
        start_special(thread, manager, special_name<"__enter__">(), Frame::kEnter);
    base[0] = bound_exit;
    return outcome;
  }
  const Status entered =
      enter_context(thread, base, special_name<"__enter__">(), special_name<"__exit__">(), "");
  return entered.failed() ? CallOutcome::Failed : CallOutcome::Result;
}

Status rare_BEFORE_ASYNC_WITH(Thread& thread, Frame&, Value* base, uint32_t) {
  return enter_context(thread, base, special_name<"__aenter__">(), special_name<"__aexit__">(), "asynchronous ");
}

CallOutcome start_exit(Thread& thread, Value* base) {
  const Value exit = base[0], exception = base[3];
  if (!is_exception(exception)) {
    raise(thread, SystemError, "WITH_EXCEPT_START without an exception");
    return CallOutcome::Failed;
  }
  const Value given[] = {&type_of(exception), exception, exception_object(exception).traceback};
  Value* arguments = thread.stack_top + kFrameWords + 1;
  const bool is_method = is_exact(exit, Kind::BoundMethod) &&
                         has_kind(exit.as<BoundMethod>()->function, Kind::Function);
  if (!is_method || arguments + 4 > thread.stack_end) {
    base[4] = call(thread, exit, given, 3);
    return base[4].is_empty() ? CallOutcome::Failed : CallOutcome::Result;
  }
  Function& function = *exit.as<BoundMethod>()->function.as<Function>();
  arguments[-1] = &function;
  arguments[0] = exit.as<BoundMethod>()->self;
  std::copy_n(given, 3, arguments + 1);
  return start_function(thread, function, arguments, 4, Value(), Frame::kExit);
}

}  // namespace minipy
