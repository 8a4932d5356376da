# The C++ types of decimal: contexts, flags and traps.
import contextvars
import copy
import pickle
import threading
from decimal import *

context = getcontext()
print(context)
# expect: Context(prec=28, rounding=ROUND_HALF_EVEN, Emin=-999999, Emax=999999, capitals=1, clamp=0, flags=[], traps=[InvalidOperation, DivisionByZero, Overflow])
with localcontext(prec=3, rounding=ROUND_FLOOR) as local:
    print(Decimal(-1) / 7, getcontext() is local, local.flags[Inexact], context.flags[Inexact])  # expect: -0.143 True True False
print(getcontext() is context, len(context.flags), context.traps == context.traps.copy())  # expect: True 9 True

small = Context(prec=3, Emin=-5, Emax=5, traps=[])
for name, arguments in [("multiply", ("9e5", "9")), ("divide", ("1e-5", "3e3")), ("add", ("0.1", "0e-9")),
                        ("create_decimal", ("12345",)), ("power", ("2", "-30")), ("exp", ("1e-9",)), ("divide", ("1", "0"))]:
    small.clear_flags()
    operands = arguments if name == "create_decimal" else [Decimal(x) for x in arguments]
    print(name, getattr(small, name)(*operands), [signal.__name__ for signal, is_set in small.flags.items() if is_set])
# expect: multiply Infinity ['Overflow', 'Inexact', 'Rounded']
# expect: divide 0E-7 ['Underflow', 'Subnormal', 'Inexact', 'Rounded', 'Clamped']
# expect: add 0.100 ['Rounded']
# expect: create_decimal 1.23E+4 ['Inexact', 'Rounded']
# expect: power 0E-7 ['Underflow', 'Subnormal', 'Inexact', 'Rounded', 'Clamped']
# expect: exp 1.00 ['Inexact', 'Rounded']
# expect: divide Infinity ['DivisionByZero']
small.traps[Inexact] = True
for wrong in ("small.divide(1, 3)", "Context(prec=0)", "Context(rounding='x').prec", "small.traps[3]", "del small.prec",
              "small.foo", "Context(traps=3)", "setcontext(1)", "Context(Emax=10**18)"):
    try:
        exec(wrong)
    except Exception as e:
        print(type(e).__name__, str(e).splitlines()[0])
# expect: Inexact [<class 'decimal.Inexact'>]
# expect: ValueError valid range for prec is [1, MAX_PREC]
# expect: TypeError valid values for rounding are:
# expect: KeyError 'valid values for signals are:\n  [InvalidOperation, FloatOperation, DivisionByZero,\n   Overflow, Underflow, Subnormal, Inexact, Rounded,\n   Clamped]'
# expect: AttributeError context attributes cannot be deleted
# expect: AttributeError 'decimal.Context' object has no attribute 'foo'
# expect: TypeError argument must be a signal dict
# expect: TypeError argument must be a context
# expect: ValueError valid range for Emax is [0, MAX_EMAX]

print(pickle.loads(pickle.dumps(small)), copy.copy(small).flags == small.flags)
# expect: Context(prec=3, rounding=ROUND_HALF_EVEN, Emin=-5, Emax=5, capitals=1, clamp=0, flags=[DivisionByZero, Inexact, Rounded], traps=[Inexact]) True
print(issubclass(DivisionByZero, ZeroDivisionError), issubclass(FloatOperation, TypeError), Underflow.__bases__)
# expect: True True (<class 'decimal.Inexact'>, <class 'decimal.Rounded'>, <class 'decimal.Subnormal'>)


def change():
    getcontext().prec = 5
    return Decimal(1) / 3


print(contextvars.copy_context().run(lambda: (setcontext(Context(prec=4)), +Decimal("1.23456"))[1]), +Decimal("1.23456"))
# expect: 1.235 1.23456
thread = threading.Thread(target=lambda: print(change()))
thread.start()  # expect: 0.33333
thread.join()
print(Decimal(1) / 3)  # expect: 0.3333333333333333333333333333

# Exact results need no memory for all the digits; inexact ones have none.
with localcontext(Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)):
    print(Decimal(4).sqrt(), Decimal(1) / 8, Decimal(10**23).log10(), Decimal(2) ** 100)  # expect: 2 0.125 23 1267650600228229401496703205376
    for wrong in ("Decimal(1) / 3", "Decimal(2).sqrt()", "Decimal('1e999999999999') + 1"):
        try:
            eval(wrong)
        except MemoryError:
            print("MemoryError", end=" ")
print()  # expect: MemoryError MemoryError MemoryError
