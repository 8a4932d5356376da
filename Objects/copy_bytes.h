// memcpy for what may be empty: a view of nothing may have no address, which memcpy does not take.
#pragma once

#include <cstring>

namespace minipy {

template <typename Bytes>
void copy_bytes(void* to, Bytes&& from) {
  if (from.size() > 0) std::memcpy(to, from.data(), from.size());
}

}  // namespace minipy
