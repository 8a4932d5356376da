// Reading and positions of text files.
#pragma once

#include "Modules/io/io.h"

namespace minipy {

// The next line if it lies whole in what was decoded and nothing need be written before: as usual. Otherwise nullptr.
Str* text_line_at_hand(TextIOWrapper& self);
Value text_read(Thread& thread, TextIOWrapper& self, int64_t size);
// One more piece of the file decoded; false at its end.
Result<bool> text_read_chunk(Thread& thread, TextIOWrapper& self, size_t hint);
Value text_seek(Thread& thread, TextIOWrapper& self, Value cookie, int whence);
Value text_tell(Thread& thread, TextIOWrapper& self);
Value text_truncate(Thread& thread, TextIOWrapper& self, Value size);

}  // namespace minipy
