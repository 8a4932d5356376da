# Sequence operations: items, slices, repetition, comparison, in every width.
text = "aé€😀z"
print([ascii(c) for c in text], len(text), ascii(text[1:4]), ascii(text[::-1]), ascii(text[::2]), ascii(text[-2]))
# expect: ["'a'", "'\\xe9'", "'\\u20ac'", "'\\U0001f600'", "'z'"] 5 '\xe9\u20ac\U0001f600' 'z\U0001f600\u20ac\xe9a' 'a\u20acz' '\U0001f600'
print(text[:1].isascii(), text[0] is text[0], "abcdef"[4:1:-2], "abc"[5:], "abc"[-100:2], repr("abc"[1:1]))
# expect: True True ec  ab ''
print("ab" * 3, "é" * 2, 0 * "x", "x" * -1, ("ab" * 1000)[1999])  # expect: ababab éé   b
print("a" < "b", "a" < "ab", "é" > "z", "€" > "é", "😀" > "\uffff", "a" == "a", "a" != "b", "a" == 1)
# expect: True True True True True True True False
print(hash("") == 0, hash("a") == hash("ab"[0]), {"é": 1}["é"], len({"a", "a", "b"}))  # expect: True True 1 2
grown = ""
for i in range(2000):
    grown += "abcd" if i % 2 else "é"
print(len(grown), grown.count("é"), grown[-4:])  # expect: 5000 1000 abcd
prefix = grown[:]
one, two = grown + "1", grown + "2"
print(one[-1], two[-1], prefix == grown, len(one))  # expect: 1 2 True 5001
wide = grown + "€"
print(ascii(wide[-2:]), wide[0] == grown[0], grown.endswith("abcd"))  # expect: 'd\u20ac' True True
iterator = iter("ab")
print(next(iterator), iterator.__length_hint__(), list(iterator), list(iterator))  # expect: a 1 ['b'] []
print(type(iter("a")).__name__, type(iter("é")).__name__, iter("ab").__reduce__()[1:])
# expect: str_ascii_iterator str_iterator (('ab',), 0)
for bad in lambda: "a"[1], lambda: "a".__getitem__("b"), lambda: "a" + 1, lambda: "a" * "b", lambda: "a" < 1, lambda: 1 in "a":
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
        # expect: IndexError string index out of range
        # expect: TypeError string indices must be integers, not 'str'
        # expect: TypeError can only concatenate str (not "int") to str
        # expect: TypeError can't multiply sequence by non-int of type 'str'
        # expect: TypeError '<' not supported between instances of 'str' and 'int'
        # expect: TypeError 'in <string>' requires string as left operand, not int
