# Equal tuples and bytes of code are written once; what only compares equal is not.
import marshal


def constants(*values):
    def f():
        pass
    return f.__code__.replace(co_consts=values)



long = "some text that is long enough"
first = tuple([long, b"bytes" * 9])
again = tuple(["".join([long]), b"bytes" * 9])
assert first is not again
for pair in [(first, again), (frozenset([first]), frozenset([again]))]:
    code = marshal.loads(marshal.dumps(constants(*pair)))
    assert code.co_consts == pair
shared = marshal.loads(marshal.dumps(constants(first, first))).co_consts
assert shared[0] is shared[1]

# 1, 1.0 and True are equal, and so are 0.0 and -0.0, but they are other constants; a nan is like none.
different = [(1, "x"), (1.0, "x"), (True, "x"), (0.0, "x"), (-0.0, "x"), (1, "y"), ("x", 1), ((1,), "x"), (1,), (1, "x", 2)]
loaded = marshal.loads(marshal.dumps(constants(*different))).co_consts
assert [repr(value) for value in loaded] == [repr(value) for value in different]
sets = [frozenset([(i % 3, str(i % 4))]) for i in range(24)] + [frozenset(), frozenset([1, 2]), frozenset([2, 1, 3])]
assert marshal.loads(marshal.dumps(constants(*sets, *different))).co_consts == (*sets, *different)
many = [tuple([i % 7, "text", (i % 5,)]) for i in range(500)]
assert marshal.loads(marshal.dumps(constants(*many))).co_consts == tuple(many)

# Nested deeper than is looked into.
deep = other = ()
for _ in range(300):
    deep, other = (deep,), (other,)
assert marshal.loads(marshal.dumps(constants(deep, other))).co_consts == (deep, other)
