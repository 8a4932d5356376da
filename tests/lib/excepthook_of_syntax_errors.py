# Which part of the line is marked, and what of the location is shown.
import sys

sys.stderr = sys.stdout


def show(*details, message="bad"):
    error = SyntaxError(message, details) if details else SyntaxError(message)
    sys.excepthook(SyntaxError, error, None)


show("f", 1, 2, "abcdefg", 1, 100)
# expect:   File "f", line 1
# expect:     abcdefg
# expect:      ^^^^^^
# expect: SyntaxError: bad
show("f", 1, 20, "  abc\n")
# expect:   File "f", line 1
# expect:     abc
# expect:        ^
# expect: SyntaxError: bad
show("f", 1, 0, "abc", 1, 5)
# expect:   File "f", line 1
# expect:     abc
# expect: SyntaxError: bad
show("f", None, 0, "abc")
# expect: SyntaxError: bad (f)


class Odd(Exception):
    pass


Odd.__module__ = 42
sys.excepthook(Odd, Odd("text"), None)
# expect: <unknown>.Odd: text
