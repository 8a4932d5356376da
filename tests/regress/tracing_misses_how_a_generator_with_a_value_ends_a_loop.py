# The loop sees StopIteration when the generator returns something; it has no traceback, in `yield from` neither.
import sys


def numbers():
    yield 1
    return 2


def delegating():
    got = yield from numbers()
    return got


def loop():
    for number in delegating():
        pass


def trace(frame, event, argument):
    if event == "exception":
        print(frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno, argument[0].__name__, argument[2])
    return trace


sys.settrace(trace)
loop()
sys.settrace(None)
# expect: delegating 1 StopIteration None
# expect: loop 1 StopIteration None
