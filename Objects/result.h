// Errors are values: a function that Python can see fail returns an empty Value, or a Result<T>
// without a value, with the exception pending in its Thread. TRY passes the failure on.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <type_traits>
#include <utility>

#include "Objects/value.h"

namespace minipy {

// What `return error;` and `return raise(...)` give: it becomes the failure of any return type.
struct Failure {
  constexpr operator Value() const { return Value(); }  // NOLINT: meant to be implicit
};
inline constexpr Failure error{};

struct Nothing {};
inline constexpr Nothing nothing{};

template <typename T>
class [[nodiscard]] Result {
 public:
  constexpr Result(Failure) : value_(), ok_(false) {}  // NOLINT: meant to be implicit
  template <typename U = T>
    requires(std::is_convertible_v<U, T> && !std::is_same_v<std::remove_cvref_t<U>, Failure>)
  constexpr Result(U&& value) : value_(std::forward<U>(value)), ok_(true) {}  // NOLINT

  constexpr bool failed() const { return !ok_; }
  constexpr T& value() { return value_; }
  constexpr const T& value() const { return value_; }

 private:
  T value_;
  bool ok_;
};

// For functions that fail or do something, without a value of their own: `return nothing;`.
using Status = Result<Nothing>;

constexpr bool failed(Value value) { return value.is_empty(); }
constexpr bool failed(Failure) { return true; }
template <typename T>
constexpr bool failed(const Result<T>& result) {
  return result.failed();
}

constexpr Value unwrap(Value value) { return value; }
constexpr Nothing unwrap(Failure) { return nothing; }
template <typename T>
constexpr T unwrap(Result<T>&& result) {
  return std::move(result.value());
}

#define TRY(...)                                      \
  ({                                                  \
    auto try_result_ = (__VA_ARGS__);                 \
    if (::minipy::failed(try_result_)) [[unlikely]] { \
      return ::minipy::error;                         \
    }                                                 \
    ::minipy::unwrap(std::move(try_result_));         \
  })

[[noreturn]] inline void die(const char* what, const char* file, int line) {
  std::fprintf(stderr, "minipy: %s:%d: broken invariant: %s\n", file, line, what);
  std::abort();
}

// The value of something that cannot fail; `why` says why.
#define MUST(expression, why)                                                   \
  ({                                                                            \
    auto must_result_ = (expression);                                           \
    if (::minipy::failed(must_result_)) ::minipy::die(why, __FILE__, __LINE__); \
    ::minipy::unwrap(std::move(must_result_));                                  \
  })

#define MP_ASSERT(condition) \
  ((condition) ? void() : ::minipy::die(#condition, __FILE__, __LINE__))
#define MP_UNREACHABLE() ::minipy::die("unreachable", __FILE__, __LINE__)

}  // namespace minipy
