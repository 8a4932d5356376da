// What the files of _curses and _curses_panel share. Library reference, "curses".
#pragma once

#include <string>
#include <variant>

#include "Modules/arguments.h"
#include "Modules/curses/library.h"
#include "Modules/module_support.h"
#include "Objects/module_kinds.h"

namespace minipy {

// A window of ncurses, outside the collected heap: it goes when the last of those who need it has gone, which are its
// object, windows derived from it and panels. Finalisers run in any order.
struct SharedWindow {
  WINDOW* window;
  SharedWindow* parent;  // or null
  int users;
};
SharedWindow* share_window(WINDOW* window, SharedWindow* parent);
SharedWindow* use_window(SharedWindow* shared);
void release_window(SharedWindow* shared);

struct CursesWindow : Object {
  static constexpr Kind kKind = ModuleKind::CursesWindow;
  SharedWindow* shared;
  Str* encoding;
  WINDOW* window() const { return shared->window; }
};

extern Type* curses_error;
extern Str* screen_encoding;  // null before initscr()
// Takes over a window that has been made; a null one is an error. Derived windows have a parent.
Value make_window(Thread& thread, WINDOW* window, SharedWindow* parent = nullptr);
void define_window_type();

Status check_initialized(Thread& thread);
// "NAME() returned ERR", or None.
Value checked(Thread& thread, int code, const char* name);
Value checked_by(Thread& thread, Type& error, int code, const char* name);

// ---- arguments (characters.cpp) ----

// As "i" and "l" of PyArg_ParseTuple.
Result<int> int_argument(Thread& thread, Value value);
Result<int64_t> long_argument(Thread& thread, Value value);
// Whether `count` arguments begin with a place; refuses counts that are not one of `allowed`.
Status check_counts(Thread& thread, const char* name, size_t count, std::initializer_list<size_t> allowed);
struct Place {
  int y = 0, x = 0;
};
Result<Place> place_argument(Thread& thread, const Value* arguments);

// A character of 8 bits with attributes, for whatever knows no others; encoded as the window says (or the screen).
Result<chtype> byte_character(Thread& thread, const CursesWindow* window, Value value);
// A str is a wide character.
Result<std::variant<chtype, wchar_t>> any_character(Thread& thread, Value value);
// Wide if it is a str.
Result<std::variant<std::string, std::wstring>> text_argument(Thread& thread, Value value);

// Methods of windows that draw text and characters (window_text.cpp), and that read (window_input.cpp).
Value add_character(Thread&, const Value* arguments, size_t count, Value keyword_names);
Value add_string(Thread&, const Value* arguments, size_t count, Value keyword_names);
Value add_some(Thread&, const Value* arguments, size_t count, Value keyword_names);
Value insert_character(Thread&, const Value* arguments, size_t count, Value keyword_names);
Value insert_string(Thread&, const Value* arguments, size_t count, Value keyword_names);
Value insert_some(Thread&, const Value* arguments, size_t count, Value keyword_names);
Value horizontal_line(Thread&, const Value* arguments, size_t count, Value keyword_names);
Value vertical_line(Thread&, const Value* arguments, size_t count, Value keyword_names);
Value draw_box(Thread&, const Value* arguments, size_t count, Value keyword_names);
Value draw_border(Thread& thread, CursesWindow& self, Value left, Value right, Value top, Value bottom, Value top_left,
                  Value top_right, Value bottom_left, Value bottom_right);
Value change_attributes(Thread&, const Value* arguments, size_t count, Value keyword_names);
Value get_character(Thread&, const Value* arguments, size_t count, Value keyword_names);
Value get_key(Thread&, const Value* arguments, size_t count, Value keyword_names);
Value get_wide_character(Thread&, const Value* arguments, size_t count, Value keyword_names);
Value get_string(Thread&, const Value* arguments, size_t count, Value keyword_names);
Value character_at(Thread&, const Value* arguments, size_t count, Value keyword_names);
Value string_at(Thread&, const Value* arguments, size_t count, Value keyword_names);

}  // namespace minipy
