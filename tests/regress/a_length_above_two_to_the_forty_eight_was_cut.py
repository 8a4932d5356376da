# Lengths that Python code gives may be as large as sys.maxsize.
import operator
import sys


class Long:
    def __init__(self, length):
        self.length = length

    def __len__(self):
        return self.length

    def __getitem__(self, index):
        return index


def kind(subject):
    match subject:
        case [_, _, *_]:
            return "several"
        case _:
            return "else"


import collections.abc
collections.abc.Sequence.register(Long)
for length in 2**47, 2**48 - 1, 2**48, 2**49, 2**50, 2**62, sys.maxsize - 1, sys.maxsize:
    long = Long(length)
    print(len(long), long.__len__(), operator.length_hint(long), kind(long), bool(long))
    print(len(range(length)), range(length).__len__())
# expect: 140737488355328 140737488355328 140737488355328 several True
# expect: 140737488355328 140737488355328
# expect: 281474976710655 281474976710655 281474976710655 several True
# expect: 281474976710655 281474976710655
# expect: 281474976710656 281474976710656 281474976710656 several True
# expect: 281474976710656 281474976710656
# expect: 562949953421312 562949953421312 562949953421312 several True
# expect: 562949953421312 562949953421312
# expect: 1125899906842624 1125899906842624 1125899906842624 several True
# expect: 1125899906842624 1125899906842624
# expect: 4611686018427387904 4611686018427387904 4611686018427387904 several True
# expect: 4611686018427387904 4611686018427387904
# expect: 9223372036854775806 9223372036854775806 9223372036854775806 several True
# expect: 9223372036854775806 9223372036854775806
# expect: 9223372036854775807 9223372036854775807 9223372036854775807 several True
# expect: 9223372036854775807 9223372036854775807
