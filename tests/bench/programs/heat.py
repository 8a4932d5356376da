"""A stencil over a grid of floats."""


def step(grid):
    last = len(grid) - 1
    result = [grid[0]]
    for y in range(1, last):
        above, row, below = grid[y - 1], grid[y], grid[y + 1]
        new = [row[0]]
        for x in range(1, last):
            new.append(row[x] + 0.2 * (above[x] + below[x] + row[x - 1] + row[x + 1] - 4.0 * row[x]))
        new.append(row[last])
        result.append(new)
    result.append(grid[last])
    return result


def run(size):
    grid = [[100.0 if y == 0 else 0.0] * size for y in range(size)]
    for y in range(size):
        grid[y] = [100.0 if y == 0 else float(x == 0) * 50.0 for x in range(size)]
    for _ in range(30):
        grid = step(grid)
    return round(sum(map(sum, grid)), 6)


SIZE = 100
EXPECTED = 48032.993801
