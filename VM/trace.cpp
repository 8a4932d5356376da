// sys.settrace() and sys.setprofile(): events, in the order and with the lines of CPython 3.11.
#include "Objects/bytes.h"
#include "Objects/exception.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"
#include "Compiler/opcodes.h"
#include "VM/interface.h"
#include "VM/profiler.h"
#include "VM/run.h"
#include "VM/untraced.h"

namespace minipy {

NativeProfiler native_profiler;

namespace {

// How many trace functions (or others that are not traced) of this thread are running: whatever they install works after their end only.
thread_local int running_tracers = 0;

void update_pending(Thread& thread) {
  if (running_tracers > 0 || (thread.trace_function.is_empty() && thread.profile_function.is_empty())) {
    thread.pending.fetch_and(~kPendingTracing);
  } else {
    thread.pending.fetch_or(kPendingTracing);
  }
}

Value call_tracer(Thread& thread, Frame& frame, Value function, const char* event, Value argument) {
  const Value object = object_of(frame);
  TRY(locals_of(thread, frame));
  const Value result = call(thread, function, {object, intern(event), argument});
  const Value exception = take_exception(thread);
  const Status written = write_back_locals(thread, frame);
  if (!exception.is_empty()) thread.exception = exception;
  if (result.is_empty() || written.failed()) {
    if (has_exception(thread)) add_traceback(thread, frame);
    return error;
  }
  return result;
}

// One event for the trace function: `call` goes to the thread's, the others to the frame's own.
Status trace_event(Thread& thread, Frame& frame, FrameObject::Event kind, const char* event, Value argument) {
  const bool is_call = kind == FrameObject::Event::Call;
  if (thread.trace_function.is_empty()) return nothing;
  if (!is_call && !frame.has(Frame::kHasObject)) return nothing;
  FrameObject& object = *object_of(frame);
  const Value function = is_call ? thread.trace_function : object.trace;
  if (function.is_empty()) return nothing;
  const FrameObject::Event outer = object.event;
  object.event = kind;
  Value result;
  {
    const Untraced untraced(thread);
    result = call_tracer(thread, frame, function, event, argument);
  }
  object.event = outer;
  if (result.is_empty()) {
    thread.trace_function = Value();
    update_pending(thread);
    object.trace = Value();
    return error;
  }
  if (!result.is_none()) object.trace = result;
  return nothing;
}

// `event` is "call" or "return", or one of a native function, which is the argument then.
void tell_native_profiler(Thread& thread, Frame& frame, std::string_view event, Value argument) {
  const bool is_native = event.starts_with("c_"), is_call = event.ends_with("call");
  const Untraced untraced(thread);
  const ProfileEvent kind = is_native ? (is_call ? ProfileEvent::NativeCall : ProfileEvent::NativeReturn)
                                      : (is_call ? ProfileEvent::Call : ProfileEvent::Return);
  native_profiler.notify(thread, thread.profile_function, kind, is_native ? argument : Value(&frame.code()));
}

Status profile_event(Thread& thread, Frame& frame, const char* event, Value argument) {
  if (thread.profile_function.is_empty()) return nothing;
  if (native_profiler.notify && has_kind(thread.profile_function, native_profiler.kind)) {
    tell_native_profiler(thread, frame, event, argument);
    return nothing;
  }
  Value result;
  {
    const Untraced untraced(thread);
    result = call_tracer(thread, frame, thread.profile_function, event, argument);
  }
  if (!result.is_empty()) return nothing;
  thread.profile_function = Value();
  update_pending(thread);
  return error;
}

// The line that the trace function has jumped to begins without an event of its own.
void end_jump(Frame& frame, FrameObject& object) {
  object.previous_offset = static_cast<int32_t>(offset_of(frame));
  const Op op = static_cast<Op>(frame.pc->op);
  if (op == Op::TRACE || op == Op::TRACE_CALL) ++frame.pc;
}

uint32_t first_resume(const Code& code) {
  const std::string_view bytes = code.code()->view();
  for (size_t i = 0; i < bytes.size(); i += 2) {
    if (static_cast<uint8_t>(bytes[i]) == static_cast<uint8_t>(Opcode::RESUME)) return static_cast<uint32_t>(i);
  }
  return 0;
}

// Is the instruction of a kind that waits for its frame's return to go on?
bool is_waiting(uint16_t op) {
  if (is_call(static_cast<Op>(op)) || is_for_iterator(static_cast<Op>(op))) return true;
  switch (static_cast<Op>(op)) {
    case Op::SEND:
    case Op::YIELD:
    case Op::RETURN_GENERATOR: return true;
    default: return false;
  }
}

// Instructions are rewritten for what they meet.
bool is_same_instruction(Op op, Op other) {
  return op == other || (is_call(op) && is_call(other)) || (is_for_iterator(op) && is_for_iterator(other));
}

Word* counterpart(const Form& from, const Form& to, Word* pc) {
  const uint32_t offset = offset_of_word(from, pc);
  if (!is_waiting(pc->op)) {
    return word_of_offset(from, offset) == pc ? word_of_offset(to, offset) : nullptr;
  }
  // The same instruction: no other of its kind comes from the same bytecode.
  static constexpr uint8_t lengths[] = {
#define INSTRUCTION(name, words, destination, what) words,
#include "VM/instructions.def"
  };
  Word* word = word_of_offset(to, offset);
  Word* const end = to.words + to.word_count;
  while (word && word < end && offset_of_word(to, word) == offset) {
    if (is_same_instruction(static_cast<Op>(word->op), static_cast<Op>(pc->op))) return word;
    word += lengths[word->op];
  }
  return nullptr;
}

}  // namespace

Untraced::Untraced(Thread& thread) : thread_(thread) {
  ++running_tracers;
  update_pending(thread);
}
Untraced::~Untraced() {
  --running_tracers;
  update_pending(thread_);
}

void choose_form(Thread& thread, Frame& frame, bool is_entering) {
  const bool has_tracer = !thread.trace_function.is_empty() && frame.has(Frame::kHasObject) &&
                          !frame.object.as<FrameObject>()->trace.is_empty();
  const bool wanted = is_tracing(thread) && (is_entering || has_tracer || !thread.profile_function.is_empty());
  if (!wanted || frame.form->is_traced) return;
  Form* twin = form_of(thread, frame.code(), true);
  if (!twin) {
    take_exception(thread);
    return;
  }
  if (Word* pc = counterpart(*frame.form, *twin, frame.pc)) {
    // Room for the form's registers: both have nearly the same number, but the larger one decides.
    if (twin->register_count > frame.form->register_count) return;
    // A frame that waits is in the middle of its line; elsewhere set_trace() has noted where it was.
    if (has_tracer && is_waiting(frame.pc->op)) frame.object.as<FrameObject>()->previous_offset = static_cast<int32_t>(offset_of(frame));
    frame.form = twin;
    frame.pc = pc;
  }
}

Status trace_call(Thread& thread, Frame& frame) {
  if (!is_tracing(thread)) return nothing;
  TRY(trace_event(thread, frame, FrameObject::Event::Call, "call", None));
  if (frame.has(Frame::kHasObject)) frame.object.as<FrameObject>()->previous_offset = static_cast<int32_t>(offset_of(frame));
  return profile_event(thread, frame, "call", None);
}

Status trace_return(Thread& thread, Frame& frame, Value value) {
  if (!is_tracing(thread)) return nothing;
  if (value.is_empty()) value = None;
  TRY(trace_event(thread, frame, FrameObject::Event::Return, "return", value));
  return profile_event(thread, frame, "return", value);
}

// A line event at the first instruction of a line, and when a line is jumped back to.
Status trace_instruction(Thread& thread, Frame& frame, uint32_t offset) {
  if (!frame.has(Frame::kHasObject)) return nothing;
  FrameObject& object = *frame.object.as<FrameObject>();
  const int64_t previous = object.previous_offset;
  object.previous_offset = static_cast<int32_t>(offset);  // while nothing is traced, too: it may begin in any line
  if (!is_tracing(thread) || thread.trace_function.is_empty() || object.trace.is_empty()) return nothing;
  const Code& code = frame.code();
  const Word* const before = frame.pc;
  if (object.trace_lines) {
    const int line = line_of_offset(code, static_cast<int>(offset));
    const bool is_first = previous <= static_cast<int64_t>(first_resume(code));
    const int last_line = is_first ? -1 : line_of_offset(code, static_cast<int>(previous));
    bool is_event = line != -1 && line != last_line;
    if (line != -1 && !is_event && previous > static_cast<int64_t>(offset)) {
      const uint8_t opcode = static_cast<uint8_t>(code.code()->view()[static_cast<size_t>(previous)]);
      is_event = opcode != static_cast<uint8_t>(Opcode::JUMP_BACKWARD_NO_INTERRUPT);
    }
    if (is_event) TRY(trace_event(thread, frame, FrameObject::Event::Line, "line", None));
  }
  if (object.trace_opcodes) TRY(trace_event(thread, frame, FrameObject::Event::Opcode, "opcode", None));
  if (frame.pc != before) end_jump(frame, object);
  return nothing;
}

void trace_exception(Thread& thread, Frame& frame) {
  if (!frame.has(Frame::kHasObject) || frame.object.as<FrameObject>()->trace.is_empty()) return;
  const Value exception = take_exception(thread);
  const Value traceback = exception_object(exception).traceback;
  const Value shown = traceback.is_empty() ? None : traceback;
  const Value argument = make_tuple({&type_of(exception), exception, shown});
  if (!trace_event(thread, frame, FrameObject::Event::Exception, "exception", argument).failed()) {
    thread.exception = exception;
  }
}

Status trace_stop_iteration(Thread& thread, Frame& frame, Value result) {
  if (!is_tracing(thread) || thread.trace_function.is_empty()) return nothing;
  raise_stop_iteration(thread, result);
  const Value exception = thread.exception;
  trace_exception(thread, frame);
  if (!(thread.exception == exception)) return error;
  take_exception(thread);
  return nothing;
}

Status profile_native(Thread& thread, const char* event, Value callable) {
  if (!thread.frame) return nothing;
  return profile_event(thread, *thread.frame, event, callable);
}

void choose_forms_of_callers(Thread& thread) {
  if (!is_tracing(thread)) return;
  for (Frame* frame = thread.frame; frame; frame = frame->previous) {
    // A frame with an object tells of its return in whatever form it is by then.
    if (!thread.profile_function.is_empty()) object_of(*frame);
    if (frame->previous && !frame->has(Frame::kEntry)) choose_form(thread, *frame->previous);
  }
}

Value call_with_tracing(Thread& thread, Value function, std::span<const Value> arguments) {
  const int outer = std::exchange(running_tracers, 0);
  update_pending(thread);
  const Value result = call(thread, function, arguments.data(), arguments.size());
  running_tracers = outer;
  update_pending(thread);
  return result;
}

void set_trace_function(Thread& thread, Value function) {
  thread.trace_function = function.is_none() ? Value() : function;
  update_pending(thread);
  choose_forms_of_callers(thread);
}

void set_profile_function(Thread& thread, Value function) {
  thread.profile_function = function.is_none() ? Value() : function;
  update_pending(thread);
  choose_forms_of_callers(thread);
}

}  // namespace minipy
