"""Counts words and bytes of a file in several ways."""
import collections
import hashlib
import re
import sys
import zlib

with open(sys.argv[1], 'rb') as file:
    data = file.read()
text = data.decode('utf-8', 'replace')
words = collections.Counter(re.findall(r'(?<!\d)\w+', text))
for word, count in words.most_common(20):
    print(f'{count:6,} {word!r:>30} {count / len(words):7.3%}')
lengths = collections.defaultdict(set)
for word in words:
    lengths[len(word)].add(word.casefold())
for length, found in sorted(lengths.items()):
    print(length, len(found), min(found), max(found), sep='\t')
print(hashlib.sha256(data).hexdigest(), zlib.crc32(data), len(zlib.compress(data)), len(text.split()), text.count('\n'))
print({word for word in words if word.isupper()})
print(text.title()[:200].swapcase().translate({ord(vowel): None for vowel in 'aeiou'}))
