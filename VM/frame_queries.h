#pragma once

#include "Objects/result.h"
#include "Objects/value.h"

namespace minipy {

struct Thread;

Status find_super_arguments(Thread& thread, Value& type, Value& object);
Value find_calling_module(Thread& thread);  // its __name__

}  // namespace minipy
