// _testinternalcapi: what the interpreter's own tests ask about its insides.
#include "Modules/native_modules.h"
#include "Objects/bytes.h"
#include "Objects/codecs.h"
#include "Objects/dict.h"
#include "Objects/exception.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/native.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "VM/runtime.h"

namespace minipy {
namespace {

Value list_of_texts(const std::vector<std::string>& texts) {
  List* list = make_list();
  for (const std::string& text : texts)
    MUST(list_append(current_thread(), *list, make_str(text)), "a short list");
  return list;
}

// The configuration that the interpreter runs with, under the names of "PyConfig".
Value get_config() {
  const Configuration& configuration = runtime.configuration;
  Dict* result = make_dict();
  const auto add_number = [&](const char* name, int64_t number) {
    dict_set_str(*result, name, make_int(number));
  };
  const auto add_text = [&](const char* name, const std::string& text) {
    dict_set_str(*result, name, text.empty() ? None : Value(make_str(text)));
  };
  add_number("isolated", configuration.isolated);
  add_number("use_environment", !configuration.ignore_environment);
  add_number("dev_mode", configuration.dev_mode);
  add_number("faulthandler", configuration.fault_handler);
  add_number("import_time", configuration.import_time);
  add_number("code_debug_ranges", configuration.code_debug_ranges);
  add_text("filesystem_encoding", configuration.filesystem_encoding);
  add_text("filesystem_errors", configuration.filesystem_errors);
  add_text("pycache_prefix", configuration.pycache_prefix);
  dict_set_str(*result, "argv", list_of_texts(configuration.arguments));
  dict_set_str(*result, "orig_argv", list_of_texts(configuration.original_arguments));
  dict_set_str(*result, "xoptions", list_of_texts(configuration.x_options));
  dict_set_str(*result, "warnoptions", list_of_texts(configuration.warn_options));
  add_text("executable", configuration.executable);
  add_number("site_import", !configuration.no_site);
  add_number("bytes_warning", configuration.bytes_warning);
  add_number("warn_default_encoding", configuration.warn_default_encoding);
  add_number("inspect", configuration.inspect);
  add_number("interactive", configuration.interactive);
  add_number("optimization_level", configuration.optimize);
  add_number("parser_debug", configuration.debug);
  add_number("write_bytecode", !configuration.dont_write_bytecode);
  add_number("verbose", configuration.verbose);
  add_number("quiet", configuration.quiet);
  add_number("user_site_directory", !configuration.no_user_site);
  add_number("buffered_stdio", !configuration.unbuffered);
  add_text("run_command", configuration.has_command ? configuration.command : "");
  add_text("run_module", configuration.has_module ? configuration.module : "");
  add_text("run_filename", configuration.has_script ? configuration.script : "");
  add_text("check_hash_pycs_mode", configuration.check_hash_pycs);
  add_number("use_frozen_modules", configuration.frozen_modules);
  add_number("safe_path", configuration.safe_path);
  return result;
}

// What the system's encoding makes of a text, and the other way round.
Status check_locale_errors(Thread& thread, Str& errors) {
  for (const char* known : {"strict", "surrogateescape", "surrogatepass"}) {
    if (equal(&errors, known)) return nothing;
  }
  return raise(thread, ValueError, "unsupported error handler");
}

Value locale_failure(Thread& thread, const char* doing) {
  const Value exception = take_exception(thread);
  const bool has_details = is_instance(exception, UnicodeEncodeError) || is_instance(exception, UnicodeDecodeError);
  if (!has_details) return restore_exception(thread, exception);
  const auto& details = *exception.as<UnicodeErrorObject>();
  return raise(thread, RuntimeError, "{} error: pos={}, reason={}", doing, details.start, details.reason);
}

Value encode_locale(Thread& thread, Str& text, bool, Str& errors) {
  TRY(check_locale_errors(thread, errors));
  const Value result = encode_text(thread, &text, runtime.configuration.filesystem_encoding, to_utf8(&errors));
  return result.is_empty() ? locale_failure(thread, "encode") : result;
}

Value decode_locale(Thread& thread, Bytes& data, bool, Str& errors) {
  TRY(check_locale_errors(thread, errors));
  const Value result = decode_text(thread, data.view(), runtime.configuration.filesystem_encoding, to_utf8(&errors));
  return result.is_empty() ? locale_failure(thread, "decode") : result;
}

int64_t get_recursion_depth(Thread& thread) {
  return thread.recursion_depth;
}

const MethodRow functions[] = {
    function<decode_locale>("!DecodeLocaleEx($module, data, current_locale=False, errors='strict', /)", nullptr),
    function<encode_locale>("!EncodeLocaleEx($module, text, current_locale=False, errors='strict', /)", nullptr),
    function<get_config>("!get_config($module, /)", nullptr),
    function<get_recursion_depth>("!get_recursion_depth($module, /)", nullptr),
};

// Nothing stands in front of an object: the collector keeps its marks elsewhere.
Status initialize(Thread&, Module& module) {
  module_add(module, "SIZEOF_PYGC_HEAD", make_int(0));
  return nothing;
}

}  // namespace

extern const ModuleSpec testinternalcapi_module = {
    .name = "_testinternalcapi",
    .doc = "What the tests of the interpreter ask about its insides.",
    .functions = functions,
    .initialize = initialize,
};

}  // namespace minipy
