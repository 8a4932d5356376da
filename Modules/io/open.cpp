// open(), open_code(), text_encoding(). Library reference, "Built-in Functions": open.
#include <unistd.h>

#include "Modules/io/io.h"
#include "Objects/exception.h"
#include "Objects/module_kinds.h"
#include "VM/runtime.h"

namespace minipy {
namespace {

struct Mode {
  bool creates = false, reads = false, writes = false, appends = false, updates = false, is_text = false,
       is_binary = false;
  std::string raw;
};

Result<Mode> parse_mode(Thread& thread, const Str& text) {
  Mode mode;
  for (size_t i = 0; i < text.length(); ++i) {
    const char32_t letter = text.at(i);
    bool* flag = letter == 'x'   ? &mode.creates
                 : letter == 'r' ? &mode.reads
                 : letter == 'w' ? &mode.writes
                 : letter == 'a' ? &mode.appends
                 : letter == '+' ? &mode.updates
                 : letter == 't' ? &mode.is_text
                 : letter == 'b' ? &mode.is_binary
                                 : nullptr;
    if (!flag || *flag) return raise(thread, ValueError, "invalid mode: '{}'", Value(&text));
    *flag = true;
  }
  for (const auto& [flag, letter] : {std::pair{mode.creates, 'x'}, std::pair{mode.reads, 'r'},
                                     std::pair{mode.writes, 'w'}, std::pair{mode.appends, 'a'},
                                     std::pair{mode.updates, '+'}}) {
    if (flag) mode.raw += letter;
  }
  if (mode.is_text && mode.is_binary) return raise(thread, ValueError, "can't have text and binary mode at once");
  if (mode.creates + mode.reads + mode.writes + mode.appends != 1) {
    return raise(thread, ValueError, "must have exactly one of create/read/write/append mode");
  }
  return mode;
}

Status check_text_arguments(Thread& thread, const Mode& mode, Value encoding, Value errors, Value newline,
                            int buffering) {
  if (mode.is_binary && !encoding.is_none()) {
    return raise(thread, ValueError, "binary mode doesn't take an encoding argument");
  }
  if (mode.is_binary && !errors.is_none()) {
    return raise(thread, ValueError, "binary mode doesn't take an errors argument");
  }
  if (mode.is_binary && !newline.is_none()) {
    return raise(thread, ValueError, "binary mode doesn't take a newline argument");
  }
  if (mode.is_binary && buffering == 1) {
    return warn(thread, RuntimeWarning,
                "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used");
  }
  return nothing;
}

// What has been opened is closed again if a later layer cannot be built.
Value close_after_failure(Thread& thread, Value file) {
  const Value failure = take_exception(thread);
  if (call_method(thread, file, "close").is_empty()) {
    exception_object(thread.exception).context = failure;
    return error;
  }
  return restore_exception(thread, failure);
}

Value build(Thread& thread, Value raw, const Mode& mode, Str& mode_text, int buffering, Value encoding, Value errors,
            Value newline, Value& outermost) {
  Value isatty = False;
  if (buffering < 0) isatty = TRY(call_method(thread, raw, "isatty"));
  const bool line_buffering = buffering == 1 || (buffering < 0 && isatty.is_true());
  if (buffering == 1 || (buffering < 0)) {
    const Value size = TRY(get_attribute(thread, raw, "_blksize"));
    buffering = static_cast<int>(TRY(index_as_int64(thread, size, &OverflowError)));
  }
  if (buffering == 0) {
    if (!mode.is_binary) return raise(thread, ValueError, "can't have unbuffered text I/O");
    return raw;
  }
  const Kind kind = mode.updates ? ModuleKind::BufferedRandom
                    : mode.reads ? ModuleKind::BufferedReader
                                 : ModuleKind::BufferedWriter;
  const Value buffer = TRY(call(thread, &type_of_kind(kind), {raw, make_int(buffering)}));
  outermost = buffer;
  if (mode.is_binary) return buffer;
  const Value arguments[] = {buffer, encoding, errors, newline, Value::from_bool(line_buffering)};
  const Value text = TRY(call(thread, &type_of_kind(ModuleKind::TextIOWrapper), arguments, 5));
  outermost = text;
  TRY(set_attribute(thread, text, "mode", &mode_text));
  return text;
}

Value open_file(Thread& thread, Value file, Value mode_value, int buffering, Value encoding, Value errors,
                Value newline, int closefd, Value opener) {
  if (!is_index(file) && !is_str(file) && !has_kind(file, Kind::Bytes)) {
    const Value fspath = TRY(lookup_special(thread, file, "__fspath__"));
    if (!fspath.is_unbound()) {
      const Value path = TRY(call(thread, fspath));
      if (!is_str(path) && !has_kind(path, Kind::Bytes)) {
        return raise(thread, TypeError, "expected {}.__fspath__() to return str or bytes, not {}", type_of(file),
                     type_of(path));
      }
      file = path;
    }
  }
  if (!is_index(file) && !is_str(file) && !has_kind(file, Kind::Bytes)) {
    return raise(thread, TypeError, "invalid file: {}", Repr{file});
  }
  if (mode_value.is_empty()) mode_value = make_str("r");
  if (!is_str(mode_value)) {
    return raise(thread, TypeError, "open() argument 'mode' must be str, not {}", argument_kind(mode_value));
  }
  for (const auto& [value, name] : {std::pair{encoding, "encoding"}, std::pair{errors, "errors"},
                                    std::pair{newline, "newline"}}) {
    if (value.is_none() || is_str(value)) continue;
    return raise(thread, TypeError, "open() argument '{}' must be str or None, not {}", name, argument_kind(value));
  }
  const Mode mode = TRY(parse_mode(thread, *mode_value.as<Str>()));
  TRY(check_text_arguments(thread, mode, encoding, errors, newline, buffering));
  if (buffering < -1) return raise(thread, ValueError, "invalid buffering size");
  const Value raw = TRY(call(thread, &type_of_kind(ModuleKind::FileIO),
                             {file, make_str(mode.raw), Value::from_bool(closefd != 0), opener}));
  Value outermost = raw;
  if (mode.is_binary && buffering == 1) buffering = -1;
  const Value result =
      build(thread, raw, mode, *mode_value.as<Str>(), buffering, encoding, errors, newline, outermost);
  return result.is_empty() ? close_after_failure(thread, outermost) : result;
}

Value open_code(Thread& thread, Value path) {
  if (!is_str(path)) {
    return raise(thread, TypeError, "open_code() argument 'path' must be str, not {}", argument_kind(path));
  }
  return open_file(thread, path, make_str("rb"), -1, None, None, None, true, None);
}

Value text_encoding(Thread& thread, Value encoding, int stack_level) {
  if (!encoding.is_none()) return encoding;
  if (runtime.configuration.warn_default_encoding) {
    TRY(warn(thread, EncodingWarning, "'encoding' argument not specified", stack_level));
  }
  return make_str(runtime.configuration.utf8_mode ? "utf-8" : "locale");
}

const MethodRow rows[] = {
    function<open_file>("open($module, /, file, mode='r', buffering=-1, encoding=None,\n     errors=None, newline=None, "
                        "closefd=True, opener=None)",
                        "Open a file and return it as a stream; OSError if that fails."),
    function<open_code>("open_code($module, /, path)", "Open a file whose contents will be executed."),
    function<text_encoding>("text_encoding($module, encoding, stacklevel=2, /)",
                            "The encoding, or a stand-in for the locale's if it is None."),
};

}  // namespace

std::span<const MethodRow> open_function_rows() { return rows; }

}  // namespace minipy
