// _curses: the functions of the module.
#include "Modules/curses/curses.h"

#include <climits>
#include <cstdio>
#include <memory>

#include "Modules/native_modules.h"
#include "Objects/bytes.h"
#include "Objects/dict.h"
#include "Objects/int.h"
#include "Objects/tuple.h"
#include "VM/runtime.h"
#include "VM/threads.h"

namespace minipy {

Type* curses_error;
Str* screen_encoding;

namespace {

bool has_terminal, has_screen, has_colors;  // setupterm(), initscr() and start_color() have been called
Module* the_module;

Status check_terminal(Thread& thread) {
  if (has_terminal) return nothing;
  return raise(thread, *curses_error, "must call (at least) setupterm() first");
}
Status check_colors(Thread& thread) {
  if (has_colors) return nothing;
  return raise(thread, *curses_error, "must call start_color() first");
}

}  // namespace

Status check_initialized(Thread& thread) {
  if (has_screen) return nothing;
  return raise(thread, *curses_error, "must call initscr() first");
}

Value checked_by(Thread& thread, Type& error, int code, const char* name) {
  if (code != ERR) return None;
  return raise(thread, error, "{}() returned ERR", name);
}
Value checked(Thread& thread, int code, const char* name) { return checked_by(thread, *curses_error, code, name); }

namespace {

// ---- functions that are one of ncurses ----

#define CHECKED(function)                                           \
  Value call_##function(Thread& thread) {                           \
    TRY(check_initialized(thread));                                 \
    return checked(thread, curses.function(), #function);           \
  }
#define SWITCH(function, opposite)                                                             \
  Value call_##function(Thread& thread, int flag) {                                            \
    TRY(check_initialized(thread));                                                            \
    return flag ? checked(thread, curses.function(), #function) : checked(thread, curses.opposite(), #function); \
  }
#define QUESTION(function)                                          \
  Value call_##function(Thread& thread) {                           \
    TRY(check_initialized(thread));                                 \
    return Value::from_bool(curses.function());                     \
  }
#define WITHOUT_RESULT(function)                                    \
  Status call_##function(Thread& thread) {                          \
    TRY(check_initialized(thread));                                 \
    curses.function();                                              \
    return nothing;                                                 \
  }
#define TEXT(function)                                              \
  Value call_##function(Thread& thread) {                           \
    TRY(check_initialized(thread));                                 \
    const char* text = curses.function();                           \
    return make_bytes(text ? text : "");                            \
  }
#define BYTE(function)                                              \
  Value call_##function(Thread& thread) {                           \
    TRY(check_initialized(thread));                                 \
    const char byte = curses.function();                            \
    return make_bytes({&byte, 1});                                  \
  }

CHECKED(beep)
CHECKED(def_prog_mode)
CHECKED(def_shell_mode)
CHECKED(doupdate)
CHECKED(endwin)
CHECKED(flash)
CHECKED(nocbreak)
CHECKED(noecho)
CHECKED(nonl)
CHECKED(noraw)
CHECKED(reset_prog_mode)
CHECKED(reset_shell_mode)
CHECKED(resetty)
CHECKED(savetty)
SWITCH(cbreak, nocbreak)
SWITCH(echo, noecho)
SWITCH(nl, nonl)
SWITCH(raw, noraw)
QUESTION(can_change_color)
QUESTION(has_colors)
QUESTION(has_ic)
QUESTION(has_il)
QUESTION(isendwin)
WITHOUT_RESULT(flushinp)
WITHOUT_RESULT(noqiflush)
TEXT(longname)
TEXT(termname)
BYTE(erasechar)
BYTE(killchar)

Value baud_rate(Thread& thread) {
  TRY(check_initialized(thread));
  return make_int(curses.baudrate());
}
Value terminal_attributes(Thread& thread) {
  TRY(check_initialized(thread));
  return make_int(static_cast<int64_t>(curses.termattrs()));
}
Value set_cursor(Thread& thread, int visibility) {
  TRY(check_initialized(thread));
  const int before = curses.curs_set(visibility);
  return before == ERR ? checked(thread, ERR, "curs_set") : make_int(before);
}
void use_one_line() { curses.filter(); }
void use_environment(int flag) { curses.use_env(flag != 0); }
Value delay_output(Thread& thread, int milliseconds) {
  TRY(check_initialized(thread));
  return checked(thread, curses.delay_output(milliseconds), "delay_output");
}
Value pause(Thread& thread, int milliseconds) {
  TRY(check_initialized(thread));
  const WithoutGil guard(thread);
  return Value::from_int(curses.napms(milliseconds));
}
Value wait_tenths(Thread& thread, Value tenths) {
  const int64_t count = TRY(long_argument(thread, tenths));
  if (count < 0) return raise(thread, OverflowError, "unsigned byte integer is less than minimum");
  if (count > UCHAR_MAX) return raise(thread, OverflowError, "unsigned byte integer is greater than maximum");
  TRY(check_initialized(thread));
  return checked(thread, curses.halfdelay(static_cast<int>(count)), "halfdelay");
}
Value flush_on_interrupt(Thread& thread, int flag) {
  TRY(check_initialized(thread));
  return checked(thread, curses.intrflush(nullptr, flag != 0), "intrflush");
}
Value use_eight_bits(Thread& thread, int flag) {
  TRY(check_initialized(thread));
  return checked(thread, curses.meta(*curses.stdscr, flag != 0), "meta");
}
Status flush_queues(Thread& thread, int flag) {
  TRY(check_initialized(thread));
  flag ? curses.qiflush() : curses.noqiflush();
  return nothing;
}
Value set_type_ahead(Thread& thread, int descriptor) {
  TRY(check_initialized(thread));
  return checked(thread, curses.typeahead(descriptor), "typeahead");
}
Value get_escape_delay() { return make_int(*curses.ESCDELAY); }
Value set_escape_delay(Thread& thread, int milliseconds) {
  if (milliseconds <= 0) return raise(thread, ValueError, "ms must be > 0");
  return checked(thread, curses.set_escdelay(milliseconds), "set_escdelay");
}
Value get_tab_size() { return make_int(*curses.TABSIZE); }
Value set_tab_size(Thread& thread, int size) {
  if (size <= 0) return raise(thread, ValueError, "size must be > 0");
  return checked(thread, curses.set_tabsize(size), "set_tabsize");
}

// ---- colours ----

Result<int> color_argument(Thread& thread, Value value) {
  const Value number = TRY(number_index(thread, value));
  const auto color = int_to_int64(number);
  if (int_sign(number) < 0) return raise(thread, ValueError, "Color number is less than 0.");
  if (!color || *color >= *curses.COLORS) {
    return raise(thread, ValueError, "Color number is greater than COLORS-1 ({}).", *curses.COLORS - 1);
  }
  return static_cast<int>(*color);
}
Result<int> color_or_default(Thread& thread, Value value) {
  const Value number = TRY(number_index(thread, value));
  if (int_sign(number) < 0) return -1;
  return color_argument(thread, number);
}
Result<int> component_argument(Thread& thread, Value value) {
  const Value number = TRY(number_index(thread, value));
  const auto component = int_to_int64(number);
  if (int_sign(number) < 0) return raise(thread, ValueError, "Color component is less than 0");
  if (!component || *component > 1000) return raise(thread, ValueError, "Color component is greater than 1000");
  return static_cast<int>(*component);
}
Result<int> pair_argument(Thread& thread, Value value) {
  const Value number = TRY(number_index(thread, value));
  const auto pair = int_to_int64(number);
  if (int_sign(number) < 0) return raise(thread, ValueError, "Color pair is less than 0.");
  if (!pair || *pair > INT_MAX) {
    return raise(thread, ValueError, "Color pair is greater than maximum ({}).", INT_MAX);
  }
  return static_cast<int>(*pair);
}
Value pair_failure(Thread& thread, int pair, const char* name) {
  if (pair < *curses.COLOR_PAIRS) return checked(thread, ERR, name);
  return raise(thread, ValueError, "Color pair is greater than COLOR_PAIRS-1 ({}).", *curses.COLOR_PAIRS - 1);
}

Value start_colors(Thread& thread) {
  TRY(check_initialized(thread));
  if (curses.start_color() == ERR) return checked(thread, ERR, "start_color");
  has_colors = true;
  module_add(*the_module, "COLORS", make_int(*curses.COLORS));
  module_add(*the_module, "COLOR_PAIRS", make_int(*curses.COLOR_PAIRS));
  return None;
}
Value use_default_colors(Thread& thread) {
  TRY(check_initialized(thread));
  TRY(check_colors(thread));
  return checked(thread, curses.use_default_colors(), "use_default_colors");
}
Value color_content(Thread& thread, Value color) {
  const int number = TRY(color_argument(thread, color));
  TRY(check_initialized(thread));
  TRY(check_colors(thread));
  int red, green, blue;
  TRY(checked(thread, curses.extended_color_content(number, &red, &green, &blue), "extended_color_content"));
  return make_tuple({make_int(red), make_int(green), make_int(blue)});
}
Value init_color(Thread& thread, Value color, Value red, Value green, Value blue) {
  const int number = TRY(color_argument(thread, color));
  int parts[3];
  const Value given[] = {red, green, blue};
  for (size_t i = 0; i < 3; ++i) parts[i] = TRY(component_argument(thread, given[i]));
  TRY(check_initialized(thread));
  TRY(check_colors(thread));
  return checked(thread, curses.init_extended_color(number, parts[0], parts[1], parts[2]), "init_extended_color");
}
Value init_pair(Thread& thread, Value pair, Value foreground, Value background) {
  const int number = TRY(pair_argument(thread, pair));
  const int front = TRY(color_or_default(thread, foreground)), back = TRY(color_or_default(thread, background));
  TRY(check_initialized(thread));
  TRY(check_colors(thread));
  if (curses.init_extended_pair(number, front, back) == ERR) return pair_failure(thread, number, "init_extended_pair");
  return None;
}
Value pair_content(Thread& thread, Value pair) {
  const int number = TRY(pair_argument(thread, pair));
  TRY(check_initialized(thread));
  TRY(check_colors(thread));
  int front, back;
  if (curses.extended_pair_content(number, &front, &back) == ERR) {
    return pair_failure(thread, number, "extended_pair_content");
  }
  return make_tuple({make_int(front), make_int(back)});
}
Value color_pair(Thread& thread, int number) {
  TRY(check_initialized(thread));
  TRY(check_colors(thread));
  return make_int(curses.COLOR_PAIR(number));
}
Value pair_number(Thread& thread, int attributes) {
  TRY(check_initialized(thread));
  TRY(check_colors(thread));
  return make_int(curses.PAIR_NUMBER(attributes));
}
bool has_many_colors() { return true; }

// ---- keys and the mouse ----

Value is_key_known(Thread& thread, int key) {
  TRY(check_initialized(thread));
  return Value::from_bool(curses.has_key(key));
}
Value key_name(Thread& thread, int key) {
  TRY(check_initialized(thread));
  if (key < 0) return raise(thread, ValueError, "invalid key number");
  const char* name = curses.keyname(key);
  return make_bytes(name ? name : "");
}
Value printable(Thread& thread, Value character) {
  TRY(check_initialized(thread));
  const char* text = curses.unctrl(TRY(byte_character(thread, nullptr, character)));
  return text ? Value(make_bytes(text)) : None;
}
Value unget(Thread& thread, Value character) {
  TRY(check_initialized(thread));
  return checked(thread, curses.ungetch(static_cast<int>(TRY(byte_character(thread, nullptr, character)))), "ungetch");
}
Value unget_wide(Thread& thread, Value character) {
  TRY(check_initialized(thread));
  int64_t code;
  if (is_str(character)) {
    const Str& text = *character.as<Str>();
    if (text.length() != 1) {
      return raise(thread, TypeError, "expect str of length 1 or int, got a str of length {}", text.length());
    }
    code = text.at(0);
  } else if (is_exact_int(character)) {
    const auto number = int_to_int64(character);
    if (!number) return raise(thread, OverflowError, "int doesn't fit in long");
    code = *number;
    if (code > INT_MAX || code < INT_MIN) return raise(thread, OverflowError, "character doesn't fit in wchar_t");
  } else {
    return raise(thread, TypeError, "expect str of length 1 or int, got {}", type_of(character));
  }
  return checked(thread, curses.unget_wch(static_cast<wchar_t>(code)), "unget_wch");
}

Result<mmask_t> mask_argument(Thread& thread, const char* function, Value value) {
  if (is_any_int(value)) return argument_uint32_wrapped(thread, value);
  return raise(thread, TypeError, "{} must be int, not {}", function, argument_kind(value));
}
Value get_mouse(Thread& thread) {
  TRY(check_initialized(thread));
  MEVENT event;
  TRY(checked(thread, curses.getmouse(&event), "getmouse"));
  return make_tuple({make_int(event.id), make_int(event.x), make_int(event.y), make_int(event.z),
                     make_int(static_cast<int64_t>(event.bstate))});
}
Value set_mouse_mask(Thread& thread, Value wanted) {
  const mmask_t mask = TRY(mask_argument(thread, "mousemask() argument", wanted));
  TRY(check_initialized(thread));
  mmask_t before = 0;
  const mmask_t available = curses.mousemask(mask, &before);
  return make_tuple({make_int(static_cast<int64_t>(available)), make_int(static_cast<int64_t>(before))});
}
Value set_mouse_interval(Thread& thread, int interval) {
  TRY(check_initialized(thread));
  return checked(thread, curses.mouseinterval(interval), "mouseinterval");
}
Value unget_mouse(Thread& thread, Value id, int x, int y, int z, Value state) {
  const int number = TRY(int_argument(thread, id));
  if (number > SHRT_MAX) return raise(thread, OverflowError, "signed short integer is greater than maximum");
  if (number < SHRT_MIN) return raise(thread, OverflowError, "signed short integer is less than minimum");
  MEVENT event{static_cast<short>(number), x, y, z, TRY(mask_argument(thread, "ungetmouse() argument 5", state))};
  TRY(check_initialized(thread));
  return checked(thread, curses.ungetmouse(&event), "ungetmouse");
}

// ---- the screen ----

void note_size() {
  module_add(*the_module, "LINES", make_int(*curses.LINES));
  module_add(*the_module, "COLS", make_int(*curses.COLS));
}

// Which characters draw lines is known only now.
void add_line_characters() {
#define LINE(name, letter) module_add(*the_module, #name, make_int(static_cast<int64_t>((*curses.acs_map)[static_cast<unsigned char>(letter)])));
#include "Modules/curses/line_characters.def"
#undef LINE
}

Value initialize_screen(Thread& thread) {
  if (has_screen) {
    curses.wrefresh(*curses.stdscr);
    return make_window(thread, *curses.stdscr);
  }
  WINDOW* const screen = curses.initscr();
  const Value window = TRY(make_window(thread, screen));
  has_screen = has_terminal = true;
  add_line_characters();
  note_size();
  screen_encoding = window.as<CursesWindow>()->encoding;
  return window;
}

Value set_up_terminal(Thread& thread, const char* name, int descriptor) {
  int problem = 0;
  if (has_terminal || curses.setupterm(name, descriptor, &problem) != ERR) {
    has_terminal = true;
    return None;
  }
  return raise(thread, *curses_error, "{}",
               problem == 0    ? "setupterm: could not find terminal"
               : problem == -1 ? "setupterm: could not find terminfo database"
                               : "setupterm: unknown error");
}
Value set_up(Thread& thread, Value term, int descriptor) {
  std::string name;
  if (!term.is_none()) {
    if (!is_str(term)) return raise(thread, TypeError, "setupterm() argument 1 must be str or None, not {}", argument_kind(term));
    name = TRY(to_utf8_strict(thread, term.as<Str>()));
    if (name.find('\0') != name.npos) return raise(thread, ValueError, "embedded null character");
  }
  if (descriptor == -1) {
    const Value output = system_attribute("stdout");
    if (output.is_unbound() || output.is_none()) return raise(thread, *curses_error, "lost sys.stdout");
    descriptor = TRY(argument_int(thread, TRY(call_method(thread, output, "fileno"))));
  }
  return set_up_terminal(thread, term.is_none() ? nullptr : name.c_str(), descriptor);
}

Value get_cursor(Thread& thread) {
  TRY(check_initialized(thread));
  WINDOW* const screen = *curses.newscr;
  if (!screen || curses.is_leaveok(screen)) return make_tuple({make_int(-1), make_int(-1)});
  return make_tuple({make_int(curses.getcury(screen)), make_int(curses.getcurx(screen))});
}
Status set_cursor_place(Thread& thread, int y, int x) {
  TRY(check_initialized(thread));
  WINDOW* const screen = *curses.newscr;
  if (!screen) return nothing;
  const bool is_nowhere = y == -1 && x == -1;
  curses.leaveok(screen, is_nowhere);
  if (!is_nowhere) curses.wmove(screen, y, x);
  return nothing;
}
Value is_resized(Thread& thread, int lines, int columns) {
  TRY(check_initialized(thread));
  return Value::from_bool(curses.is_term_resized(lines, columns));
}
Value resize_terminal(Thread& thread, int lines, int columns) {
  TRY(check_initialized(thread));
  TRY(checked(thread, curses.resizeterm(lines, columns), "resizeterm"));
  note_size();
  return None;
}
Value resize_windows(Thread& thread, int lines, int columns) {
  TRY(check_initialized(thread));
  TRY(checked(thread, curses.resize_term(lines, columns), "resize_term"));
  note_size();
  return None;
}
Status update_size(Thread& thread) {
  TRY(check_initialized(thread));
  note_size();
  return nothing;
}

Value new_pad(Thread& thread, int lines, int columns) {
  TRY(check_initialized(thread));
  return make_window(thread, curses.newpad(lines, columns));
}
Value new_window(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "_curses.newwin", keyword_names));
  TRY(check_counts(thread, "_curses.newwin", count, {2, 4}));
  const Place size = TRY(place_argument(thread, arguments));
  Place place;
  if (count == 4) place = TRY(place_argument(thread, arguments + 2));
  TRY(check_initialized(thread));
  return make_window(thread, curses.newwin(size.y, size.x, place.y, place.x));
}
Value load_window(Thread& thread, Value file) {
  TRY(check_initialized(thread));
  const std::unique_ptr<FILE, int (*)(FILE*)> copy(std::tmpfile(), std::fclose);
  if (!copy) return raise_os_error(thread, errno);
  const Value data = TRY(call_method(thread, file, "read"));
  if (!is_bytes(data)) return raise(thread, TypeError, "f.read() returned {} instead of bytes", type_of(data));
  const std::string_view bytes = data.as<Bytes>()->view();
  if (std::fwrite(bytes.data(), 1, bytes.size(), copy.get()) != bytes.size()) return raise_os_error(thread, errno);
  std::rewind(copy.get());
  return make_window(thread, curses.getwin(copy.get()));
}

// ---- terminfo ----

Result<std::string> capability_argument(Thread& thread, const char* function, Value name) {
  if (!is_str(name)) return raise(thread, TypeError, "{}() argument must be str, not {}", function, argument_kind(name));
  std::string text = TRY(to_utf8_strict(thread, name.as<Str>()));
  if (text.find('\0') != text.npos) return raise(thread, ValueError, "embedded null character");
  return text;
}
Value terminal_flag(Thread& thread, Value name) {
  const std::string text = TRY(capability_argument(thread, "tigetflag", name));
  TRY(check_terminal(thread));
  return make_int(curses.tigetflag(text.c_str()));
}
Value terminal_number(Thread& thread, Value name) {
  const std::string text = TRY(capability_argument(thread, "tigetnum", name));
  TRY(check_terminal(thread));
  return make_int(curses.tigetnum(text.c_str()));
}
Value terminal_string(Thread& thread, Value name) {
  const std::string text = TRY(capability_argument(thread, "tigetstr", name));
  TRY(check_terminal(thread));
  const char* found = curses.tigetstr(text.c_str());
  if (!found || found == reinterpret_cast<char*>(-1)) return None;
  return make_bytes(found);
}

Result<std::string> bytes_argument(Thread& thread, Value value) {
  BufferLease lease(thread);
  TRY(lease.acquire(value));
  std::string text(lease.view());
  if (text.find('\0') != text.npos) return raise(thread, ValueError, "embedded null byte");
  return text;
}

// Would ncurses take a number for the address of a text? "%s" and "%l" (its length) do.
bool wants_text(const std::string& format) {
  for (size_t i = 0; i + 1 < format.size(); ++i) {
    if (format[i] != '%') continue;
    size_t at = format.find_first_not_of(":-+# .0123456789", i + 1);
    if (at == format.npos) return false;
    if (format[at] == 's' || format[at] == 'l') return true;
    i = format[i + 1] == '%' ? i + 1 : i;
  }
  return false;
}

Value fill_in(Thread& thread, Value text, int a, int b, int c, int d, int e, int f, int g, int h, int i) {
  const std::string format = TRY(bytes_argument(thread, text));
  TRY(check_terminal(thread));
  const char* filled = wants_text(format) ? nullptr : curses.tparm(format.c_str(), a, b, c, d, e, f, g, h, i);
  if (!filled) return raise(thread, *curses_error, "tparm() returned NULL");
  return make_bytes(filled);
}
Value put_string(Thread& thread, Value text) {
  const std::string bytes = TRY(bytes_argument(thread, text));
  return checked(thread, curses.putp(bytes.c_str()), "putp");
}

const MethodRow functions[] = {
    function<baud_rate>("baudrate($module, /)", "The speed of the terminal in bits per second."),
    function<call_beep>("beep($module, /)", "Make a sound."),
    function<call_can_change_color>("can_change_color($module, /)", "Tell whether colours may be given other values."),
    function<call_cbreak>("cbreak($module, flag=True, /)", "Have keys read one by one, or, with False, as nocbreak()."),
    function<color_content>("color_content($module, color_number, /)", "Red, green and blue of a colour, 0 to 1000."),
    function<color_pair>("color_pair($module, pair_number, /)", "The attribute that draws with this pair of colours."),
    function<set_cursor>("curs_set($module, visibility, /)", "Show the cursor with 1 or 2, hide it with 0; what was before."),
    function<call_def_prog_mode>("def_prog_mode($module, /)", "Keep the terminal's mode as that of the program."),
    function<call_def_shell_mode>("def_shell_mode($module, /)", "Keep the terminal's mode as that of the shell."),
    function<delay_output>("delay_output($module, ms, /)", "Pause the output."),
    function<call_doupdate>("doupdate($module, /)", "Show what noutrefresh() has marked."),
    function<call_echo>("echo($module, flag=True, /)", "Show what is typed, or, with False, as noecho()."),
    function<call_endwin>("endwin($module, /)", "Give the terminal back as it was."),
    function<call_erasechar>("erasechar($module, /)", "The user's key that takes back a character."),
    function<use_one_line>("filter($module, /)", "Before initscr(): use one line only."),
    function<call_flash>("flash($module, /)", "Make the screen flash."),
    function<call_flushinp>("flushinp($module, /)", "Forget what has been typed."),
    function<get_mouse>("getmouse($module, /)", "After KEY_MOUSE: (id, x, y, z, bstate)."),
    function<get_cursor>("getsyx($module, /)", "Where the cursor of the next screen is: (y, x)."),
    function<load_window>("getwin($module, file, /)", "The window that putwin() wrote to the file."),
    function<get_escape_delay>("get_escdelay($module, /)", "How many milliseconds after ESC still belong to a key."),
    function<set_escape_delay>("set_escdelay($module, ms, /)", "Set what get_escdelay() gives."),
    function<get_tab_size>("get_tabsize($module, /)", "How many columns a tab takes at most."),
    function<set_tab_size>("set_tabsize($module, size, /)", "Set what get_tabsize() gives."),
    function<wait_tenths>("halfdelay($module, tenths, /)", "As cbreak(), but give up waiting after tenths of a second."),
    function<call_has_colors>("has_colors($module, /)", "Tell whether the terminal has colours."),
    function<call_has_ic>("has_ic($module, /)", "Tell whether the terminal can insert and delete characters."),
    function<call_has_il>("has_il($module, /)", "Tell whether the terminal can insert and delete lines."),
    function<is_key_known>("has_key($module, key, /)", "Tell whether the terminal has such a key."),
    function<has_many_colors>("has_extended_color_support($module, /)", "Tell whether there may be more than 256 colours."),
    function<init_color>("init_color($module, color_number, r, g, b, /)", "Give a colour another value, parts from 0 to 1000."),
    function<init_pair>("init_pair($module, pair_number, fg, bg, /)", "Say which colours a pair consists of."),
    function<initialize_screen>("initscr($module, /)", "Begin; the window that is the whole screen."),
    function<flush_on_interrupt>("intrflush($module, flag, /)", "Say whether an interrupt key throws output away."),
    function<call_isendwin>("isendwin($module, /)", "Tell whether endwin() has been called."),
    function<is_resized>("is_term_resized($module, nlines, ncols, /)", "Tell whether resize_term() would change anything."),
    function<key_name>("keyname($module, key, /)", "The name of a key."),
    function<call_killchar>("killchar($module, /)", "The user's key that takes back a line."),
    function<call_longname>("longname($module, /)", "How the terminal is described."),
    function<use_eight_bits>("meta($module, yes, /)", "Say whether keys have eight bits."),
    function<set_mouse_interval>("mouseinterval($module, interval, /)", "Set the milliseconds between press and release of a click."),
    function<set_mouse_mask>("mousemask($module, newmask, /)", "Say what of the mouse is told: (what will be, what was)."),
    function<pause>("napms($module, ms, /)", "Sleep for milliseconds."),
    function<new_pad>("newpad($module, nlines, ncols, /)", "A window that may be larger than the screen."),
    raw_function(new_window, "newwin", "newwin(nlines, ncols, [begin_y=0, begin_x=0])\nA new window."),
    function<call_nl>("nl($module, flag=True, /)", "Make newlines of returns and the other way round, or, with False, as nonl()."),
    function<call_nocbreak>("nocbreak($module, /)", "Have keys read by lines again."),
    function<call_noecho>("noecho($module, /)", "Do not show what is typed."),
    function<call_nonl>("nonl($module, /)", "Leave returns and newlines as they are."),
    function<call_noqiflush>("noqiflush($module, /)", "Keep queues when an interrupt key is pressed."),
    function<call_noraw>("noraw($module, /)", "Leave raw mode."),
    function<pair_content>("pair_content($module, pair_number, /)", "The two colours of a pair."),
    function<pair_number>("pair_number($module, attr, /)", "The pair that an attribute draws with."),
    function<put_string>("putp($module, string, /)", "Write a string of the terminal's capabilities to the standard output."),
    function<flush_queues>("qiflush($module, flag=True, /)", "Empty queues when an interrupt key is pressed, or, with False, as noqiflush()."),
    function<call_raw>("raw($module, flag=True, /)", "Have all keys read as they are, or, with False, as noraw()."),
    function<call_reset_prog_mode>("reset_prog_mode($module, /)", "Go back to the mode of def_prog_mode()."),
    function<call_reset_shell_mode>("reset_shell_mode($module, /)", "Go back to the mode of def_shell_mode()."),
    function<call_resetty>("resetty($module, /)", "Go back to the mode of savetty()."),
    function<resize_windows>("resize_term($module, nlines, ncols, /)", "Make windows fit into a screen of another size."),
    function<resize_terminal>("resizeterm($module, nlines, ncols, /)", "As resize_term(), with a KEY_RESIZE and what else belongs to it."),
    function<call_savetty>("savetty($module, /)", "Keep the terminal's mode for resetty()."),
    function<set_cursor_place>("setsyx($module, y, x, /)", "Set where the cursor of the next screen is."),
    function<set_up>("setupterm($module, /, term=None, fd=-1)", "Look the terminal up; the environment names it if term does not."),
    function<start_colors>("start_color($module, /)", "Begin with colours: needed before any other function for them."),
    function<terminal_attributes>("termattrs($module, /)", "All attributes that the terminal has."),
    function<call_termname>("termname($module, /)", "The name of the terminal, cut off after 14 characters."),
    function<terminal_flag>("tigetflag($module, capname, /)", "A capability that is there or not: 1, 0, or -1 for an unknown name."),
    function<terminal_number>("tigetnum($module, capname, /)", "A capability that is a number: -1 without it, -2 for an unknown name."),
    function<terminal_string>("tigetstr($module, capname, /)", "A capability that is a string, or None."),
    function<fill_in>("tparm($module, str, i1=0, i2=0, i3=0, i4=0, i5=0, i6=0, i7=0, i8=0,\n      i9=0, /)",
                      "A string of the terminal's with numbers filled in."),
    function<set_type_ahead>("typeahead($module, fd, /)", "Say which file is looked at for keys while the screen is drawn; -1 for none."),
    function<printable>("unctrl($module, ch, /)", "A character as it can be shown: ^A for a control character."),
    function<unget>("ungetch($module, ch, /)", "Have the next getch() return this."),
    function<update_size>("update_lines_cols($module, /)", "Bring LINES and COLS up to date."),
    function<unget_wide>("unget_wch($module, ch, /)", "Have the next get_wch() return this."),
    function<unget_mouse>("ungetmouse($module, id, x, y, z, bstate, /)", "Have the next getmouse() return this."),
    function<use_environment>("use_env($module, flag, /)", "Before initscr(): say whether LINES and COLUMNS of the environment count."),
    function<use_default_colors>("use_default_colors($module, /)", "Let -1 stand for the terminal's own colours."),
};

// curses.ncurses_version, from "ncurses 6.4.20221231".
Value make_version() {
  int numbers[3] = {};
  std::sscanf(curses.curses_version(), "ncurses %d.%d.%d", &numbers[0], &numbers[1], &numbers[2]);
  Type& type = make_struct_sequence_type("curses.ncurses_version", "The version of ncurses as a tuple with names.",
                                         {{"major", "Major release number"},
                                          {"minor", "Minor release number"},
                                          {"patch", "Patch release number"}},
                                         3);
  const Value values[] = {make_int(numbers[0]), make_int(numbers[1]), make_int(numbers[2])};
  return make_struct_sequence(type, values);
}

void add_constants(Module& module) {
#define CONSTANT(name) module_add(module, #name, make_int(static_cast<int64_t>(name)));
#include "Modules/curses/constants.def"
#undef CONSTANT
  for (int i = 0; i < 64; ++i) module_add(module, ("KEY_F" + std::to_string(i)).c_str(), make_int(KEY_F(i)));
}

Status initialize(Thread& thread, Module& module) {
  TRY(load_curses(thread));
  the_module = &module;
  define_window_type();
  module_add(module, "window", &type_of_kind(ModuleKind::CursesWindow));
  curses_error = TRY(add_exception(thread, module, "_curses", "error", Exception));
  module_add(module, "version", make_bytes("2.2"));
  module_add(module, "__version__", make_bytes("2.2"));
  module_add(module, "ncurses_version", make_version());
  add_constants(module);
  return nothing;
}

}  // namespace

extern const ModuleSpec curses_module = {"_curses", nullptr, functions, initialize};

}  // namespace minipy
