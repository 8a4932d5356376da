"""Exceptions made by raise, by calls of their classes and by C++; contexts entered and left as frames."""


class Coded(Exception):
    def __init__(self, code, extra=2, *rest, key=None):
        self.code, self.extra = code, extra


class Stop(StopIteration):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.seen = len(arguments)


class New(Exception):
    def __new__(cls, *arguments):
        return super().__new__(cls, "new")

    def __init__(self, x):
        self.x = x


class Meta(type):
    def __call__(cls, *arguments):
        return super().__call__("meta")


class WithMeta(Exception, metaclass=Meta):
    pass


for kind in Coded, Stop, New, WithMeta, KeyError, StopIteration, NameError, SystemExit, OSError:
    try:
        raise kind(7)
    except BaseException as error:
        print(kind.__name__, error.args, sorted(vars(error).items()), getattr(error, "value", None))
# expect: Coded (7,) [('code', 7), ('extra', 2)] None
# expect: Stop (7,) [('seen', 1)] 7
# expect: New ('new',) [('x', 7)] None
# expect: WithMeta ('meta',) [] None
# expect: KeyError (7,) [] None
# expect: StopIteration (7,) [] 7
# expect: NameError (7,) [] None
# expect: SystemExit (7,) [] None
# expect: OSError (7,) [] None
print(Coded(1, 2, 3, 4).args, NameError("a", name="n").name)  # expect: (1, 2, 3, 4) n
try:
    raise Coded
except TypeError as error:
    print(error)  # expect: Coded.__init__() missing 1 required positional argument: 'code'

known = None
for i in range(2):
    try:
        [][i]
    except IndexError as error:
        print(error, error is known, error.args == ("list index out of range",))
        known = error
# expect: list index out of range False True
# expect: list index out of range False True


class Été:
    pass


for place in Été(), Été:
    try:
        place.x
    except AttributeError as error:
        print(error)
# expect: 'Été' object has no attribute 'x'
# expect: type object 'Été' has no attribute 'x'


class Guard:
    def __enter__(self):
        return "entered"

    def __exit__(self, kind, error, traceback):
        print(kind and kind.__name__, traceback and traceback.tb_frame.f_code.co_name)
        return kind is not KeyError


class Careless(Guard):
    def __enter__(self):
        raise ValueError("not entered")


def steps():
    yield Coded(1).code
    with Guard() as value:
        yield value
    with Guard():
        raise Stop("in")
    with Guard(), Guard():
        raise KeyError
    with Careless():
        pass


try:
    for step in steps():
        print(step)
except KeyError as error:
    print(error.args)
# expect: 1
# expect: entered
# expect: None None
# expect: Stop steps
# expect: KeyError steps
# expect: KeyError steps
# expect: ()
try:
    with Careless():
        pass
except ValueError as error:
    print(error, error.__traceback__.tb_next.tb_frame.f_code.co_name)  # expect: not entered __enter__
