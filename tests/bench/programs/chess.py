"""Counting chess positions: move generation on a board of 120 squares."""

KNIGHT, KING = (-21, -19, -12, -8, 8, 12, 19, 21), (-11, -10, -9, -1, 1, 9, 10, 11)
STEPS = {"N": KNIGHT, "K": KING, "Q": KING, "R": (-10, -1, 1, 10), "B": (-11, -9, 9, 11)}
START = (
    "#" * 21 + "rnbqkbnr" + "##" + "pppppppp" + "##" + "........##" * 4
    + "PPPPPPPP" + "##" + "RNBQKBNR" + "#" * 21
)


class Position:
    def __init__(self, board, white_moves):
        self.board, self.white_moves = board, white_moves

    def moves(self):
        board, white = self.board, self.white_moves
        for start, piece in enumerate(board):
            if not piece.isalpha() or piece.isupper() != white:
                continue
            kind = piece.upper()
            if kind == "P":
                yield from self.pawn_moves(start, -10 if white else 10, 8 if white else 3)
                continue
            for step in STEPS[kind]:
                target = start + step
                while board[target] == ".":
                    yield start, target
                    if kind in "NK":
                        break
                    target += step
                else:
                    if board[target] != "#" and board[target].isupper() != white:
                        yield start, target

    def pawn_moves(self, start, forward, home_row):
        board = self.board
        if board[start + forward] == ".":
            yield start, start + forward
            if start // 10 == home_row and board[start + 2 * forward] == ".":
                yield start, start + 2 * forward
        for target in (start + forward - 1, start + forward + 1):
            if board[target].isalpha() and board[target].isupper() != self.white_moves:
                yield start, target

    def after(self, move):
        start, target = move
        board = self.board.copy()
        board[target], board[start] = board[start], "."
        return Position(board, not self.white_moves)

    def is_in_check(self):
        king = self.board.index("k" if self.white_moves else "K")
        return any(target == king for _, target in self.moves())


def count(position, depth):
    if depth == 0:
        return 1
    total = 0
    for move in position.moves():
        following = position.after(move)
        if not following.is_in_check():
            total += count(following, depth - 1)
    return total


def run(size):
    return count(Position(list(START), True), size)


SIZE = 3
EXPECTED = 8902
