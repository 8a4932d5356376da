# The second import of a module reads its functions' code only when somebody asks for it; nobody can tell.
import importlib
import os
import sys
import tempfile
import types

SOURCE = '''
"""Module."""
SHARED = ("a tuple", 1, (2.5, b"bytes", 10**30))
def first(a, b=2, *c, d, **e):
    """Docstring of first."""
    text = "a constant with blanks"
    same = ("a tuple", 1, (2.5, b"bytes", 10**30))
    return same, text, {x for x in (1, 2) if x in {"p", "q", 3}}
def second(a, /):
    same = ("a tuple", 1, (2.5, b"bytes", 10**30))
    return same, "a constant with blanks", 10**30, a
class C:
    "Docstring of C."
    def method(self):
        def inner():
            return self, a_global
        return inner
    def generate(self): yield from [lambda: self]
async def coroutine(): return [i async for i in x]
'''
folder = tempfile.mkdtemp()
path = os.path.join(folder, "lazily.py")
with open(path, "w") as file:
    file.write(SOURCE)
os.utime(path, (1_000_000_000, 1_000_000_000))
sys.path.insert(0, folder)
sys.dont_write_bytecode = False


def load():
    sys.modules.pop("lazily", None)
    importlib.invalidate_caches()
    return importlib.import_module("lazily")


load()
module = load()
compiled = compile(SOURCE, path, "exec", dont_inherit=True)
print(module.__spec__.loader.get_code("lazily") == compiled)  # expect: True

# The later function first: what it shares with the earlier one is one object.
module = load()
second, first = module.second.__code__.co_consts, module.first.__code__.co_consts
shared = [each for each in second if isinstance(each, tuple)][0]
print(any(each is shared for each in first), shared is module.SHARED)  # expect: True True
print(module.first.__doc__, module.first.__name__, module.C.method.__qualname__)  # expect: Docstring of first. first C.method
print(module.second(0)[1] is module.first(1, d=0)[1])  # expect: True
print(module.C().method().__qualname__)  # expect: C.method.<locals>.inner

# Names and docstring are those of the code that the function was made with.
module = load()
module.first.__code__ = module.second.__code__
print(module.first.__name__, module.first.__qualname__, module.first.__doc__)  # expect: first first Docstring of first.
print(module.first(1)[2] == 10**30, module.first.__code__.co_posonlyargcount)  # expect: True 1

# A folder that has moved.
os.rename(folder, folder + "moved")
sys.path[0] = folder + "moved"
module = load()
names = {code.co_filename for code in [module.first.__code__, module.C.method.__code__, module.C.method.__code__.co_consts[1]]}
print(names == {os.path.join(folder + "moved", "lazily.py")})  # expect: True
print(type(module.coroutine.__code__.co_consts[1]) is types.CodeType)  # expect: True
