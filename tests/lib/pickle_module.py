# The C++ pickler and unpickler: what CPython's _pickle writes and reads, byte for byte.
import io
import pickle
import _pickle

assert pickle.Pickler is _pickle.Pickler

# --- bytes of each protocol ---
value = [None, True, 7, 300, -1, 2**40, 1.5, "é", b"b", (1, 2), {"k": 1}]
for protocol in range(6):
    data = pickle.dumps(value, protocol)
    print(len(data), data == pickle._dumps(value, protocol), pickle.loads(data) == value)
# expect: 132 True True
# expect: 123 True True
# expect: 112 True True
# expect: 72 True True
# expect: 69 True True
# expect: 69 True True
print(pickle.dumps({"a": (1, [2.5])}, 2))
# expect: b'\x80\x02}q\x00X\x01\x00\x00\x00aq\x01K\x01]q\x02G@\x04\x00\x00\x00\x00\x00\x00a\x86q\x03s.'

# --- what contains itself ---
items = []
pair = (items,)
items.append(pair)
copy = pickle.loads(pickle.dumps(pair))
print(copy[0][0] is copy)  # expect: True


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y


class Slotted:
    __slots__ = ("a", "b")


class Extended(dict):
    def __reduce__(self):
        return Extended, (), {"note": 1}, iter([]), iter([("k", "v")]), lambda o, s: o.__dict__.update(s)


point = pickle.loads(pickle.dumps(Point(1, "two")))
print(point.x, point.y)  # expect: 1 two
slotted = Slotted()
slotted.a = 5
print(pickle.loads(pickle.dumps(slotted, 2)).a)  # expect: 5


# --- persistent ids, and classes that are refused ---
class Saver(pickle.Pickler):
    def persistent_id(self, o):
        return "id1" if o is Point else None


class Loader(pickle.Unpickler):
    def persistent_load(self, i):
        return i.upper()

    def find_class(self, module, name):
        raise pickle.UnpicklingError(f"no {module}.{name}")


out = io.BytesIO()
Saver(out).dump([Point, 1])
print(Loader(io.BytesIO(out.getvalue())).load())  # expect: ['ID1', 1]
try:
    Loader(io.BytesIO(pickle.dumps(Slotted))).load()
except pickle.UnpicklingError as e:
    print(e)  # expect: no __main__.Slotted

# --- dispatch_table and reducer_override ---
class Overrider(pickle.Pickler):
    def reducer_override(self, o):
        return (str, ("over",)) if isinstance(o, Point) else NotImplemented


out = io.BytesIO()
Overrider(out).dump([Point(1, 2), 5])
print(pickle.loads(out.getvalue()))  # expect: ['over', 5]
out = io.BytesIO()
pickler = pickle.Pickler(out)
pickler.dispatch_table = {Point: lambda p: (complex, (p.x, p.y))}
pickler.dump(Point(1, 2))
print(pickle.loads(out.getvalue()))  # expect: (1+2j)

# --- memory beside the pickle ---
buffers = []
data = pickle.dumps(pickle.PickleBuffer(bytearray(b"abc")), 5, buffer_callback=buffers.append)
print(data, [bytes(b) for b in buffers])  # expect: b'\x80\x05\x97.' [b'abc']
print(pickle.loads(data, buffers=[b"xyz"]))  # expect: b'xyz'
print(pickle.PickleBuffer(memoryview(b"abcd").cast("B", (2, 2))).raw().shape)  # expect: (4,)

# --- errors ---
hostile = [b"", b"(", b"N1.", b"\xff", b"\x80\x09.", b"g5\n.", b"B\xff\xff\xff\xff", b"\x8e" + b"\xff" * 8,
           b"NNb.", b"r\xff\xff\xff\xff", b"\x95" + b"\x7f" * 8, b"S1\n.", b"P1\n."]
for data in hostile:
    try:
        print(pickle.loads(data))
    except Exception as e:
        print(type(e).__name__, str(e).replace("\n", " "))
# expect: EOFError Ran out of input
# expect: EOFError Ran out of input
# expect: UnpicklingError could not find MARK
# expect: UnpicklingError invalid load key, '\xff'.
# expect: ValueError unsupported pickle protocol: 9
# expect: UnpicklingError Memo value not found at index 5
# expect: UnpicklingError pickle data was truncated
# expect: OverflowError BINBYTES exceeds system's maximum size of 9223372036854775807 bytes
# expect: None
# expect: UnpicklingError unpickling stack underflow
# expect: UnpicklingError pickle data was truncated
# expect: UnpicklingError the STRING opcode argument must be quoted
# expect: UnpicklingError A load persistent id instruction was encountered, but no persistent_load function was specified.

deep = []
for _ in range(3_000):
    deep = [deep]
try:
    pickle.dumps(deep)
except RecursionError as e:
    print(e)  # expect: maximum recursion depth exceeded while pickling an object
try:
    pickle.dumps(lambda: 0)
except pickle.PicklingError as e:
    print(str(e).partition(": ")[2])  # expect: attribute lookup <lambda> on __main__ failed
try:
    pickle.dumps((i for i in []))
except TypeError as e:
    print(e)  # expect: cannot pickle 'generator' object
