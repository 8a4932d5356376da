// _decimal: the decimal module.
#include "Modules/decimal/decimal.h"
#include "Modules/native_modules.h"
#include "Objects/function.h"

namespace minipy {
namespace decimal {
namespace {

// Decimal is a Number of the numeric tower, but no Real: it does not mix with float.
Status register_number(Thread& thread) {
  const Value number = TRY(import_attribute(thread, "numbers", "Number"));
  TRY(call_method(thread, number, "register", {Value(&type_of_kind(ModuleKind::Decimal))}));
  return nothing;
}

Status make_contents(Thread& thread, Module& module) {
  static bool is_registered = false;
  TRY(make_signals(thread, module));
  TRY(make_decimal_tuple(thread, module));
  TRY(make_templates(thread));
  if (!is_registered) TRY(register_number(thread));
  is_registered = true;
  return nothing;
}

void add_constants(Module& module) {
  for (const char* name : rounding_names) module_add(module, name, Value(intern(name)));
  module_add(module, "DefaultContext", Value(default_context));
  module_add(module, "BasicContext", Value(basic_context));
  module_add(module, "ExtendedContext", Value(extended_context));
  module_add(module, "MAX_PREC", make_int(kMaxPrecision));
  module_add(module, "MAX_EMAX", make_int(kMaxExponent));
  module_add(module, "MIN_EMIN", make_int(kMinExponent));
  module_add(module, "MIN_ETINY", make_int(kMinTiny));
  module_add(module, "HAVE_THREADS", True);
  module_add(module, "HAVE_CONTEXTVAR", True);
  // Of the specification, and of the library whose results these are.
  module_add(module, "__version__", make_str("1.70"));
  module_add(module, "__libmpdec_version__", make_str("2.5.1"));
}

Status initialize(Thread& thread, Module& module) {
  define_signals_type();
  define_context_type();
  define_context_manager_type();
  define_decimal_type();
  TRY(make_contents(thread, module));
  for (const Kind kind : {ModuleKind::Decimal, ModuleKind::DecimalContext}) {
    module_add_type(module, type_of_kind(kind));
  }
  // Unlike the module itself they are named after the module that shows them.
  const Value module_name = make_str("decimal");
  for (const MethodRow& row : context_functions) {
    const std::string name(name_of(row));
    module_add(module, name.c_str(), make_builtin_function(row, Value(&module), module_name));
  }
  add_constants(module);
  return nothing;
}

}  // namespace
}  // namespace decimal

extern const ModuleSpec decimal_module{
    "_decimal", "Decimal arithmetic in C++.", {}, decimal::initialize};

}  // namespace minipy
