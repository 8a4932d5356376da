import io

given = b"line one\nline two\nrest"
file = io.BytesIO(given)
print(file.getvalue() is given, file.readline(), file.read())  # expect: True b'line one\n' b'line two\nrest'
file.seek(0)
file.write(b"LINE")
print(given[:8], file.getvalue()[:8], file.tell())  # expect: b'line one' b'LINE one' 4

file = io.BytesIO(given)
print(file.truncate(4), file.getvalue(), given[:8])  # expect: 4 b'line' b'line one'
file = io.BytesIO(given)
with file.getbuffer() as view:
    view[0] = ord("X")
print(file.read(4), given[:4])  # expect: b'Xine' b'line'
file.__init__(given)
print(file.read() is given, io.BytesIO(given).readlines())  # expect: True [b'line one\n', b'line two\n', b'rest']
file = io.BytesIO(b"")
print(file.read(), file.write(b"ab"), file.getvalue())  # expect: b'' 2 b'ab'
file = io.BytesIO(given)
file.seek(30)
file.write(b"!")
print(file.getvalue()[20:])  # expect: b'st\x00\x00\x00\x00\x00\x00\x00\x00!'
