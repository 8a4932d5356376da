# What vectors find must be what a slow search finds, for characters of 1, 2 and 4 bytes and for bytes.
import random

rng = random.Random(7)


def slow_find(text, part):
    for i in range(len(text) - len(part) + 1):
        if text[i:i + len(part)] == part:
            return i
    return -1


def slow_rfind(text, part):
    for i in range(len(text) - len(part), -1, -1):
        if text[i:i + len(part)] == part:
            return i
    return -1


def slow_count(text, part):
    total = i = 0
    while i + len(part) <= len(text):
        if text[i:i + len(part)] == part:
            total += 1
            i += len(part)
        else:
            i += 1
    return total


def check(text, part):
    assert text.find(part) == slow_find(text, part), (text, part)
    assert text.rfind(part) == slow_rfind(text, part), (text, part)
    assert text.count(part) == slow_count(text, part), (text, part)


cases = 0
for letters in ["ab", "ab\xe9", "a\u03b1\u0161", "\u0101\u0201\u0301", "a\U0001f600\u03b1", "\U00010101\U00010201"]:
    for length in [0, 1, 2, 5, 15, 16, 17, 31, 33, 64, 100]:
        text = "".join(rng.choice(letters) for _ in range(length))
        for size in [1, 2, 3, 7, 16, 20]:
            check(text, "".join(rng.choice(letters) for _ in range(size)))
            if length > size:
                start = rng.randrange(length - size)
                check(text, text[start:start + size])
            cases += 1
for length in [0, 1, 15, 16, 17, 40, 100]:
    data = bytes(rng.choice(b"ab\0\xff") for _ in range(length))
    for size in [1, 2, 3, 18]:
        check(data, bytes(rng.choice(b"ab\0\xff") for _ in range(size)))
        check(bytearray(data), data[length // 2:length // 2 + size] or b"a")
        cases += 1
print(cases)  # expect: 424

# Many places look like the needle's: the search changes its method on the way and still finds it.
for a, b in ["ab", "\u0101\u0201", "\U00010101\U00010201"]:
    text = a * 3000
    part = a * 10 + b + a * 10
    print(text.find(part), text.rfind(part), (text + part).find(part), (part + text).rfind(part))
# expect: -1 -1 3000 0
# expect: -1 -1 3000 0
# expect: -1 -1 3000 0
data = b"a" * 3000
part = b"a" * 10 + b"b" + b"a" * 10
print(data.find(part), data.rfind(part), (data + part).find(part), (part + data).rfind(part))  # expect: -1 -1 3000 0

# A limit counts places, not characters.
print("aXbXc".replace("X", "-", 1), b"aXbXc".replace(b"X", b"-", 1), b"aXbXc".replace(b"X", b"-"))  # expect: a-bXc b'a-bXc' b'a-b-c'
print(bytearray(b"aXbX").replace(b"X", b"-"), bytearray(b"aXbX").replace(b"X", b"--", 1))  # expect: bytearray(b'a-b-') bytearray(b'a--bX')

# Bytes that do not change are the same object.
same = bytes(range(256))
print(same.translate(same) is same, same.translate(None, b"") is same, same.upper() is same)  # expect: True True False
print(same.upper() == same.translate(bytes(range(97)) + bytes(range(65, 91)) + bytes(range(123, 256))))  # expect: True
print(same.lower() == same.translate(bytes(range(65)) + bytes(range(97, 123)) + bytes(range(91, 256))))  # expect: True
print(bytearray(b"abc").translate(same), b"abcabc".translate(None, b"b"), b"abc".translate(same[::-1]))  # expect: bytearray(b'abc') b'acac' b'\x9e\x9d\x9c'
