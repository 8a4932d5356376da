// What object.__reduce_ex__() says of plain instances, without making it: for pickling and copying.
#pragma once

#include "Objects/object.h"
#include "Objects/value.h"

namespace minipy {

// Would object.__reduce_ex__(2) give (copyreg.__newobj__, (type,), attributes, None, None)? So it
// is for instances of a class with none of the special methods, no __slots__, and no base of its
// own layout.
bool reduces_by_default(Value instance);
// The instance's attributes as a new dict, or None if there are none.
Value attributes_copy(Value instance);

}  // namespace minipy
