# *tuple[()] among the arguments of a generic alias stands for none.
import types
from typing import TypeVar

T = TypeVar("T")
U = TypeVar("U")

print(dict[T, U][int, str, *tuple[()]])  # expect: dict[int, str]
print(list[T][*tuple[()], int])  # expect: list[int]
print((int | str).__module__, "__module__" in vars(types.UnionType))  # expect: types False
