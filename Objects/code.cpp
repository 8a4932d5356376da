// code objects. Data model reference 3.2; line tables: PEP 657 and CPython's locations format.
#include "Objects/code.h"

#include <algorithm>

#include "Objects/audit.h"
#include "Objects/address_text.h"
#include "Objects/bytes.h"
#include "Objects/dict.h"
#include "Objects/float.h"
#include "Objects/gc.h"
#include "Objects/initialize.h"
#include "Objects/int.h"
#include "Objects/line_table.h"
#include "Objects/make_class.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/set.h"
#include "Objects/stack_check.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

// --- making ---

bool is_name_like(const Str* text) {
  if (!text->is_ascii()) return false;
  for (char c : text->ascii_view()) {
    const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (!fits) return false;
  }
  return true;
}

// Constants that look like names are interned, as attribute names given to getattr() often are.
Status intern_constants(Thread& thread, Tuple& constants);

// The items of a frozenset cannot be replaced: where one has to be, there is a new set.
Value intern_items(Thread& thread, Value set) {
  GcVector items;
  size_t position = 0;
  for (Value item; set_next(*set.as<Set>(), position, item);) items.push_back(item);
  Tuple* interned = make_tuple(items.data(), items.size());
  TRY(intern_constants(thread, *interned));
  if (std::equal(items.begin(), items.end(), interned->items)) return set;
  Set* result = make_frozenset();
  for (const Value item : interned->view()) TRY(set_add(thread, *result, item));
  return result;
}

Status intern_constants(Thread& thread, Tuple& constants) {
  if (is_stack_exhausted(thread)) return error;
  for (Value& constant : constants) {
    if (is_exact_str(constant) && is_name_like(constant.as<Str>())) {
      constant = intern(constant.as<Str>());
    } else if (is_exact_tuple(constant)) {
      TRY(intern_constants(thread, *constant.as<Tuple>()));
    } else if (is_exact(constant, Kind::Frozenset)) {
      constant = TRY(intern_items(thread, constant));
    }
  }
  return nothing;
}

Status intern_names(Thread& thread, Tuple& names) {
  for (Value& name : names) {
    if (!is_str(name)) return raise(thread, TypeError, "name tuples must contain only strings, not '{}'", type_of(name));
    if (is_exact_str(name)) name = intern(name.as<Str>());
  }
  return nothing;
}

Status check(Thread& thread, const CodeFields& fields) {
  const int total_arguments = fields.argument_count + fields.keyword_only_count;
  const bool counts_fit = fields.argument_count >= fields.positional_only_count && fields.positional_only_count >= 0 &&
                          fields.keyword_only_count >= 0 && fields.stack_size >= 0 && fields.flags >= 0;
  if (!counts_fit || total_arguments < 0) return raise(thread, ValueError, "code: argument counts are negative or too large");
  if (fields.code->size % 2) return raise(thread, ValueError, "code: co_code is malformed");
  if (fields.localsplus_names->size != fields.localsplus_kinds->size) {
    return raise(thread, ValueError, "code: names and kinds of locals differ in number");
  }
  const bool var_arguments = fields.flags & Code::kVarArguments, var_keywords = fields.flags & Code::kVarKeywords;
  int locals = 0;
  for (size_t i = 0; i < fields.localsplus_kinds->size; ++i) locals += (fields.localsplus_kinds->data()[i] & Code::kLocal) != 0;
  if (total_arguments + var_arguments + var_keywords > locals) {
    return raise(thread, ValueError, "code: varnames is too small");
  }
  return nothing;
}

// The same lines in entries that have no columns (kind 13), or no location at all (15).
Bytes* without_columns(const Bytes& line_table, int first_line) {
  LineTableReader reader(line_table.view(), first_line);
  std::string table;
  int line = first_line;
  for (LineTableEntry entry; reader.next(entry);) {
    const int units = (entry.end - entry.start) / 2;
    const int kind = entry.line < 0 ? 15 : 13;
    table += static_cast<char>(0x80 | kind << 3 | (units - 1));
    if (entry.line < 0) continue;
    const int difference = entry.line - line;
    auto rest = static_cast<uint32_t>(difference < 0 ? (-difference << 1) | 1 : difference << 1);
    for (; rest >= 64; rest >>= 6) table += static_cast<char>((rest & 63) | 64);
    table += static_cast<char>(rest);
    line = entry.line;
  }
  return make_bytes(table);
}

}  // namespace

bool keeps_columns = true;

void (*read_code_parts_hook)(const Code& code);

Status set_code_parts(Thread& thread, Code& code, const CodeParts& parts) {
  TRY(intern_names(thread, *parts.names));
  TRY(intern_names(thread, *parts.localsplus_names));
  TRY(intern_constants(thread, *parts.constants));
  code.present_parts = parts;
  code.present_parts.name = intern_name(parts.name);
  code.present_parts.qualified_name = intern_name(parts.qualified_name);
  if (!keeps_columns) code.present_parts.line_table = without_columns(*parts.line_table, code.first_line);
  return nothing;
}

Result<Code*> make_code(Thread& thread, const CodeFields& fields) {
  TRY(check(thread, fields));
  Code* code = allocate<Code>();
  code->argument_count = fields.argument_count;
  code->positional_only_count = fields.positional_only_count;
  code->keyword_only_count = fields.keyword_only_count;
  code->stack_size = fields.stack_size;
  code->flags = fields.flags;
  code->first_line = fields.first_line;
  for (size_t i = 0; i < fields.localsplus_kinds->size; ++i) {
    const uint8_t kind = fields.localsplus_kinds->data()[i];
    code->local_count += (kind & Code::kLocal) != 0;
    code->cell_count += (kind & Code::kCellKind) != 0;
    code->free_count += (kind & Code::kFreeKind) != 0;
  }
  TRY(set_code_parts(thread, *code, fields));
  return code;
}

int line_of_offset(const Code& code, int byte_offset) {
  if (byte_offset < 0) return code.first_line;
  LineTableReader reader(code);
  for (LineTableEntry entry; reader.next(entry);) {
    if (byte_offset < entry.end) return entry.line;
  }
  return -1;
}

namespace {

// --- attributes ---

Tuple* names_of_kind(const Code& code, uint8_t kind) {
  GcVector names;
  for (size_t i = 0; i < code.localsplus_names()->size; ++i) {
    if (code.localsplus_kinds()->data()[i] & kind) names.push_back(code.localsplus_names()->items[i]);
  }
  return make_tuple(names.data(), names.size());
}

Value get_argument_count(Code& code) { return make_int(code.argument_count); }
Value get_positional_only(Code& code) { return make_int(code.positional_only_count); }
Value get_keyword_only(Code& code) { return make_int(code.keyword_only_count); }
Value get_stack_size(Code& code) { return make_int(code.stack_size); }
Value get_flags(Code& code) { return make_int(code.flags); }
Value get_names(Code& code) { return code.names(); }
Value get_filename(Code& code) { return code.filename(); }
Value get_name(Code& code) { return code.name(); }
Value get_qualified_name(Code& code) { return code.qualified_name(); }
Value get_first_line(Code& code) { return make_int(code.first_line); }
Value get_line_table(Code& code) { return code.line_table(); }
Value get_exception_table(Code& code) { return code.exception_table(); }
Value get_local_count(Code& code) { return make_int(code.local_count); }
Value get_constants(Code& code) { return code.constants(); }
Value get_code(Code& code) { return code.code(); }
Value get_variable_names(Code& code) { return names_of_kind(code, Code::kLocal); }
Value get_cell_names(Code& code) { return names_of_kind(code, Code::kCellKind); }
Value get_free_names(Code& code) { return names_of_kind(code, Code::kFreeKind); }

// co_lnotab of Python 3.6 to 3.9: pairs of byte and line increments.
Value get_old_line_table(Code& code) {
  std::string text;
  int offset = 0, line = code.first_line;
  LineTableReader reader(code);
  for (LineTableEntry entry; reader.next(entry);) {
    if (entry.line < 0 || entry.line == line) continue;
    int bytes = entry.start - offset, lines = entry.line - line;
    for (; bytes > 254; bytes -= 254) text += std::string("\xfe\x00", 2);
    for (; lines < -128; lines += 128, bytes = 0) text += {static_cast<char>(bytes), static_cast<char>(-128)};
    for (; lines > 127; lines -= 127, bytes = 0) text += {static_cast<char>(bytes), 127};
    text += {static_cast<char>(bytes), static_cast<char>(lines)};
    offset = entry.start;
    line = entry.line;
  }
  return make_bytes(text);
}

int64_t size_of(Code& code) {
  return static_cast<int64_t>(sizeof(Code) + code.code()->size + code.line_table()->size + code.exception_table()->size);
}

// --- lines and positions ---

// Walks the table once more for each item: tables are short, iterators rare.
struct CodeIterator : Object {
  Code* code;
  int64_t next_entry;   // lines: entries returned so far; positions: byte offset
};

template <Kind kind>
CodeIterator* make_iterator(Code& code) {
  auto iterator = initialize_header<CodeIterator>(gc_allocate_object(sizeof(CodeIterator)), shape_of_kind(kind), kind, 2);
  iterator->code = &code;
  return iterator;
}

Value lines(Code& code) { return make_iterator<Kind::CodeLineIterator>(code); }
Value positions(Code& code) { return make_iterator<Kind::CodePositionsIterator>(code); }
Value self_iterate(Thread&, Value self) { return self; }

// (start, end, line) with neighbouring entries of one line joined.
Value next_lines(Thread&, Value self) {
  CodeIterator& iterator = *self.as<CodeIterator>();
  LineTableReader reader(*iterator.code);
  LineTableEntry entry, following;
  bool has_entry = reader.next(entry);
  while (has_entry && entry.start < iterator.next_entry) has_entry = reader.next(entry);
  if (!has_entry) return Unbound;
  while (reader.next(following) && following.line == entry.line) entry.end = following.end;
  iterator.next_entry = entry.end;
  return make_tuple({make_int(entry.start), make_int(entry.end), entry.line < 0 ? None : make_int(entry.line)});
}

Value number_or_none(int number) { return number < 0 ? None : make_int(number); }

Value next_positions(Thread&, Value self) {
  CodeIterator& iterator = *self.as<CodeIterator>();
  if (iterator.next_entry >= static_cast<int64_t>(iterator.code->code()->size)) return Unbound;
  LineTableReader reader(*iterator.code);
  LineTableEntry entry;
  bool found = false;
  while (!found && reader.next(entry)) found = iterator.next_entry < entry.end;
  iterator.next_entry += 2;
  if (!found) return Unbound;  // the table is shorter than the code
  return make_tuple({number_or_none(entry.line), number_or_none(entry.end_line), number_or_none(entry.column),
                     number_or_none(entry.end_column)});
}

// --- comparison ---

// Constants of equal value but different kind (1, 1.0, True; 0.0, -0.0) are different code.
Value constant_key(Thread& thread, Value constant) {
  if (is_exact_tuple(constant)) {
    const Tuple& tuple = *constant.as<Tuple>();
    Tuple* keys = allocate_tuple(tuple.size);
    for (size_t i = 0; i < tuple.size; ++i) keys->items[i] = None;
    for (size_t i = 0; i < tuple.size; ++i) keys->items[i] = TRY(constant_key(thread, tuple.items[i]));
    return keys;
  }
  if (constant.is_double()) {
    return make_tuple({Value(&type_of(constant)), constant, Value::from_bool(std::signbit(constant.as_double()))});
  }
  if (is_exact(constant, Kind::Complex)) return make_tuple({Value(&type_of(constant)), Value(TRY(repr(thread, constant)))});
  return make_tuple({Value(&type_of(constant)), constant});
}

Tuple* comparison_key(Thread& thread, Code& code, Value constants) {
  (void)thread;
  return make_tuple({code.name(), get_argument_count(code), get_positional_only(code), get_keyword_only(code), get_flags(code),
                     get_first_line(code), code.code(), constants, code.names(), code.localsplus_names(), code.line_table(),
                     code.exception_table()});
}

Value code_compare(Thread& thread, Value left, Value right, CompareOp op) {
  const bool comparable = (op == CompareOp::Equal || op == CompareOp::NotEqual) && is_exact(right, Kind::Code);
  if (!comparable) return NotImplemented;
  Code &a = *left.as<Code>(), &b = *right.as<Code>();
  bool same = &a == &b;
  if (!same) {
    Tuple* first = comparison_key(thread, a, TRY(constant_key(thread, a.constants())));
    Tuple* second = comparison_key(thread, b, TRY(constant_key(thread, b.constants())));
    same = TRY(is_equal(thread, first, second));
  }
  return Value::from_bool(same == (op == CompareOp::Equal));
}

Result<int64_t> code_hash(Thread& thread, Value self) {
  Code& code = *self.as<Code>();
  return hash(thread, make_tuple({code.name(), get_argument_count(code), get_flags(code), get_first_line(code), code.code(),
                                  code.names(), code.localsplus_names(), code.line_table(), code.exception_table()}));
}

Value code_repr(Thread& thread, Value self) {
  Code& code = *self.as<Code>();
  const AddressText address(self);
  return format_message(thread, "<code object {} at {}, file \"{}\", line {}>", {code.name(), address.text(), code.filename(), code.first_line});
}

// --- CodeType(...) and replace() ---

struct Parts {
  CodeFields fields;
  Tuple *variable_names, *free_names, *cell_names;
  int local_count;
};

// Local variables, then cells that are no locals, then free variables; an argument that is a cell is both.
Status join_names(Thread& thread, Parts& parts) {
  GcVector names;
  std::string kinds;
  for (Value name : parts.variable_names->view()) {
    const auto& cells = *parts.cell_names;
    const bool is_cell = std::any_of(cells.begin(), cells.end(), [&](Value cell) {
      return is_str(cell) && is_str(name) && equal(cell.as<Str>(), name.as<Str>());
    });
    names.push_back(name);
    kinds += static_cast<char>(Code::kLocal | (is_cell ? Code::kCellKind : 0));
  }
  for (Value cell : parts.cell_names->view()) {
    const bool is_local = std::any_of(parts.variable_names->begin(), parts.variable_names->end(), [&](Value name) {
      return is_str(cell) && is_str(name) && equal(cell.as<Str>(), name.as<Str>());
    });
    if (is_local) continue;
    names.push_back(cell);
    kinds += static_cast<char>(Code::kCellKind);
  }
  for (Value name : parts.free_names->view()) {
    names.push_back(name);
    kinds += static_cast<char>(Code::kFreeKind);
  }
  if (parts.local_count != static_cast<int>(parts.variable_names->size)) {
    return raise(thread, ValueError, "code: co_nlocals != len(co_varnames)");
  }
  parts.fields.localsplus_names = make_tuple(names.data(), names.size());
  parts.fields.localsplus_kinds = make_bytes(kinds);
  return nothing;
}

Value replaced(Thread& thread, Code& code, int argument_count, int positional_only, int keyword_only, int local_count,
               int stack_size, int flags, int first_line, Bytes* bytes, Tuple* constants, Tuple* names,
               Tuple* variable_names, Tuple* free_names, Tuple* cell_names, Str* filename, Str* name,
               Str* qualified_name, Bytes* line_table, Bytes* exception_table) {
  Parts parts{{{}, argument_count, positional_only, keyword_only, stack_size, flags, first_line}, variable_names, free_names,
              cell_names, local_count};
  parts.fields.code = bytes ? bytes : code.code();
  parts.fields.constants = tuple_slice(*constants, 0, constants->size);
  parts.fields.names = tuple_slice(*names, 0, names->size);
  parts.fields.filename = filename;
  parts.fields.name = name;
  parts.fields.qualified_name = qualified_name;
  parts.fields.line_table = line_table;
  parts.fields.exception_table = exception_table;
  if (audit_hook) {
    TRY(audit_hook(thread, "code.__new__",
                   {parts.fields.code, filename, name, make_int(argument_count), make_int(positional_only),
                    make_int(keyword_only), make_int(local_count), make_int(stack_size), make_int(flags)}));
  }
  TRY(join_names(thread, parts));
  return TRY(make_code(thread, parts.fields));
}

// Keyword-only fields; what is not given stays as it is.
Value replace(Thread& thread, Value self, Value argument_count, Value positional_only, Value keyword_only, Value local_count,
              Value stack_size, Value flags, Value first_line, Bytes* bytes, Tuple* constants, Tuple* names,
              Tuple* variable_names, Tuple* free_names, Tuple* cell_names, Str* filename, Str* name, Str* qualified_name,
              Bytes* line_table, Bytes* exception_table) {
  Code& code = *self.as<Code>();
  const auto number = [&](Value given, int old) -> Result<int> { return given.is_empty() ? Result<int>(old) : argument_int(thread, given); };
  Tuple* variables = variable_names ? variable_names : names_of_kind(code, Code::kLocal);
  return replaced(thread, code, TRY(number(argument_count, code.argument_count)),
                  TRY(number(positional_only, code.positional_only_count)),
                  TRY(number(keyword_only, code.keyword_only_count)),
                  TRY(number(local_count, variable_names && local_count.is_empty() ? static_cast<int>(variables->size) : code.local_count)),
                  TRY(number(stack_size, code.stack_size)), TRY(number(flags, code.flags)),
                  TRY(number(first_line, code.first_line)), bytes, constants ? constants : code.constants(),
                  names ? names : code.names(), variables, free_names ? free_names : names_of_kind(code, Code::kFreeKind),
                  cell_names ? cell_names : names_of_kind(code, Code::kCellKind), filename ? filename : code.filename(),
                  name ? name : code.name(), qualified_name ? qualified_name : code.qualified_name(),
                  line_table ? line_table : code.line_table(), exception_table ? exception_table : code.exception_table());
}

Value construct(Thread& thread, int argument_count, int positional_only, int keyword_only, int local_count, int stack_size,
                int flags, Bytes& bytes, Tuple& constants, Tuple& names, Tuple& variable_names, Str& filename, Str& name,
                Str& qualified_name, int first_line, Bytes& line_table, Bytes& exception_table, Tuple* free_names,
                Tuple* cell_names) {
  const char* negative = argument_count < 0     ? "argcount"
                         : positional_only < 0 ? "posonlyargcount"
                         : keyword_only < 0    ? "kwonlyargcount"
                         : local_count < 0     ? "nlocals"
                                               : nullptr;
  if (negative) return raise(thread, ValueError, "code: {} must not be negative", negative);
  Code unused{};
  return replaced(thread, unused, argument_count, positional_only, keyword_only, local_count, stack_size, flags, first_line,
                  &bytes, &constants, &names, &variable_names, free_names ? free_names : empty_tuple(),
                  cell_names ? cell_names : empty_tuple(), &filename, &name, &qualified_name, &line_table, &exception_table);
}

const MethodRow constructor_row = function<construct>(
    "code(argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags, codestring, constants, names, varnames, "
    "filename, name, qualname, firstlineno, linetable, exceptiontable, freevars=(), cellvars=(), /)", "");

Value code_new(Thread& thread, Type&, const Value* arguments, size_t count, Value keyword_names) {
  return call_row(thread, constructor_row, Value(), arguments, count, keyword_names);
}

// Only for the names in co_varnames order: what CPython calls _varname_from_oparg.
Value variable_name(Thread& thread, Code& code, int index) {
  if (index < 0 || static_cast<size_t>(index) >= code.localsplus_names()->size) {
    return raise(thread, IndexError, "tuple index out of range");
  }
  return code.localsplus_names()->items[index];
}

const MethodRow code_rows[] = {
    method<replace>("replace($self, /, *, co_argcount=<-1>, co_posonlyargcount=<-1>, co_kwonlyargcount=<-1>, "
                    "co_nlocals=<-1>, co_stacksize=<-1>, co_flags=<-1>, co_firstlineno=<-1>, co_code=<None>, "
                    "co_consts=<None>, co_names=<None>, co_varnames=<None>, co_freevars=<None>, co_cellvars=<None>, "
                    "co_filename=<None>, co_name=<None>, co_qualname=<None>, co_linetable=<None>, co_exceptiontable=<None>)",
                    "Return a copy of the code with some fields replaced."),
    method<lines>("!co_lines($self, /)", "Iterate over (start, end, line) of the bytecode."),
    method<positions>("!co_positions($self, /)", "Iterate over (line, end line, column, end column) of each code unit."),
    method<variable_name>("_varname_from_oparg($self, /, oparg)", "Return the variable that an operand stands for."),
    method<size_of>("!__sizeof__($self, /)", "Return the size of the code in memory, in bytes."),
    member<get_argument_count>("co_argcount", nullptr),
    member<get_positional_only>("co_posonlyargcount", nullptr),
    member<get_keyword_only>("co_kwonlyargcount", nullptr),
    member<get_stack_size>("co_stacksize", nullptr),
    member<get_flags>("co_flags", nullptr),
    member<get_names>("co_names", nullptr),
    member<get_filename>("co_filename", nullptr),
    member<get_name>("co_name", nullptr),
    member<get_qualified_name>("co_qualname", nullptr),
    member<get_first_line>("co_firstlineno", nullptr),
    member<get_line_table>("co_linetable", nullptr),
    member<get_exception_table>("co_exceptiontable", nullptr),
    member<get_constants>("co_consts", nullptr),
    getter<get_local_count>("co_nlocals", nullptr),
    getter<get_code>("co_code", nullptr),
    getter<get_code>("_co_code_adaptive", nullptr),
    getter<get_variable_names>("co_varnames", nullptr),
    getter<get_cell_names>("co_cellvars", nullptr),
    getter<get_free_names>("co_freevars", nullptr),
    getter<get_old_line_table>("co_lnotab", nullptr),
};

const TypeSpec code_spec = {
    .doc = "code(argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags, codestring, constants, names, "
           "varnames, filename, name, qualname, firstlineno, linetable, exceptiontable, freevars=(), cellvars=(), /)\n--\n\n"
           "Compiled Python. Not for the faint of heart.",
    .instance_bytes = sizeof(Code),
    .flags = Type::kHasWeakReferences,
    .slots = {.repr = code_repr, .hash = code_hash, .compare = code_compare, .make = code_new},
    .methods = code_rows,
};
const TypeSpec line_iterator_spec = {.instance_bytes = sizeof(CodeIterator),
                                     .slots = {.iterate = self_iterate, .next = next_lines}};
const TypeSpec position_iterator_spec = {.instance_bytes = sizeof(CodeIterator),
                                         .slots = {.iterate = self_iterate, .next = next_positions}};

}  // namespace

void define_code_types() {
  define_type(Kind::Code, code_spec);
  define_type(Kind::CodeLineIterator, line_iterator_spec);
  define_type(Kind::CodePositionsIterator, position_iterator_spec);
}

}  // namespace minipy
