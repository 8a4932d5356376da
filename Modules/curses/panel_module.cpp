// _curses_panel: windows that lie on each other. Library reference, "curses.panel".
#include "Modules/curses/curses.h"

#include "Modules/native_modules.h"
#include "Objects/gc.h"

namespace minipy {
namespace {

Type* panel_error;

struct Panel : Object {
  static constexpr Kind kKind = ModuleKind::CursesPanel;
  PANEL* handle;  // null once finalised
  SharedWindow* shared;
  Value window, user_value;  // the latter is empty if there is none
};

// ncurses keeps the panel as a number for us: the pile does not keep panels alive.
Panel* panel_of(const PANEL* handle) { return const_cast<Panel*>(static_cast<const Panel*>(handle->user)); }

Value checked_panel(Thread& thread, int code, const char* name) { return checked_by(thread, *panel_error, code, name); }

Value shown(const PANEL* handle) { return handle ? Value(panel_of(handle)) : None; }

void finalize_panel(Thread&, Value self) {
  Panel& panel = *self.as<Panel>();
  if (!panel.handle) return;
  panels.del_panel(std::exchange(panel.handle, nullptr));
  release_window(panel.shared);
}

Status check_alive(Thread& thread, const Panel& self) {
  if (self.handle) return nothing;
  return raise(thread, *panel_error, "the panel has been finalised");
}

// ---- methods ----

Value above(Thread& thread, Panel& self) {
  TRY(check_alive(thread, self));
  return shown(panels.panel_above(self.handle));
}
Value below(Thread& thread, Panel& self) {
  TRY(check_alive(thread, self));
  return shown(panels.panel_below(self.handle));
}
Value is_hidden(Thread& thread, Panel& self) {
  TRY(check_alive(thread, self));
  return Value::from_bool(panels.panel_hidden(self.handle) == TRUE);
}
Value get_window(Panel& self) { return self.window; }

// These have a wording of their own for wrong counts.
Result<Panel*> panel_argument(Thread& thread, const char* name, const Value* arguments, size_t count, Value keyword_names,
                              size_t wanted) {
  const size_t given = count - 1 + keyword_count(keyword_names);
  Panel& self = *arguments[0].as<Panel>();
  if (wanted == 0 && given > 0) return raise(thread, TypeError, "{}() takes no arguments", name);
  const char* plural = wanted == 1 ? "" : "s";
  if (given > wanted) return raise(thread, TypeError, "{}() takes at most {} argument{} ({} given)", name, wanted, plural, given);
  if (count - 1 < wanted) {
    return raise(thread, TypeError, "{}() takes exactly {} positional argument{} ({} given)", name, wanted, plural, count - 1);
  }
  TRY(check_alive(thread, self));
  return &self;
}

#define WITHOUT_ARGUMENTS(method, function, name)                                                        \
  Value method(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {              \
    Panel* const self = TRY(panel_argument(thread, name, arguments, count, keyword_names, 0));           \
    return checked_panel(thread, panels.function(self->handle), name);                                   \
  }
WITHOUT_ARGUMENTS(to_bottom, bottom_panel, "bottom")
WITHOUT_ARGUMENTS(to_top, top_panel, "top")
WITHOUT_ARGUMENTS(show, show_panel, "show")
WITHOUT_ARGUMENTS(hide, hide_panel, "hide")

Value move(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  Panel* const self = TRY(panel_argument(thread, "move", arguments, count, keyword_names, 2));
  const int y = TRY(argument_int(thread, arguments[1])), x = TRY(argument_int(thread, arguments[2]));
  return checked_panel(thread, panels.move_panel(self->handle, y, x), "move_panel");
}

Result<CursesWindow*> window_argument(Thread& thread, const char* what, Value value) {
  if (has_kind(value, ModuleKind::CursesWindow)) return value.as<CursesWindow>();
  return raise(thread, TypeError, "{} must be _curses.window, not {}", what, argument_kind(value));
}

Value replace(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  Panel* const self = TRY(panel_argument(thread, "replace", arguments, count, keyword_names, 1));
  CursesWindow* const window = TRY(window_argument(thread, "replace() argument 1", arguments[1]));
  TRY(checked_panel(thread, panels.replace_panel(self->handle, window->window()), "replace_panel"));
  release_window(std::exchange(self->shared, use_window(window->shared)));
  self->window = window;
  return None;
}

Value set_user_value(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  Panel* const self = TRY(panel_argument(thread, "set_userptr", arguments, count, keyword_names, 1));
  self->user_value = arguments[1];
  return None;
}
Value get_user_value(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  Panel* const self = TRY(panel_argument(thread, "userptr", arguments, count, keyword_names, 0));
  if (self->user_value.is_empty()) return raise(thread, *panel_error, "no userptr set");
  return self->user_value;
}

const MethodRow methods[] = {
    method<above>("above($self, /)", "The panel above this one, or None."),
    method<below>("below($self, /)", "The panel below this one, or None."),
    raw_method(to_bottom, "bottom", "bottom($self, /)\n--\n\nPut the panel below all others."),
    method<is_hidden>("hidden($self, /)", "Tell whether the panel is hidden."),
    raw_method(hide, "hide", "hide($self, /)\n--\n\nHide the panel; its window stays as it is."),
    raw_method(move, "move", "move($self, y, x, /)\n--\n\nMove the panel to another place of the screen."),
    raw_method(replace, "replace", "replace($self, win, /)\n--\n\nShow another window as this panel."),
    raw_method(set_user_value, "set_userptr", "set_userptr($self, obj, /)\n--\n\nKeep an object with the panel."),
    raw_method(show, "show", "show($self, /)\n--\n\nShow the panel again, above all others."),
    raw_method(to_top, "top", "top($self, /)\n--\n\nPut the panel above all others."),
    raw_method(get_user_value, "userptr", "userptr($self, /)\n--\n\nThe object that is kept with the panel."),
    method<get_window>("window($self, /)", "The window that the panel shows."),
};

// ---- the module ----

Value lowest(Thread& thread) {
  TRY(check_initialized(thread));
  return shown(panels.panel_above(nullptr));
}
Value highest(Thread& thread) {
  TRY(check_initialized(thread));
  return shown(panels.panel_below(nullptr));
}
Status update(Thread& thread) {
  TRY(check_initialized(thread));
  panels.update_panels();
  return nothing;
}
Value make_panel(Thread& thread, Value window) {
  CursesWindow* const shown_window = TRY(window_argument(thread, "new_panel() argument", window));
  TRY(check_initialized(thread));
  PANEL* const handle = panels.new_panel(shown_window->window());
  if (!handle) return raise(thread, *panel_error, "curses function returned NULL");
  auto* made = allocate_finalizable<Panel>();
  made->handle = handle;
  made->shared = use_window(shown_window->shared);
  made->window = window;
  handle->user = made;
  return made;
}

const MethodRow functions[] = {
    function<lowest>("bottom_panel($module, /)", "The panel below all others, or None."),
    function<make_panel>("new_panel($module, win, /)", "A panel that shows the window, above all others."),
    function<highest>("top_panel($module, /)", "The panel above all others, or None."),
    function<update>("update_panels($module, /)", "Prepare the screen for curses.doupdate()."),
};

Status initialize(Thread& thread, Module& module) {
  TRY(import_module(thread, "_curses"));  // which loads what the panels' library needs
  TRY(load_panels(thread));
  TypeSpec spec;
  spec.instance_bytes = sizeof(Panel);
  spec.flags = Type::kDisallowInstantiation | Type::kHasFinalizer;
  spec.slots.finalize = finalize_panel;
  spec.methods = methods;
  define_type(ModuleKind::CursesPanel, spec);
  module_add(module, "panel", &type_of_kind(ModuleKind::CursesPanel));
  panel_error = TRY(add_exception(thread, module, "_curses_panel", "error", Exception));
  module_add(module, "version", make_str("2.1"));
  module_add(module, "__version__", make_str("2.1"));
  return nothing;
}

}  // namespace

extern const ModuleSpec curses_panel_module = {"_curses_panel", nullptr, functions, initialize};

}  // namespace minipy
