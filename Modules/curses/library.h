// ncurses, loaded when _curses is imported: a program that draws nothing does not pay for it.
#pragma once

#define NCURSES_NOMACROS 1
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <panel.h>

#include "Objects/result.h"

namespace minipy {

struct Thread;

#define CURSES_WINDOW_FUNCTIONS(X)                                                                            \
  X(box) X(clearok) X(copywin) X(delwin) X(derwin) X(getattrs) X(getbegx) X(getbegy) X(getbkgd) X(getcurx)    \
  X(getcury) X(getmaxx) X(getmaxy) X(getparx) X(getpary) X(idcok) X(idlok) X(immedok) X(is_linetouched)       \
  X(is_leaveok) X(is_pad) X(is_wintouched) X(keypad) X(leaveok) X(mvderwin) X(mvwadd_wch) X(mvwaddch)         \
  X(mvwaddnstr) X(mvwaddnwstr) X(mvwchgat) X(mvwdelch) X(mvwget_wch) X(mvwgetch) X(mvwgetnstr) X(mvwin)       \
  X(mvwinch) X(mvwinnstr) X(mvwins_nwstr) X(mvwinsch) X(mvwinsnstr) X(nodelay) X(notimeout) X(overlay)        \
  X(overwrite) X(pechochar) X(pnoutrefresh) X(prefresh) X(putwin) X(redrawwin) X(scroll) X(scrollok)          \
  X(subpad) X(subwin) X(syncok) X(touchline) X(touchwin) X(untouchwin) X(wadd_wch) X(waddch) X(waddnstr)      \
  X(waddnwstr) X(wattroff) X(wattron) X(wattrset) X(wbkgd) X(wbkgdset) X(wborder) X(wchgat) X(wclear)         \
  X(wclrtobot) X(wclrtoeol) X(wcursyncup) X(wdelch) X(wdeleteln) X(wechochar) X(wenclose) X(werase)           \
  X(wget_wch) X(wgetch) X(wgetnstr) X(whline) X(winch) X(winnstr) X(wins_nwstr) X(winsch) X(winsdelln)        \
  X(winsertln) X(winsnstr) X(wmove) X(wnoutrefresh) X(wredrawln) X(wrefresh) X(wresize) X(wscrl)              \
  X(wsetscrreg) X(wstandend) X(wstandout) X(wsyncdown) X(wsyncup) X(wtimeout) X(wtouchln) X(wvline)

#define CURSES_FUNCTIONS(X)                                                                                   \
  X(baudrate) X(beep) X(can_change_color) X(cbreak) X(COLOR_PAIR) X(curs_set) X(curses_version)               \
  X(def_prog_mode) X(def_shell_mode) X(delay_output) X(doupdate) X(echo) X(endwin) X(erasechar)               \
  X(extended_color_content) X(extended_pair_content) X(filter) X(flash) X(flushinp) X(getmouse) X(getwin)     \
  X(halfdelay) X(has_colors) X(has_ic) X(has_il) X(has_key) X(init_extended_color) X(init_extended_pair)      \
  X(initscr) X(intrflush) X(is_term_resized) X(isendwin) X(keyname) X(killchar) X(longname) X(meta)           \
  X(mouseinterval) X(mousemask) X(napms) X(newpad) X(newwin) X(nl) X(nocbreak) X(noecho) X(nonl)              \
  X(noqiflush) X(noraw) X(PAIR_NUMBER) X(putp) X(qiflush) X(raw) X(reset_prog_mode) X(reset_shell_mode)       \
  X(resetty) X(resize_term) X(resizeterm) X(savetty) X(set_escdelay) X(set_tabsize) X(setcchar) X(start_color) \
  X(termattrs) X(termname) X(tigetflag) X(tigetnum) X(tigetstr) X(tparm) X(typeahead) X(unctrl) X(unget_wch)  \
  X(ungetch) X(ungetmouse) X(use_default_colors) X(use_env)

#define CURSES_VARIABLES(X) \
  X(acs_map) X(COLORS) X(COLOR_PAIRS) X(COLS) X(ESCDELAY) X(LINES) X(newscr) X(stdscr) X(TABSIZE)

#define PANEL_FUNCTIONS(X)                                                                             \
  X(bottom_panel) X(del_panel) X(hide_panel) X(move_panel) X(new_panel) X(panel_above) X(panel_below)  \
  X(panel_hidden) X(replace_panel) X(show_panel) X(top_panel) X(update_panels)

// Declared in <term.h>, whose many short macros nobody wants.
int setupterm(const char* term, int descriptor, int* error);

// Functions as they are, variables by their address.
struct CursesLibrary {
#define X(name) decltype(&::name) name;
  CURSES_WINDOW_FUNCTIONS(X)
  CURSES_FUNCTIONS(X)
  CURSES_VARIABLES(X)
#undef X
  decltype(&minipy::setupterm) setupterm;
};
extern CursesLibrary curses;

struct PanelLibrary {
#define X(name) decltype(&::name) name;
  PANEL_FUNCTIONS(X)
#undef X
};
extern PanelLibrary panels;

Status load_curses(Thread& thread);  // ImportError if it cannot be had
Status load_panels(Thread& thread);

}  // namespace minipy
