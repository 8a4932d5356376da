// What an AttributeError tells of the attribute that is not there, for suggestions in tracebacks.
#pragma once

#include "Objects/str.h"
#include "Objects/value.h"

namespace minipy {

struct Thread;

// The pending exception comes out of looking up `name` of `object`: an AttributeError without `name` and `obj`
// gets them. It may come from anywhere, from a __getattr__ or a property.
void complete_attribute_error(Thread& thread, Value object, const Str* name);

}  // namespace minipy
