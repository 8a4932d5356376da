// The fields of a named tuple: _collections._tuplegetter.
#pragma once

#include "Objects/tuple.h"

namespace minipy {

struct TupleGetter : Object {
  int64_t index;
  Value doc;
};

}  // namespace minipy
