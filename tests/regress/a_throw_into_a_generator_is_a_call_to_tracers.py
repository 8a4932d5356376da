import sys

events = []


def tracer(frame, event, argument):
    if frame.f_code.co_name in ("inner", "outer"):
        events.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno))
    return tracer


def inner():
    try:
        yield 1
    except ValueError:
        yield 2


def outer():
    yield from inner()


def report():
    sys.settrace(None)
    print(*events)
    events.clear()


generator = outer()
next(generator)
sys.settrace(tracer)
generator.throw(ValueError)
report()  # expect: ('inner', 'call', 2) ('inner', 'exception', 2) ('inner', 'line', 3) ('inner', 'line', 4) ('inner', 'return', 4)
sys.settrace(tracer)
generator.close()
report()
# expect: ('inner', 'call', 4) ('inner', 'exception', 4) ('inner', 'return', 4) ('outer', 'call', 1) ('outer', 'exception', 1) ('outer', 'return', 1)


def refuse(frame, event, argument):
    raise KeyError(event)


generator = inner()
next(generator)
sys.settrace(refuse)
try:
    generator.throw(ValueError)
except KeyError as error:
    print(error, sys.gettrace())  # expect: 'call' None
