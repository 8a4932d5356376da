# Runs of sequences of two and of three bytes are read in one go, up to what does not belong to them.
greek, chinese, mixed = "αβγ" * 50, "中文字" * 50, "Привет, мир! " * 20
for text in greek, chinese, mixed, greek + chinese + "a", chinese + greek + "\U0001F600" + chinese:
    data = text.encode()
    print(len(data), data.decode() == text, data[1:].decode(errors="ignore") in text)
# expect: 300 True True
# expect: 450 True True
# expect: 440 True True
# expect: 751 True True
# expect: 1204 True True


def attempt(data, errors="strict"):
    try:
        print(ascii(data.decode("utf-8", errors)))
    except UnicodeDecodeError as error:
        print(error)


attempt("αβ".encode() + b"\xce")  # expect: 'utf-8' codec can't decode byte 0xce in position 4: unexpected end of data
attempt("αβ".encode() + b"\xceA")  # expect: 'utf-8' codec can't decode byte 0xce in position 4: invalid continuation byte
attempt("中".encode() + b"\xe4\xb8")  # expect: 'utf-8' codec can't decode bytes in position 3-4: unexpected end of data
attempt("中".encode() + b"\xe0\x9f\x80")  # expect: 'utf-8' codec can't decode byte 0xe0 in position 3: invalid continuation byte
attempt("中".encode() + b"\xed\xa0\x80", "surrogatepass")  # expect: '\u4e2d\ud800'
attempt("中".encode() + b"\xe1\x80\xff" + "文".encode(), "replace")  # expect: '\u4e2d\ufffd\ufffd\u6587'
attempt(b"\xc1\x80" + "α".encode(), "backslashreplace")  # expect: '\\xc1\\x80\u03b1'
for place in 0, 63, 64, 100:
    text = "α" * place + "\ud800" + "α" * 70
    try:
        text.encode()
    except UnicodeEncodeError as error:
        print(error.start, error.end, len(text.encode("utf-8", "replace")))
# expect: 0 1 141
# expect: 63 64 267
# expect: 64 65 269
# expect: 100 101 341
