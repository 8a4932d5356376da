// _io: layouts of the file objects, and what other modules use of them.
#pragma once

#include <string>
#include <string_view>

#include "Objects/bytes.h"
#include "Objects/module.h"
#include "Objects/native.h"
#include "Objects/object.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/thread.h"

namespace minipy {

// A TextIOWrapper whose write() nobody has overridden.
inline bool is_plain_text_file(Value file) { return is_exact(file, Kind::TextIOWrapper); }
Status write_plain_text(Thread& thread, Value file, const Str& text);

}  // namespace minipy
