// _contextvars: variables with a value for each context. PEP 567; library reference, "contextvars".
//
// A context is a dict that is copied when it is changed while shared, so that copying a context,
// which happens for each task, costs nothing.
#include "Modules/native_modules.h"
#include "Objects/container_support.h"
#include "Objects/dict.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/module_kinds.h"
#include "Objects/native.h"

namespace minipy {
namespace {

struct Context : Object {
  static constexpr Kind kKind = ModuleKind::Context;
  Dict* values;
  Value previous;  // of the thread, while this one is entered; empty: none
  bool is_shared;  // `values` may not be changed
  bool is_entered;
};

struct ContextVar : Object {
  Value name;
  Value default_value;  // empty: none
};

struct Token : Object {
  static constexpr Kind kKind = ModuleKind::ContextToken;
  Value context, variable;
  Value old_value;  // empty: there was none
  bool is_used;
};

Value missing_value;  // Token.MISSING

Context& as_context(Value v) { return *v.as<Context>(); }
ContextVar& as_variable(Value v) { return *v.as<ContextVar>(); }
Token& as_token(Value v) { return *v.as<Token>(); }

Context* new_context(Dict* values, bool is_shared) {
  Context* context = allocate<Context>();
  context->values = values;
  context->is_shared = is_shared;
  return context;
}

// A thread gets its context when it first asks for one.
Context& current_context(Thread& thread) {
  if (thread.context.is_empty()) thread.context = Value(new_context(make_dict(), false));
  return as_context(thread.context);
}

Result<Dict*> changeable_values(Thread& thread, Context& context) {
  if (context.is_shared) {
    Dict* copy = dict_copy(*context.values);
    if (!copy) return raise_memory_error(thread);
    context.values = copy;
    context.is_shared = false;
  }
  return context.values;
}

Context* copy_of(Context& context) {
  context.is_shared = true;
  return new_context(context.values, true);
}

Value copy_context(Thread& thread) { return Value(copy_of(current_context(thread))); }

// --- Context ---

Value make_context(Thread& thread, Type&, const Value*, size_t count, Value keyword_names) {
  if (count > 0 || (!keyword_names.is_empty() && keyword_names.as<Tuple>()->size > 0)) {
    return raise(thread, TypeError, "Context() does not accept any arguments");
  }
  return Value(new_context(make_dict(), false));
}

Status check_key(Thread& thread, Value key) {
  if (has_kind(key, ModuleKind::ContextVar)) return nothing;
  return raise(thread, TypeError, "a ContextVar key was expected, got {}", Repr{key});
}

Value get_in_context(Thread& thread, Context& self, Value key, Value fallback) {
  TRY(check_key(thread, key));
  const Value value = TRY(dict_get(thread, *self.values, key));
  return value.is_unbound() ? fallback : value;
}

Value context_item(Thread& thread, Value self, Value key) {
  const Value value = TRY(get_in_context(thread, as_context(self), key, Unbound));
  if (value.is_unbound()) return raise_key_error(thread, key);
  return value;
}

Result<bool> context_contains(Thread& thread, Value self, Value key) {
  return !TRY(get_in_context(thread, as_context(self), key, Unbound)).is_unbound();
}

Result<size_t> context_length(Thread&, Value self) { return size_t{as_context(self).values->count}; }

Value compare_contexts(Thread& thread, Value left, Value right, CompareOp op) {
  if (!has_kind(left, ModuleKind::Context) || !has_kind(right, ModuleKind::Context) ||
      (op != CompareOp::Equal && op != CompareOp::NotEqual)) {
    return NotImplemented;
  }
  return compare(thread, Value(as_context(left).values), Value(as_context(right).values), op);
}

Value copy(Context& self) { return Value(copy_of(self)); }

// Context.run(callable, *args, **kwargs)
Value run(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  if (count < 2) return raise(thread, TypeError, "run() missing 1 required positional argument");
  Context& context = as_context(arguments[0]);
  if (context.is_entered) {
    return raise(thread, RuntimeError, "cannot enter context: {} is already entered", Repr{arguments[0]});
  }
  context.previous = thread.context;
  context.is_entered = true;
  thread.context = arguments[0];
  ++thread.context_version;
  const Value result = call(thread, arguments[1], arguments + 2, count - 2, keyword_names);
  thread.context = context.previous;
  ++thread.context_version;
  context.previous = Value();
  context.is_entered = false;
  return result;
}

// keys(), values() and items() are views that can be walked again and again.
struct ContextView : Object {
  Dict* values;
  size_t position;
};

template <Kind kind>
Value view_of(Context& context) {
  context.is_shared = true;
  ContextView* view = initialize_header<ContextView>(gc_allocate_object(sizeof(ContextView)),
                                                     shape_of_kind(kind), kind, 1);
  view->values = context.values;
  return Value(view);
}

Value iterate_context(Thread&, Value self) { return view_of<ModuleKind::ContextKeys>(as_context(self)); }

template <Kind kind>
Value next_in_view(Thread&, Value self) {
  ContextView& view = *self.as<ContextView>();
  Value key, value;
  if (!dict_next(*view.values, view.position, key, value)) return Unbound;
  return kind == ModuleKind::ContextKeys ? key : kind == ModuleKind::ContextValues ? value : Value(make_tuple({key, value}));
}

Result<size_t> view_length(Thread&, Value self) { return size_t{self.as<ContextView>()->values->count}; }

Value same(Thread&, Value self) { return self; }

template <Kind kind>
void define_view() {
  TypeSlots slots{};
  slots.iterate = same;
  slots.next = next_in_view<kind>;
  slots.map_length = view_length;
  define_type(kind, {.instance_bytes = sizeof(ContextView), .flags = Type::kDisallowInstantiation, .slots = slots});
}

const MethodRow context_methods[] = {
    method<get_in_context>("get($self, key, default=None, /)", "The value of a variable, or default if it has none."),
    method<view_of<ModuleKind::ContextItems>>("items($self, /)", "Pairs of a variable and its value."),
    method<view_of<ModuleKind::ContextKeys>>("keys($self, /)", "The variables that have a value."),
    method<view_of<ModuleKind::ContextValues>>("values($self, /)", "The values of the variables."),
    method<copy>("copy($self, /)", "A context with the same values."),
    raw_method(run, "run", "Call a function in this context."),
};

// --- ContextVar ---

Value make_variable(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  const size_t keywords = keyword_names.is_empty() ? 0 : keyword_names.as<Tuple>()->size;
  if (count + keywords > 2) {
    return raise(thread, TypeError, "ContextVar() takes at most 2 arguments ({} given)", count + keywords);
  }
  if (count == 0) return raise(thread, TypeError, "ContextVar() takes exactly 1 positional argument (0 given)");
  if (count > 1) return raise(thread, TypeError, "ContextVar() takes at most 1 positional argument ({} given)", count);
  if (keywords == 1 && !equal(keyword_names.as<Tuple>()->items[0].as<Str>(), "default")) {
    return raise(thread, TypeError, "'{}' is an invalid keyword argument for ContextVar()",
                 keyword_names.as<Tuple>()->items[0]);
  }
  if (!is_str(arguments[0])) return raise(thread, TypeError, "context variable name must be a str");
  ContextVar* variable = allocate_instance_as<ContextVar>(type);
  if (!variable) return error;
  variable->name = arguments[0];
  if (keywords == 1) variable->default_value = arguments[count];
  return Value(variable);
}

Value get_variable(Thread& thread, ContextVar& self, Value fallback) {
  const Value variable(&self);
  if (!thread.context.is_empty()) {
    const Value value = TRY(dict_get(thread, *as_context(thread.context).values, variable));
    if (!value.is_unbound()) return value;
  }
  if (!fallback.is_empty()) return fallback;
  if (!self.default_value.is_empty()) return self.default_value;
  return raise_value(thread, LookupError, variable);
}

Value set_variable(Thread& thread, ContextVar& self, Value value) {
  const Value variable(&self);
  Context& context = current_context(thread);
  const Value old = TRY(dict_get(thread, *context.values, variable));
  Token* token = allocate<Token>();
  token->context = Value(&context);
  token->variable = variable;
  if (!old.is_unbound()) token->old_value = old;
  TRY(dict_set(thread, *TRY(changeable_values(thread, context)), variable, value));
  ++thread.context_version;
  return Value(token);
}

Status reset_variable(Thread& thread, ContextVar& self, Value argument) {
  const Value variable(&self);
  if (!has_kind(argument, ModuleKind::ContextToken)) {
    return raise(thread, TypeError, "expected an instance of Token, got {}", Repr{argument});
  }
  Token& token = as_token(argument);
  if (token.is_used) return raise(thread, RuntimeError, "{} has already been used once", Repr{argument});
  if (token.variable != variable) {
    return raise(thread, ValueError, "{} was created by a different ContextVar", Repr{argument});
  }
  Context& context = current_context(thread);
  if (token.context != Value(&context)) {
    return raise(thread, ValueError, "{} was created in a different Context", Repr{argument});
  }
  token.is_used = true;
  ++thread.context_version;
  Dict* values = TRY(changeable_values(thread, context));
  if (!token.old_value.is_empty()) return dict_set(thread, *values, variable, token.old_value);
  if (!TRY(dict_delete(thread, *values, variable))) return raise_value(thread, LookupError, variable);
  return nothing;
}

Result<Str*> address_text(Thread& thread, Value object) {
  char text[32];
  std::snprintf(text, sizeof text, "%p", static_cast<void*>(object.object()));
  (void)thread;
  return make_str(text);
}

Value repr_variable(Thread& thread, Value self) {
  const ContextVar& variable = as_variable(self);
  const Str* address = TRY(address_text(thread, self));
  if (variable.default_value.is_empty()) {
    return format_message(thread, "<ContextVar name={} at {}>", {Repr{variable.name}, address});
  }
  return format_message(thread, "<ContextVar name={} default={} at {}>",
                        {Repr{variable.name}, Repr{variable.default_value}, address});
}

Value variable_name(ContextVar& self) { return self.name; }

const MethodRow variable_methods[] = {
    method<get_variable>("get($self, default=<unrepresentable>, /)",
                         "The value in the current context; else default, else the variable's default.\n\n"
                         "LookupError if there is none of them."),
    method<set_variable>("set($self, value, /)", "Set the value in the current context; the token undoes it."),
    method<reset_variable>("reset($self, token, /)", "Undo the set() that returned token."),
    class_method<class_getitem>("!__class_getitem__($type, object, /)", "See PEP 585"),
    member<variable_name>("name", ""),
};

// --- Token ---

Value make_token(Thread& thread, Type&, const Value*, size_t, Value) {
  return raise(thread, RuntimeError, "Tokens can only be created by ContextVars");
}

Value repr_token(Thread& thread, Value self) {
  const Token& token = as_token(self);
  const Str* address = TRY(address_text(thread, self));
  return format_message(thread, "<Token{} var={} at {}>", {token.is_used ? " used" : "", Repr{token.variable}, address});
}

Value token_variable(Token& self) { return self.variable; }
Value token_old_value(Token& self) { return self.old_value.is_empty() ? missing_value : self.old_value; }

const MethodRow token_methods[] = {
    class_method<class_getitem>("!__class_getitem__($type, object, /)", "See PEP 585"),
    getter<token_variable>("var", ""),
    getter<token_old_value>("old_value", ""),
};

Value repr_missing(Thread&, Value) { return Value(make_str("<Token.MISSING>")); }

void define_context_type() {
  TypeSlots slots{};
  slots.hash = hash_not_implemented;
  slots.compare = compare_contexts;
  slots.iterate = iterate_context;
  slots.make = make_context;
  slots.map_length = context_length;
  slots.map_item = context_item;
  slots.contains = context_contains;
  define_type(ModuleKind::Context, {.instance_bytes = sizeof(Context), .flags = Type::kHasWeakReferences, .slots = slots,
                              .methods = context_methods});
  define_view<ModuleKind::ContextKeys>();
  define_view<ModuleKind::ContextValues>();
  define_view<ModuleKind::ContextItems>();
}

void define_variable_types() {
  TypeSlots variable{};
  variable.repr = repr_variable;
  variable.make = make_variable;
  define_type(ModuleKind::ContextVar, {.instance_bytes = sizeof(ContextVar), .slots = variable, .methods = variable_methods});
  TypeSlots token{};
  token.repr = repr_token;
  token.hash = hash_not_implemented;
  token.make = make_token;
  define_type(ModuleKind::ContextToken, {.instance_bytes = sizeof(Token), .slots = token, .methods = token_methods});
  TypeSlots missing{};
  missing.repr = repr_missing;
  define_type(ModuleKind::ContextTokenMissing, {.flags = Type::kDisallowInstantiation, .slots = missing});
  missing_value = Value(initialize_header<Object>(gc_allocate_object(sizeof(Object)),
                                                  shape_of_kind(ModuleKind::ContextTokenMissing),
                                                  ModuleKind::ContextTokenMissing, 0));
  dict_set_str(type_dict(type_of_kind(ModuleKind::ContextToken)), "MISSING", missing_value);
}

const MethodRow functions[] = {
    function<copy_context>("copy_context($module, /)", "A copy of the current context."),
};

Status initialize(Thread&, Module& module) {
  define_context_type();
  define_variable_types();
  for (const Kind kind : {ModuleKind::Context, ModuleKind::ContextVar, ModuleKind::ContextToken}) {
    module_add_type(module, type_of_kind(kind));
  }
  return nothing;
}

}  // namespace

extern const ModuleSpec contextvars_module{"_contextvars", "Context variables.", functions, initialize};

}  // namespace minipy
