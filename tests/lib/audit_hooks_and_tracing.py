import gc
import sys

events = []


def tracer(frame, event, argument):
    if frame.f_code in (plain.__code__, Traced.__call__.__code__):
        events.append(frame.f_code.co_name)


class Traced:
    __cantrace__ = True

    def __call__(self, event, arguments):
        if event == "loud":
            print("heard")


def plain(event, arguments):
    if event == "loud":
        print("heard, too")


hook = Traced()
sys.addaudithook(plain)
sys.addaudithook(hook)
sys.settrace(tracer)
sys.audit("loud")
# expect: heard, too
# expect: heard
print(events)  # expect: ['__call__']
events.clear()


def reading_tracer(frame, event, argument):
    frame.f_code.co_name
    return tracer(frame, event, argument)


sys.settrace(reading_tracer)  # what it reads is audited, but not traced
sys.audit("quiet")
sys.settrace(None)
print(events)  # expect: ['__call__', '__call__', '__call__']
Traced.__cantrace__ = False
events.clear()
sys.settrace(tracer)
sys.audit("quiet")
print(events)  # expect: []
sys.settrace(None)
print(any(plain in item for item in gc.get_objects() if isinstance(item, list)))  # expect: False
