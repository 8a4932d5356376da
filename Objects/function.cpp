// Python functions, the methods that bind them, and cells. Data model reference 3.2.
#include "Objects/function.h"

#include "Objects/address_text.h"
#include "Objects/audit.h"
#include "Objects/dict.h"
#include "Objects/gc.h"
#include "Objects/initialize.h"
#include "Objects/make_class.h"
#include "Objects/module.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/slot_trampolines.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {

CallSlot call_function_hook;

Value (*calling_builtins_hook)(Thread& thread);

namespace {

// --- function ---

Value function_call(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  return call_function_hook(thread, self, arguments, count, keyword_names);
}

Value function_get(Thread&, Value self, Value instance, Value) {
  if (instance.is_empty() || instance.is_none()) return self;
  return make_bound_method(self, instance);
}

Value function_repr(Thread& thread, Value self) {
  const AddressText address(self);
  return format_message(thread, "<function {} at {}>", {self.as<Function>()->qualified_name(), address.text()});
}

Status check_closure(Thread& thread, Code& code, Value closure) {
  const size_t wanted = static_cast<size_t>(code.free_count);
  if (!is_tuple(closure)) {
    if (wanted && closure.is_none()) return raise(thread, TypeError, "arg 5 (closure) must be tuple");
    if (!closure.is_none()) return raise(thread, TypeError, "arg 5 (closure) must be None or tuple");
  }
  const size_t given = is_tuple(closure) ? closure.as<Tuple>()->size : 0;
  if (given != wanted) {
    return raise(thread, ValueError, "{} requires closure of length {}, not {}", code.name(), wanted, given);
  }
  for (size_t i = 0; i < given; ++i) {
    const Value cell = closure.as<Tuple>()->items[i];
    if (!is_exact(cell, Kind::Cell)) {
      return raise(thread, TypeError, "arg 5 (closure) expected cell, found {}", type_of(cell));
    }
  }
  return nothing;
}

Value make_from_python(Thread& thread, Code& code, Dict& globals, Value name, Value defaults, Value closure) {
  if (!name.is_none() && !is_str(name)) return raise(thread, TypeError, "arg 3 (name) must be None or string");
  if (!defaults.is_none() && !is_tuple(defaults)) {
    return raise(thread, TypeError, "arg 4 (defaults) must be None or tuple");
  }
  TRY(check_closure(thread, code, closure));
  if (audit_hook) TRY(audit_hook(thread, "function.__new__", {&code}));
  Function* function = make_function(thread, code, globals);
  if (!name.is_none()) details_of(*function).name = name;
  function->defaults = defaults;
  function->closure = closure;
  return function;
}

const MethodRow constructor_row = function<make_from_python>(
    "function(code, globals, name=None, argdefs=None, closure=None)", "");

Value function_new(Thread& thread, Type&, const Value* arguments, size_t count, Value keyword_names) {
  return call_row(thread, constructor_row, Value(), arguments, count, keyword_names);
}

// Machine code knows what functions it calls; it compares the epoch.
void function_modified() { ++class_epoch; }

Value get_code(Thread& thread, Function& function) {
  TRY(audit_read(thread, &function, "__code__"));
  return function.code;
}
Status set_code(Thread& thread, Value self, Value value) {
  TRY(audit_change(thread, self, "__code__", value));
  if (!is_exact(value, Kind::Code)) return raise(thread, TypeError, "__code__ must be set to a code object");
  Function& function = *self.as<Function>();
  const size_t wanted = static_cast<size_t>(value.as<Code>()->free_count);
  const size_t has = is_tuple(function.closure) ? function.closure.as<Tuple>()->size : 0;
  if (wanted != has) {
    return raise(thread, ValueError, "{}() requires a code object with {} free vars, not {}", function.name(), has, wanted);
  }
  details_of(function);  // from the code object of before
  function.code = value.as<Code>();
  function_modified();
  return nothing;
}

Value get_defaults(Thread& thread, Function& function) {
  TRY(audit_read(thread, &function, "__defaults__"));
  return function.defaults;
}
Status set_defaults(Thread& thread, Value self, Value value) {
  TRY(audit_change(thread, self, "__defaults__", value));
  if (value.is_empty()) value = None;
  if (!value.is_none() && !is_tuple(value)) return raise(thread, TypeError, "__defaults__ must be set to a tuple object");
  self.as<Function>()->defaults = value;
  function_modified();
  return nothing;
}

Value get_keyword_defaults(Thread& thread, Function& function) {
  TRY(audit_read(thread, &function, "__kwdefaults__"));
  return function.keyword_defaults;
}
Status set_keyword_defaults(Thread& thread, Value self, Value value) {
  TRY(audit_change(thread, self, "__kwdefaults__", value));
  if (value.is_empty()) value = None;
  if (!value.is_none() && !is_dict(value)) return raise(thread, TypeError, "__kwdefaults__ must be set to a dict object");
  self.as<Function>()->keyword_defaults = value;
  function_modified();
  return nothing;
}

// MAKE_FUNCTION leaves a tuple of names and values; it becomes a dict when somebody asks.
Value get_annotations(Thread& thread, Function& function) {
  Value& annotations = details_of(function).annotations;
  if (annotations.is_empty() || annotations.is_none()) {
    annotations = make_dict();
  } else if (is_tuple(annotations)) {
    Dict* dict = make_dict();
    const Tuple& pairs = *annotations.as<Tuple>();
    for (size_t i = 0; i + 1 < pairs.size; i += 2) TRY(dict_set(thread, *dict, pairs.items[i], pairs.items[i + 1]));
    annotations = dict;
  }
  return annotations;
}
Status set_annotations(Thread& thread, Value self, Value value) {
  if (value.is_empty() || value.is_none()) {
    details_of(*self.as<Function>()).annotations = Value();
    return nothing;
  }
  if (!is_dict(value)) return raise(thread, TypeError, "__annotations__ must be set to a dict object");
  details_of(*self.as<Function>()).annotations = value;
  return nothing;
}

Value get_name(Function& function) { return function.name(); }
Status set_name(Thread& thread, Value self, Value value) {
  if (value.is_empty() || !is_str(value)) return raise(thread, TypeError, "__name__ must be set to a string object");
  details_of(*self.as<Function>()).name = value;
  return nothing;
}
Value get_qualified_name(Function& function) { return function.qualified_name(); }
Status set_qualified_name(Thread& thread, Value self, Value value) {
  if (value.is_empty() || !is_str(value)) return raise(thread, TypeError, "__qualname__ must be set to a string object");
  details_of(*self.as<Function>()).qualified_name = value;
  return nothing;
}

Value get_closure(Function& function) { return function.closure; }
Value get_doc(Function& function) { return function.doc(); }
Status set_doc(Thread&, Value self, Value value) {
  details_of(*self.as<Function>()).doc = value.is_empty() ? None : value;
  return nothing;
}
Value get_globals(Function& function) { return function.globals; }
Value get_builtins(Function& function) { return function.builtins; }
Value get_module(Function& function) { return function.module; }
Status set_module(Thread&, Value self, Value value) {
  self.as<Function>()->module = value.is_empty() ? None : value;
  return nothing;
}
Value get_dict(Thread& thread, Value self) { return instance_dict(thread, self); }
Status set_dict(Thread& thread, Value self, Value value) {
  if (value.is_empty()) return raise(thread, TypeError, "cannot delete __dict__");
  return set_instance_dict(thread, self, value);
}

const MethodRow function_rows[] = {
    getter<get_code>("__code__", nullptr, set_code),
    getter<get_defaults>("__defaults__", nullptr, set_defaults),
    getter<get_keyword_defaults>("__kwdefaults__", nullptr, set_keyword_defaults),
    getter<get_annotations>("__annotations__", nullptr, set_annotations),
    getter<get_dict>("__dict__", nullptr, set_dict),
    getter<get_name>("__name__", nullptr, set_name),
    getter<get_qualified_name>("__qualname__", nullptr, set_qualified_name),
    member<get_closure>("__closure__", nullptr),
    member<get_doc>("__doc__", nullptr, set_doc),
    member<get_globals>("__globals__", nullptr),
    member<get_module>("__module__", nullptr, set_module),
    member<get_builtins>("__builtins__", nullptr),
};

const TypeSpec function_spec = {
    .doc = "function(code, globals, name=None, argdefs=None, closure=None)\n--\n\n"
           "A Python function, made of a code object and the globals it runs in.",
    .instance_bytes = sizeof(Function),
    .flags = Type::kMethodDescriptor | Type::kHasWeakReferences,
    .slots = {.repr = function_repr, .call = function_call, .get_descriptor = function_get, .make = function_new},
    .methods = function_rows,
    .attributes_word = WORD_OF(Function, attributes),
};

// --- method ---

Value method_call(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  const BoundMethod& method = *self.as<BoundMethod>();
  const size_t keywords = keyword_names.is_empty() ? 0 : keyword_names.as<Tuple>()->size;
  constexpr size_t kFew = 8;
  Value few[kFew];
  GcVector many;
  Value* with_self = few;
  if (count + keywords + 1 > kFew) {
    many.resize(count + keywords + 1);
    with_self = many.data();
  }
  with_self[0] = method.self;
  for (size_t i = 0; i < count + keywords; ++i) with_self[i + 1] = arguments[i];
  return call(thread, method.function, with_self, count + 1, keyword_names);
}

Value method_new(Thread& thread, Type&, const Value* arguments, size_t count, Value keyword_names) {
  if (!keyword_names.is_empty() && keyword_names.as<Tuple>()->size) {
    return raise(thread, TypeError, "method() takes no keyword arguments");
  }
  if (count != 2) return raise(thread, TypeError, "method expected 2 arguments, got {}", count);
  if (!is_callable(arguments[0])) return raise(thread, TypeError, "first argument must be callable");
  if (arguments[1].is_none()) return raise(thread, TypeError, "instance must not be None");
  return make_bound_method(arguments[0], arguments[1]);
}

// A bound method shows its function's attributes.
Value method_get_attribute(Thread& thread, Value self, Value name) {
  if (!is_str(name)) return raise(thread, TypeError, "attribute name must be string, not '{}'", type_of(name));
  Str* key = intern_name(name.as<Str>());
  const Value found = lookup_in_type(type_of(self), key);
  if (!found.is_unbound()) {
    if (GetDescriptorSlot get = type_of(found).slots.get_descriptor) return get(thread, found, self, &type_of(self));
    return found;
  }
  return get_attribute(thread, self.as<BoundMethod>()->function, key);
}

Value method_repr(Thread& thread, Value self) {
  const BoundMethod& method = *self.as<BoundMethod>();
  Value name = TRY(get_attribute_or_unbound(thread, method.function, "__qualname__"));
  if (name.is_unbound()) name = TRY(get_attribute_or_unbound(thread, method.function, "__name__"));
  if (name.is_unbound() || !is_str(name)) name = intern("?");
  return format_message(thread, "<bound method {} of {}>", {name, Repr{method.self}});
}

Value method_compare(Thread&, Value left, Value right, CompareOp op) {
  const bool comparable = (op == CompareOp::Equal || op == CompareOp::NotEqual) && is_exact(right, Kind::BoundMethod);
  if (!comparable) return NotImplemented;
  const BoundMethod &a = *left.as<BoundMethod>(), &b = *right.as<BoundMethod>();
  const bool same = a.function == b.function && a.self == b.self;
  return Value::from_bool(same == (op == CompareOp::Equal));
}

Result<int64_t> method_hash(Thread& thread, Value self) {
  const BoundMethod& method = *self.as<BoundMethod>();
  const int64_t function = TRY(hash(thread, method.function));
  const int64_t result = static_cast<int64_t>(method.self.bits() >> 4) ^ function;
  return result == -1 ? -2 : result;
}

Value get_function(BoundMethod& method) { return method.function; }
Value get_self(BoundMethod& method) { return method.self; }
Value get_method_doc(Thread& thread, BoundMethod& method) {
  const Value doc = TRY(get_attribute_or_unbound(thread, method.function, "__doc__"));
  return doc.is_unbound() ? None : doc;
}
Value method_reduce(Thread& thread, BoundMethod& method) {
  const Value getattr = TRY(import_attribute(thread, "builtins", "getattr"));
  const Value name = TRY(get_attribute(thread, method.function, "__name__"));
  return make_tuple({getattr, make_tuple({method.self, name})});
}

const MethodRow method_rows[] = {
    method<method_reduce>("__reduce__($self, /)", "Return what pickle needs."),
    member<get_function>("__func__", "the function that implements a method"),
    member<get_self>("__self__", "the instance to which a method is bound"),
    getter<get_method_doc>("__doc__", nullptr),
};

const TypeSpec method_spec = {
    .doc = "method(function, instance)\n--\n\nA function bound to an instance, which it gets as first argument.",
    .instance_bytes = sizeof(BoundMethod),
    .flags = Type::kHasWeakReferences,
    .slots = {.repr = method_repr,
              .hash = method_hash,
              .call = method_call,
              .get_attribute = method_get_attribute,
              .set_attribute = generic_set_attribute,
              .compare = method_compare,
              .make = method_new},
    .methods = method_rows,
};

// --- cell ---

Value cell_new(Thread& thread, Type&, const Value* arguments, size_t count, Value) {
  if (count > 1) return raise(thread, TypeError, "cell expected at most 1 argument, got {}", count);
  return make_cell(count ? arguments[0] : Unbound);
}

Value cell_repr(Thread& thread, Value self) {
  const Value contents = self.as<Cell>()->contents;
  const AddressText address(self);
  if (contents.is_unbound()) return format_message(thread, "<cell at {}: empty>", {address.text()});
  const AddressText held(contents);
  return format_message(thread, "<cell at {}: {} object at {}>", {address.text(), type_of(contents), held.text()});
}

Value cell_compare(Thread& thread, Value left, Value right, CompareOp op) {
  if (!is_exact(right, Kind::Cell)) return NotImplemented;
  const Value a = left.as<Cell>()->contents, b = right.as<Cell>()->contents;
  if (!a.is_unbound() && !b.is_unbound()) return compare(thread, a, b, op);
  // Empty cells come before full ones.
  return compare(thread, Value::from_bool(b.is_unbound()), Value::from_bool(a.is_unbound()), op);
}

Value get_contents(Thread& thread, Cell& cell) {
  if (cell.contents.is_unbound()) return raise(thread, ValueError, "Cell is empty");
  return cell.contents;
}
Status set_contents(Thread&, Value self, Value value) {
  self.as<Cell>()->contents = value.is_empty() ? Unbound : value;
  return nothing;
}

const MethodRow cell_rows[] = {
    getter<get_contents>("cell_contents", nullptr, set_contents),
};
const TypeSpec cell_spec = {
    .doc = "cell([contents])\n--\n\nHolds a variable that inner functions share.",
    .instance_bytes = sizeof(Cell),
    .slots = {.repr = cell_repr, .hash = hash_not_implemented, .compare = cell_compare, .make = cell_new},
    .methods = cell_rows,
};

// Those of the code that makes the function.
Value inherited_builtins(Thread& thread) {
  const Value calling = calling_builtins_hook ? calling_builtins_hook(thread) : Unbound;
  return calling.is_unbound() ? default_builtins() : calling;
}

}  // namespace

Cell* make_cell(Value contents) {
  Cell* cell = allocate<Cell>();
  cell->contents = contents;
  return cell;
}

Value Function::name() const { return details ? details->name : Value(code->name()); }
Value Function::qualified_name() const { return details ? details->qualified_name : Value(code->qualified_name()); }
Value Function::doc() const {
  if (details) return details->doc;
  const Value first = code->constants()->size ? code->constants()->items[0] : None;
  return is_str(first) ? first : None;
}

FunctionDetails& details_of(Function& function) {
  if (!function.details) {
    auto* details = static_cast<FunctionDetails*>(gc_allocate_scanned_buffer(sizeof(FunctionDetails)));
    *details = {function.name(), function.qualified_name(), function.doc(), Value()};
    function.details = details;
  }
  return *function.details;
}

namespace {

// Where the globals that functions were made for last have what functions take from them.
struct KnownGlobals {
  uint64_t version;  // of the dict: no other dict has it
  int64_t builtins, name;  // entries, or -1
};

const KnownGlobals& look_into(const Dict& globals) {
  static KnownGlobals known{~uint64_t{0}, -1, -1};
  if (known.version != globals.version) {
    known = {globals.version, dict_find_str(globals, special_name<"__builtins__">()),
             dict_find_str(globals, special_name<"__name__">())};
  }
  return known;
}

}  // namespace

Function* make_function(Thread& thread, Code& code, Dict& globals) {
  const KnownGlobals& known = look_into(globals);
  const Value builtins = known.builtins < 0 ? Unbound : globals.entries[known.builtins].value;
  Function* function = allocate<Function>();
  function->code = &code;
  function->globals = &globals;
  function->builtins = is_dict(builtins)                  ? builtins
                       : has_kind(builtins, Kind::Module) ? instance_dict_of_module(builtins)
                       : builtins.is_unbound()            ? inherited_builtins(thread)
                                                          : builtins;
  function->module = known.name < 0 ? None : globals.entries[known.name].value;
  function->defaults = function->keyword_defaults = function->closure = None;
  return function;
}

BoundMethod* make_bound_method(Value function, Value self) {
  BoundMethod* method = allocate<BoundMethod>();
  method->function = function;
  method->self = self;
  return method;
}

void define_function_types() {
  define_type(Kind::Function, function_spec);
  define_type(Kind::BoundMethod, method_spec);
  define_type(Kind::Cell, cell_spec);
  define_builtin_function_type();
  define_code_types();
}

}  // namespace minipy
