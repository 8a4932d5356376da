# Pattern matching. Language reference 8.6.
from collections import namedtuple
Point = namedtuple("Point", "x y")
class Box:
    __match_args__ = ("width", "height")
    def __init__(self, width, height): self.width, self.height = width, height
def which(v):
    match v:
        case None | True | False: return "constant"
        case 0: return "zero"
        case -1 | 1.5 | 2j: return "number"
        case "text" | b"bytes": return "text"
        case []: return "empty"
        case [x]: return ("one", x)
        case [x, y] if x == y: return ("same", x)
        case Point(x=0): return "origin column"
        case [int(x), str() as y]: return ("int and str", x, y)
        case [first, *middle, last]: return (first, middle, last)
        case {"kind": "a", **rest}: return ("kind a", rest)
        case {"kind": ("b" | "c") as k, "n": int(n)}: return (k, n)
        case {}: return "mapping"
        case Box(1, h): return ("narrow", h)
        case Box(width=w, height=2): return ("flat", w)
        case Box(): return "box"
        case str(s): return ("str", s)
        case _: return "other"
for v in (None, True, 0, -1, 1.5, 2j, "text", b"bytes", [], [5], (3, 3), Point(0, 4), [1, "b"], (1, 2, 3, 4),
          {"kind": "a", "z": 1}, {"kind": "b", "n": 2}, {"kind": "b", "n": "x"}, {}, Box(1, 9), Box(5, 2), Box(5, 5), "abc", {1, 2}, range(3)):
    print(which(v))
# expect: constant
# expect: constant
# expect: zero
# expect: number
# expect: number
# expect: number
# expect: text
# expect: text
# expect: empty
# expect: ('one', 5)
# expect: ('same', 3)
# expect: origin column
# expect: ('int and str', 1, 'b')
# expect: (1, [2, 3], 4)
# expect: ('kind a', {'z': 1})
# expect: ('b', 2)
# expect: mapping
# expect: mapping
# expect: ('narrow', 9)
# expect: ('flat', 5)
# expect: box
# expect: ('str', 'abc')
# expect: other
# expect: (0, [1], 2)
def errors(v, n):
    try:
        match v:
            case Box(a, b, c) if n == 0: pass
            case int(1, 2) if n == 1: pass
            case Box(1, width=2) if n == 2: pass
        return "none"
    except TypeError as e:
        return str(e)
print(errors(Box(1, 2), 0))
# expect: Box() accepts 2 positional sub-patterns (3 given)
print(errors(5, 1))
# expect: int() accepts 1 positional sub-pattern (2 given)
match 5:
    case x if x > 9:
        print("big")
    case x:
        print("bound", x)
# expect: bound 5
match (1, (2, [3, {"k": (4, 5)}])):
    case (a, (b, [c, {"k": (d, e)}])):
        print(a, b, c, d, e)
# expect: 1 2 3 4 5
class Weird:
    __match_args__ = ["a"]
try:
    match Weird():
        case Weird(1): pass
except TypeError as e:
    print(e)
# expect: Weird.__match_args__ must be a tuple (got list)
