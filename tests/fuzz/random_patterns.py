"""random_patterns.py SEED COUNT: matches random regular expressions with random texts and prints what came of it.

Run by compare_random.py --patterns under two interpreters, whose outputs are compared.
"""
import random
import re
import sys

ATOMS = ["a", "b", "c", "ab", "é", "€", "\\n", ".", "[ab]", "[^a]", "[a-c€]", "\\w", "\\W", "\\d", "\\s", "\\S", "", "^", "$",
         "\\b", "\\B", "\\A", "\\Z", "(?i:A)", "(?s:.)", "(?m:^)", "(?m:$)"]
REPEATS = ["*", "+", "?", "*?", "+?", "??", "*+", "++", "?+", "{2}", "{1,2}", "{0,3}?", "{2,}", "{,2}+"]
TEXTS = "aabbcABC1 \n é€"


def make_pattern(choose, depth=0):
    """A pattern that usually compiles; groups refer to the first two, if they are there."""
    def part():
        kind = choose.random()
        if depth > 3 or kind < 0.45:
            return choose.choice(ATOMS)
        inner = make_pattern(choose, depth + 1)
        if kind < 0.6:
            return f"({inner})"
        if kind < 0.75:
            return f"(?:{inner})" + choose.choice(REPEATS)
        if kind < 0.8:
            return f"({inner})" + choose.choice(REPEATS)
        if kind < 0.9:
            return "(?:" + "|".join(make_pattern(choose, depth + 1) for _ in range(choose.randrange(2, 5))) + ")"
        if kind < 0.94:
            return choose.choice(["(?=%s)", "(?!%s)", "(?>%s)"]) % inner
        if kind < 0.96:
            return choose.choice(["(?<=%s)", "(?<!%s)"]) % choose.choice(["a", "[ab]", "\\w", "ab"])
        if kind < 0.98:
            return choose.choice(["\\1", "\\2", "(?(1)a|b)", "(?(1)a)"])
        return choose.choice(["a", "[ab]", "\\w", "."]) + choose.choice(REPEATS)
    return "".join(part() for _ in range(choose.randrange(1, 4)))


def describe(match):
    return match and (match.span(), match.regs, match.lastindex)


def main():
    choose = random.Random(int(sys.argv[1]))
    for _ in range(int(sys.argv[2])):
        pattern = make_pattern(choose)
        try:
            compiled = re.compile(pattern, choose.choice([0, re.I, re.M, re.S, re.A]))
        except (re.error, OverflowError) as error:
            print(ascii(pattern), type(error).__name__, error)
            continue
        for _ in range(4):
            text = "".join(choose.choice(TEXTS[:choose.choice([4, 12, 14])]) for _ in range(choose.randrange(0, 12)))
            print(ascii(pattern), ascii(text), describe(compiled.match(text)), describe(compiled.fullmatch(text)),
                  describe(compiled.search(text)), [m.regs for m in compiled.finditer(text)], ascii(compiled.split(text)),
                  ascii(compiled.sub("<\\g<0>>", text)))


if __name__ == "__main__":
    main()
