// Methods of windows that read: keys that are pressed, and what is on the screen.
#include "Modules/curses/curses.h"
#include "Objects/bytes.h"
#include "Objects/int.h"
#include "VM/threads.h"

namespace minipy {
namespace {

constexpr int kLongest = 1023;  // bytes that are read at once

CursesWindow& window_of(const Value* arguments) { return *arguments[0].as<CursesWindow>(); }

// Waits for a key, at a place if there is one.
template <typename Read, typename ReadAt>
int wait_for_key(Thread& thread, bool has_place, Read&& read, ReadAt&& read_at) {
  const WithoutGil guard(thread);
  return has_place ? read_at() : read();
}

struct Reading {
  WINDOW* window;
  bool has_place;
  Place place;
};
Result<Reading> reading_arguments(Thread& thread, const char* name, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, name, keyword_names));
  TRY(check_counts(thread, name, count - 1, {0, 2}));
  Reading reading{window_of(arguments).window(), count == 3, {}};
  if (reading.has_place) reading.place = TRY(place_argument(thread, arguments + 1));
  return reading;
}

int read_key(Thread& thread, const Reading& reading) {
  return wait_for_key(
      thread, reading.has_place, [&] { return curses.wgetch(reading.window); },
      [&] { return curses.mvwgetch(reading.window, reading.place.y, reading.place.x); });
}

// A signal may have ended the wait.
Value no_input(Thread& thread) {
  TRY(run_pending(thread));
  return raise(thread, *curses_error, "no input");
}

Result<int> length_argument(Thread& thread, Value value) {
  const int length = TRY(int_argument(thread, value));
  if (length < 0) return raise(thread, ValueError, "'n' must be nonnegative");
  return std::min(length, kLongest);
}

// getstr([y, x,] [n]) and instr([y, x,] [n])
Result<int> string_arguments(Thread& thread, const Value* arguments, size_t count, bool& has_place, Place& place) {
  has_place = count >= 3;
  if (has_place) place = TRY(place_argument(thread, arguments + 1));
  if (count == 1 || count == 3) return kLongest;
  return length_argument(thread, arguments[count - 1]);
}

}  // namespace

Value get_character(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  return make_int(read_key(thread, TRY(reading_arguments(thread, "_curses.window.getch", arguments, count, keyword_names))));
}

Value get_key(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  const int key = read_key(thread, TRY(reading_arguments(thread, "_curses.window.getkey", arguments, count, keyword_names)));
  if (key == ERR) return no_input(thread);
  if (key <= 255) return make_character(static_cast<char32_t>(key));
  const char* name = curses.keyname(key);
  return make_str(name ? name : "");
}

Value get_wide_character(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  const Reading reading = TRY(reading_arguments(thread, "_curses.window.get_wch", arguments, count, keyword_names));
  wint_t character = 0;
  const int kind = wait_for_key(
      thread, reading.has_place, [&] { return curses.wget_wch(reading.window, &character); },
      [&] { return curses.mvwget_wch(reading.window, reading.place.y, reading.place.x, &character); });
  if (kind == ERR) return no_input(thread);
  if (kind == KEY_CODE_YES) return make_int(static_cast<int64_t>(character));
  if (character > 0x10FFFF) return raise(thread, ValueError, "chr() arg not in range(0x110000)");
  return make_character(static_cast<char32_t>(character));
}

Value get_string(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "_curses.window.getstr", keyword_names));
  if (count > 4) return raise(thread, TypeError, "getstr requires 0 to 3 arguments");
  bool has_place;
  Place place;
  const int length = TRY(string_arguments(thread, arguments, count, has_place, place));
  WINDOW* const window = window_of(arguments).window();
  char text[kLongest + 1] = {};
  const int code = wait_for_key(
      thread, has_place, [&] { return curses.wgetnstr(window, text, length); },
      [&] { return curses.mvwgetnstr(window, place.y, place.x, text, length); });
  return make_bytes(code == ERR ? "" : text);
}

Value character_at(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  const Reading reading = TRY(reading_arguments(thread, "_curses.window.inch", arguments, count, keyword_names));
  const chtype found = reading.has_place ? curses.mvwinch(reading.window, reading.place.y, reading.place.x)
                                         : curses.winch(reading.window);
  return make_int(static_cast<int64_t>(found));
}

Value string_at(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "_curses.window.instr", keyword_names));
  if (count > 4) return raise(thread, TypeError, "instr requires 0 or 3 arguments");
  bool has_place;
  Place place;
  const int length = TRY(string_arguments(thread, arguments, count, has_place, place));
  WINDOW* const window = window_of(arguments).window();
  char text[kLongest + 1] = {};
  const int code =
      has_place ? curses.mvwinnstr(window, place.y, place.x, text, length) : curses.winnstr(window, text, length);
  return make_bytes(code == ERR ? "" : text);
}

}  // namespace minipy
