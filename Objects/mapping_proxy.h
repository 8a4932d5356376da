// types.MappingProxyType.
#pragma once

#include "Objects/value.h"

namespace minipy {

Value make_mapping_proxy(Value mapping);

}  // namespace minipy
