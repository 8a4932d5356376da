// _symtable: the compiler's table of scopes, for the library's symtable module.
#include "Compiler/code_object.h"
#include "Modules/builtins/builtins.h"
#include "Modules/native_modules.h"
#include "Objects/bytes.h"
#include "Objects/dict.h"
#include "Objects/exception.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/module_kinds.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"

namespace minipy {
namespace {

struct SymtableEntry : Object {
  static constexpr Kind kKind = ModuleKind::SymtableEntry;
  Value identifier, name, symbols, parameters, children, is_nested, type, line;
};

template <Value SymtableEntry::*field>
Value get(Thread&, Value self) {
  return self.as<SymtableEntry>()->*field;
}

const MethodRow members[] = {
    member<get<&SymtableEntry::identifier>>("id", nullptr),
    member<get<&SymtableEntry::name>>("name", nullptr),
    member<get<&SymtableEntry::symbols>>("symbols", nullptr),
    member<get<&SymtableEntry::parameters>>("varnames", nullptr),
    member<get<&SymtableEntry::children>>("children", nullptr),
    member<get<&SymtableEntry::is_nested>>("nested", nullptr),
    member<get<&SymtableEntry::type>>("type", nullptr),
    member<get<&SymtableEntry::line>>("lineno", nullptr),
};

Value show(Thread& thread, Value self) {
  const SymtableEntry& entry = *self.as<SymtableEntry>();
  return format_message(thread, "<symtable entry {}({}), line {}>", {entry.name, entry.identifier, entry.line});
}

Value make_entry(Thread& thread, const Scope& scope) {
  if (reinterpret_cast<char*>(__builtin_frame_address(0)) < thread.stack_limit) {
    return raise(thread, RecursionError, "maximum recursion depth exceeded during compilation");
  }
  SymtableEntry* entry = allocate<SymtableEntry>();
  entry->identifier = make_int(static_cast<int64_t>(reinterpret_cast<uintptr_t>(&scope)));
  entry->name = intern(scope.name.text());
  Dict* symbols = make_dict();
  for (size_t i = 0; i < scope.symbols.size(); ++i) {
    dict_set_str(*symbols, intern(scope.symbols[i].text()), make_int(scope.flags[i]));
  }
  entry->symbols = symbols;
  List* parameters = make_list();
  for (const ast::Identifier name : scope.parameters) TRY(list_append(thread, *parameters, intern(name.text())));
  entry->parameters = parameters;
  List* children = make_list();
  entry->children = children;
  for (const Scope* child : scope.children) TRY(list_append(thread, *children, TRY(make_entry(thread, *child))));
  entry->is_nested = make_int(scope.is_nested);
  entry->type = make_int(static_cast<int>(scope.kind));
  entry->line = make_int(scope.location.line);
  return entry;
}

Result<ParseMode> read_mode(Thread& thread, const Str& mode) {
  if (equal(&mode, "exec")) return ParseMode::File;
  if (equal(&mode, "eval")) return ParseMode::Expression;
  if (equal(&mode, "single")) return ParseMode::Interactive;
  return raise(thread, ValueError, "symtable() arg 3 must be 'exec' or 'eval' or 'single'");
}

Value symtable(Thread& thread, Value source, Value filename, Str& mode) {
  CompileRequest request;
  request.filename = TRY(source_filename(thread, filename)).as<Str>();
  std::string text;
  if (is_str(source)) {
    text = TRY(to_utf8_strict(thread, source.as<Str>()));
    request.flags |= kIgnoreCookie;
  } else if (supports_buffer(source)) {
    BufferLease buffer(thread);
    TRY(buffer.acquire(source));
    text = buffer.view();
  } else {
    return raise(thread, TypeError, "symtable() arg 1 must be a string or bytes object");
  }
  if (text.find('\0') != std::string::npos) {
    return raise(thread, ValueError, "source code string cannot contain null bytes");
  }
  request.mode = TRY(read_mode(thread, mode));
  const CompileSetting setting(thread, request);
  ast::Arena arena;
  SourceError failure;
  const std::unique_ptr<ScopeTree> scopes = build_symbol_table(arena, text, setting.options, failure);
  if (!scopes) return raise_syntax_error(thread, failure, request.filename);
  return make_entry(thread, *scopes->top);
}

const MethodRow functions[] = {
    function<symtable>("symtable($module, source, filename, startstr, /)", "Return the scopes of a piece of source."),
};

struct NamedNumber {
  const char* name;
  int64_t value;
};
constexpr NamedNumber numbers[] = {
    {"USE", kUsed},
    {"DEF_GLOBAL", kDeclaredGlobal},
    {"DEF_NONLOCAL", kDeclaredNonlocal},
    {"DEF_LOCAL", kAssigned},
    {"DEF_PARAM", kParameter},
    {"DEF_FREE", 32},  // not used by this compiler, nor by CPython's any more
    {"DEF_FREE_CLASS", kFreeInClass},
    {"DEF_IMPORT", kImported},
    {"DEF_BOUND", kBound},
    {"DEF_ANNOT", kAnnotated},
    {"TYPE_FUNCTION", static_cast<int>(BlockKind::Function)},
    {"TYPE_CLASS", static_cast<int>(BlockKind::Class)},
    {"TYPE_MODULE", static_cast<int>(BlockKind::Module)},
    {"LOCAL", static_cast<int>(NameScope::Local)},
    {"GLOBAL_EXPLICIT", static_cast<int>(NameScope::GlobalExplicit)},
    {"GLOBAL_IMPLICIT", static_cast<int>(NameScope::GlobalImplicit)},
    {"FREE", static_cast<int>(NameScope::Free)},
    {"CELL", static_cast<int>(NameScope::Cell)},
    {"SCOPE_OFF", kScopeShift},
    {"SCOPE_MASK", kScopeMask},
};

Status initialize(Thread&, Module& module) {
  TypeSlots slots{};
  slots.repr = show;
  define_type(ModuleKind::SymtableEntry, {.instance_bytes = sizeof(SymtableEntry),
                                    .flags = Type::kDisallowInstantiation,
                                    .slots = slots,
                                    .methods = members});
  for (const NamedNumber& number : numbers) module_add(module, number.name, make_int(number.value));
  return nothing;
}

}  // namespace

extern const ModuleSpec symtable_module = {
    .name = "_symtable", .doc = nullptr, .functions = functions, .initialize = initialize};

}  // namespace minipy
