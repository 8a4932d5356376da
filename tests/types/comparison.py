# Language reference 6.10: comparison, truth, hashes.
def show(function):
    try:
        print(repr(function()))
    except BaseException as error:
        print(type(error).__name__, error)


class Base:
    def __lt__(self, other):
        return "Base.lt"

    def __eq__(self, other):
        return NotImplemented


class Derived(Base):
    def __gt__(self, other):
        return "Derived.gt"

    __hash__ = None


print(Base() < Derived(), Derived() < Base(), Base() == Derived(), Base() != 5)
# expect: Derived.gt Base.lt False True
show(lambda: 1 < "a")
# expect: TypeError '<' not supported between instances of 'int' and 'str'
show(lambda: None >= [])
# expect: TypeError '>=' not supported between instances of 'NoneType' and 'list'
show(lambda: hash(Derived()))
# expect: TypeError unhashable type: 'Derived'
show(lambda: hash(Base()))
# expect: TypeError unhashable type: 'Base'
show(lambda: hash({}))
# expect: TypeError unhashable type: 'dict'
nan = float("nan")
print([nan] == [nan], nan == nan, (1, nan) < (1, nan), nan in [nan], 1 == True, 1.0 == 1, 2**60 == 2.0**60)
# expect: True False False True True True True


class Deep:
    def __eq__(self, other):
        return self == other


try:
    Deep() == 1
except RecursionError:
    print("too deep")
# expect: too deep
a, b = [], []
a.append(b)
b.append(a)
show(lambda: a == b)
# expect: RecursionError maximum recursion depth exceeded in comparison


class NoTruth:
    def __bool__(self):
        return 5


show(lambda: bool(NoTruth()))
# expect: TypeError __bool__ should return bool, returned int


class Long:
    def __len__(self):
        return -1


show(lambda: bool(Long()))
# expect: ValueError __len__() should return >= 0
show(lambda: len(Long()))
# expect: ValueError __len__() should return >= 0
