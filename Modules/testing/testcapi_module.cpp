// _testcapi: what CPython's own tests reach its C functions with, as far as it has a meaning here.
// A name is there only if it does what CPython's does: tests look with hasattr().
#include <cfloat>
#include <climits>
#include <cstdint>
#include <ctime>

#include "Modules/arguments.h"
#include "Modules/native_modules.h"
#include "Modules/testing/testing.h"
#include "Objects/float.h"
#include "Objects/int.h"

namespace minipy {
namespace {

void add_limits(Module& module) {
  const struct {
    const char* name;
    int64_t number;
  } limits[] = {
      {"CHAR_MAX", CHAR_MAX},        {"CHAR_MIN", CHAR_MIN},
      {"UCHAR_MAX", UCHAR_MAX},      {"SHRT_MAX", SHRT_MAX},
      {"SHRT_MIN", SHRT_MIN},        {"USHRT_MAX", USHRT_MAX},
      {"INT_MAX", INT_MAX},          {"INT_MIN", INT_MIN},
      {"UINT_MAX", UINT_MAX},        {"LONG_MAX", LONG_MAX},
      {"LONG_MIN", LONG_MIN},        {"LLONG_MAX", LLONG_MAX},
      {"LLONG_MIN", LLONG_MIN},      {"PY_SSIZE_T_MAX", INT64_MAX},
      {"PY_SSIZE_T_MIN", INT64_MIN}, {"SIZEOF_TIME_T", sizeof(time_t)},
      {"the_number_three", 3},
  };
  for (const auto& limit : limits) module_add(module, limit.name, make_int(limit.number));
  const uint64_t all_bits = UINT64_MAX;
  for (const char* name : {"ULONG_MAX", "ULLONG_MAX"})
    module_add(module, name, make_int_from_limbs(&all_bits, 1, false));
  module_add(module, "FLT_MAX", make_float(FLT_MAX));
  module_add(module, "FLT_MIN", make_float(FLT_MIN));
  module_add(module, "DBL_MAX", make_float(DBL_MAX));
  module_add(module, "DBL_MIN", make_float(DBL_MIN));
  module_add(module, "WITH_PYMALLOC", False);
}

Status initialize(Thread&, Module& module) {
  for (const auto rows :
       {calling_rows(), exception_rows(), object_rows(), docstring_rows(), file_rows()}) {
    module_add_functions(module, rows);
  }
  add_calling_types(module);
  add_class_types(module);
  add_limits(module);
  return nothing;
}

}  // namespace

extern const ModuleSpec testcapi_module = {
    .name = "_testcapi",
    .doc = "What the tests of the interpreter cannot do in Python.",
    .functions = {},
    .initialize = initialize,
};

}  // namespace minipy
