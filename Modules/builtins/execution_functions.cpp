// __build_class__ __import__ breakpoint compile eval exec. Library reference, "Built-in Functions".
#include <cstring>

// The parser's structs must be seen before the Python types of the same names.
#include "Compiler/code_object.h"

#include "Modules/arguments.h"
#include "Modules/ast/ast_types.h"
#include "Modules/builtins/builtins.h"
#include "Objects/bytes.h"
#include "Objects/code.h"
#include "Objects/function.h"
#include "Objects/memory_reserve.h"
#include "VM/importer.h"
#include "VM/interface.h"
#include "VM/runtime.h"

namespace minipy {
namespace {

constexpr uint32_t kKnownFlags = kInheritedFlags | 0x10 | kOnlyAst | kAllowTopLevelAwait | kTypeComments |
                                 kDontImplyDedent | kAllowIncompleteInput;

// --- source text ---

// The parser's text, a literal and its value are as long as the source: the copies must not be where
// memory ends, since C++ allocations cannot fail there.
Status check_memory(Thread& thread, size_t source_size) {
  constexpr size_t kLarge = 1 << 20, kCopies = 8;
  if (source_size < kLarge || could_allocate(source_size * kCopies)) return nothing;
  return raise_memory_error(thread);
}

// `kept` owns the text. A str is compiled as it is, whatever coding it declares.
Status read_source(Thread& thread, Value source, const char* function, const char* what, std::string& kept,
                   uint32_t& flags) {
  if (is_str(source)) {
    TRY(check_memory(thread, source.as<Str>()->length()));
    kept = TRY(to_utf8_strict(thread, source.as<Str>()));
    flags |= kIgnoreCookie;
  } else if (supports_buffer(source)) {
    BufferLease buffer(thread);
    TRY(buffer.acquire(source));
    TRY(check_memory(thread, buffer.size()));
    kept = buffer.view();
  } else {
    return raise(thread, TypeError, "{}() arg 1 must be a {} object", function, what);
  }
  if (kept.find('\0') == std::string::npos) return nothing;
  return raise(thread, ValueError, "source code string cannot contain null bytes");
}

Status audit_compile(Thread& thread, const CompileRequest& request) {
  if (runtime.audit_hooks.is_empty()) return nothing;
  return audit(thread, "compile", {make_bytes(request.source), request.filename});
}

uint32_t inherited_flags(Thread& thread) {
  return thread.frame ? static_cast<uint32_t>(frame_code(thread.frame).flags) & kInheritedFlags : 0;
}

Result<ParseMode> read_mode(Thread& thread, const Str& mode, uint32_t flags) {
  const std::string text = to_utf8(&mode);
  if (text == "exec") return ParseMode::File;
  if (text == "eval") return ParseMode::Expression;
  if (text == "single") return ParseMode::Interactive;
  if (text == "func_type") {
    if (flags & kOnlyAst) return ParseMode::FunctionType;
    return raise(thread, ValueError, "compile() mode 'func_type' requires flag PyCF_ONLY_AST");
  }
  return raise(thread, ValueError, "{}",
               flags & kOnlyAst ? "compile() mode must be 'exec', 'eval', 'single' or 'func_type'"
                                : "compile() mode must be 'exec', 'eval' or 'single'");
}

Value compile(Thread& thread, Value source, Value filename, Str& mode, int flags_argument, int dont_inherit,
              int optimize, int feature_version) {
  CompileRequest request;
  request.filename = TRY(source_filename(thread, filename)).as<Str>();
  uint32_t flags = static_cast<uint32_t>(flags_argument);
  if (flags & ~kKnownFlags) return raise(thread, ValueError, "compile(): unrecognised flags");
  if (optimize < -1 || optimize > 2) return raise(thread, ValueError, "compile(): invalid optimize value");
  if (!dont_inherit) flags |= inherited_flags(thread);
  request.mode = TRY(read_mode(thread, mode, flags));
  request.optimize = optimize;
  if (feature_version >= 0 && (flags & kOnlyAst)) request.feature_version = feature_version;
  request.flags = flags;
  const Value made = TRY(compile_ast_objects(thread, source, request));
  if (!made.is_unbound()) return made;
  std::string kept;
  TRY(read_source(thread, source, "compile", "string, bytes or AST", kept, flags));
  request.source = kept;
  request.flags = flags;
  TRY(audit_compile(thread, request));
  if (flags & kOnlyAst) return parse_to_objects(thread, request);
  return TRY(compile_to_code(thread, request));
}

// --- exec and eval ---

struct Namespaces {
  Dict* globals;
  Value locals;
};

Result<Namespaces> read_namespaces(Thread& thread, Value globals, Value locals, bool is_eval) {
  if (!locals.is_none() && !is_mapping(locals)) {
    return is_eval ? raise(thread, TypeError, "locals must be a mapping")
                   : raise(thread, TypeError, "locals must be a mapping or None, not {}", type_of(locals));
  }
  if (!globals.is_none() && !is_dict(globals)) {
    if (!is_eval) return raise(thread, TypeError, "exec() globals must be a dict, not {}", type_of(globals));
    return raise(thread, TypeError, "{}",
                 is_mapping(globals) ? "globals must be a real dict; try eval(code, {}, mapping)"
                                     : "globals must be a dict");
  }
  if (globals.is_none()) {
    if (!thread.frame) return raise(thread, SystemError, "globals and locals cannot be NULL");
    globals = &frame_globals(thread.frame);
    if (locals.is_none()) locals = TRY(frame_locals(thread, thread.frame));
  } else if (locals.is_none()) {
    locals = globals;
  }
  Dict& dict = *globals.as<Dict>();
  if (dict_get_str(dict, "__builtins__").is_unbound()) {
    const Value builtins = thread.frame ? frame_builtins(thread.frame) : Value(runtime.builtins->dict);
    dict_set_str(dict, "__builtins__", builtins);
  }
  return Namespaces{&dict, locals};
}

Value eval(Thread& thread, Value source, Value globals, Value locals) {
  const Namespaces names = TRY(read_namespaces(thread, globals, locals, true));
  if (has_kind(source, Kind::Code)) {
    TRY(audit(thread, "exec", {source}));
    if (source.as<Code>()->free_count > 0) {
      return raise(thread, TypeError, "code object passed to eval() may not contain free variables");
    }
    return run_code(thread, *source.as<Code>(), *names.globals, names.locals);
  }
  CompileRequest request;
  request.flags = inherited_flags(thread);
  std::string kept;
  TRY(read_source(thread, source, "eval", "string, bytes or code", kept, request.flags));
  request.source = kept;
  request.source.remove_prefix(std::min(request.source.find_first_not_of(" \t"), request.source.size()));
  request.filename = make_str("<string>");
  request.mode = ParseMode::Expression;
  TRY(audit_compile(thread, request));
  Code* code = TRY(compile_to_code(thread, request));
  TRY(audit(thread, "exec", {code}));
  return run_code(thread, *code, *names.globals, names.locals);
}

Status check_closure(Thread& thread, const Code& code, Value closure) {
  const size_t wanted = static_cast<size_t>(code.free_count);
  if (wanted == 0) {
    if (closure.is_none()) return nothing;
    return raise(thread, TypeError, "cannot use a closure with this code object");
  }
  bool fits = is_exact_tuple(closure) && closure.as<Tuple>()->size == wanted;
  for (size_t i = 0; fits && i < wanted; ++i) fits = has_kind(closure.as<Tuple>()->items[i], Kind::Cell);
  if (fits) return nothing;
  return raise(thread, TypeError, "code object requires a closure of exactly length {}", wanted);
}

Value exec(Thread& thread, Value source, Value globals, Value locals, Value closure) {
  const Namespaces names = TRY(read_namespaces(thread, globals, locals, false));
  if (has_kind(source, Kind::Code)) {
    TRY(check_closure(thread, *source.as<Code>(), closure));
    TRY(audit(thread, "exec", {source}));
    TRY(run_code(thread, *source.as<Code>(), *names.globals, names.locals, closure.is_none() ? Value() : closure));
    return None;
  }
  if (!closure.is_none()) {
    return raise(thread, TypeError, "closure can only be used when source is a code object");
  }
  CompileRequest request;
  request.flags = inherited_flags(thread);
  std::string kept;
  TRY(read_source(thread, source, "exec", "string, bytes or code", kept, request.flags));
  request.source = kept;
  request.filename = make_str("<string>");
  request.mode = ParseMode::File;
  TRY(audit_compile(thread, request));
  Code* code = TRY(compile_to_code(thread, request));
  TRY(audit(thread, "exec", {code}));
  TRY(run_code(thread, *code, *names.globals, names.locals));
  return None;
}

// --- the rest ---

Value import(Thread& thread, Value name, Value globals, Value locals, Value from_list, int level) {
  (void)locals;
  return import_module_level(thread, name, globals, from_list, level);
}

Value breakpoint(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  const Value hook = system_attribute("breakpointhook");
  if (hook.is_unbound()) return raise(thread, RuntimeError, "lost sys.breakpointhook");
  TRY(audit(thread, "builtins.breakpoint", {hook}));
  return call(thread, hook, arguments, count, keyword_names);
}

const MethodRow rows[] = {
    raw_function(build_class, "__build_class__",
                 "__build_class__(func, name, /, *bases, [metaclass], **kwds) -> class\n\n"
                 "What a class statement calls."),
    function<import>("__import__($module, /, name, globals=None, locals=None, fromlist=(),\n           level=0)",
                     "What an import statement calls; programs use importlib.import_module()."),
    raw_function(breakpoint, "breakpoint", "breakpoint(*args, **kws)\n\nCall sys.breakpointhook(*args, **kws)."),
    function<compile>("compile($module, /, source, filename, mode, flags=0,\n        dont_inherit=False, optimize=-1, *, "
                      "_feature_version=-1)",
                      "Compile source into a code object that exec() and eval() run."),
    function<eval>("eval($module, source, globals=None, locals=None, /)", "Evaluate an expression."),
    function<exec>("exec($module, source, globals=None, locals=None, /, *, closure=None)", "Execute statements."),
};

}  // namespace

Value source_filename(Thread& thread, Value filename) {
  if (is_str(filename)) return filename;
  if (supports_buffer(filename) && !has_kind(filename, Kind::Bytes)) {
    TRY(warn(thread, DeprecationWarning,
             "path should be string, bytes, or os.PathLike, not " + std::string(type_of(filename).name_view())));
    BufferLease buffer(thread);
    TRY(buffer.acquire(filename));
    return from_filename(buffer.view());
  }
  return from_filename(TRY(to_filename(thread, filename)));
}

std::span<const MethodRow> execution_function_rows() { return rows; }

}  // namespace minipy
