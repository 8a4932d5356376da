import codecs


def shout(error):
    if isinstance(error, UnicodeEncodeError):
        return "?!", error.end
    return "<%s>" % error.object[error.start:error.end].hex(), error.end


codecs.register_error("test.shout", shout)
print("aé€b".encode("ascii", "test.shout"), b"a\xff\xfeb".decode("utf-8", "test.shout"))
# expect: b'a?!b' a<ff><fe>b
print(codecs.lookup_error("test.shout") is shout, codecs.lookup_error("strict").__name__)
# expect: True strict_errors
print(codecs.lookup("utf8").name, codecs.lookup("LATIN-1").name, codecs.lookup("rot13").name)
# expect: utf-8 iso8859-1 rot-13
print(codecs.encode("Hello", "rot13"), codecs.encode(b"ab", "hex"), codecs.decode(b"6162", "hex"))
# expect: Uryyb b'6162' b'ab'
print("é€".encode("cp1252"), b"\x80\xe9".decode("cp1252"), "aé".encode("koi8-r", "replace"))
# expect: b'\xe9\x80' €é b'a?'
print("+é~".encode("utf-7"), b"+AOk-".decode("utf-7"), "é\n€".encode("unicode_escape"), b"\\u20ac\\x41".decode("raw_unicode_escape"))
# expect: b'+-+AOkAfg-' é b'\\xe9\\n\\u20ac' €\x41
print(codecs.escape_decode(rb"a\x41\n\\"), codecs.escape_encode(b"a\n'"))
# expect: (b'aA\n\\', 9) (b"a\\n\\'", 3)


def search(name):
    if name == "doubled":
        return codecs.CodecInfo(lambda text, errors="strict": (text.encode() * 2, len(text)),
                                lambda data, errors="strict": (bytes(data).decode()[::2], len(data)))
    return None


codecs.register(search)
print("ab".encode("doubled"), b"aabb".decode("Doubled"))  # expect: b'abab' ab
codecs.unregister(search)
decoder = codecs.getincrementaldecoder("utf-8")()
print([decoder.decode(bytes([byte])) for byte in "é€".encode()], repr(decoder.decode(b"", True)))
# expect: ['', 'é', '', '', '€'] ''
decoder = codecs.getincrementaldecoder("utf-16")()
print([decoder.decode(bytes([byte])) for byte in "ab".encode("utf-16")])  # expect: ['', '', '', 'a', '', 'b']
for bad in lambda: "a".encode("doubled"), lambda: codecs.lookup("no such"), lambda: codecs.register_error("x", 1), lambda: "a".encode("hex"):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
        # expect: LookupError unknown encoding: doubled
        # expect: LookupError unknown encoding: no such
        # expect: TypeError handler must be callable
        # expect: LookupError 'hex' is not a text encoding; use codecs.encode() to handle arbitrary codecs
