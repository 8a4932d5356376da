"""Set algebra, frozensets as keys and reachability in a graph."""


def run(size):
    graph = {i: {(i * 3 + 1) % size, (i * 7 + 2) % size, (i + 5) % size} for i in range(size)}
    reached, front, layers = {0}, {0}, []
    while front:
        front = set().union(*(graph[node] for node in front)) - reached
        reached |= front
        layers.append(len(front))
    groups = {}
    for node, targets in graph.items():
        groups.setdefault(frozenset(target % 10 for target in targets), []).append(node)
    evens, thirds = set(range(0, size, 2)), set(range(0, size, 3))
    sizes = [len(evens & thirds), len(evens | thirds), len(evens - thirds), len(evens ^ thirds)]
    primes = [n for n in range(2, 400) if not any(n % d == 0 for d in range(2, n))]
    subsets = sum(1 for group in groups if group <= {1, 2, 3, 4, 5, 6, 7})
    return len(reached), layers[:6], len(groups), sizes, len(primes), subsets


SIZE = 20_000
EXPECTED = (20000, [3, 7, 20, 56, 151, 413], 10, [3334, 13333, 6666, 9999], 78, 3)
