"""A dict as memory of earlier answers, and integer arithmetic."""


def run(size):
    lengths = {1: 1}
    longest = 1
    for start in range(2, size):
        path, n = [], start
        while n not in lengths:
            path.append(n)
            n = n // 2 if n % 2 == 0 else 3 * n + 1
        length = lengths[n]
        for n in reversed(path):
            length += 1
            lengths[n] = length
        if lengths[start] > lengths[longest]:
            longest = start
    return longest, lengths[longest], len(lengths)


SIZE = 40_000
EXPECTED = (35655, 324, 87111)
