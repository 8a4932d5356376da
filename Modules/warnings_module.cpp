// _warnings: deciding what to do with a warning. Library "warnings", PEP 230, PEP 565.
#include <fstream>

#include "Modules/native_modules.h"
#include "Objects/dict.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/slot_trampolines.h"
#include "Objects/str.h"
#include "Objects/tuple.h"
#include "VM/interface.h"
#include "VM/runtime.h"

namespace minipy {
namespace {

// What holds as long as the library's warnings module has not been imported; it takes these over.
Value filters, once_registry, default_action;
int64_t filters_version = 1;

// Where a warning is said to come from.
struct Context {
  Value filename = None, module = None, registry = None;
  Value source_line = None, source = None;
  int64_t line = 1;
};

// NAME of the warnings module; Unbound if it is not imported (yet).
Value library_attribute(Thread& thread, std::string_view name, bool may_import) {
  if (may_import && !runtime.is_finalizing) {
    const Value module = import_module(thread, "warnings");
    if (module.is_empty()) {
      if (!catch_exception(thread, ImportError)) return error;
      return Unbound;
    }
    return get_attribute_or_unbound(thread, module, name);
  }
  if (!is_dict(runtime.modules)) return Unbound;
  const Value module = dict_get_str(*runtime.modules.as<Dict>(), "warnings");
  return module.is_unbound() ? module : get_attribute_or_unbound(thread, module, name);
}

Result<bool> matches(Thread& thread, Value pattern, Value text) {
  if (pattern.is_none()) return true;
  if (is_exact_str(pattern)) return is_equal(thread, pattern, text);
  return truth(thread, TRY(call_method(thread, pattern, "match", {text})));
}

struct Decision {
  Value action, item;
};

Result<Decision> find_action(Thread& thread, Value category, Value text, int64_t line, Value module) {
  const Value theirs = TRY(library_attribute(thread, "filters", false));
  if (!theirs.is_unbound()) filters = theirs;
  if (!is_list(filters)) return raise(thread, ValueError, "_warnings.filters must be a list");
  for (size_t i = 0; i < filters.as<List>()->size; ++i) {
    const Value item = filters.as<List>()->at(i);
    if (!is_tuple(item) || item.as<Tuple>()->size != 5) {
      return raise(thread, ValueError, "_warnings.filters item {} isn't a 5-tuple", i);
    }
    const Value* parts = item.as<Tuple>()->items;
    if (!is_str(parts[0])) {
      return raise(thread, TypeError, "action must be a string, not '{}'", type_of(parts[0]));
    }
    const bool fits = TRY(matches(thread, parts[1], text)) && TRY(is_subclass_of(thread, category, parts[2])) &&
                      TRY(matches(thread, parts[3], module));
    const int64_t wanted_line = TRY(argument_int64(thread, parts[4]));
    if (fits && (wanted_line == 0 || wanted_line == line)) return Decision{parts[0], item};
  }
  const Value library_default = TRY(library_attribute(thread, "defaultaction", false));
  const Value action = library_default.is_unbound() ? default_action : library_default;
  if (!is_str(action)) {
    return raise(thread, TypeError, "_warnings.defaultaction must be a string, not '{}'", type_of(action));
  }
  return Decision{action, None};
}

// Was this warning given before? A registry from before the filters changed is void.
Result<bool> already_warned(Thread& thread, Value registry, Value key, bool sets) {
  if (registry.is_none()) return false;
  Dict& dict = *registry.as<Dict>();
  Str* version_key = special_name<"version">();
  const Value version = dict_get_str(dict, version_key);
  if (!version.is_int() || version.as_int() != filters_version) {
    dict_clear(dict);
    dict_set_str(dict, version_key, make_int(filters_version));
  } else {
    const Value found = TRY(dict_get(thread, dict, key));
    if (!found.is_unbound() && TRY(truth(thread, found))) return true;
  }
  if (sets) TRY(dict_set(thread, dict, key, True));
  return false;
}

Str* line_of_file(Value filename, int64_t line) {
  if (!is_str(filename)) return nullptr;
  std::ifstream file(to_utf8(filename.as<Str>()));
  std::string text;
  for (int64_t i = 0; i < line; ++i) {
    if (!std::getline(file, text)) return nullptr;
  }
  const size_t start = text.find_first_not_of(" \t\f");
  return start == std::string::npos ? nullptr : make_str(text.substr(start));
}

// Without the library's module: "file:line: Category: text" and the source line on sys.stderr.
Status show_plainly(Thread& thread, Value category, Value text, const Context& context) {
  const Value stderr_file = system_attribute("stderr");
  if (stderr_file.is_unbound() || stderr_file.is_none()) return nothing;
  const Value name = TRY(get_attribute(thread, category, special_name<"__name__">()));
  const Value head = TRY(format_message(thread, "{}:{}: {}: {}\n", {context.filename, context.line, name, text}));
  TRY(call_method(thread, stderr_file, "write", {head}));
  Value source = context.source_line;
  if (source.is_none()) {
    Str* found = line_of_file(context.filename, context.line);
    if (!found) return nothing;
    source = found;
  }
  TRY(call_method(thread, stderr_file, "write", {TRY(format_message(thread, "  {}\n", {source}))}));
  return nothing;
}

Status show(Thread& thread, Value category, Value text, Value message, const Context& context) {
  const Value show_function = TRY(library_attribute(thread, "_showwarnmsg", !context.source.is_none()));
  if (show_function.is_unbound()) return show_plainly(thread, category, text, context);
  if (!is_callable(show_function)) return raise(thread, TypeError, "warnings._showwarnmsg() must be set to a callable");
  const Value message_class = TRY(library_attribute(thread, "WarningMessage", false));
  if (message_class.is_unbound()) return raise(thread, RuntimeError, "unable to get warnings.WarningMessage");
  const Value details = TRY(call(thread, message_class, {message, category, context.filename, make_int(context.line),
                                                         None, None, context.source}));
  TRY(call(thread, show_function, {details}));
  return nothing;
}

bool is_action(Value action, std::string_view name) { return equal(action.as<Str>(), name); }

// Registers the warning as given; true if that had been done before.
Result<bool> record(Thread& thread, const Decision& decision, const Context& context, Value key, Value text,
                    Value category) {
  if (is_action(decision.action, "always")) return false;
  if (!context.registry.is_none()) TRY(dict_set(thread, *context.registry.as<Dict>(), key, True));
  const Value short_key = make_tuple({text, category});
  if (is_action(decision.action, "once")) {
    Value registry = context.registry;
    if (registry.is_none()) {
      registry = TRY(library_attribute(thread, "onceregistry", false));
      if (registry.is_unbound()) registry = once_registry;
      if (!is_dict(registry)) {
        return raise(thread, TypeError, "_warnings.onceregistry must be a dict, not '{}'", type_of(registry));
      }
    }
    return already_warned(thread, registry, short_key, true);
  }
  if (is_action(decision.action, "module")) return already_warned(thread, context.registry, short_key, true);
  if (is_action(decision.action, "default")) return false;
  return raise(thread, RuntimeError, "Unrecognized action ({}) in warnings.filters:\n {}", Repr{decision.action},
               Repr{decision.item});
}

Value module_from_filename(Value filename) {
  if (!is_str(filename)) return None;
  Str* text = filename.as<Str>();
  const size_t length = text->length();
  if (length == 0) return make_str("<unknown>");
  const bool is_source = length >= 3 && equal(substring(text, length - 3, length), ".py");
  return is_source ? substring(text, 0, length - 3) : text;
}

Value warn_explicitly(Thread& thread, Value category, Value message, Context context) {
  if (context.module.is_none()) context.module = module_from_filename(context.filename);
  if (!context.registry.is_none() && !is_dict(context.registry)) {
    return raise(thread, TypeError, "'registry' must be a dict or None");
  }
  Value text = message;
  if (is_instance(message, Warning)) {
    text = TRY(str(thread, message));
    category = &type_of(message);
  } else {
    message = TRY(call(thread, category, {message}));
  }
  const Value key = make_tuple({text, category, make_int(context.line)});
  if (TRY(already_warned(thread, context.registry, key, false))) return None;
  const Decision decision = TRY(find_action(thread, category, text, context.line, context.module));
  if (is_action(decision.action, "error")) return raise_exception(thread, message);
  if (is_action(decision.action, "ignore")) return None;
  if (TRY(record(thread, decision, context, key, text, category))) return None;
  TRY(show(thread, category, text, message, context));
  return None;
}

// Frames of the import system are passed over.
bool is_internal(Frame* frame) {
  const std::string name = to_utf8(frame_code(frame).filename());
  return name.find("importlib") != std::string::npos && name.find("_bootstrap") != std::string::npos;
}

Frame* next_external(Frame* frame) {
  do {
    frame = caller_of(frame);
  } while (frame && is_internal(frame));
  return frame;
}

Result<Context> context_of_caller(Thread& thread, int64_t stack_level) {
  Frame* frame = thread.frame;
  const bool counts_all = stack_level <= 0 || (frame && is_internal(frame));
  while (--stack_level > 0 && frame) frame = counts_all ? caller_of(frame) : next_external(frame);
  Context context;
  Dict* globals = runtime.sys ? runtime.sys->dict : make_dict();
  if (frame) {
    globals = &frame_globals(frame);
    context.filename = frame_code(frame).filename();
    context.line = frame_line(frame);
  } else {
    context.filename = make_str("sys");
  }
  Str* registry_name = special_name<"__warningregistry__">();
  context.registry = dict_get_str(*globals, registry_name);
  if (context.registry.is_unbound()) {
    context.registry = make_dict();
    dict_set_str(*globals, registry_name, context.registry);
  }
  const Value name = dict_get_str(*globals, special_name<"__name__">());
  context.module = is_str(name) || name.is_none() ? name : Value(make_str("<string>"));
  if (context.module.is_none()) context.module = make_str("<string>");
  return context;
}

Value warn_here(Thread& thread, Value category, Value message, int64_t stack_level, Value source) {
  Context context = TRY(context_of_caller(thread, stack_level));
  context.source = source;
  return warn_explicitly(thread, category, message, context);
}

Value warn_function(Thread& thread, Value message, Value category, int64_t stack_level, Value source) {
  if (is_instance(message, Warning)) {
    category = &type_of(message);
  } else if (category.is_none()) {
    category = &UserWarning;
  }
  const bool fits = is_type(category) && is_subtype(*category.as<Type>(), Warning);
  if (!fits) {
    return raise(thread, TypeError, "category must be a Warning subclass, not '{}'", type_of(category));
  }
  return warn_here(thread, category, message, stack_level, source);
}

// The line that the loader of the module knows, if it has one.
Value line_from_loader(Thread& thread, Value globals, int64_t line) {
  if (globals.is_none()) return None;
  if (!is_dict(globals)) return raise(thread, TypeError, "module_globals must be a dict, not '{}'", type_of(globals));
  const Value loader = dict_get_str(*globals.as<Dict>(), "__loader__");
  const Value name = dict_get_str(*globals.as<Dict>(), "__name__");
  if (loader.is_unbound() || name.is_unbound()) return None;
  const Value get_source = TRY(get_attribute_or_unbound(thread, loader, "get_source"));
  if (get_source.is_unbound()) return None;
  const Value source = TRY(call(thread, get_source, {name}));
  if (source.is_none()) return None;
  const Value lines = TRY(call_method(thread, source, "splitlines"));
  return sequence_item(thread, lines, line - 1);
}

Value warn_explicit_function(Thread& thread, Value message, Value category, Value filename, int64_t line, Value module,
                             Value registry, Value module_globals, Value source) {
  Context context;
  context.filename = filename;
  context.module = module.is_empty() ? None : module;
  context.registry = registry.is_empty() ? None : registry;
  context.source = source.is_empty() ? None : source;
  context.line = line;
  context.source_line = TRY(line_from_loader(thread, module_globals.is_empty() ? None : module_globals, line));
  return warn_explicitly(thread, category, message, context);
}

void filters_mutated() { ++filters_version; }

Status warn_from_native(Thread& thread, Type& category, Value message, int stack_level, Value source) {
  if (warn_here(thread, &category, message, stack_level, source).is_empty()) return error;
  return nothing;
}

Value make_filter(const char* action, Type& category, Value module) {
  return make_tuple({intern(action), None, &category, module, make_int(0)});
}

const MethodRow functions[] = {
    function<warn_function>("warn($module, /, message, category=None, stacklevel=1, source=None)",
                            "Issue a warning, or ignore it, or raise it as an exception."),
    function<warn_explicit_function>("!warn_explicit($module, /, message, category, filename, lineno, module=None, "
                                     "registry=None, module_globals=None, source=None)",
                                     "Issue a warning for a given place."),
    function<filters_mutated>("!_filters_mutated($module, /)", "The filters have changed: registries are void."),
};

Status initialize(Thread& thread, Module& module) {
  List* list = make_list();
  TRY(list_append(thread, *list, make_filter("default", DeprecationWarning, intern("__main__"))));
  for (Type* category : {&DeprecationWarning, &PendingDeprecationWarning, &ImportWarning, &ResourceWarning}) {
    TRY(list_append(thread, *list, make_filter("ignore", *category, None)));
  }
  filters = list;
  once_registry = make_dict();
  default_action = intern("default");
  module_add(module, "filters", filters);
  module_add(module, "_onceregistry", once_registry);
  module_add(module, "_defaultaction", default_action);
  warn_hook = warn_from_native;
  return nothing;
}

}  // namespace

extern const ModuleSpec warnings_module = {"_warnings", "The parts of warnings that are written in C++.", functions, initialize};

}  // namespace minipy
