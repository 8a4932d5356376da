// _testcapi: functions with docstrings of every kind: with and without a signature, for inspect.
#include "Modules/testing/testing.h"
#include "Objects/value.h"

namespace minipy {
namespace {

Value nothing_to_do(Thread&, const Value*, size_t, Value) {
  return None;
}

const MethodRow rows[] = {
    raw_function(nothing_to_do, "docstring_empty", nullptr),
    raw_function(nothing_to_do, "docstring_no_signature", "This docstring has no signature."),
    raw_function(nothing_to_do, "docstring_with_invalid_signature",
                 "docstring_with_invalid_signature($module, /, boo)\n\nThis docstring has an "
                 "invalid signature."),
    raw_function(nothing_to_do, "docstring_with_invalid_signature2",
                 "docstring_with_invalid_signature2($module, /, boo)\n\n--\n\n"
                 "This docstring also has an invalid signature."),
    raw_function(nothing_to_do, "docstring_with_signature($module, /, sig)",
                 "This docstring has a valid signature."),
    raw_function(nothing_to_do,
                 "docstring_with_signature_and_extra_newlines($module, /, parameter)",
                 "\nThis docstring has a valid signature and some extra newlines."),
    raw_function(nothing_to_do, "docstring_with_signature_but_no_doc($module, /, sig)", nullptr),
    raw_function(nothing_to_do,
                 "docstring_with_signature_with_defaults(module, s='avocado',\n"
                 "        b=b'bytes', d=3.14, i=35, n=None, t=True, f=False,\n"
                 "        local=the_number_three, sys=sys.maxsize,\n"
                 "        exp=sys.maxsize - 1)",
                 "\n\nThis docstring has a valid signature with parameters,\n"
                 "and the parameters take defaults of varying types."),
    raw_function(nothing_to_do, "no_docstring", nullptr),
    raw_function(nothing_to_do, "test_with_docstring", "This is a pretty normal docstring."),
};

}  // namespace

std::span<const MethodRow> docstring_rows() {
  return rows;
}

}  // namespace minipy
