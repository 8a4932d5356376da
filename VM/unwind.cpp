// Exceptions on their way through frames. Language reference 4.3; the exception table is
// CPython 3.11's.
#include "Objects/attribute_error.h"
#include "Objects/exception.h"
#include "Objects/gc.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"
#include "VM/run.h"

namespace minipy {
namespace {

// A generator may not end with StopIteration (PEP 479): the consumer would take it for the end.
void replace_stop_iteration(Thread& thread, const Code& code) {
  const char* message = nullptr;
  if (exception_matches(thread, StopIteration)) {
    message = code.flags & Code::kCoroutine        ? "coroutine raised StopIteration"
              : code.flags & Code::kAsyncGenerator ? "async generator raised StopIteration"
                                                   : "generator raised StopIteration";
  } else if ((code.flags & Code::kAsyncGenerator) &&
             exception_matches(thread, StopAsyncIteration)) {
    message = "async generator raised StopAsyncIteration";
  }
  if (!message) return;
  const Value cause = take_exception(thread);
  raise(thread, RuntimeError, message);
  BaseExceptionObject& exception = exception_object(thread.exception);
  exception.cause = cause;
  exception.context = cause;
  exception.suppress_context = true;
}

void leave(Thread& thread, Frame& frame) {
  if (!frame.has(Frame::kHeap)) return pop_frame(thread, frame);
  const Code& code = frame.code();
  finish_generator(thread, frame);
  replace_stop_iteration(thread, code);
}

// A RERAISE at the end of a finally block knows where the exception came from at first.
uint32_t reraised_offset(const Frame& frame, uint32_t offset) {
  if (frame.pc->op != static_cast<uint16_t>(Op::RERAISE) || frame.pc->b == kNoRegister)
    return offset;
  const Value last_instruction = frame.registers()[frame.pc->b];
  return last_instruction.is_int() ? static_cast<uint32_t>(last_instruction.as_int()) * 2 : offset;
}

}  // namespace

void add_traceback(Thread& thread, Frame& frame) {
  const Value exception = take_exception(thread);  // making objects must not see it
  const Value object = object_of(frame);
  auto traceback = allocate<Traceback>();
  traceback->next = exception_object(exception).traceback;
  traceback->frame = object;
  traceback->last_instruction = static_cast<int32_t>(raise_site(*frame.form, frame.pc).offset);
  traceback->line = -1;
  exception_object(exception).traceback = traceback;
  thread.exception = exception;
}

// The getter of a property ran for the instruction that the frame is at.
static void complete_property_error(Thread& thread, Frame& frame) {
  const Str* name = frame.code().names()->items[frame.pc->c].as<Str>();
  complete_attribute_error(thread, frame.registers()[frame.pc->b], name);
}

bool unwind(Thread& thread, bool is_reraised) {
  // What was to allocate an object gave nullptr.
  if (!has_exception(thread)) raise_memory_error(thread);
  for (;;) {
    Frame& frame = *thread.frame;
    thread.stack_top = frame.top;
    const RaiseSite& site = raise_site(*frame.form, frame.pc);
    const bool is_next = frame.has(Frame::kNext);
    // The StopIteration of a __next__ that a loop runs is seen by nobody.
    const bool is_end =
        is_next && !site.handler && !is_tracing(thread) && exception_matches(thread, StopIteration);
    if (!is_reraised && !is_end) {
      add_traceback(thread, frame);
      if (is_tracing(thread) && !thread.trace_function.is_empty()) trace_exception(thread, frame);
    }
    const uint32_t origin = is_reraised ? reraised_offset(frame, site.offset) : site.offset;
    is_reraised = false;
    if (const Handler* handler = site.handler) {
      Value* registers = frame.registers();
      if (handler->last_instruction != kNoRegister) {
        registers[handler->last_instruction] = Value::from_int(origin / 2);
      }
      registers[handler->exception] = take_exception(thread);
      frame.pc = frame.form->words + handler->target;
      return true;
    }
    if (origin != site.offset) {  // what the frame shows from now on
      if (Word* word = word_of_offset(*frame.form, origin)) frame.pc = word;
    }
    if (is_tracing(thread)) {
      const Value exception = take_exception(thread);
      if (trace_return(thread, frame, Value()).failed()) {
        // The trace function's own exception takes the place of this one.
      } else {
        thread.exception = exception;
      }
    }
    const bool is_entry = frame.has(Frame::kEntry);
    const bool is_property = frame.has(Frame::kProperty);
    leave(thread, frame);
    if (is_property && !is_entry) complete_property_error(thread, *thread.frame);
    if (is_next && catch_exception(thread, StopIteration)) {
      Word*& pc = thread.frame->pc;  // the loop goes on behind its end
      pc += static_cast<int64_t>(pc[1].bits);
      return true;
    }
    if (is_entry) return false;
  }
}

void pop_frame(Thread& thread, Frame& frame) {
  if (frame.has(Frame::kHasObject)) detach_frame_object(frame);
  thread.frame = frame.previous;
  --thread.recursion_depth;
  thread.stack_top = thread.frame && !frame.has(Frame::kEntry) ? thread.frame->top
                                                               : reinterpret_cast<Value*>(&frame);
}

Value topmost_exception(const Thread& thread) {
  for (const ExceptionState* state = thread.exception_state; state; state = state->previous) {
    if (!state->handled.is_none() && !state->handled.is_empty()) return state->handled;
  }
  return None;
}

// --- matching ---

Result<bool> exception_matches_clause(Thread& thread, Value exception, Value type) {
  const char* const message =
      "catching classes that do not inherit from BaseException is not allowed";
  if (is_tuple(type)) {
    for (const Value item : type.as<Tuple>()->view()) {
      if (!is_exception_class(item)) return raise(thread, TypeError, message);
    }
    for (const Value item : type.as<Tuple>()->view()) {
      if (is_subtype(type_of(exception), *item.as<Type>())) return true;
    }
    return false;
  }
  if (!is_exception_class(type)) return raise(thread, TypeError, message);
  return is_subtype(type_of(exception), *type.as<Type>());
}

// --- errors of the interpreter itself ---

Failure raise_unbound_local(Thread& thread, const Frame& frame, size_t local) {
  return raise(thread, UnboundLocalError,
               "cannot access local variable '{}' where it is not associated with a value",
               frame.code().localsplus_names()->items[local]);
}

Failure raise_unbound_deref(Thread& thread, const Frame& frame, size_t local) {
  const Code& code = frame.code();
  const Value name = code.localsplus_names()->items[local];
  if (local + static_cast<size_t>(code.free_count) < code.localsplus_names()->size) {
    return raise(thread, UnboundLocalError,
                 "cannot access local variable '{}' where it is not associated with a value", name);
  }
  raise(
      thread, NameError,
      "cannot access free variable '{}' where it is not associated with a value in enclosing scope",
      name);
  return error;
}

Failure raise_unbound_name(Thread& thread, const Str* name) {
  raise(thread, NameError, "name '{}' is not defined", name);
  if (has_exception(thread) && is_instance(thread.exception, NameError)) {
    thread.exception.as<NameErrorObject>()->name = name;
  }
  return error;
}

}  // namespace minipy
