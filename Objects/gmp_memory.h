// GMP ends the process where it finds no memory for its intermediate results. Large operations are run by
// `gmp_succeeds()`, which comes back with false instead.
#pragma once

#include <gmp.h>

#include <csetjmp>
#include <cstddef>

namespace minipy {

// What GMP has allocated since the operation began and not yet given back.
class GmpOperation {
 public:
  GmpOperation() : outer_(current) { current = this; }
  ~GmpOperation() { current = outer_; }
  GmpOperation(const GmpOperation&) = delete;
  GmpOperation& operator=(const GmpOperation&) = delete;

  void note(void* block);
  void forget(void* block);
  [[noreturn]] void abandon();  // gives all that back, and goes to `place`

  jmp_buf place;
  mpz_srcptr result = nullptr;  // its memory is freed by its owner
  static thread_local GmpOperation* current;

 private:
  static constexpr size_t kMost = 64;  // more than GMP has at a time in its large operations
  void* blocks_[kMost];
  size_t count_ = 0;
  GmpOperation* const outer_;
};

void set_up_gmp_memory();

// Below this size GMP works on the stack.
constexpr size_t kLimbsOnStack = 512;

// Runs `work`, which does nothing but call GMP: it may be left in the middle. `limbs` is the size of what it works on;
// `result`, if there is one, the number that it changes. False if there was no memory.
template <typename F>
[[nodiscard]] bool gmp_succeeds(size_t limbs, F&& work, mpz_srcptr result = nullptr) {
  if (limbs < kLimbsOnStack) {
    work();
    return true;
  }
  GmpOperation operation;
  operation.result = result;
  if (setjmp(operation.place)) return false;
  work();
  return true;
}

}  // namespace minipy
