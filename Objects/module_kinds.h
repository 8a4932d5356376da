// Kinds of the types that modules define: the rows of module_types.def, numbered behind those of
// types.def. They stand apart from Kind so that a new row rebuilds only what uses such types.
#pragma once

#include "Objects/object.h"

namespace minipy {

enum class ModuleTypeRow : uint16_t {
#define TYPE(name, python_name, base) name,
#include "Objects/module_types.def"
  kCount
};

namespace ModuleKind {
#define TYPE(name, python_name, base) \
  constexpr Kind name =               \
      static_cast<Kind>(static_cast<size_t>(Kind::kCount) + static_cast<size_t>(ModuleTypeRow::name));
#include "Objects/module_types.def"
}  // namespace ModuleKind

constexpr size_t kKindCount = static_cast<size_t>(Kind::kCount) + static_cast<size_t>(ModuleTypeRow::kCount);

}  // namespace minipy
