// A Python value in one 64-bit word ("NaN-boxing with raw pointers").
//
//   0x0000_pppp_pppp_pppp            pointer to an Object (16-byte aligned)
//                                    0 = no value, an exception is pending
//                                    small constants: None, False, True, ...
//   bits + 2^48                      a double
//   i + 0xFFFE_0000_0000_0000        an int, -2^49 <= i < 2^49
//
// Pointers stay raw, so the conservative collector sees them. Ints and floats never allocate.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace minipy {

struct Object;

class Value {
 public:
  static constexpr uint64_t kDoubleOffset = uint64_t{1} << 48;
  static constexpr uint64_t kIntBias = 0xFFFE'0000'0000'0000;
  static constexpr uint64_t kFirstInt = 0xFFFC'0000'0000'0000;
  static constexpr int64_t kMinInt = -(int64_t{1} << 49);
  static constexpr int64_t kMaxInt = (int64_t{1} << 49) - 1;

  constexpr Value() = default;  // empty: "an exception is pending"
  constexpr explicit Value(uint64_t bits) : bits_(bits) {}
  Value(const Object* object) : bits_(reinterpret_cast<uint64_t>(object)) {}  // NOLINT: meant to be implicit

  static constexpr bool fits_int(int64_t i) { return i >= kMinInt && i <= kMaxInt; }
  // The caller knows that `i` fits; make_int() in int.h takes every int64_t.
  static constexpr Value from_int(int64_t i) { return Value(static_cast<uint64_t>(i) + kIntBias); }
  static constexpr Value from_bool(bool b) { return Value(uint64_t{6} + b); }
  // NaNs with foreign payloads must have been made canonical (canonical() in float.h).
  static Value from_double(double d) { return Value(std::bit_cast<uint64_t>(d) + kDoubleOffset); }

  constexpr uint64_t bits() const { return bits_; }
  constexpr bool is_empty() const { return bits_ == 0; }
  constexpr bool is_int() const { return bits_ >= kFirstInt; }  // inline ones; big ones are Int objects
  constexpr bool is_double() const { return bits_ - kDoubleOffset < kFirstInt - kDoubleOffset; }
  constexpr bool is_object() const {
    return bits_ < kDoubleOffset && (bits_ & 15) == 0 && bits_ != 0;
  }
  constexpr bool is_bool() const { return (bits_ | 1) == 7; }
  constexpr bool is_none() const { return bits_ == 2; }
  constexpr bool is_true() const { return bits_ == 7; }
  constexpr bool is_false() const { return bits_ == 6; }
  constexpr bool is_unbound() const { return bits_ == 0x0a; }

  constexpr int64_t as_int() const { return static_cast<int64_t>(bits_ - kIntBias); }
  double as_double() const { return std::bit_cast<double>(bits_ - kDoubleOffset); }
  constexpr bool as_bool() const { return bits_ == 7; }
  Object* object() const { return reinterpret_cast<Object*>(bits_); }
  // The object as its C++ layout; the caller has checked the kind.
  template <typename T>
  T* as() const {
    return reinterpret_cast<T*>(bits_);
  }

  // Identity, as the `is` operator sees it: ints and floats go by value.
  friend constexpr bool operator==(Value a, Value b) { return a.bits_ == b.bits_; }

 private:
  uint64_t bits_ = 0;
};

inline constexpr Value None{0x02};
inline constexpr Value False{0x06};
inline constexpr Value True{0x07};
inline constexpr Value Unbound{0x0a};  // an unset variable; an exhausted iterator; an absent entry
inline constexpr Value NotImplemented{0x0e};
inline constexpr Value Ellipsis{0x12};

inline constexpr bool both_ints(Value a, Value b) {
  return (a.bits() & b.bits()) >= Value::kFirstInt;
}
inline constexpr bool both_doubles(Value a, Value b) { return a.is_double() && b.is_double(); }

}  // namespace minipy
