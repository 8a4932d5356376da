# Defaults that C++ does not see show all the same.
import _signal
import fcntl
import inspect

code = (lambda: 0).__code__
print(list(inspect.signature(code.replace).parameters.values())[0])  # expect: co_argcount=-1
print(inspect.signature(fcntl.fcntl))                                # expect: (fd, cmd, arg=0, /)
print(inspect.signature(bytes.maketrans))                            # expect: (frm, to, /)
print(_signal.__spec__.name)                                         # expect: _signal
