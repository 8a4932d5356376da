// The type _curses.window.
#include <langinfo.h>

#include <cstdio>
#include <memory>

#include "Modules/curses/curses.h"
#include "Objects/bytes.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "VM/threads.h"

namespace minipy {

SharedWindow* share_window(WINDOW* window, SharedWindow* parent) {
  return new SharedWindow{window, parent ? use_window(parent) : nullptr, 1};
}

SharedWindow* use_window(SharedWindow* shared) {
  ++shared->users;
  return shared;
}

void release_window(SharedWindow* shared) {
  if (--shared->users > 0) return;
  if (shared->window != *curses.stdscr) curses.delwin(shared->window);
  if (shared->parent) release_window(shared->parent);
  delete shared;
}

Value make_window(Thread& thread, WINDOW* window, SharedWindow* parent) {
  if (!window) return raise(thread, *curses_error, "curses function returned NULL");
  auto* made = allocate_finalizable<CursesWindow>();
  made->shared = share_window(window, parent);
  const char* codeset = nl_langinfo(CODESET);
  made->encoding = make_str(codeset && *codeset ? codeset : "utf-8");
  return made;
}

namespace {

void finalize_window(Thread&, Value self) {
  SharedWindow*& shared = self.as<CursesWindow>()->shared;
  if (shared) release_window(std::exchange(shared, nullptr));
}

CursesWindow& window_of(const Value* arguments) { return *arguments[0].as<CursesWindow>(); }

// ---- methods that are one function of ncurses ----

#define WITHOUT_RESULT(function)            \
  void call_##function(CursesWindow& self) { curses.function(self.window()); }
#define CHECKED(function)                                                                                              \
  Value call_##function(Thread& thread, CursesWindow& self) { return checked(thread, curses.function(self.window()), #function); }
#define PAIR_OF(name, y, x) \
  Value name(CursesWindow& self) { return make_tuple({make_int(curses.y(self.window())), make_int(curses.x(self.window()))}); }

WITHOUT_RESULT(wclear)
WITHOUT_RESULT(wclrtobot)
WITHOUT_RESULT(wclrtoeol)
WITHOUT_RESULT(wcursyncup)
WITHOUT_RESULT(wstandend)
WITHOUT_RESULT(wstandout)
WITHOUT_RESULT(wsyncdown)
WITHOUT_RESULT(wsyncup)
CHECKED(redrawwin)
CHECKED(touchwin)
CHECKED(untouchwin)
CHECKED(wdeleteln)
CHECKED(werase)
CHECKED(winsertln)
PAIR_OF(get_cursor, getcury, getcurx)
PAIR_OF(get_begin, getbegy, getbegx)
PAIR_OF(get_size, getmaxy, getmaxx)
PAIR_OF(get_parent_place, getpary, getparx)
bool is_touched(CursesWindow& self) { return curses.is_wintouched(self.window()); }

// One number for a function; `complaint` is what a wrong count of arguments gives.
Result<int> one_number(Thread& thread, const Value* arguments, size_t count, Value keyword_names, const char* name,
                       const char* complaint) {
  TRY(check_no_keywords(thread, name, keyword_names));
  if (count != 2) return raise(thread, TypeError, "{}", complaint);
  return int_argument(thread, arguments[1]);
}

#define SWITCH(function)                                                                                             \
  Value call_##function(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {                 \
    const int flag = TRY(one_number(thread, arguments, count, keyword_names, "_curses.window." #function, "True(1) or False(0)")); \
    return checked(thread, curses.function(window_of(arguments).window(), flag), #function);                         \
  }
#define SWITCH_WITHOUT_RESULT(function)                                                                              \
  Value call_##function(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {                 \
    const int flag = TRY(one_number(thread, arguments, count, keyword_names, "_curses.window." #function, "True(1) or False(0)")); \
    curses.function(window_of(arguments).window(), flag);                                                            \
    return None;                                                                                                     \
  }
#define TWO_NUMBERS(function, complaint)                                                                             \
  Value call_##function(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {                 \
    TRY(check_no_keywords(thread, "_curses.window." #function, keyword_names));                                      \
    if (count != 3) return raise(thread, TypeError, complaint);                                                      \
    const Place place = TRY(place_argument(thread, arguments + 1));                                                  \
    return checked(thread, curses.function(window_of(arguments).window(), place.y, place.x), #function);             \
  }

SWITCH(clearok)
SWITCH(idlok)
SWITCH(keypad)
SWITCH(leaveok)
SWITCH(nodelay)
SWITCH(notimeout)
SWITCH(scrollok)
SWITCH(syncok)
SWITCH_WITHOUT_RESULT(idcok)
SWITCH_WITHOUT_RESULT(immedok)
TWO_NUMBERS(mvderwin, "y,x")
TWO_NUMBERS(mvwin, "y,x")
TWO_NUMBERS(wmove, "y,x")
TWO_NUMBERS(wresize, "lines,columns")

Value insert_or_delete_lines(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  const int lines = TRY(one_number(thread, arguments, count, keyword_names, "_curses.window.insdelln", "nlines"));
  return checked(thread, curses.winsdelln(window_of(arguments).window(), lines), "winsdelln");
}
Value set_timeout(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  const int delay = TRY(one_number(thread, arguments, count, keyword_names, "_curses.window.timeout", "delay"));
  curses.wtimeout(window_of(arguments).window(), delay);
  return None;
}

// ---- attributes and the background ----

Value attributes_off(Thread& thread, CursesWindow& self, Value attributes) {
  return checked(thread, curses.wattroff(self.window(), static_cast<int>(TRY(long_argument(thread, attributes)))), "attroff");
}
Value attributes_on(Thread& thread, CursesWindow& self, Value attributes) {
  return checked(thread, curses.wattron(self.window(), static_cast<int>(TRY(long_argument(thread, attributes)))), "attron");
}
Value set_attributes(Thread& thread, CursesWindow& self, Value attributes) {
  return checked(thread, curses.wattrset(self.window(), static_cast<int>(TRY(long_argument(thread, attributes)))), "attrset");
}
Result<chtype> with_attributes(Thread& thread, const CursesWindow& self, Value character, Value attributes) {
  const int64_t added = attributes.is_empty() ? A_NORMAL : TRY(long_argument(thread, attributes));
  return TRY(byte_character(thread, &self, character)) | static_cast<chtype>(added);
}
Value set_background(Thread& thread, CursesWindow& self, Value character, Value attributes) {
  return checked(thread, curses.wbkgd(self.window(), TRY(with_attributes(thread, self, character, attributes))), "bkgd");
}
Status set_background_of_text(Thread& thread, CursesWindow& self, Value character, Value attributes) {
  curses.wbkgdset(self.window(), TRY(with_attributes(thread, self, character, attributes)));
  return nothing;
}
Value get_background(CursesWindow& self) { return make_int(static_cast<int64_t>(curses.getbkgd(self.window()))); }
Value echo_character(Thread& thread, CursesWindow& self, Value character, Value attributes) {
  const chtype drawn = TRY(with_attributes(thread, self, character, attributes));
  const auto draw = curses.is_pad(self.window()) ? curses.pechochar : curses.wechochar;
  return checked(thread, draw(self.window(), drawn), "echochar");
}

// ---- lines and characters ----

Value delete_character(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "_curses.window.delch", keyword_names));
  TRY(check_counts(thread, "_curses.window.delch", count - 1, {0, 2}));
  WINDOW* const window = window_of(arguments).window();
  if (count == 1) return checked(thread, curses.wdelch(window), "wdelch");
  const Place place = TRY(place_argument(thread, arguments + 1));
  return checked(thread, curses.mvwdelch(window, place.y, place.x), "mvwdelch");
}
bool encloses(CursesWindow& self, int y, int x) { return curses.wenclose(self.window(), y, x); }
Value is_line_touched(Thread& thread, CursesWindow& self, int line) {
  const int lines = curses.getmaxy(self.window());
  if (line < 0 || line > lines) {
    return raise(thread, TypeError, "is_linetouched: line number outside of boundaries");
  }
  if (line == lines) return False;  // ncurses would look behind the last one
  return Value::from_bool(curses.is_linetouched(self.window(), line));
}
Value redraw_lines(Thread& thread, CursesWindow& self, int begin, int count) {
  return checked(thread, curses.wredrawln(self.window(), begin, count), "redrawln");
}
Value set_scrolling(Thread& thread, CursesWindow& self, int top, int bottom) {
  return checked(thread, curses.wsetscrreg(self.window(), top, bottom), "wsetscrreg");
}
Value scroll_lines(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "_curses.window.scroll", keyword_names));
  TRY(check_counts(thread, "_curses.window.scroll", count - 1, {0, 1}));
  WINDOW* const window = window_of(arguments).window();
  if (count == 1) return checked(thread, curses.scroll(window), "scroll");
  return checked(thread, curses.wscrl(window, TRY(int_argument(thread, arguments[1]))), "scroll");
}
Value touch_lines(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "_curses.window.touchline", keyword_names));
  TRY(check_counts(thread, "_curses.window.touchline", count - 1, {2, 3}));
  WINDOW* const window = window_of(arguments).window();
  const Place lines = TRY(place_argument(thread, arguments + 1));  // start and count
  if (count == 3) return checked(thread, curses.touchline(window, lines.y, lines.x), "touchline");
  const int changed = TRY(int_argument(thread, arguments[3]));
  return checked(thread, curses.wtouchln(window, lines.y, lines.x, changed != 0), "touchline");
}

// ---- other windows ----

// ([lines, columns,] y, x)
Value derive(Thread& thread, const char* name, const Value* arguments, size_t count,
             WINDOW* (*make)(WINDOW*, int, int, int, int)) {
  TRY(check_counts(thread, name, count - 1, {2, 4}));
  CursesWindow& self = window_of(arguments);
  Place size;
  if (count == 5) size = TRY(place_argument(thread, arguments + 1));
  const Place place = TRY(place_argument(thread, arguments + count - 2));
  return make_window(thread, make(self.window(), size.y, size.x, place.y, place.x), self.shared);
}
Value make_derived(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "_curses.window.derwin", keyword_names));
  return derive(thread, "_curses.window.derwin", arguments, count, curses.derwin);
}
Value make_part(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "_curses.window.subwin", keyword_names));
  const bool is_pad = curses.is_pad(window_of(arguments).window());
  return derive(thread, "_curses.window.subwin", arguments, count, is_pad ? curses.subpad : curses.subwin);
}

Value lay_over(Thread& thread, const char* name, const Value* arguments, size_t count, bool is_transparent) {
  const std::string full_name = std::string("_curses.window.") + name;
  TRY(check_counts(thread, full_name.c_str(), count - 1, {1, 7}));
  if (!has_kind(arguments[1], ModuleKind::CursesWindow)) {
    return raise(thread, TypeError, "{}() argument 1 must be _curses.window, not {}", name, argument_kind(arguments[1]));
  }
  WINDOW *const from = window_of(arguments).window(), *const to = arguments[1].as<CursesWindow>()->window();
  if (count == 2) return checked(thread, (is_transparent ? curses.overlay : curses.overwrite)(from, to), name);
  int corners[6];
  for (size_t i = 0; i < 6; ++i) corners[i] = TRY(int_argument(thread, arguments[2 + i]));
  const int code = curses.copywin(from, to, corners[0], corners[1], corners[2], corners[3], corners[4], corners[5], is_transparent);
  return checked(thread, code, "copywin");
}
Value overlay_window(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "_curses.window.overlay", keyword_names));
  return lay_over(thread, "overlay", arguments, count, true);
}
Value overwrite_window(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "_curses.window.overwrite", keyword_names));
  return lay_over(thread, "overwrite", arguments, count, false);
}

// ---- the screen ----

using ShowWindow = int (*)(WINDOW*);
using ShowPad = int (*)(WINDOW*, int, int, int, int, int, int);

// A pad has no place of its own: it is shown with the part that is seen, and where.
Value show(Thread& thread, const char* name, const char* pad_complaint, const char* reported, const Value* arguments,
           size_t count, ShowWindow show_window, ShowPad show_pad) {
  const std::string full_name = std::string("_curses.window.") + name;
  TRY(check_counts(thread, full_name.c_str(), count - 1, {0, 6}));
  int corners[6] = {};
  for (size_t i = 0; i + 1 < count; ++i) corners[i] = TRY(int_argument(thread, arguments[1 + i]));
  WINDOW* const window = window_of(arguments).window();
  const bool is_pad = curses.is_pad(window);
  if (is_pad && count == 1) return raise(thread, *curses_error, "{}", pad_complaint);
  if (!is_pad && count > 1) return raise(thread, TypeError, "{}() takes no arguments (6 given)", name);
  int code;
  {
    const WithoutGil guard(thread);
    code = is_pad ? show_pad(window, corners[0], corners[1], corners[2], corners[3], corners[4], corners[5])
                  : show_window(window);
  }
  return checked(thread, code, is_pad ? (std::string("p") + name).c_str() : reported);
}
Value refresh_window(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "_curses.window.refresh", keyword_names));
  return show(thread, "refresh", "refresh() for a pad requires 6 arguments", "prefresh", arguments, count, curses.wrefresh,
              curses.prefresh);
}
Value refresh_later(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "_curses.window.noutrefresh", keyword_names));
  return show(thread, "noutrefresh", "noutrefresh() called for a pad requires 6 arguments", "wnoutrefresh", arguments,
              count, curses.wnoutrefresh, curses.pnoutrefresh);
}

// ncurses writes to a file of C, whose contents Python's gets.
Value save_window(Thread& thread, CursesWindow& self, Value file) {
  const std::unique_ptr<FILE, int (*)(FILE*)> copy(std::tmpfile(), std::fclose);
  if (!copy) return raise_os_error(thread, errno);
  TRY(checked(thread, curses.putwin(self.window(), copy.get()), "putwin"));
  std::rewind(copy.get());
  char part[BUFSIZ];
  while (const size_t size = std::fread(part, 1, sizeof part, copy.get())) {
    TRY(call_method(thread, file, "write", {make_bytes({part, size})}));
  }
  return None;
}

Value get_encoding(CursesWindow& self) { return self.encoding; }
Status set_encoding(Thread& thread, Value self, Value value) {
  if (value.is_empty()) return raise(thread, TypeError, "encoding may not be deleted");
  if (!is_str(value)) return raise(thread, TypeError, "setting encoding to a non-string");
  const Value ascii = TRY(call_method(thread, value, "encode", {make_str("ascii")}));
  const std::string_view name = ascii.as<Bytes>()->view();
  self.as<CursesWindow>()->encoding = make_str(name.substr(0, name.find('\0')));
  return nothing;
}

const MethodRow methods[] = {
    raw_method(add_character, "addch", "addch([y, x,] ch, [attr])\nDraw a character and move the cursor on."),
    raw_method(add_some, "addnstr", "addnstr([y, x,] str, n, [attr])\nDraw at most n characters of a text."),
    raw_method(add_string, "addstr", "addstr([y, x,] str, [attr])\nDraw a text over what is there."),
    method<attributes_off>("attroff($self, attr, /)", "Draw without these attributes from now on."),
    method<attributes_on>("attron($self, attr, /)", "Draw with these attributes, too, from now on."),
    method<set_attributes>("attrset($self, attr, /)", "Draw with exactly these attributes from now on."),
    method<set_background>("bkgd($self, ch, attr=<_curses.A_NORMAL>, /)",
                           "Set the background, also of what has been drawn.\n\n  ch\n    Background character.\n  attr\n    Background attributes."),
    raw_method(change_attributes, "chgat", "chgat([y, x,] [n=-1,] attr)\nChange the attributes of n characters, or of the rest of the line."),
    method<set_background_of_text>("bkgdset($self, ch, attr=<_curses.A_NORMAL>, /)",
                                   "Set the background of what will be drawn.\n\n  ch\n    Background character.\n  attr\n    Background attributes."),
    method<draw_border>("border($self, ls=<_curses.ACS_VLINE>, rs=<_curses.ACS_VLINE>,\n"
                        "       ts=<_curses.ACS_HLINE>, bs=<_curses.ACS_HLINE>,\n"
                        "       tl=<_curses.ACS_ULCORNER>, tr=<_curses.ACS_URCORNER>,\n"
                        "       bl=<_curses.ACS_LLCORNER>, br=<_curses.ACS_LRCORNER>, /)",
                        "Draw a border along the edges: sides first, then corners."),
    raw_method(draw_box, "box", "box([verch=0, horch=0])\nDraw a border of two characters, with the usual corners."),
    method<call_wclear>("!clear($self, /)", nullptr),
    raw_method(call_clearok, "clearok", nullptr),
    method<call_wclrtobot>("!clrtobot($self, /)", nullptr),
    method<call_wclrtoeol>("!clrtoeol($self, /)", nullptr),
    method<call_wcursyncup>("!cursyncup($self, /)", nullptr),
    raw_method(delete_character, "delch", "delch([y, x])\nTake out a character; the rest of the line moves left."),
    method<call_wdeleteln>("!deleteln($self, /)", nullptr),
    raw_method(make_derived, "derwin", "derwin([nlines=0, ncols=0,] begin_y, begin_x)\nMake a window in this one; its place counts from this one's corner."),
    method<echo_character>("echochar($self, ch, attr=<_curses.A_NORMAL>, /)",
                           "Draw a character and show the window at once.\n\n  ch\n    Character to add.\n  attr\n    Attributes for the character."),
    method<encloses>("enclose($self, y, x, /)", "Tell whether a place of the screen is in the window."),
    method<call_werase>("!erase($self, /)", nullptr),
    method<get_begin>("!getbegyx($self, /)", nullptr),
    method<get_background>("getbkgd($self, /)", "The background: character and attributes."),
    raw_method(get_character, "getch", "getch([y, x])\nWait for a key; its number, or -1 if there is none in time."),
    raw_method(get_key, "getkey", "getkey([y, x])\nWait for a key; its character or name."),
    raw_method(get_wide_character, "get_wch", "get_wch([y, x])\nWait for a key; its character, or the number of a function key."),
    method<get_size>("!getmaxyx($self, /)", nullptr),
    method<get_parent_place>("!getparyx($self, /)", nullptr),
    raw_method(get_string, "getstr", "getstr([y, x,] [n=1023])\nRead a line as bytes."),
    method<get_cursor>("!getyx($self, /)", nullptr),
    raw_method(horizontal_line, "hline", "hline([y, x,] ch, n, [attr])\nDraw a line to the right."),
    raw_method(call_idcok, "idcok", nullptr),
    raw_method(call_idlok, "idlok", nullptr),
    raw_method(call_immedok, "immedok", nullptr),
    raw_method(character_at, "inch", "inch([y, x])\nThe character on the screen, attributes above its eight bits."),
    raw_method(insert_character, "insch", "insch([y, x,] ch, [attr])\nPut in a character; the rest of the line moves right."),
    raw_method(insert_or_delete_lines, "insdelln", nullptr),
    method<call_winsertln>("!insertln($self, /)", nullptr),
    raw_method(insert_some, "insnstr", "insnstr([y, x,] str, n, [attr])\nPut in at most n characters of a text in front of the cursor."),
    raw_method(insert_string, "insstr", "insstr([y, x,] str, [attr])\nPut in a text in front of the cursor."),
    raw_method(string_at, "instr", "instr([y, x,] [n=1023])\nWhat is on the screen from there on, as bytes."),
    method<is_line_touched>("is_linetouched($self, line, /)", "Tell whether the line has changed since the last refresh().\n\n  line\n    Line number."),
    method<is_touched>("!is_wintouched($self, /)", nullptr),
    raw_method(call_keypad, "keypad", nullptr),
    raw_method(call_leaveok, "leaveok", nullptr),
    raw_method(call_wmove, "move", nullptr),
    raw_method(call_mvderwin, "mvderwin", nullptr),
    raw_method(call_mvwin, "mvwin", nullptr),
    raw_method(call_nodelay, "nodelay", nullptr),
    raw_method(call_notimeout, "notimeout", nullptr),
    raw_method(refresh_later, "noutrefresh", "noutrefresh([pminrow, pmincol, sminrow, smincol, smaxrow, smaxcol])\nMark for the next doupdate()."),
    raw_method(overlay_window, "overlay", "overlay(destwin, [sminrow, smincol, dminrow, dmincol, dmaxrow, dmaxcol])\nDraw this window on another one, but for blanks."),
    raw_method(overwrite_window, "overwrite", "overwrite(destwin, [sminrow, smincol, dminrow, dmincol, dmaxrow,\n          dmaxcol])\nDraw this window on another one, blanks included."),
    method<save_window>("putwin($self, file, /)", "Write the window to a file; getwin() reads it."),
    method<redraw_lines>("redrawln($self, beg, num, /)", "Have lines drawn anew at the next refresh.\n\n  beg\n    Starting line number.\n  num\n    The number of lines."),
    method<call_redrawwin>("!redrawwin($self, /)", nullptr),
    raw_method(refresh_window, "refresh", "refresh([pminrow, pmincol, sminrow, smincol, smaxrow, smaxcol])\nShow what has been drawn."),
    raw_method(call_wresize, "resize", nullptr),
    raw_method(scroll_lines, "scroll", "scroll([lines=1])\nScroll the window or its scrolling region."),
    raw_method(call_scrollok, "scrollok", nullptr),
    method<set_scrolling>("setscrreg($self, top, bottom, /)", "Set the lines that scroll.\n\n  top\n    First line number.\n  bottom\n    Last line number."),
    method<call_wstandend>("!standend($self, /)", nullptr),
    method<call_wstandout>("!standout($self, /)", nullptr),
    raw_method(make_part, "subpad", "subwin([nlines=0, ncols=0,] begin_y, begin_x)\nMake a window in this one; its place counts from the screen's corner."),
    raw_method(make_part, "subwin", "subwin([nlines=0, ncols=0,] begin_y, begin_x)\nMake a window in this one; its place counts from the screen's corner."),
    method<call_wsyncdown>("!syncdown($self, /)", nullptr),
    raw_method(call_syncok, "syncok", nullptr),
    method<call_wsyncup>("!syncup($self, /)", nullptr),
    raw_method(set_timeout, "timeout", nullptr),
    raw_method(touch_lines, "touchline", "touchline(start, count, [changed=True])\nTake lines for changed, or for unchanged."),
    method<call_touchwin>("!touchwin($self, /)", nullptr),
    method<call_untouchwin>("!untouchwin($self, /)", nullptr),
    raw_method(vertical_line, "vline", "vline([y, x,] ch, n, [attr])\nDraw a line downwards."),
    getter<get_encoding>("encoding", "The encoding of what is drawn as single bytes.", set_encoding),
};

}  // namespace

void define_window_type() {
  TypeSpec spec;
  spec.instance_bytes = sizeof(CursesWindow);
  spec.flags = Type::kDisallowInstantiation | Type::kHasFinalizer;
  spec.slots.finalize = finalize_window;
  spec.methods = methods;
  define_type(ModuleKind::CursesWindow, spec);
}

}  // namespace minipy
