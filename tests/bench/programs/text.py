"""String methods, formatting and building."""


def caesar(text, shift):
    letters = []
    for letter in text:
        if letter.isalpha():
            base = ord("a") if letter.islower() else ord("A")
            letter = chr((ord(letter) - base + shift) % 26 + base)
        letters.append(letter)
    return "".join(letters)


def wrap(text, width):
    line = ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line


def run(size):
    sentence = "The quick brown fox, jumping over 13 lazy dogs; naïve café - "
    text = ""
    for i in range(size):
        text += sentence.replace("13", str(i)).title() if i % 3 else sentence
    coded = caesar(text, 3)
    lines = list(wrap(coded, 60))
    table = "\n".join(f"{i:>5}|{line:<62}|{len(line):#06x}|{i / 7:8.3f}" for i, line in enumerate(lines))
    counts = [table.count(part) for part in ("wkh", "0x", "e", "  ")]
    back = caesar(" ".join(lines), -3)
    return len(table), counts, back.lower().find("dogs"), table.upper().split("|")[5].strip(), hash(back) == hash(back[:])


SIZE = 1300
EXPECTED = (116704, [0, 1373, 434, 4546], 42, '0X003B', True)
