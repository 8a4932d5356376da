"""Loops run __iter__ and __next__ in Python as frames of their own; so does `yield from`."""


class Down:
    def __init__(self, n, end=StopIteration):
        self.n, self.end = n, end

    def __iter__(self):
        return self

    def __next__(self):
        if self.n == 0:
            raise self.end
        self.n -= 1
        return self.n


class Derived(StopIteration):
    pass


class Finally(Down):
    def __next__(self):
        try:
            return super().__next__()
        finally:
            print("finally", end=" ")


print([x for x in Down(3)], [x for x in Down(2, Derived)], [x for x in Finally(1)])
# expect: finally finally [2, 1, 0] [1, 0] [0]

try:
    for x in Down(1, ValueError):
        print(x)  # expect: 0
except ValueError as error:
    print(error.__traceback__.tb_next.tb_frame.f_code.co_name, error.__context__)  # expect: __next__ None

try:
    for x in Down(1):
        raise StopIteration("own")
except StopIteration as error:
    print(error.value)  # expect: own


class Wrong:
    def __iter__(self):
        return 5


try:
    for x in Wrong():
        pass
except TypeError as error:
    print(error)  # expect: iter() returned non-iterator of type 'int'


class Result(Down):
    def __next__(self):
        raise StopIteration("result")


class Tree:
    def __init__(self, depth):
        self.depth = depth

    def __iter__(self):
        if self.depth:
            yield from Tree(self.depth - 1)
            yield self.depth
            yield from Tree(self.depth - 1)


def delegate(iterable):
    print((yield from iterable))


print(list(delegate(Down(2))), list(delegate(Result(2))))
# expect: None
# expect: result
# expect: [1, 0] []
print(list(Tree(3)), sum(x for x in Tree(6)))  # expect: [1, 2, 1, 3, 1, 2, 1] 120


def generator():
    for x in Down(2):
        for y in Tree(1):
            yield x, y


print(list(generator()))  # expect: [(1, 1), (0, 1)]


class Endless(Down):
    def __next__(self):
        for x in self:
            return x


try:
    for x in Endless(1):
        pass
except RecursionError as error:
    print(error)  # expect: maximum recursion depth exceeded
