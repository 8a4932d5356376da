# Unicode Standard 3.13: full case mappings, one character to up to three.
for text in "hello World", "ΑΣ ΣΑΣ ΑΣ.Α ΑΣ̓", "straße ﬁn", "ŉ İı Ǆǅǆ", "ꭰᏸ Ა ა":
    lower, upper, title = text.lower(), text.upper(), text.title()
    print(*map(ascii, [lower, upper, title, text.capitalize(), text.swapcase(), text.casefold()]), sep="\n")
    # expect: 'hello world'
    # expect: 'HELLO WORLD'
    # expect: 'Hello World'
    # expect: 'Hello world'
    # expect: 'HELLO wORLD'
    # expect: 'hello world'
    # expect: '\u03b1\u03c2 \u03c3\u03b1\u03c2 \u03b1\u03c3.\u03b1 \u03b1\u03c2\u0313'
    # expect: '\u0391\u03a3 \u03a3\u0391\u03a3 \u0391\u03a3.\u0391 \u0391\u03a3\u0313'
    # expect: '\u0391\u03c2 \u03a3\u03b1\u03c2 \u0391\u03c3.\u0391 \u0391\u03c2\u0313'
    # expect: '\u0391\u03c2 \u03c3\u03b1\u03c2 \u03b1\u03c3.\u03b1 \u03b1\u03c2\u0313'
    # expect: '\u03b1\u03c2 \u03c3\u03b1\u03c2 \u03b1\u03c3.\u03b1 \u03b1\u03c2\u0313'
    # expect: '\u03b1\u03c3 \u03c3\u03b1\u03c3 \u03b1\u03c3.\u03b1 \u03b1\u03c3\u0313'
    # expect: 'stra\xdfe \ufb01n'
    # expect: 'STRASSE FIN'
    # expect: 'Stra\xdfe Fin'
    # expect: 'Stra\xdfe \ufb01n'
    # expect: 'STRASSE FIN'
    # expect: 'strasse fin'
    # expect: '\u0149 i\u0307\u0131 \u01c6\u01c6\u01c6'
    # expect: '\u02bcN \u0130I \u01c4\u01c4\u01c4'
    # expect: '\u02bcN \u0130\u0131 \u01c5\u01c6\u01c6'
    # expect: '\u02bcN i\u0307\u0131 \u01c6\u01c6\u01c6'
    # expect: '\u02bcN i\u0307I \u01c6\u01c5\u01c4'
    # expect: '\u02bcn i\u0307\u0131 \u01c6\u01c6\u01c6'
    # expect: '\uab70\u13f8 \u10d0 \u10d0'
    # expect: '\u13a0\u13f0 \u1c90 \u1c90'
    # expect: '\u13a0\u13f8 \u1c90 \u10d0'
    # expect: '\u13a0\u13f8 \u10d0 \u10d0'
    # expect: '\u13a0\u13f0 \u10d0 \u1c90'
    # expect: '\u13a0\u13f0 \u10d0 \u10d0'
tests = "isalnum isalpha isascii isdecimal isdigit isidentifier islower isnumeric isprintable isspace istitle isupper"
for text in "", "abc", "ABC", "Abc Def", "a1", "12", "²", "½", "٣", "\t\n", "_x", "é", "ǅ", "a b", "\x85", "ª", "日本":
    print(ascii(text), [name[2:] for name in tests.split() if getattr(text, name)()])
    # expect: '' ['ascii', 'printable']
    # expect: 'abc' ['alnum', 'alpha', 'ascii', 'identifier', 'lower', 'printable']
    # expect: 'ABC' ['alnum', 'alpha', 'ascii', 'identifier', 'printable', 'upper']
    # expect: 'Abc Def' ['ascii', 'printable', 'title']
    # expect: 'a1' ['alnum', 'ascii', 'identifier', 'lower', 'printable']
    # expect: '12' ['alnum', 'ascii', 'decimal', 'digit', 'numeric', 'printable']
    # expect: '\xb2' ['alnum', 'digit', 'numeric', 'printable']
    # expect: '\xbd' ['alnum', 'numeric', 'printable']
    # expect: '\u0663' ['alnum', 'decimal', 'digit', 'numeric', 'printable']
    # expect: '\t\n' ['ascii', 'space']
    # expect: '_x' ['ascii', 'identifier', 'lower', 'printable']
    # expect: '\xe9' ['alnum', 'alpha', 'identifier', 'lower', 'printable']
    # expect: '\u01c5' ['alnum', 'alpha', 'identifier', 'printable', 'title']
    # expect: 'a b' ['ascii', 'lower', 'printable']
    # expect: '\x85' ['space']
    # expect: '\xaa' ['alnum', 'alpha', 'identifier', 'lower', 'printable']
    # expect: '\u65e5\u672c' ['alnum', 'alpha', 'identifier', 'printable']
print("they're bill's".title(), "x" * 3 + "Y".lower(), "ß".upper(), "ﬃ".upper(), "ς".upper())
# expect: They'Re Bill'S xxxy SS FFI Σ
