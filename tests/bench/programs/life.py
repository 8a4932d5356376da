"""Conway's life on a set of coordinates."""
from collections import Counter

NEIGHBOURS = [(dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1) if dx or dy]


def step(cells):
    counts = Counter((x + dx, y + dy) for x, y in cells for dx, dy in NEIGHBOURS)
    return {cell for cell, count in counts.items() if count == 3 or count == 2 and cell in cells}


def run(size):
    cells = {(1, 0), (3, 1), (0, 2), (1, 2), (4, 2), (5, 2), (6, 2)}
    for _ in range(size):
        cells = step(cells)
    return len(cells), min(cells), max(cells)


SIZE = 250
EXPECTED = (149, (-42, 16), (14, 7))
