// For recursion that CPython does not count, as in hashes, proxies of proxies and iterators of iterators: only
// running out of C++ stack ends it. Every function of protocol.h that calls a slot asks, here or by a RecursionGuard.
#pragma once

#include "Objects/thread.h"

namespace minipy {

bool raise_out_of_stack(Thread& thread);

// True with RecursionError raised.
inline bool is_stack_exhausted(Thread& thread) {
  return reinterpret_cast<char*>(__builtin_frame_address(0)) < thread.stack_limit && raise_out_of_stack(thread);
}

}  // namespace minipy
