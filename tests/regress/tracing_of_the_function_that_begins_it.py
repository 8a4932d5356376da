# The frame that calls sys.settrace() or sys.setprofile() itself, or sets its own f_trace, is traced from there on.
import sys

events = []


def tracer(frame, event, argument):
    events.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno))
    return tracer


def profiler(frame, event, argument):
    if frame.f_code is not report.__code__:
        events.append((frame.f_code.co_name, event, getattr(argument, "__name__", argument)))


def report():
    sys.settrace(None)
    sys.setprofile(None)
    print(*[event for event in events if event[0] != "report"])
    events.clear()


def by_hand():
    sys._getframe().f_trace = tracer
    sys.settrace(tracer)
    a = 1
    return a


for _ in range(2):  # the second time the call is a specialised one
    by_hand()
    report()
# expect: ('by_hand', 'line', 3) ('by_hand', 'line', 4) ('by_hand', 'return', 4)
# expect: ('by_hand', 'line', 3) ('by_hand', 'line', 4) ('by_hand', 'return', 4)


def own_trace_last():
    frame = sys._getframe()
    sys.settrace(tracer)
    frame.f_trace = tracer
    a = 1
    return a


own_trace_last()
report()  # expect: ('own_trace_last', 'line', 4) ('own_trace_last', 'line', 5) ('own_trace_last', 'return', 5)


def walk():
    sys.settrace(tracer)
    frame = sys._getframe()
    while frame:
        if frame.f_code is walk.__code__:
            frame.f_trace = tracer
        frame = frame.f_back


walk()
report()
# expect: ('walk', 'line', 6) ('walk', 'line', 3) ('walk', 'line', 4) ('walk', 'line', 6) ('walk', 'line', 3) ('walk', 'return', 3)


def class_body():
    class Body:
        sys._getframe(1).f_trace = tracer
        sys.settrace(tracer)
    a = Body
    return a


class_body()
report()  # expect: ('class_body', 'line', 4) ('class_body', 'line', 5) ('class_body', 'return', 5)


def fails():
    sys._getframe().f_trace = tracer
    sys.settrace(tracer)
    raise ValueError


try:
    fails()
except ValueError:
    report()  # expect: ('fails', 'line', 3) ('fails', 'exception', 3) ('fails', 'return', 3)


def profiled():
    sys.setprofile(profiler)
    return len("abc")


profiled()
report()
# expect: ('profiled', 'c_call', 'len') ('profiled', 'c_return', 'len') ('profiled', 'return', 3)


def profiled_only():
    sys.setprofile(profiler)


profiled_only()
report()  # expect: ('profiled_only', 'return', None)


def profiled_failure():
    sys.setprofile(profiler)
    raise ValueError


try:
    profiled_failure()
except ValueError:
    report()  # expect: ('profiled_failure', 'return', None)
