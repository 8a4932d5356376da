// code: compiled Python, in CPython 3.11's bytecode. Immutable; made by the compiler, marshal,
// CodeType(...) and code.replace(). The VM translates it lazily and hangs its form on `translated`.
#pragma once

#include "Objects/object.h"
#include "Objects/result.h"

namespace minipy {

struct Thread;
struct Tuple;
struct Bytes;

// What few ask for before a function is called.
struct CodeParts {
  Bytes* code = nullptr;
  Tuple* constants = nullptr;
  Tuple* names = nullptr;
  Tuple* localsplus_names = nullptr;  // varnames, then cells, then free variables, as in 3.11
  Bytes* localsplus_kinds = nullptr;
  Str* filename = nullptr;
  Str* name = nullptr;
  Str* qualified_name = nullptr;
  Bytes* line_table = nullptr;
  Bytes* exception_table = nullptr;
};

struct Code;
// Reads the parts of code whose file has been checked, but not read all through; filled by the
// Compiler, which knows the format. Runs no Python.
extern void (*read_code_parts_hook)(const Code& code);

struct Code : Object {
  static constexpr Kind kKind = Kind::Code;
  enum Flags : int32_t {
    kOptimized = 1, kNewLocals = 2, kVarArguments = 4, kVarKeywords = 8, kNested = 0x10, kGenerator = 0x20,
    kCoroutine = 0x80, kIterableCoroutine = 0x100, kAsyncGenerator = 0x200,
    kFutureAnnotations = 0x1000000, kFutureGeneratorStop = 0x800000, kFutureBarryAsBdfl = 0x400000,
  };
  // Kinds in localsplus_kinds.
  static constexpr uint8_t kLocal = 0x20, kCellKind = 0x40, kFreeKind = 0x80;

  Bytes* code() const { return parts().code; }  // co_code, without adaptive changes
  Tuple* constants() const { return parts().constants; }
  Tuple* names() const { return parts().names; }
  Tuple* localsplus_names() const { return parts().localsplus_names; }
  Bytes* localsplus_kinds() const { return parts().localsplus_kinds; }
  Str* filename() const { return parts().filename; }
  Str* name() const { return parts().name; }
  Str* qualified_name() const { return parts().qualified_name; }
  Bytes* line_table() const { return parts().line_table; }
  Bytes* exception_table() const { return parts().exception_table; }
  void set_filename(Str* filename) {
    (void)parts();
    present_parts.filename = filename;
  }

  CodeParts present_parts;  // nothing while they are unread
  Value unread;             // the file that they are still in (marshal_read.cpp), or empty
  void* translated;       // the VM's register form; null until the first call
  int32_t argument_count, positional_only_count, keyword_only_count;
  int32_t local_count;    // co_nlocals
  int32_t cell_count, free_count;
  int32_t flags;
  int32_t stack_size, first_line;
  uint32_t unread_entry;    // where in `unread`

 private:
  const CodeParts& parts() const {
    if (!unread.is_empty()) [[unlikely]]
      read_code_parts_hook(*this);
    return present_parts;
  }
};

struct CodeFields : CodeParts {
  int argument_count = 0, positional_only_count = 0, keyword_only_count = 0, stack_size = 0, flags = 0,
      first_line = 0;
};
// Checks what CodeType(...) checks (ValueError otherwise) and interns names and name-like constants.
Result<Code*> make_code(Thread&, const CodeFields& fields);
// The second half of that.
Status set_code_parts(Thread&, Code& code, const CodeParts& parts);
int line_of_offset(const Code& code, int byte_offset);  // -1 if it has none

}  // namespace minipy
