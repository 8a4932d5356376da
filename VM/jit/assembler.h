// xbyak's encoder, with labels of our own and short ways to the most frequent instructions. xbyak keeps labels and their
// uses in hash tables, which took half of the time in which code is made; here the places to fill in when a label is met
// are linked through themselves.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "VM/jit/xbyak.h"

namespace minipy::jit {

class Label {
  friend class Assembler;
  static constexpr int32_t kNone = -1;
  int32_t place_ = kNone;
  // The last uses so far. A near one holds the offset of the use before, a short one the distance to it, or 0.
  int32_t near_use_ = kNone, short_use_ = kNone;
};

// In buffers of less than 2 GB. Jumps ahead are short unless they are said to be near, jumps back as short as they can be.
class Assembler : public Xbyak::CodeGenerator {
 public:
  using CodeGenerator::CodeGenerator;
  using CodeGenerator::add;
  using CodeGenerator::cmp;
  using CodeGenerator::jmp;
  using CodeGenerator::mov;
  using CodeGenerator::sub;
  using CodeGenerator::test;

  void L(Label& label) {
    label.place_ = here();
    for (int32_t use = label.near_use_; use != Label::kNone;) {
      int32_t before;
      std::memcpy(&before, top_ + use, sizeof before);
      set_displacement(use, label.place_ - use - 4);
      use = before;
    }
    for (int32_t use = label.short_use_; use != Label::kNone;) {
      const uint8_t to_before = top_[use];
      const int32_t displacement = label.place_ - use - 1;
      if (displacement > INT8_MAX) fail(Xbyak::ERR_LABEL_IS_TOO_FAR);
      top_[use] = static_cast<uint8_t>(displacement);
      use = to_before ? use - to_before : Label::kNone;
    }
  }

  void jmp(Label& label, LabelType type = T_AUTO) { jump(label, type, 0xEB, 0xE9, false); }
#define CONDITIONAL_JUMP(name, condition) \
  void name(Label& label, LabelType type = T_AUTO) { jump(label, type, 0x70 | (condition), 0x80 | (condition), true); }
  CONDITIONAL_JUMP(jo, 0x0)
  CONDITIONAL_JUMP(jb, 0x2)
  CONDITIONAL_JUMP(jae, 0x3)
  CONDITIONAL_JUMP(je, 0x4)
  CONDITIONAL_JUMP(jne, 0x5)
  CONDITIONAL_JUMP(jbe, 0x6)
  CONDITIONAL_JUMP(ja, 0x7)
  CONDITIONAL_JUMP(js, 0x8)
  CONDITIONAL_JUMP(jns, 0x9)
  CONDITIONAL_JUMP(jp, 0xA)
  CONDITIONAL_JUMP(jl, 0xC)
  CONDITIONAL_JUMP(jge, 0xD)
  CONDITIONAL_JUMP(jle, 0xE)
  CONDITIONAL_JUMP(jg, 0xF)
#undef CONDITIONAL_JUMP

  // ---- Intel's manual, volume 2: REX prefix, opcode, ModRM byte, SIB byte, displacement, immediate ----

  using Reg32 = Xbyak::Reg32;
  using Reg64 = Xbyak::Reg64;
  using Address = Xbyak::Address;

  void mov(const Reg64& to, const Reg64& from) { registers(0x89, from, to); }
  void add(const Reg64& to, const Reg64& from) { registers(0x01, from, to); }
  void sub(const Reg64& to, const Reg64& from) { registers(0x29, from, to); }
  void cmp(const Reg64& left, const Reg64& right) { registers(0x39, right, left); }
  void test(const Reg64& left, const Reg64& right) { registers(0x85, right, left); }
  void mov(const Reg64& to, const Address& from) { memory(true, 0x8B, to.getIdx(), from); }
  void mov(const Address& to, const Reg64& from) { memory(true, 0x89, from.getIdx(), to); }
  void mov(const Reg32& to, const Address& from) { memory(false, 0x8B, to.getIdx(), from); }
  void cmp(const Reg64& left, const Address& right) { memory(true, 0x3B, left.getIdx(), right); }
  void add(const Reg64& to, uint32_t number) { with_number(0, to, static_cast<int32_t>(number)); }
  void sub(const Reg64& to, uint32_t number) { with_number(5, to, static_cast<int32_t>(number)); }
  void cmp(const Reg64& left, uint32_t number) { with_number(7, left, static_cast<int32_t>(number)); }

  void cmp(const Address& left, uint32_t number) {
    if (left.getBit() != 32) return CodeGenerator::cmp(left, number);
    const bool is_short = fits_in_byte(static_cast<int32_t>(number));
    memory(false, is_short ? 0x83 : 0x81, 7, left);
    put(number, is_short ? 1 : 4);
  }

  void mov(const Reg64& to, uint64_t number) {
    const int index = to.getIdx();
    if (!make_room()) return;
    if (number <= UINT32_MAX) {
      if (index > 7) put(0x41);
      put(0xB8 | (index & 7));
      put(number, 4);
    } else if (number == static_cast<uint64_t>(static_cast<int64_t>(static_cast<int32_t>(number)))) {
      put(0x48 | index >> 3);
      put(0xC7);
      put(0xC0 | (index & 7));
      put(number, 4);
    } else {
      put(0x48 | index >> 3);
      put(0xB8 | (index & 7));
      put(number, 8);
    }
  }

 private:
  static constexpr size_t kMostBytes = 16;  // of an instruction
  static bool fits_in_byte(int32_t number) { return number == static_cast<int8_t>(number); }

  bool make_room() {
    if (size_ + kMostBytes <= maxSize_) return true;
    fail(Xbyak::ERR_CODE_IS_TOO_BIG);
    return false;
  }
  // What make_room() has made room for.
  void put(int byte) { top_[size_++] = static_cast<uint8_t>(byte); }
  void put(uint64_t number, size_t bytes) {
    std::memcpy(top_ + size_, &number, bytes);
    size_ += bytes;
  }

  void registers(int opcode, const Reg64& reg, const Reg64& rm) {
    if (!make_room()) return;
    put(0x48 | (reg.getIdx() >> 3) << 2 | rm.getIdx() >> 3);
    put(opcode);
    put(0xC0 | (reg.getIdx() & 7) << 3 | (rm.getIdx() & 7));
  }

  void with_number(int operation, const Reg64& to, int32_t number) {
    if (!make_room()) return;
    const bool is_short = fits_in_byte(number);
    put(0x48 | to.getIdx() >> 3);
    put(is_short ? 0x83 : 0x81);
    put(0xC0 | operation << 3 | (to.getIdx() & 7));
    put(static_cast<uint32_t>(number), is_short ? 1 : 4);
  }

  // [base + index * scale + displacement], with all 64 bits of a base.
  void memory(bool is_wide, int opcode, int reg, const Address& address) {
    constexpr int kWithIndex = 4, kNoIndex = 4, kNeedsDisplacement = 5;
    if (!make_room()) return;
    const Xbyak::RegExp place = address.getRegExp(false);
    if (place.getBase().getBit() != 64) return fail(Xbyak::ERR_BAD_ADDRESSING);
    const bool has_index = place.getIndex().getBit() != 0;
    const int base = place.getBase().getIdx(), index = has_index ? place.getIndex().getIdx() : kNoIndex;
    const int rex = 0x40 | is_wide << 3 | (reg >> 3) << 2 | (index >> 3) << 1 | base >> 3;
    if (rex != 0x40) put(rex);
    put(opcode);
    const auto displacement = static_cast<int32_t>(place.getDisp());
    const int mode = displacement == 0 && (base & 7) != kNeedsDisplacement ? 0 : fits_in_byte(displacement) ? 1 : 2;
    if (has_index || (base & 7) == kWithIndex) {
      put(mode << 6 | (reg & 7) << 3 | kWithIndex);
      put((has_index ? std::countr_zero(static_cast<unsigned>(place.getScale())) : 0) << 6 | (index & 7) << 3 | (base & 7));
    } else {
      put(mode << 6 | (reg & 7) << 3 | (base & 7));
    }
    if (mode) put(static_cast<uint32_t>(displacement), mode == 1 ? 1 : 4);
  }

  int32_t here() const { return static_cast<int32_t>(size_); }
  static void fail(int error) { Xbyak::local::SetError(error); }
  void set_displacement(int32_t at, int32_t displacement) { std::memcpy(top_ + at, &displacement, sizeof displacement); }

  void jump(Label& label, LabelType type, int short_code, int near_code, bool is_conditional) {
    if (!make_room()) return;
    bool is_short = type != T_NEAR;
    if (label.place_ != Label::kNone) is_short &= here() + 2 - label.place_ <= -INT8_MIN;
    if (is_short) {
      put(short_code);
      put(short_displacement(label));
    } else {
      if (is_conditional) put(0x0F);
      put(near_code);
      put(static_cast<uint32_t>(near_displacement(label)), 4);
    }
  }

  uint8_t short_displacement(Label& label) {
    if (label.place_ != Label::kNone) return static_cast<uint8_t>(label.place_ - here() - 1);
    const int32_t before = label.short_use_;
    label.short_use_ = here();
    if (before == Label::kNone) return 0;
    if (here() - before > INT8_MAX) fail(Xbyak::ERR_LABEL_IS_TOO_FAR);
    return static_cast<uint8_t>(here() - before);
  }

  int32_t near_displacement(Label& label) {
    if (label.place_ != Label::kNone) return label.place_ - here() - 4;
    const int32_t before = label.near_use_;
    label.near_use_ = here();
    return before;
  }
};

}  // namespace minipy::jit
