import unicodedata

for c in "aé€😀\u4e00\uac00\u0378\n½٣":
    print(ascii(c), unicodedata.name(c, None), unicodedata.category(c), unicodedata.bidirectional(c),
    # expect: 'a' LATIN SMALL LETTER A Ll L None None -
    # expect: '\xe9' LATIN SMALL LETTER E WITH ACUTE Ll L None None 0065 0301
    # expect: '\u20ac' EURO SIGN Sc ET None None -
    # expect: '\U0001f600' GRINNING FACE So ON None None -
    # expect: '\u4e00' CJK UNIFIED IDEOGRAPH-4E00 Lo L 1.0 None -
    # expect: '\uac00' HANGUL SYLLABLE GA Lo L None None -
    # expect: '\u0378' None Cn  None None -
    # expect: '\n' None Cc B None None -
    # expect: '\xbd' VULGAR FRACTION ONE HALF No ON 0.5 None <fraction> 0031 2044 0032
    # expect: '\u0663' ARABIC-INDIC DIGIT THREE Nd AN 3.0 3 -
          unicodedata.numeric(c, None), unicodedata.decimal(c, None), unicodedata.decomposition(c) or "-")
print(ascii(unicodedata.lookup("snowman")), ascii(unicodedata.lookup("HANGUL SYLLABLE GAG")), "\N{BULLET}" == "\u2022")
# expect: '\u2603' '\uac01' True
print(ascii(unicodedata.lookup("LATIN SMALL LETTER GHA")), ascii(unicodedata.lookup("KEYCAP NUMBER SIGN")))
# expect: '\u01a3' '#\ufe0f\u20e3'
for form in "NFC", "NFD", "NFKC", "NFKD":
    print(form, ascii(unicodedata.normalize(form, "é ﬁ Å 각 ẛ̣")), unicodedata.is_normalized(form, "é"))
    # expect: NFC '\xe9 \ufb01 \xc5 \uac01 \u1e9b\u0323' True
    # expect: NFD 'e\u0301 \ufb01 A\u030a \u1100\u1161\u11a8 \u017f\u0323\u0307' False
    # expect: NFKC '\xe9 fi \xc5 \uac01 \u1e69' True
    # expect: NFKD 'e\u0301 fi A\u030a \u1100\u1161\u11a8 s\u0323\u0307' False
old = unicodedata.ucd_3_2_0
print(unicodedata.unidata_version, old.unidata_version, old.category("\u0221"), unicodedata.category("\u0221"), old.name("ȡ", None))
# expect: 14.0.0 3.2.0 Cn Ll None
print(unicodedata.combining("\u0301"), unicodedata.mirrored("("), unicodedata.east_asian_width("一"))
# expect: 230 1 W
for bad in lambda: unicodedata.name("\n"), lambda: unicodedata.lookup("nope"), lambda: unicodedata.category("ab"), lambda: unicodedata.decimal("x"), lambda: unicodedata.normalize("NFX", "é"):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
        # expect: ValueError no such name
        # expect: KeyError "undefined character name 'nope'"
        # expect: TypeError category() argument must be a unicode character, not str
        # expect: ValueError not a decimal
        # expect: ValueError invalid normalization form
