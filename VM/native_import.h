// What importlib._find_and_load does, in C++, for modules that it would find and load the usual
// way.
#pragma once

#include "Objects/str.h"
#include "Objects/thread.h"

namespace minipy {

// The module, imported; Unbound if importlib's own code has to do it (nothing has happened then
// that it would not do as well). Only called when sys.modules has no such module.
Value import_natively(Thread& thread, Value name);

// While there is but one thread, imports in progress hold no lock. Before a second one starts they
// get theirs.
Status lock_imports_in_progress(Thread& thread);

}  // namespace minipy
