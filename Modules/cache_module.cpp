// _cache: what `python -m cache` and `python -m parity` ask of the interpreter.
#include "Compiler/cache.h"
#include "Compiler/cache_index.h"
#include "Compiler/cache_store.h"
#include "Compiler/verifier.h"
#include "Modules/native_modules.h"
#include "Objects/bytes.h"
#include "Objects/code.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"
#include "VM/cached_code.h"

namespace minipy {
namespace {

Value find_fault(Code& code) {
  const auto fault = find_bytecode_fault(code);
  if (!fault) return None;
  return make_tuple({Value(fault->code), make_int(fault->offset), make_str(fault->what)});
}

// (outcome, file, [(file, check, passed, detail), ...])
Value as_value(Thread& thread, const CacheReport& report) {
  List* checks = make_list();
  for (const CacheCheck& check : report.checks) {
    Tuple* row = make_tuple({from_filename(check.file), make_str(check.check),
                             Value::from_bool(check.passed), from_filename(check.detail)});
    TRY(list_append(thread, *checks, row));
  }
  return make_tuple({make_str(report.outcome), from_filename(report.file), checks});
}

Value explain(Thread& thread, Value path) {
  const std::string name = TRY(to_filename(thread, path));
  return as_value(thread, explain_source_file(thread, name, TRY(cache_settings(thread))));
}

Value explain_text(Thread& thread, Value source, Value path) {
  const std::string name = TRY(to_filename(thread, path));
  BufferLease text(thread);
  TRY(text.acquire(source));
  return as_value(thread, explain_source_text(text.view(), name, TRY(cache_settings(thread))));
}

Value explain_file(Thread& thread, Value path, Value source_path) {
  const std::string name = TRY(to_filename(thread, path)),
                    source = TRY(to_filename(thread, source_path));
  return as_value(thread, explain_cache_file(thread, name, source, TRY(cache_settings(thread))));
}

// Whether this file without a source would be imported, and if not, why.
Value explain_bare_file(Thread& thread, Value path) {
  const std::string name = TRY(to_filename(thread, path));
  CacheReport report;
  report.file = name;
  const bool is_valid = !code_of_cache_file(thread, from_filename(name), empty_str(), false).failed();
  if (!is_valid && !exception_matches(thread, ImportError) && !exception_matches(thread, OSError)) return Value();
  const Value exception = take_exception(thread);
  report.outcome = is_valid ? "valid" : "damaged";
  report.add(name, "code", is_valid, is_valid ? "" : to_utf8(TRY(str(thread, exception))));
  return as_value(thread, report);
}

Value store() {
  const std::string folder = store_folder();
  return folder.empty() ? None : Value(from_filename(folder));
}

Value sizes() {
  const StoreSizes found = store_sizes();
  return make_tuple({make_int(static_cast<int64_t>(found.entries)),
                     make_int(static_cast<int64_t>(found.bytes)),
                     make_int(static_cast<int64_t>(found.limit))});
}

Value shrink(int64_t limit) {
  const StoreSizes left = shrink_store(static_cast<uint64_t>(limit));
  return make_tuple({make_int(static_cast<int64_t>(left.removed_entries)),
                     make_int(static_cast<int64_t>(left.removed_bytes))});
}

Value index_file(Thread& thread, Value folder) {
  const std::string path = index_path(TRY(to_filename(thread, folder)));
  return path.empty() ? None : Value(from_filename(path));
}

const MethodRow functions[] = {
    function<explain>(
        "explain($module, path, /)",
        "What importing this source file would do, and why: (outcome, file, checks)."),
    function<explain_bare_file>("explain_bare_file($module, path, /)",
                                "What importing this file without a source would do."),
    function<explain_file>("explain_file($module, path, source_path, /)",
                           "The same for one cache file of the source."),
    function<explain_text>("explain_text($module, source, path, /)",
                           "The same for source that is run as a main script."),
    function<find_fault>("find_fault($module, code, /)",
                         "Where bytecode is invalid: (code, offset, what is wrong), or None."),
    function<index_file>("index_file($module, folder, /)",
                         "The index of a folder of cache files, or None."),
    function<shrink>("shrink($module, limit, /)",
                     "Shrink the private store to this many bytes: (entries, bytes) removed."),
    function<sizes>("sizes($module, /)", "(entries, bytes, limit) of the private store."),
    function<store>("store($module, /)", "The folder of the private store, or None."),
};

}  // namespace

extern const ModuleSpec cache_module = {
    .name = "_cache",
    .doc = "The insides of the bytecode cache.",
    .functions = functions,
};

}  // namespace minipy
