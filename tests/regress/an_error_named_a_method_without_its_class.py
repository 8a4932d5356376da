# What a message calls the callee: a bound method by its object's class, a method found in its class by that, a
# function of a module with the module's name, a builtin function by itself.
import math


def message(callable, *arguments):
    try:
        callable(*arguments)
    except TypeError as error:
        print(error)


conjugate = True.conjugate
message(conjugate, 1)  # expect: bool.conjugate() takes no arguments (1 given)
message(int.conjugate, 1, 1)  # expect: int.conjugate() takes no arguments (1 given)
message(math.acos)  # expect: math.acos() takes exactly one argument (0 given)
message(len)  # expect: len() takes exactly one argument (0 given)
message(int.__init_subclass__, 1)  # expect: int.__init_subclass__() takes no arguments (1 given)
message((1).__pow__)  # expect:  expected at least 1 argument, got 0
message((1).__add__)  # expect: expected 1 argument, got 0
message(b"".decode, None)  # expect: decode() argument 'encoding' must be str, not None
