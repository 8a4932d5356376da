"""Writes the Unicode tables beside this file.

Everything is asked of the interpreter that runs this script, which must have Unicode 14.0.0
(python3.11 has): its `unicodedata` module and the methods of its strings. The names of aliases and
of named sequences cannot be enumerated there, so their candidates come from alias_names.txt, which
`--candidates Name.pl` makes from Perl's copy of the Unicode database; the interpreter still says
which of them it knows.
"""

import pathlib
import re
import sys
import unicodedata

HERE = pathlib.Path(__file__).parent
OLD = unicodedata.ucd_3_2_0
LAST = 0x110000
CHARACTERS = [chr(code) for code in range(LAST)]

CATEGORIES = """Cn Lu Ll Lt Mn Mc Me Nd Nl No Zs Zl Zp Cc Cf Cs Co Lm Lo Pc Pd Ps Pe Pi Pf Po
                Sm Sc Sk So""".split()
BIDIRECTIONALS = [""] + """L LRE LRO R AL RLE RLO PDF EN ES ET AN CS NSM BN B S WS ON LRI RLI FSI
                           PDI""".split()
WIDTHS = "F H W Na A N".split()
PREFIXES = [""] + """<noBreak> <compat> <super> <fraction> <sub> <font> <circle> <wide> <vertical>
                     <square> <isolated> <final> <initial> <medial> <small> <narrow>""".split()
FLAGS = """alphabetic decimal digit numeric lower upper title space printable xid_start
           xid_continue cased case_ignorable line_break special_case""".split()
NAME_BUCKET_BITS = 13  # four names in each
FORMS = "NFC NFD NFKC NFKD".split()


# --- asking ---------------------------------------------------------------------------------


def is_case_ignorable(c):
    """Seen through the rule for a final sigma, which looks past such characters."""
    return ("A" + c + "Σ").lower()[-1] == "ς" and ("1" + c + "Σ").lower()[-1] == "σ"


def is_cased(c):
    return c.islower() or c.isupper() or unicodedata.category(c) == "Lt"


def flags_of(c):
    answers = {
        "alphabetic": c.isalpha(),
        "decimal": c.isdecimal(),
        "digit": c.isdigit(),
        "numeric": c.isnumeric(),
        "lower": c.islower(),
        "upper": c.isupper(),
        "title": unicodedata.category(c) == "Lt",
        "space": c.isspace(),
        "printable": c.isprintable(),
        "xid_start": c.isidentifier() and c != "_",
        "xid_continue": ("a" + c).isidentifier(),
        "cased": is_cased(c),
        "case_ignorable": is_case_ignorable(c),
        "line_break": len(("a" + c + "a").splitlines()) == 2,
    }
    return sum(1 << FLAGS.index(name) for name, answer in answers.items() if answer)


def case_of(c):
    """Simple (upper, lower, title) as distances, and the full mappings where they differ."""
    upper, lower, title, fold = c.upper(), c.lower(), c.title(), c.casefold()
    simple_title = title if len(title) == 1 else c
    simple_upper = upper if len(upper) == 1 else simple_title
    simple_lower = lower if len(lower) == 1 else "i"  # U+0130 is the only one.
    simple = tuple(ord(each) - ord(c) for each in (simple_upper, simple_lower, simple_title))
    plain = (upper, lower, title, fold) == (simple_upper, simple_lower, simple_title, simple_lower)
    return simple, None if plain else (upper, lower, title, fold)


def character_records():
    records, special = [], []
    for c in CHARACTERS:
        simple, full = case_of(c)
        flags, index = flags_of(c), 0
        if full:
            flags |= 1 << FLAGS.index("special_case")
            index = len(special)
            special.append(full)
        digits = unicodedata.decimal(c, 255), unicodedata.digit(c, 255)
        records.append((*simple, flags, index, *digits))
    return records, special


def quick_checks(compositions):
    """For each character eight bits, two a form: 0 yes, 1 maybe, 2 no."""
    maybe = {second for _, second in compositions} | set(range(0x1161, 0x1176))
    maybe |= set(range(0x11A8, 0x11C3))
    result = []
    for c in CHARACTERS:
        bits = 0
        for position, form in enumerate(FORMS):
            if unicodedata.normalize(form, c) != c:
                bits |= 2 << 2 * position
            elif form in ("NFC", "NFKC") and ord(c) in maybe:
                bits |= 1 << 2 * position
        result.append(bits)
    return result


def database_records(compositions, numerics):
    records = []
    for c, checks in zip(CHARACTERS, quick_checks(compositions)):
        numeric = unicodedata.numeric(c, None)
        records.append((
            CATEGORIES.index(unicodedata.category(c)),
            BIDIRECTIONALS.index(unicodedata.bidirectional(c)),
            unicodedata.combining(c),
            WIDTHS.index(unicodedata.east_asian_width(c)),
            unicodedata.mirrored(c),
            checks,
            0 if numeric is None else 1 + numerics.index(numeric),
        ))
    return records


def old_records(numerics):
    """How Unicode 3.2.0 differs: 255 says that it does not; numerics: 65535."""
    records = []
    for c in CHARACTERS:
        def changed(name, table=None, default=0):
            old, new = getattr(OLD, name)(c), getattr(unicodedata, name)(c)
            return 255 if old == new else table.index(old) if table else old

        old_numeric, new_numeric = OLD.numeric(c, None), unicodedata.numeric(c, None)
        if OLD.category(c) == "Cn" or old_numeric == new_numeric:
            numeric = 65535
        else:
            numeric = 0 if old_numeric is None else 1 + numerics.index(old_numeric)
        decimal = OLD.decimal(c, None)
        records.append((
            changed("category", CATEGORIES),
            changed("bidirectional", BIDIRECTIONALS),
            changed("mirrored"),
            changed("east_asian_width", WIDTHS),
            255 if decimal == unicodedata.decimal(c, None) else 254 if decimal is None else decimal,
            numeric,
        ))
    return records


def decompositions():
    """code -> (prefix number, codes); Hangul is computed instead."""
    result = {}
    for code, c in enumerate(CHARACTERS):
        text = unicodedata.decomposition(c)
        if text and not 0xAC00 <= code < 0xD7A4:
            words = text.split()
            prefix = words.pop(0) if words[0].startswith("<") else ""
            result[code] = PREFIXES.index(prefix), tuple(int(word, 16) for word in words)
    return result


def compositions_of(table):
    result = {}
    for code, (prefix, codes) in table.items():
        if prefix == 0 and len(codes) == 2:
            if unicodedata.normalize("NFC", "".join(map(chr, codes))) == chr(code):
                result[codes] = code
    return result


def numeric_values():
    values = {unicodedata.numeric(c, None) for c in CHARACTERS}
    values |= {OLD.numeric(c, None) for c in CHARACTERS}
    return sorted(values - {None})


# --- writing --------------------------------------------------------------------------------


class Writer:
    def __init__(self, file_name):
        self.path = HERE / file_name
        self.lines = [
            "// Generated by generate_tables.py. Do not edit.",
            '#include "Objects/unicode/tables.h"',
            "",
            "namespace minipy::unicode::tables {",
            "",
            "// clang-format off",
        ]

    def array(self, kind, name, items):
        self.lines.append(f"const {kind} {name}[] = {{")
        line = ""
        for item in items:
            item = f"{item},"
            if len(line) + len(item) > 118:
                self.lines.append(line)
                line = ""
            line += item
        self.lines += [line, "};"]

    def trie(self, name, values):
        """Two levels; the shift that makes them smallest is chosen and written as a constant."""
        best = None
        for shift in range(4, 9):
            size = 1 << shift
            blocks, first, second = {}, [], []
            for start in range(0, LAST, size):
                block = tuple(values[start:start + size])
                if block not in blocks:
                    blocks[block] = len(blocks)
                    second += block
                first.append(blocks[block])
            cost = len(first) * (1 + (len(blocks) > 256)) + len(second) * (1 + (max(values) > 255))
            if best is None or cost < best[0]:
                best = cost, shift, first, second
        _, shift, first, second = best
        self.array(integer_type(first), f"{name}_blocks", first)
        self.array(integer_type(second), f"{name}_entries", second)
        return f"constexpr unsigned {name}_shift = {shift};\n" \
               f"extern const {integer_type(first)} {name}_blocks[];\n" \
               f"extern const {integer_type(second)} {name}_entries[];"

    def records(self, kind, name, values):
        """A trie to the distinct records."""
        distinct = {}
        indices = [distinct.setdefault(value, len(distinct)) for value in values]
        declarations = self.trie(name, indices)
        self.array(kind, f"{name}_records", (braces(record) for record in distinct))
        return declarations + f"\nextern const {kind} {name}_records[];"

    def words(self, name, data):
        """Bytes, eight to a number, lowest first."""
        data += bytes(-len(data) % 8)
        numbers = (int.from_bytes(data[i:i + 8], "little") for i in range(0, len(data), 8))
        self.array("uint64_t", name, (hex(number) for number in numbers))

    def close(self):
        self.lines += ["// clang-format on", "", "}  // namespace minipy::unicode::tables", ""]
        self.path.write_text("\n".join(self.lines))


def integer_type(values):
    largest = max(values)
    return "uint8_t" if largest < 256 else "uint16_t" if largest < 65536 else "uint32_t"


def braces(values):
    return "{" + ",".join(map(str, values)) + "}"


def write_characters():
    writer = Writer("character_tables.cpp")
    records, special = character_records()
    declarations = [writer.records("CharacterRecord", "character", records)]
    rows = ([braces(map(ord, each.ljust(3, "\0"))) for each in full] for full in special)
    writer.array("SpecialCase", "special_cases", ("{" + ",".join(row) + "}" for row in rows))
    writer.close()
    return declarations


def write_database():
    writer = Writer("database_tables.cpp")
    numerics = numeric_values()
    decomposed = decompositions()
    composed = compositions_of(decomposed)
    declarations = [
        writer.records("DatabaseRecord", "database", database_records(composed, numerics)),
        writer.records("OldRecord", "old", old_records(numerics)),
    ]
    writer.array("double", "numeric_values", numerics)

    # A decomposition is a head (length << 8 | prefix) and its codes; offset 0 says there is none.
    data, offsets = [0], [0] * LAST
    for code, (prefix, codes) in decomposed.items():
        offsets[code] = len(data)
        data += [len(codes) << 8 | prefix, *codes]
    declarations.append(writer.trie("decomposition", offsets))
    writer.array("uint32_t", "decomposition_data", data)

    pairs = sorted(composed.items())
    writer.array("Composition", "compositions", (braces((*pair, code)) for pair, code in pairs))
    declarations.append(f"constexpr unsigned composition_count = {len(pairs)};")

    corrected = [
        (code, int(old, 16))
        for code, c in enumerate(CHARACTERS)
        if (old := "%04X" % ord(OLD.normalize("NFD", c)) if len(OLD.normalize("NFD", c)) == 1 else "")
        and unicodedata.normalize("NFD", c) != OLD.normalize("NFD", c)
        and OLD.category(c) != "Cn"
    ]
    writer.array("Correction", "old_corrections", map(braces, corrected))
    declarations.append(f"constexpr unsigned old_correction_count = {len(corrected)};")
    writer.close()
    return declarations


def ranges(codes):
    result = []
    for code in codes:
        if result and result[-1][1] + 1 == code:
            result[-1][1] = code
        else:
            result.append([code, code])
    return result


def hash_of(name):
    """As in names.cpp."""
    value = 2166136261
    for byte in name.encode():
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return value ^ value >> 15


def write_name_index(writer, codes):
    """Code points in the order of their names' hashes: the high bits say in which bucket to look, the low
    bits are beside the code point, because names take time to read."""
    buckets = [[] for _ in range(1 << NAME_BUCKET_BITS)]
    for code in codes:
        value = hash_of(unicodedata.name(chr(code)))
        buckets[value >> 32 - NAME_BUCKET_BITS].append((value & 0x7FF) << 21 | code)
    starts = [0]
    for bucket in buckets:
        starts.append(starts[-1] + len(bucket))
    writer.array("uint16_t", "name_bucket_starts", starts)
    writer.array("uint32_t", "name_index", (entry for bucket in buckets for entry in bucket))


def write_names():
    """Names as numbers of words: a byte for the commonest, two for the others, 0 ends a name.

    A word carries the hyphen in front of it; a blank is understood otherwise. Word 1 stands for
    a hyphen and the character's own code.
    """
    names, ideographs = {}, []
    for code, c in enumerate(CHARACTERS):
        name = unicodedata.name(c, "")
        if name == f"CJK UNIFIED IDEOGRAPH-{code:04X}":
            ideographs.append(code)
        elif name and not 0xAC00 <= code < 0xD7A4:
            names[code] = re.sub(rf"-{code:04X}$", "-*", name)

    counts = {}
    split_names = {}
    for code, name in names.items():
        split_names[code] = re.findall(r"[ -][^ -]*", " " + name)
        for word in split_names[code]:
            counts[word] = counts.get(word, 0) + 1
    own_code = counts.pop("-*") and "-*"
    order = sorted(counts, key=lambda word: (-counts[word], word))
    long_heads = -(-len(order) // 256) + 1
    short = 254 - long_heads  # Bytes 2 .. short + 1 are single.
    numbers = {word: index for index, word in enumerate(order)}

    def encode(word):
        if word == own_code:
            return b"\1"
        number = numbers[word]
        if number < short:
            return bytes([number + 2])
        return bytes([short + 2 + (number - short >> 8), number - short & 255])

    data, block_starts = bytearray(), [0xFFFFFF] * (LAST >> 4)
    for block in range(LAST >> 4):
        codes = range(block << 4, (block + 1) << 4)
        if any(code in names for code in codes):
            block_starts[block] = len(data)
            for code in codes:
                data += b"".join(map(encode, split_names.get(code, ()))) + b"\0"

    writer = Writer("name_tables.cpp")
    # Blocks of names: a trie of its own, over code >> 4.
    distinct = {0xFFFFFF: 0}
    indices = [distinct.setdefault(start, len(distinct)) for start in block_starts]
    declarations = [writer.trie("name_block", indices + [0] * (LAST - len(indices)))]
    writer.array("uint32_t", "name_block_starts", distinct)
    writer.words("name_data", bytes(data))
    text = "".join(word.lstrip(" ") + "\n" for word in order)
    starts, position = [], 0
    for word in order:
        starts.append(position)
        position += len(word.lstrip(" ")) + 1
    writer.array("uint32_t", "name_word_starts", starts + [position])
    writer.lines.append("const char name_words[] =")
    writer.lines += [f'"{line}"' for line in re.findall(".{1,110}", text.replace("\n", "/"))]
    writer.lines.append(";")
    writer.array("Range", "ideograph_ranges", map(braces, ranges(ideographs)))
    declarations += [
        f"constexpr unsigned name_short_words = {short};",
        f"constexpr unsigned name_bucket_bits = {NAME_BUCKET_BITS};",
        f"constexpr unsigned ideograph_range_count = {len(ranges(ideographs))};",
    ]
    write_name_index(writer, names)
    declarations += write_aliases(writer)
    writer.close()
    return declarations


def write_aliases(writer):
    aliases, sequences = [], []
    for name in (HERE / "alias_names.txt").read_text().splitlines():
        try:
            text = unicodedata.lookup(name)
        except KeyError:
            continue
        if len(text) > 1:
            sequences.append((name, text))
        elif unicodedata.name(text, "") != name:
            aliases.append((name, ord(text)))
    writer.array("Alias", "aliases", (f'{{"{name}",{code}}}' for name, code in sorted(aliases)))
    rows = (f'{{"{name}",{braces(map(ord, text))}}}' for name, text in sorted(sequences))
    writer.array("Sequence", "sequences", rows)
    return [
        f"constexpr unsigned alias_count = {len(aliases)};",
        f"constexpr unsigned sequence_count = {len(sequences)};",
    ]


def write_candidates(names_file):
    """Every name in Perl's file that is not simply a character's name."""
    text = pathlib.Path(names_file).read_text()
    found = set()
    for codes, name in re.findall(r"^([0-9A-F ]+)\n([^\n]+)\n$", text, re.MULTILINE):
        codes = [int(code, 16) for code in codes.split()]
        if len(codes) > 1 or unicodedata.name(chr(codes[0]), "") != name:
            try:
                unicodedata.lookup(name)
            except KeyError:
                continue
            found.add(name)
    (HERE / "alias_names.txt").write_text("\n".join(sorted(found)) + "\n")


def write_header(declarations):
    names = {
        "kCategoryNames": CATEGORIES, "kBidirectionalNames": BIDIRECTIONALS,
        "kWidthNames": WIDTHS, "kPrefixNames": PREFIXES,
    }
    lines = ["// Generated by generate_tables.py. Do not edit.", "#pragma once", "",
             "namespace minipy::unicode::tables {", "", "// clang-format off"]
    for name, texts in names.items():
        items = ", ".join(f'"{text}"' for text in texts)
        lines.append(f"inline constexpr const char* {name}[] = {{{items}}};")
    for position, flag in enumerate(FLAGS):
        name = "".join(part.capitalize() for part in flag.split("_"))
        lines.append(f"constexpr uint16_t k{name} = 1 << {position};")
    lines += declarations
    lines += ["// clang-format on", "", "}  // namespace minipy::unicode::tables", ""]
    (HERE / "table_declarations.h").write_text("\n".join(lines))


def main():
    assert unicodedata.unidata_version == "14.0.0", "the tables are for Unicode 14.0.0"
    if sys.argv[1:2] == ["--candidates"]:
        write_candidates(sys.argv[2])
    write_header([*write_characters(), *write_database(), *write_names()])


if __name__ == "__main__":
    main()
