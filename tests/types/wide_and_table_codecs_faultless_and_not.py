# UTF-16, UTF-32 and codecs with tables: data without mistakes is decoded in one go, the rest character by character.
import codecs

texts = ["", "a", "é", "ab", "héllo", "\u20ac5", "hi \U0001f600!", "\U0001f600" * 3, "\ufffe\uffff", "x" * 1000 + "\u0416"]
for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"):
    for text in texts:
        data = text.encode(encoding)
        assert data.decode(encoding) == text, (encoding, text)
        decoder = codecs.getincrementaldecoder(encoding)()
        pieces = [decoder.decode(data[i:i + 3]) for i in range(0, len(data), 3)]
        assert "".join(pieces) + decoder.decode(b"", True) == text, (encoding, text)
        # The narrowest form is chosen however it was decoded: equal texts have equal hashes.
        assert hash(data.decode(encoding)) == hash(text) and ascii(data.decode(encoding)) == ascii(text)


def attempt(data, encoding, errors="strict"):
    try:
        print(ascii(data.decode(encoding, errors)))
    except UnicodeDecodeError as error:
        print(error)


attempt(b"a\0b", "utf-16-le")                       # expect: 'utf-16-le' codec can't decode byte 0x62 in position 2: truncated data
attempt(b"a\0b\0\0\xd8", "utf-16-le")               # expect: 'utf-16-le' codec can't decode bytes in position 4-5: unexpected end of data
attempt(b"a\0\0\xd8b\0", "utf-16-le")               # expect: 'utf-16-le' codec can't decode bytes in position 2-3: illegal UTF-16 surrogate
attempt(b"a\0\0\xdcb\0", "utf-16-le")               # expect: 'utf-16-le' codec can't decode bytes in position 2-3: illegal encoding
attempt(b"a\0\0\xdcb\0", "utf-16-le", "replace")    # expect: 'a\ufffdb'
attempt(b"\0a\xd8\x3d\xde\0\0b", "utf-16-be")       # expect: 'a\U0001f600b'
attempt(b"\xd8\x3d\xde\0", "utf-16-be")             # expect: '\U0001f600'
attempt(b"\xff\xfea\0b\0", "utf-16")                # expect: 'ab'
attempt(b"\xfe\xff\0a\0b", "utf-16")                # expect: 'ab'
attempt(b"a\0\0\0\0\0\x11\0", "utf-32-le")          # expect: 'utf-32-le' codec can't decode bytes in position 4-7: code point not in range(0x110000)
attempt(b"a\0\0\0\0\xd8\0\0", "utf-32-le")          # expect: 'utf-32-le' codec can't decode bytes in position 4-7: code point in surrogate code point range(0xd800, 0xe000)
attempt(b"a\0\0\0\xff\xff\xff\xff", "utf-32-le", "ignore")  # expect: 'a'
attempt(b"\0\0\0a\0\0\0", "utf-32-be")              # expect: 'utf-32-be' codec can't decode bytes in position 4-6: truncated data

attempt(b"ab\x80\xe9", "cp1252")                    # expect: 'ab\u20ac\xe9'
attempt(b"ab\x81", "cp1252")                        # expect: 'charmap' codec can't decode byte 0x81 in position 2: character maps to <undefined>
attempt(b"ab\x81c", "cp1252", "replace")            # expect: 'ab\ufffdc'
attempt(b"plain", "cp437")                          # expect: 'plain'
print(ascii(codecs.charmap_decode(b"\x00\x01", "strict", "xy")))         # expect: ('xy', 2)
print(ascii(codecs.charmap_decode(b"\x00\x02", "ignore", "xy")))         # expect: ('x', 2)
wide = "".join(map(chr, range(0x1f600, 0x1f700)))
print(ascii(codecs.charmap_decode(b"\x00\xff", "strict", wide)))         # expect: ('\U0001f600\U0001f6ff', 2)
print(ascii(codecs.charmap_decode(b"\x00\xff", "strict", wide + "z")))   # expect: ('\U0001f600\U0001f6ff', 2)

print("h\U0001f600".encode("utf-16-be"), "h\U0001f600".encode("utf-16"))  # expect: b'\x00h\xd8=\xde\x00' b'\xff\xfeh\x00=\xd8\x00\xde'
print("h\ud800\U0001f600".encode("utf-16-le", "replace"))              # expect: b'h\x00?\x00=\xd8\x00\xde'
print("\u20ac5\0".encode("cp1252"), "\u20ac\u0416".encode("cp1252", "replace"), "".encode("cp437"))  # expect: b'\x805\x00' b'\x80?' b''
print("\U0001f600x".encode("koi8-r", "xmlcharrefreplace"))             # expect: b'&#128512;x'
