# Where functions find their builtins and globals.
import types


def length(text):
    return len(text)


empty = {}
made = types.FunctionType(length.__code__, empty)
print(made("abc"), empty)                       # expect: 3 {}

try:
    exec("print(1)", {"__builtins__": 123})
except TypeError as error:
    print(error)                                # expect: 'int' object is not subscriptable


class Numbers(dict):
    def __missing__(self, key):
        return int(key.removeprefix("number_"))


add = eval("lambda: number_3 + number_4", Numbers())
print([add() for _ in range(5)])                # expect: [7, 7, 7, 7, 7]

names = {}
types.FunctionType(compile("x = 1", "file", "exec"), names)()
print(names["x"])                               # expect: 1
