// The machine as compiled forms use it (x86-64): which register holds what, and where things lie in memory.
//
// The registers of the handlers' calling convention are pc, fp, k and thread. In machine code pc is the form's first
// word all the time. The other fixed ones hold constants of the representation of values (Objects/value.h); they are
// arguments of whoever goes on in machine code. All others hold copies of Python registers: Knowledge.
#pragma once

#include "Objects/dict.h"
#include "Objects/function.h"
#include "Objects/iterators.h"
#include "Objects/list.h"
#include "Objects/module.h"
#include "Objects/range.h"
#include "Objects/thread.h"
#include "Objects/tuple.h"
#include "VM/frame.h"
#include "VM/jit/jit.h"
#include "VM/jit/assembler.h"

namespace minipy::jit {

using Xbyak::Address;

using Xbyak::Reg64;
using Xbyak::Xmm;
using namespace Xbyak::util;

inline const Reg64 words = r12, fp = r13, constants = r14, thread = r15;
inline const Reg64 pointer_mask = rdi;   // no bit of it is set in a pointer
inline const Reg64 first_int = rsi;      // Value::kFirstInt
inline const Reg64 double_offset = rdx;  // Value::kDoubleOffset, half of what separates ints from their bias
inline const Reg64 double_limit = rcx;   // kFirstInt - kDoubleOffset: a double less its offset is below
inline const Reg64 int_bias = r8;        // Value::kIntBias

// Fields of a frame, from its registers.
#define FRAME_FIELD(name) static_cast<int>(__builtin_offsetof(Frame, name)) - static_cast<int>(sizeof(Frame))
#define OFFSET(type, name) static_cast<int>(__builtin_offsetof(type, name))

inline Address register_at(uint32_t number) { return ptr[fp + static_cast<int>(number * sizeof(Value))]; }
inline Address constant_at(uint32_t number) { return ptr[constants + static_cast<int>(number * sizeof(Value))]; }

inline void load_fixed_registers(Assembler& code) {
  code.mov(pointer_mask, kPointerMask);
  code.mov(first_int, Value::kFirstInt);
  code.mov(double_offset, Value::kDoubleOffset);
  code.mov(double_limit, kDoubleLimit);
  code.mov(int_bias, Value::kIntBias);
}

// The shape's number is lost.
inline void load_type_of_shape(Assembler& code, const Reg64& type, const Reg64& shape) {
  static_assert(sizeof(ShapeEntry) == 16 && OFFSET(ShapeEntry, type) == 0);
  code.shr(shape.cvt32(), 1);
  code.shl(shape, 4);
  code.mov(type, reinterpret_cast<size_t>(&shape_table));
  code.mov(type, code.ptr[type]);
  code.mov(type, code.ptr[type + shape]);
}

inline bool fits_32_bits(uint64_t value) {
  return value == static_cast<uint64_t>(static_cast<int64_t>(static_cast<int32_t>(value)));
}

}  // namespace minipy::jit
