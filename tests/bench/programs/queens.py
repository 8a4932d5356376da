"""Backtracking over tuples and sets: the eight queens and bigger boards."""


def solutions(size, row=0, columns=(), rising=frozenset(), falling=frozenset()):
    if row == size:
        yield columns
        return
    for column in range(size):
        if column in columns or row + column in rising or row - column in falling:
            continue
        yield from solutions(
            size, row + 1, columns + (column,), rising | {row + column}, falling | {row - column}
        )


def count_bits(size, columns=0, rising=0, falling=0):
    everything = (1 << size) - 1
    if columns == everything:
        return 1
    count = 0
    free = everything & ~(columns | rising | falling)
    while free:
        place = free & -free
        free ^= place
        count += count_bits(size, columns | place, (rising | place) << 1, (falling | place) >> 1)
    return count


def run(size):
    found = list(solutions(size))
    return len(found), found[0], count_bits(size + 2)


SIZE = 8
EXPECTED = (92, (0, 4, 7, 5, 2, 6, 1, 3), 724)
