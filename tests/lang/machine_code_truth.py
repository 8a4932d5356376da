# The truth of every kind of value, in machine code.
class Plain:
    pass


class Sized:
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n


class Bool:
    def __init__(self, answer):
        self.answer = answer

    def __bool__(self):
        return self.answer


values = [0, 1, -1, 2**70, -(2**70), 0.0, -0.0, 1.5, float("nan"), 0j, 1j, "", "a", "ä", "\u4e00", b"", b"x", [], [0], (), (0,), {}, {1: 2},
          set(), {1}, frozenset(), range(0), range(3), None, True, False, Plain(), Plain, Sized(0), Sized(3), Bool(True),
          Bool(False), len, iter([]), (x for x in ()), bytearray(), bytearray(b"x"), memoryview(b""), type, object(), "abc"[1:1], "abcabc"[1:3]]


def truths():
    text = ""
    for value in values:
        if value:
            text += "T"
        else:
            text += "F"
        while not value:
            text += "f"
            break
        text += "t" if value and 1 or 0 else "-"
    return text


for _ in range(300):
    result = truths()
print(result)


class Wrong:
    def __bool__(self):
        raise ValueError("no truth")


def wrong(value):
    try:
        if value:
            return "true"
        return "false"
    except (ValueError, TypeError) as error:
        return str(error)


for _ in range(2500):
    wrong([])
print(wrong(Wrong()), wrong(Sized(0)), wrong(Bool(5)))
Plain.__bool__ = lambda self: False
print(truths())
# expect: Ff-TtTtTtTtFf-Ff-TtTtFf-TtFf-TtTtTtFf-TtFf-TtFf-TtFf-TtFf-TtFf-Ff-TtFf-TtFf-TtTtFf-TtTtFf-TtTtTtFf-TtFf-TtTtFf-Tt
# expect: no truth false __bool__ should return bool, returned int
# expect: Ff-TtTtTtTtFf-Ff-TtTtFf-TtFf-TtTtTtFf-TtFf-TtFf-TtFf-TtFf-TtFf-Ff-TtFf-TtFf-Ff-TtFf-TtTtFf-TtTtTtFf-TtFf-TtTtFf-Tt
