# No dict is made for **kwargs that are only passed on, unless somebody looks.
import sys


def target(*args, **named):
    return args, named


def forward(*args, **named):
    return target(*args, **named)


def look(**named):
    return target(**named), locals()


def inspect(**named):
    seen = sys._getframe().f_locals
    return target(**named), seen


def test(**named):
    return target(**named) if named else "none"


def close_over(**named):
    return target(**named), (lambda: named)()


def unset(**named):
    result = target(**named)
    del named
    return result


def resumed(**named):
    yield target(**named)
    yield sys._getframe().f_locals


def fail(**named):
    raise ValueError(target(**named))


print(forward(), forward(1), forward(a=1), forward(1, b=2))
print(look(), look(z=2), inspect(), test(), test(a=1), close_over())
print(unset(), unset(q=1), list(resumed()), list(resumed(a=2)))
try:
    fail()
except ValueError as error:
    print(error, error.__traceback__.tb_next.tb_frame.f_locals)


def trace(frame, event, argument):
    if event == "return" and frame.f_code is forward.__code__:
        print(frame.f_locals)
    return trace


sys.settrace(trace)
forward()
forward(x=1)
sys.settrace(None)
# expect: ((), {}) ((1,), {}) ((), {'a': 1}) ((1,), {'b': 2})
# expect: (((), {}), {'named': {}}) (((), {'z': 2}), {'named': {'z': 2}}) (((), {}), {'named': {}}) none ((), {'a': 1}) (((), {}), {})
# expect: ((), {}) ((), {'q': 1}) [((), {}), {'named': {}}] [((), {'a': 2}), {'named': {'a': 2}}]
# expect: ((), {}) {'named': {}}
# expect: {'args': (), 'named': {}}
# expect: {'args': (), 'named': {'x': 1}}
