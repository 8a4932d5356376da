"""Writes character_tables.cpp: python3.11 generate_tables.py > character_tables.cpp

Asks the interpreter that runs it (python3.11) how its codecs decode and encode everything. A character set is made in
layers: rows of a smaller set, moved to where the encoding has them, and rows that say what is different.
"""
import collections
import unicodedata

SHORTEST_RUN = 24  # of consecutive characters that get a row of their own amid others
BOTH, DECODE, ENCODE, REMOVE, REFUSE, DENY = "Both", "DecodeOnly", "EncodeOnly", "Remove", "Refuse", "Deny"


def high(code):
    return code | 0x8080


def shift_jis(code):
    row, cell = (code >> 8) - 0x21, (code & 0xFF) - 0x21
    lead = (row >> 1) + (0x81 if row < 62 else 0xC1)
    trail = cell + (0x9F if row & 1 else 0x40 if cell < 63 else 0x41)
    return lead << 8 | trail


def same(code):
    return code


class Mapping:
    """What a codec does with single characters: decoding {code: text}, encoding {character: code}."""

    def __init__(self):
        self.decoding, self.encoding, self.refused = {}, {}, set()

    def apply(self, kind, code, text):
        if kind == DENY:
            return
        if kind in (REMOVE, REFUSE):
            if self.encoding.get(self.decoding.get(code)) == code:
                del self.encoding[self.decoding[code]]
            self.decoding.pop(code, None)
            if kind == REFUSE:
                self.refused.add(code)
            return
        if kind != ENCODE:
            if self.encoding.get(self.decoding.get(code)) == code:
                del self.encoding[self.decoding[code]]
            self.decoding[code] = text
        if kind != DECODE:
            self.encoding[text] = code


def ask(codec, before=b""):
    """The mapping of codes of one or two bytes, or of those of two behind others."""
    result = Mapping()
    for code in range(0x100 if before else 0, 0x10000):
        data = code.to_bytes(2 if code >= 0x100 else 1, "big")
        try:
            text = (before + data).decode(codec)
        except UnicodeDecodeError as problem:
            if problem.reason.startswith("illegal") and problem.end - problem.start == len(before + data) > 1:
                result.refused.add(code)
            continue
        if code < 0x100 or code >> 8 not in result.decoding:  # otherwise these are two characters of a byte each
            result.decoding[code] = text
    for character in map(chr, range(0x110000)):
        try:
            data = character.encode(codec)
        except UnicodeEncodeError:
            continue
        code = data[len(before):]
        if data.startswith(before) and (len(code) == 2 or (len(code) == 1 and not before)):
            result.encoding[character] = int.from_bytes(code, "big")
    return result


def second_plane(mapping):
    """Without the rows of JIS X 0212, which encodings with the second plane of JIS X 0213 have, too."""
    rows = [0x20 + row for row in (1, 3, 4, 5, 8, 12, 13, 14, 15, *range(78, 95))]
    result = Mapping()
    result.decoding = {code: text for code, text in mapping.decoding.items() if code >> 8 in rows}
    result.encoding = {text: code for text, code in mapping.encoding.items() if code >> 8 in rows}
    return result


class CharacterSet:
    """`layers` are pairs of a smaller set and where its codes go; `own` are rows that make the wanted mapping of them."""

    def __init__(self, name, wanted, layers=(), denied=()):
        self.name, self.layers = name, layers
        self.own = []
        made = self.everything()
        self.own = list(self.differences(made, wanted))
        made = self.everything()
        self.own += [(ENCODE, code, text) for text, code in wanted.encoding.items() if made.encoding.get(text) != code]
        self.own += [(DENY, 0, character) for character in sorted(denied)]
        made = self.everything()
        assert made.decoding == wanted.decoding, name
        assert made.encoding == wanted.encoding, name

    def everything(self):
        made = Mapping()
        self.apply(made)
        return made

    def apply(self, mapping, move=same):
        for base, inner in self.layers:
            base.apply(mapping, lambda code: move(inner(code)))
        for kind, code, text in self.own:
            mapping.apply(kind, move(code), text)

    @staticmethod
    def differences(made, wanted):
        for code in sorted(set(made.decoding) | set(wanted.decoding) | wanted.refused):
            text = wanted.decoding.get(code)
            if text is None:
                if code in wanted.refused:
                    yield REFUSE, code, None
                elif code in made.decoding:
                    yield REMOVE, code, None
                continue
            kind = BOTH if wanted.encoding.get(text) == code else DECODE
            if made.decoding.get(code) != text or (kind == BOTH and made.encoding.get(text) != code):
                yield kind, code, text


def runs(entries):
    """Entries of consecutive codes with one lead byte; those of consecutive characters apart."""
    part = []
    for entry in entries:
        if part and (entry[1] != part[-1][1] + 1 or entry[0] != part[-1][0] or entry[1] >> 8 != part[-1][1] >> 8):
            yield from split(part)
            part = []
        part.append(entry)
    if part:
        yield from split(part)


def split(part):
    start = plain = 0
    while start < len(part):
        end = start + 1
        while end < len(part) and follows(part[end - 1], part[end]):
            end += 1
        if end - start >= SHORTEST_RUN or part[start][2] is None:
            if plain < start:
                yield part[plain:start]
            yield part[start:end]
            plain = end
        start = end
    if plain < len(part):
        yield part[plain:]


def follows(before, after):
    if before[2] is None or after[2] is None:
        return before[2] is after[2]
    return len(before[2]) == len(after[2]) == 1 and ord(after[2]) == ord(before[2]) + 1


def literal(text):
    result = ""
    for character in text:
        if character in '"\\':
            result += "\\" + character
        elif character < "\x7f" or (character.isprintable() and not unicodedata.category(character).startswith("M")):
            result += character
        else:
            result += "\\u%04x" % ord(character) if character <= "\uffff" else "\\U%08x" % ord(character)
    return result


def write_set(character_set):
    name = character_set.name
    pairs = [(code, text) for kind, code, text in character_set.own if text is not None and len(text) == 2]
    entries = [entry for entry in character_set.own if entry[2] is None or len(entry[2]) == 1]
    print(f"\nconst CharacterRow {name}_rows[] = {{" if entries else "")
    for run in runs(entries):
        kind, code, text = run[0]
        if text is not None and not all(map(follows, run, run[1:])):
            shown = "".join(text for kind, code, text in run)
            print(f'    {{{kind}, 0x{code:02x}, {len(run)}, 0, u8"{literal(shown)}"}},')
        else:
            print(f"    {{{kind}, 0x{code:02x}, {len(run)}, 0x{ord(text or chr(0)):02x}, nullptr}},")
    if entries:
        print("};")
    if pairs:
        print(f"const CharacterPair {name}_pairs[] = {{")
        for code, text in pairs:
            print("    {0x%04x, 0x%04x, 0x%04x}," % (code, *map(ord, text)))
        print("};")
    if character_set.layers:
        print(f"const CharacterLayer {name}_layers[] = {{")
        for base, move in character_set.layers:
            print(f"    {{&{base.name}, {MOVES[move]}}},")
        print("};")
    parts = [f"{name}_{part}" if content else "{}"
             for part, content in (("layers", character_set.layers), ("rows", entries), ("pairs", pairs))]
    print(f"const CharacterSource {name}{{{', '.join(parts)}}};")


def is_encodable(character, codec):
    return character.encode(codec, "ignore") != b""


def moved(mapping, move):
    """The 7-bit character set that `mapping` has at moved codes."""
    back = {move(row << 8 | cell): row << 8 | cell for row in range(0x21, 0x7F) for cell in range(0x21, 0x7F)}
    result = Mapping()
    result.decoding = {back[code]: text for code, text in mapping.decoding.items() if code in back}
    result.encoding = {text: back[code] for text, code in mapping.encoding.items() if code in back}
    result.refused = {back[code] for code in mapping.refused if code in back}
    return result


# The sets of single codecs: name, codec, layers.
CODECS = """gb2312 = ascii gb2312_94:high; gbk = gb2312; gb18030 = gbk; big5 = ascii; cp950 = big5; big5hkscs = big5;
            euc_kr = ascii ksx1001_94:high; cp949 = euc_kr; johab = ascii; euc_jp = ascii jisx0208_94:high;
            shift_jis = ascii jisx0208_94:shift_jis; cp932 = ascii jisx0208_94:shift_jis;
            shift_jis_2004 = ascii jisx0213_94:shift_jis;
            shift_jisx0213 = shift_jis_2004; euc_jis_2004 = ascii jisx0213_94:high; euc_jisx0213 = euc_jis_2004"""
MOVES = {same: "Move::Same", high: "Move::High", shift_jis: "Move::ShiftJis"}


def main():
    sets = {}

    def add(name, wanted, *layers, denied=()):
        sets[name] = CharacterSet(name, wanted, layers, denied)

    plain = Mapping()
    plain.decoding = {code: chr(code) for code in range(128)}
    plain.encoding = {chr(code): code for code in range(128)}
    add("ascii", plain)
    add("gb2312_94", moved(ask("gb2312"), high))
    add("ksx1001_94", moved(ask("cp949"), high))
    add("jisx0208_94", moved(ask("euc_jp"), high))
    add("jisx0212_94", moved(ask("euc_jp", b"\x8f"), high))
    add("jisx0213_94", moved(ask("euc_jis_2004"), high), (sets["jisx0208_94"], same))
    add("jisx0213_2000_94", moved(ask("euc_jisx0213"), high), (sets["jisx0213_94"], same))
    add("jisx0213_plane2_94", second_plane(moved(ask("euc_jis_2004", b"\x8f"), high)))
    add("jisx0213_2000_plane2_94", second_plane(moved(ask("euc_jisx0213", b"\x8f"), high)),
        (sets["jisx0213_plane2_94"], same))
    for line in CODECS.split(";"):
        name, layers = line.split("=")
        layers = [layer.partition(":") for layer in layers.split()]
        wanted, denied = ask(name.strip()), ()
        if name.strip() == "euc_jisx0213":  # what the newer edition has is not looked for in JIS X 0212
            older = sets["jisx0212_94"].everything().encoding
            denied = [text for text in older if not is_encodable(text, "euc_jisx0213")]
        add(name.strip(), wanted, *((sets[base], globals()[move or "same"]) for base, _, move in layers),
            denied=denied)
    print("// Generated by generate_tables.py. Do not edit.")
    print('#include "Modules/cjk/character_set.h"')
    print("\nnamespace minipy::cjk::sets {\n\n// clang-format off\nusing enum CharacterRow::Kind;")
    for character_set in sets.values():
        write_set(character_set)
    print("\n// clang-format on\n\n}  // namespace minipy::cjk::sets")


if __name__ == "__main__":
    main()
