# Setting and deleting items where there are none; + and * of sequences that cannot.
import operator


class Plain:
    pass


def attempt(function, *arguments):
    try:
        function(*arguments)
    except Exception as error:
        print(type(error).__name__, error)


for thing in ["ab", range(3), frozenset(), 1, Plain(), {}.keys(), Plain]:
    for key in [1, 10**20, "a"]:
        attempt(operator.setitem, thing, key, 1)
        attempt(operator.delitem, thing, key)
attempt(operator.imul, range(2), [1])
attempt(operator.imul, 1.5, [1])
attempt(operator.mul, range(2), [1])
attempt(operator.concat, range(2), [1])
attempt(operator.iconcat, range(2), [1])
attempt(operator.concat, 1, [1])
attempt(operator.mul, "ab", 2**63 - 1)
attempt(operator.mul, b"ab", 2**63 - 1)
attempt(operator.mul, b"a", 2**63 - 1)
# expect: TypeError 'str' object does not support item assignment
# expect: TypeError 'str' object doesn't support item deletion
# expect: IndexError cannot fit 'int' into an index-sized integer
# expect: IndexError cannot fit 'int' into an index-sized integer
# expect: TypeError 'str' object does not support item assignment
# expect: TypeError 'str' object does not support item deletion
# expect: TypeError 'range' object does not support item assignment
# expect: TypeError 'range' object doesn't support item deletion
# expect: IndexError cannot fit 'int' into an index-sized integer
# expect: IndexError cannot fit 'int' into an index-sized integer
# expect: TypeError 'range' object does not support item assignment
# expect: TypeError 'range' object does not support item deletion
# expect: TypeError 'frozenset' object does not support item assignment
# expect: TypeError 'frozenset' object doesn't support item deletion
# expect: IndexError cannot fit 'int' into an index-sized integer
# expect: IndexError cannot fit 'int' into an index-sized integer
# expect: TypeError 'frozenset' object does not support item assignment
# expect: TypeError 'frozenset' object does not support item deletion
# expect: TypeError 'int' object does not support item assignment
# expect: TypeError 'int' object does not support item deletion
# expect: TypeError 'int' object does not support item assignment
# expect: TypeError 'int' object does not support item deletion
# expect: TypeError 'int' object does not support item assignment
# expect: TypeError 'int' object does not support item deletion
# expect: TypeError 'Plain' object does not support item assignment
# expect: TypeError 'Plain' object doesn't support item deletion
# expect: IndexError cannot fit 'int' into an index-sized integer
# expect: IndexError cannot fit 'int' into an index-sized integer
# expect: TypeError 'Plain' object does not support item assignment
# expect: TypeError 'Plain' object does not support item deletion
# expect: TypeError 'dict_keys' object does not support item assignment
# expect: TypeError 'dict_keys' object doesn't support item deletion
# expect: IndexError cannot fit 'int' into an index-sized integer
# expect: IndexError cannot fit 'int' into an index-sized integer
# expect: TypeError 'dict_keys' object does not support item assignment
# expect: TypeError 'dict_keys' object does not support item deletion
# expect: TypeError 'type' object does not support item assignment
# expect: TypeError 'type' object does not support item deletion
# expect: TypeError 'type' object does not support item assignment
# expect: TypeError 'type' object does not support item deletion
# expect: TypeError 'type' object does not support item assignment
# expect: TypeError 'type' object does not support item deletion
# expect: TypeError unsupported operand type(s) for *=: 'range' and 'list'
# expect: TypeError can't multiply sequence by non-int of type 'float'
# expect: TypeError can't multiply sequence by non-int of type 'range'
# expect: TypeError 'range' object can't be concatenated
# expect: TypeError 'range' object can't be concatenated
# expect: TypeError 'int' object can't be concatenated
# expect: OverflowError repeated string is too long
# expect: OverflowError repeated bytes are too long
# expect: MemoryError 
