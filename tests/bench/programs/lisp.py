"""An interpreter for a small Lisp, running recursive programs."""
import operator

PROGRAM = """
(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
(define (range a b) (if (= a b) nil (cons a (range (+ a 1) b))))
(define (map f xs) (if (null? xs) nil (cons (f (car xs)) (map f (cdr xs)))))
(define (fold f seed xs) (if (null? xs) seed (fold f (f seed (car xs)) (cdr xs))))
(define (compose f g) (lambda (x) (f (g x))))
(define square (lambda (x) (* x x)))
(let ((total (fold + 0 (map (compose square fib) (range 0 LIMIT)))))
  (if (> total 10) (list total (fib LIMIT)) nil))
"""


class Environment(dict):
    def __init__(self, names=(), values=(), outer=None):
        self.update(zip(names, values))
        self.outer = outer

    def find(self, name):
        here = self
        while name not in here:
            here = here.outer
            if here is None:
                raise NameError(name)
        return here


class Procedure:
    def __init__(self, names, body, environment):
        self.names, self.body, self.environment = names, body, environment

    def __call__(self, *values):
        return evaluate(self.body, Environment(self.names, values, self.environment))


def tokens(text):
    return text.replace("(", " ( ").replace(")", " ) ").split()


def read(stream):
    token = next(stream)
    if token != "(":
        try:
            return int(token)
        except ValueError:
            return token
    items = []
    while True:
        item = read(stream)
        if item == ")":
            return items
        items.append(item)


def evaluate(x, env):
    while True:
        if isinstance(x, str):
            return env.find(x)[x]
        if not isinstance(x, list):
            return x
        match x:
            case ["if", test, yes, no]:
                x = yes if evaluate(test, env) else no
            case ["define", [name, *names], body]:
                env[name] = Procedure(names, body, env)
                return None
            case ["define", name, value]:
                env[name] = evaluate(value, env)
                return None
            case ["lambda", names, body]:
                return Procedure(names, body, env)
            case ["let", bindings, body]:
                names = [name for name, _ in bindings]
                env = Environment(names, [evaluate(value, env) for _, value in bindings], env)
                x = body
            case _:
                function, *values = [evaluate(item, env) for item in x]
                if not isinstance(function, Procedure):
                    return function(*values)
                x = function.body
                env = Environment(function.names, values, function.environment)


GLOBALS = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "<": operator.lt, ">": operator.gt,
    "=": operator.eq, "cons": lambda a, b: (a, b), "car": lambda pair: pair[0],
    "cdr": lambda pair: pair[1], "null?": lambda x: x is None, "nil": None, "list": lambda *xs: xs,
}


def run(size):
    env = Environment(GLOBALS, GLOBALS.values())
    stream = iter(tokens(PROGRAM.replace("LIMIT", str(size))))
    result = None
    while True:
        try:
            expression = read(stream)
        except StopIteration:
            return result
        result = evaluate(expression, env)


SIZE = 17
EXPECTED = (1576239, 1597)
