// What the runtime and the modules ask of the interpreter. The VM implements it; `Frame` is its own
// (thread.frame is the innermost Python frame).
#pragma once

#include <span>

#include "Objects/code.h"
#include "Objects/dict.h"
#include "Objects/result.h"
#include "Objects/thread.h"

namespace minipy {

// Runs code as exec() and eval() do, and module and class bodies: `locals` is any mapping, the same
// dict as `globals` for modules. __builtins__ must be in `globals`. `closure` is a Tuple of Cells or empty.
Value run_code(Thread& thread, Code& code, Dict& globals, Value locals, Value closure = Value());

// Walking thread.frame: nullptr ends the chain. Frames of natives are not seen.
Frame* caller_of(Frame* frame);
Value frame_object(Thread& thread, Frame* frame);  // what sys._getframe() gives; made when asked for
Code& frame_code(const Frame* frame);
Dict& frame_globals(const Frame* frame);
Value frame_builtins(const Frame* frame);           // a Dict, as a rule
Value frame_locals(Thread& thread, Frame* frame);  // locals(): the dict, brought up to date; empty: raised
int frame_line(const Frame* frame);                // the line being executed, -1 if there is none

// sys.settrace() and sys.setprofile(), for the calling thread; an empty value or None turns it off.
void set_trace_function(Thread& thread, Value function);
void set_profile_function(Thread& thread, Value function);
// A call that is traced although a trace function makes it.
Value call_with_tracing(Thread& thread, Value function, std::span<const Value> arguments);

// The builtins module's __build_class__(function, name, *bases, metaclass=..., **keywords).
Value build_class(Thread& thread, const Value* arguments, size_t count, Value keyword_names);

// Before an explicit collection: what finished calls left in the innermost frame's registers goes.
void clear_dead_registers(Thread& thread);

// Types and hooks of the interpreter: frame, generator, coroutine, ... Once, after initialize_objects().
void initialize_interpreter(Thread& thread);

}  // namespace minipy
