// Traceback objects. Data model reference 3.2.
#include "Objects/audit.h"
#include "Objects/exception.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "VM/frame.h"
#include "VM/jump.h"

namespace minipy {
namespace {

Value get_next(Traceback& self) { return self.next; }

Status set_next(Thread& thread, Value self, Value value) {
  if (value.is_empty()) return raise(thread, TypeError, "can't delete tb_next attribute");
  if (!value.is_none() && !is_exact(value, Kind::Traceback)) {
    return raise(thread, TypeError, "expected traceback object, got '{}'", type_of(value));
  }
  for (Value entry = value; !entry.is_none(); entry = entry.as<Traceback>()->next) {
    if (entry == self) return raise(thread, ValueError, "traceback loop detected");
  }
  self.as<Traceback>()->next = value;
  return nothing;
}

Value get_frame(Thread& thread, Traceback& self) {
  TRY(audit_read(thread, &self, "tb_frame"));
  return self.frame;
}
int64_t get_last_instruction(Traceback& self) { return self.last_instruction; }

Value get_line(Traceback& self) {
  if (self.line < 0) {
    const Code& code = self.frame.as<FrameObject>()->frame->code();
    self.line = line_of_offset(code, self.last_instruction);
  }
  return self.line < 0 ? None : Value::from_int(self.line);
}

Value directory(Thread&, Traceback&) {
  const Value names[] = {make_str("tb_frame"), make_str("tb_next"), make_str("tb_lasti"), make_str("tb_lineno")};
  return make_list(names, 4);
}

Value make(Thread& thread, Value next, Value frame, int last_instruction, int line) {
  if (!next.is_none() && !is_exact(next, Kind::Traceback)) {
    return raise(thread, TypeError, "expected traceback object or None, got '{}'", type_of(next));
  }
  if (!is_exact(frame, Kind::Frame)) {
    return raise(thread, TypeError, "traceback() argument 'tb_frame' must be frame, not {}", argument_kind(frame));
  }
  auto traceback = allocate<Traceback>();
  traceback->next = next;
  traceback->frame = frame;
  traceback->last_instruction = last_instruction;
  traceback->line = line;
  return traceback;
}
const MethodRow make_row = function<make>("traceback(tb_next, tb_frame, tb_lasti, tb_lineno)", "");

Value make_slot(Thread& thread, Type&, const Value* arguments, size_t count, Value keyword_names) {
  return call_row(thread, make_row, Value(), arguments, count, keyword_names);
}

const MethodRow traceback_methods[] = {
    getter<get_next>("tb_next", "", set_next),
    member<get_frame>("tb_frame", ""),
    member<get_last_instruction>("tb_lasti", ""),
    getter<get_line>("tb_lineno", ""),
    method<directory>("!__dir__($self, /)", "Names of the attributes."),
};

}  // namespace

void define_traceback_type() {
  TypeSpec spec;
  spec.instance_bytes = sizeof(Traceback);
  spec.doc = "TracebackType(tb_next, tb_frame, tb_lasti, tb_lineno)\n--\n\nA new traceback object.";
  spec.slots.make = make_slot;
  spec.methods = traceback_methods;
  define_type(Kind::Traceback, spec);
}

}  // namespace minipy
