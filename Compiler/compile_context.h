// What the passes of one compilation share: the first error, warnings, and the depth of recursion.
#pragma once

#include "Parser/parser.h"

namespace minipy {

enum class WarningOutcome : uint8_t {
  Issued,
  IsError,  // the filter made it an exception of its own category: a SyntaxError takes its place
  Failed,   // another exception is pending
};

// Called for each warning at once, because a filter may turn it into an error.
using WarningCallback = WarningOutcome (*)(void* data, WarningKind kind, ast::Text message,
                                           int line);

// Errors are sticky: the first one is kept, and every pass stops at its next step.
class CompileContext {
 public:
  CompileContext(ast::Arena& arena, int max_depth, uintptr_t stack_limit)
      : arena_(arena), max_depth_(max_depth), stack_limit_(stack_limit) {}

  ast::Arena& arena() { return arena_; }
  bool has_failed() const { return has_failed_; }
  const SourceError& error() const { return error_; }

  // Errors of the compiler's later passes come with all details in `args`, those of the earlier
  // ones without.
  void set_gives_details(bool gives_details) { gives_details_ = gives_details; }
  void fail(const ast::Location& location, ast::Text message);
  // The end of the location is not given.
  void fail_without_end(const ast::Location& location, ast::Text message);
  void fail_plain(ErrorKind kind, ast::Text message);
  // Puts `name` in place of the first %s of `format`.
  void fail(const ast::Location& location, const char* format, ast::Text name);

  void set_warning_callback(WarningCallback callback, void* data) {
    warning_callback_ = callback;
    warning_data_ = data;
  }
  void warn(const ast::Location& location, ast::Text message,
            WarningKind kind = WarningKind::SyntaxWarning);

  // False, and an error, if the tree is nested too deeply.
  bool enter() {
    ++depth_;
    const uintptr_t here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
    if (depth_ <= max_depth_ && here > stack_limit_) return !has_failed_;
    fail_plain(ErrorKind::RecursionError, "maximum recursion depth exceeded during compilation");
    return false;
  }
  void leave() { --depth_; }

 private:
  ast::Arena& arena_;
  SourceError error_;
  bool has_failed_ = false;
  bool gives_details_ = false;
  int depth_ = 0;
  int max_depth_;
  uintptr_t stack_limit_;
  WarningCallback warning_callback_ = nullptr;
  void* warning_data_ = nullptr;
};

// One level of nesting; `ok()` says whether to go on.
class DepthGuard {
 public:
  explicit DepthGuard(CompileContext& context) : context_(context), ok_(context.enter()) {}
  ~DepthGuard() { context_.leave(); }
  DepthGuard(const DepthGuard&) = delete;
  DepthGuard& operator=(const DepthGuard&) = delete;
  bool ok() const { return ok_; }

 private:
  CompileContext& context_;
  bool ok_;
};

}  // namespace minipy
