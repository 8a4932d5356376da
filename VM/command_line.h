// What the arguments and the environment variables say.
#pragma once

#include <optional>

#include "VM/runtime.h"

namespace minipy {

// Fills `configuration`. An exit status if there is nothing more to do (--version, an unknown option).
std::optional<int> read_command_line(int argument_count, char** arguments, Configuration& configuration);
void print_help(const char* program);
void print_environment_help();
void print_option_help();

}  // namespace minipy
