// Entering the interpreter from C++, and what the runtime asks about frames.
#include "VM/interface.h"

#include <algorithm>

#include "Objects/gc_roots.h"
#include "Objects/make_class.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/tuple.h"
#include "VM/frame_queries.h"
#include "VM/generator_attributes.h"
#include "VM/generators.h"
#include "VM/jump.h"
#include "VM/run.h"

namespace minipy {
namespace {

// Gives the stack back when C++ is done with what it called.
class StackMark {
 public:
  explicit StackMark(Thread& thread) : thread_(thread), top_(thread.stack_top) {}
  ~StackMark() { thread_.stack_top = top_; }
  StackMark(const StackMark&) = delete;
  StackMark& operator=(const StackMark&) = delete;

 private:
  Thread& thread_;
  Value* top_;
};

Status check_depth(Thread& thread) {
  if (reinterpret_cast<char*>(__builtin_frame_address(0)) >= thread.stack_limit) return nothing;
  return raise(thread, RecursionError, "maximum recursion depth exceeded while calling a Python object");
}

Value call_function(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_depth(thread));
  const StackMark mark(thread);
  const size_t all = count + (is_tuple(keyword_names) ? keyword_names.as<Tuple>()->size : 0);
  Value* registers = thread.stack_top + kFrameWords + 1;
  if (registers + all + kFrameWords > thread.stack_end) return raise_stack_exhausted(thread);
  registers[-1] = self;
  for (size_t i = 0; i < all; ++i) registers[i] = arguments[i];
  const bool is_entered = keyword_names.is_empty() && enter_simple_function(thread, self, registers, count, Frame::kEntry);
  if (!is_entered &&
      start_function(thread, *self.as<Function>(), registers, count, keyword_names, Frame::kEntry) == CallOutcome::Failed) {
    return error;
  }
  return run(thread);
}

Value run_function_body(Thread& thread, Function& function, Value locals) {
  TRY(check_depth(thread));
  const StackMark mark(thread);
  Value* registers = thread.stack_top + kFrameWords + 1;
  if (registers + kFrameWords > thread.stack_end) return raise_stack_exhausted(thread);
  registers[-1] = &function;
  if (start_function(thread, function, registers, 0, Value(), Frame::kEntry, locals) == CallOutcome::Failed) return error;
  return run(thread);
}

// The registers in which frames await the results of their calls still hold what was there before: in a loop, the result of
// the round before, which may be the largest thing there is.
void forget_results_to_come(Thread& thread) {
  for (Frame* frame = thread.frame; frame && frame->previous; frame = frame->previous) {
    if (frame->flags != 0 && frame->flags != Frame::kInit) continue;
    Frame& caller = *frame->previous;
    Value* result = caller.registers() + caller.pc->a;
    const bool is_temporary = caller.pc->a >= caller.form->local_count;
    if (is_temporary && result < reinterpret_cast<Value*>(frame)) *result = Value();
  }
}

}  // namespace

Value run_code(Thread& thread, Code& code, Dict& globals, Value locals, Value closure) {
  Function* function = make_function(thread, code, globals);
  if (!closure.is_empty()) function->closure = closure;
  return run_function_body(thread, *function, locals);
}

Value run_class_body(Thread& thread, Function& function, Value locals) { return run_function_body(thread, function, locals); }

Frame* caller_of(Frame* frame) { return frame->previous; }
Value frame_object(Thread&, Frame* frame) { return object_of(*frame); }
Code& frame_code(const Frame* frame) { return frame->code(); }
Dict& frame_globals(const Frame* frame) { return *frame->python_function().globals; }
Value frame_builtins(const Frame* frame) { return frame->python_function().builtins; }
Value frame_locals(Thread& thread, Frame* frame) { return locals_of(thread, *frame); }
int frame_line(const Frame* frame) { return line_of(*frame); }

void clear_dead_registers(Thread& thread) {
  Frame* frame = thread.frame;
  if (!frame) return;
  const Word* pc = frame->pc;
  const Op op = static_cast<Op>(pc->op);
  if (!is_call(op) || op == Op::CALL_EXPANDED) return;
  Value* registers = frame->registers();
  // A function in C++ has no frame record, so the gap below the callable is free.
  Value* callable = registers + pc->b - (is_method_call(op) ? 0 : 2);
  std::fill_n(callable - kCallGap, kCallGap, Value());
  // Beyond the arguments of the call there is nothing alive.
  Value* arguments_end = callable + 2 + pc->c;
  Value* end = registers + frame->form->register_count;
  if (arguments_end < end) std::fill(arguments_end, end, Value());
}


void initialize_interpreter(Thread&) {
  call_function_hook = call_function;
  forget_dead_registers_hook = forget_results_to_come;
  super_arguments_hook = find_super_arguments;
  calling_module_hook = find_calling_module;
  calling_builtins_hook = [](Thread& calling) { return calling.frame ? frame_builtins(calling.frame) : Unbound; };
  initialize_attribute_caches();
  define_generator_object_types();
  define_coroutine_types();
  define_async_generator_types();
  define_frame_type();
  define_traceback_type();
}

}  // namespace minipy
