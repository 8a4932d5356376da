// Running frames: what the interpreter loop and the C++ around it share.
#pragma once

#include "Objects/dict.h"
#include "Objects/result.h"
#include "Objects/slots.h"
#include "Objects/tuple.h"
#include "Objects/type.h"
#include "VM/frame.h"

namespace minipy {

struct Str;

// A bit of Thread::pending that stays set while a trace or profile function is there: it leads
// calls and jumps to their slow paths, which look.
constexpr uint32_t kPendingTracing = 1u << 16;

enum class CallOutcome { Result, Pushed, Failed };

// The keyword arguments of a call: names and values lie `stride` words apart each.
struct Keywords {
  const Value* names = nullptr;
  const Value* values = nullptr;
  size_t count = 0;
  size_t stride = 1;

  Keywords() = default;
  // As calls bring them: the values behind the positional arguments.
  Keywords(Value names_tuple, const Value* first)
      : names(names_tuple.is_empty() ? nullptr : names_tuple.as<Tuple>()->items),
        values(first),
        count(names_tuple.is_empty() ? 0 : names_tuple.as<Tuple>()->size) {}
  // A dict without deleted entries.
  explicit Keywords(const Dict& dict)
      : names(&dict.entries[0].key), values(&dict.entries[0].value), count(dict.count), stride(2) {}

  Value name(size_t i) const { return names[i * stride]; }
  Value value(size_t i) const { return values[i * stride]; }
};

// Calls arguments[-1] with what lies at `arguments`, on the value stack, with a frame's room below.
// A Python function (also behind a bound method or __init__) gets a frame, which is then
// thread.frame.
CallOutcome start_call(Thread& thread, Value* arguments, size_t count, Value keyword_names,
                       Value* result);
// The same for one Python function: arguments are bound in place.
// With `spread`, the positional arguments are its items, which need not lie there.
CallOutcome start_function(Thread& thread, Function& function, Value* arguments, size_t count,
                           const Keywords& keywords, Tuple* spread, uint64_t flags = 0,
                           Value locals = Value());
inline CallOutcome start_function(Thread& thread, Function& function, Value* arguments,
                                  size_t count, Value keyword_names, uint64_t flags = 0,
                                  Value locals = Value()) {
  return start_function(thread, function, arguments, count,
                        Keywords(keyword_names, arguments + count), nullptr, flags, locals);
}
// self.name(arguments) in a frame at the end of the stack, where that is a Python function; else
// Result, and nothing has been done.
CallOutcome start_special(Thread& thread, Value self, const Str* name, uint64_t flags,
                          size_t further = 0, Value first = Value(), Value second = Value());
// The frame of a function that gets just its parameters, while nothing unusual is going on:
// start_function() without its questions. False if there is something to ask.
inline bool enter_simple_function(Thread& thread, Value function, Value* registers, size_t count,
                                  uint64_t flags) {
  Form* form = static_cast<Form*>(function.as<Function>()->code->translated);
  if (!form || form->simple_arguments != count) return false;
  if (thread.recursion_depth >= thread.recursion_limit) return false;
  if (thread.pending.load(std::memory_order_relaxed)) return false;
  if (registers + form->register_count > thread.stack_end) return false;
  Frame* frame = frame_of(registers);
  frame->previous = thread.frame;
  frame->form = form;
  frame->pc = form->words;
  frame->top = registers + form->register_count;
  frame->locals = Value();
  frame->object = Value();
  frame->flags = flags;
  frame->function = function;
  for (size_t i = count; i < form->local_count; ++i) registers[i] = Unbound;
  ++thread.recursion_depth;
  thread.frame = frame;
  thread.stack_top = frame->top;
  return true;
}
// CALL_EXPANDED: callable, arguments, iterable, mapping as `shape` says, in consecutive registers.
CallOutcome start_expanded_call(Thread& thread, const Value* operands, uint32_t shape, Value* result);
// BEFORE_WITH on the registers at `base`.
CallOutcome start_with(Thread& thread, Value* base);
// WITH_EXCEPT_START: __exit__, f_lasti, the exception handled before, the exception -> the same and
// the answer.
CallOutcome start_exit(Thread& thread, Value* base);

// What calling a class amounts to: where a Python __init__ is to be called, and where
// object.__new__ makes the instance. Otherwise type.__call__ knows. Entries of a table by address,
// valid for one class epoch.
struct Constructor {
  Type* type;
  uint64_t epoch;
  Function* initializer;  // or null
  uint64_t
      header;  // first word of a new instance of object.__new__, where `bytes` says how long it is
  size_t bytes;  // or 0
};
constexpr size_t kConstructors = 256;
extern Constructor constructors[kConstructors];
inline Constructor& constructor_entry(const Type& type) {
  return constructors[(reinterpret_cast<uintptr_t>(&type) >> 5) % kConstructors];
}
const Constructor* find_constructor(
    Type& type);  // of a class statement's class; null if it has a metaclass with a __call__

// The registers hold `count` positional arguments, where these are not all the items of `spread`, and
// perhaps the keywords' values behind them; afterwards every parameter. (arguments.cpp)
Status bind_function_arguments(Thread& thread, const Function& function, const Form& form,
                               Value* registers, size_t count, const Keywords& keywords,
                               Tuple* spread = nullptr);
// The same for what needs no containers and raises no error: names that are parameters, and defaults.
// False if there is more to it; the registers are then as they were.
bool bind_plainly(const Function& function, const Form& form, Value* registers, size_t count,
                  const Keywords& keywords);

// The same where only some parameters at the end are missing and have defaults. False: something
// else is needed.
inline bool fill_defaults(const Function& function, const Form& form, Value* registers,
                          size_t count) {
  const size_t missing = form.simple_arguments - count;
  if (form.simple_arguments == kNoSimpleCall || function.defaults.is_none()) return false;
  const Tuple& defaults = *function.defaults.as<Tuple>();
  if (missing > defaults.size) return false;
  const Value* const values = defaults.items + (defaults.size - missing);
  for (size_t i = 0; i < missing; ++i) registers[count + i] = values[i];
  return true;
}

// Runs thread.frame, which must be an entry frame, and what it calls until it returns.
Value run(Thread& thread);

// A class body: its function with the namespace as locals.
Value run_class_body(Thread& thread, Function& function, Value locals);

// After an exception: looks for a handler in thread.frame and its callers. True: thread.frame
// continues at its pc. False: an entry frame has been left, and the exception is still pending.
bool unwind(Thread& thread, bool is_reraised = false);

enum class Resumption { Pushed, Result, Failed };
Value next_of_generator(Thread& thread, Value self);  // a generator's NextSlot
// Lets a generator's frame be thread.frame, with `sent` in place. Fails where send() does.
bool push_generator(Thread& thread, Generator& generator, Value sent, uint64_t flags);
void finish_generator(Thread& thread, Frame& frame);
void end_generator(Generator& generator);  // also of one that has not begun
// RETURN_GENERATOR. `is_private`: nobody but the caller's next instruction will ever see the
// generator.
Value make_generator(Thread& thread, Frame& frame, bool is_private);
bool is_sole_user(const Frame& frame);
void keep_spare(Generator* generator);

extern Value vacant_cell;  // what stands for the cells of a comprehension between its calls

void initialize_attribute_caches();
// Attribute access that fills the inline caches at `pc` (attribute_cache.cpp).
Value load_attribute(Thread& thread, Word* pc, Value object, const Str* name);
bool load_method(Thread& thread, Word* pc, Value object, const Str* name, Value* result);
bool load_super_method(Thread& thread, Word* pc, const Frame& frame, Value callable,
                       const Str* name, Value* result);
Status store_attribute(Thread& thread, Word* pc, Value object, const Str* name, Value value);
Value load_global(Thread& thread, Word* pc, Frame& frame, const Str* name);

// Tracing (trace.cpp)
Status trace_instruction(Thread& thread, Frame& frame, uint32_t offset);
Status trace_call(Thread& thread, Frame& frame);
Status trace_return(Thread& thread, Frame& frame, Value value);
void trace_exception(Thread& thread, Frame& frame);
// To a tracer, what a loop, `await` or `yield from` runs through ends with an exception. Fails if the tracer does.
Status trace_stop_iteration(Thread& thread, Frame& frame, Value result);
Status profile_native(Thread& thread, const char* event, Value callable);
// Moves a frame into the form for tracing, if it should be there.
void choose_form(Thread& thread, Frame& frame, bool is_entering = false);
// The same for each frame that waits for the return of a callee of its own. (Behind C++ a frame goes on where it was.)
void choose_forms_of_callers(Thread& thread);
inline bool is_tracing(const Thread& thread) {
  return thread.pending.load(std::memory_order_relaxed) & kPendingTracing;
}

Value topmost_exception(
    const Thread& thread);  // what a bare `raise` raises; None if nothing is being handled
Value function_text(Thread& thread, Value callable);  // "module.name()" for messages
Failure raise_unbound_local(Thread& thread, const Frame& frame, size_t local);
Failure raise_unbound_deref(Thread& thread, const Frame& frame, size_t local);
Failure raise_unbound_name(Thread& thread, const Str* name);
Failure raise_stack_exhausted(Thread& thread);
// dict.update(mapping) for the keyword arguments of a call, each of which may be given once only.
Status merge_keywords(Thread& thread, Dict& dict, Value mapping, Value callable);
Value binary_operation(Thread& thread, Value left, Value right, unsigned operation);
Result<bool> exception_matches_clause(Thread& thread, Value exception, Value type);
// The form of FOR_ITERATOR for this iterator. `parts`: how many variables the items are taken apart
// into, if that comes next.
Op form_of_for(Value iterator, int parts);
// container[key], container[key] = value, item in container (items.cpp)
Value load_item(Thread& thread, Value container, Value key);
Status store_item(Thread& thread, Value container, Value key, Value value);
Result<bool> has_item(Thread& thread, Value container, Value item);
Status unpack_sequence(Thread& thread, Value sequence, Value* results, size_t count);

}  // namespace minipy
