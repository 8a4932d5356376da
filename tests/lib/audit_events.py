# What hooks are told of code that is compiled, run, shown and made, and of the system.
import array
import ast
import os
import resource
import sys
import tempfile
import types

seen = []
is_listening = False


def hook(event, arguments):
    if is_listening:
        seen.append((event, arguments))


def events(action, *wanted):
    global is_listening
    seen.clear()
    is_listening = True
    try:
        action()
    except OSError:
        pass
    is_listening = False
    for event, arguments in seen:
        if event in wanted:
            shown = [value if isinstance(value, (int, str, bytes, type(None))) else type(value).__name__ for value in arguments]
            print(event, *shown)


def function():
    yield


sys.addaudithook(hook)
events(lambda: eval(" 1"), "compile", "exec")
# expect: compile b'1' <string>
# expect: exec code
events(lambda: exec("a = 'ä'", {}), "compile", "exec")
# expect: compile b"a = '\xc3\xa4'" <string>
# expect: exec code
events(lambda: compile("a", "name", "exec"), "compile")  # expect: compile b'a' name
tree = ast.parse("a")
events(lambda: compile(tree, "name", "exec"), "compile")  # expect: compile Module None
events(lambda: ast.parse("b"), "compile")  # expect: compile b'b' <unknown>

reads = "object.__getattr__"
events(lambda: function.__code__, reads)  # expect: object.__getattr__ function __code__
events(lambda: function.__defaults__, reads)  # expect: object.__getattr__ function __defaults__
events(lambda: function.__kwdefaults__, reads)  # expect: object.__getattr__ function __kwdefaults__
events(lambda: function().gi_code, reads)  # expect: object.__getattr__ generator gi_code
events(lambda: function().gi_frame, reads)  # expect: object.__getattr__ generator gi_frame
events(lambda: sys._getframe().f_code, reads)  # expect: object.__getattr__ frame f_code
try:
    1 / 0
except ZeroDivisionError as error:
    events(lambda: error.__traceback__.tb_frame, reads)  # expect: object.__getattr__ traceback tb_frame

code = function.__code__
events(lambda: code.replace(co_name="other", co_filename="file"), "code.__new__")
# expect: code.__new__ b'K\x00\x01\x00\x97\x00d\x00V\x00\x97\x01\x01\x00d\x00S\x00' file other 0 0 0 0 1 35
events(lambda: types.FunctionType(code, {}), "function.__new__")  # expect: function.__new__ code


class Class:
    pass


def change():
    Class.__module__ = "elsewhere"
    Class.__qualname__ = "Outer.Class"
    Class.__doc__ = "text"


events(change, "object.__setattr__")
# expect: object.__setattr__ type __module__ elsewhere
# expect: object.__setattr__ type __qualname__ Outer.Class
# expect: object.__setattr__ type __doc__ text


def delete():
    for name in ("__name__", "__bases__"):
        try:
            delattr(Class, name)
        except TypeError:
            print("refused")


events(delete, "object.__delattr__")
# expect: refused
# expect: refused
events(lambda: array.array("b", b"a"), "array.__new__")  # expect: array.__new__ b b'a'
number = id(code)
events(lambda: print(id(code) == number))  # expect: True
print(seen[0] == ("builtins.id", (number,)))  # expect: True

with tempfile.TemporaryDirectory() as folder:
    sys.path.insert(0, folder)
    os.chdir(folder)
    with open("module_of_this_test.py", "w"):
        pass
    events(lambda: __import__("module_of_this_test"), "import", "exec")
    # expect: import module_of_this_test None list list list
    # expect: exec code
    events(lambda: os.putenv("a", "b"), "os.putenv")  # expect: os.putenv b'a' b'b'
    events(lambda: os.unsetenv("a"), "os.unsetenv")  # expect: os.unsetenv b'a'
    events(lambda: os.system("true"), "os.system")  # expect: os.system b'true'
    path = "module_of_this_test.py"
    events(lambda: os.close(os.open(path, os.O_RDONLY)), "open")  # expect: open module_of_this_test.py None 524288
    events(lambda: os.getxattr(path, "user.a"), "os.getxattr")  # expect: os.getxattr module_of_this_test.py user.a
    events(lambda: os.removexattr(path, "user.a"), "os.removexattr")  # expect: os.removexattr module_of_this_test.py user.a
    events(lambda: os.listxattr(path), "os.listxattr")  # expect: os.listxattr module_of_this_test.py
    events(lambda: os.chown(path, -1, -1), "os.chown")  # expect: os.chown module_of_this_test.py 4294967295 4294967295 -1
    os.chdir("/")
events(lambda: os.lockf(1, os.F_TEST, 0), "os.lockf")  # expect: os.lockf 1 3 0
events(lambda: resource.prlimit(0, resource.RLIMIT_CORE), "resource.prlimit")  # expect: resource.prlimit 0 4 None
