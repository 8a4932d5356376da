"""A regular expression engine of its own: parser, automaton and simulation."""


class State:
    def __init__(self, label=None):
        self.label = label
        self.next = []


class Parser:
    def __init__(self, pattern):
        self.pattern, self.place = pattern, 0

    def peek(self):
        return self.pattern[self.place] if self.place < len(self.pattern) else None

    def take(self):
        self.place += 1
        return self.pattern[self.place - 1]

    def alternatives(self):
        left = self.sequence()
        while self.peek() == "|":
            self.take()
            right = self.sequence()
            start, end = State(), State()
            start.next = [left[0], right[0]]
            left[1].next.append(end)
            right[1].next.append(end)
            left = start, end
        return left

    def sequence(self):
        start = end = State()
        while self.peek() not in (None, "|", ")"):
            first, last = self.repeated()
            end.next.append(first)
            end = last
        return start, end

    def repeated(self):
        first, last = self.atom()
        if self.peek() in ("*", "+", "?"):
            sign = self.take()
            start, end = State(), State()
            start.next = [first] if sign == "+" else [first, end]
            last.next += [end] if sign == "?" else [end, first]
            return start, end
        return first, last

    def atom(self):
        letter = self.take()
        if letter == "(":
            inner = self.alternatives()
            self.take()
            return inner
        if letter == "[":
            members = set()
            while self.peek() != "]":
                low = self.take()
                if self.peek() == "-":
                    self.take()
                    members.update(map(chr, range(ord(low), ord(self.take()) + 1)))
                else:
                    members.add(low)
            self.take()
            label = frozenset(members).__contains__
        else:
            label = (lambda _: True) if letter == "." else letter.__eq__
        start, end = State(label), State()
        start.next = [end]
        return start, end


def closure(states):
    seen, stack = set(states), list(states)
    while stack:
        state = stack.pop()
        if state.label is None:
            for following in state.next:
                if following not in seen:
                    seen.add(following)
                    stack.append(following)
    return seen


def matches(pattern, text):
    start, end = Parser(pattern).alternatives()
    current = closure([start])
    for letter in text:
        current = closure([s.next[0] for s in current if s.label and s.label(letter)])
        if not current:
            return False
    return end in current


def run(size):
    patterns = ["(a|b)*abb", "[a-z]+@[a-z]+.(com|org)", "(ab?c*)+d", "x*y?z+"]
    texts = ["ab" * size + "abb", "name" * size + "@host.org", "abccac" * size + "d", "x" * size + "zz"]
    return [[matches(pattern, text) for text in texts] for pattern in patterns]


SIZE = 350
EXPECTED = [
    [True, False, False, False],
    [False, True, False, False],
    [False, False, True, False],
    [False, False, False, True],
]
