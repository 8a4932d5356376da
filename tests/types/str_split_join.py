print("a b  c".split(), " a b ".split(" "), "a,b,c".split(",", 1), "".split(), "".split(","), "abc".split("b"))
# expect: ['a', 'b', 'c'] ['', 'a', 'b', ''] ['a', 'b,c'] [] [''] ['a', 'c']
print(" a  b c ".split(None, 1), " a  b c ".rsplit(None, 1), "a.b.c".rsplit(".", 1), "a  ".split(None, 0))
# expect: ['a', 'b c '] [' a  b', 'c'] ['a.b', 'c'] ['a  ']
print("a\u2003b\x1cc\x85d".split(), "aXXbXXc".split("XX"), "ééaéé".split("é"))
# expect: ['a', 'b', 'c', 'd'] ['a', 'b', 'c'] ['', '', 'a', '', '']
print("a\nb\r\nc\rd\x0be\x1cf\x85g\u2028h".splitlines(), "a\n\nb\n".splitlines(True), "".splitlines())
# expect: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] ['a\n', '\n', 'b\n'] []
print("a=b=c".partition("="), "a=b=c".rpartition("="), "abc".partition("x"), "abc".rpartition("x"))
# expect: ('a', '=', 'b=c') ('a=b', '=', 'c') ('abc', '', '') ('', '', 'abc')
print("  x ".strip() + "|", "  x ".lstrip() + "|", "  x ".rstrip() + "|", "xyaxy".strip("yx"), "éaé".strip("é"))
# expect: x| x |   x| a a
print(", ".join(["a", "b"]), "".join("abc"), "-".join({"k": 1}), "x".join([]), "x".join(["only"]))
# expect: a, b abc k  only
print(ascii("é".join(["a", "€", "😀"])), "-".join(str(i) for i in range(3)))
# expect: 'a\xe9\u20ac\xe9\U0001f600' 0-1-2


class Text(str):
    pass


print(type("".join([Text("x")])), type(Text("x").strip()), type(Text(" x").join([])), Text("a b").split())
# expect: <class 'str'> <class 'str'> <class 'str'> ['a', 'b']
for function, argument in ("a".split, ""), ("a".split, 1), ("a".partition, ""), ("a".join, 5), ("a".join, ["b", 1]):
    try:
        function(argument)
    except Exception as error:
        print(type(error).__name__, error)
        # expect: ValueError empty separator
        # expect: TypeError must be str or None, not int
        # expect: ValueError empty separator
        # expect: TypeError can only join an iterable
        # expect: TypeError sequence item 1: expected str instance, int found
