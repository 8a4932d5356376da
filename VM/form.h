// The register form of a code object: what the interpreter runs. docs/register_form.md
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "Objects/code.h"
#include "Objects/value.h"

namespace minipy {

struct Thread;
struct Function;
struct Code;

enum class Op : uint16_t {
#define INSTRUCTION(name, words, destination, what) name,
#include "VM/instructions.def"
  kCount
};

inline bool is_call(Op op) {
  return op >= Op::CALL && op <= Op::CALL_EXPANDED;
}
inline bool is_method_call(Op op) {
  return op >= Op::CALL_METHOD && op <= Op::CALL_METHOD_KEYWORDS;
}
inline bool has_keyword_names(Op op) {
  return op == Op::CALL_KEYWORDS || op == Op::CALL_METHOD_KEYWORDS;
}
// What CALL_EXPANDED finds behind the callable, besides `arguments` single ones.
constexpr uint32_t kExpandedMapping = 1, kExpandedIterable = 2, kExpandedUnmerged = 4;
constexpr uint32_t kExpandedArgument = 8;  // the number of arguments is in the bits from here on
constexpr uint32_t kMostExpandedArguments = 0xFFFF / kExpandedArgument;
// FOR_ITERATOR in all its forms.
inline bool is_for_iterator(Op op) {
  return op >= Op::FOR_ITERATOR && op <= Op::FOR_ZIP_TRIPLE;
}

// One word of an instruction: operation and operands, or the contents of a cache.
union Word {
  struct {
    uint16_t op, a, b, c;
  };
  struct {
    uint32_t low;
    int32_t wide;  // takes the place of b and c
  };
  struct {  // bounds of a slice: kNoRegister for None, kSliceConstant | constant, or a register
    uint16_t start, stop, step;
  };
  uint64_t bits;
};
static_assert(sizeof(Word) == 8);

constexpr uint16_t kNoRegister = 0xFFFF;
constexpr uint16_t kSliceConstant = 0x8000;

// A row of the exception table with its target in the register form.
struct Handler {
  uint32_t start, end;        // byte offsets of bytecode, the end excluded
  uint32_t target;            // word
  uint16_t exception;         // register that gets the exception
  uint16_t last_instruction;  // register that gets f_lasti, or kNoRegister
};

// What unwinding has found out about an instruction that raised.
struct RaiseSite {
  uint32_t word, offset;
  const Handler* handler;  // or null
};
constexpr size_t kRaiseSites = 32;

// Where the instruction that starts at `word` comes from.
struct Origin {
  uint32_t word;
  uint32_t offset;  // in bytes
};

// What an instruction has met, where that is not what its machine code expects by itself.
enum class Met : uint8_t {
  Nothing,
  Floats,
  Tuple,
  Several,  // shapes; ints as well as floats
  Strings,
  Bare,     // a callable without a self
  Class,    // whose instances are made in place
  Other
};

struct Form {  // in a scanned buffer: Code::translated of its code keeps it alive
  Code* code;
  const Value* constants;
  Word* words;
  Origin* origins;
  Handler* handlers;
  Form*
      twin;  // the form for traced frames of an ordinary one, and the other way round; may be null
  uint32_t word_count, origin_count, handler_count;
  uint32_t register_count;
  uint32_t local_count;  // of registers for locals, cells and free variables
  // Number of positional arguments that can simply be left in place; kNoSimpleCall if binding is
  // needed.
  uint32_t simple_arguments;
  bool is_traced;
  // The dict of its **kwargs is only passed on as ** of calls: where there is none, nobody makes one.
  bool forwards_keywords;
  bool makes_generator;
  // The generator must be closed when it is dropped half-way: somebody may catch GeneratorExit, or
  // it delegates.
  bool notices_close;
  RaiseSite* raise_sites;  // kRaiseSites of them, by word; null until something raises
  Value
      spare_function;  // of a comprehension with a closure, or empty: see MAKE_CLOSED_COMPREHENSION
  Value spare_generators;  // the first of the finished ones that serve again, or empty
                           // (generator_frames.cpp)
  uint32_t spare_count;
  // Machine code (jit/jit.h)
  uint32_t heat;           // entries and loop rounds until it is made, or left alone
  uint32_t patience;       // how often it may leave to a handler because of a wrong expectation until it is made anew
  uint32_t compilations;
  Met* met;                // by word
  const void** entries;    // by word: where machine code goes on; null if there is none
  Value* machine_values;   // the objects that machine code has the addresses of
};
// What the translator makes of a code object.
struct FormParts {
  std::span<const Word> words;
  std::span<const Origin> origins;
  std::span<const Handler> handlers;
  uint32_t register_count;
  bool forwards_keywords = false;
};
constexpr uint32_t kNoSimpleCall = 0xFFFFFFFF;

// The form of `code`, translated at the first demand. Null with an exception if the bytecode is
// invalid or too large.
Form* form_of(Thread& thread, Code& code, bool is_traced = false);

// The byte offset of the bytecode that the word belongs to.
uint32_t offset_of_word(const Form& form, const Word* word);
// The first word of what the bytecode at `offset` became; null if nothing starts there.
Word* word_of_offset(const Form& form, uint32_t offset);
// Where the instruction at `word`, which has raised, comes from, and its innermost handler.
const RaiseSite& raise_site(Form& form, const Word* word);

}  // namespace minipy
