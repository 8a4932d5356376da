// ascii format input print repr. Library reference, "Built-in Functions".
#include <unistd.h>

#include "Modules/arguments.h"
#include "Modules/builtins/builtins.h"
#include "Modules/io/io.h"
#include "Objects/int.h"
#include "VM/line_input.h"
#include "VM/runtime.h"

namespace minipy {
namespace {

Result<Str*> ascii_text(Thread& thread, Value object) { return ascii(thread, object); }
Result<Str*> repr_text(Thread& thread, Value object) { return repr(thread, object); }

Result<Str*> format_value(Thread& thread, Value object, Value specification) {
  if (!is_str(specification)) {
    return raise(thread, TypeError, "format() argument 2 must be str, not {}", argument_kind(specification));
  }
  return format(thread, object, specification);
}

// None stands for `fallback`; anything else must be a str.
Status check_separator(Thread& thread, const char* name, Value value) {
  if (value.is_none() || is_str(value)) return nothing;
  return raise(thread, TypeError, "{} must be None or a string, not {}", name, type_of(value));
}

// One write into any file object; text files of ours without a method call.
Status write_text(Thread& thread, Value file, Value text) {
  if (is_plain_text_file(file)) return write_plain_text(thread, file, *text.as<Str>());
  TRY(call_method(thread, file, "write", {text}));
  return nothing;
}

Status print(Thread& thread, std::span<const Value> objects, Value separator, Value end, Value file, bool flush) {
  if (file.is_none()) {
    file = system_attribute("stdout");
    if (file.is_unbound()) return raise(thread, RuntimeError, "lost sys.stdout");
    if (file.is_none()) return nothing;  // no standard output: pythonw and closed descriptors
  }
  TRY(check_separator(thread, "sep", separator));
  TRY(check_separator(thread, "end", end));
  const Value space = separator.is_none() ? make_str(" ") : separator;
  for (size_t i = 0; i < objects.size(); ++i) {
    if (i > 0) TRY(write_text(thread, file, space));
    TRY(write_text(thread, file, is_exact_str(objects[i]) ? objects[i] : Value(TRY(str(thread, objects[i])))));
  }
  TRY(write_text(thread, file, end.is_none() ? make_str("\n") : end));
  if (flush) TRY(call_method(thread, file, "flush"));
  return nothing;
}

Value standard_file(Thread& thread, const char* name) {
  const Value file = system_attribute(name);
  if (file.is_unbound() || file.is_none()) return raise(thread, RuntimeError, "input(): lost sys.{}", name);
  return file;
}

// True if `file` is the process's own descriptor and a terminal.
Result<bool> is_terminal(Thread& thread, Value file, int descriptor) {
  const Value number = call_method(thread, file, "fileno");
  if (number.is_empty()) {
    thread.exception = Value();
    return false;
  }
  return number.is_int() && number.as_int() == descriptor && isatty(descriptor);
}

Value read_line_from_file(Thread& thread, Value file) {
  const Value line = TRY(call_method(thread, file, "readline"));
  if (!is_str(line)) return raise(thread, TypeError, "object.readline() returned non-string");
  const Str* text = line.as<Str>();
  if (text->length() == 0) return raise(thread, EOFError, "EOF when reading a line");
  if (text->at(text->length() - 1) != '\n') return line;
  return substring(text, 0, text->length() - 1);
}

// On a terminal GNU readline reads the line, if its module has been imported.
Value read_line_from_terminal(Thread& thread, Value output, Value prompt) {
  TRY(call_method(thread, output, "flush"));
  const std::string shown = to_utf8(TRY(str(thread, prompt)));
  const LineInput line = TRY(read_terminal_line(thread, shown.c_str()));
  if (line.is_end) return raise(thread, EOFError, "EOF when reading a line");
  std::string_view text = line.text;
  if (text.ends_with('\n')) text.remove_suffix(1);
  return from_filename(text);
}

Value input(Thread& thread, Value prompt) {
  const Value in = TRY(standard_file(thread, "stdin"));
  const Value out = TRY(standard_file(thread, "stdout"));
  const Value err = TRY(standard_file(thread, "stderr"));
  TRY(audit(thread, "builtins.input", {prompt}));
  if (call_method(thread, err, "flush").is_empty()) thread.exception = Value();
  if (TRY(is_terminal(thread, in, 0)) && TRY(is_terminal(thread, out, 1))) {
    const Value line = TRY(read_line_from_terminal(thread, out, prompt.is_empty() ? Value(empty_str()) : prompt));
    TRY(audit(thread, "builtins.input/result", {line}));
    return line;
  }
  if (!prompt.is_empty()) TRY(write_text(thread, out, TRY(str(thread, prompt))));
  if (call_method(thread, out, "flush").is_empty()) thread.exception = Value();
  return read_line_from_file(thread, in);
}

const MethodRow rows[] = {
    function<ascii_text>("ascii($module, obj, /)", "repr(obj) with escapes for all that is not ASCII."),
    function<format_value>("format($module, value, format_spec='', /)", "type(value).__format__(value, format_spec)"),
    function<input>("input($module, prompt='', /)", "Show a prompt and read a line, given back without newline."),
    function<print>("print($module, /, *args, sep=' ', end='\\n', file=None, flush=False)",
                    "Write the values to a text stream, sys.stdout by default."),
    function<repr_text>("repr($module, obj, /)", "The text that shows an object to a programmer."),
};

}  // namespace

std::span<const MethodRow> text_function_rows() { return rows; }

}  // namespace minipy
