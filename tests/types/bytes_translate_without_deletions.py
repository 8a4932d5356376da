# bytes.translate(): no deletions by default, by an empty one, and those that leave the bytes as they are.
table = bytes.maketrans(b"abc", b"xyz")
text = b"the quick brown abc"
assert text.translate(table) == text.translate(table, b"") == text.translate(table, delete=bytearray()) == b"the quizk yrown xyz"
assert text.translate(None, b"aeiou") == b"th qck brwn bc" and text.translate(table, b"ab") == b"the quizk rown z"
assert text.translate(None) is text.translate(None, b"") is text and b"".translate(table) == b""
same = b"12"
assert same.translate(table) is same and same.translate(table, b"x") is same
changed = bytearray(b"ab")
assert changed.translate(table) == b"xy" and type(changed.translate(table)) is bytearray
unchanged = changed.translate(None)
assert unchanged == changed and unchanged is not changed
for arguments, message in [((b"x",), "translation table must be 256 characters long"),
                           ((b"", b"a"), "translation table must be 256 characters long")]:
    try:
        text.translate(*arguments)
    except ValueError as e:
        assert str(e) == message
    else:
        assert False
