# Lines of text files: characters of every width, chunks of every size, all kinds of newlines, closed files.
import io
import tempfile

text = "one\ntwo \xe9\r\nthree \u0416\rfour \U0001f600\n\n" + "long " * 50 + "\nlast"
for newline in (None, "", "\n", "\r", "\r\n"):
    for size in (1, 3, 16, 8192):
        file = io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8", newline=newline)
        file._CHUNK_SIZE = size
        lines = list(file)
        file.seek(0)
        assert lines == [*iter(file.readline, "")], (newline, size)
        file.seek(0)
        assert "".join(lines) == file.read()
        file.seek(0)
        assert file.readline(2) + file.readline() == lines[0]
    print([ascii(line[-4:]) for line in lines])
# expect: ["'one\\n'", "'o \\xe9\\n'", "'e \\u0416\\n'", "'r \\U0001f600\\n'", "'\\n'", "'ng \\n'", "'last'"]
# expect: ["'one\\n'", "' \\xe9\\r\\n'", "'e \\u0416\\r'", "'r \\U0001f600\\n'", "'\\n'", "'ng \\n'", "'last'"]
# expect: ["'one\\n'", "' \\xe9\\r\\n'", "'r \\U0001f600\\n'", "'\\n'", "'ng \\n'", "'last'"]
# expect: ["'o \\xe9\\r'", "'e \\u0416\\r'", "'last'"]
# expect: ["' \\xe9\\r\\n'", "'last'"]
with tempfile.TemporaryFile("w+", encoding="utf-8") as file:
    file.write(text * 30)
    file.seek(0)
    print(len(list(file)), next(file, None))  # expect: 181 None
    file.seek(0)
    first = next(file)
    file.buffer.raw.close()
    for read in (file.readline, file.__next__):
        try:
            read()
        except ValueError as error:
            print(ascii(first), error)
    # expect: 'one\n' I/O operation on closed file.
    # expect: 'one\n' I/O operation on closed file.
    try:
        file.close()
    except OSError:
        pass
