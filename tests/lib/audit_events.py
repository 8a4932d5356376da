# sys.addaudithook: what modules tell of before they do it (PEP 578).
import fcntl
import gc
import marshal
import mmap
import os
import socket
import sys
import tempfile

names = []
arguments = {}


def hook(event, given):
    if event.partition(".")[0] in wanted or event in wanted:
        names.append(event)
        arguments[event] = given


wanted = set()
sys.addaudithook(hook)


def told(action, *events):
    """Prints the events of one kind that the action causes, with their last arguments."""
    names.clear()
    wanted.update(events)
    try:
        action()
    except OSError:
        pass
    wanted.clear()
    print(*names)


class A:
    pass


class B(A):
    pass


def function():
    pass


def change():
    function.__defaults__ = ()
    del function.__defaults__
    function.__code__ = function.__code__
    B.__name__ = "C"
    B.__bases__ = (A,)
    B().__class__ = A
    B.other = 1


told(change, "object.__setattr__", "object.__delattr__")
# expect: object.__setattr__ object.__delattr__ object.__setattr__ object.__setattr__ object.__setattr__ object.__setattr__
print(arguments["object.__setattr__"][1:])  # expect: ('__class__', <class '__main__.A'>)
told(lambda: (gc.get_objects(generation=1), gc.get_referrers(A), gc.get_referents(A)), "gc")
# expect: gc.get_objects gc.get_referrers gc.get_referents
print(arguments["gc.get_objects"], arguments["gc.get_referents"])  # expect: (1,) ((<class '__main__.A'>,),)
told(lambda: marshal.loads(marshal.dumps(1)), "marshal")  # expect: marshal.dumps marshal.loads
told(lambda: mmap.mmap(-1, 8), "mmap")  # expect: mmap.__new__
print(arguments["mmap.__new__"])  # expect: (-1, 8, 0, 0)


def connect():
    with socket.socket() as near:
        near.bind(("127.0.0.1", 0))
        near.connect(near.getsockname())
    socket.gethostname()


told(connect, "socket")  # expect: socket.__new__ socket.bind socket.connect socket.gethostname
with tempfile.TemporaryFile() as file:
    told(lambda: (fcntl.flock(file, fcntl.LOCK_SH), fcntl.fcntl(file, fcntl.F_GETFL)), "fcntl")
    # expect: fcntl.flock fcntl.fcntl
told(lambda: os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0), "os.posix_spawn")  # expect: os.posix_spawn


def refuse(event, given):
    if event == "sys.excepthook":
        raise RuntimeError  # nothing is to be shown


sys.addaudithook(refuse)
