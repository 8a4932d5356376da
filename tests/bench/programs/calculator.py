"""A tokenizer, a precedence parser and an evaluator for formulas, with an optimiser on the tree."""
import re
from dataclasses import dataclass

TOKEN = re.compile(r"\s*(?:(\d+\.?\d*)|([a-z]\w*)|(.))")
PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 3}


@dataclass(frozen=True)
class Number:
    value: float


@dataclass(frozen=True)
class Variable:
    name: str


@dataclass(frozen=True)
class Operation:
    sign: str
    left: object
    right: object


class Parser:
    def __init__(self, text):
        self.tokens = [(m.lastindex, m[m.lastindex]) for m in TOKEN.finditer(text)]
        self.tokens.append((0, ""))
        self.place = 0

    def parse(self, level=1):
        left = self.atom()
        while (sign := self.tokens[self.place][1]) in PRECEDENCE and PRECEDENCE[sign] >= level:
            self.place += 1
            right = self.parse(PRECEDENCE[sign] + (sign != "^"))
            left = Operation(sign, left, right)
        return left

    def atom(self):
        kind, text = self.tokens[self.place]
        self.place += 1
        if kind == 1:
            return Number(float(text))
        if kind == 2:
            return Variable(text)
        if text == "-":
            return Operation("-", Number(0.0), self.parse(3))
        inner = self.parse()
        self.place += 1
        return inner


def apply(sign, a, b):
    match sign:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return a * b
        case "/":
            return a / b if b else 0.0
        case "^":
            return a ** min(b, 5.0)


def simplify(node):
    match node:
        case Operation(sign, left, right):
            left, right = simplify(left), simplify(right)
            match sign, left, right:
                case _, Number(a), Number(b):
                    return Number(apply(sign, a, b))
                case "*", Number(value=0.0), _:
                    return Number(0.0)
                case "+", Number(value=0.0), other:
                    return other
            return Operation(sign, left, right)
    return node


def evaluate(node, names):
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Variable):
        return names[node.name]
    return apply(node.sign, evaluate(node.left, names), evaluate(node.right, names))


def run(size):
    formulas = [
        f"(x + {i}) * (y - {i % 7}) / (2 ^ 3 - 0 * z) + -x ^ 2 + 0 * (y + {i}.5) + 3 * 4 * x" for i in range(size)
    ]
    trees = [simplify(Parser(formula).parse()) for formula in formulas]
    total = sum(evaluate(tree, {"x": x, "y": 2.0, "z": 1.5}) for tree in trees for x in (0.5, 1.5, 2.5))
    return round(total, 6), len(set(trees)), repr(trees[0]).count("Operation")


SIZE = 500
EXPECTED = (-24059.875, 500, 10)
