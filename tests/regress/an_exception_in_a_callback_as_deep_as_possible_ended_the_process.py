# What sys.unraisablehook gets is of a class that is made when it is first needed, which was here.
import ctypes
import sys

sys.unraisablehook = lambda unraisable: None


@ctypes.CFUNCTYPE(ctypes.c_int)
def call_back():
    try:
        return call_back()
    except RecursionError:
        return 1


def call_back_below(calls):
    return call_back() if calls == 0 else call_back_below(calls - 1)


for calls in (1, 0, 2):  # one of them has no depth left in the callback itself
    call_back_below(calls)
    print(calls)
# expect: 1
# expect: 0
# expect: 2
