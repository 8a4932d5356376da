// _json: what the json package has in C.
#include "Modules/json.h"
#include "Modules/native_modules.h"
#include "Objects/container_support.h"
#include "Objects/int.h"
#include "Objects/module_kinds.h"

namespace minipy {
namespace {

const MethodRow scanstring_row = constructor("scanstring(string, end, strict=True, /)");

Value scan_string(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  Value values[3];
  TRY(bind(thread, scanstring_row, arguments, count, keyword_names, values));
  const int64_t end = TRY(argument_int64(thread, values[1]));
  const bool strict = TRY(truth(thread, values[2]));
  if (!is_str(values[0])) {
    return raise(thread, TypeError, "first argument must be a string, not {}", type_of(values[0]));
  }
  const Str& text = *values[0].as<Str>();
  if (end < 0 || end > static_cast<int64_t>(text.length())) return raise(thread, ValueError, "end is out of bounds");
  const ScannedString scanned = TRY(scan_json_string(thread, text, static_cast<size_t>(end), strict));
  return Value(make_tuple({Value(scanned.text), make_int(static_cast<int64_t>(scanned.end))}));
}

const MethodRow functions[] = {
    function<encode_basestring_ascii>("!encode_basestring_ascii($module, string, /)",
                                      "encode_basestring_ascii(string) -> string\n\nAs a JSON string, all of it ASCII."),
    function<encode_basestring>("!encode_basestring($module, string, /)",
                                "encode_basestring(string) -> string\n\nAs a JSON string."),
    raw_function(scan_string, "scanstring",
                 "scanstring(string, end, strict=True) -> (string, end)\n\n"
                 "Read the JSON string whose opening quote is in front of end.\n"
                 "Gives its text and the place behind its closing quote."),
};

Status initialize(Thread&, Module& module) {
  define_json_scanner();
  define_json_encoder();
  module_add(module, "make_scanner", Value(&type_of_kind(ModuleKind::JsonScanner)));
  module_add(module, "make_encoder", Value(&type_of_kind(ModuleKind::JsonEncoder)));
  return nothing;
}

}  // namespace

extern const ModuleSpec json_module{"_json", "Fast parts of the json package.", functions, initialize};

}  // namespace minipy
