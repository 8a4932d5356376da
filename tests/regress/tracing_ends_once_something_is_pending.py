# Serving what was pending (here: a signal) also forgot that there was a tracer.
import os
import signal
import sys


def traced():
    os.kill(os.getpid(), signal.SIGUSR1)
    for i in range(3):
        pass
    return i


events = []


def tracer(frame, event, argument):
    events.append((frame.f_code.co_name, event))
    return tracer


signal.signal(signal.SIGUSR1, lambda number, frame: None)
sys.settrace(tracer)
traced()
sys.settrace(None)
print(events.count(("traced", "line")), events[-1])  # expect: 9 ('traced', 'return')
