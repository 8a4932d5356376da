# Answers for ASCII characters are kept while a text is translated; others are asked for each time.
for text in "abcab", "abcab \xe9":
    for table in {}, {97: 98}, {97: "x", 98: None}, {97: "xyz"}, {97: 233, 98: "\u20ac"}, {97: 128}, {0xE9: "e"}, {97: True}:
        print(ascii(text.translate(table)))
# expect: 'abcab'
# expect: 'bbcbb'
# expect: 'xcx'
# expect: 'xyzbcxyzb'
# expect: '\xe9\u20acc\xe9\u20ac'
# expect: '\x80bc\x80b'
# expect: 'abcab'
# expect: '\x01bc\x01b'
# expect: 'abcab \xe9'
# expect: 'bbcbb \xe9'
# expect: 'xcx \xe9'
# expect: 'xyzbcxyzb \xe9'
# expect: '\xe9\u20acc\xe9\u20ac \xe9'
# expect: '\x80bc\x80b \xe9'
# expect: 'abcab e'
# expect: '\x01bc\x01b \xe9'


class Table:
    def __getitem__(self, key):
        if key == 98:
            raise LookupError
        return chr(key).upper()


print("abcab".translate(Table()), "".translate({}), "aXb".translate(["-"] * 98))
try:
    "ab".translate({98: 0x110000})
except ValueError as error:
    print(error)
try:
    "ab".translate({98: 1.5})
except TypeError as error:
    print(error)
# expect: AbCAb  --b
# expect: character mapping must be in range(0x110000)
# expect: character mapping must return integer, None or str
