// The first half of run_main(), for programs that have their own second one.
#pragma once

#include <optional>

#include "VM/runtime.h"

namespace minipy {

// Reads the command line and starts up. A status if there is nothing more to do.
std::optional<int> start_main(int argument_count, char** arguments, NativeModuleFinder finder,
                              NativeModuleNames names);

}  // namespace minipy
