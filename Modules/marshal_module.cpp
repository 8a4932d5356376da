// The marshal module: values to bytes and back, in the format of .pyc files.
#include "Compiler/marshal.h"
#include "Modules/native_modules.h"
#include "Objects/bytes.h"
#include "Objects/int.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "VM/runtime.h"

namespace minipy {

namespace {

// The default is shown as the name `version`: then nothing arrives.
Result<int> version_argument(Thread& thread, Value version) {
  if (version.is_empty()) return kMarshalVersion;
  return argument_int(thread, version);
}

Value dumps(Thread& thread, Value value, Value version_value) {
  const int version = TRY(version_argument(thread, version_value));
  TRY(audit(thread, "marshal.dumps", {value, make_int(version)}));
  return bytes_result(thread, TRY(marshal_dump(thread, value, version)));
}

Value dump(Thread& thread, Value value, Value file, Value version) {
  const Value bytes = TRY(dumps(thread, value, version));
  return call_method(thread, file, "write", {bytes});
}

Value loads(Thread& thread, Value bytes) {
  BufferLease lease(thread);
  TRY(lease.acquire(bytes));
  TRY(audit(thread, "marshal.loads", {make_bytes(lease.view())}));
  return marshal_load(thread, lease.view());
}

Value load(Thread& thread, Value file) {
  TRY(audit(thread, "marshal.load", {}));
  return marshal_load_file(thread, file);
}

const MethodRow functions[] = {
    function<dump>("dump($module, value, file, version=version, /)", "Write the value to a binary file."),
    function<dumps>("dumps($module, value, version=version, /)", "The value as bytes."),
    function<load>("load($module, file, /)", "Read one value from a binary file."),
    function<loads>("loads($module, bytes, /)", "The value at the start of a bytes-like object."),
};

Status initialize(Thread&, Module& module) {
  module_add(module, "version", Value::from_int(kMarshalVersion));
  return nothing;
}

}  // namespace

extern const ModuleSpec marshal_module = {
    "marshal",
    "Values to bytes and back, in a format of this version of Python.\n\n"
    "It knows None, numbers, text, bytes, tuples, lists, sets, dictionaries and code objects.",
    functions,
    initialize,
};

}  // namespace minipy
