// sys.stdin, stdout and stderr: encodings, error handlers and buffering at start-up.
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <unistd.h>

#include <cstring>

#include "Objects/int.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/tuple.h"
#include "VM/importer.h"
#include "VM/runtime.h"

namespace minipy {
namespace {

struct Stream {
  int descriptor;
  const char* attribute;
  const char* name;
  bool is_output;
};

std::string stream_encoding() {
  const Configuration& c = runtime.configuration;
  if (!c.stdio_encoding.empty()) return c.stdio_encoding;
  if (c.utf8_mode) return "utf-8";
  const std::string codeset = nl_langinfo(CODESET);
  return codeset == "UTF-8" ? "utf-8" : codeset;
}

// In the C locale, and in those it is coerced to, bytes that cannot be decoded must survive.
std::string stream_errors() {
  const Configuration& c = runtime.configuration;
  if (!c.stdio_errors.empty()) return c.stdio_errors;
  if (!c.stdio_encoding.empty()) return "strict";
  if (c.utf8_mode) return "surrogateescape";
  const char* locale = setlocale(LC_CTYPE, nullptr);
  for (const char* plain : {"C", "POSIX", "C.UTF-8", "C.utf8", "UTF-8"}) {
    if (locale && std::strcmp(locale, plain) == 0) return "surrogateescape";
  }
  return "strict";
}

Value make_stream(Thread& thread, Value io, const Stream& stream) {
  if (fcntl(stream.descriptor, F_GETFD) < 0) return None;
  const bool unbuffered = runtime.configuration.unbuffered && stream.is_output;
  const Value open = TRY(get_attribute(thread, io, "open"));
  const Value arguments[] = {make_int(stream.descriptor), make_str(stream.is_output ? "wb" : "rb"),
                             make_int(unbuffered ? 0 : -1), None, None, None, False};
  const Value buffer = TRY(call(thread, open, arguments, 7));
  const Value raw = unbuffered ? buffer : TRY(get_attribute(thread, buffer, "raw"));
  TRY(set_attribute(thread, raw, "name", make_str(stream.name)));
  const bool is_terminal = isatty(stream.descriptor);
  const bool line_buffering = !unbuffered && stream.is_output && (is_terminal || stream.descriptor == 2);
  const std::string errors = stream.descriptor == 2 ? "backslashreplace" : stream_errors();
  const Value type = TRY(get_attribute(thread, io, "TextIOWrapper"));
  const Value text_arguments[] = {buffer,
                                  make_str(stream_encoding()),
                                  make_str(errors),
                                  stream.is_output ? Value(make_str("\n")) : None,
                                  Value::from_bool(line_buffering || (!stream.is_output && is_terminal)),
                                  Value::from_bool(unbuffered)};
  const Value text = TRY(call(thread, type, text_arguments, 6));
  TRY(set_attribute(thread, text, "mode", make_str(stream.is_output ? "w" : "r")));
  return text;
}

}  // namespace

Status create_standard_streams(Thread& thread) {
  static constexpr Stream streams[] = {
      {0, "stdin", "<stdin>", false}, {1, "stdout", "<stdout>", true}, {2, "stderr", "<stderr>", true}};
  Module* io = TRY(import_native_module(thread, "_io"));
  for (const Stream& stream : streams) {
    const Value file = TRY(make_stream(thread, io, stream));
    set_system_attribute(stream.attribute, file);
    set_system_attribute("__" + std::string(stream.attribute) + "__", file);
  }
  dict_set_str(*runtime.builtins->dict, "open", TRY(get_attribute(thread, io, "open")));
  return nothing;
}

}  // namespace minipy
