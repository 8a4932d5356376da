#include "Objects/text/growing_text.h"

namespace minipy {

Reallocate reallocate_text = [](void* block, size_t, size_t new_size) { return std::realloc(block, new_size); };

}  // namespace minipy
