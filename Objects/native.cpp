// Calling C++ functions from Python: the row's binder with bound arguments; and conversions.
#include "Objects/native_defaults.h"

#include "Objects/address_text.h"
#include "Objects/float.h"
#include "Objects/function.h"
#include "Objects/gc.h"
#include "Objects/initialize.h"
#include "Objects/int.h"
#include "Objects/make_class.h"
#include "Objects/module.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/slot_rows.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {

namespace {

constexpr int kFewParameters = 6;

// Whether keyword-only parameters, of which none is given, may all be left out.
bool are_keywords_optional(const Signature& signature) {
  for (int i = signature.positional; i < signature.count; ++i) {
    if (!signature.parameters[i].has_default) return false;
  }
  return true;
}

[[gnu::noinline]] Value bind_and_call(Thread& thread, const MethodRow& row,
                                      const Signature& signature, Value callee,
                                      const Value* arguments, size_t count, Value keyword_names) {
  Value values[Signature::kMaxParameters];
  BoundArguments bound;
  TRY(bind_arguments(thread, signature, callee, arguments, count, keyword_names, values, bound));
  return row.binder(thread, bound, row);
}

}  // namespace

bool may_leave_out_rest(const Signature& signature, size_t count) {
  return count >= static_cast<size_t>(signature.required) && count <= static_cast<size_t>(signature.positional) &&
         signature.count <= kFewParameters && !signature.has_rest && !signature.has_keywords &&
         are_keywords_optional(signature);
}

[[gnu::noinline]] Value call_with_defaults(Thread& thread, const MethodRow& row, const Value* arguments, size_t count) {
  const Signature& signature = row.parsed ? *row.parsed : signature_of(row);
  Value values[kFewParameters];
  for (size_t i = 0; i < count; ++i) {
    values[i] = arguments[i];
    asm("");  // a call of memcpy() would cost more than the few words do
  }
  for (int i = static_cast<int>(count); i < signature.count; ++i) values[i] = signature.parameters[i].default_value;
  return row.binder(thread, {values, {}, nullptr}, row);
}

Value call_row(Thread& thread, const MethodRow& row, Value callee, const Value* arguments,
               size_t argument_count, Value keyword_names) {
  if (row.raw) return row.raw(thread, arguments, argument_count, keyword_names);
  const Signature& signature = signature_of(row);
  // All given by position, nothing to fill in: the arguments are used where they stand.
  if (keyword_names.is_empty() && signature.positional == signature.count &&
      argument_count == static_cast<size_t>(signature.count)) [[likely]] {
    return row.binder(thread, {arguments, {}, nullptr}, row);
  }
  if (keyword_names.is_empty() && may_leave_out_rest(signature, argument_count)) {
    return call_with_defaults(thread, row, arguments, argument_count);
  }
  return bind_and_call(thread, row, signature, callee, arguments, argument_count, keyword_names);
}

// --- conversions ---

Result<int64_t> argument_int64(Thread& thread, Value value) {
  if (value.is_int()) return value.as_int();
  const Value number = TRY(number_index(thread, value));
  const std::optional<int64_t> result = int_to_int64(number);
  if (!result) return raise(thread, OverflowError, "Python int too large to convert to C ssize_t");
  return *result;
}

Result<int> argument_int(Thread& thread, Value value) {
  const Value number = value.is_int() ? value : TRY(number_index(thread, value));
  const std::optional<int64_t> result = int_to_int64(number);
  if (!result) return raise(thread, OverflowError, "Python int too large to convert to C int");
  if (*result > INT32_MAX)
    return raise(thread, OverflowError, "signed integer is greater than maximum");
  if (*result < INT32_MIN)
    return raise(thread, OverflowError, "signed integer is less than minimum");
  return static_cast<int>(*result);
}

Result<size_t> argument_size(Thread& thread, Value value) {
  const Value number = TRY(number_index(thread, value));
  if (int_sign(number) < 0)
    return raise(thread, OverflowError, "can't convert negative value to size_t");
  const std::optional<uint64_t> result = int_to_uint64(number);
  if (!result) return raise(thread, OverflowError, "Python int too large to convert to C size_t");
  return static_cast<size_t>(*result);
}

Result<bool> argument_truth(Thread& thread, Value value) {
  return truth(thread, value);
}
Result<double> argument_double(Thread& thread, Value value) {
  return as_double(thread, value);
}

Failure raise_argument_type(Thread& thread, const ArgumentPlace& place, Kind wanted, bool or_none,
                            Value got) {
  const Signature& signature = signature_of(place.row);
  const int position = place.index + (signature.has_self ? 0 : 1);
  const Type& type = type_of_kind(wanted);
  const MessageArgument got_name = argument_kind(got);
  const bool is_single = signature.count - (signature.has_self ? 1 : 0) == 1 &&
                         signature.positional_only == signature.count;
  const char* alternative = or_none ? " or None" : "";
  if (is_single) {
    return raise(thread, TypeError, "{}() argument must be {}{}, not {}", signature.name, type,
                 alternative, got_name);
  }
  if (place.index >= signature.positional_only && place.index < signature.count) {
    return raise(thread, TypeError, "{}() argument '{}' must be {}{}, not {}", signature.name,
                 signature.parameters[place.index].name, type, alternative, got_name);
  }
  return raise(thread, TypeError, "{}() argument {} must be {}{}, not {}", signature.name, position,
               type, alternative, got_name);
}

Value int_result(int64_t value) {
  return make_int(value);
}
Value double_result(double value) {
  return make_float(value);
}

// --- builtin_function_or_method ---

namespace {

Value builtin_call(Thread& thread, Value self, const Value* arguments, size_t count,
                   Value keyword_names) {
  BuiltinFunction& function = *self.as<BuiltinFunction>();
  const MethodRow& row = *function.row;
  const bool wants_self =
      !function.self.is_empty() &&
      (row.kind == MethodRow::Method || row.kind == MethodRow::ClassMethod || row.takes_module);
  if (!wants_self) return call_row(thread, row, self, arguments, count, keyword_names);
  const size_t keywords = keyword_names.is_empty() ? 0 : keyword_names.as<Tuple>()->size;
  constexpr size_t kFew = 8;
  Value few[kFew];
  GcVector many;
  Value* with_self = few;
  if (count + keywords + 1 > kFew) {
    many.resize(count + keywords + 1);
    with_self = many.data();
  }
  with_self[0] = function.self;
  for (size_t i = 0; i < count + keywords; ++i) with_self[i + 1] = arguments[i];
  return call_row(thread, row, self, with_self, count + 1, keyword_names);
}

bool is_module_value(Value value) {
  return has_kind(value, Kind::Module);
}

Value builtin_repr(Thread& thread, Value self) {
  BuiltinFunction& function = *self.as<BuiltinFunction>();
  const std::string_view name = name_of(*function.row);
  if (function.self.is_empty() || is_module_value(function.self))
    return format_message(thread, "<built-in function {}>", {name});
  const AddressText address(function.self);
  return format_message(thread, "<built-in method {} of {} object at {}>",
                        {name, type_of(function.self), address.text()});
}

Result<int64_t> builtin_hash(Thread&, Value self) {
  BuiltinFunction& function = *self.as<BuiltinFunction>();
  const uint64_t mixed = function.self.bits() * 31 ^ reinterpret_cast<uintptr_t>(function.row);
  return static_cast<int64_t>(mixed >> 4);
}

Value builtin_compare(Thread&, Value left, Value right, CompareOp op) {
  const bool comparable = (op == CompareOp::Equal || op == CompareOp::NotEqual) &&
                          has_kind(right, Kind::BuiltinFunction);
  if (!comparable) return NotImplemented;
  const BuiltinFunction &a = *left.as<BuiltinFunction>(), &b = *right.as<BuiltinFunction>();
  const bool same = a.self == b.self && a.row == b.row && a.owner == b.owner;
  return Value::from_bool(same == (op == CompareOp::Equal));
}

Value get_name(BuiltinFunction& function) {
  return intern(name_of(*function.row));
}

Value get_qualified_name(Thread& thread, BuiltinFunction& function) {
  const Value name = get_name(function);
  const bool is_static = function.row->kind == MethodRow::StaticMethod && function.owner;
  if (!is_static && (function.self.is_empty() || is_module_value(function.self))) {
    return name;
  }
  const Value holder = is_static                ? Value(function.owner)
                       : is_type(function.self) ? function.self
                                                : Value(&type_of(function.self));
  return format_message(thread, "{}.{}",
                        {TRY(get_attribute(thread, holder, "__qualname__")), name});
}

Value get_module(BuiltinFunction& function) {
  return function.module.is_empty() ? None : function.module;
}
Status set_module(Thread&, Value self, Value value) {
  self.as<BuiltinFunction>()->module = value.is_empty() ? None : value;
  return nothing;
}
// A static method knows its class, for its name and for pickling, but is not bound to it.
Value get_self(BuiltinFunction& function) {
  return function.self.is_empty() || function.row->kind == MethodRow::StaticMethod ? None
                                                                                   : function.self;
}
Value get_doc(BuiltinFunction& function) {
  return doc_value(*function.row);
}
Value get_text_signature(BuiltinFunction& function) {
  return text_signature_value(*function.row);
}

Value reduce(Thread& thread, BuiltinFunction& function) {
  if (function.self.is_empty() || is_module_value(function.self)) return get_name(function);
  const Value getattr = TRY(import_attribute(thread, "builtins", "getattr"));
  return make_tuple({getattr, make_tuple({function.self, get_name(function)})});
}

const MethodRow builtin_rows[] = {
    method<reduce>("!__reduce__($self, /)", "Return what pickle needs."),
    getter<get_name>("__name__", nullptr),
    getter<get_qualified_name>("__qualname__", nullptr),
    getter<get_doc>("__doc__", nullptr),
    getter<get_self>("__self__", nullptr),
    getter<get_text_signature>("__text_signature__", nullptr),
    member<get_module>("__module__", nullptr, set_module),
};

const TypeSpec builtin_spec = {
    .instance_bytes = sizeof(BuiltinFunction),
    .flags = Type::kHasWeakReferences,
    .slots = {.repr = builtin_repr,
              .hash = builtin_hash,
              .call = builtin_call,
              .compare = builtin_compare},
    .methods = builtin_rows,
};

// type.__new__ as it stands in a class: checks that the class asked for can be made that way.
Value call_builtin_new(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  const Type& owner = *arguments[0].as<Type>();
  if (count < 2) return raise(thread, TypeError, "{}.__new__(): not enough arguments", owner);
  if (!is_type(arguments[1])) {
    return raise(thread, TypeError, "{}.__new__(X): X is not a type object ({})", owner,
                 type_of(arguments[1]));
  }
  Type& wanted = *arguments[1].as<Type>();
  if (!is_subtype(wanted, owner)) {
    return raise(thread, TypeError, "{}.__new__({}): {} is not a subtype of {}", owner, wanted,
                 wanted, owner);
  }
  const Type* builtin = &wanted;
  while (builtin->has(Type::kHeapType)) builtin = builtin->base;
  if (builtin->slots.make != owner.slots.make) {
    return raise(thread, TypeError, "{}.__new__({}) is not safe, use {}.__new__()", owner, wanted,
                 *builtin);
  }
  return owner.slots.make(thread, wanted, arguments + 2, count - 2, keyword_names);
}

const MethodRow new_row =
    raw_method(call_builtin_new, "__new__($type, *args, **kwargs)",
               "Create and return a new object.  See help(type) for accurate signature.");

}  // namespace

Value doc_value(const MethodRow& row) {
  return row.doc ? Value(make_str(row.doc)) : None;
}

namespace {

// `x=<0>` is a parameter that is absent if omitted but shows as `x=0`; `x=<unset>` shows as it is.
std::string shown_signature(std::string_view text) {
  std::string shown(text);
  for (size_t open = shown.find("=<"); open != npos; open = shown.find("=<", open + 1)) {
    const char first = shown[open + 2];
    if (first >= 'a' && first <= 'z') continue;
    shown.erase(shown.find('>', open), 1);
    shown.erase(open + 1, 1);
  }
  return shown;
}

}  // namespace

Value text_signature_value(const MethodRow& row) {
  if (row.signature[0] == '!') return None;
  const Signature& signature = signature_of(row);
  return signature.text ? Value(make_str(shown_signature(signature.text))) : None;
}

Value make_builtin_new(const Type& type) {
  return make_builtin_function(new_row, &type, None, &type);
}

bool is_builtin_new(Value value) {
  return is_exact(value, Kind::BuiltinFunction) && value.as<BuiltinFunction>()->row == &new_row;
}

BuiltinFunction* make_builtin_function(const MethodRow& row, Value self, Value module,
                                       const Type* owner) {
  BuiltinFunction* function = allocate<BuiltinFunction>();
  function->row = &row;
  function->self = self;
  function->module = module;
  function->owner = owner;
  return function;
}

void define_builtin_function_type() {
  define_type(Kind::BuiltinFunction, builtin_spec);
}

}  // namespace minipy
