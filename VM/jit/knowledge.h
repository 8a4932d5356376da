// What machine code knows at one place: the types of some Python registers, and which of the machine's registers
// hold copies of them. All of it was true when the instructions before were done here. Where a handler comes back,
// it is checked and loaded again, before it is relied on.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace minipy::jit {

enum class Fact : uint8_t { Nothing, Int, Double, Shape };

struct Known {
  uint16_t number;    // the Python register
  Fact fact;
  int8_t general;     // the machine's register with a copy, or -1
  int8_t floating;    // the one with the double itself, or -1
  uint32_t shape;     // of the object, for Fact::Shape
};

class Knowledge {
 public:
  static constexpr std::size_t kMost = 12;

  const Known* begin() const { return known_.data(); }
  const Known* end() const { return known_.data() + count_; }
  Known* begin() { return known_.data(); }
  Known* end() { return known_.data() + count_; }
  bool is_empty() const { return count_ == 0 && !epoch_; }
  bool epoch() const { return epoch_; }  // that class_epoch is what the caches were filled under
  void set_epoch() { epoch_ = true; }

  void clear() {
    count_ = 0;
    epoch_ = false;
  }
  Known* find(uint32_t number) {
    for (Known& known : *this) {
      if (known.number == number) return &known;
    }
    return nullptr;
  }
  void forget(uint32_t number) {
    if (Known* known = find(number)) erase(known);
  }
  // The entry of a register; the oldest one is given up for it if need be.
  Known& about(uint32_t number) {
    if (Known* known = find(number)) return *known;
    if (count_ == kMost) erase(begin());
    known_[count_] = {static_cast<uint16_t>(number), Fact::Nothing, -1, -1, 0};
    return known_[count_++];
  }
  void give_up_general(int index) {
    for (Known& known : *this) {
      if (known.general == index) known.general = -1;
    }
    tidy();
  }
  void give_up_floating(int index) {
    for (Known& known : *this) {
      if (known.floating == index) known.floating = -1;
    }
    tidy();
  }
  // C++ has run, and perhaps Python: the machine's registers, instances and classes are not as before.
  void forget_copies(uint32_t first_of_instances) {
    for (Known& known : *this) known.general = known.floating = -1;
    epoch_ = false;
    forget_shapes(first_of_instances);
  }
  // Some object has got another shape.
  void forget_shapes(uint32_t first_of_instances) {
    for (Known& known : *this) {
      if (known.fact == Fact::Shape && known.shape >= first_of_instances) known.fact = Fact::Nothing;
    }
    tidy();
  }

 private:
  void erase(Known* known) {
    for (; known + 1 < end(); ++known) known[0] = known[1];
    --count_;
  }
  void tidy() {
    for (Known* known = end(); known-- > begin();) {
      if (known->fact == Fact::Nothing && known->general < 0 && known->floating < 0) erase(known);
    }
  }

  std::array<Known, kMost> known_;
  uint8_t count_ = 0;
  bool epoch_ = false;
};

}  // namespace minipy::jit
