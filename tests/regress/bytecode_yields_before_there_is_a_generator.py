# A flipped instruction took RETURN_GENERATOR away; another left a number as the handled exception.
from dis import opmap


def generator():
    yield 1


def without(code, name):
    units = bytearray(code.co_code)
    at = next(i for i in range(0, len(units), 2) if units[i] == opmap[name])
    units[at:at + 2] = bytes([opmap["LOAD_CONST"], 0])
    return code.replace(co_code=bytes(units))


generator.__code__ = without(generator.__code__, "RETURN_GENERATOR").replace(co_filename="some.py")
try:
    list(generator())
except SystemError as error:
    print(error)  # expect: invalid bytecode in generator (some.py), offset 8: not a generator


def handled():
    units = bytes([opmap["LOAD_CONST"], 1, opmap["POP_EXCEPT"], 0, opmap["LOAD_CONST"], 0, opmap["RETURN_VALUE"], 0])
    return (lambda: 0).__code__.replace(co_code=units, co_consts=(None, 12), co_stacksize=1, co_exceptiontable=b"")


exec(handled())
try:
    1 / 0
except ZeroDivisionError as error:
    print(error.__context__)  # expect: None
