// code: compiled Python, in CPython 3.11's bytecode. Immutable; made by the compiler, marshal,
// CodeType(...) and code.replace(). The VM translates it lazily and hangs its form on `translated`.
#pragma once

#include "Objects/object.h"
#include "Objects/result.h"

namespace minipy {

struct Thread;
struct Tuple;
struct Bytes;

struct Code : Object {
  static constexpr Kind kKind = Kind::Code;
  enum Flags : int32_t {
    kOptimized = 1, kNewLocals = 2, kVarArguments = 4, kVarKeywords = 8, kNested = 0x10, kGenerator = 0x20,
    kCoroutine = 0x80, kIterableCoroutine = 0x100, kAsyncGenerator = 0x200,
    kFutureAnnotations = 0x1000000, kFutureGeneratorStop = 0x800000, kFutureBarryAsBdfl = 0x400000,
  };
  // Kinds in localsplus_kinds.
  static constexpr uint8_t kLocal = 0x20, kCellKind = 0x40, kFreeKind = 0x80;

  Bytes* code;            // co_code, without adaptive changes
  Tuple* constants;
  Tuple* names;
  Tuple* localsplus_names;   // varnames, then cells, then free variables, as in 3.11
  Bytes* localsplus_kinds;
  Str* filename;
  Str* name;
  Str* qualified_name;
  Bytes* line_table;
  Bytes* exception_table;
  void* translated;       // the VM's register form; null until the first call
  Value cached_attributes; // tuples made by co_varnames and friends, or empty
  int32_t argument_count, positional_only_count, keyword_only_count;
  int32_t local_count;    // co_nlocals
  int32_t cell_count, free_count;
  int32_t flags;
  int32_t stack_size, first_line;
  bool is_verified;       // comes from our own compiler, or has passed the verifier
};

struct CodeFields {
  int argument_count = 0, positional_only_count = 0, keyword_only_count = 0, stack_size = 0, flags = 0,
      first_line = 0;
  Bytes *code = nullptr, *line_table = nullptr, *exception_table = nullptr, *localsplus_kinds = nullptr;
  Tuple *constants = nullptr, *names = nullptr, *localsplus_names = nullptr;
  Str *filename = nullptr, *name = nullptr, *qualified_name = nullptr;
  bool is_trusted = false;
};
// Checks what CodeType(...) checks (ValueError otherwise) and interns names and name-like constants.
Result<Code*> make_code(Thread&, const CodeFields& fields);
int line_of_offset(const Code& code, int byte_offset);  // -1 if it has none

}  // namespace minipy
