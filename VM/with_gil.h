// For callbacks of C libraries that are called without the GIL.
#pragma once

#include "VM/threads.h"

namespace minipy {

// Takes the GIL for a scope. An exception that was pending outside stays so.
class WithGil {
 public:
  WithGil() : thread_(current_thread()) {
    take_gil(thread_);
    outer_ = take_exception(thread_);
  }
  ~WithGil() {
    thread_.exception = outer_;
    release_gil(thread_);
  }
  WithGil(const WithGil&) = delete;
  WithGil& operator=(const WithGil&) = delete;
  Thread& thread() { return thread_; }

 private:
  Thread& thread_;
  Value outer_;
};

}  // namespace minipy
