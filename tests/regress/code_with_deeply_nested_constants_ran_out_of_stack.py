import sys

constants = ()
for _ in range(300_000):
    constants = (constants,)
if sys.implementation.name == "cpython":  # its stack overflows
    print("RecursionError")
else:
    try:
        (lambda: 1).__code__.replace(co_consts=constants)
    except RecursionError as error:
        print(type(error).__name__)
# expect: RecursionError
