// Setting f_lineno: debuggers jump to another line of the frame.
#pragma once

#include "Objects/result.h"
#include "VM/frame.h"

namespace minipy {

Status jump_to_line(Thread& thread, FrameObject& object, Value line);
void define_frame_type();
void define_traceback_type();

}  // namespace minipy
