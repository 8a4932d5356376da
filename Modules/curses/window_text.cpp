// Methods of windows that draw. A place in front of the other arguments moves the cursor there first.
#include "Modules/curses/curses.h"
#include "Objects/int.h"

namespace minipy {
namespace {

CursesWindow& window_of(const Value* arguments) { return *arguments[0].as<CursesWindow>(); }

// What methods that draw are called with: [y, x,] subject..., [attributes].
struct Drawing {
  bool has_place = false, has_attributes = false;
  Place place;
  const Value* subject;
  int64_t attributes = A_NORMAL;
};

// `subjects` arguments are what is drawn; with one, two, and three more there are attributes, a place, and both.
Result<Drawing> drawing_arguments(Thread& thread, const char* name, const Value* arguments, size_t count, size_t subjects) {
  --count;
  ++arguments;
  if (count < subjects || count > subjects + 3) {
    return raise(thread, TypeError, "_curses.window.{} requires {} to {} arguments", name, subjects, subjects + 3);
  }
  Drawing drawing;
  drawing.has_attributes = (count - subjects) % 2;
  drawing.has_place = count - subjects >= 2;
  if (drawing.has_place) drawing.place = TRY(place_argument(thread, arguments));
  drawing.subject = arguments + (drawing.has_place ? 2 : 0);
  return drawing;
}

Status read_attributes(Thread& thread, Drawing& drawing, size_t subjects) {
  if (drawing.has_attributes) drawing.attributes = TRY(long_argument(thread, drawing.subject[subjects]));
  return nothing;
}

// While the text is drawn the window has these attributes.
class WithAttributes {
 public:
  WithAttributes(WINDOW* window, const Drawing& drawing) : window_(window), is_set_(drawing.has_attributes) {
    if (!is_set_) return;
    before_ = curses.getattrs(window);
    curses.wattrset(window, static_cast<int>(drawing.attributes));
  }
  ~WithAttributes() {
    if (is_set_) curses.wattrset(window_, before_);
  }
  WithAttributes(const WithAttributes&) = delete;
  WithAttributes& operator=(const WithAttributes&) = delete;

 private:
  WINDOW* window_;
  bool is_set_;
  int before_ = 0;
};

// What errors call the function of ncurses, for str and for bytes.
struct Names {
  const char *wide, *bytes;
};

// `length` counts characters or bytes; -1 draws all.
Value draw_text(Thread& thread, CursesWindow& self, const Drawing& drawing, int length, bool inserts, const Names& names) {
  const auto text = TRY(text_argument(thread, drawing.subject[0]));
  WINDOW* const window = self.window();
  const auto [y, x] = drawing.place;
  const WithAttributes attributes(window, drawing);
  if (const auto* wide = std::get_if<std::wstring>(&text)) {
    if (drawing.has_place) {
      const auto draw = inserts ? curses.mvwins_nwstr : curses.mvwaddnwstr;
      return checked(thread, draw(window, y, x, wide->c_str(), length), names.wide);
    }
    return checked(thread, (inserts ? curses.wins_nwstr : curses.waddnwstr)(window, wide->c_str(), length), names.wide);
  }
  const std::string& bytes = std::get<std::string>(text);
  if (drawing.has_place) {
    const auto draw = inserts ? curses.mvwinsnstr : curses.mvwaddnstr;
    return checked(thread, draw(window, y, x, bytes.c_str(), length), names.bytes);
  }
  return checked(thread, (inserts ? curses.winsnstr : curses.waddnstr)(window, bytes.c_str(), length), names.bytes);
}

Value draw_whole(Thread& thread, const char* name, const Value* arguments, size_t count, bool inserts, const Names& names) {
  Drawing drawing = TRY(drawing_arguments(thread, name, arguments, count, 1));
  TRY(read_attributes(thread, drawing, 1));
  return draw_text(thread, window_of(arguments), drawing, -1, inserts, names);
}

Value draw_part(Thread& thread, const char* name, const Value* arguments, size_t count, bool inserts, const Names& names) {
  Drawing drawing = TRY(drawing_arguments(thread, name, arguments, count, 2));
  const int length = TRY(int_argument(thread, drawing.subject[1]));
  TRY(read_attributes(thread, drawing, 2));
  return draw_text(thread, window_of(arguments), drawing, length, inserts, names);
}

using Line = int (*)(WINDOW*, chtype, int);

Value draw_line(Thread& thread, const char* name, Line line, const Value* arguments, size_t count) {
  Drawing drawing = TRY(drawing_arguments(thread, name, arguments, count, 2));
  const int length = TRY(int_argument(thread, drawing.subject[1]));
  TRY(read_attributes(thread, drawing, 2));
  CursesWindow& self = window_of(arguments);
  const chtype character = TRY(byte_character(thread, &self, drawing.subject[0]));
  if (drawing.has_place && curses.wmove(self.window(), drawing.place.y, drawing.place.x) == ERR) {
    return checked(thread, ERR, "wmove");
  }
  return checked(thread, line(self.window(), character | static_cast<chtype>(drawing.attributes), length), name);
}

}  // namespace

Value add_character(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "_curses.window.addch", keyword_names));
  Drawing drawing = TRY(drawing_arguments(thread, "addch", arguments, count, 1));
  TRY(read_attributes(thread, drawing, 1));
  const auto character = TRY(any_character(thread, drawing.subject[0]));
  WINDOW* const window = window_of(arguments).window();
  const auto [y, x] = drawing.place;
  const auto attributes = static_cast<attr_t>(drawing.attributes);
  if (const auto* narrow = std::get_if<chtype>(&character)) {
    if (drawing.has_place) return checked(thread, curses.mvwaddch(window, y, x, *narrow | attributes), "addch");
    return checked(thread, curses.waddch(window, *narrow | attributes), "addch");
  }
  const wchar_t text[] = {std::get<wchar_t>(character), L'\0'};
  cchar_t wide;
  const auto pair = static_cast<short>(curses.PAIR_NUMBER(static_cast<int>(attributes)));
  curses.setcchar(&wide, text, attributes, pair, nullptr);
  if (drawing.has_place) return checked(thread, curses.mvwadd_wch(window, y, x, &wide), "add_wch");
  return checked(thread, curses.wadd_wch(window, &wide), "add_wch");
}

Value add_string(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "_curses.window.addstr", keyword_names));
  return draw_whole(thread, "addstr", arguments, count, false, {"addwstr", "addstr"});
}

Value add_some(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "_curses.window.addnstr", keyword_names));
  return draw_part(thread, "addnstr", arguments, count, false, {"addnwstr", "addnstr"});
}

Value insert_string(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "_curses.window.insstr", keyword_names));
  return draw_whole(thread, "insstr", arguments, count, true, {"inswstr", "insstr"});
}

Value insert_some(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "_curses.window.insnstr", keyword_names));
  return draw_part(thread, "insnstr", arguments, count, true, {"insn_wstr", "insnstr"});
}

Value insert_character(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "_curses.window.insch", keyword_names));
  Drawing drawing = TRY(drawing_arguments(thread, "insch", arguments, count, 1));
  TRY(read_attributes(thread, drawing, 1));
  CursesWindow& self = window_of(arguments);
  const chtype character =
      TRY(byte_character(thread, &self, drawing.subject[0])) | static_cast<chtype>(drawing.attributes);
  if (!drawing.has_place) return checked(thread, curses.winsch(self.window(), character), "insch");
  return checked(thread, curses.mvwinsch(self.window(), drawing.place.y, drawing.place.x, character), "insch");
}

Value horizontal_line(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "_curses.window.hline", keyword_names));
  return draw_line(thread, "hline", curses.whline, arguments, count);
}

Value vertical_line(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "_curses.window.vline", keyword_names));
  return draw_line(thread, "vline", curses.wvline, arguments, count);
}

Value draw_box(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "_curses.window.box", keyword_names));
  TRY(check_counts(thread, "_curses.window.box", count - 1, {0, 2}));
  CursesWindow& self = window_of(arguments);
  chtype sides[2] = {};
  for (size_t i = 0; i + 1 < count; ++i) sides[i] = TRY(byte_character(thread, &self, arguments[1 + i]));
  curses.box(self.window(), sides[0], sides[1]);
  return None;
}

Value draw_border(Thread& thread, CursesWindow& self, Value left, Value right, Value top, Value bottom, Value top_left,
                  Value top_right, Value bottom_left, Value bottom_right) {
  const Value given[] = {left, right, top, bottom, top_left, top_right, bottom_left, bottom_right};
  chtype pieces[8] = {};
  for (size_t i = 0; i < 8; ++i) {
    if (!given[i].is_empty()) pieces[i] = TRY(byte_character(thread, &self, given[i]));
  }
  curses.wborder(self.window(), pieces[0], pieces[1], pieces[2], pieces[3], pieces[4], pieces[5], pieces[6], pieces[7]);
  return None;
}

// chgat([y, x,] [length,] attributes)
Value change_attributes(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  TRY(check_no_keywords(thread, "_curses.window.chgat", keyword_names));
  if (count < 2 || count > 5) return raise(thread, TypeError, "chgat requires 1 to 4 arguments");
  WINDOW* const window = window_of(arguments).window();
  const bool has_place = count >= 4, has_length = count % 2;
  Place place{curses.getcury(window), curses.getcurx(window)};
  if (has_place) place = TRY(place_argument(thread, arguments + 1));
  const int length = has_length ? TRY(int_argument(thread, arguments[count - 2])) : -1;
  const int64_t given = TRY(long_argument(thread, arguments[count - 1]));
  const auto attributes = static_cast<attr_t>(given) & A_ATTRIBUTES;
  const auto color = static_cast<short>(curses.PAIR_NUMBER(static_cast<int>(given)));
  const int code = has_place ? curses.mvwchgat(window, place.y, place.x, length, attributes, color, nullptr)
                             : curses.wchgat(window, length, attributes, color, nullptr);
  curses.touchline(window, place.y, 1);
  return checked(thread, code, "chgat");
}

}  // namespace minipy
