"""Constraint propagation with sets of digits in strings."""

PUZZLE = "53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79"
HARD = "4.....8.5.3..........7......2.....6.....8.4......1.......6.3.7.5..2.....1.4......"
CELLS = [(row, column) for row in range(9) for column in range(9)]
UNITS = (
    [[(row, column) for column in range(9)] for row in range(9)]
    + [[(row, column) for row in range(9)] for column in range(9)]
    + [[(r + i, c + j) for i in range(3) for j in range(3)] for r in (0, 3, 6) for c in (0, 3, 6)]
)
UNITS_OF = {cell: [unit for unit in UNITS if cell in unit] for cell in CELLS}
PEERS = {cell: set().union(*UNITS_OF[cell]) - {cell} for cell in CELLS}


def assign(values, cell, digit):
    return all(eliminate(values, cell, other) for other in values[cell].replace(digit, ""))


def eliminate(values, cell, digit):
    if digit not in values[cell]:
        return True
    values[cell] = values[cell].replace(digit, "")
    if not values[cell]:
        return False
    if len(values[cell]) == 1 and not all(eliminate(values, peer, values[cell]) for peer in PEERS[cell]):
        return False
    for unit in UNITS_OF[cell]:
        places = [other for other in unit if digit in values[other]]
        if not places or len(places) == 1 and not assign(values, places[0], digit):
            return False
    return True


def search(values):
    if values is None or all(len(digits) == 1 for digits in values.values()):
        return values
    _, cell = min((len(values[cell]), cell) for cell in CELLS if len(values[cell]) > 1)
    for digit in values[cell]:
        copy = values.copy()
        if assign(copy, cell, digit) and (found := search(copy)):
            return found
    return None


def solve(puzzle):
    values = dict.fromkeys(CELLS, "123456789")
    for cell, digit in zip(CELLS, puzzle):
        if digit != "." and not assign(values, cell, digit):
            return None
    return "".join(search(values).values())


def run(size):
    return [solve(PUZZLE if i % 3 else HARD) for i in range(size)][-1]


SIZE = 14
EXPECTED = '534678912672195348198342567859761423426853791713924856961537284287419635345286179'
