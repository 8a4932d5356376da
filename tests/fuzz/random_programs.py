"""random_programs.py: programs made at random, which end by themselves and tell all that they computed.

make_program(seed) returns the source. Its functions are called many times with values of ever other types, so that machine
code made for some meets others. Nothing in the output depends on addresses or on the order of hashes.
"""
import random

PREAMBLE = '''
import sys
sys.set_int_max_str_digits(0)
LOG = []

def show(v, depth=0):
    if depth > 3:
        return "..."
    if isinstance(v, (list, tuple)):
        return type(v).__name__ + "[" + ", ".join([show(x, depth + 1) for x in v[:12]]) + "]"
    if isinstance(v, dict):
        return "{" + ", ".join([show(k, depth + 1) + ": " + show(x, depth + 1) for k, x in list(v.items())[:12]]) + "}"
    if isinstance(v, (set, frozenset)):
        return "set(" + ", ".join(sorted([show(x, depth + 1) for x in v])) + ")"
    if isinstance(v, (int, float, str, bytes, complex, type(None), range, slice)):
        return repr(v)
    if isinstance(v, BaseException):
        return type(v).__name__ + "(" + str(v).split(" at 0x")[0][:90] + ")"
    if isinstance(v, Base):
        return v.tell(depth)
    return "<" + type(v).__name__ + ">"

def log(*values):
    LOG.append(" ".join([show(v) for v in values]))

def cap(v):
    if isinstance(v, int) and not isinstance(v, bool):
        return v if -1 << 80 < v < 1 << 80 else v % 1000003
    if isinstance(v, (str, bytes, list, tuple)) and len(v) > 40:
        return v[:40]
    return v

class Base:
    limit = 3
    def __repr__(self):
        return self.tell(0)
    def __hash__(self):
        return 12
    def tell(self, depth):
        fields = [n + "=" + show(getattr(self, n), depth + 1) for n in ("a", "b", "c") if hasattr(self, n)]
        return type(self).__name__ + "(" + ", ".join(fields) + ")"

class Plain(Base):
    def __init__(self, a=1, b=2.5):
        self.a = a
        self.b = b
    def total(self, c=1):
        return self.a + self.b + c
    def put(self, c):
        self.c = c
        return self
    def each(self):
        yield self.a
        yield self.b
    @property
    def double(self):
        return self.a * 2
    @classmethod
    def make(cls, *args):
        return cls(*args)
    @staticmethod
    def pick(a, b=None):
        return b or a

class Child(Plain):
    limit = 5
    def __init__(self, a=7, *rest, c="x", **more):
        super().__init__(a, len(rest))
        self.c = c
    def total(self, c=2):
        return super().total(c) if c else self.limit
    def __add__(self, other):
        return Child(self.a, c=other)
    def __radd__(self, other):
        return (other, self.a)
    def __eq__(self, other):
        return isinstance(other, Child) and self.a == other.a
    def __hash__(self):
        return 11
    def __lt__(self, other):
        return self.limit < 4
    def __getitem__(self, key):
        if key == 3:
            raise IndexError("no " + str(key))
        return (self.a, key)
    def __len__(self):
        return 3
    def __call__(self, *args):
        return (self.c, args)
    def __contains__(self, item):
        return item == self.a
    def __enter__(self):
        return self.a
    def __exit__(self, kind, value, traceback):
        return kind is ValueError

class Slotted(Base):
    __slots__ = ("a", "b")
    def __init__(self, a, b=0):
        self.a = a
        self.b = b
    def __bool__(self):
        return self.b != 0
    def __iter__(self):
        return iter([self.a, self.b])
    def __getattr__(self, name):
        if name == "c":
            raise AttributeError("c")
        return name

class Whole(int):
    def __add__(self, other):
        return ("whole", int(self), other)

GLOBAL = 0
'''

VALUES = """0 1 2 -1 3 7 10 255 -256 2**31 -2**31-1 2**47-1 2**47 -2**47 2**48 2**52 2**53+1 2**62 2**63 -2**63 2**64+5 10**20 -10**22
True False None 0.0 -0.0 1.0 1.5 -2.5 3.0 1e300 -1e300 1e-300 float('inf') float('nan') 2.0**52 2.0**53 0.1
'' 'a' 'b' 'abc' 'é' '日本' 'xyz'*5 b'' b'ab' 1j
() (1,) (1,2) (1,2,3) ('a',1.5) ((1,2),3) [] [1] [1,2,3] [1.5,2.5] ['a','b'] [[1],[2]] [(1,2),(3,4)]
{} {'a':1} {1:2,3:4} {'a':[1],'b':2} {(1,2):3} set() {1} {1,2,3} frozenset([1]) range(3) range(0) range(5,0,-2) slice(1,None)
Plain() Plain(3) Plain('a','b') Child() Child(2,3,c=None) Child('q') Slotted(1) Slotted('s',2) Whole(4) Plain Child len""".split()

BINARY = ["+", "-", "*", "//", "%", "/", "&", "|", "^", "+", "-", "*", "+"]
COMPARISONS = ["==", "!=", "<", "<=", ">", ">=", "is", "is not", "in", "not in"]
BUILTINS = ["len", "abs", "str", "repr", "bool", "list", "tuple", "sorted", "sum", "min", "max", "int", "float", "type", "iter",
            "any", "all", "reversed", "enumerate", "set", "dict", "hash_of"]
TYPES = ["int", "str", "float", "(int, float)", "list", "tuple", "Plain", "Child", "Base", "(Slotted, dict)", "bool"]
TEXT_METHODS = ["upper()", "split('b')", "strip()", "startswith('a')", "replace('a', 'xy')", "join(['p', 'q'])", "find('c')", "encode()"]
METHODS = ["append({})", "pop()", "get({})", "keys()", "items()", "total()", "total({})", "put({})", "each()", "make({})", "pick({}, {})",
           "index({})", "count({})", "extend({})", "add({})", "copy()", "values()", "sort()", "insert(0, {})", "setdefault({}, {})"]
EXCEPTIONS = ["ValueError", "TypeError", "KeyError", "IndexError", "ZeroDivisionError", "AttributeError", "Exception",
              "(TypeError, ValueError)", "OverflowError"]


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.functions = []  # (name, how many parameters, keyword names, is generator)
        self.lines = []
        self.loops = 0

    def one_of(self, *things):
        return self.random.choice(things)

    def chance(self, part):
        return self.random.random() < part

    # ---- expressions ----

    def name(self):
        return self.random.choice(self.names)

    def atom(self):
        if self.chance(0.62):
            return self.name()
        value = self.random.choice(VALUES)
        return f"({value})" if value[0] in "-0123456789" else value

    def expression(self, depth=0):
        if depth > 2 or self.chance(0.25):
            return self.atom()
        e = lambda: self.expression(depth + 1)
        kind = self.random.randrange(26)
        if kind < 6:
            return f"({e()} {self.random.choice(BINARY)} {e()})"
        if kind < 8:
            return f"({e()} {self.random.choice(COMPARISONS)} {e()})"
        if kind == 8:
            return f"({e()} {self.one_of('and', 'or')} {e()})"
        if kind == 9:
            return f"({e()} if {e()} else {e()})"
        if kind == 10:
            return f"({self.one_of('not ', '-', '+', '~')}{e()})"
        if kind == 11:
            return f"{e()}[{e()}]"
        if kind == 12:
            return f"{self.name()}[{self.one_of('', '1', '-2', self.name())}:{self.one_of('', '2', '-1', self.name())}{self.one_of('', ':2', ':-1', '')}]"
        if kind == 13:
            return f"{self.atom()}.{self.one_of('a', 'b', 'c', 'limit', 'double', 'real')}"
        if kind == 14:
            return f"{self.random.choice(BUILTINS)}({e()})"
        if kind == 15:
            method = self.random.choice(METHODS)
            return f"{self.atom()}.{method.format(self.atom(), self.atom())}"
        if kind == 16:
            return f"{self.atom()}.{self.random.choice(TEXT_METHODS)}"
        if kind == 17:
            return f"isinstance({e()}, {self.random.choice(TYPES)})"
        if kind == 18:
            return "(" + ", ".join(e() for _ in range(self.random.randrange(1, 4))) + ",)"
        if kind == 19:
            return "[" + ", ".join(e() for _ in range(self.random.randrange(0, 4))) + "]"
        if kind == 20:
            return self.one_of("{%s: %s}" % (e(), e()), "{%s, %s}" % (e(), e()), "f'{%s}|{%s!r:>4}'" % (self.name(), self.name()))
        if kind == 21:
            return self.comprehension()
        if kind == 22 and self.functions:
            return self.call()
        if kind == 23:
            return f"{self.one_of('Plain', 'Child', 'Slotted')}({', '.join(self.atom() for _ in range(self.random.randrange(0, 4)))})"
        if kind == 24:
            return f"({e()} {self.random.choice(COMPARISONS)} {e()} {self.random.choice(COMPARISONS)} {e()})"
        return f"({e()} {self.one_of('<<', '>>', '**')} {self.one_of('0', '1', '2', '5')})"

    def comprehension(self):
        old = self.names
        self.names = old + ["i_"]
        body, test = self.expression(2), self.expression(2)
        self.names = old
        over = f"{self.expression(2)}"
        condition = f" if {test}" if self.chance(0.4) else ""
        form = self.one_of("[%s]", "list(%s)", "{%s}", "tuple(%s)", "sum(%s)", "any(%s)", "all(%s)")
        if self.chance(0.15):
            return "{i_: %s for i_ in %s%s}" % (body, over, condition)
        return form % f"{body} for i_ in {over}{condition}"

    def call(self):
        name, count, keywords, _ = self.random.choice(self.functions[-3:])
        given = count + self.random.choice([0, 0, 0, 0, 0, -1, 1])
        arguments = [self.atom() for _ in range(max(given, 0))]
        if self.chance(0.12):
            arguments.append("*" + self.name())
        for keyword in keywords:
            if self.chance(0.4):
                arguments.append(f"{keyword}={self.atom()}")
        if self.chance(0.06):
            arguments.append("**{'k1': %s}" % self.atom())
        return f"{name}({', '.join(arguments)})"

    # ---- statements ----

    def put(self, indent, text):
        self.lines.append("    " * indent + text)

    def block(self, indent, depth, in_loop):
        for _ in range(self.random.randrange(1, 4)):
            self.statement(indent, depth, in_loop)

    def guarded(self, indent, text):
        """Goes on behind what raises."""
        if self.chance(0.2):
            self.put(indent, text)
            return
        self.put(indent, "try:")
        self.put(indent + 1, text)
        self.put(indent, f"except {self.random.choice(EXCEPTIONS)} as error:")
        self.put(indent + 1, f"{self.name()} = show(error)")

    def statement(self, indent, depth, in_loop):
        kind = self.random.randrange(30)
        if depth > 2 and kind >= 12:
            kind = self.random.randrange(12)
        if kind < 8:
            self.guarded(indent, f"{self.name()} = cap({self.expression()})")
        elif kind < 10:
            self.guarded(indent, f"{self.name()} {self.random.choice(BINARY)}= {self.expression(1)}")
        elif kind == 10:
            self.guarded(indent, f"{self.atom()}.{self.one_of('a', 'b', 'c')} = {self.expression(1)}")
        elif kind == 11:
            self.guarded(indent, f"{self.name()}[{self.atom()}] = {self.atom()}")
        elif kind < 15:
            self.put(indent, f"if {self.expression(1)}:")
            self.block(indent + 1, depth + 1, in_loop)
            if self.chance(0.5):
                self.put(indent, "else:")
                self.block(indent + 1, depth + 1, in_loop)
        elif kind < 20 and self.loops < 2:
            self.loop(indent, depth)
        elif kind == 20:
            self.put(indent, "try:")
            self.block(indent + 1, depth + 1, in_loop)
            if self.chance(0.3):
                self.put(indent + 1, f"raise {self.one_of('ValueError', 'KeyError', 'Exception')}({self.atom()})")
            self.put(indent, f"except {self.random.choice(EXCEPTIONS)} as error:")
            self.put(indent + 1, f"{self.name()} = show(error)")
            if self.chance(0.5):
                self.put(indent, "finally:")
                self.put(indent + 1, f"{self.name()} = {self.atom()}")
        elif kind == 21 and in_loop:
            self.put(indent, f"if {self.expression(1)}: {self.one_of('break', 'continue')}")
        elif kind == 22:
            self.put(indent, f"if {self.expression(1)}: return {self.atom()}" if self.chance(0.7) else f"assert {self.expression(1)}")
        elif kind == 23:
            pair = ", ".join(self.random.sample(self.names, 2))
            self.guarded(indent, f"{pair} = {self.one_of(self.expression(1), pair.split(', ')[1] + ', ' + pair.split(', ')[0])}")
        elif kind == 24:
            self.put(indent, f"with Child({self.atom()}) as {self.name()}:")
            self.block(indent + 1, depth + 1, in_loop)
        elif kind == 25:
            inner = self.name()
            self.put(indent, f"f_ = lambda q, r={self.atom()}: ({self.name()} {self.random.choice(BINARY)} q, r)")
            self.guarded(indent, f"{inner} = f_({self.atom()})")
        elif kind == 26:
            self.put(indent, "global GLOBAL")
            self.put(indent, f"GLOBAL = {self.name()}")
        elif kind == 27 and self.is_generator:
            self.put(indent, f"{self.name()} = yield {self.atom()}" if self.chance(0.6) else f"yield from {self.one_of('(1, 2)', self.name())}")
        elif kind == 28:
            self.put(indent, f"match {self.atom()}:")
            for pattern in self.random.sample(["0", "[x_]", "[x_, *y_]", "{'a': x_}", "str()", "Plain(a=x_)", "int(x_)", "None", "(1, 2) | [3]"], 3):
                self.put(indent + 1, f"case {pattern}:")
                self.put(indent + 2, f"{self.name()} = {self.atom()}")
        else:
            self.put(indent, f"log({self.name()})")

    def loop(self, indent, depth):
        self.loops += 1
        kind = self.random.randrange(9)
        pair = f"{self.name()}, {self.name()}"
        if kind == 0:
            counter = f"n{indent}"
            self.put(indent, f"{counter} = 0")
            self.put(indent, f"while {counter} < {self.random.randrange(2, 6)}:")
            self.put(indent + 1, f"{counter} += 1")
        elif kind == 1:
            self.put(indent, f"for {pair} in enumerate({self.expression(2)}):")
        elif kind == 2:
            self.put(indent, f"for {pair} in zip({self.name()}, {self.expression(2)}):")
        elif kind == 3:
            self.put(indent, f"for {pair} in {self.atom()}.items():")
        elif kind < 6:
            self.put(indent, f"for {self.name()} in range({self.random.randrange(2, 6)}):")
        else:
            self.put(indent, f"for {self.name()} in {self.expression(1)}:")
        self.block(indent + 1, depth + 1, True)
        if self.chance(0.2):
            self.put(indent, "else:")
            self.block(indent + 1, depth + 1, False)
        self.loops -= 1

    def function(self, number):
        count = self.random.randrange(1, 5)
        parameters = [f"p{i}" for i in range(count)]
        self.names = parameters + ["x", "y", "z"]
        self.is_generator = self.chance(0.2)
        shown = list(parameters)
        if self.chance(0.4):
            shown[-1] += f"={self.random.choice(VALUES)}"
            if count > 1 and self.chance(0.4):
                shown[-2] += "=None"
        keywords = list(parameters[1:]) if self.chance(0.3) else []
        if self.chance(0.15):
            shown.append("*rest")
            self.names.append("rest")
            if self.chance(0.5):
                shown.append("k1=5")
                self.names.append("k1")
                keywords.append("k1")
        if self.chance(0.1):
            shown.append("**options")
            self.names.append("options")
            keywords.append("k2")
        name = f"f{number}"
        self.put(0, f"def {name}({', '.join(shown)}):")
        self.put(1, f"x, y, z = {self.atom_of_values()}, {self.random.choice(VALUES)}, {parameters[0]}")
        if self.is_generator:
            self.put(1, "yield x")
        for _ in range(self.random.randrange(3, 8)):
            self.statement(1, 0, False)
        self.put(1, f"return ({', '.join(self.names[:6])},)")
        self.functions.append((name, count, keywords, self.is_generator))

    def atom_of_values(self):
        return self.random.choice(VALUES)

    def program(self):
        functions = self.random.randrange(2, 6)
        for number in range(functions):
            self.function(number)
        self.put(0, "def hash_of(v): return hash(v) if isinstance(v, (int, float)) else len(v)")
        self.put(0, "def attempt(function, arguments, keywords):")
        self.put(1, "try:")
        self.put(2, "result = function(*arguments, **keywords)")
        self.put(2, "if type(result).__name__ == 'generator':")
        self.put(3, "parts = []")
        self.put(3, "try:")
        self.put(4, "for part in result:")
        self.put(5, "parts.append(part)")
        self.put(5, "if len(parts) > 20: break")
        self.put(3, "except Exception as error:")
        self.put(4, "parts.append(error)")
        self.put(3, "result = parts")
        self.put(2, "log(function.__name__, result)")
        self.put(1, "except Exception as error:")
        self.put(2, "log(function.__name__, error)")
        self.put(0, "for turn in range(2):")
        for name, count, keywords, _ in self.functions:
            for _ in range(14):
                arguments = ", ".join(self.random.choice(VALUES) for _ in range(count))
                keyword = f"'{keywords[0]}': {self.random.choice(VALUES)}" if keywords and keywords[0] not in ("p1", "p2", "p3") and self.chance(0.3) else ""
                many = self.random.choice([1, 1, 1, 4])
                self.put(1, f"for _ in range({many}): attempt({name}, ({arguments},), {{{keyword}}})")
        self.put(0, "print('\\n'.join(LOG))")
        return PREAMBLE + "\n".join(self.lines) + "\n"


def make_program(seed):
    return Generator(seed).program()


if __name__ == "__main__":
    import sys
    sys.stdout.write(make_program(int(sys.argv[1])))
