# Short needles, near the start of the text and far behind it, at and across the limits.
for size in (0, 1, 14, 15, 16, 17, 31, 500, 511, 512, 513, 530, 600, 2000):
    text = "a" * size + "needle" + "b" * 40
    assert text.find("needle") == size, size
    assert text.rfind("needle") == size, size
    assert text.count("needle") == 1 and "needle" in text
    assert text.find("needles") == -1 and text.find("needle", size + 1) == -1
    assert text.find("le") == size + 4 and text.find("eb") == size + 5
    assert text.split("needle") == ["a" * size, "b" * 40]
    assert text.rsplit("needle", 1) == ["a" * size, "b" * 40]
    assert text.replace("needle", "-") == "a" * size + "-" + "b" * 40
    assert text.find("needle", 0, size + 5) == -1 and text.find("needle", 0, size + 6) == size
print("aaaa".find("aa", 1), "aaaa".count("aa"), "abab".rfind("ab"))  # expect: 1 2 2
print("ab" * 300 + "abc" in "ab" * 400 + "c", ("ab" * 300).find("ba" * 16))  # expect: True 1
print(("é" * 600 + "ñandú").find("ñan"), ("α" * 600 + "βγ").find("βγ"))  # expect: 600 600
print(("a" * 700).replace("a", "b").count("b"), "banana".replace("a", "o", 2))  # expect: 700 bonona
print("banana".replace("an", "AN"), "banana".replace("an", ""), "a€b€".replace("€", "e"))  # expect: bANANa ba aebe
