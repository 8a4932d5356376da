from ctypes import *

# Functions of the C library.
libc = CDLL(None)
print(libc.strlen(b"hello"))                       # expect: 5
libc.strchr.restype = c_char_p
libc.strchr.argtypes = [c_char_p, c_char]
print(libc.strchr(b"a=b", b"="))                   # expect: b'=b'
try:
    libc.strchr(b"a=b", 1.5)
except ArgumentError as e:
    print(e)                                       # expect: argument 2: TypeError: wrong type
buffer = create_string_buffer(32)
print(libc.snprintf(buffer, 32, b"%d %s %.2f", 7, b"x", c_double(1.5)), buffer.value)   # expect: 8 b'7 x 1.50'


# Structures, bit fields, unions and arrays.
class Point(Structure):
    _fields_ = [("x", c_int), ("y", c_int)]


class Mixed(Structure):
    _fields_ = [("tag", c_char), ("where", Point), ("low", c_uint, 3), ("high", c_uint, 5), ("name", c_char * 4)]


class Either(Union):
    _fields_ = [("number", c_uint32), ("bytes", c_ubyte * 4)]


m = Mixed(b"a", (1, 2), 5, 17, b"abc")
print(m.where.x, m.where.y, m.low, m.high, m.name)   # expect: 1 2 5 17 b'abc'
print(Mixed.high, sizeof(Mixed), alignment(Mixed))   # expect: <Field type=c_uint, ofs=12:3, bits=5> 20 4
print(list(Either(number=0x01020304).bytes))         # expect: [4, 3, 2, 1]
numbers = (c_int * 5)(5, 3, 1, 4, 2)
print(numbers[:], numbers[1:4:2], len(numbers))      # expect: [5, 3, 1, 4, 2] [3, 4] 5


class Big(BigEndianStructure):
    _fields_ = [("n", c_uint16)]


print(bytes(Big(258)))                               # expect: b'\x01\x02'

# Callbacks: C calls Python.
Compare = CFUNCTYPE(c_int, POINTER(c_int), POINTER(c_int))
libc.qsort.restype = None
libc.qsort(numbers, len(numbers), sizeof(c_int), Compare(lambda a, b: a[0] - b[0]))
print(numbers[:])                                    # expect: [1, 2, 3, 4, 5]
print(CFUNCTYPE(Point, Point)(0) or "null", CFUNCTYPE(c_long, c_long)(lambda n: n * 2)(21))   # expect: null 42

# Pointers and memory.
p = pointer(c_int(42))
p.contents.value += 1
print(p[0], cast(p, POINTER(c_ubyte))[0], bool(POINTER(c_int)()))   # expect: 43 43 False
try:
    POINTER(c_int)().contents
except ValueError as e:
    print(e)                                         # expect: NULL pointer access
data = bytearray(4)
c_int.from_buffer(data).value = -1
print(data, string_at(addressof(numbers), 4), wstring_at("text"))   # expect: bytearray(b'\xff\xff\xff\xff') b'\x01\x00\x00\x00' text
print(memoryview(numbers).format, memoryview((c_short * 2 * 3)()).shape)   # expect: <i (3, 2)
set_errno(0)
CDLL(None, use_errno=True).close(-1)
print(get_errno())                                   # expect: 9
