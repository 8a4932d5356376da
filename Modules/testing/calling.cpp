// _testcapi: functions and methods in every calling convention, and calls made from C++.
#include "Modules/testing/testing.h"
#include "Objects/container_support.h"
#include "Objects/function.h"
#include "Objects/gc.h"
#include "Objects/module.h"
#include "Objects/module_kinds.h"

namespace minipy {
namespace {

// --- what each convention brings; the receiver is a module, an instance, a class or nothing ---

Value as_value(Value receiver) {
  return receiver;
}
Value as_value(Object& receiver) {
  return Value(&receiver);
}

Value pair_of(Value receiver, std::span<const Value> rest) {
  return make_tuple({receiver, make_tuple(rest.data(), rest.size())});
}
Value triple_of(Value receiver, std::span<const Value> rest, Dict* keywords) {
  return make_tuple(
      {receiver, make_tuple(rest.data(), rest.size()), keywords ? Value(keywords) : None});
}

template <typename Receiver>
Value positional(Receiver receiver, std::span<const Value> rest) {
  return pair_of(as_value(receiver), rest);
}
template <typename Receiver>
Value with_keywords(Receiver receiver, std::span<const Value> rest, Dict* keywords) {
  return triple_of(as_value(receiver), rest, keywords);
}
template <typename Receiver>
Value no_arguments(Receiver receiver) {
  return as_value(receiver);
}
template <typename Receiver>
Value one_argument(Receiver receiver, Value argument) {
  return make_tuple({as_value(receiver), argument});
}

Value static_positional(std::span<const Value> rest) {
  return pair_of(None, rest);
}
Value static_with_keywords(std::span<const Value> rest, Dict* keywords) {
  return triple_of(None, rest, keywords);
}
Value static_no_arguments() {
  return None;
}
Value static_one_argument(Value argument) {
  return make_tuple({None, argument});
}

const MethodRow instance_rows[] = {
    method<positional<Value>>("!meth_varargs($self, /, *args)", nullptr),
    method<with_keywords<Value>>("!meth_varargs_keywords($self, /, *args, **kwargs)", nullptr),
    method<one_argument<Value>>("!meth_o($self, argument, /)", nullptr),
    method<no_arguments<Value>>("!meth_noargs($self, /)", nullptr),
    method<positional<Value>>("!meth_fastcall($self, /, *args)", nullptr),
    method<with_keywords<Value>>("!meth_fastcall_keywords($self, /, *args, **kwargs)", nullptr),
};

const MethodRow class_rows[] = {
    class_method<positional<Type&>>("!meth_varargs($type, /, *args)", nullptr),
    class_method<with_keywords<Type&>>("!meth_varargs_keywords($type, /, *args, **kwargs)",
                                       nullptr),
    class_method<one_argument<Type&>>("!meth_o($type, argument, /)", nullptr),
    class_method<no_arguments<Type&>>("!meth_noargs($type, /)", nullptr),
    class_method<positional<Type&>>("!meth_fastcall($type, /, *args)", nullptr),
    class_method<with_keywords<Type&>>("!meth_fastcall_keywords($type, /, *args, **kwargs)",
                                       nullptr),
};

const MethodRow static_rows[] = {
    static_method<static_positional>("!meth_varargs(*args)", nullptr),
    static_method<static_with_keywords>("!meth_varargs_keywords(*args, **kwargs)", nullptr),
    static_method<static_one_argument>("!meth_o(argument, /)", nullptr),
    static_method<static_no_arguments>("!meth_noargs()", nullptr),
    static_method<static_positional>("!meth_fastcall(*args)", nullptr),
    static_method<static_with_keywords>("!meth_fastcall_keywords(*args, **kwargs)", nullptr),
};

// --- callables that bind like functions, and ones that do not ---

Value answer_true(Thread&, Value, const Value*, size_t, Value) {
  return True;
}
Value answer_false(Thread&, Value, const Value*, size_t, Value) {
  return False;
}
Value answer_arguments(Thread&, Value, const Value* arguments, size_t count, Value) {
  return make_tuple(arguments, count);
}
Value bind_to_instance(Thread&, Value self, Value instance, Value) {
  if (instance.is_empty() || instance.is_none()) return self;
  return make_bound_method(self, instance);
}
Value bind_to_nothing(Thread&, Value self, Value, Value) {
  return self;
}

Value make_empty_instance(Thread& thread, Type& type, const Value*, size_t, Value) {
  Object* object = allocate_instance(type);
  return object ? Value(object) : Value(raise_memory_error(thread));
}

// --- calls ---

// The tuple of arguments may be None.
Result<std::span<const Value>> argument_tuple(Thread& thread, Value arguments) {
  if (arguments.is_none()) return std::span<const Value>();
  if (!is_tuple(arguments)) return raise(thread, TypeError, "args must be None or a tuple");
  return std::span<const Value>(arguments.as<Tuple>()->items, arguments.as<Tuple>()->size);
}

Value call_positional(Thread& thread, Value function, Value arguments) {
  const auto items = TRY(argument_tuple(thread, arguments));
  return call(thread, function, items.data(), items.size());
}

Value call_with_dict(Thread& thread, Value function, Value arguments, Value keywords) {
  const auto items = TRY(argument_tuple(thread, arguments));
  if (!keywords.is_none() && !is_dict(keywords))
    return raise(thread, TypeError, "kwnames must be None or a dict");
  Tuple* tuple = make_tuple(items.data(), items.size());
  return call_with(thread, function, *tuple, keywords.is_none() ? nullptr : keywords.as<Dict>());
}

// The last arguments are the values of the keywords.
Value call_with_names(Thread& thread, Value function, Value arguments, Value names) {
  const auto items = TRY(argument_tuple(thread, arguments));
  if (names.is_none()) return call(thread, function, items.data(), items.size());
  if (!is_tuple(names)) return raise(thread, TypeError, "kwnames must be None or a tuple");
  const size_t keyword_count = names.as<Tuple>()->size;
  if (keyword_count > items.size()) return raise(thread, ValueError, "kwnames longer than args");
  return call(thread, function, items.data(), items.size() - keyword_count,
              keyword_count ? names : Value());
}

// Only what takes its arguments as an array, without a tuple made for them.
bool takes_array(const Type& type) {
  return type.has(Type::kMethodDescriptor) || type.instance_kind == Kind::BuiltinFunction ||
         type.instance_kind == Kind::BoundMethod || type.instance_kind == Kind::Type;
}

Value call_array_taker(Thread& thread, Value function, Value arguments, Value keywords) {
  if (!takes_array(type_of(function))) {
    return raise(thread, TypeError, "'{}' object does not support vectorcall", type_of(function));
  }
  if (!is_tuple(arguments)) return raise(thread, TypeError, "args must be a tuple");
  return call_with_dict(thread, function, arguments, keywords);
}

// A __get__ that makes an instance of the owner before it shows the descriptor.
Value show_after_call(Thread& thread, Value self, Value, Value owner) {
  TRY(call(thread, owner));
  return TRY(repr(thread, self));
}

const MethodRow rows[] = {
    function<positional<Module&>>("!meth_varargs($module, /, *args)", nullptr),
    function<with_keywords<Module&>>("!meth_varargs_keywords($module, /, *args, **kwargs)",
                                     nullptr),
    function<one_argument<Module&>>("!meth_o($module, argument, /)", nullptr),
    function<no_arguments<Module&>>("!meth_noargs($module, /)", nullptr),
    function<positional<Module&>>("!meth_fastcall($module, /, *args)", nullptr),
    function<with_keywords<Module&>>("!meth_fastcall_keywords($module, /, *args, **kwargs)",
                                     nullptr),
    function<call_positional>("!pyobject_fastcall($module, function, args, /)", nullptr),
    function<call_with_dict>("!pyobject_fastcalldict($module, function, args, kwargs, /)", nullptr),
    function<call_with_names>("!pyobject_vectorcall($module, function, args, kwnames, /)", nullptr),
    function<call_array_taker>("!pyvectorcall_call($module, function, args, kwargs=None, /)",
                               nullptr),
    function<show_after_call>("!bad_get($module, self, instance, owner, /)", nullptr),
};

}  // namespace

std::span<const MethodRow> calling_rows() {
  return rows;
}

void add_calling_types(Module& module) {
  const auto add = [&](Kind kind, const TypeSpec& spec) {
    module_add_type(module, define_type(kind, spec));
  };
  add(ModuleKind::MethInstance, {.doc = "Methods of each calling convention.",
                                 .slots = {.make = make_empty_instance},
                                 .methods = instance_rows});
  add(ModuleKind::MethClass, {.doc = "Class methods of each calling convention.",
                              .slots = {.make = make_empty_instance},
                              .methods = class_rows});
  add(ModuleKind::MethStatic, {.doc = "Static methods of each calling convention.",
                               .slots = {.make = make_empty_instance},
                               .methods = static_rows});
  add(ModuleKind::MethodDescriptorBase,
      {.flags = Type::kBaseType | Type::kMethodDescriptor,
       .slots = {
           .call = answer_true, .get_descriptor = bind_to_instance, .make = make_empty_instance}});
  add(ModuleKind::MethodDescriptorDerived, {.flags = Type::kBaseType | Type::kMethodDescriptor});
  add(ModuleKind::MethodDescriptorNopGet,
      {.flags = Type::kBaseType,
       .slots = {.call = answer_arguments, .get_descriptor = bind_to_nothing}});
  add(ModuleKind::MethodDescriptor2,
      {.flags = Type::kBaseType | Type::kMethodDescriptor, .slots = {.call = answer_false}});
}

}  // namespace minipy
