#include "Compiler/code_object.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "Compiler/source_line.h"
#include "Objects/bytes.h"
#include "Objects/codecs.h"
#include "Objects/exception.h"
#include "Objects/float.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/set.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {

int interpreter_optimization = 0;
uint64_t compiler_warning_count = 0;

namespace {

// --- constants and code ---

class CodeMaker {
 public:
  CodeMaker(Thread& thread, Str* filename, size_t constant_count)
      : thread_(thread), filename_(filename) {
    constants_.resize(constant_count);
  }

  Result<Code*> make(const CodeUnit& unit) {
    CodeFields fields;
    fields.argument_count = unit.argument_count;
    fields.positional_only_count = unit.positional_only_count;
    fields.keyword_only_count = unit.keyword_only_count;
    fields.stack_size = unit.stack_size;
    fields.flags = static_cast<int>(unit.flags);
    fields.first_line = unit.first_line;
    fields.code = make_bytes(unit.code);
    fields.line_table = make_bytes(unit.line_table);
    fields.exception_table = make_bytes(unit.exception_table);
    fields.localsplus_kinds = make_bytes(unit.slot_kinds);
    fields.names = make_names(unit.names);
    fields.localsplus_names = make_names(unit.slot_names);
    fields.constants = shared(TRY(make_items(unit.constants)));
    fields.filename = filename_;
    fields.name = intern(unit.name);
    fields.qualified_name = intern(unit.qualified_name);
    return make_code(thread_, fields);
  }

 private:
  // Functions with the same constants share the tuple of them.
  Tuple* shared(Tuple* constants) {
    const std::string_view bits(reinterpret_cast<const char*>(constants->items), constants->size * sizeof(Value));
    const auto [known, is_new] = tuples_.try_emplace(std::string(bits), made_tuples_.size());
    if (!is_new) return made_tuples_[known->second].as<Tuple>();
    made_tuples_.push_back(constants);
    return constants;
  }

  Tuple* make_names(ast::Sequence<ast::Text> names) {
    Tuple* tuple = allocate_tuple(names.size());
    for (size_t i = 0; i < names.size(); ++i) tuple->items[i] = intern(names[i]);
    return tuple;
  }

  Result<Tuple*> make_items(ast::Sequence<const PooledConstant*> constants) {
    Tuple* tuple = allocate_tuple(constants.size());
    if (!tuple) return raise_memory_error(thread_);
    for (size_t i = 0; i < constants.size(); ++i) tuple->items[i] = TRY(make(*constants[i]));
    return tuple;
  }

  // Each constant becomes one object, wherever it is used.
  Value make(const PooledConstant& constant) {
    const Value made = constants_[constant.index];
    if (!made.is_empty()) return made;
    const Value value = TRY(make_new(constant));
    constants_[constant.index] = value;
    return value;
  }

  Value make_new(const PooledConstant& constant) {
    if (constant.code) return TRY(make(*constant.code));
    if (constant.value.kind == ast::ConstantKind::Tuple) {
      if (constant.items.empty()) return empty_tuple();
      return TRY(make_items(constant.items));
    }
    if (constant.value.kind == ast::ConstantKind::FrozenSet) {
      Set* set = make_frozenset();
      for (const PooledConstant* item : constant.items)
        TRY(set_add(thread_, *set, TRY(make(*item))));
      return made_again(*set);
    }
    return make_constant(thread_, constant.value);
  }

  // CPython merges the members with equal constants by making the set once more, which may change their order.
  Value made_again(const Set& set) {
    Set* result = make_frozenset();
    size_t position = 0;
    for (Value item; set_next(set, position, item);) TRY(set_add(thread_, *result, item));
    return result;
  }

  Thread& thread_;
  Str* filename_;
  GcVector constants_;
  // Tuples of constants, by the bits of their items; these stay alive in constants_.
  std::unordered_map<std::string, size_t> tuples_;
  GcVector made_tuples_;
};

// --- errors ---

// The line of the file that an error is in, if it can be read.
Value read_source_line(Thread& thread, Str* filename, int line) {
  const Result<std::string> path = to_filename(thread, filename);
  if (path.failed()) {
    thread.exception = Value();
    return None;
  }
  const std::optional<std::string> source = read_source(path.value());
  const std::optional<std::string> text = source ? source_line_of(thread, *source, line) : std::nullopt;
  return text ? Value(make_str(*text)) : None;
}

Type& type_of_error(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::IndentationError:
      return IndentationError;
    case ErrorKind::TabError:
      return TabError;
    case ErrorKind::MemoryError:
      return MemoryError;
    case ErrorKind::RecursionError:
      return RecursionError;
    case ErrorKind::ValueError:
      return ValueError;
    default:
      return SyntaxError;
  }
}

// Issues a warning of the compiler through the warnings module.
WarningOutcome issue_warning(void* data, WarningKind kind, ast::Text message, int line) {
  const CompileSetting& setting = *static_cast<CompileSetting*>(data);
  Thread& thread = setting.thread;
  ++compiler_warning_count;
  Type& category = kind == WarningKind::SyntaxWarning ? SyntaxWarning : DeprecationWarning;
  const Value warn_explicit = import_attribute(thread, "_warnings", "warn_explicit");
  if (warn_explicit.is_empty()) {
    thread.exception = Value();  // too early in the start-up to warn
    return WarningOutcome::Issued;
  }
  const Value result =
      call(thread, warn_explicit, {make_str(message), &category, setting.filename, make_int(line)});
  if (!result.is_empty()) return WarningOutcome::Issued;
  return catch_exception(thread, category) ? WarningOutcome::IsError : WarningOutcome::Failed;
}

// The parser asks for text in encodings that it does not know while it runs in this thread.
thread_local Thread* decoding_thread = nullptr;

bool decode_source(ast::Arena& arena, ast::Text encoding, ast::Text source, ast::Text& decoded, ast::Text& message) {
  Thread& thread = *decoding_thread;
  const Value text = decode_text(thread, source, encoding);
  if (!text.is_empty()) {
    decoded = arena.copy_text(to_utf8(text.as<Str>()));
    return true;
  }
  const Value exception = thread.exception;
  thread.exception = Value();
  const Result<Str*> reason = str(thread, exception);
  if (!reason.failed()) message = arena.copy_text(to_utf8(reason.value()));
  return false;
}

}  // namespace

Value make_constant(Thread& thread, const ast::ConstantValue& value) {
  switch (value.kind) {
    case ast::ConstantKind::None:
      return None;
    case ast::ConstantKind::True:
      return True;
    case ast::ConstantKind::False:
      return False;
    case ast::ConstantKind::Ellipsis:
      return Ellipsis;
    case ast::ConstantKind::Int:
      return make_int(value.integer);
    case ast::ConstantKind::BigInt: {
      const bool is_negative = value.text.starts_with('-');
      return int_from_hex_digits(value.text.substr(is_negative), is_negative);
    }
    case ast::ConstantKind::Float:
      return make_float(value.real);
    case ast::ConstantKind::Complex:
      return make_complex(value.real, value.imaginary);
    case ast::ConstantKind::Str:
      return make_str(value.text);
    case ast::ConstantKind::Bytes:
      return make_bytes(value.text);
    case ast::ConstantKind::Tuple: {
      Tuple* tuple = allocate_tuple(value.items.size());
      if (!tuple) return raise_memory_error(thread);
      for (size_t i = 0; i < value.items.size(); ++i)
        tuple->items[i] = TRY(make_constant(thread, value.items[i]));
      return tuple;
    }
    case ast::ConstantKind::FrozenSet: {
      Set* set = make_frozenset();
      for (const ast::ConstantValue& item : value.items)
        TRY(set_add(thread, *set, TRY(make_constant(thread, item))));
      return set;
    }
  }
  MP_UNREACHABLE();
}

Result<Code*> make_code_object(Thread& thread, const CodeUnit& unit, size_t constant_count,
                               Str* filename) {
  return CodeMaker(thread, filename, constant_count).make(unit);
}

Failure raise_syntax_error(Thread& thread, const SourceError& error, Str* filename) {
  if (error.kind == ErrorKind::HookFailed) return minipy::error;
  Type& type = type_of_error(error.kind);
  if (error.kind == ErrorKind::MemoryError) return raise_bare(thread, type);
  const Value message = make_str(error.message);
  if (!error.has_location) return raise_value(thread, type, message);
  Value text = error.text.data() ? Value(make_str(error.text)) : None;
  if (error.may_read_file) {
    const Value line = read_source_line(thread, filename, error.line);
    if (!line.is_none()) text = line;
  }
  const Value end_line = error.has_end ? make_int(error.end_line) : None;
  const Value end_offset = error.has_end ? make_int(error.end_offset) : None;
  if (!error.sets_attributes_only) {
    const Value line = make_int(error.line);
    const Value offset = make_int(error.offset);
    const Value details = error.has_end
                              ? make_tuple({filename, line, offset, text, end_line, end_offset})
                              : make_tuple({filename, line, offset, text});
    return raise_exception(thread, TRY(call(thread, &type, {message, details})));
  }
  const Value exception = TRY(call(thread, &type, {message}));
  SyntaxErrorObject& object = *exception.as<SyntaxErrorObject>();
  object.filename = filename;
  object.line = make_int(error.line);
  object.offset = make_int(error.offset);
  object.text = text;
  object.end_line = make_int(error.end_line);  // also without an end offset
  object.end_offset = end_offset;
  return raise_exception(thread, exception);
}

CompileSetting::CompileSetting(Thread& thread, const CompileRequest& request)
    : thread(thread), filename(request.filename), filename_text(to_utf8(request.filename)) {
  constexpr int kDepthPerCall =
      3;  // of the tree, for each Python call that the recursion limit allows
  options.filename = filename_text;
  options.mode = request.mode;
  options.optimize = request.optimize < 0 ? interpreter_optimization : request.optimize;
  options.flags = request.flags & kInheritedFlags;
  options.top_level_await = request.flags & kAllowTopLevelAwait;
  options.type_comments = request.flags & kTypeComments;
  options.source_is_text = request.flags & kIgnoreCookie;
  options.is_script = request.is_script;
  options.dont_imply_dedent = request.flags & kDontImplyDedent;
  options.allow_incomplete_input = request.flags & kAllowIncompleteInput;
  options.is_prompt = request.is_prompt;
  options.feature_version = request.feature_version;
  options.max_decimal_digits = static_cast<size_t>(int_max_str_digits);
  const int calls_left = std::max(thread.recursion_limit - thread.recursion_depth, 0);
  options.max_depth = calls_left > 1'000'000 ? 3'000'000 : calls_left * kDepthPerCall;
  options.stack_limit = reinterpret_cast<uintptr_t>(thread.stack_limit);
  options.warning_callback = issue_warning;
  options.warning_data = this;
}

Result<Code*> compile_tree_to_code(Thread& thread, ast::Arena& arena, ast::ModNode& tree,
                                   const CompileRequest& request) {
  const CompileSetting setting(thread, request);
  const CompileResult result = compile_tree(arena, tree, setting.options);
  if (!result.code) return raise_syntax_error(thread, result.error, request.filename);
  return make_code_object(thread, *result.code, result.constant_count, request.filename);
}

ast::ModNode* parse_to_tree(Thread& thread, ast::Arena& arena, const CompileRequest& request) {
  const CompileSetting setting(thread, request);
  SourceError failure;
  decoding_thread = &thread;
  parser_hooks.decode = decode_source;
  ast::ModNode* tree = parse_for_compile(arena, request.source, setting.options, failure);
  if (!tree) (void)raise_syntax_error(thread, failure, request.filename);
  return tree;
}

Result<Code*> compile_to_code(Thread& thread, const CompileRequest& request) {
  ast::Arena arena;
  ast::ModNode* tree = parse_to_tree(thread, arena, request);
  if (!tree) return minipy::error;
  return compile_tree_to_code(thread, arena, *tree, request);
}

}  // namespace minipy
