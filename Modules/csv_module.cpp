// _csv: reading and writing comma separated values. Library reference, "csv"; PEP 305.
#include <string>

#include "Modules/native_modules.h"
#include "Objects/container_support.h"
#include "Objects/dict.h"
#include "Objects/gc.h"
#include "Objects/growing_text.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/module_kinds.h"
#include "Objects/native.h"
#include "Objects/str_access.h"

namespace minipy {
namespace {

enum Quoting : int { kMinimal, kAll, kNonNumeric, kNone };
constexpr char32_t kNoCharacter = 0xFFFFFFFF;
constexpr char32_t kEndOfLine = 0xFFFFFFFE;

Value csv_error;              // _csv.Error
Dict* dialects = nullptr;     // by name
int64_t field_limit = 128 * 1024;

Type& error_type() { return *csv_error.as<Type>(); }

// --- Dialect ---

struct Dialect : Object {
  Value line_terminator;
  char32_t delimiter, quote, escape;  // kNoCharacter: none
  int quoting;
  bool double_quote, skip_initial_space, strict;
};

Dialect& as_dialect(Value v) { return *v.as<Dialect>(); }

constexpr const char* kParameters[] = {"delimiter", "doublequote", "escapechar",       "lineterminator",
                                       "quotechar", "quoting",     "skipinitialspace", "strict"};
enum Parameter { kDelimiter, kDoubleQuote, kEscape, kLineTerminator, kQuote, kQuoting, kSkipSpace, kStrict, kParameterCount };

Result<char32_t> character(Thread& thread, Value value, const char* name, char32_t fallback, bool may_be_none) {
  if (value.is_empty()) return fallback;
  if (value.is_none() && may_be_none) return kNoCharacter;
  if (!is_str(value)) {
    return raise(thread, TypeError, "\"{}\" must be string{}, not {}", name, may_be_none ? " or None" : "", type_of(value));
  }
  if (value.as<Str>()->length() != 1) return raise(thread, TypeError, "\"{}\" must be a 1-character string", name);
  return value.as<Str>()->at(0);
}

Result<bool> flag(Thread& thread, Value value, bool fallback) {
  return value.is_empty() ? Result<bool>(fallback) : truth(thread, value);
}

Result<int> quoting_of(Thread& thread, Value value) {
  if (value.is_empty()) return static_cast<int>(kMinimal);
  if (!value.is_int()) return raise(thread, TypeError, "\"quoting\" must be an integer");
  if (value.as_int() < kMinimal || value.as_int() > kNone) return raise(thread, TypeError, "bad \"quoting\" value");
  return static_cast<int>(value.as_int());
}

Status fill_dialect(Thread& thread, Dialect& dialect, const Value* values) {
  dialect.delimiter = TRY(character(thread, values[kDelimiter], "delimiter", ',', false));
  dialect.double_quote = TRY(flag(thread, values[kDoubleQuote], true));
  dialect.escape = TRY(character(thread, values[kEscape], "escapechar", kNoCharacter, true));
  const Value terminator = values[kLineTerminator];
  if (terminator.is_none()) return raise(thread, TypeError, "lineterminator must be set");
  if (!terminator.is_empty() && !is_str(terminator)) return raise(thread, TypeError, "\"lineterminator\" must be a string");
  dialect.line_terminator = terminator.is_empty() ? Value(make_str("\r\n")) : terminator;
  dialect.quote = TRY(character(thread, values[kQuote], "quotechar", '"', true));
  dialect.quoting = TRY(quoting_of(thread, values[kQuoting]));
  if (values[kQuote].is_none() && values[kQuoting].is_empty()) dialect.quoting = kNone;
  dialect.skip_initial_space = TRY(flag(thread, values[kSkipSpace], false));
  dialect.strict = TRY(flag(thread, values[kStrict], false));
  if (dialect.quoting != kNone && dialect.quote == kNoCharacter) {
    return raise(thread, TypeError, "quotechar must be set if quoting enabled");
  }
  return nothing;
}

Value registered_dialect(Thread& thread, Value name) {
  const Value dialect = TRY(dict_get(thread, *dialects, name));
  if (dialect.is_unbound()) return raise(thread, error_type(), "unknown dialect");
  return dialect;
}

int parameter_number(const Str* name) {
  for (int i = 0; i < kParameterCount; ++i) {
    if (equal(name, kParameters[i])) return i;
  }
  return -1;
}

// Dialect(dialect=None, **parameters): what is not given comes from attributes of `dialect`.
Value make_dialect(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_positional(thread, "function", count, 0, 1 + kParameterCount));
  Value base = count > 0 ? arguments[0] : None;
  Value values[kParameterCount];
  for (size_t i = 1; i < count; ++i) values[i - 1] = arguments[i];
  bool has_parameters = count > 1;
  const Value* value = arguments + count;
  for (const Value name : keyword_names.is_empty() ? empty_tuple()->view() : keyword_names.as<Tuple>()->view()) {
    const int parameter = parameter_number(name.as<Str>());
    if (parameter >= 0) {
      values[parameter] = *value;
      has_parameters = true;
    } else if (equal(name.as<Str>(), "dialect")) {
      base = *value;
    } else {
      return raise(thread, TypeError, "'{}' is an invalid keyword argument for this function", name);
    }
    ++value;
  }
  if (!base.is_none()) {
    if (is_str(base)) base = TRY(registered_dialect(thread, base));
    if (is_exact(base, ModuleKind::CsvDialect) && !has_parameters) return base;
    for (int i = 0; i < kParameterCount; ++i) {
      if (!values[i].is_empty()) continue;
      const Value attribute = TRY(get_attribute_or_unbound(thread, base, kParameters[i]));
      if (!attribute.is_unbound()) values[i] = attribute;
    }
  }
  Dialect* dialect = allocate_instance_as<Dialect>(type);
  if (!dialect) return error;
  TRY(fill_dialect(thread, *dialect, values));
  return Value(dialect);
}

Value character_value(char32_t c) { return c == kNoCharacter ? None : Value(make_character(c)); }
Value delimiter(Dialect& self) { return character_value(self.delimiter); }
Value escape_character(Dialect& self) { return character_value(self.escape); }
Value quote_character(Dialect& self) { return character_value(self.quote); }
Value line_terminator(Dialect& self) { return self.line_terminator; }
Value quoting(Dialect& self) { return Value::from_int(self.quoting); }
bool double_quote(Dialect& self) { return self.double_quote; }
bool skip_initial_space(Dialect& self) { return self.skip_initial_space; }
bool strict(Dialect& self) { return self.strict; }
Value refuse_pickling(Thread& thread, const Value* arguments, size_t, Value) {
  return raise(thread, TypeError, "cannot pickle '{}' instances", type_of(arguments[0]));
}

const MethodRow dialect_methods[] = {
    raw_method(refuse_pickling, "__reduce__", "raises an exception to avoid pickling"),
    raw_method(refuse_pickling, "__reduce_ex__", "raises an exception to avoid pickling"),
    member<skip_initial_space>("skipinitialspace", ""),
    member<double_quote>("doublequote", ""),
    member<strict>("strict", ""),
    getter<delimiter>("delimiter", ""),
    getter<escape_character>("escapechar", ""),
    getter<line_terminator>("lineterminator", ""),
    getter<quote_character>("quotechar", ""),
    getter<quoting>("quoting", ""),
};

// The dialect that a function's arguments describe; the first `skipped` ones are its own.
Value dialect_from(Thread& thread, const Value* arguments, size_t count, Value keyword_names, size_t skipped) {
  return make_dialect(thread, type_of_kind(ModuleKind::CsvDialect), arguments + skipped, count - skipped, keyword_names);
}

// --- reader ---

struct Reader : Object {
  Value input, dialect;
  int64_t line_number;
};

// Takes one record apart, character by character except for what fields mostly consist of.
class RecordParser {
 public:
  RecordParser(Thread& thread, const Dialect& dialect) : thread_(thread), dialect_(dialect), fields_(make_list()) {}

  List* fields() { return fields_; }
  bool is_complete() const { return state_ == State::StartRecord; }
  bool has_partial_field() const { return !field_.empty() || state_ == State::InQuotedField; }

  Status take_line(const Str& line) {
    for (size_t i = 0; i < line.length(); ++i) {
      i = TRY(take_plain_fields(line, i));
      i += add_ordinary(line, i);
      if (i < line.length()) TRY(take(line.at(i)));
    }
    return take(kEndOfLine);
  }

  Status save_field() {
    const Str* text = TRY(str_result(thread_, field_));
    field_.clear();
    if (!is_numeric_) return list_append(thread_, *fields_, Value(text));
    is_numeric_ = false;
    return list_append(thread_, *fields_, TRY(number_to_float(thread_, Value(text))));
  }

 private:
  enum class State { StartRecord, StartField, Escaped, InField, InQuotedField, EscapedInQuotes, QuoteInQuotes, AfterLine, AfterEscapedLine };

  static bool ends_line(char32_t c) { return c == '\n' || c == '\r' || c == kEndOfLine; }

  Status add(char32_t c) {
    if (static_cast<int64_t>(field_.size()) >= field_limit) {
      return raise(thread_, error_type(), "field larger than field limit ({})", field_limit);
    }
    field_ += c;
    return nothing;
  }

  // Where the next character comes that a field does not simply contain.
  size_t end_of_ordinary(const Str& line, size_t start) const {
    return with_characters(line, [&](const auto* characters) {
      size_t end = start;
      while (end < line.length() && characters[end] != dialect_.delimiter && characters[end] != dialect_.escape &&
             characters[end] != '\n' && characters[end] != '\r') {
        ++end;
      }
      return end;
    });
  }

  // Whole fields without quotes and escapes are parts of the line. Where the first other one starts.
  Result<size_t> take_plain_fields(const Str& line, size_t start) {
    if (dialect_.quoting == kNonNumeric) return start;
    while ((state_ == State::StartField || state_ == State::StartRecord) && start < line.length()) {
      const char32_t c = line.at(start);
      if (ends_line(c) || is_quote(c) || c == dialect_.escape || (c == ' ' && dialect_.skip_initial_space)) break;
      const size_t end = end_of_ordinary(line, start);
      if (static_cast<int64_t>(end - start) > field_limit) break;
      const char32_t last = end < line.length() ? line.at(end) : kEndOfLine;
      if (last == dialect_.escape) break;
      TRY(list_append(thread_, *fields_, TRY(checked(thread_, substring(&line, start, end)))));
      state_ = last == dialect_.delimiter ? State::StartField : last == kEndOfLine ? State::StartRecord : State::AfterLine;
      start = std::min(end + 1, line.length());
    }
    return start;
  }

  // Adds the characters from `start` on that mean nothing special within a field; how many. Near the
  // limit of a field, none.
  size_t add_ordinary(const Str& line, size_t start) {
    const bool is_quoted = state_ == State::InQuotedField;
    if (!is_quoted && state_ != State::InField) return 0;
    const char32_t first = is_quoted ? dialect_.quote : dialect_.delimiter, second = dialect_.escape;
    return with_characters(line, [&](const auto* characters) -> size_t {
      size_t end = start;
      while (end < line.length() && characters[end] != first && characters[end] != second &&
             (is_quoted || (characters[end] != '\n' && characters[end] != '\r'))) {
        ++end;
      }
      if (static_cast<int64_t>(field_.size() + end - start) >= field_limit) return 0;
      if (char32_t* const room = field_.room(end - start)) {
        std::copy(characters + start, characters + end, room);
        field_.grow_by(end - start);
      }
      return end - start;
    });
  }

  Status end_record(char32_t c) {
    TRY(save_field());
    state_ = c == kEndOfLine ? State::StartRecord : State::AfterLine;
    return nothing;
  }

  bool is_quote(char32_t c) const { return c == dialect_.quote && dialect_.quoting != kNone; }

  Status take(char32_t c) {
    switch (state_) {
      case State::StartRecord:
        if (c == kEndOfLine) return nothing;
        if (ends_line(c)) {
          state_ = State::AfterLine;
          return nothing;
        }
        state_ = State::StartField;
        return start_field(c);
      case State::StartField: return start_field(c);
      case State::Escaped:
        state_ = c == '\n' || c == '\r' ? State::AfterEscapedLine : State::InField;
        return add(c == kEndOfLine ? '\n' : c);
      case State::AfterEscapedLine:
        if (c == kEndOfLine) return nothing;
        return continue_field(c);
      case State::InField: return continue_field(c);
      case State::InQuotedField: return continue_quoted(c);
      case State::EscapedInQuotes:
        state_ = State::InQuotedField;
        return add(c == kEndOfLine ? '\n' : c);
      case State::QuoteInQuotes: return after_quote(c);
      case State::AfterLine:
        if (c == '\n' || c == '\r') return nothing;
        if (c != kEndOfLine) {
          return raise(thread_, error_type(),
                       "new-line character seen in unquoted field - do you need to open the file in "
                       "universal-newline mode?");
        }
        state_ = State::StartRecord;
        return nothing;
    }
    MP_UNREACHABLE();
  }

  Status start_field(char32_t c) {
    if (ends_line(c)) return end_record(c);
    if (is_quote(c)) {
      state_ = State::InQuotedField;
    } else if (c == dialect_.escape) {
      state_ = State::Escaped;
    } else if (c == ' ' && dialect_.skip_initial_space) {
    } else if (c == dialect_.delimiter) {
      return save_field();
    } else {
      is_numeric_ = dialect_.quoting == kNonNumeric;
      state_ = State::InField;
      return add(c);
    }
    return nothing;
  }

  Status continue_field(char32_t c) {
    if (ends_line(c)) return end_record(c);
    state_ = State::InField;
    if (c == dialect_.escape) {
      state_ = State::Escaped;
    } else if (c == dialect_.delimiter) {
      state_ = State::StartField;
      return save_field();
    } else {
      return add(c);
    }
    return nothing;
  }

  Status continue_quoted(char32_t c) {
    if (c == kEndOfLine) return nothing;
    if (c == dialect_.escape) {
      state_ = State::EscapedInQuotes;
    } else if (is_quote(c)) {
      state_ = dialect_.double_quote ? State::QuoteInQuotes : State::InField;
    } else {
      return add(c);
    }
    return nothing;
  }

  Status after_quote(char32_t c) {
    if (is_quote(c)) {
      state_ = State::InQuotedField;
      return add(c);
    }
    if (c == dialect_.delimiter) {
      state_ = State::StartField;
      return save_field();
    }
    if (ends_line(c)) return end_record(c);
    if (dialect_.strict) {
      return raise(thread_, error_type(), "'{}' expected after '{}'", Value(make_character(dialect_.delimiter)),
                   Value(make_character(dialect_.quote)));
    }
    state_ = State::InField;
    return add(c);
  }

  Thread& thread_;
  const Dialect& dialect_;
  List* fields_;
  GrowingCharacters field_;
  State state_ = State::StartRecord;
  bool is_numeric_ = false;
};

Value next_record(Thread& thread, Value self) {
  Reader& reader = *self.as<Reader>();
  const Dialect& dialect = as_dialect(reader.dialect);
  RecordParser parser(thread, dialect);
  do {
    const Value line = TRY(next(thread, reader.input));
    if (line.is_unbound()) {
      if (!parser.has_partial_field()) return Unbound;
      if (dialect.strict) return raise(thread, error_type(), "unexpected end of data");
      TRY(parser.save_field());
      break;
    }
    if (!is_str(line)) {
      return raise(thread, error_type(),
                   "iterator should return strings, not {} (the file should be opened in text mode)", type_of(line));
    }
    ++reader.line_number;
    TRY(parser.take_line(*line.as<Str>()));
  } while (!parser.is_complete());
  return Value(parser.fields());
}

Value make_reader(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_positional(thread, "", count, 1, 2));
  const Value input = TRY(iterate(thread, arguments[0]));
  const Value dialect = TRY(dialect_from(thread, arguments, count, keyword_names, 1));
  Reader* reader = initialize_header<Reader>(gc_allocate_object(sizeof(Reader)), shape_of_kind(ModuleKind::CsvReader),
                                             ModuleKind::CsvReader, 2);
  reader->input = input;
  reader->dialect = dialect;
  return Value(reader);
}

Value reader_dialect(Reader& self) { return self.dialect; }
int64_t line_number(Reader& self) { return self.line_number; }
const MethodRow reader_methods[] = {
    member<reader_dialect>("dialect", ""),
    member<line_number>("line_num", ""),
};
Value same(Thread&, Value self) { return self; }

// --- writer ---

struct Writer : Object {
  Value write, dialect;
};

class RecordWriter {
 public:
  RecordWriter(Thread& thread, const Dialect& dialect) : thread_(thread), dialect_(dialect) {}

  Status add_field(Value field) {
    bool quoted = dialect_.quoting == kAll;
    if (dialect_.quoting == kNonNumeric) quoted = !is_number(field);
    if (field.is_none()) return append(*empty_str(), quoted);
    return append(is_str(field) ? *field.as<Str>() : *TRY(str(thread_, field)), quoted);
  }

  // A record of one empty field would look like an empty line.
  Status finish() {
    if (field_count_ > 0 && text_.empty()) {
      if (dialect_.quoting == kNone) return raise(thread_, error_type(), "single empty field record must be quoted");
      field_count_ = 0;
      TRY(append(*empty_str(), true));
    }
    const Str& terminator = *dialect_.line_terminator.as<Str>();
    for (size_t i = 0; i < terminator.length(); ++i) text_ += terminator.at(i);
    return nothing;
  }

  Result<Str*> text() const { return str_result(thread_, text_); }

 private:
  static bool is_number(Value v) {
    const TypeSlots& slots = type_of(v).slots;
    return slots.index || slots.to_int || slots.to_float || has_kind(v, Kind::Complex);
  }

  bool is_special(char32_t c) const {
    if (c == dialect_.delimiter || c == dialect_.escape || c == dialect_.quote) return true;
    const Str& terminator = *dialect_.line_terminator.as<Str>();
    for (size_t i = 0; i < terminator.length(); ++i) {
      if (terminator.at(i) == c) return true;
    }
    return false;
  }

  Status append(const Str& field, bool quoted) {
    GrowingCharacters shown;
    for (size_t i = 0; i < field.length(); ++i) {
      const char32_t c = field.at(i);
      if (is_special(c)) {
        bool must_escape = dialect_.quoting == kNone || c == dialect_.escape;
        if (dialect_.quoting != kNone && c == dialect_.quote) {
          if (dialect_.double_quote) {
            shown += c;
          } else {
            must_escape = true;
          }
        }
        if (must_escape) {
          if (dialect_.escape == kNoCharacter) {
            return raise(thread_, error_type(), "need to escape, but no escapechar set");
          }
          shown += dialect_.escape;
        } else {
          quoted = true;
        }
      }
      shown += c;
    }
    if (field_count_++ > 0) text_ += dialect_.delimiter;
    if (quoted) text_ += dialect_.quote;
    text_ += shown.view();
    if (shown.failed()) return raise_memory_error(thread_);
    if (quoted) text_ += dialect_.quote;
    return nothing;
  }

  Thread& thread_;
  const Dialect& dialect_;
  GrowingCharacters text_;
  size_t field_count_ = 0;
};

Value write_row(Thread& thread, Writer& self, Value row) {
  const Value iterator = iterate(thread, row);
  if (iterator.is_empty()) {
    if (!catch_exception(thread, TypeError)) return error;
    return raise(thread, error_type(), "iterable expected, not {}", type_of(row));
  }
  RecordWriter writer(thread, as_dialect(self.dialect));
  for (;;) {
    const Value field = TRY(next(thread, iterator));
    if (field.is_unbound()) break;
    TRY(writer.add_field(field));
  }
  TRY(writer.finish());
  return call(thread, self.write, {TRY(writer.text())});
}

Status write_rows(Thread& thread, Writer& self, Value rows) {
  return for_each(thread, rows, [&](Value row) -> Status {
    (void)TRY(write_row(thread, self, row));
    return nothing;
  });
}

Value make_writer(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_positional(thread, "", count, 1, 2));
  const Value write = TRY(get_attribute_or_unbound(thread, arguments[0], "write"));
  if (write.is_unbound() || !is_callable(write)) {
    return raise(thread, TypeError, "argument 1 must have a \"write\" method");
  }
  const Value dialect = TRY(dialect_from(thread, arguments, count, keyword_names, 1));
  Writer* writer = initialize_header<Writer>(gc_allocate_object(sizeof(Writer)), shape_of_kind(ModuleKind::CsvWriter),
                                             ModuleKind::CsvWriter, 2);
  writer->write = write;
  writer->dialect = dialect;
  return Value(writer);
}

Value writer_dialect(Writer& self) { return self.dialect; }
const MethodRow writer_methods[] = {
    method<write_row>("!writerow($self, row, /)", "writerow(iterable)\n\nWrite the fields of one record."),
    method<write_rows>("!writerows($self, rows, /)", "writerows(iterable of iterables)\n\nWrite several records."),
    member<writer_dialect>("dialect", ""),
};

// --- the module ---

Value register_dialect(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_positional(thread, "", count, 1, 2));
  if (!is_str(arguments[0])) return raise(thread, TypeError, "dialect name must be a string");
  const Value dialect = TRY(dialect_from(thread, arguments, count, keyword_names, 1));
  TRY(dict_set(thread, *dialects, arguments[0], dialect));
  return None;
}

Status unregister_dialect(Thread& thread, Value name) {
  if (!TRY(dict_delete(thread, *dialects, name))) return raise(thread, error_type(), "unknown dialect");
  return nothing;
}

Value list_dialects() { return Value(dict_keys_list(*dialects)); }

Value set_field_limit(Thread& thread, Value new_limit) {
  const int64_t old = field_limit;
  if (!new_limit.is_empty()) {
    if (!is_exact_int(new_limit)) return raise(thread, TypeError, "limit must be an integer");
    field_limit = TRY(argument_int64(thread, new_limit));
  }
  return make_int(old);
}

const MethodRow functions[] = {
    raw_function(make_reader, "reader",
                 "reader(iterable [, dialect='excel'] [optional keyword args])\n\n"
                 "An iterator over the records in the lines that iterable gives."),
    raw_function(make_writer, "writer",
                 "writer(fileobj [, dialect='excel'] [optional keyword args])\n\n"
                 "Writes records through fileobj.write()."),
    raw_function(register_dialect, "register_dialect", "register_dialect(name[, dialect[, **fmtparams]])"),
    function<unregister_dialect>("unregister_dialect($module, /, name)", "Forget the dialect of this name."),
    function<registered_dialect>("get_dialect($module, /, name)", "The dialect of this name."),
    function<list_dialects>("list_dialects($module, /)", "The names of all dialects."),
    function<set_field_limit>("field_size_limit($module, /, new_limit=<unrepresentable>)",
                              "Set how long a field may be; returns the old limit."),
};

void define_types() {
  TypeSlots dialect{};
  dialect.make = make_dialect;
  define_type(ModuleKind::CsvDialect, {.doc = "How records are written as text.", .instance_bytes = sizeof(Dialect),
                                 .flags = Type::kBaseType, .slots = dialect, .methods = dialect_methods});
  TypeSlots reader{};
  reader.iterate = same;
  reader.next = next_record;
  define_type(ModuleKind::CsvReader, {.doc = "Reads records.", .instance_bytes = sizeof(Reader),
                                .flags = Type::kDisallowInstantiation, .slots = reader, .methods = reader_methods});
  define_type(ModuleKind::CsvWriter, {.doc = "Writes records.", .instance_bytes = sizeof(Writer),
                                .flags = Type::kDisallowInstantiation, .methods = writer_methods});
}

Status initialize(Thread& thread, Module& module) {
  define_types();
  dialects = make_dict();
  Dict* contents = make_dict();
  dict_set_str(*contents, "__module__", Value(make_str("_csv")));
  csv_error = TRY(make_class(thread, type_of_kind(Kind::Type), Value(intern("Error")),
                             *make_tuple({Value(&Exception)}), *contents));
  module_add(module, "Error", csv_error);
  module_add(module, "_dialects", Value(dialects));
  module_add(module, "__version__", Value(make_str("1.0")));
  module_add(module, "Dialect", Value(&type_of_kind(ModuleKind::CsvDialect)));
  module_add(module, "Reader", Value(&type_of_kind(ModuleKind::CsvReader)));
  module_add(module, "Writer", Value(&type_of_kind(ModuleKind::CsvWriter)));
  module_add(module, "QUOTE_MINIMAL", Value::from_int(kMinimal));
  module_add(module, "QUOTE_ALL", Value::from_int(kAll));
  module_add(module, "QUOTE_NONNUMERIC", Value::from_int(kNonNumeric));
  module_add(module, "QUOTE_NONE", Value::from_int(kNone));
  return nothing;
}

}  // namespace

extern const ModuleSpec csv_module{"_csv", "CSV parsing and writing.", functions, initialize};

}  // namespace minipy
