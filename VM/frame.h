// Frames of Python code: records on the value stack, just below the registers they belong to.
//
//   caller's registers ...| gap | callable | arguments ...
//                         |  Frame record  | locals, cells, free variables | temporaries ...
//                                          ^ registers(), where the callee's arguments already are
//
// The gap is left by the translator below every call. A generator's frame lies in its own block.
#pragma once

#include "Objects/function.h"
#include "Objects/generator.h"
#include "Objects/thread.h"
#include "VM/form.h"

namespace minipy {

struct FrameObject;

struct Frame {
  enum Flags : uint64_t {
    kEntry = 1,        // returns to C++
    kHeap = 2,         // a generator's
    kInit = 4,         // __init__ of a new instance (in `locals`), which is the result of the call
    kForIterator = 8,  // a generator run by FOR_ITERATOR of the caller
    kSend = 16,        // a generator run by SEND of the caller
    kHasObject = 32,   // there is a frame object
    kDetached = 64,    // a finished frame kept by its frame object
    kProperty = 128,   // the getter of a property: returns to LOAD_ATTRIBUTE
    kSetter = 512,     // the setter of a property: returns to STORE_ATTRIBUTE
    kCleared = 256,    // frame.clear() or the end of a generator: no locals
    kIterate = 1024,   // an __iter__: returns to GET_ITERATOR or GET_YIELD_FROM_ITER
    kEnter = 4096,     // an __enter__: returns to BEFORE_WITH
    kExit = 8192,      // an __exit__: returns to WITH_EXCEPT_START
    kOperator = 16384, // the method of an operator, which the caller's instruction is (operators.inc)
    kNext = 2048,      // a __next__ run by FOR_ITERATOR, which its StopIteration ends
  };

  Frame* previous;
  Form* form;
  Word* pc;      // the current instruction, whenever anybody else runs
  Value* top;    // end of the registers (for a generator: of the stack below it)
  Value locals;  // the mapping of module and class code, else empty; see kInit
  Value object;  // FrameObject, or empty
  uint64_t flags;
  Value function;  // where the caller left the callable

  Value* registers() { return reinterpret_cast<Value*>(this + 1); }
  const Value* registers() const { return reinterpret_cast<const Value*>(this + 1); }
  Code& code() const { return *form->code; }
  Function& python_function() const { return *function.as<Function>(); }
  bool has(uint64_t flag) const { return flags & flag; }
};
constexpr size_t kFrameWords = sizeof(Frame) / sizeof(Value);
static_assert(kFrameWords == 8);
// Registers between the temporaries and the callable's own two registers, so that the record fits.
constexpr size_t kCallGap = kFrameWords - 1;

inline Frame* frame_of(Value* registers) {
  return reinterpret_cast<Frame*>(registers) - 1;
}
inline const Frame* frame_of(const Value* registers) {
  return reinterpret_cast<const Frame*>(registers) - 1;
}

// A generator with its frame. Once it has finished, the frame still says which code it ran.
struct Activation : Generator {
  ExceptionState exception_state;  // used if the code has handlers
  Frame frame;
  Value registers[];
};
inline Activation* activation_of(Generator& generator) {
  return static_cast<Activation*>(&generator);
}
inline Code& code_of(const Generator& generator) {
  return static_cast<const Activation&>(generator).frame.code();
}
inline Activation* activation_of(Frame* frame) {
  return reinterpret_cast<Activation*>(reinterpret_cast<char*>(frame) -
                                       __builtin_offsetof(Activation, frame));
}

struct FrameObject : Object {
  enum class Event : uint8_t { None, Call, Line, Return, Exception, Opcode };
  static constexpr Kind kKind = Kind::Frame;
  Frame* frame;             // the live one, or this object's own copy (kDetached)
  Value back;               // once detached: FrameObject or None
  Value owner;              // the generator whose frame it is, or empty
  Value trace;              // f_trace, or empty
  Value locals;             // the dict of f_locals, or empty
  int32_t previous_offset;  // of the instruction traced before, or -1
  bool trace_lines, trace_opcodes;
  Event event;        // what the trace function is being told
  Frame copy;         // of the frame, made when that ends
  Value registers[];  // its variables
};

FrameObject* object_of(Frame& frame);    // made when asked for
void detach_frame_object(Frame& frame);  // the frame is about to end: the object gets a copy
uint32_t offset_of(const Frame& frame);  // f_lasti
int line_of(const Frame& frame);
Value locals_of(Thread& thread, Frame& frame);  // f_locals
Status write_back_locals(Thread& thread, Frame& frame);

// Unlinks the innermost frame: its end.
void pop_frame(Thread& thread, Frame& frame);
// Adds an entry for `frame` to the pending exception's traceback.
void add_traceback(Thread& thread, Frame& frame);

}  // namespace minipy
