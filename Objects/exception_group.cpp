// BaseExceptionGroup and ExceptionGroup (PEP 654): making, splitting, and what except* needs.
#include "Objects/exception.h"
#include "Objects/exception_types.h"
#include "Objects/function.h"
#include "Objects/gc.h"
#include "Objects/generic_alias.h"
#include "Objects/list.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

bool is_group(Value value) {
  return value.is_object() && is_instance(value, type_of_kind(Kind::BaseExceptionGroup));
}

const Tuple& exceptions_of(Value group) { return *group.as<ExceptionGroupObject>()->exceptions.as<Tuple>(); }

// Which class is really made: the plain base class with nothing but Exceptions inside is an ExceptionGroup.
Result<Type*> class_to_make(Thread& thread, Type& type, const Tuple& exceptions) {
  bool has_base_exceptions = false;
  for (size_t i = 0; i < exceptions.size; ++i) {
    if (!is_exception(exceptions.items[i])) {
      return raise(thread, ValueError, "Item {} of second argument (exceptions) is not an exception", i);
    }
    if (!is_instance(exceptions.items[i], Exception)) has_base_exceptions = true;
  }
  if (&type == &BaseExceptionGroup) return has_base_exceptions ? &type : &ExceptionGroup;
  if (has_base_exceptions && &type == &ExceptionGroup) {
    return raise(thread, TypeError, "Cannot nest BaseExceptions in an ExceptionGroup");
  }
  if (has_base_exceptions && is_subtype(type, Exception)) {
    return raise(thread, TypeError, "Cannot nest BaseExceptions in '{}'", type);
  }
  return &type;
}

Value make(Thread& thread, Type& type, const Value* arguments, size_t count, Value) {
  if (count != 2) {
    return raise(thread, TypeError, "BaseExceptionGroup.__new__() takes exactly 2 arguments ({} given)", count);
  }
  if (!is_str(arguments[0])) {
    return raise(thread, TypeError, "BaseExceptionGroup.__new__() argument 1 must be str, not {}", argument_kind(arguments[0]));
  }
  if (!is_sequence(arguments[1])) {
    return raise(thread, TypeError, "second argument (exceptions) must be a sequence");
  }
  Tuple* exceptions = TRY(tuple_of(thread, arguments[1]));
  if (exceptions->size == 0) {
    return raise(thread, ValueError, "second argument (exceptions) must be a non-empty sequence");
  }
  Type* actual = TRY(class_to_make(thread, type, *exceptions));
  const Value self = TRY(allocate_exception(thread, *actual, make_tuple(arguments, count)));
  self.as<ExceptionGroupObject>()->message = arguments[0];
  self.as<ExceptionGroupObject>()->exceptions = exceptions;
  return self;
}

Value str_slot(Thread& thread, Value self) {
  const auto& object = *self.as<ExceptionGroupObject>();
  const size_t count = exceptions_of(self).size;
  return format_message(thread, "{} ({} sub-exception{})", {object.message, count, count == 1 ? "" : "s"});
}

Value derive(Thread& thread, Value self, Value exceptions) {
  return call(thread, &BaseExceptionGroup, {self.as<ExceptionGroupObject>()->message, exceptions});
}

// --- splitting ---

// What decides whether an exception goes to the matching side.
struct Matcher {
  enum Kind { Type, Predicate, Instances } kind;
  Value by;                           // a class or a tuple of them; a callable
  const List* instances = nullptr;    // the very exceptions
};

bool matches_type(Value exception, Value type_or_tuple) {
  if (is_tuple(type_or_tuple)) {
    for (Value type : type_or_tuple.as<Tuple>()->view()) {
      if (matches_type(exception, type)) return true;
    }
    return false;
  }
  return is_exception_class(type_or_tuple) && is_instance(exception, *type_or_tuple.as<Type>());
}

Result<bool> matches(Thread& thread, const Matcher& matcher, Value exception) {
  switch (matcher.kind) {
    case Matcher::Type: return matches_type(exception, matcher.by);
    case Matcher::Predicate: return truth(thread, TRY(call(thread, matcher.by, {exception})));
    case Matcher::Instances:
      if (is_group(exception)) return false;
      for (Value instance : *matcher.instances) {
        if (instance == exception) return true;
      }
      return false;
  }
  MP_UNREACHABLE();
}

bool is_exception_classes(Value value) {
  if (!is_tuple(value)) return is_exception_class(value);
  for (Value item : value.as<Tuple>()->view()) {
    if (!is_exception_class(item)) return false;
  }
  return true;
}

Result<Matcher> matcher_for(Thread& thread, Value by) {
  if (has_kind(by, Kind::Function)) return Matcher{Matcher::Predicate, by};
  if (is_exception_classes(by)) return Matcher{Matcher::Type, by};
  return raise(thread, TypeError, "expected a function, exception type or tuple of exception types");
}

// A group like `original` with other contents, made by its derive(); None if there are none.
Value subset(Thread& thread, Value original, List& exceptions) {
  if (exceptions.size == 0) return None;
  const Value group = TRY(call_method(thread, original, "derive", {&exceptions}));
  if (!is_group(group)) {
    return raise(thread, TypeError, "derive must return an instance of BaseExceptionGroup");
  }
  BaseExceptionObject& from = exception_object(original);
  BaseExceptionObject& to = exception_object(group);
  to.traceback = from.traceback;
  to.context = from.context;
  to.cause = from.cause;
  to.suppress_context = to.suppress_context || !from.cause.is_none();
  const Value notes = TRY(get_attribute_or_unbound(thread, original, "__notes__"));
  if (!notes.is_unbound() && is_sequence(notes)) {
    TRY(set_attribute(thread, group, "__notes__", TRY(list_of(thread, notes))));
  }
  return group;
}

struct Split {
  Value match = None, rest = None;
};

Result<Split> split(Thread& thread, Value exception, const Matcher& matcher, bool wants_rest) {
  Split result;
  if (TRY(matches(thread, matcher, exception))) {
    result.match = exception;
    return result;
  }
  if (!is_group(exception)) {
    if (wants_rest) result.rest = exception;
    return result;
  }
  RecursionGuard guard(thread);
  if (guard.is_exceeded(" in exceptiongroup_split_recursive")) return error;
  List& match = *make_list();
  List& rest = *make_list();
  const Tuple& inner = exceptions_of(exception);
  for (size_t i = 0; i < inner.size; ++i) {
    const Split part = TRY(split(thread, inner.items[i], matcher, wants_rest));
    if (!part.match.is_none()) TRY(list_append(thread, match, part.match));
    if (!part.rest.is_none()) TRY(list_append(thread, rest, part.rest));
  }
  result.match = TRY(subset(thread, exception, match));
  if (wants_rest) result.rest = TRY(subset(thread, exception, rest));
  return result;
}

Value split_method(Thread& thread, Value self, Value by) {
  const Matcher matcher = TRY(matcher_for(thread, by));
  const Split result = TRY(split(thread, self, matcher, true));
  return make_tuple({result.match, result.rest});
}

Value subgroup(Thread& thread, Value self, Value by) {
  const Matcher matcher = TRY(matcher_for(thread, by));
  return TRY(split(thread, self, matcher, false)).match;
}

Value class_get_item(Thread& thread, Type& type, Value arguments) { return make_generic_alias(thread, &type, arguments); }

using Group = ExceptionGroupObject;
const MethodRow methods[] = {
    class_method<class_get_item>("!__class_getitem__($type, object, /)", "See PEP 585"),
    method<derive>("!derive($self, excs, /)", "A group with the same message around other exceptions."),
    method<split_method>("!split($self, matcher_value, /)",
                         "Return a pair: the group of what matches, and the group of what does not (or None)."),
    method<subgroup>("!subgroup($self, matcher_value, /)", "Return the group of what matches, or None."),
    read_only_member<Group, &Group::message>("message", "exception message"),
    read_only_member<Group, &Group::exceptions>("exceptions", "nested exceptions"),
};

// --- what except* leaves ---

Status collect_leaves(Thread& thread, Value exception, List& leaves) {
  if (!is_group(exception)) return list_append(thread, leaves, exception);
  RecursionGuard guard(thread);
  if (guard.is_exceeded(" in collect_exception_group_leaf_ids")) return error;
  const Tuple& inner = exceptions_of(exception);
  for (size_t i = 0; i < inner.size; ++i) TRY(collect_leaves(thread, inner.items[i], leaves));
  return nothing;
}

// A part of `original` that was re-raised as it was, rather than a new exception.
bool has_same_metadata(Value exception, Value original) {
  if (!is_group(exception) || !is_group(original)) return false;
  const BaseExceptionObject& a = exception_object(exception);
  const BaseExceptionObject& b = exception_object(original);
  return a.traceback == b.traceback && a.cause == b.cause && a.context == b.context;
}

Value new_group(Thread& thread, const char* message, Value exceptions) {
  return call(thread, &BaseExceptionGroup, {make_str(message), exceptions});
}

}  // namespace

Status split_exception(Thread& thread, Value exception, Value match_type, Value* match, Value* rest) {
  *match = None;
  *rest = exception;
  if (exception.is_none()) return nothing;
  if (matches_type(exception, match_type)) {
    *rest = None;
    *match = exception;
    if (!is_group(exception)) *match = TRY(new_group(thread, "", make_tuple({exception})));
    return nothing;
  }
  if (!is_group(exception)) return nothing;
  const Value pair = TRY(call_method(thread, exception, "split", {match_type}));
  if (!is_exact_tuple(pair) || pair.as<Tuple>()->size != 2) {
    return raise(thread, TypeError, "{}.split must return a 2-tuple", type_of(exception));
  }
  *match = pair.as<Tuple>()->items[0];
  *rest = pair.as<Tuple>()->items[1];
  return nothing;
}

Value prepare_reraise_star(Thread& thread, Value original, List& raised) {
  if (raised.size == 0) return None;
  if (!is_group(original)) return raised.at(0);  // a naked exception: only one clause can have run
  List& new_ones = *make_list();
  List& kept_leaves = *make_list();
  for (size_t i = 0; i < raised.size; ++i) {
    const Value exception = raised.at(i);
    if (exception.is_none()) continue;
    if (has_same_metadata(exception, original)) TRY(collect_leaves(thread, exception, kept_leaves));
    else TRY(list_append(thread, new_ones, exception));
  }
  // What was re-raised keeps its place in the structure of the original group.
  const Matcher matcher{Matcher::Instances, Value(), &kept_leaves};
  const Value reraised = TRY(split(thread, original, matcher, false)).match;
  if (new_ones.size == 0) return reraised;
  if (!reraised.is_none()) TRY(list_append(thread, new_ones, reraised));
  return new_group(thread, "", &new_ones);
}

void customize_group(Kind kind, TypeSpec& spec) {
  if (kind != Kind::BaseExceptionGroup) return;
  spec.instance_bytes = sizeof(ExceptionGroupObject);
  spec.slots.make = make;
  spec.slots.init = base_exception_init;
  spec.slots.str = str_slot;
  spec.methods = methods;
}

}  // namespace minipy
