# The RuntimeError has the descriptor's error as its cause and as its context.
class Descriptor:
    def __set_name__(self, owner, name):
        raise TypeError(name)


try:
    class Owner:
        attribute = Descriptor()
except RuntimeError as error:
    print(error)  # expect: Error calling __set_name__ on 'Descriptor' instance 'attribute' in 'Owner'
    print(repr(error.__cause__), error.__context__ is error.__cause__)  # expect: TypeError('attribute') True

from collections.abc import Sequence

try:
    class Both(Sequence):
        __abc_tpflags__ = 1 << 5 | 1 << 6
except TypeError as error:
    print(error)  # expect: __abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING
