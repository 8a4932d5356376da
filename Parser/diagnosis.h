// Finds out what is wrong with a program that TreeParser has refused, and leaves it in the report.
#pragma once

#include "Parser/run.h"

namespace minipy {

void diagnose(Run& run);

}  // namespace minipy
