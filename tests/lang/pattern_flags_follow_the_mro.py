# PEP 634: the first class of the order that is a sequence or a mapping decides.
from collections import UserDict
from collections.abc import Mapping, Sequence


def kind(subject):
    match subject:
        case []:
            return "sequence"
        case {}:
            return "mapping"


class Plain:
    pass


class First(Plain, UserDict, Sequence):
    pass


class Second(Sequence, Plain, Mapping):
    __getitem__ = __len__ = __iter__ = lambda self: 0


print(kind(First()), kind(Second()))  # expect: mapping sequence


class Slotted:
    __slots__ = ["__classcell__"]

    def method(self):
        return super()


print(type(Slotted.__dict__["__classcell__"]).__name__)  # expect: member_descriptor
