import re

word = re.compile(r"(?P<first>\w)(\w*)")
for template in r"\2\1", r"\2\1", r"<\g<first>>", r"\2\1", "x\\n", r"\g<0>\g<0>":
    print(repr(word.sub(template, "ab cd")), word.subn(template, "", 1))
# expect: 'ba dc' ('', 0)
# expect: 'ba dc' ('', 0)
# expect: '<a> <c>' ('', 0)
# expect: 'ba dc' ('', 0)
# expect: 'x\n x\n' ('', 0)
# expect: 'abab cdcd' ('', 0)
other = re.compile(r"(\w)\w")
for pattern in word, other, word:
    for template in r"\2\1", r"\1":
        try:
            print(pattern.sub(template, "ab cd"))
        except re.error as error:
            print(error)
# expect: ba dc
# expect: a c
# expect: invalid group reference 2 at position 1
# expect: a c
# expect: ba dc
# expect: a c


class Text(str):
    pass


print(word.sub(Text(r"\1"), "ab"), word.sub(r"\1\1", "ab"), re.compile(rb"(.)b").sub(rb"\1\1", b"ab"))
# expect: a aa b'aa'
