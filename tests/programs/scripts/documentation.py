"""Documentation of a module as pydoc renders it. What objects in C say of themselves is left out: each interpreter has
its own words there."""
import pydoc
import sys
import types

written = pydoc.getdoc


def getdoc(thing):
    if isinstance(thing, type):
        in_python = '__module__' in vars(thing) and isinstance(vars(thing).get('__module__'), str) and hasattr(sys.modules[thing.__module__], '__file__')
    else:
        in_python = isinstance(thing, (types.FunctionType, types.MethodType, types.ModuleType, property))
        in_python = in_python and not isinstance(getattr(thing, '__func__', None), types.BuiltinFunctionType)
    return written(thing) if in_python else ''


pydoc.getdoc = getdoc
print(pydoc.render_doc(sys.argv[1], renderer=pydoc.plaintext))
