# What functions have as __module__ is a descriptor in their class, which has a module itself.
import types

print(types.FunctionType.__module__, type(len).__module__, type.__module__)  # expect: builtins builtins builtins
