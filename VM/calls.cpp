// The general way of calling: finding the Python function behind a callable and giving it a frame.
#include <algorithm>

#include "Objects/dict.h"
#include "Objects/gc.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"
#include "VM/run.h"

namespace minipy {
namespace {

size_t name_count(Value keyword_names) { return is_tuple(keyword_names) ? keyword_names.as<Tuple>()->size : 0; }

// Classes whose instances are made by object.__new__ and set up by an __init__ in Python, by address.
struct Constructor {
  Type* type;
  uint64_t epoch;
  Function* initializer;
};
constexpr size_t kConstructors = 256;
Constructor* constructors;  // scanned

Function* python_initializer(Type& type) {
  if (!constructors) {
    constructors = static_cast<Constructor*>(gc_allocate_scanned_buffer(kConstructors * sizeof(Constructor)));
    static Value root;
    root = Value(reinterpret_cast<uint64_t>(constructors));
    gc_add_root(&root);
  }
  Constructor& known = constructors[(reinterpret_cast<uintptr_t>(&type) >> 5) % kConstructors];
  if (known.type == &type && known.epoch == class_epoch) return known.initializer;
  static Str* const name = intern("__init__");
  static Str* const new_name = intern("__new__");
  const Type& object = type_of_kind(Kind::Object);
  if (type.type().slots.call != type_of_kind(Kind::Type).slots.call) return nullptr;
  if (!type.has(Type::kHeapType) || type.has(Type::kAbstract) || type.slots.make != object.slots.make) return nullptr;
  const Value found = lookup_in_type(type, name);
  if (!has_kind(found, Kind::Function)) return nullptr;
  name->flags |= Str::kNamesCachedAttribute;
  new_name->flags |= Str::kNamesCachedAttribute;
  known = {&type, class_epoch, found.as<Function>()};
  return known.initializer;
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

CallOutcome call_native(Thread& thread, const Value* arguments, size_t count, Value keyword_names, Value* result) {
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
  const bool is_profiled = is_tracing(thread) && !thread.profile_function.is_empty() &&
                           (has_kind(callable, Kind::BuiltinFunction) || has_kind(callable, Kind::MethodDescriptor));
  if (is_profiled && profile_native(thread, "c_call", callable).failed()) return CallOutcome::Failed;
  Value value = slot(thread, callable, arguments, count, keyword_names);
  if (is_profiled && !thread.profile_function.is_empty()) {
    if (value.is_empty()) {
      const Value exception = take_exception(thread);
      if (profile_native(thread, "c_exception", callable).failed()) return CallOutcome::Failed;
      thread.exception = exception;
    } else if (profile_native(thread, "c_return", callable).failed()) {
      value = Value();
    }
  }
  thread.stack_top = old_top;
  return native_outcome(value, result);
}

}  // namespace

CallOutcome start_function(Thread& thread, Function& function, Value* arguments, size_t count, Value keyword_names,
                           uint64_t flags, Value locals) {
  const bool is_traced = is_tracing(thread);
  Form* form = form_of(thread, *function.code, is_traced);
  if (!form) return CallOutcome::Failed;
  const size_t given = count + name_count(keyword_names);
  Value* top = arguments + std::max<size_t>(form->register_count, given);
  if (top + given + 4 * kFrameWords > thread.stack_end) {
    raise_stack_exhausted(thread);
    return CallOutcome::Failed;
  }
  if (thread.recursion_depth >= thread.recursion_limit) {
    raise(thread, RecursionError, "maximum recursion depth exceeded");
    return CallOutcome::Failed;
  }
  Value* const old_top = thread.stack_top;
  thread.stack_top = std::max(top, old_top);
  const Status bound = bind_function_arguments(thread, function, *form, arguments, count, keyword_names);
  if (bound.failed()) {
    thread.stack_top = old_top;
    return CallOutcome::Failed;
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

CallOutcome start_call(Thread& thread, Value* arguments, size_t count, Value keyword_names, Value* result) {
  const bool is_on_stack = arguments >= thread.stack_base && arguments < thread.stack_end;
  if (!is_on_stack) {
    arguments = lift(thread, arguments, count + name_count(keyword_names));
    if (!arguments) return CallOutcome::Failed;
  }
  // At most: a bound method of a function, or a class and its __init__. There is room for one more in front.
  const Value callable = arguments[-1];
  if (has_kind(callable, Kind::Function)) {
    return start_function(thread, *callable.as<Function>(), arguments, count, keyword_names);
  }
  if (is_exact(callable, Kind::BoundMethod) && has_kind(callable.as<BoundMethod>()->function, Kind::Function)) {
    const Value function = callable.as<BoundMethod>()->function;
    arguments[-1] = callable.as<BoundMethod>()->self;
    const CallOutcome outcome = start_function(thread, *function.as<Function>(), arguments - 1, count + 1, keyword_names);
    return outcome;
  }
  if (is_type(callable)) {
    Type& type = *callable.as<Type>();
    if (Function* initializer = python_initializer(type)) {
      Object* instance = allocate_instance(type);
      if (!instance) return CallOutcome::Failed;
      arguments[-1] = instance;
      return start_function(thread, *initializer, arguments - 1, count + 1, keyword_names, Frame::kInit, instance);
    }
  }
  return call_native(thread, arguments, count, keyword_names, result);
}

CallOutcome start_expanded_call(Thread& thread, Value callable, Value positional, Value keywords, Value* result) {
  if (!is_tuple(positional)) {
    if (!type_of(positional).slots.iterate && !type_of(positional).slots.sequence_item) {
      const Value text = function_text(thread, callable);
      if (!text.is_empty()) raise(thread, TypeError, "{} argument after * must be an iterable, not {}", text, type_of(positional));
      return CallOutcome::Failed;
    }
    const Result<Tuple*> tuple = tuple_of(thread, positional);
    if (tuple.failed()) return CallOutcome::Failed;
    positional = tuple.value();
  }
  const Tuple& items = *positional.as<Tuple>();
  const bool has_keywords = is_dict(keywords) && keywords.as<Dict>()->count > 0;
  const size_t keyword_count = has_keywords ? keywords.as<Dict>()->count : 0;
  Value* arguments = thread.stack_top + kFrameWords + 2;
  if (items.size > static_cast<size_t>(thread.stack_end - thread.stack_base) ||
      arguments + items.size + keyword_count + kFrameWords > thread.stack_end) {
    raise_stack_exhausted(thread);
    return CallOutcome::Failed;
  }
  arguments[-1] = callable;
  std::copy_n(items.items, items.size, arguments);
  Value names;
  if (has_keywords) {
    Tuple* tuple = allocate_tuple(keyword_count);
    size_t position = 0, index = 0;
    Value key, value;
    while (dict_next(*keywords.as<Dict>(), position, key, value)) {
      if (!is_str(key)) {
        raise(thread, TypeError, "keywords must be strings");
        return CallOutcome::Failed;
      }
      tuple->items[index] = key;
      arguments[items.size + index++] = value;
    }
    names = tuple;
  }
  // What keeps the arguments alive while they are not below the end of the stack: the tuple and the dict.
  return start_call(thread, arguments, items.size, names, result);
}

Failure raise_stack_exhausted(Thread& thread) {
  return raise(thread, RecursionError, "maximum recursion depth exceeded");
}

}  // namespace minipy
