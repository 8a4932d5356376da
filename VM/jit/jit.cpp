#include "VM/jit/jit.h"

#if MINIPY_TAIL_CALLS

#include <algorithm>
#include <array>
#include <cstdlib>
#include <span>

#include "Objects/gc.h"
#include "VM/jit/code_memory.h"
#include "VM/jit/form_compiler.h"

#include "Objects/str.h"
#include "Objects/type.h"

namespace minipy {
namespace jit {
namespace {

constexpr uint32_t kMostWords = 20'000;  // of a form; larger ones are hardly hot as a whole
constexpr size_t kBytesPerWord = 400, kFurtherBytes = 4096;
// How often code may be left for unmet expectations before it is made anew, for each word, because that takes so much
// longer for more words; and how often it is done.
constexpr uint32_t kPatience = 4, kEndlessPatience = UINT32_MAX, kMostCompilations = 5;

bool may_see_several(Op op) {
  return op == Op::CALL || op == Op::CALL_METHOD || (op >= Op::LOAD_ATTRIBUTE && op < Op::LOAD_SUPER_METHOD);
}

struct Continuation : Assembler {
  explicit Continuation(std::span<uint8_t> buffer) : Assembler(buffer.size(), buffer.data()) {
    Label interpreted;
    mov(rax, ptr[fp + FRAME_FIELD(form)]);
    mov(r9, ptr[rax + OFFSET(Form, entries)]);
    test(r9, r9);
    je(interpreted);
    mov(r10, ptr[rax + OFFSET(Form, words)]);
    load_fixed_registers(*this);
    sub(words, r10);
    add(r9, words);
    mov(words, r10);
    jmp(ptr[r9]);
    L(interpreted);
    movzx(eax, word[words]);
    mov(r9, reinterpret_cast<size_t>(interpreter_handlers));
    jmp(ptr[r9 + rax * 8]);
  }
};

// Is the value in rax true? eax becomes 0 or 1; 2 if only C++ or Python can tell. No other register changes.
struct TruthRoutine : Assembler {
  explicit TruthRoutine(std::span<uint8_t> buffer) : Assembler(buffer.size(), buffer.data()) {
    Label is_not_pointer, is_not_empty, is_true, unknown;
    push(rbx);
    test(rax, pointer_mask);
    jne(is_not_pointer);
    mov(ebx, dword[rax + OFFSET(Object, shape)]);
    is_true_above(Kind::Str, qword[rax + OFFSET(Str, length_and_width)], kWidthBits, is_not_empty);
    is_true_above(Kind::List, qword[rax + OFFSET(List, size)], 0, is_not_empty);
    is_true_above(Kind::Tuple, qword[rax + OFFSET(Tuple, size)], 0, is_not_empty);
    is_true_above(Kind::Dict, dword[rax + OFFSET(Dict, count)], 0, is_not_empty);
    load_type_of_shape(*this, rax, rbx);
    for (int slot : {OFFSET(minipy::Type, slots.truth), OFFSET(minipy::Type, slots.map_length), OFFSET(minipy::Type, slots.sequence_length)}) {
      cmp(qword[rax + slot], 0);
      jne(unknown);
    }
    L(is_true);
    answer(1);
    L(is_not_empty);
    seta(al);
    movzx(eax, al);
    pop(rbx);
    ret();
    // Floats: zero is false, with either sign.
    L(is_not_pointer);
    sub(rax, double_offset);
    cmp(rax, double_limit);
    jae(unknown);
    add(rax, rax);
    jne(is_true);
    answer(0);
    L(unknown);
    answer(2);
  }

 private:
  static constexpr int kWidthBits = 7;  // of a length that is zero, as Str has it, at most

  void is_true_above(Kind kind, const Xbyak::Address& length, int limit, Label& decided) {
    Label other;
    cmp(ebx, shape_of_kind(kind));
    jne(other);
    cmp(length, limit);
    jmp(decided, T_NEAR);
    L(other);
  }
  void answer(int truth) {
    mov(eax, truth);
    pop(rbx);
    ret();
  }
};

bool prepare() {
  if (continue_in_machine_code) return true;
  std::array<uint8_t, 512> truth_buffer, code_buffer;
  TruthRoutine truth(truth_buffer);
  Continuation code(code_buffer);
  if (Xbyak::GetError()) return false;
  truth_routine = place_code(truth.getCode(), truth.getSize());
  if (!truth_routine) return false;
  const char* place = place_code(code.getCode(), code.getSize());
  continue_in_machine_code = reinterpret_cast<OpFunction>(reinterpret_cast<uintptr_t>(place));
  continue_anywhere = reinterpret_cast<MachineFunction>(reinterpret_cast<uintptr_t>(place));
  return place;
}

// The objects that the code has the addresses of, and those of the code before, which may still be running; null
// without memory.
Value* keep_alive(const Form& form, const std::vector<Value>& values) {
  Value* kept = static_cast<Value*>(gc_allocate_scanned_buffer((values.size() + 1) * sizeof(Value)));
  if (!kept) return nullptr;
  kept[0] = Value(reinterpret_cast<uint64_t>(form.machine_values));
  std::copy(values.begin(), values.end(), kept + 1);
  return kept;
}

// Where code is made, which place_code() copies. Kept while it is small: pages are dear when they are new. Only who has the
// GIL makes code.
class Draft {
 public:
  explicit Draft(size_t size) {
    if (size <= kKept) {
      static void* const kept = std::malloc(kKept);
      memory_ = kept;
    } else {
      memory_ = own_ = std::malloc(size);
    }
  }
  ~Draft() { std::free(own_); }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  void* memory() const { return memory_; }

 private:
  static constexpr size_t kKept = size_t{128} << 10;
  void* memory_;
  void* own_ = nullptr;
};

bool compile(Frame& frame) {
  Form& form = *frame.form;
  if (form.is_traced || form.word_count > kMostWords || !prepare()) return false;
  const size_t size = form.word_count * kBytesPerWord + kFurtherBytes;
  const Draft draft(size);
  if (!draft.memory()) return false;
  bool is_made = false;
  {
    FormCompiler compiler(form, frame.python_function(), draft.memory(), size);
    Value* values = nullptr;
    const void** entries = nullptr;
    const char* code = nullptr;
    if (compiler.compile() && (values = keep_alive(form, compiler.values())) &&
        (entries = static_cast<const void**>(gc_allocate_leaf_buffer(form.word_count * sizeof(void*)))) &&
        (code = place_code(compiler.getCode(), compiler.getSize()))) {
      for (uint32_t i = 0; i < form.word_count; ++i) entries[i] = code + compiler.entries()[i];
      form.machine_values = values;
      form.entries = entries;
      is_made = true;
    }
    Xbyak::ClearError();
  }
  return is_made;
}

// The first piece of code costs ten times what others do: its memory, and a compiler that is in no cache yet. A program that
// is over before a few forms have become hot, or one has several times, is faster without. Who asks for code earlier than
// usual gets it.
bool is_too_early() {
  static unsigned requests = 0;
  constexpr unsigned kEarlyRequests = 10;
  return compile_threshold >= kUsualThreshold && requests < kEarlyRequests && ++requests < kEarlyRequests;
}

}  // namespace

const void* truth_routine;

}  // namespace jit

OpFunction continue_in_machine_code = nullptr;
MachineFunction continue_anywhere = nullptr;
uint32_t compile_threshold = kUsualThreshold;

void make_machine_code(Frame& frame) {
  Form& form = *frame.form;
  form.heat = 1;
  if (form.entries) return;
  if (jit::is_too_early()) {
    form.heat = compile_threshold;
    return;
  }
  if (!compile_threshold) {  // it has run too often to count
    form.heat = 0;
    return;
  }
  form.patience = jit::kPatience * form.word_count;
  if (!jit::compile(frame)) {
    form.heat = 0;
    return;
  }
  form.compilations = 1;
}

namespace jit {

void make_again(Frame& frame, const Word* word) {
  Form& form = *frame.form;
  Met& met = form.met[word - form.words];
  if ((may_see_several(static_cast<Op>(word->op)) && met == Met::Nothing) || met == Met::Floats) {
    met = Met::Several;
  } else if (form.compilations > 1) {  // what was learnt since the last time has not helped this instruction
    met = Met::Other;
  }
  const bool is_last = ++form.compilations >= kMostCompilations;
  form.patience = is_last ? kEndlessPatience : (kPatience * form.word_count) << form.compilations;
  compile(frame);
}

}  // namespace jit
}  // namespace minipy

#else

uint32_t minipy::compile_threshold = 0;

#endif
