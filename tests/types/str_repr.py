for text in "plain", "it's", 'say "x"', "both ' and \"", "\t\n\r\\", "\x00\x1f\x7f\x80\xad", "é€😀", "\ud800\u200b\U000e0001", "\u2028":
    print(ascii(repr(text)), ascii(text))
    # expect: "'plain'" 'plain'
    # expect: '"it\'s"' "it's"
    # expect: '\'say "x"\'' 'say "x"'
    # expect: '\'both \\\' and "\'' 'both \' and "'
    # expect: "'\\t\\n\\r\\\\'" '\t\n\r\\'
    # expect: "'\\x00\\x1f\\x7f\\x80\\xad'" '\x00\x1f\x7f\x80\xad'
    # expect: "'\xe9\u20ac\U0001f600'" '\xe9\u20ac\U0001f600'
    # expect: "'\\ud800\\u200b\\U000e0001'" '\ud800\u200b\U000e0001'
    # expect: "'\\u2028'" '\u2028'
print(str(), str(5), str(b"ab", "ascii"), str(b"\xc3\xa9", encoding="utf-8"), str(object="x"), str(errors="x") == "")
# expect:  5 ab é x True
print(repr(str(b"x")), "é".__sizeof__() > 0, "abc".__getnewargs__())  # expect: "b'x'" True ('abc',)


class Text(str):
    def __str__(self):
        return "shown"


class Plain(str):
    pass


value = Plain("abc")
value.attribute = 1
print(value, repr(value), type(value + "d"), value == "abc", hash(value) == hash("abc"), value.attribute)
# expect: abc 'abc' <class 'str'> True True 1
print(str(Text("x")), f"{Text('x')}", "%s" % Text("x"), repr(Text("x")), type(str(value)))
# expect: shown shown shown 'x' <class 'str'>
for bad in lambda: str(1, "utf8"), lambda: str("a", "utf8"), lambda: str(b"a", 1), lambda: str(x=1):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
        # expect: TypeError decoding to str: need a bytes-like object, int found
        # expect: TypeError decoding str is not supported
        # expect: TypeError str() argument 'encoding' must be str, not int
        # expect: TypeError 'x' is an invalid keyword argument for str()
