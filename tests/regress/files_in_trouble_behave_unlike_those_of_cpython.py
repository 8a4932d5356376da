# Corners of the io module: detached text, a descriptor whose file could not be made, one read for readinto1().
import io
import os
import sys

text = io.TextIOWrapper(io.BufferedWriter(io.BytesIO()), encoding="ascii")
text.detach()
print(text, text.errors)  # expect: <_io.TextIOWrapper encoding='ascii'> strict


class Refusing(io.FileIO):
    def __setattr__(self, name, value):
        raise KeyError(name)


descriptor = os.open(os.devnull, os.O_RDONLY)
try:
    Refusing(descriptor)
except KeyError as error:
    print("refused", error)  # expect: refused 'name'
os.close(descriptor)


class Raw(io.RawIOBase):
    def __init__(self, *pieces):
        self.pieces = list(pieces)

    def readable(self):
        return True

    def readinto(self, target):
        piece = self.pieces.pop(0) if self.pieces else b""
        target[:len(piece)] = piece
        return len(piece)


reader = io.BufferedReader(Raw(b"abc", b"def", b"ghi"), buffer_size=4)
target = bytearray(8)
print(reader.peek(), reader.readinto1(target), target)  # expect: b'abc' 6 bytearray(b'abcdef\x00\x00')


class Path:
    def __fspath__(self):
        return 1


def attempt(function, *arguments):
    try:
        print(function(*arguments))
    except Exception as error:
        print(type(error).__name__, error, sep=": ")


attempt(open, Path())  # expect: TypeError: expected Path.__fspath__() to return str or bytes, not int
attempt(io.BufferedReader, Raw(), sys.maxsize)  # expect: MemoryError: 
