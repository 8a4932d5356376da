// Frame objects: what sys._getframe() and tracebacks show of a frame, which they may outlive.
#include <algorithm>

#include "Objects/audit.h"
#include "Objects/bytes.h"
#include "Objects/address_text.h"
#include "Objects/dict.h"
#include "Objects/gc.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"
#include "VM/generator_attributes.h"
#include "VM/generators.h"
#include "VM/jump.h"
#include "VM/run.h"

namespace minipy {

uint32_t offset_of(const Frame& frame) { return offset_of_word(*frame.form, frame.pc); }

int line_of(const Frame& frame) { return line_of_offset(frame.code(), static_cast<int>(offset_of(frame))); }

FrameObject* object_of(Frame& frame) {
  if (frame.has(Frame::kHasObject)) return frame.object.as<FrameObject>();
  auto object = allocate<FrameObject>(frame.form->local_count * sizeof(Value));
  object->frame = &frame;
  object->back = None;
  object->trace_lines = true;
  object->previous_offset = -1;
  if (frame.has(Frame::kHeap)) object->owner = activation_of(&frame);
  frame.object = object;
  frame.flags |= Frame::kHasObject;
  return object;
}

void detach_frame_object(Frame& frame) {
  FrameObject* object = frame.object.as<FrameObject>();
  const size_t registers = frame.form->local_count;
  static_assert(__builtin_offsetof(FrameObject, registers) == __builtin_offsetof(FrameObject, copy) + sizeof(Frame));
  Frame* copy = &object->copy;
  *copy = frame;
  copy->previous = nullptr;
  copy->flags = Frame::kDetached | Frame::kHasObject;
  if (frame.has(Frame::kInit)) copy->locals = Value();
  std::copy_n(frame.registers(), registers, copy->registers());
  object->frame = copy;
  object->owner = Value();
  object->back = frame.previous ? Value(object_of(*frame.previous)) : None;
  frame.flags &= ~static_cast<uint64_t>(Frame::kHasObject);
  frame.object = Value();
}

// --- locals ---

namespace {

bool has_fast_locals(const Frame& frame) { return frame.code().flags & Code::kOptimized; }

// The variable's value, behind its cell; Unbound if it has none.
Value variable(const Frame& frame, size_t index) {
  const Value value = frame.registers()[index];
  const uint8_t kind = frame.code().localsplus_kinds()->data()[index];
  if ((kind & (Code::kCellKind | Code::kFreeKind)) && is_exact(value, Kind::Cell)) return value.as<Cell>()->contents;
  return value;
}

// A frame that has not run its first instructions yet has its free variables only in the function.
void copy_free_variables(Frame& frame) {
  const Value closure = frame.python_function().closure;
  if (!is_tuple(closure)) return;
  const size_t count = closure.as<Tuple>()->size, first = frame.code().localsplus_names()->size - count;
  for (size_t i = 0; i < count; ++i) {
    if (frame.registers()[first + i].is_unbound()) frame.registers()[first + i] = closure.as<Tuple>()->items[i];
  }
}

// Nobody has made a dict of no keywords so far.
void make_forwarded_keywords(Frame& frame) {
  const Code& code = frame.code();
  const size_t local = static_cast<size_t>(code.argument_count) + static_cast<size_t>(code.keyword_only_count) +
                       ((code.flags & Code::kVarArguments) != 0);
  Value& keywords = frame.registers()[local];
  if (keywords.is_unbound()) keywords = make_dict();
}

}  // namespace

Value locals_of(Thread& thread, Frame& frame) {
  const Code& code = frame.code();
  const bool is_fast = has_fast_locals(frame);
  Value mapping = is_fast ? Value() : frame.locals;
  FrameObject* object = nullptr;
  if (mapping.is_empty()) {
    object = object_of(frame);
    if (object->locals.is_empty()) object->locals = make_dict();
    mapping = object->locals;
  }
  if (is_fast) copy_free_variables(frame);
  if (is_fast && frame.form->forwards_keywords && !frame.has(Frame::kCleared)) make_forwarded_keywords(frame);
  for (size_t i = 0; i < code.localsplus_names()->size; ++i) {
    if (!is_fast && (code.localsplus_kinds()->data()[i] & Code::kFreeKind)) continue;
    const Value name = code.localsplus_names()->items[i];
    const Value value = frame.has(Frame::kCleared) ? Unbound : variable(frame, i);
    if (value.is_unbound()) {
      if (is_exact_dict(mapping)) {
        dict_delete_str(*mapping.as<Dict>(), name.as<Str>());
      } else if (delete_item(thread, mapping, name).failed() && !catch_exception(thread, KeyError)) {
        return error;
      }
    } else {
      if (value.is_object()) note_escape(value.object());
      TRY(set_item(thread, mapping, name, value));
    }
  }
  return mapping;
}

// After a trace function: what it changed in f_locals goes to the variables.
Status write_back_locals(Thread& thread, Frame& frame) {
  if (!has_fast_locals(frame) || !frame.has(Frame::kHasObject)) return nothing;
  const Value mapping = frame.object.as<FrameObject>()->locals;
  if (mapping.is_empty()) return nothing;
  const Code& code = frame.code();
  for (size_t i = 0; i < code.localsplus_names()->size; ++i) {
    const Value value = TRY(dict_get(thread, *mapping.as<Dict>(), code.localsplus_names()->items[i]));
    Value& place = frame.registers()[i];
    const uint8_t kind = code.localsplus_kinds()->data()[i];
    if ((kind & (Code::kCellKind | Code::kFreeKind)) && is_exact(place, Kind::Cell)) {
      place.as<Cell>()->contents = value;
    } else if (!(kind & (Code::kCellKind | Code::kFreeKind)) && !(value.is_unbound() && i < static_cast<size_t>(code.argument_count) && place.is_unbound())) {
      place = value;
    }
  }
  return nothing;
}

// --- what Python sees ---

namespace {

Value get_back(Thread& thread, FrameObject& self) {
  if (self.frame->has(Frame::kDetached)) return self.back;
  static_cast<void>(thread);
  return self.frame->previous ? Value(object_of(*self.frame->previous)) : None;
}
Value get_code_object(Thread& thread, FrameObject& self) {
  TRY(audit_read(thread, &self, "f_code"));
  return &self.frame->code();
}
Value get_globals(FrameObject& self) { return self.frame->python_function().globals; }
Value get_builtins(FrameObject& self) { return self.frame->python_function().builtins; }
Value get_locals(Thread& thread, FrameObject& self) { return locals_of(thread, *self.frame); }
int64_t get_last_instruction(FrameObject& self) { return offset_of(*self.frame); }

Value get_line(FrameObject& self) {
  const int line = line_of(*self.frame);
  return line < 0 ? None : Value::from_int(line);
}
Status set_line(Thread& thread, Value self, Value value) {
  if (value.is_empty()) return raise(thread, AttributeError, "cannot delete attribute");
  return jump_to_line(thread, *self.as<FrameObject>(), value);
}

Value get_trace(FrameObject& self) { return self.trace.is_empty() ? None : self.trace; }
Status set_trace(Thread& thread, Value self, Value value) {
  FrameObject& object = *self.as<FrameObject>();
  // The line that the frame is in has begun already.
  if (object.trace.is_empty()) object.previous_offset = offset_of(*object.frame);
  object.trace = value.is_none() ? Value() : value;
  choose_forms_of_callers(thread);
  return nothing;
}
bool get_trace_lines(FrameObject& self) { return self.trace_lines; }
Status set_trace_lines(Thread& thread, Value self, Value value) {
  if (!value.is_bool()) return raise(thread, TypeError, "attribute value type must be bool");
  self.as<FrameObject>()->trace_lines = value.is_true();
  return nothing;
}
bool get_trace_opcodes(FrameObject& self) { return self.trace_opcodes; }
Status set_trace_opcodes(Thread& thread, Value self, Value value) {
  if (!value.is_bool()) return raise(thread, TypeError, "attribute value type must be bool");
  self.as<FrameObject>()->trace_opcodes = value.is_true();
  return nothing;
}

Value clear(Thread& thread, FrameObject& self) {
  Frame& frame = *self.frame;
  if (frame.has(Frame::kHeap)) {
    Generator& generator = *activation_of(&frame);
    if (generator.state == Generator::State::Running) return raise(thread, RuntimeError, "cannot clear an executing frame");
    finalize_generator(thread, &generator);
    Frame& rest = *self.frame;
    std::fill_n(rest.registers(), rest.form->local_count, Unbound);
    self.locals = Value();
    return None;
  }
  if (!frame.has(Frame::kDetached)) return raise(thread, RuntimeError, "cannot clear an executing frame");
  std::fill_n(frame.registers(), frame.form->local_count, Unbound);
  frame.flags |= Frame::kCleared;
  self.locals = Value();
  return None;
}

int64_t size_of(FrameObject& self) {
  return static_cast<int64_t>(sizeof(FrameObject) + self.frame->form->local_count * sizeof(Value));
}

Value frame_repr(Thread& thread, Value self) {
  FrameObject& object = *self.as<FrameObject>();
  const AddressText address(self);
  const Code& code = object.frame->code();
  return format_message(thread, "<frame at {}, file {}, line {}, code {}>",
                        {address.text(), Repr{code.filename()}, line_of(*object.frame), Value(reinterpret_cast<Object*>(code.name()))});
}

const MethodRow frame_methods[] = {
    getter<get_back>("f_back", ""),
    member<get_code_object>("f_code", ""),
    member<get_globals>("f_globals", ""),
    member<get_builtins>("f_builtins", ""),
    getter<get_locals>("f_locals", ""),
    member<get_last_instruction>("f_lasti", ""),
    getter<get_line>("f_lineno", "", set_line),
    getter<get_trace>("f_trace", "", set_trace),
    member<get_trace_lines>("f_trace_lines", "", set_trace_lines),
    getter<get_trace_opcodes>("f_trace_opcodes", "", set_trace_opcodes),
    method<clear>("!clear($self, /)", "F.clear(): clear most references held by the frame"),
    method<size_of>("!__sizeof__($self, /)", "F.__sizeof__() -> size of F in memory, in bytes"),
};

}  // namespace

void define_frame_type() {
  TypeSpec spec;
  spec.instance_bytes = sizeof(FrameObject);
  spec.flags = Type::kDisallowInstantiation;
  spec.slots.repr = frame_repr;
  spec.methods = frame_methods;
  define_type(Kind::Frame, spec);
}

}  // namespace minipy
