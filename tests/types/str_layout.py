print("ab".center(5, "*"), "abc".center(6, "*"), "ab".ljust(4, "é"), "ab".rjust(4), "ab".center(1))
# expect: **ab* *abc** abéé   ab ab
print("42".zfill(5), "-42".zfill(5), "+1".zfill(4), "é".zfill(3), "".zfill(2))
# expect: 00042 -0042 +001 00é 00
print(repr("a\tb\tc".expandtabs()), repr("ab\tc\n\td".expandtabs(4)), repr("\t".expandtabs(0)))
# expect: 'a       b       c' 'ab  c\n    d' ''
print("abc".translate({97: "x", 98: None, 99: 8364}), "abc".translate(str.maketrans("ab", "xy", "c")))
# expect: x€ xy
print(str.maketrans({"a": 1, 98: "z"}), "aé".translate(str.maketrans("é", "e")))  # expect: {97: 1, 98: 'z'} ae


class Table:
    def __getitem__(self, code):
        if code == 98:
            raise LookupError
        return chr(code).upper()


print("abc".translate(Table()))  # expect: AbC
for arguments in ("ab", "c"), (1,), ("a", 2), ("a", "b", 3), ({"ab": 1},), ({1.5: 1},):
    try:
        str.maketrans(*arguments)
    except Exception as error:
        print(type(error).__name__, error)
        # expect: ValueError the first two maketrans arguments must have equal length
        # expect: TypeError if you give only one argument to maketrans it must be a dict
        # expect: TypeError maketrans() argument 2 must be str, not int
        # expect: TypeError maketrans() argument 3 must be str, not int
        # expect: ValueError string keys in translate table must be of length 1
        # expect: TypeError keys in translate table must be strings or integers
for table in {97: []}, {97: 0x110000}, 5:
    try:
        "a".translate(table)
    except Exception as error:
        print(type(error).__name__, error)
        # expect: TypeError character mapping must return integer, None or str
        # expect: ValueError character mapping must be in range(0x110000)
        # expect: TypeError 'int' object is not subscriptable
