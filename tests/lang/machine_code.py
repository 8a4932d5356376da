# Functions that run often become machine code, which expects what it has met: here it meets something else.
import signal
import sys


def add(a, b):
    return a + b


def warm(function, *arguments):
    for _ in range(1000):
        function(*arguments)


warm(add, 1, 2)
print(add(1, 2), add(2**48, 2**48), add(2**49 - 1, 1), add(-2**49, -1), add(1.5, 2), add("a", "b"), add([1], [2]))
# expect: 3 562949953421312 562949953421312 -562949953421313 3.5 ab [1, 2]
try:
    add(1, "b")
except TypeError as error:
    print(error, error.__traceback__.tb_next.tb_lineno)
# expect: unsupported operand type(s) for +: 'int' and 'str' 7


def mixed(x, n):
    for i in range(n):
        x = x * 2 if i < n - 3 else x * 0.5
    return x


print(mixed(1, 1000) == 2**997 * 0.5**3, mixed(1.0, 500), mixed(3, 70))
# expect: True 5.114672824837722e+148 5.5340232221128655e+19


def divide(pairs):
    return [(a // b, a % b, a / b) for a, b in pairs]


warm(divide, [(7, 2), (8, 4)])
print(divide([(-7, 2), (7, -2), (-7, -2), (-2**49, -1), (2**49 - 1, 3), (-8, 4), (9, 8)]))
# expect: [(-4, 1, -3.5), (-4, -1, -3.5), (3, -1, 3.5), (562949953421312, 0, 562949953421312.0), (187649984473770, 1, 187649984473770.34), (-2, 0, -2.0), (1, 1, 1.125)]
for zero in 0, 0.0:
    try:
        divide([(1, 1), (5, zero)])
    except ZeroDivisionError as error:
        print(error)
# expect: integer division or modulo by zero
# expect: float floor division by zero


def shifts(n):
    return n << 3, n >> 2, n & 12, n | 1, n ^ 5, -n, ~n


warm(shifts, 10)
print(shifts(-10), shifts(2**48 - 1), shifts(-2**49))
# expect: (-80, -3, 4, -9, -13, 10, 9) (2251799813685240, 70368744177663, 12, 281474976710655, 281474976710650, -281474976710655, -281474976710656) (-4503599627370496, -140737488355328, 0, -562949953421311, -562949953421307, 562949953421312, 562949953421311)


def compare(a, b):
    result = []
    if a < b: result.append("<")
    if a <= b: result.append("<=")
    if a == b: result.append("==")
    if a != b: result.append("!=")
    if a > b: result.append(">")
    if a >= b: result.append(">=")
    return " ".join(result)


warm(compare, 1, 2)
warm(compare, 1.5, 2.5)
nan = float("nan")
print(compare(2.0, 2), "|", compare(nan, 1.0), "|", compare(1.0, nan), "|", compare(-3, 2), "|", compare("b", "a"))
# expect: <= == >= | != | != | < <= != | != > >=


class Point:
    scale = 2

    def __init__(self, x):
        self.x = x

    def scaled(self):
        return self.x * self.scale


def total(points):
    result = 0
    for point in points:
        result += point.scaled()
    return result


points = [Point(i) for i in range(1000)]
print(total(points))
Point.scale = 3
print(total(points))
points[500].scaled = lambda: 10**20
print(total(points))
points[3].scale = 0.5
Point.scaled = lambda self: -self.x
print(total(points))
del points[0].x
try:
    total(points)
except AttributeError as error:
    print(error)
# expect: 999000
# expect: 1498500
# expect: 100000000000001497000
# expect: 99999999999999501000
# expect: 'Point' object has no attribute 'x'


def items(sequence, keys):
    return [sequence[key] for key in keys]


warm(items, [1, 2, 3], (0, -1))
print(items((4, 5, 6), (0, -1)), items("abc", (1, -3)), items({7: "x"}, [7]), items([1, 2**60], [True, -1]))
for key in 3, -4, 2**70, "a":
    try:
        items([1, 2, 3], (0, 1, key))
    except (IndexError, TypeError) as error:
        print(error)
# expect: [4, 6] ['b', 'a'] ['x'] [1152921504606846976, 1152921504606846976]
# expect: list index out of range
# expect: list index out of range
# expect: cannot fit 'int' into an index-sized integer
# expect: list indices must be integers or slices, not str


def fill(n):
    values = [0] * n
    for i in range(n):
        values[i] = i if i < 900 else str(i)
    return values


print(fill(1000)[898:902], sum(map(len, fill(1000)[900:])))
# expect: [898, 899, '900', '901'] 300


def unset(n):
    for i in range(n):
        if i == n - 1:
            del value
            return value
        value = i


try:
    unset(1000)
except UnboundLocalError as error:
    print(error)
# expect: cannot access local variable 'value' where it is not associated with a value


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


warm(depth, 5)
print(depth(900))
try:
    depth(10**6)
except RecursionError as error:
    print(error)
# expect: 900
# expect: maximum recursion depth exceeded


def caught(values):
    found = 0
    for value in values:
        try:
            found += 1 // value
        except ZeroDivisionError:
            found += 1000
    return found


print(caught([1] * 1000 + [0, 0] + [2] * 10))
# expect: 3000


def interrupted():
    count = 0
    while True:
        count += 1


def stop(number, frame):
    raise KeyboardInterrupt(frame.f_code.co_name)


signal.signal(signal.SIGALRM, stop)
signal.setitimer(signal.ITIMER_REAL, 0.05)
try:
    interrupted()
except KeyboardInterrupt as error:
    print(error)
# expect: interrupted


def traced(n):
    count = 0
    for i in range(n):
        if i == n - 2:
            sys.settrace(tracer)
            sys._getframe().f_trace = tracer
        count += 1
    sys.settrace(None)
    return count


events = []


def tracer(frame, event, argument):
    events.append((event, frame.f_lineno - frame.f_code.co_firstlineno))
    return tracer


print(traced(2000), len(events) > 3)
# expect: 2000 True
