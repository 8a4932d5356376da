// The general way of calling: finding the Python function behind a callable and giving it a frame.
#include <algorithm>
#include <cstring>

#include "Objects/dict.h"
#include "Objects/gc.h"
#include "Objects/make_class.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/slot_trampolines.h"
#include "Objects/str.h"
#include "Objects/tuple.h"
#include "VM/run.h"

namespace minipy {
namespace {

size_t name_count(Value keyword_names) {
  return keyword_names.is_empty() ? 0 : keyword_names.as<Tuple>()->size;
}

// What calling `type` amounts to, if its metaclass leaves that to `type`.
Constructor describe(Type& type) {
  static Str* const names[] = {intern("__init__"), intern("__new__"), intern("__call__"),
                               intern("__del__")};
  for (Str* name : names) name->flags |= Str::kNamesCachedAttribute;
  Constructor constructor{&type, class_epoch, nullptr, 0, 0};
  // A __new__ in Python is called through its slot.
  if (type.has(Type::kAbstract) || !type.slots.make || type.slots.make == &trampoline::make)
    return constructor;
  const Type& object = type_of_kind(Kind::Object);
  const Value found = lookup_in_type(type, names[0]);
  if (has_kind(found, Kind::Function)) {
    constructor.initializer = found.as<Function>();
  } else if (type.slots.init != object.slots.init) {
    return constructor;
  }
  if (type.slots.make == object.slots.make &&
      !type.has(Type::kVariableSize | Type::kHasFinalizer)) {
    const Object* sample = allocate_instance(type);
    static_assert(sizeof(Object) == sizeof(constructor.header));
    std::memcpy(&constructor.header, sample, sizeof(Object));
    constructor.bytes = sizeof(Object) + 8 * instance_words(type);
  }
  return constructor;
}

// Calls from a generator's frame take place at the end of the stack: there is no room in its block.
Value* lift(Thread& thread, Value* arguments, size_t count) {
  Value* lifted = thread.stack_top + kFrameWords + 2;
  if (lifted + count + kFrameWords > thread.stack_end) {
    raise_stack_exhausted(thread);
    return nullptr;
  }
  std::copy_n(arguments - 1, count + 1, lifted - 1);
  return lifted;
}

CallOutcome native_outcome(Value value, Value* result) {
  *result = value;
  return value.is_empty() ? CallOutcome::Failed : CallOutcome::Result;
}

// What profilers are told of: functions written in C++, and methods that have a self. They are shown those bound.
bool is_profiled_native(Value callable, size_t count) {
  return has_kind(callable, Kind::BuiltinFunction) || (has_kind(callable, Kind::MethodDescriptor) && count > 0);
}
Value bind_method(Thread& thread, Value descriptor, Value self) {
  return type_of(descriptor).slots.get_descriptor(thread, descriptor, self, &type_of(self));
}

CallOutcome call_native(Thread& thread, const Value* arguments, size_t count, Value keyword_names,
                        Value* result) {
  const Value callable = arguments[-1];
  CallSlot slot = type_of(callable).slots.call;
  if (!slot) {
    raise(thread, TypeError, "'{}' object is not callable", type_of(callable));
    return CallOutcome::Failed;
  }
  // Everything that runs below starts behind the arguments.
  Value* const old_top = thread.stack_top;
  Value* const end = const_cast<Value*>(arguments) + count + name_count(keyword_names);
  if (end > old_top && end <= thread.stack_end) thread.stack_top = end;
  RecursionGuard guard(thread);
  if (guard.is_exceeded(" while calling a Python object")) return CallOutcome::Failed;
  Value shown = callable;
  const bool is_profiled = is_tracing(thread) && !thread.profile_function.is_empty() && is_profiled_native(callable, count);
  if (is_profiled) {
    if (has_kind(callable, Kind::MethodDescriptor)) shown = bind_method(thread, callable, arguments[0]);
    if (shown.is_empty() || profile_native(thread, "c_call", shown).failed()) return CallOutcome::Failed;
  }
  Value value = slot(thread, callable, arguments, count, keyword_names);
  if (is_profiled && !thread.profile_function.is_empty()) {
    if (value.is_empty()) {
      const Value exception = take_exception(thread);
      if (profile_native(thread, "c_exception", shown).failed()) return CallOutcome::Failed;
      thread.exception = exception;
    } else if (profile_native(thread, "c_return", shown).failed()) {
      value = Value();
    }
  }
  thread.stack_top = old_top;
  return native_outcome(value, result);
}

// Makes an instance and starts its __init__.
CallOutcome start_constructor(Thread& thread, const Constructor& constructor, Value* arguments,
                              size_t count, Value keyword_names, Value* result) {
  Type& type = *constructor.type;
  Function* initializer = constructor.initializer;
  if (constructor.bytes) {
    Object* instance = allocate_instance(type);
    if (!instance) return CallOutcome::Failed;
    arguments[-1] = instance;
    return start_function(thread, *initializer, arguments - 1, count + 1, keyword_names,
                          Frame::kInit, instance);
  }
  Value* const old_top = thread.stack_top;
  thread.stack_top = std::max(old_top, arguments + count + name_count(keyword_names));
  const Value instance = type.slots.make(thread, type, arguments, count, keyword_names);
  thread.stack_top = old_top;
  if (instance.is_empty()) return CallOutcome::Failed;
  Type& actual = type_of(instance);
  if (&actual == &type) {
    arguments[-1] = instance;
    return start_function(thread, *initializer, arguments - 1, count + 1, keyword_names,
                          Frame::kInit, instance);
  }
  if (is_subtype(actual, type) && actual.slots.init) {
    const Status status = actual.slots.init(thread, instance, arguments, count, keyword_names);
    if (status.failed()) return CallOutcome::Failed;
  }
  return native_outcome(instance, result);
}

}  // namespace

Value vacant_cell;
Constructor constructors[kConstructors];

const Constructor* find_constructor(Type& type) {
  Constructor& known = constructor_entry(type);
  if (known.type == &type && known.epoch == class_epoch) return &known;
  if (!is_plain_type_call(type.type()) || !type.has(Type::kHeapType)) return nullptr;
  known = describe(type);
  return &known;
}

CallOutcome start_function(Thread& thread, Function& function, Value* arguments, size_t count,
                           const Keywords& keywords, Tuple* spread, uint64_t flags, Value locals) {
  Form* form = static_cast<Form*>(function.code->translated);
  if (!form || is_tracing(thread)) [[unlikely]] {
    form = form_of(thread, *function.code, is_tracing(thread));
    if (!form) return CallOutcome::Failed;
  }
  const size_t given = (spread ? 0 : count) + keywords.count;
  Value* top = arguments + std::max<size_t>(form->register_count, given);
  if (top + given + 4 * kFrameWords > thread.stack_end) [[unlikely]] {
    raise_stack_exhausted(thread);
    return CallOutcome::Failed;
  }
  if (thread.recursion_depth >= thread.recursion_limit) [[unlikely]] {
    raise(thread, RecursionError, "maximum recursion depth exceeded");
    return CallOutcome::Failed;
  }
  if (form->simple_arguments == count && keywords.count == 0) {
    if (spread) std::copy_n(spread->items, count, arguments);
    for (size_t i = count; i < form->local_count; ++i) arguments[i] = Unbound;
  } else if (spread || !bind_plainly(function, *form, arguments, count, keywords)) {
    Value* const old_top = thread.stack_top;
    thread.stack_top = std::max(top, old_top);
    const Status bound =
        bind_function_arguments(thread, function, *form, arguments, count, keywords, spread);
    if (bound.failed()) {
      thread.stack_top = old_top;
      return CallOutcome::Failed;
    }
  }
  ++thread.recursion_depth;
  Frame* frame = frame_of(arguments);
  frame->previous = thread.frame;
  frame->form = form;
  frame->pc = form->words;
  frame->top = arguments + form->register_count;
  frame->locals = locals;
  frame->object = Value();
  frame->flags = flags;
  frame->function = &function;
  thread.frame = frame;
  thread.stack_top = frame->top;
  return CallOutcome::Pushed;
}

CallOutcome start_special(Thread& thread, Value self, const Str* name, uint64_t flags, size_t further,
                          Value first, Value second) {
  const Value function = lookup_in_type(type_of(self), name);
  if (!is_exact(function, Kind::Function)) return CallOutcome::Result;
  Value* arguments = thread.stack_top + kFrameWords + 1;
  if (arguments + 3 > thread.stack_end) {
    raise_stack_exhausted(thread);
    return CallOutcome::Failed;
  }
  arguments[-1] = function;
  arguments[0] = self;
  if (further > 0) arguments[1] = first;
  if (further > 1) arguments[2] = second;
  if (enter_simple_function(thread, function, arguments, 1 + further, flags)) return CallOutcome::Pushed;
  return start_function(thread, *function.as<Function>(), arguments, 1 + further, Value(), flags);
}

CallOutcome start_call(Thread& thread, Value* arguments, size_t count, Value keyword_names,
                       Value* result) {
  const bool is_on_stack = arguments >= thread.stack_base && arguments < thread.stack_end;
  if (!is_on_stack) {
    arguments = lift(thread, arguments, count + name_count(keyword_names));
    if (!arguments) return CallOutcome::Failed;
  }
  // At most: a bound method of a function, or a class and its __init__. There is room for one more
  // in front.
  const Value callable = arguments[-1];
  if (has_kind(callable, Kind::Function)) {
    return start_function(thread, *callable.as<Function>(), arguments, count, keyword_names);
  }
  if (is_exact(callable, Kind::BoundMethod) &&
      has_kind(callable.as<BoundMethod>()->function, Kind::Function)) {
    const Value function = callable.as<BoundMethod>()->function;
    arguments[-1] = callable.as<BoundMethod>()->self;
    return start_function(thread, *function.as<Function>(), arguments - 1, count + 1,
                          keyword_names);
  }
  if (is_type(callable)) {
    const Constructor* constructor = find_constructor(*callable.as<Type>());
    if (constructor && constructor->initializer) {
      return start_constructor(thread, *constructor, arguments, count, keyword_names, result);
    }
  } else if (callable.is_object() && type_of(callable).slots.call == &trampoline::call) {
    // An instance with a __call__ in Python.
    const Value function = lookup_in_type(type_of(callable), special_name<"__call__">());
    if (has_kind(function, Kind::Function)) {
      return start_function(thread, *function.as<Function>(), arguments - 1, count + 1,
                            keyword_names);
    }
  }
  return call_native(thread, arguments, count, keyword_names, result);
}

Failure raise_stack_exhausted(Thread& thread) {
  return raise(thread, RecursionError, "maximum recursion depth exceeded");
}

}  // namespace minipy
