// atexit: functions to be called when the program ends normally.
#include "Modules/native_modules.h"
#include "Objects/dict.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/tuple.h"
#include "VM/runtime.h"

namespace minipy {
namespace {

// A List of (function, arguments, keywords); unregistered ones are None.
Value registered;

List& entries() {
  if (registered.is_empty()) registered = make_list();
  return *registered.as<List>();
}

Value register_function(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  if (count == 0) return raise(thread, TypeError, "register() takes at least 1 argument (0 given)");
  if (!is_callable(arguments[0])) return raise(thread, TypeError, "the first argument must be callable");
  Dict* keywords = make_dict();
  if (!keyword_names.is_empty()) {
    const Tuple& names = *keyword_names.as<Tuple>();
    for (size_t i = 0; i < names.size; ++i) TRY(dict_set(thread, *keywords, names.items[i], arguments[count + i]));
  }
  TRY(list_append(thread, entries(), make_tuple({arguments[0], make_tuple(arguments + 1, count - 1), keywords})));
  return arguments[0];
}

// The last registered goes first; what it registers goes before the rest. Errors are reported and
// the next function is called.
void run_all(Thread& thread) {
  while (entries().size) {
    List& list = entries();
    const Value entry = list.at(list.size - 1);
    list_remove_range(list, list.size - 1, list.size);
    if (entry.is_none()) continue;
    const Tuple& parts = *entry.as<Tuple>();
    const Value result = call_with(thread, parts.items[0], *parts.items[1].as<Tuple>(), parts.items[2].as<Dict>());
    if (result.is_empty()) write_unraisable(thread, parts.items[0]);
  }
}

Status unregister(Thread& thread, Value function) {
  for (size_t i = entries().size; i-- > 0;) {
    if (i >= entries().size || entries().at(i).is_none()) continue;
    const Value candidate = entries().at(i).as<Tuple>()->items[0];
    if (TRY(is_equal(thread, candidate, function)) && i < entries().size) entries().store(i, None);
  }
  return nothing;
}

void clear() { registered = make_list(); }

int64_t count_callbacks() {
  int64_t count = 0;
  for (Value entry : entries()) count += !entry.is_none();
  return count;
}

const MethodRow functions[] = {
    raw_function(register_function, "register", "Call a function with these arguments when the program ends."),
    function<clear>("!_clear($module, /)", "Forget all functions."),
    function<unregister>("!unregister($module, func, /)", "Forget a function."),
    function<run_all>("!_run_exitfuncs($module, /)", "Call all functions now."),
    function<count_callbacks>("!_ncallbacks($module, /)", "Return how many functions are registered."),
};

Status initialize(Thread&, Module&) {
  run_exit_functions_hook = run_all;
  return nothing;
}

}  // namespace

extern const ModuleSpec atexit_module = {"atexit", "Functions to be called when the program ends normally.", functions, initialize};

}  // namespace minipy
