# Library reference, "String Methods": finding parts, in every width of text.
for text in "abcabcab", "abcéabcé", "abc€abc€", "abc😀abc😀":
    print(ascii(text), text.find("abc", 1), text.rfind("abc"), text.count("bc"), text.find("x"))
    # expect: 'abcabcab' 3 3 2 -1
    # expect: 'abc\xe9abc\xe9' 4 4 2 -1
    # expect: 'abc\u20acabc\u20ac' 4 4 2 -1
    # expect: 'abc\U0001f600abc\U0001f600' 4 4 2 -1
print("abc".find(""), "abc".find("", 3), "abc".find("", 4), "abc".rfind(""), "abc".count(""))
# expect: 0 3 -1 3 4
print("aaa".count("aa"), "aaaa".count("aa"), "abc".find("c", -1), "abc".find("a", -2))  # expect: 1 2 2 -1
print("éé€".find("€"), "é".find("€"), "ab".find("é"), "€é".rfind("é"))  # expect: 2 -1 -1 1
print("abc".startswith("b", 1), "abc".startswith(("x", "ab")), "abc".endswith("bc", 2), "abc".endswith(()))
# expect: True True False False
print("".startswith("", 1), "abc".startswith("", 3), "abc".startswith("", 4))  # expect: False True False
print("b" in "abc", "" in "abc", "x" in "", "é" in "abcé")  # expect: True True False True
print("a.b.c".replace(".", "--"), "aaa".replace("a", "b", 2), "abc".replace("", "-"), "abc".replace("", "-", 2))
# expect: a--b--c bba -a-b-c- -a-bc
print("banana".replace("ana", "é"), ascii("naïve".replace("ï", "i")), "abc".replace("x", "y"))
# expect: béna 'naive' abc
print("prefix-x".removeprefix("prefix-"), "x.py".removesuffix(".py"), "x".removeprefix("xy"))  # expect: x x x


def error_of(function, *arguments):
    try:
        function(*arguments)
    except Exception as error:
        print(type(error).__name__, error, sep=": ")


error_of("a".index, "b")  # expect: ValueError: substring not found
error_of("a".find)  # expect: TypeError: find() takes at least 1 argument (0 given)
error_of("a".find, 1)  # expect: TypeError: must be str, not int
error_of("a".find, 1, 2, 3, 4)  # expect: TypeError: find() takes at most 3 arguments (4 given)
error_of("a".startswith, 1)  # expect: TypeError: startswith first arg must be str or a tuple of str, not int
error_of("a".endswith, ("x", 1))  # expect: TypeError: tuple for endswith must only contain str, not int
error_of("a".__contains__, 1)  # expect: TypeError: 'in <string>' requires string as left operand, not int
error_of("a".replace, "a")  # expect: TypeError: replace expected at least 2 arguments, got 1
error_of("a".replace, "a", 1)  # expect: TypeError: replace() argument 2 must be str, not int
