// BaseException, and the rows of exceptions.def. Library reference, "Built-in Exceptions".
#include "Objects/exception.h"

#include <array>

#include "Objects/dict.h"
#include "Objects/exception_types.h"
#include "Objects/gc.h"
#include "Objects/initialize.h"
#include "Objects/list.h"
#include "Objects/make_class.h"
#include "Objects/native.h"
#include "Objects/number_text.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {

Value allocate_exception(Thread& thread, Type& type, Tuple* arguments) {
  Object* cell = allocate_instance(type);
  if (!cell) return raise_memory_error(thread);
  auto* object = static_cast<BaseExceptionObject*>(cell);
  object->arguments = arguments;
  object->traceback = object->context = object->cause = None;
  return object;
}

Value base_exception_make(Thread& thread, Type& type, const Value* arguments, size_t count, Value) {
  return allocate_exception(thread, type, make_tuple(arguments, count));
}

Status base_exception_init(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  if (!keyword_names.is_empty() && keyword_names.as<Tuple>()->size) {
    return raise(thread, TypeError, "{}() takes no keyword arguments", type_of(self));
  }
  Tuple*& own = exception_object(self).arguments;
  // Usually __new__ has just put the same values there.
  if (own->size != count || !std::equal(arguments, arguments + count, own->items)) own = make_tuple(arguments, count);
  return nothing;
}

Value base_exception_str(Thread& thread, Value self) {
  const Tuple& arguments = *exception_object(self).arguments;
  if (arguments.size == 0) return empty_str();
  if (arguments.size == 1) return TRY(str(thread, arguments.items[0]));
  return TRY(str(thread, &arguments));
}

Value exception_state_dict(Thread& thread, Value self) {
  const Value dict = TRY(instance_dict(thread, self));
  if (!is_dict(dict) || dict.as<Dict>()->count == 0) return None;
  return dict;
}

Status take_keywords(Thread& thread, const char* function, const Value* arguments, size_t count, Value keyword_names,
                     std::initializer_list<const char*> names, Value* values) {
  if (keyword_names.is_empty()) return nothing;
  const Tuple& given = *keyword_names.as<Tuple>();
  if (given.size > names.size()) {
    return raise(thread, TypeError, "{}() takes at most {} keyword argument{} ({} given)", function, names.size(),
                 names.size() == 1 ? "" : "s", given.size);
  }
  for (size_t i = 0; i < given.size; ++i) {
    const Str* name = given.items[i].as<Str>();
    size_t at = 0;
    for (const char* known : names) {
      if (equal(name, known)) break;
      ++at;
    }
    if (at == names.size()) {
      return raise(thread, TypeError, "'{}' is an invalid keyword argument for {}()", name, function);
    }
    values[at] = arguments[count + i];
  }
  return nothing;
}

namespace {

Value repr_slot(Thread& thread, Value self) {
  const Tuple& arguments = *exception_object(self).arguments;
  const Value name = type_of(self).name;
  if (arguments.size == 1) return format_message(thread, "{}({})", {name, Repr{arguments.items[0]}});
  return format_message(thread, "{}{}", {name, Repr{&arguments}});
}

// --- methods ---

Value reduce(Thread& thread, Value self) {
  const Value dict = TRY(exception_state_dict(thread, self));
  const Value type = &type_of(self), arguments = exception_object(self).arguments;
  return dict.is_none() ? make_tuple({type, arguments}) : make_tuple({type, arguments, dict});
}

Status set_state(Thread& thread, Value self, Value state) {
  if (state.is_none()) return nothing;
  if (!is_dict(state)) return raise(thread, TypeError, "state is not a dictionary");
  const Dict& dict = *state.as<Dict>();
  Value key, value;
  for (size_t position = 0; dict_next(dict, position, key, value);) {
    if (!is_str(key)) return raise(thread, TypeError, "attribute name must be string, not '{}'", type_of(key));
    TRY(set_attribute(thread, self, key.as<Str>(), value));
  }
  return nothing;
}

Status set_traceback(Thread& thread, Value self, Value traceback) {
  if (traceback.is_empty()) return raise(thread, TypeError, "__traceback__ may not be deleted");
  if (!traceback.is_none() && !has_kind(traceback, Kind::Traceback)) {
    return raise(thread, TypeError, "__traceback__ must be a traceback or None");
  }
  exception_object(self).traceback = traceback;
  return nothing;
}

Value with_traceback(Thread& thread, Value self, Value traceback) {
  TRY(set_traceback(thread, self, traceback));
  return self;
}

Status add_note(Thread& thread, Value self, Value note) {
  if (!is_str(note)) return raise(thread, TypeError, "note must be a str, not '{}'", type_of(note));
  Value notes = TRY(get_attribute_or_unbound(thread, self, "__notes__"));
  if (notes.is_unbound()) {
    notes = make_list();
    TRY(set_attribute(thread, self, "__notes__", notes));
  } else if (!is_list(notes)) {
    return raise(thread, TypeError, "Cannot add note: __notes__ is not a list");
  }
  return list_append(thread, *notes.as<List>(), note);
}

// --- attributes ---

Value get_dict(Thread& thread, Value self) { return instance_dict(thread, self); }

Value get_arguments(Value self) { return exception_object(self).arguments; }
Status set_arguments(Thread& thread, Value self, Value value) {
  if (value.is_empty()) return raise(thread, TypeError, "args may not be deleted");
  exception_object(self).arguments = TRY(tuple_of(thread, value));
  return nothing;
}

Value get_traceback(Value self) { return exception_object(self).traceback; }
Value get_context(Value self) { return exception_object(self).context; }
Value get_cause(Value self) { return exception_object(self).cause; }

Status check_linked(Thread& thread, Value value, const char* attribute, const char* what) {
  if (value.is_empty()) return raise(thread, TypeError, "{} may not be deleted", attribute);
  if (value.is_none() || is_exception(value)) return nothing;
  return raise(thread, TypeError, "exception {} must be None or derive from BaseException", what);
}
Status set_context_attribute(Thread& thread, Value self, Value value) {
  TRY(check_linked(thread, value, "__context__", "context"));
  exception_object(self).context = value;
  return nothing;
}
Status set_cause_attribute(Thread& thread, Value self, Value value) {
  TRY(check_linked(thread, value, "__cause__", "cause"));
  exception_object(self).cause = value;
  exception_object(self).suppress_context = true;
  return nothing;
}

bool get_suppress_context(Value self) { return exception_object(self).suppress_context; }
Status set_suppress_context(Thread& thread, Value self, Value value) {
  if (value.is_empty()) return raise(thread, TypeError, "can't delete numeric/char attribute");
  if (!value.is_bool()) return raise(thread, TypeError, "attribute value type must be bool");
  exception_object(self).suppress_context = value.as_bool();
  return nothing;
}

const MethodRow methods[] = {
    method<reduce>("!__reduce__($self, /)", ""),
    method<set_state>("!__setstate__($self, state, /)", ""),
    method<with_traceback>("!with_traceback($self, tb, /)", "Set self.__traceback__ to tb and return self."),
    method<add_note>("!add_note($self, note, /)", "Add a note, to be shown below the message."),
    member<get_suppress_context>("__suppress_context__", "", set_suppress_context),
    getter<get_dict>("__dict__", "", set_instance_dict),
    getter<get_arguments>("args", "", set_arguments),
    getter<get_traceback>("__traceback__", "", set_traceback),
    getter<get_context>("__context__", "exception context", set_context_attribute),
    getter<get_cause>("__cause__", "exception cause", set_cause_attribute),
};

struct Row {
  Kind kind;
  const char* doc;
};
constexpr Row rows[] = {
#define EXCEPTION(name, base, doc) {Kind::name, doc},
#include "Objects/exceptions.def"
#undef EXCEPTION
};

}  // namespace

void define_exception_types() {
  for (const auto& row : rows) {
    TypeSpec spec;
    const Kind kind = row.kind;
    const Type* base = type_of_kind(kind).base;
    spec.doc = *row.doc ? row.doc : nullptr;
    spec.flags = Type::kBaseType | Type::kBaseException;
    spec.instance_bytes = kind == Kind::BaseException ? sizeof(BaseExceptionObject) : base->spec->instance_bytes;
    if (kind == Kind::BaseException) {
      spec.attributes_word = WORD_OF(BaseExceptionObject, attributes);
      spec.methods = methods;
      spec.slots.repr = repr_slot;
      spec.slots.str = base_exception_str;
      spec.slots.make = base_exception_make;
      spec.slots.init = base_exception_init;
      spec.slots.get_attribute = generic_get_attribute;
      spec.slots.set_attribute = generic_set_attribute;
    }
    customize_details(kind, spec);
    customize_syntax_error(kind, spec);
    customize_os_error(kind, spec);
    customize_unicode_error(kind, spec);
    customize_group(kind, spec);
    // Each class but the groups shows an __init__ of its own, those that add nothing a __new__ too.
    const bool is_group = kind == Kind::BaseExceptionGroup || kind == Kind::ExceptionGroup;
    if (!spec.slots.init && !is_group) {
      spec.slots.init = base->slots.init;
      if (spec.slots.init == base_exception_init && kind != Kind::KeyError) spec.slots.make = base_exception_make;
    }
    define_type(kind, spec);
  }
  // The only builtin class with two bases.
  Type& group = type_of_kind(Kind::ExceptionGroup);
  group.bases = make_tuple({group.base, &Exception});
  group.mro = make_tuple({&group, group.base, &Exception, &BaseException, &type_of_kind(Kind::Object)});
  MUST(add_subclass(Exception, group), "there is memory when the program starts");
}

}  // namespace minipy
