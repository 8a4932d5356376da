import sys
import types

package = types.ModuleType("package")
package.__spec__ = types.SimpleNamespace(_uninitialized_submodules=["part"])
print(getattr(package, "other", None))  # expect: None

try:
    __import__(".name")
except ImportError as error:
    print(error)                        # expect: No module named '.name'

package.part  # raises: AttributeError: cannot access submodule 'part' of module 'package' (most likely due to a circular import)
