# The codecs of _codecs_cn, _hk, _iso2022, _jp, _kr and _tw, whole texts and in pieces.
import codecs

text = "Ａ漢字かな가힣"
for name in ("gb18030", "cp949", "euc_kr", "johab"):
    print(name, text.encode(name, "replace"))
# expect: gb18030 b'\xa3\xc1\x9dh\xd7\xd6\xa4\xab\xa4\xca\x827\xcf5\x836\xbe6'
# expect: cp949 b'\xa3\xc1\xf9\xd3\xed\xae\xaa\xab\xaa\xca\xb0\xa1\xc6R'
# expect: euc_kr b'\xa3\xc1\xf9\xd3\xed\xae\xaa\xab\xaa\xca\xb0\xa1\xa4\xd4\xa4\xbe\xa4\xd3\xa4\xbe'
# expect: johab b'\xdaQ\xf7\xd3\xf1\xae\xdd\xab\xdd\xca\x88a\xd3\xbd'

text = "漢字かな"
for name in ("shift_jis", "cp932", "euc_jp", "iso2022_jp", "iso2022_jp_2004", "big5", "gb2312", "hz"):
    coded = text.encode(name, "replace")
    print(name, coded, coded.decode(name) == text)
# expect: shift_jis b'\x8a\xbf\x8e\x9a\x82\xa9\x82\xc8' True
# expect: cp932 b'\x8a\xbf\x8e\x9a\x82\xa9\x82\xc8' True
# expect: euc_jp b'\xb4\xc1\xbb\xfa\xa4\xab\xa4\xca' True
# expect: iso2022_jp b'\x1b$B4A;z$+$J\x1b(B' True
# expect: iso2022_jp_2004 b'\x1b$B4A;z$+$J\x1b(B' True
# expect: big5 b'\xba~\xa6r\xc6\xaf\xc6\xce' True
# expect: gb2312 b'?\xd7\xd6\xa4\xab\xa4\xca' False
# expect: hz b'?~{WV$+$J~}' False

# All of Unicode but the surrogates is in GB 18030.
everything = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x110000)]))
print(everything.encode("gb18030").decode("gb18030") == everything)  # expect: True

# Two characters that have one code: the first waits for the second.
encoder = codecs.getincrementalencoder("euc_jis_2004")()
print(encoder.encode("æ"), hex(encoder.getstate()))  # expect: b'' 0xa6c302
print(encoder.encode("\u0300"), encoder.encode("æ", True))  # expect: b'\xab\xc4' b'\xa9\xdc'
print("Ê̄Ê".encode("big5hkscs"))  # expect: b'\x88b\x88f'

decoder = codecs.getincrementaldecoder("iso2022_jp")()
print([decoder.decode(bytes([byte])) for byte in b"\x1b$B4A\x1b(BA"])  # expect: ['', '', '', '', '漢', '', '', '', 'A']
print(codecs.getincrementaldecoder("cp949")().decode(b"\xc6\xc4\xc0"))  # expect: 파


def attempt(function, *arguments):
    try:
        print(repr(function(*arguments)))
    except (UnicodeError, LookupError) as error:
        print(type(error).__name__, error, sep=": ")


attempt(b"a\xb4".decode, "euc_jp")
# expect: UnicodeDecodeError: 'euc_jp' codec can't decode byte 0xb4 in position 1: incomplete multibyte sequence
attempt(b"\x81\x00".decode, "shift_jis")
# expect: UnicodeDecodeError: 'shift_jis' codec can't decode byte 0x81 in position 0: illegal multibyte sequence
attempt("가".encode, "big5")
# expect: UnicodeEncodeError: 'big5' codec can't encode character '\uac00' in position 0: illegal multibyte sequence
attempt("あ가い".encode, "iso2022_jp", "xmlcharrefreplace")  # expect: b'\x1b$B$"\x1b(B&#44032;\x1b$B$$\x1b(B'
attempt(b"\x1b$B\x21\x80A".decode, "iso2022_jp", "backslashreplace")  # expect: '\\x21\\x80\\x41'

codecs.register_error("far", lambda error: ("x", 9))
codecs.register_error("farther", lambda error: ("x", 2**99))
attempt(b"\xff".decode, "gbk", "far")  # expect: IndexError: decoding with 'gbk' codec failed (IndexError: position 9 from error handler out of bounds)
attempt(b"\xff".decode, "gbk", "farther")  # expect: IndexError: decoding with 'gbk' codec failed (IndexError: position -1 from error handler out of bounds)
