# Readers, writers and states of the East Asian codecs.
import codecs
import io

import _multibytecodec

reader = codecs.getreader("euc_jp")(io.BytesIO("ab\nあ\ncd".encode("euc_jp")))
print(repr(reader.readline()), repr(reader.read(1)), reader.readlines())  # expect: 'ab\n' 'あ' ['\n', 'cd']
print(repr(reader.read()), repr(reader.read(0)))  # expect: '' ''

writer = codecs.getwriter("shift_jis_2004")(io.BytesIO())
writer.write("あæ")
print(writer.stream.getvalue())  # expect: b'\x82\xa0'
writer.reset()
print(writer.stream.getvalue())  # expect: b'\x82\xa0\x85{'
writer.writelines(["\u0254", "\u0300"])
print(writer.stream.getvalue())  # expect: b'\x82\xa0\x85{\x86g'


def attempt(function, *arguments):
    try:
        print(repr(function(*arguments)))
    except (UnicodeError, TypeError, AttributeError, OverflowError, LookupError) as error:
        print(type(error).__name__, error, sep=": ")


decoder = codecs.getincrementaldecoder("euc_jp")()
attempt(decoder.decode, b"\xa4")  # expect: ''
attempt(decoder.decode, b"", True)
# expect: UnicodeDecodeError: 'euc_jp' codec can't decode byte 0xa4 in position 0: incomplete multibyte sequence
attempt(decoder.getstate)  # expect: (b'\xa4', 0)
attempt(decoder.decode, b"\xa2")  # expect: 'あ'
attempt(decoder.setstate, (b"123456789", 0))  # expect: UnicodeError: pending buffer too large
attempt(decoder.setstate, (b"", -1))  # expect: OverflowError: can't convert negative int to unsigned
attempt(decoder.setstate, 1)  # expect: TypeError: setstate() argument must be tuple, not int
attempt(codecs.getincrementalencoder("hz")().setstate, 1 | 255 << 8)
# expect: UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte

attempt(_multibytecodec.MultibyteIncrementalEncoder)
# expect: AttributeError: type object '_multibytecodec.MultibyteIncrementalEncoder' has no attribute 'codec'
attempt(type("X", (_multibytecodec.MultibyteStreamReader,), {"codec": 5}), None)
# expect: TypeError: codec is unexpected type
attempt(writer.writelines, 1)  # expect: TypeError: arg must be a sequence object
attempt(codecs.getreader("gbk")(io.StringIO("a")).read)
# expect: TypeError: stream function returned a non-bytes object (str)
attempt(__import__("_codecs_jp").getcodec, "gbk")  # expect: LookupError: no such codec is supported.
