# f_trace is set while the frame waits for the end of a call: its next event is the line after.
import sys


def callee():
    return 1


def caller():
    callee()
    after = 1
    return after


def trace_caller(frame, event, argument):
    print(frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno)
    return trace_caller


def trace(frame, event, argument):
    if frame.f_code.co_name != "callee":
        return None
    if event == "return":
        frame.f_back.f_trace = trace_caller
    return trace


sys.settrace(trace)
caller()
sys.settrace(None)
# expect: caller line 2
# expect: caller line 3
# expect: caller return 3
