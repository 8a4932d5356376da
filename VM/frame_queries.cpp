// What the object system asks about the innermost Python frame: super()'s arguments, the calling module.
#include "Objects/bytes.h"
#include "Objects/dict.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"
#include "VM/frame.h"
#include "VM/frame_queries.h"

namespace minipy {

// super() without arguments: the cell __class__ and the first argument of the frame (PEP 3135).
Status find_super_arguments(Thread& thread, Value& type, Value& object) {
  const Frame* frame = thread.frame;
  if (!frame) return raise(thread, RuntimeError, "super(): no current frame");
  const Code& code = frame->code();
  if (code.argument_count == 0) return raise(thread, RuntimeError, "super(): no arguments");
  object = frame->registers()[0];
  if ((code.localsplus_kinds()->data()[0] & Code::kCellKind) && is_exact(object, Kind::Cell)) {
    object = object.as<Cell>()->contents;
  }
  if (object.is_unbound()) return raise(thread, RuntimeError, "super(): arg[0] deleted");
  const size_t count = code.localsplus_names()->size;
  for (size_t i = count - static_cast<size_t>(code.free_count); i < count; ++i) {
    if (!equal(code.localsplus_names()->items[i].as<Str>(), "__class__")) continue;
    const Value cell = frame->registers()[i];
    if (!is_exact(cell, Kind::Cell)) return raise(thread, RuntimeError, "super(): bad __class__ cell");
    type = cell.as<Cell>()->contents;
    if (type.is_unbound()) return raise(thread, RuntimeError, "super(): empty __class__ cell");
    if (!is_type(type)) return raise(thread, RuntimeError, "super(): __class__ is not a type ({})", type_of(type));
    return nothing;
  }
  return raise(thread, RuntimeError, "super(): __class__ cell not found");
}

Value find_calling_module(Thread& thread) {
  if (!thread.frame) return Unbound;
  const Value name = dict_get_str(*thread.frame->python_function().globals, "__name__");
  return name;
}

}  // namespace minipy
