// Where nothing is traced or profiled: in trace functions, and in audit hooks that do not ask for it.
#pragma once

#include "Objects/thread.h"

namespace minipy {

class Untraced {
 public:
  explicit Untraced(Thread& thread);
  ~Untraced();
  Untraced(const Untraced&) = delete;
  Untraced& operator=(const Untraced&) = delete;

 private:
  Thread& thread_;
};

}  // namespace minipy
