print("[" + "ab".center(7) + "]", "ab".center(6, "*"), "ab".ljust(4, "é"), "é".rjust(3), "".zfill(2))  # expect: [   ab  ] **ab** abéé   é 00
print("-4".zfill(5), "+4".zfill(2), "é-".zfill(4), "x".center(1), "".ljust(1, "€"), "-".zfill(3))  # expect: -0004 +4 00é- x € -00
print("α".ljust(3, "𝄞"), ascii("𝄞".center(3, "a")))  # expect: α𝄞𝄞 'a\U0001d11ea'
print(repr("plain"), repr("it's"), repr('say "no"'), repr("both ' and \""))  # expect: 'plain' "it's" 'say "no"' 'both \' and "'
print(repr("tab\t\\ \x7f\x00é\xad€\ud800"))  # expect: 'tab\t\\ \x7f\x00é\xad€\ud800'
print([1, -5, "a'b", 2**60, None, (1, "é"), {"k": "v"}, {3}], [True])  # expect: [1, -5, "a'b", 1152921504606846976, None, (1, 'é'), {'k': 'v'}, {3}] [True]
print(["€"] * 2, ("a",), {"a": 1, 2: "b"}, frozenset({"x"}))  # expect: ['€', '€'] ('a',) {'a': 1, 2: 'b'} frozenset({'x'})
print("MiXed case 123 éÀ".upper(), "MiXed [@`{] 123".lower(), "MiXed [@`{] 123".upper(), "straße".upper())  # expect: MIXED CASE 123 ÉÀ mixed [@`{] 123 MIXED [@`{] 123 STRASSE
print("%s-%d-%s-%d|%s" % ("é", 7, 8, True, 2**70), "%d" % 3.9, "%s" % None)  # expect: é-7-8-1|1180591620717411303424 3 None
