#include "Compiler/compile.h"

#include <string>

#include "Compiler/fold.h"
#include "Compiler/generator.h"

namespace minipy {
namespace {

using namespace ast;

struct FeatureRow {
  const char* name;
  uint32_t flag;  // 0 for features that are no longer optional
};
constexpr FeatureRow kFeatures[] = {
    {"nested_scopes", 0},
    {"generators", 0},
    {"division", 0},
    {"absolute_import", 0},
    {"with_statement", 0},
    {"print_function", 0},
    {"unicode_literals", 0},
    {"generator_stop", 0},
    {"barry_as_FLUFL", kFutureBarryAsBdfl},
    {"annotations", kFutureAnnotations},
};

bool read_feature(CompileContext& context, const ImportFrom& statement, Text name, Future& future) {
  for (const FeatureRow& row : kFeatures) {
    if (name != row.name) continue;
    future.features |= row.flag;
    return true;
  }
  const std::string message =
      name == "braces" ? "not a chance" : "future feature " + std::string(name) + " is not defined";
  context.fail_without_end(statement.location, message);
  return false;
}

}  // namespace

bool find_future_features(CompileContext& context, const ModNode& module, Future& future) {
  Sequence<StmtNode*> body;
  if (const Module* file = module.if_is<Module>()) body = file->body;
  if (const Interactive* interactive = module.if_is<Interactive>()) body = interactive->body;
  if (find_docstring(body)) body = body.subsequence(1);
  bool is_done = false;
  int previous_line = 0;
  for (const StmtNode* statement : body) {
    if (is_done && statement->location.line > previous_line) return true;
    previous_line = statement->location.line;
    const ImportFrom* import = statement->if_is<ImportFrom>();
    if (!import || !import->module || import->module.text() != "__future__") {
      is_done = true;
      continue;
    }
    if (is_done) {  // later on the same line
      const Location before{previous_line, statement->location.column - 1, 0, 0};
      context.fail_without_end(
          before, Text("from __future__ imports must occur at the beginning of the file"));
      return false;
    }
    for (const Alias* alias : import->names) {
      if (!read_feature(context, *import, alias->name.text(), future)) return false;
    }
    future.last_line = previous_line;
  }
  return true;
}

namespace {

CompileResult compile_in_memory(Arena& arena, ModNode& tree, const CompileOptions& options) {
  CompileContext context(arena, options.max_depth, options.stack_limit);
  context.set_warning_callback(options.warning_callback, options.warning_data);
  CompileResult result;
  Future future{.features = options.flags, .last_line = -1};
  ScopeTree scopes;
  ConstantPool pool(arena);
  const auto generate = [&]() -> const CodeUnit* {
    if (!find_future_features(context, tree, future)) return nullptr;
    const bool future_annotations = future.features & kFutureAnnotations;
    const FoldOptions fold_options{.optimize = options.optimize,
                                   .future_annotations = future_annotations};
    if (!fold_tree(context, tree, fold_options)) return nullptr;
    if (!build_scopes(context, tree, future_annotations, scopes)) return nullptr;
    const GeneratorOptions generator_options{.filename = options.filename,
                                             .optimize = options.optimize,
                                             .inherited_flags = future.features & kInheritedFlags,
                                             .future_annotations = future_annotations,
                                             .top_level_await = options.top_level_await,
                                             .last_future_line = future.last_line};
    context.set_gives_details(true);
    return Generator(context, scopes, pool, generator_options).generate(tree);
  };
  result.code = generate();
  if (context.has_failed()) {
    result.code = nullptr;
    result.error = context.error();
  }
  result.constant_count = pool.size();
  return result;
}

// A line of the source, with a newline at its end; absent if there is none of this number.
Text line_of(Arena& arena, Text source, int line) {
  for (int current = 1; current < line; ++current) {
    const size_t end = source.find('\n');
    if (end == Text::npos) return {};
    source.remove_prefix(end + 1);
  }
  return arena.copy_text(std::string(source.substr(0, source.find('\n'))) + "\n");
}

ModNode* parse_with_warnings(Arena& arena, Text source, const CompileOptions& options,
                             SourceError& error) {
  ParseOptions parse_options;
  parse_options.mode = options.mode;
  parse_options.feature_version = options.feature_version;
  parse_options.type_comments = options.type_comments;
  parse_options.source_is_text = options.source_is_text;
  if (options.is_script) parse_options.script_name = options.filename;
  parse_options.dont_imply_dedent = options.dont_imply_dedent;
  parse_options.allow_incomplete_input = options.allow_incomplete_input;
  parse_options.is_prompt = options.is_prompt;
  parse_options.barry_as_FLUFL = options.flags & kFutureBarryAsBdfl;
  parse_options.max_decimal_digits = options.max_decimal_digits;
  parse_options.stack_limit = reinterpret_cast<const void*>(options.stack_limit);
  const ParseResult parsed = parse(arena, source, parse_options);
  CompileContext context(arena, options.max_depth, options.stack_limit);
  context.set_warning_callback(options.warning_callback, options.warning_data);
  context.set_gives_details(true);
  for (const ParseWarning& warning : parsed.warnings)
    context.warn(warning.location, warning.message, warning.kind);
  if (parsed.tree && !context.has_failed()) return parsed.tree;
  error = context.has_failed() ? context.error() : parsed.error;
  if (context.has_failed() && error.has_location)
    error.text = line_of(arena, parsed.decoded_text, error.line);
  return nullptr;
}

bool build_scopes_of(Arena& arena, const ModNode& tree, const CompileOptions& options,
                     ScopeTree& scopes, SourceError& error) {
  CompileContext context(arena, options.max_depth, options.stack_limit);
  Future future{.features = options.flags, .last_line = -1};
  if (find_future_features(context, tree, future) &&
      build_scopes(context, tree, future.features & kFutureAnnotations, scopes)) {
    return true;
  }
  error = context.error();
  return false;
}

}  // namespace

CompileResult compile_tree(Arena& arena, ModNode& tree, const CompileOptions& options) {
  CompileResult result;
  if (!arena.complete([&] { result = compile_in_memory(arena, tree, options); })) {
    result = {};
    result.error.kind = ErrorKind::MemoryError;
  }
  return result;
}

ModNode* parse_for_compile(Arena& arena, Text source, const CompileOptions& options,
                           SourceError& error) {
  ModNode* tree = nullptr;
  if (arena.complete([&] { tree = parse_with_warnings(arena, source, options, error); }))
    return tree;
  error = {};
  error.kind = ErrorKind::MemoryError;
  return nullptr;
}

CompileResult compile_source(Arena& arena, Text source, const CompileOptions& options) {
  CompileResult result;
  ModNode* tree = parse_for_compile(arena, source, options, result.error);
  return tree ? compile_tree(arena, *tree, options) : result;
}

std::unique_ptr<ScopeTree> build_symbol_table(Arena& arena, Text source,
                                              const CompileOptions& options, SourceError& error) {
  ModNode* tree = parse_for_compile(arena, source, options, error);
  if (!tree) return nullptr;
  auto scopes = std::make_unique<ScopeTree>();
  bool built = false;
  if (!arena.complete([&] { built = build_scopes_of(arena, *tree, options, *scopes, error); })) {
    error = {};
    error.kind = ErrorKind::MemoryError;
  }
  return built ? std::move(scopes) : nullptr;
}

}  // namespace minipy
