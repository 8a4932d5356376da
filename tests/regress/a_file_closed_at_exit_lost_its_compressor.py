# A file that is closed by its finaliser still writes through a compressor, which must not be released before it.
import bz2, gc, io, lzma


class Sink(io.BytesIO):
    written = 0

    def write(self, data):
        Sink.written += len(data)
        return super().write(data)


def drop(opener):
    file = opener(Sink(), "wb")
    file.write(b"abc" * 1000)
    file.cycle = file


for opener in bz2.BZ2File, lzma.LZMAFile:
    for _ in range(20):
        drop(opener)
    gc.collect()
    gc.collect()
print(Sink.written > 0)  # expect: True

last = lzma.LZMAFile(Sink(), "wb")
last.write(b"x")
