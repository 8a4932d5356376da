# Repeated + shares memory between the results; none of them may see what another has appended.
start = b"x" * 300
grown = start + b"a"
longer = grown + b"b"
fork = grown + b"c"
print(grown[-2:], longer[-3:], fork[-3:])  # expect: b'xa' b'xab' b'xac'
print(len(start), len(grown), len(longer), len(fork))  # expect: 300 301 302 302
print(longer == start + b"ab", hash(longer) == hash(start + b"ab"))  # expect: True True
print(memoryview(fork)[299:].tobytes(), fork.find(b"c"), b"b" in fork)  # expect: b'xac' 301 False
print(int(b"1" + b"0" * 299 + b"7") % 1000)  # expect: 7

data = b""
for i in range(2000):
    data += b"%d," % i
print(len(data), data[-10:], data.count(b","))  # expect: 8890 b'1998,1999,' 2000


class Named(bytes):
    pass


named = Named(start) + b"z"
print(type(named).__name__, named[-2:], type(start + Named(b"q")).__name__)  # expect: bytes b'xz' bytes
print(start + bytearray(b"k") == start + b"k", (start + b"")  is start)  # expect: True True
