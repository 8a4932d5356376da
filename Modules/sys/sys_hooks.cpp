// The hooks of sys: displayhook, excepthook, unraisablehook, breakpointhook, audit.
#include <cstring>

#include "Modules/arguments.h"
#include "Modules/sys/sys.h"
#include "Objects/dict.h"
#include "Objects/exception.h"
#include "Objects/list.h"
#include "Objects/audit.h"
#include "VM/runtime.h"
#include "VM/traceback_display.h"

namespace minipy {
namespace {

// A character that the file's encoding lacks is shown as an escape.
Status display_escaped(Thread& thread, Value file, Str& text) {
  const Value encoding = TRY(get_attribute(thread, file, "encoding"));
  const Value bytes = TRY(call_method(thread, &text, "encode", {encoding, make_str("backslashreplace")}));
  const Value buffer = TRY(get_attribute_or_unbound(thread, file, "buffer"));
  if (!buffer.is_unbound()) {
    TRY(call_method(thread, buffer, "write", {bytes}));
    return nothing;
  }
  const Value shown = TRY(call_method(thread, bytes, "decode", {encoding, make_str("strict")}));
  TRY(call_method(thread, file, "write", {shown}));
  return nothing;
}

// Library reference, sys.displayhook: None shows nothing; `_` is bound only once the text is out.
Status display(Thread& thread, Value object) {
  if (!runtime.builtins) return raise(thread, RuntimeError, "lost builtins module");
  if (object.is_none()) return nothing;
  dict_set_str(*runtime.builtins->dict, "_", None);
  const Value file = system_attribute("stdout");
  if (file.is_unbound() || file.is_none()) return raise(thread, RuntimeError, "lost sys.stdout");
  Str* text = TRY(repr(thread, object));
  if (call_method(thread, file, "write", {text}).is_empty()) {
    if (!catch_exception(thread, UnicodeEncodeError)) return error;
    TRY(display_escaped(thread, file, *text));
  }
  TRY(call_method(thread, file, "write", {make_str("\n")}));
  dict_set_str(*runtime.builtins->dict, "_", object);
  return nothing;
}

Value show_exception(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "excepthook", keyword_names));
  TRY(check_positional(thread, "excepthook", count, 3, 3));
  display_exception(thread, arguments[1], arguments[2]);
  return None;
}

Status show_unraisable(Thread& thread, Value unraisable) { return display_unraisable(thread, unraisable); }

// PYTHONBREAKPOINT names what breakpoint() calls; "0" nothing, by default pdb.set_trace.
Value break_here(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  const char* name = runtime.configuration.environment("PYTHONBREAKPOINT");
  if (!name) name = "pdb.set_trace";
  if (std::strcmp(name, "0") == 0) return None;
  const char* dot = std::strrchr(name, '.');
  const std::string module = dot ? std::string(name, dot) : "builtins";
  Value hook;
  if (!dot || dot != name) hook = import_module(thread, module);
  if (!hook.is_empty()) hook = get_attribute(thread, hook, dot ? dot + 1 : name);
  if (hook.is_empty()) {
    const bool is_known = !has_exception(thread) || exception_matches(thread, ImportError) ||
                          exception_matches(thread, AttributeError);
    if (!is_known) return error;
    thread.exception = Value();
    TRY(warn(thread, RuntimeWarning, "Ignoring unimportable $PYTHONBREAKPOINT: \"" + std::string(name) + "\""));
    return None;
  }
  return call(thread, hook, arguments, count, keyword_names);
}

Value audit_event(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "sys.audit", keyword_names));
  if (count == 0) return raise(thread, TypeError, "audit() missing 1 required positional argument: 'event'");
  if (runtime.audit_hooks.is_empty()) return None;
  if (!is_str(arguments[0])) {
    return raise(thread, TypeError, "expected str for argument 'event', not {}", type_of(arguments[0]));
  }
  TRY(call_audit_hooks(thread, arguments[0], make_tuple(arguments + 1, count - 1)));
  return None;
}

// An exception of an earlier hook keeps the new one out, silently if it is a RuntimeError.
Status add_audit_hook(Thread& thread, Value hook) {
  if (audit(thread, "sys.addaudithook", {}).failed()) {
    if (catch_exception(thread, Exception)) return nothing;
    return error;
  }
  GcVector hooks;
  if (!runtime.audit_hooks.is_empty()) {
    for (const Value earlier : *runtime.audit_hooks.as<Tuple>()) hooks.push_back(earlier);
  }
  hooks.push_back(hook);
  runtime.audit_hooks = make_tuple(hooks.data(), hooks.size());
  audit_hook = audit;
  return nothing;
}

const MethodRow rows[] = {
    function<add_audit_hook>("addaudithook($module, /, hook)", "Have hook(event, args) called at audit events."),
    raw_function(audit_event, "audit", "audit(event, *args)\n\nTell the audit hooks of an event."),
    raw_function(break_here, "breakpointhook", "breakpointhook(*args, **kws)\n\nWhat breakpoint() calls."),
    function<display>("displayhook($module, object, /)", "Show an object and bind it to builtins._ ."),
    raw_function(show_exception, "excepthook($module, exctype, value, traceback, /)",
                 "Show an exception with its traceback on sys.stderr."),
    function<show_unraisable>("unraisablehook($module, unraisable, /)",
                              "Show an exception that could not be raised on sys.stderr."),
};

}  // namespace

std::span<const MethodRow> sys_hook_rows() { return rows; }

}  // namespace minipy
