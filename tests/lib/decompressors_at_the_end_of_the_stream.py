# Decompressor objects behind the end of the stream: what they still answer, and where the input behind it is kept.
import bz2
import copy
import lzma
import zlib


def attempt(function):
    try:
        print(function())
    except Exception as error:
        print(type(error).__name__, error)


def state(stream):
    return stream.eof, stream.unused_data, stream.unconsumed_tail


packed = zlib.compress(b"hello" * 100) + b"tail"
stream = zlib.decompressobj()
print(len(stream.decompress(packed)), state(stream))   # expect: 500 (True, b'tail', b'')
print(stream.decompress(b"more"), state(stream))       # expect: b'' (True, b'tailmore', b'')
twin = copy.deepcopy(stream)
print(twin.decompress(b"x"), state(twin))              # expect: b'' (True, b'tailmorex', b'')
print(twin.flush(), twin.flush(), state(twin))         # expect: b'' b'' (True, b'tailmorex', b'')
attempt(twin.copy)                                     # expect: ValueError Inconsistent stream state
attempt(lambda: twin.decompress(b"y"))                 # expect: error Error -2 while decompressing data: inconsistent stream state
print(state(twin), state(stream))                      # expect: (True, b'tailmorex', b'y') (True, b'tailmore', b'')

# A tail that was there before the end takes what is behind the end too.
stream = zlib.decompressobj()
stream.decompress(packed, 100)
print(len(stream.decompress(stream.unconsumed_tail)), state(stream))  # expect: 400 (True, b'tail', b'tail')
stream = zlib.decompressobj()
stream.decompress(packed, 100)
print(len(stream.flush()), state(stream))              # expect: 400 (True, b'tail', b'tail')

damaged = zlib.decompressobj()
attempt(lambda: damaged.decompress(b"nothing"))        # expect: error Error -3 while decompressing data: incorrect header check
print(state(damaged))                                  # expect: (False, b'', b'thing')

for compressor, decompressor, text in ((lzma.LZMACompressor(), lzma.LZMADecompressor(), b"abc" * 100),
                                       (bz2.BZ2Compressor(), bz2.BZ2Decompressor(), b"abc" * 100)):
    packed = compressor.compress(text) + compressor.flush()
    attempt(compressor.flush)
    attempt(lambda: compressor.compress(b"x"))
    print(decompressor.decompress(packed + b"tail", 10), decompressor.eof)
    print(decompressor.decompress(b"") == text[10:], decompressor.eof, decompressor.unused_data, decompressor.needs_input)
    attempt(lambda: decompressor.decompress(b""))
    # expect: ValueError Repeated call to flush()
    # expect: ValueError Compressor has been flushed
    # expect: b'abcabcabca' False
    # expect: True True b'tail' False
    # expect: EOFError Already at end of stream
    # expect: ValueError Repeated call to flush()
    # expect: ValueError Compressor has been flushed
    # expect: b'abcabcabca' False
    # expect: True True b'tail' False
    # expect: EOFError End of stream already reached
