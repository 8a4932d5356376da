"""Products of matrices that are lists of lists."""


def multiply(a, b):
    columns = list(zip(*b))
    return [[sum(x * y for x, y in zip(row, column)) for column in columns] for row in a]


def power(matrix, exponent):
    size = len(matrix)
    result = [[int(i == j) for j in range(size)] for i in range(size)]
    while exponent:
        if exponent & 1:
            result = multiply(result, matrix)
        matrix = multiply(matrix, matrix)
        exponent >>= 1
    return result


def run(size):
    matrix = [[(i * 7 + j * 3) % 5 / 10 for j in range(size)] for i in range(size)]
    integers = [[(i * 7 + j * 3) % 5 for j in range(size)] for i in range(size)]
    trace = sum(row[i] for i, row in enumerate(power(matrix, 3)))
    return round(trace, 6), sum(map(sum, power(integers, 5))) % 1_000_007


SIZE = 42
EXPECTED = (665.16, 986373)
