# Whatever a program hangs into the import system is asked, also where C++ imports for importlib.
import importlib
import importlib.machinery
import os
import sys
import tempfile

folder = tempfile.mkdtemp()
sys.path.insert(0, folder)


def write(name, text):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def forget(*names):
    for name in names:
        sys.modules.pop(name, None)
    importlib.invalidate_caches()


write("plain.py", "value = 1\n")
import plain
print(plain.value, plain.__spec__.has_location)  # expect: 1 True
print(type(plain.__loader__).__name__, plain.__loader__.name, plain.__cached__ == plain.__spec__.cached)  # expect: SourceFileLoader plain True

# A new file beside the others, without invalidate_caches(): the folder's time tells.
os.utime(folder, (1, 1))
write("late.py", "value = 2\n")
import late
print(late.value)  # expect: 2


class Watcher:
    def find_spec(self, name, path=None, target=None):
        print("asked for", name, path)


sys.meta_path.insert(0, Watcher())
forget("plain")
import plain  # expect: asked for plain None
sys.meta_path.pop(0)

# A replaced method of the loader.
original = importlib.machinery.SourceFileLoader.get_code
importlib.machinery.SourceFileLoader.get_code = lambda self, name: compile("value = 'patched'", "x", "exec")
forget("plain")
import plain
print(plain.value)  # expect: patched
del importlib.machinery.SourceFileLoader.get_code
forget("plain")
import plain
print(plain.value, importlib.machinery.SourceFileLoader.get_code is original)  # expect: 1 True

# Packages, submodules and what they leave in their parents.
write("package/__init__.py", "from . import inner\n")
write("package/inner.py", "import sys\nprint(__spec__._initializing, sys.modules['package'].__spec__._uninitialized_submodules)\n")
import package.inner  # expect: True ['inner']
print(package.__path__ == [os.path.join(folder, "package")], package.__package__, package.inner.__package__)  # expect: True package package

# A module that fails leaves sys.modules; one that puts something else there gets it.
write("broken.py", "import sys\nprint('broken' in sys.modules)\n1 / 0\n")
try:
    import broken  # expect: True
except ZeroDivisionError as error:
    print("broken" in sys.modules, error.__traceback__.tb_next.tb_frame.f_code.co_name, error.__traceback__.tb_next.tb_next)  # expect: False <module> None
write("replaced.py", "import sys\nsys.modules[__name__] = 'another'\n")
import replaced
print(replaced)  # expect: another
write("vanished.py", "import sys\ndel sys.modules[__name__]\n")
try:
    import vanished
except KeyError as error:
    print(error)  # expect: 'vanished'

# Namespace packages and what is not there.
os.makedirs(os.path.join(folder, "spaces", "deep"))
write("spaces/deep/leaf.py", "value = 3\n")
import spaces.deep.leaf
print(spaces.deep.leaf.value, list(spaces.__path__) == [os.path.join(folder, "spaces")])  # expect: 3 True
for name in "absent", "package.absent", "plain.absent", "absent.child":
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        print(error, "|", error.name)
# expect: No module named 'absent' | absent
# expect: No module named 'package.absent' | package.absent
# expect: No module named 'plain.absent'; 'plain' is not a package | plain.absent
# expect: No module named 'absent' | absent

# Not even a cached file is read when there is no tag for it.
tag = sys.implementation.cache_tag
sys.implementation.cache_tag = None
forget("plain")
import plain
print(plain.__cached__ if hasattr(plain, "__cached__") else "no cache")  # expect: no cache
sys.implementation.cache_tag = tag
