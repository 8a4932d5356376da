#include "VM/compile_source.h"

#include "Compiler/code_object.h"
#include "Objects/str.h"

namespace minipy {

Result<Code*> compile_text(Thread& thread, std::string_view source, std::string_view filename,
                           CompileMode mode, uint32_t flags) {
  CompileRequest request;
  request.source = source;
  request.filename = from_filename(filename);
  request.mode = mode == CompileMode::Interactive  ? ParseMode::Interactive
                 : mode == CompileMode::Expression ? ParseMode::Expression
                                                   : ParseMode::File;
  request.is_script = mode == CompileMode::Script;
  request.flags = flags;
  request.is_prompt = mode == CompileMode::Interactive;
  return compile_to_code(thread, request);
}

void set_compiler_optimization(int level) {
  interpreter_optimization = level;
}

}  // namespace minipy
