"""Dynamic programming over lists: edit distance, longest common subsequence, knapsack."""


def edit_distance(a, b):
    previous = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        current = [i]
        for j, y in enumerate(b, 1):
            current.append(min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (x != y)))
        previous = current
    return previous[-1]


def common_subsequence(a, b):
    lengths = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a)):
        for j in range(len(b)):
            if a[i] == b[j]:
                lengths[i + 1][j + 1] = lengths[i][j] + 1
            else:
                lengths[i + 1][j + 1] = max(lengths[i][j + 1], lengths[i + 1][j])
    return lengths[len(a)][len(b)]


def knapsack(items, capacity):
    best = [0] * (capacity + 1)
    for weight, value in items:
        for room in range(capacity, weight - 1, -1):
            best[room] = max(best[room], best[room - weight] + value)
    return best[capacity]


def run(size):
    a = "".join("acgt"[i * i % 7 % 4] for i in range(size))
    b = "".join("acgt"[i * i * i % 11 % 4] for i in range(size))
    items = [(i % 13 + 3, i * 7 % 29) for i in range(40)]
    return edit_distance(a, b), common_subsequence(a, b), knapsack(items, size * 2)


SIZE = 320
EXPECTED = (155, 220, 559)
