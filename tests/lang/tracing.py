# sys.settrace and sys.setprofile: which events, at which lines.
import sys
events = []
def record(name):
    def tracer(frame, event, arg):
        line = frame.f_lineno - frame.f_code.co_firstlineno
        events.append((frame.f_code.co_name, event, line, arg if event == "return" else arg[0].__name__ if event == "exception" else None))
        return tracer
    return tracer
def run(f, *args):
    events.clear()
    sys.settrace(record("t"))
    try:
        f(*args)
    except Exception as e:
        pass
    finally:
        sys.settrace(None)
    for e in events:
        if e[0] != "run":
            print(*e)
def loop(n):
    total = 0
    for i in range(n):
        total += i
    return total
run(loop, 2)
# expect: loop call 0 None
# expect: loop line 1 None
# expect: loop line 2 None
# expect: loop line 3 None
# expect: loop line 2 None
# expect: loop line 3 None
# expect: loop line 2 None
# expect: loop line 4 None
# expect: loop return 4 1
def raising():
    try:
        1 / 0
    except ZeroDivisionError:
        x = 1
    finally:
        y = 2
run(raising)
# expect: raising call 0 None
# expect: raising line 1 None
# expect: raising line 2 None
# expect: raising exception 2 ZeroDivisionError
# expect: raising line 3 None
# expect: raising line 4 None
# expect: raising line 6 None
# expect: raising return 6 None
def calls():
    return helper(1) + helper(
        2)
def helper(x):
    return x
run(calls)
# expect: calls call 0 None
# expect: calls line 1 None
# expect: helper call 0 None
# expect: helper line 1 None
# expect: helper return 1 1
# expect: calls line 2 None
# expect: calls line 1 None
# expect: helper call 0 None
# expect: helper line 1 None
# expect: helper return 1 2
# expect: calls return 1 3
def uncaught():
    raise ValueError
run(uncaught)
# expect: uncaught call 0 None
# expect: uncaught line 1 None
# expect: uncaught exception 1 ValueError
# expect: uncaught return 1 None
def gen():
    yield 1
    yield 2
def consume():
    for x in gen():
        pass
run(consume)
# expect: consume call 0 None
# expect: consume line 1 None
# expect: gen call 0 None
# expect: gen line 1 None
# expect: gen return 1 1
# expect: consume line 2 None
# expect: consume line 1 None
# expect: gen call 1 None
# expect: gen line 2 None
# expect: gen return 2 2
# expect: consume line 2 None
# expect: consume line 1 None
# expect: gen call 2 None
# expect: gen return 2 None
# expect: consume return 1 None
def while_loop():
    n = 2
    while n:
        n -= 1
run(while_loop)
# expect: while_loop call 0 None
# expect: while_loop line 1 None
# expect: while_loop line 2 None
# expect: while_loop line 3 None
# expect: while_loop line 2 None
# expect: while_loop line 3 None
# expect: while_loop line 2 None
# expect: while_loop return 2 None
def conditional(x):
    if x:
        a = 1
    else:
        a = 2
    return a
run(conditional, 0)
# expect: conditional call 0 None
# expect: conditional line 1 None
# expect: conditional line 4 None
# expect: conditional line 5 None
# expect: conditional return 5 2
def profiled():
    len("abc")
    helper(5)
profile = []
def profiler(frame, event, arg):
    profile.append((frame.f_code.co_name, event, getattr(arg, "__name__", arg) if event != "call" else None))
sys.setprofile(profiler)
profiled()
sys.setprofile(None)
print(profile)
# expect: [('profiled', 'call', None), ('profiled', 'c_call', 'len'), ('profiled', 'c_return', 'len'), ('helper', 'call', None), ('helper', 'return', 5), ('profiled', 'return', None), ('<module>', 'c_call', 'setprofile')]
def jumping():
    a = 1
    a = 2
    return a
def jumper(frame, event, arg):
    if event == "line" and frame.f_lineno == jumping.__code__.co_firstlineno + 2:
        frame.f_lineno = jumping.__code__.co_firstlineno + 3
    return jumper
sys.settrace(jumper)
value = jumping()
sys.settrace(None)
print(value)
# expect: 1
def locals_change():
    a = 1
    return a
def changer(frame, event, arg):
    if event == "return": return
    if "a" in frame.f_locals: frame.f_locals["a"] = 42
    return changer
sys.settrace(changer)
value = locals_change()
sys.settrace(None)
print(value)
# expect: 42
def frames():
    f = sys._getframe()
    return f.f_code.co_name, f.f_back.f_code.co_name, f.f_lineno - f.f_code.co_firstlineno, sorted(f.f_locals), f.f_globals is globals()
print(frames())
# expect: ('frames', '<module>', 2, ['f'], True)
