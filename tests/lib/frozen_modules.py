# What frozen modules look like: their code is shared and whole, their files are those of the library.
import gc
import importlib.util
import marshal
import os
import posixpath
import sys
import weakref

print(os.__spec__.origin, os.__spec__.loader.__name__, os.__file__ == os.path.join(sys._stdlib_dir, "os.py"))  # expect: frozen FrozenImporter True
print(os.__spec__.loader_state.origname, posixpath.__spec__.loader_state.origname)  # expect: os posixpath
code = posixpath.join.__code__
print(code.co_filename, code.co_varnames[:2], code.co_names[:2])  # expect: <frozen posixpath> ('a', 'p') ('os', 'fspath')
print(marshal.loads(marshal.dumps(code)) == code, hash(code) == hash(code.replace()))  # expect: True True
print(weakref.ref(code)() is code, gc.collect() >= 0)  # expect: True True
print(all(sys.intern("".join(list(name))) is name for name in code.co_names))  # expect: True
print(() is code.replace(co_freevars=()).co_freevars, os.stat_result.n_fields > 0)  # expect: True True

import __hello__
import __phello__.spam
print(__hello__.initialized, __phello__.__path__ == [os.path.join(sys._stdlib_dir, "__phello__")])  # expect: True True
print(hasattr(__hello__, "__origname__"), importlib.util.find_spec("__phello__.spam").loader.__name__)  # expect: False FrozenImporter
