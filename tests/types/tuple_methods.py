# Library reference, Sequence Types: tuple.
def show(function):
    try:
        print(repr(function()))
    except BaseException as error:
        print(type(error).__name__, error)


print((1, 2) + (3,), (1,) * 3, (1, 2, 3)[::-1], (1, 2) < (1, 3), (1, 2).count(1), (5, 6).index(6), (1,), ())
# expect: (1, 2, 3) (1, 1, 1) (3, 2, 1) True 1 1 (1,) ()
show(lambda: (1,)[5])
# expect: IndexError tuple index out of range
show(lambda: (1,)["a"])
# expect: TypeError tuple indices must be integers or slices, not str
show(lambda: (1,) + [2])
# expect: TypeError can only concatenate tuple (not "list") to tuple
show(lambda: (1, 2).index(3))
# expect: ValueError tuple.index(x): x not in tuple
show(lambda: tuple(1))
# expect: TypeError 'int' object is not iterable
show(lambda: tuple(1, 2))
# expect: TypeError tuple expected at most 1 argument, got 2
show(lambda: tuple(a=1))
# expect: TypeError tuple() takes no keyword arguments
print(tuple("ab"), tuple([1, 2]), tuple() is (), (1, 2)[:] == (1, 2))
# expect: ('a', 'b') (1, 2) True True


class Sub(tuple):
    pass


pair = Sub([1, 2])
print(pair, pair + (3,), type(pair[:]), pair == (1, 2), hash(pair) == hash((1, 2)), pair.__getnewargs__())
# expect: (1, 2) (1, 2, 3) <class 'tuple'> True True ((1, 2),)
loop = ([],)
loop[0].append(loop)
print(loop)
# expect: ([(...)],)
