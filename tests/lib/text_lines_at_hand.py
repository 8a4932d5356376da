# Lines that were decoded already are given without asking the layers below, but not where these matter.
import io
import os
import tempfile

folder = tempfile.TemporaryDirectory()
path = os.path.join(folder.name, "lines")


def message(call, *arguments):
    try:
        return call(*arguments)
    except (ValueError, OSError, StopIteration) as e:
        return type(e).__name__, str(e)


def written(contents):
    with open(path, "wb") as file:
        file.write(contents)


written("one\ntwö\r\nthree\rfour €\nlast".encode())
expected = {
    None: ["one\n", "twö\n", "three\n", "four €\n", "last"],
    "": ["one\n", "twö\r\n", "three\r", "four €\n", "last"],
    "\n": ["one\n", "twö\r\n", "three\rfour €\n", "last"],
    "\r": ["one\ntwö\r", "\nthree\r", "four €\nlast"],
    "\r\n": ["one\ntwö\r\n", "three\rfour €\nlast"],
}
for newline, lines in expected.items():
    with open(path, encoding="utf-8", newline=newline) as file:
        assert list(file) == lines
    with open(path, encoding="utf-8", newline=newline) as file:
        assert [next(file), *iter(file.readline, "")] == lines and message(next, file) == ("StopIteration", "")

# Closed, detached, and closed below in the middle.
file = open(path, encoding="utf-8")
assert next(file) == "one\n"
file.close()
assert message(next, file) == message(file.readline) == ("ValueError", "I/O operation on closed file.")
file = open(path, encoding="utf-8")
next(file)
file.buffer.raw.close()
assert message(next, file) == ("ValueError", "I/O operation on closed file.")
file = open(path, encoding="utf-8")
next(file)
buffer = file.detach()
assert message(next, file) == ("ValueError", "underlying buffer has been detached")
buffer.close()

# tell() is refused within an iteration, and told after it; seek() forgets what was decoded.
with open(path, encoding="utf-8") as file:
    next(file)
    assert message(file.tell) == ("OSError", "telling position disabled by next() call")
    assert file.seek(0) == 0 and next(file) == "one\n" and len(list(file)) == 4 and file.tell() == os.path.getsize(path)
    file.seek(0)
    assert file.readline() == "one\n" and file.tell() == 4 and next(file) == "twö\n"

# What was written comes before what is read.
with open(path, "r+", encoding="utf-8") as file:
    assert next(file) == "one\n"
    file.write("more\n")
    assert list(file) == []
with open(path, encoding="utf-8") as file:
    assert file.read().endswith("lastmore\n")
with open(path, "w", encoding="utf-8") as file:
    assert message(next, file) == ("UnsupportedOperation", "not readable")


# A subclass is asked for its readline(); an attribute of the file is not.
class Upper(io.TextIOWrapper):
    def readline(self):
        return super().readline().upper()


written(b"one\ntwo\n")
with Upper(open(path, "rb")) as file:
    assert list(file) == ["ONE\n", "TWO\n"]
with open(path) as file:
    file.readline = lambda: "hidden"
    assert list(file) == ["one\n", "two\n"]

# Lines across chunks, and the limit of readline().
written(b"x" * 20000 + b"\n" + b"y" * 5 + b"\n")
with open(path) as file:
    assert [len(line) for line in file] == [20001, 6]
with open(path) as file:
    assert (len(file.readline(7)), len(file.readline()), file.readline(2), file.readline(9)) == (7, 19994, "yy", "yyy\n")

folder.cleanup()
