"""An inverted index with ranking and boolean queries over generated documents."""
import math
import re
from collections import Counter, defaultdict

WORDS = "river stone light engine garden winter copper signal harbor violet thunder paper".split()
TOKEN = re.compile(r"[a-z]+")


def document(number):
    state, words = number + 1, []
    for _ in range(30):
        state = state * 69069 + 5 & 0xFFFFFFFF
        words.append(WORDS[(state >> 12) % len(WORDS)] + ("s" if state >> 20 & 1 else ""))
    return f"Document {number}: " + " ".join(words).capitalize() + "."


class Index:
    def __init__(self):
        self.postings = defaultdict(dict)
        self.lengths = {}

    def add(self, number, text):
        counts = Counter(word.rstrip("s") for word in TOKEN.findall(text.lower()))
        self.lengths[number] = math.sqrt(sum(n * n for n in counts.values()))
        for word, count in counts.items():
            self.postings[word][number] = count

    def search(self, query):
        scores = defaultdict(float)
        for word in query.split():
            found = self.postings.get(word, {})
            if not found:
                continue
            weight = math.log(1 + len(self.lengths) / len(found))
            for number, count in found.items():
                scores[number] += count * weight / self.lengths[number]
        return sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:5]

    def all_of(self, *words):
        sets = [self.postings[word].keys() for word in words]
        return sorted(set.intersection(*map(set, sets)))

    def none_of(self, *words):
        return sorted(self.lengths.keys() - set().union(*(self.postings[word] for word in words)))


def run(size):
    index = Index()
    for number in range(size):
        index.add(number, document(number))
    best = [number for number, _ in index.search("river copper thunder")]
    return best, len(index.all_of("river", "stone", "light")), index.none_of("violet")[:5], len(index.postings)


SIZE = 1500
EXPECTED = ([944, 577, 1075, 1207, 748], 1193, [36, 50, 52, 57, 60], 13)
