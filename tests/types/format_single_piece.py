# A format whose result is one string needs no copy; what comes before, behind and around it must not change that text.
class Text(str):
    def __str__(self):
        return "shown"
    def __format__(self, specification):
        return "laid out"

word = "".join(["wo", "rd"])
wide = "".join(["wö", "rd€\U0001F600"])
assert "%s" % word == word and "{}".format(word) == word
assert "%s" % wide == wide and "{}".format(wide) == wide
assert "%s%s" % (word, wide) == word + wide == "{}{}".format(word, wide)
assert "%s%s" % ("", word) == word == "{}{}".format("", word)
assert "%s%s" % (word, "") == word == "{}{}".format(word, "")
assert "%s%%" % word == "word%" and "%%%s" % word == "%word" and "{}{{".format(word) == "word{"
assert "%s%d" % (word, -12) == "word-12" and "%d%s" % (7, word) == "7word"
assert "%6s|%-6s|%.2s" % (word, word, word) == "  word|word  |wo"
assert "%6s" % wide == wide and "%8s" % wide == "  " + wide and "%.1s%s" % (wide, wide) == "w" + wide
assert "{:>6}|{:.2}".format(word, word) == "  word|wo"

# One character, and none.
assert "%d" % 5 == "5" and "{}".format(5) == "5" and "%c" % 233 == "é" and "%s%s" % ("", "") == "" == "{}".format("")
assert "%d" % 5 is "%d" % 5

# Subclasses of str and of int are asked.
class Number(int):
    def __str__(self):
        return "number"
    def __repr__(self):
        return "shown number"
assert "%s" % Text("x") == "shown" and "{}".format(Text("x")) == "laid out" and f"{Text('x')}" == "laid out"
assert type("%s" % word) is str and type(Text("%d").__mod__(5)) is str
class Shown:
    def __str__(self):
        return Text("ab")
    __repr__ = __str__
    def __format__(self, specification):
        return Text("ab")
unchanged = Text("ab")
assert unchanged % () is unchanged and unchanged.format(1) is unchanged and unchanged.format_map({}) is unchanged
assert type("%s" % Shown()) is type("%r" % Shown()) is type("{}".format(Shown())) is Text
assert type("%3s" % Shown()) is type("%s!" % Shown()) is type("{!r}".format(Shown())) is type(f"{Shown()!r}") is str
assert "%s %d %r" % (Number(3), Number(3), Number(3)) == "number 3 shown number"
assert str(Number(3)) == "number" and repr(Number(3)) == "shown number" and str(True) == "True" and "%d" % True == "1"

# %r, %s, %d of everything that is shown without asking its type.
assert "%r" % "it's" == '"it\'s"' and "%r %r" % (wide, 5) == repr(wide) + " 5" and "%s" % -5 == "-5"
for format, arguments, message in [
    ("%d", "x", "%d format: a real number is required, not str"),
    ("%d", ("a" * 3,), "%d format: a real number is required, not str"),
    ("%r", (), "not enough arguments for format string"),
    ("%r", (1, 2), "not all arguments converted during string formatting"),
]:
    try:
        format % arguments
    except TypeError as e:
        assert str(e) == message, e
    else:
        assert False

# A specification that is made of fields.
assert "{:{}}".format("ab", ">4") == "  ab" and "{:{}}".format("ab", "") == "ab" and "{:{}{}}".format(5, ">", 3) == "  5"
assert "{!r}".format(word) == "'word'" and "{!s:>6}".format(wide).strip() == wide

# join() sees subclasses, all widths, and lengths around its copies by words.
for length in range(40):
    pieces = [chr(97 + i % 26) * (i % (length + 1)) for i in range(length)]
    text = ""
    for piece in pieces:
        text += piece
    assert "".join(pieces) == text and ",".join(pieces).replace(",", "") == text
    assert "é".join(pieces).replace("é", "") == text and "€".join(pieces + [wide]).replace("€", "") == text + wide.replace("€", "")
assert "".join([Text("a"), Text("b")]) == "ab" and type("".join([Text("ab")])) is str
assert "x".join(["", ""]) == "x" and "".join(["", "é", ""]) == "é" and "é".join([word]) == word
