# Keys of bytes stand beside text and numbers of the same hash.
table = {bytes([i]): i for i in range(256)}
print(len(table), table[b"\x07"], b"\x07x"[:1] in table, "\x07" in table, 7 in table)  # expect: 256 7 True False False
mixed = {b"a": 1, "a": 2, 97: 3, None: 4, 1.5: 5}
print(mixed[b"a"], mixed["a"], mixed[97], hash(b"a") == hash("a"), mixed[b"" + b"a"])  # expect: 1 2 3 True 1


class Key(bytes):
    def __eq__(self, other):
        return "anything"

    def __hash__(self):
        return hash(b"a")


print(mixed[Key(b"zz")], Key(b"a") in {b"b"}, bytearray(b"a") == b"a")  # expect: 1 False True
print({b"a", "a", b"b"} & {b"a"}, {b"x" * 300 + b"y"} == {b"x" * 299 + b"xy"}, sorted({b"b": 0, b"a": 1}))  # expect: {b'a'} True [b'a', b'b']
mixed[Key(b"q")] = 6
print(mixed[b"a"], len(mixed))  # expect: 6 5


class Right:
    def __radd__(self, other):
        return other, "radd"


data = b"1"
data += Right()
print(b"x" + Right(), data)  # expect: (b'x', 'radd') (b'1', 'radd')
