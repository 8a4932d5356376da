# Compression: in pieces, with limits, several streams, and what errors say.
import bz2
import io
import lzma

text = b"the quick brown fox " * 500
for module in (bz2, lzma):
    packed = module.compress(text)
    with module.open(io.BytesIO(packed), "rt") as lines:
        print(lines.read(9), len(packed) < 200, module.decompress(packed + packed) == text * 2)
        # expect: the quick True True
        # expect: the quick True True

small = bz2.BZ2Decompressor()
packed = bz2.compress(text)
out = small.decompress(packed[:50], max_length=10)
print(len(out), small.eof, small.needs_input)  # expect: 0 False True
while not small.eof:
    out += small.decompress(b"" if not small.needs_input else packed[50:] + b"rest", max_length=1000)
print(out == text, small.unused_data, small.needs_input)  # expect: True b'rest' False

filters = [{"id": lzma.FILTER_DELTA, "dist": 4}, {"id": lzma.FILTER_LZMA2, "preset": 1}]
raw = lzma.compress(text, format=lzma.FORMAT_RAW, filters=filters)
print(lzma.decompress(raw, format=lzma.FORMAT_RAW, filters=filters) == text)  # expect: True
checked = lzma.LZMADecompressor()
checked.decompress(lzma.compress(b"x", check=lzma.CHECK_SHA256))
print(checked.check == lzma.CHECK_SHA256, checked.eof)  # expect: True True
for wrong in (lambda: bz2.decompress(b"not bzip2 at all"), lambda: lzma.decompress(b"not xz at all"),
              lambda: bz2.BZ2Compressor(0), lambda: lzma.LZMACompressor(format=9), lambda: small.decompress(b""),
              lambda: lzma.LZMACompressor(filters=[{"id": 99}]), lambda: lzma.LZMACompressor(preset=3, filters=filters),
              lambda: lzma.LZMACompressor(check=16)):
    try:
        wrong()
    except (OSError, ValueError, EOFError, lzma.LZMAError) as error:
        print(type(error).__name__, error)
        # expect: OSError Invalid data stream
        # expect: LZMAError Input format not supported by decoder
        # expect: ValueError compresslevel must be between 1 and 9
        # expect: ValueError Invalid container format: 9
        # expect: EOFError End of stream already reached
        # expect: ValueError Invalid filter ID: 99
        # expect: ValueError Cannot specify both preset and filter chain
        # expect: LZMAError Internal error
