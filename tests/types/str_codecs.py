# Encoding and decoding, and what the error handlers make of what does not go.


def attempt(function, *arguments):
    try:
        return ascii(function(*arguments))
    except UnicodeError as error:
        return str(error)


text = "aé€😀\udc80"
handlers = "ignore replace xmlcharrefreplace backslashreplace namereplace surrogateescape surrogatepass strict"
for encoding in "ascii", "latin-1", "utf-8", "utf-16-le", "utf-32":
    for handler in handlers.split():
        print(encoding, handler, attempt(text.encode, encoding, handler))
        # expect: ascii ignore b'a'
        # expect: ascii replace b'a????'
        # expect: ascii xmlcharrefreplace b'a&#233;&#8364;&#128512;&#56448;'
        # expect: ascii backslashreplace b'a\\xe9\\u20ac\\U0001f600\\udc80'
        # expect: ascii namereplace b'a\\N{LATIN SMALL LETTER E WITH ACUTE}\\N{EURO SIGN}\\N{GRINNING FACE}\\udc80'
        # expect: ascii surrogateescape 'ascii' codec can't encode characters in position 1-4: ordinal not in range(128)
        # expect: ascii surrogatepass 'ascii' codec can't encode characters in position 1-4: ordinal not in range(128)
        # expect: ascii strict 'ascii' codec can't encode characters in position 1-4: ordinal not in range(128)
        # expect: latin-1 ignore b'a\xe9'
        # expect: latin-1 replace b'a\xe9???'
        # expect: latin-1 xmlcharrefreplace b'a\xe9&#8364;&#128512;&#56448;'
        # expect: latin-1 backslashreplace b'a\xe9\\u20ac\\U0001f600\\udc80'
        # expect: latin-1 namereplace b'a\xe9\\N{EURO SIGN}\\N{GRINNING FACE}\\udc80'
        # expect: latin-1 surrogateescape 'latin-1' codec can't encode characters in position 2-4: ordinal not in range(256)
        # expect: latin-1 surrogatepass 'latin-1' codec can't encode characters in position 2-4: ordinal not in range(256)
        # expect: latin-1 strict 'latin-1' codec can't encode characters in position 2-4: ordinal not in range(256)
        # expect: utf-8 ignore b'a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80'
        # expect: utf-8 replace b'a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80?'
        # expect: utf-8 xmlcharrefreplace b'a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80&#56448;'
        # expect: utf-8 backslashreplace b'a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\\udc80'
        # expect: utf-8 namereplace b'a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\\udc80'
        # expect: utf-8 surrogateescape b'a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\x80'
        # expect: utf-8 surrogatepass b'a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xed\xb2\x80'
        # expect: utf-8 strict 'utf-8' codec can't encode character '\udc80' in position 4: surrogates not allowed
        # expect: utf-16-le ignore b'a\x00\xe9\x00\xac =\xd8\x00\xde'
        # expect: utf-16-le replace b'a\x00\xe9\x00\xac =\xd8\x00\xde?\x00'
        # expect: utf-16-le xmlcharrefreplace b'a\x00\xe9\x00\xac =\xd8\x00\xde&\x00#\x005\x006\x004\x004\x008\x00;\x00'
        # expect: utf-16-le backslashreplace b'a\x00\xe9\x00\xac =\xd8\x00\xde\\\x00u\x00d\x00c\x008\x000\x00'
        # expect: utf-16-le namereplace b'a\x00\xe9\x00\xac =\xd8\x00\xde\\\x00u\x00d\x00c\x008\x000\x00'
        # expect: utf-16-le surrogateescape 'utf-16-le' codec can't encode character '\udc80' in position 4: surrogates not allowed
        # expect: utf-16-le surrogatepass b'a\x00\xe9\x00\xac =\xd8\x00\xde\x80\xdc'
        # expect: utf-16-le strict 'utf-16-le' codec can't encode character '\udc80' in position 4: surrogates not allowed
        # expect: utf-32 ignore b'\xff\xfe\x00\x00a\x00\x00\x00\xe9\x00\x00\x00\xac \x00\x00\x00\xf6\x01\x00'
        # expect: utf-32 replace b'\xff\xfe\x00\x00a\x00\x00\x00\xe9\x00\x00\x00\xac \x00\x00\x00\xf6\x01\x00?\x00\x00\x00'
        # expect: utf-32 xmlcharrefreplace b'\xff\xfe\x00\x00a\x00\x00\x00\xe9\x00\x00\x00\xac \x00\x00\x00\xf6\x01\x00&\x00\x00\x00#\x00\x00\x005\x00\x00\x006\x00\x00\x004\x00\x00\x004\x00\x00\x008\x00\x00\x00;\x00\x00\x00'
        # expect: utf-32 backslashreplace b'\xff\xfe\x00\x00a\x00\x00\x00\xe9\x00\x00\x00\xac \x00\x00\x00\xf6\x01\x00\\\x00\x00\x00u\x00\x00\x00d\x00\x00\x00c\x00\x00\x008\x00\x00\x000\x00\x00\x00'
        # expect: utf-32 namereplace b'\xff\xfe\x00\x00a\x00\x00\x00\xe9\x00\x00\x00\xac \x00\x00\x00\xf6\x01\x00\\\x00\x00\x00u\x00\x00\x00d\x00\x00\x00c\x00\x00\x008\x00\x00\x000\x00\x00\x00'
        # expect: utf-32 surrogateescape 'utf-32' codec can't encode character '\udc80' in position 4: surrogates not allowed
        # expect: utf-32 surrogatepass b'\xff\xfe\x00\x00a\x00\x00\x00\xe9\x00\x00\x00\xac \x00\x00\x00\xf6\x01\x00\x80\xdc\x00\x00'
        # expect: utf-32 strict 'utf-32' codec can't encode character '\udc80' in position 4: surrogates not allowed
data = b"a\xc3\xa9\xe2\x82\xff\xed\xa0\x80\xf0\x9f"
for encoding in "ascii", "utf-8", "utf-16":
    for handler in "ignore", "replace", "backslashreplace", "surrogateescape", "surrogatepass", "strict":
        print(encoding, handler, attempt(data.decode, encoding, handler))
        # expect: ascii ignore 'a'
        # expect: ascii replace 'a\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd'
        # expect: ascii backslashreplace 'a\\xc3\\xa9\\xe2\\x82\\xff\\xed\\xa0\\x80\\xf0\\x9f'
        # expect: ascii surrogateescape 'a\udcc3\udca9\udce2\udc82\udcff\udced\udca0\udc80\udcf0\udc9f'
        # expect: ascii surrogatepass 'ascii' codec can't decode byte 0xc3 in position 1: ordinal not in range(128)
        # expect: ascii strict 'ascii' codec can't decode byte 0xc3 in position 1: ordinal not in range(128)
        # expect: utf-8 ignore 'a\xe9'
        # expect: utf-8 replace 'a\xe9\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd'
        # expect: utf-8 backslashreplace 'a\xe9\\xe2\\x82\\xff\\xed\\xa0\\x80\\xf0\\x9f'
        # expect: utf-8 surrogateescape 'a\xe9\udce2\udc82\udcff\udced\udca0\udc80\udcf0\udc9f'
        # expect: utf-8 surrogatepass 'utf-8' codec can't decode bytes in position 3-4: invalid continuation byte
        # expect: utf-8 strict 'utf-8' codec can't decode bytes in position 3-4: invalid continuation byte
        # expect: utf-16 ignore '\uc361\ue2a9\uff82\ua0ed\uf080'
        # expect: utf-16 replace '\uc361\ue2a9\uff82\ua0ed\uf080\ufffd'
        # expect: utf-16 backslashreplace '\uc361\ue2a9\uff82\ua0ed\uf080\\x9f'
        # expect: utf-16 surrogateescape '\uc361\ue2a9\uff82\ua0ed\uf080\udc9f'
        # expect: utf-16 surrogatepass 'utf-16-le' codec can't decode byte 0x9f in position 10: truncated data
        # expect: utf-16 strict 'utf-16-le' codec can't decode byte 0x9f in position 10: truncated data
print("é".encode(), "é".encode("UTF_16"), b"\xff\xfea\0".decode("utf16"), "a".encode("US-ASCII"))
# expect: b'\xc3\xa9' b'\xff\xfe\xe9\x00' a b'a'
error = None
try:
    b"ab\xff".decode()
except UnicodeDecodeError as caught:
    error = caught
print(error.encoding, error.object, error.start, error.end, error.reason)
# expect: utf-8 b'ab\xff' 2 3 invalid start byte
for bad in lambda: "a".encode("nope"), lambda: b"\xff".decode("utf8", "nope"), lambda: "a".encode("hex"):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
        # expect: LookupError unknown encoding: nope
        # expect: LookupError unknown error handler name 'nope'
        # expect: LookupError 'hex' is not a text encoding; use codecs.encode() to handle arbitrary codecs
