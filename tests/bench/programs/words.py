"""Counting words and n-grams in dicts, Counter and defaultdict."""
from collections import Counter, defaultdict

SYLLABLES = "ka to mi ra ne so lu vi ba do ze pe".split()


def make_words(count):
    state = 7
    for _ in range(count):
        state = state * 1103515245 + 12345 & 0x7FFFFFFF
        length = 1 + (state >> 16) % 3
        yield "".join(SYLLABLES[(state >> 4 * i) % len(SYLLABLES)] for i in range(length))


def run(size):
    words = list(make_words(size))
    counts = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    pairs = Counter(zip(words, words[1:]))
    by_length = defaultdict(set)
    for word in words:
        by_length[len(word)].add(word)
    letters = Counter("".join(words))
    ranking = sorted(counts, key=lambda word: (-counts[word], word))[:5]
    return ranking, pairs.most_common(1)[0][1], {k: len(v) for k, v in sorted(by_length.items())}, letters["a"]


SIZE = 24_000
EXPECTED = (['ba', 'to', 'pe', 'mi', 'ka'], 97, {2: 12, 4: 144, 6: 1656}, 12057)
