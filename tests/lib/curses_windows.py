# curses on a pseudo-terminal. What the child finds out comes back through a pipe.
import os
import pty
import select
import sys


def on_a_terminal(program):
    reader, writer = os.pipe()
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color", LINES="24", COLUMNS="80")
        try:
            program(lambda *values: os.write(writer, (" ".join(map(str, values)) + "\n").encode()))
        except BaseException as error:
            os.write(writer, repr(error).encode())
        os._exit(0)
    os.close(writer)
    report = b""
    while True:
        ready, _, _ = select.select([terminal, reader], [], [], 20)
        if terminal in ready:
            try:
                os.read(terminal, 65536)
            except OSError:
                pass
        if reader in ready:
            part = os.read(reader, 65536)
            if not part:
                break
            report += part
        if not ready:
            report += b"nothing happened\n"
            break
    os.waitpid(pid, 0)
    print(report.decode(), end="")


def program(tell):
    import _curses
    import curses
    import curses.panel
    import curses.textpad
    import gc
    import io
    import locale
    import tempfile

    def error_of(function, *arguments):
        try:
            return function(*arguments)
        except (curses.error, curses.panel.error, TypeError, ValueError, OverflowError) as error:
            return f"{type(error).__name__}: {error}"

    tell(error_of(curses.cbreak))  # expect: error: must call initscr() first
    locale.setlocale(locale.LC_ALL, "C.UTF-8")
    screen = curses.initscr()
    tell(screen.getmaxyx(), curses.LINES, curses.COLS, screen.encoding)  # expect: (24, 80) 24 80 UTF-8
    tell(error_of(curses.window))  # expect: TypeError: cannot create '_curses.window' instances

    window = curses.newwin(3, 10, 1, 2)
    tell(window.getbegyx(), window.getmaxyx(), window.getparyx())  # expect: (1, 2) (3, 10) (-1, -1)
    window.addstr("héllo", curses.A_BOLD)
    window.addch(1, 2, "日")
    window.addnstr(2, 0, b"bytes", 3)
    window.insstr(2, 0, "<")
    window.insch(2, 0, "[")
    tell(window.getyx(), [window.instr(y, 0).decode() for y in range(3)])
    # expect: (2, 0) ['héllo     ', '  日      ', '[<byt     ']
    tell(window.inch(0, 0) == ord("h") | curses.A_BOLD)  # expect: True
    window.hline(1, 0, "-", 3)
    window.delch(1, 0)
    tell(window.instr(1, 0, 4))  # expect: b'--  '
    window.border("|", "|", "-", "-", "+", "+", "+", "+")
    tell(window.instr(0, 0))  # expect: b'+--------+'
    tell(error_of(window.addch, "ab"))  # expect: TypeError: expect bytes or str of length 1, or int, got a str of length 2
    tell(error_of(window.addstr, 1))  # expect: TypeError: expect bytes or str, got int
    tell(error_of(window.addstr, "a\0"))  # expect: ValueError: embedded null character
    tell(error_of(window.addstr, 9, 9, "x"))  # expect: error: addwstr() returned ERR
    tell(error_of(window.move, 9, 9))  # expect: error: wmove() returned ERR
    tell(error_of(window.keypad))  # expect: TypeError: True(1) or False(0)
    tell(error_of(window.is_linetouched, 4))  # expect: TypeError: is_linetouched: line number outside of boundaries

    with tempfile.TemporaryFile() as file:
        window.putwin(file)
        file.seek(0)
        tell(curses.getwin(file).instr(0, 0))  # expect: b'+--------+'
    tell(error_of(curses.getwin, io.BytesIO(b"no window")))  # expect: error: curses function returned NULL

    pad = curses.newpad(100, 100)
    tell(error_of(pad.refresh))  # expect: error: refresh() for a pad requires 6 arguments
    pad.refresh(0, 0, 0, 0, 5, 5)
    part = pad.subpad(2, 2, 1, 1)
    del pad
    gc.collect()
    part.addstr("ok")
    tell(part.instr(0, 0), part.getparyx())  # expect: b'ok' (1, 1)

    window.keypad(True)
    window.nodelay(True)
    for key in ("é", curses.KEY_UP):
        curses.unget_wch(key) if isinstance(key, str) else curses.ungetch(key)
        tell(window.get_wch())
    # expect: é
    # expect: 259
    curses.ungetch("a")
    tell(repr(window.getkey()), window.getch(), error_of(window.getkey))  # expect: 'a' -1 error: no input
    for character in reversed("line\n"):
        curses.ungetch(character)
    window.nodelay(False)
    tell(window.getstr(0, 0, 3))  # expect: b'lin'

    tell(error_of(curses.color_pair, 1))  # expect: error: must call start_color() first
    curses.start_color()
    curses.use_default_colors()
    curses.init_pair(1, curses.COLOR_RED, -1)
    tell(curses.COLORS, curses.pair_content(1), curses.pair_number(curses.color_pair(1)))  # expect: 256 (1, -1) 1
    tell(error_of(curses.init_pair, 1, 256, 0))  # expect: ValueError: Color number is greater than COLORS-1 (255).
    tell(error_of(curses.init_color, 1, 0, 0, 1001))  # expect: ValueError: Color component is greater than 1000

    tell(curses.tparm(curses.tigetstr("cup"), 5, 3), curses.tigetnum("colors"), curses.tigetflag("am"))
    # expect: b'\x1b[6;4H' 256 1
    tell(curses.keyname(curses.KEY_F1), curses.unctrl(1), curses.ncurses_version[0])  # expect: b'KEY_F(1)' b'^A' 6
    curses.mousemask(curses.ALL_MOUSE_EVENTS)
    curses.ungetmouse(0, 1, 2, 0, curses.BUTTON1_PRESSED)
    tell(curses.getmouse() == (0, 1, 2, 0, curses.BUTTON1_PRESSED))  # expect: True

    lower = curses.panel.new_panel(curses.newwin(2, 2))
    upper = curses.panel.new_panel(curses.newwin(3, 3))
    tell(curses.panel.top_panel() is upper, upper.below() is lower, upper.above())  # expect: True True None
    upper.hide()
    tell(upper.hidden(), curses.panel.top_panel() is lower)  # expect: True True
    tell(error_of(upper.userptr))  # expect: error: no userptr set
    upper.set_userptr([1])
    upper.replace(window)
    upper.show()
    tell(upper.userptr(), upper.window() is window)  # expect: [1] True
    del upper, window
    for _ in range(100):
        curses.panel.new_panel(curses.newwin(2, 2))
    gc.collect()
    curses.panel.update_panels()
    curses.doupdate()

    for character in reversed("typed\x07"):
        curses.ungetch(character)
    tell(repr(curses.textpad.Textbox(curses.newwin(1, 10)).edit()))  # expect: 'typed '
    curses.endwin()
    tell(curses.isendwin(), _curses.version)  # expect: True b'2.2'


on_a_terminal(program)
