# re on the native _sre.

import _sre
import copy
import pickle
import re

def attempt(function):
    try:
        print(function())
    except Exception as error:
        print(f"{type(error).__name__}: {error}")

print(re.findall(r"(\w+)=(\d+)", "a=1 bb=22 c=x"))  # expect: [('a', '1'), ('bb', '22')]
print(re.findall(r"a*", "baac"))  # expect: ['', 'aa', '', '']
print(re.sub(r"(?P<k>[abc]{3})=(?P<v>\d+)", r"\g<v>=\g<k>", "aaa=1 bbb=22"))  # expect: 1=aaa 22=bbb
print(re.sub("x*", "-", "abxd"))  # expect: -a-b--d-
print((re.subn("b", lambda m: m.group().upper(), "abcb", count=1)))  # expect: ('aBcb', 1)
print(re.split(r"(\W)", "a,b c", maxsplit=1))  # expect: ['a', ',', 'b c']
print((re.match(r"(a)?b(?(1)c|d)", "abc").groups(), re.match(r"(a)?b(?(1)c|d)", "bd").span()))  # expect: (('a',), (0, 2))
print(re.search(r"(?<=ab)c(?!d)", "abcd abce").start())  # expect: 7
print((re.fullmatch(r"a++b", "aaab"), re.fullmatch(r"a++ab", "aaab"), re.match(r"(?>a|ab)c", "abc")))  # expect: (<re.Match object; span=(0, 4), match='aaab'>, None, None)
print(re.match(r"(?:a|ab|abc)*+d", "ababcd"))  # expect: None
print((re.match(r"(?:(a)|b)*", "ab").groups(), re.match(r"(?:(a)|(b))*", "ab").lastindex))  # expect: (('a',), 2)
print((re.match(r"(?i)straße\u212a", "STRAßEk"), re.match(r"[^\W\d_]+", "héllo1").group()))  # expect: (<re.Match object; span=(0, 7), match='STRAßEk'>, 'héllo')
print((re.match(rb"\w+", b"ab\xe9").group(), re.match(rb"(?L:\w+)", b"ab").group()))  # expect: (b'ab', b'ab')
print((re.findall(r"^\w", "ab\ncd\n", re.M), re.findall(r"\w$", "ab\ncd\n", re.M), re.findall(r"\w\Z", "ab\ncd")))  # expect: (['a', 'c'], ['b', 'd'], ['d'])
print((re.search(r"(\w)\1", "abccd").group(), re.search(r"(?i)(\w)\1", "abCcd").group()))  # expect: ('cc', 'Cc')
print((re.compile("a", re.I | re.M), re.compile(b"a", re.A)))  # expect: (re.compile('a', re.IGNORECASE|re.MULTILINE), re.compile(b'a', re.ASCII))
print((re.match("(?P<x>a)(b)?", "a").groupdict(), re.match("(a)(b)?", "a").regs, re.match("a", "a").re.pattern))  # expect: ({'x': 'a'}, ((0, 1), (0, 1), (-1, -1)), 'a')
print([m.span() for m in re.finditer(r"\b", "ab cd")])  # expect: [(0, 0), (2, 2), (3, 3), (5, 5)]
print((re.compile("a").scanner("aab").match(), re.compile("b").search("abab", 2).span(), re.compile("b$").search("abab", 0, 2)))  # expect: (<re.Match object; span=(0, 1), match='a'>, (3, 4), <re.Match object; span=(1, 2), match='b'>)
print(re.match(r"(?:x|y)*z", "xy" * 100000 + "z").end())  # expect: 200001
print(re.match(r"(?:(?:(?:a?)?)?)*b", "a" * 1000 + "b").end())  # expect: 1001
print((re.search("\U0001F600+", "a\U0001F600\U0001F600").span(), re.findall("[\u0400-\u04ff]+", "привет world мир")))  # expect: ((1, 3), ['привет', 'мир'])
attempt(lambda: re.match("a", 1))  # expect: TypeError: expected string or bytes-like object, got 'int'
attempt(lambda: re.match(b"a", "a"))  # expect: TypeError: cannot use a bytes pattern on a string-like object
attempt(lambda: re.match("a", b"a"))  # expect: TypeError: cannot use a string pattern on a bytes-like object
attempt(lambda: re.match("(a)", "a").group(2))  # expect: IndexError: no such group
attempt(lambda: re.match("(a)", "a").group("x"))  # expect: IndexError: no such group
attempt(lambda: _sre.compile("a", 0, [0], 0, {}, ()))  # expect: RuntimeError: invalid SRE code
attempt(lambda: _sre.compile("a", 0, [9999], 0, {}, ()))  # expect: RuntimeError: invalid SRE code
attempt(lambda: _sre.compile("a", 0, [-1], 0, {}, ()))  # expect: OverflowError: regular expression code size limit exceeded
print((re.compile("a") == re.compile("a"), hash(re.compile("a")) == hash(re.compile("a")), copy.copy(re.compile("a")) is re.compile("a")))  # expect: (True, True, True)
print(pickle.loads(pickle.dumps(re.compile("a+", re.I))))  # expect: re.compile('a+', re.IGNORECASE)
