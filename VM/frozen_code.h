// The code of frozen modules that the build has put into the executable.
#pragma once

#include "VM/importer.h"

namespace minipy {

// nullptr: none is embedded for this module.
Result<Code*> embedded_frozen_code(Thread& thread, const FrozenModule& module);

}  // namespace minipy
