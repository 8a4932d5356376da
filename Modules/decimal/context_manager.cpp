// getcontext(), setcontext() and localcontext().
#include <algorithm>

#include "Modules/decimal/decimal.h"

namespace minipy::decimal {

namespace {

ContextManager& as_manager(Value v) {
  return *v.as<ContextManager>();
}

Value get_context(Thread& thread) {
  return Value(TRY(current_context(thread)));
}

// The templates themselves stay as they are: a copy of one becomes current.
Value set_context(Thread& thread, Value value) {
  if (!is_context(value)) return raise(thread, TypeError, "argument must be a context");
  ContextObject* context = value.as<ContextObject>();
  if (context == default_context || context == basic_context || context == extended_context) {
    context = copy_of(*context);
    if (!context) return error;
    context->flags = 0;
  }
  TRY(set_current_context(thread, *context));
  return None;
}

Value local_context(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  const char* names[1 + kParameterCount] = {"ctx"};
  std::copy(kParameters, kParameters + kParameterCount, names + 1);
  Value values[1 + kParameterCount];
  TRY(parse_arguments(thread, names, 0, arguments, count, keyword_names, values));
  ContextObject* outer = TRY(current_context(thread));
  ContextObject* inner = copy_of(*TRY(context_argument(thread, values[0])));
  if (!inner) return error;
  TRY(apply_parameters(thread, *inner, values + 1));
  ContextManager* manager = allocate<ContextManager>();
  manager->outer = outer;
  manager->inner = inner;
  return Value(manager);
}

Value enter(Thread& thread, Value self) {
  ContextObject& inner = *as_manager(self).inner;
  TRY(set_current_context(thread, inner));
  return Value(&inner);
}

Value leave(Thread& thread, const Value* arguments, size_t, Value keyword_names) {
  TRY(check_no_keywords(thread, "ContextManager.__exit__", keyword_names));
  TRY(set_current_context(thread, *as_manager(arguments[0]).outer));
  return None;
}

const MethodRow manager_methods[] = {
    method<enter>("!__enter__($self, /)", nullptr),
    raw_method(leave, "__exit__", nullptr),
};

const MethodRow functions[] = {
    function<get_context>("getcontext($module, /)", "The current context of the thread."),
    function<set_context>("setcontext($module, context, /)", "Make a context the current one."),
    raw_function(local_context, "localcontext($module, /, ctx=None, **kwargs)",
                 "A context manager that makes a copy of a context current inside of a with.\n\n"
                 "The current context is copied if none is given. Keywords change the copy."),
};

}  // namespace

const std::span<const MethodRow> context_functions = functions;

void define_context_manager_type() {
  define_type(ModuleKind::DecimalContextManager, {.instance_bytes = sizeof(ContextManager),
                                                  .flags = Type::kDisallowInstantiation,
                                                  .methods = manager_methods});
}

}  // namespace minipy::decimal
