# Bytecode from outside is checked before it runs, and the error says where it is wrong.
import _cache
import dis
from dis import opmap


def f(a, b):
    try:
        for x in a:
            b(x, key=a)
    finally:
        return len(a)


def fault(code):
    found = _cache.find_fault(code)
    return found and f"{found[0].co_name} {found[1]}: {found[2]}"


def with_unit(offset, opcode, argument):
    units = bytearray(f.__code__.co_code)
    units[offset:offset + 2] = bytes([opcode, argument])
    return f.__code__.replace(co_code=bytes(units))


def at(name):
    return next(i for i in dis.get_instructions(f) if i.opname == name).offset


print(fault(f.__code__))  # expect: None
print(fault(f.__code__.replace(co_code=b"")))  # expect: f 0: code of odd or zero length
print(fault(with_unit(0, 255, 0)))  # expect: f 0: unknown instruction
print(fault(with_unit(at("FOR_ITER"), opmap["FOR_ITER"], 250)))  # expect: f 8: jump to no instruction
inside = (at("PRECALL") - at("FOR_ITER")) // 2
print(fault(with_unit(at("FOR_ITER"), opmap["FOR_ITER"], inside)) == f"f {at('PRECALL') + 2}: jump into an instruction")  # expect: True
print(fault(with_unit(at("LOAD_FAST"), opmap["LOAD_FAST"], 9)))  # expect: f 4: no such variable
print(fault(with_unit(at("LOAD_FAST"), opmap["LOAD_CONST"], 9)))  # expect: f 4: no such constant
print(fault(with_unit(at("LOAD_FAST"), opmap["LOAD_DEREF"], 0)))  # expect: f 4: no such cell
print(fault(with_unit(at("GET_ITER"), opmap["POP_TOP"], 0)))  # expect: f 8: stack underflow
print(fault(with_unit(at("GET_ITER"), opmap["YIELD_VALUE"], 0)))  # expect: f 6: not a generator
print(fault(f.__code__.replace(co_stacksize=1)))  # expect: f 8: stack deeper than co_stacksize
print(fault(f.__code__.replace(co_exceptiontable=b"\x80")))  # expect: f 0: exception table ends early
print(fault(f.__code__.replace(co_linetable=b"\x80\x00")))  # expect: f 0: line table of another length than the code

# The error comes when the code is called, and names the file too.
f.__code__ = with_unit(0, 255, 0).replace(co_filename="some.py")
try:
    f(1, 2)
except SystemError as error:
    print(error)  # expect: invalid bytecode in f (some.py), offset 0: unknown instruction
