# What decompressor objects do after an error and after the end of their stream.
import bz2
import zlib


def attempt(function, *arguments):
    try:
        print(function(*arguments))
    except (ValueError, OSError, zlib.error) as problem:
        print(type(problem).__name__, problem)


broken = bz2.BZ2Decompressor()
attempt(broken.decompress, b"BZh91AY&SYxxxxxxxxxxxxxx")  # expect: OSError Invalid data stream
attempt(broken.decompress, b"x")  # expect: ValueError Decompressor is unusable after a previous error
print(broken.needs_input, broken.eof)  # expect: False False

ended = zlib.decompressobj()
attempt(ended.decompress, zlib.compress(b"abc"))  # expect: b'abc'
attempt(ended.flush)  # expect: b''
attempt(ended.copy)  # expect: ValueError Inconsistent stream state
attempt(ended.decompress, b"x")  # expect: error Error -2 while decompressing data: inconsistent stream state
broken = zlib.decompressobj()
attempt(broken.decompress, b"not compressed")  # expect: error Error -3 while decompressing data: incorrect header check
attempt(broken.flush)  # expect: b''
