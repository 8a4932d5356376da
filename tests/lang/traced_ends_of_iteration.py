# To a tracer what `await` and loops run through ends with an exception, if there is one.
import sys


class Once:
    def __iter__(self):
        return self

    def __next__(self):
        raise StopIteration


async def inner():
    return 5


async def outer():
    await inner()


def loop():
    for item in Once():
        pass
    for item in []:
        pass


events = []


def tracer(frame, event, argument):
    if event == "exception":
        events.append((frame.f_code.co_name, argument[0].__name__))
    return tracer


sys.settrace(tracer)
loop()
try:
    outer().send(None)
except StopIteration:
    pass
sys.settrace(None)
print(events)
# expect: [('__next__', 'StopIteration'), ('loop', 'StopIteration'), ('outer', 'StopIteration')]
