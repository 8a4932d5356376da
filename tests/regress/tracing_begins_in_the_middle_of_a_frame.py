# A frame with f_trace is traced from the next line on, when tracing begins in a function it has called.
import sys

events = []


def tracer(frame, event, argument):
    events.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno))
    return tracer


def begin():
    sys._getframe(1).f_trace = tracer
    sys.settrace(tracer)


def report():
    print(*events)
    events.clear()


def loop():
    i = 1
    while i <= 2:
        begin()
        i += 1
        sys.settrace(None)


loop()
report()  # expect: ('loop', 'line', 4) ('loop', 'line', 5) ('loop', 'line', 4) ('loop', 'line', 5)


def lines_of_one_call():
    begin(); abs(
        42)
    sys.settrace(None)


lines_of_one_call()
report()  # expect: ('lines_of_one_call', 'line', 2) ('lines_of_one_call', 'line', 1) ('lines_of_one_call', 'line', 3)


def begin_everywhere():
    frame = sys._getframe(1)
    while frame:
        frame.f_trace = tracer
        frame = frame.f_back
    sys.settrace(tracer)


def inner():
    begin_everywhere()
    return 1


def outer():
    inner()
    sys.settrace(None)


outer()
events = [event for event in events if event[0] in ("inner", "outer")]
report()  # expect: ('inner', 'line', 2) ('inner', 'return', 2) ('outer', 'line', 2)


def begin_profiling():
    sys.setprofile(lambda frame, event, argument: events.append((frame.f_code.co_name, event)))


def profiled():
    begin_profiling()


def caller_of_profiled():
    profiled()
    sys.setprofile(None)


caller_of_profiled()
print(events[-2:])  # expect: [('profiled', 'return'), ('caller_of_profiled', 'c_call')]
