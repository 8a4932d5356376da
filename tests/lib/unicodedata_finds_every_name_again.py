# From names to characters: the index, syllables and ideographs, aliases, and names of nothing.
import unicodedata

found = 0
for code in range(0, 0x110000, 97):
    character = chr(code)
    name = unicodedata.name(character, "")
    if name:
        found += 1
        assert unicodedata.lookup(name) == character, name
        if not name.startswith(("HANGUL SYLLABLE", "CJK UNIFIED")):
            assert unicodedata.lookup(name.lower()) == character, name
print(found)  # expect: 1418

for name in ("BELL", "alert", "LATIN SMALL LETTER GHA", "Fire", "HANGUL SYLLABLE GAG", "CJK UNIFIED IDEOGRAPH-20000",
             "CJK UNIFIED IDEOGRAPH-FFFF", "", "A", "SPACE ", "x" * 300):
    answers = []
    for database in (unicodedata, unicodedata.ucd_3_2_0):
        try:
            answers.append(ascii(database.lookup(name)))
        except KeyError as error:
            answers.append(str(error)[:40])
    print(*answers)
# expect: '\U0001f514' "undefined character name 'BELL'"
# expect: '\x07' "undefined character name 'alert'"
# expect: '\u01a3' "undefined character name 'LATIN SMALL L
# expect: '\U0001f525' "undefined character name 'Fire'"
# expect: '\uac01' '\uac01'
# expect: '\U00020000' '\U00020000'
# expect: "undefined character name 'CJK UNIFIED I "undefined character name 'CJK UNIFIED I
# expect: "undefined character name ''" "undefined character name ''"
# expect: "undefined character name 'A'" "undefined character name 'A'"
# expect: "undefined character name 'SPACE '" "undefined character name 'SPACE '"
# expect: 'name too long' 'name too long'
print(unicodedata.name("\U0001b2fb"), unicodedata.name("\u4e2d"), unicodedata.name("\U0002a6d6"))  # expect: NUSHU CHARACTER-1B2FB CJK UNIFIED IDEOGRAPH-4E2D CJK UNIFIED IDEOGRAPH-2A6D6
