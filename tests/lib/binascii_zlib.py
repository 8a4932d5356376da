# binascii and zlib.

import binascii
import zlib

def attempt(function):
    try:
        print(function())
    except Exception as error:
        print(f"{type(error).__name__}: {error}")

print((binascii.b2a_base64(b"abc"), binascii.a2b_base64("YW Jj\n"), binascii.b2a_hex(b"abcd", "-", 2), binascii.unhexlify("6162")))  # expect: (b'YWJj\n', b'abc', b'6162-6364', b'ab')
attempt(lambda: binascii.a2b_base64("YQ="))  # expect: Error: Incorrect padding
attempt(lambda: binascii.a2b_base64("Y"))  # expect: Error: Invalid base64-encoded string: number of data characters (1) cannot be 1 more than a multiple of 4
attempt(lambda: binascii.a2b_base64("YW=I", strict_mode=True))  # expect: Error: Discontinuous padding not allowed
attempt(lambda: binascii.a2b_base64("YWI=x", strict_mode=True))  # expect: Error: Excess data after padding
print((binascii.b2a_uu(b"a\0c", backtick=True), binascii.a2b_uu(b"#86)C\n")))  # expect: (b'#80!C\n', b'abc')
attempt(lambda: binascii.a2b_uu(b"#86)Cxx"))  # expect: Error: Trailing garbage
print((binascii.b2a_qp(b"a b =\n . x\t\n"), binascii.a2b_qp(b"a=20b=\nc=3"), binascii.b2a_qp(b"x" * 80)))  # expect: (b'a b =3D\n . x=09\n', b'a bc=3', b'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx=\nxxxxx')
print((binascii.crc32(b"abc"), binascii.crc_hqx(b"abc", 0), zlib.adler32(b"abc"), zlib.crc32(b"abc", 5)))  # expect: (891568578, 40406, 38600999, 871334697)
print(zlib.decompress(zlib.compress(b"abc" * 1000)) == b"abc" * 1000)  # expect: True
attempt(lambda: zlib.decompress(b"xx"))  # expect: error: Error -3 while decompressing data: incorrect header check
attempt(lambda: zlib.decompress(zlib.compress(b"abc")[:-1]))  # expect: error: Error -5 while decompressing data: incomplete or truncated stream
print((lambda d, x: (d.decompress(x[:5]), d.decompress(x[5:] + b"tail"), d.unused_data, d.eof))(zlib.decompressobj(), zlib.compress(b"hello")))  # expect: (b'he', b'llo', b'tail', True)
print((lambda d, x: (d.decompress(x, 2), len(d.unconsumed_tail) > 0, d.flush(), d.eof))(zlib.decompressobj(), zlib.compress(b"hello" * 50))[1:2])  # expect: (True,)
print((lambda c: zlib.decompress(c.compress(b"a" * 9) + c.copy().flush()))(zlib.compressobj(9)))  # expect: b'aaaaaaaaa'
attempt(lambda: zlib.compressobj(wbits=99))  # expect: ValueError: Invalid initialization option
