import io
import os
import tempfile

folder = tempfile.mkdtemp()
name = os.path.join(folder, "a.txt")

with open(name, "w", newline="\r\n") as f:
    print(f.write("one\ntwo\n"))                # expect: 8
with open(name, "rb") as f:
    print(f.read())                             # expect: b'one\r\ntwo\r\n'
with open(name) as f:
    print(list(f), repr(f.newlines))            # expect: ['one\n', 'two\n'] '\r\n'
with open(name, "r+b") as f:
    f.seek(2)
    f.write(b"XY")
    print(f.tell(), f.read(3))                  # expect: 4 b'\ntw'
with open(name, encoding="utf-16", mode="w") as f:
    f.write("äöü")
with open(name, encoding="utf-16") as f:
    print(f.read(1), f.tell() > 0, f.read())    # expect: ä True öü
with open(name, "wb", buffering=0) as f:
    print(f.write(b"abc"), f.mode)              # expect: 3 wb
os.remove(name)
os.rmdir(folder)

s = io.StringIO("a\nb\r\nc", newline=None)
print(s.readlines(), s.newlines)                # expect: ['a\n', 'b\n', 'c'] ('\n', '\r\n')
b = io.BytesIO(b"abc")
view = b.getbuffer()
view[0] = 120
print(b.getvalue())                             # expect: b'xbc'
try:
    b.write(b"longer than before")
except BufferError as e:
    print(e)                                    # expect: Existing exports of data: object cannot be re-sized
reader = io.BufferedReader(io.BytesIO(b"line one\nline two\n"), 4)
print(reader.peek(1), reader.readline(), reader.read())  # expect: b'line' b'line one\n' b'line two\n'
text = io.TextIOWrapper(io.BytesIO("häß\nx".encode()), "utf-8")
text.readline()
cookie = text.tell()
print(cookie, text.read(), text.seek(cookie), text.read())  # expect: 6 x 6 x
try:
    open("/nonexistent/x")
except FileNotFoundError as e:
    print(e)                                    # expect: [Errno 2] No such file or directory: '/nonexistent/x'
open("x", "q")                                  # raises: ValueError: invalid mode: 'q'
