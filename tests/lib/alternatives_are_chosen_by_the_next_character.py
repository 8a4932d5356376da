# What cannot go on with the next character is not tried; that must not show.
import re
import time


def groups(pattern, text, flags=0):
    match = re.search(pattern, text, flags)
    return match and (match.span(), match.groups())


print(groups(r"(a)|(b)|(c)", "xc"))  # expect: ((1, 2), (None, None, 'c'))
print(groups(r"(?:(a?)|b)*c", "abbac"))  # expect: ((0, 5), ('',))
print(groups(r"(?:a?|b){2}", "b"))  # expect: ((0, 0), ())
print(groups(r"(?:(a?)|(b)){2}$", "b"))  # expect: ((0, 1), ('', 'b'))
print(groups(r"(?:\w+?){,2}+.\s", "1\nbc", re.S))  # expect: None
print(groups(r"(?>a|ab)c|(abc)", "abc"))  # expect: ((0, 3), ('abc',))
print(groups(r"(?>\w*?)b", "aab"))  # expect: ((2, 3), ())
print(groups(r"(?=a+?)(\w)(?!b)", "abac"))  # expect: ((2, 3), ('a',))
print(groups(r"(\w+)\b\s*=", "ab cd  ="))  # expect: ((3, 8), ('cd',))
print(groups(r"(.+)(\d|$)", "ab1cd"))  # expect: ((0, 5), ('ab1cd', ''))
print(groups(r"(.*?)(?:x|$)", "abx"))  # expect: ((0, 3), ('ab',))
print(groups(r'"((?:[^"\\]|\\.)*)"', r'say "a \"b\" c" now'))  # expect: ((4, 15), ('a \\"b\\" c',))
print(groups(r"(?:é|€|a)+", "xa€éa"))  # expect: ((1, 5), ())
print(groups(r"(?i:É|K)+", "éK\u212ak"))  # expect: ((0, 4), ())
print(groups(r"(a|b|)(c|d|)$", "x"))  # expect: ((1, 1), ('', ''))
print(groups(r"(?:(a)|(b))+?c", "abac"))  # expect: ((0, 4), ('a', 'b'))
print(groups(r"(x)?(?(1)y|z)", "xzxy"))  # expect: ((1, 2), (None,))
print(groups(r"(a*)*b|(c)", "aac"))  # expect: ((2, 3), (None, 'c'))
print(groups(rb"(?L:a|\w)b", b"\xe9ab"))  # expect: ((1, 3), ())
print([m.span() for m in re.finditer(r"$|b", "ab\nb", re.M)])  # expect: [(1, 2), (2, 2), (3, 4), (4, 4)]
print(re.split(r"(?:,|;)\s*|$", "a, b;c"))  # expect: ['a', 'b', 'c', '']

# Tables are shared, and there is an end to their number
words = ["word%d" % i for i in range(3000)]
pattern = re.compile("|".join("(?:%s)" % word[::-1] for word in words))
print(all(pattern.fullmatch(word[::-1]) for word in words), pattern.search("drow"))  # expect: True None

# What a pattern may start with is found in one go, however many ways there are
start = time.process_time()
print(re.compile("(?:a*|b*)" * 40 + "x").match("abx").span())  # expect: (0, 3)
print(time.process_time() - start < 5)  # expect: True
