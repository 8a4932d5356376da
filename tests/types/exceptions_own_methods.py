# Which special methods stand in the dicts of exception classes themselves.
def own(cls):
    return [name for name in ("__new__", "__init__", "__str__", "__getattribute__", "__setattr__") if name in cls.__dict__]


for cls in BaseException, Exception, ValueError, KeyError, OSError, FileNotFoundError, UnicodeDecodeError, ExceptionGroup:
    print(cls.__name__, *own(cls))
# expect: BaseException __new__ __init__ __str__ __getattribute__ __setattr__
# expect: Exception __new__ __init__
# expect: ValueError __new__ __init__
# expect: KeyError __init__ __str__
# expect: OSError __new__ __init__ __str__
# expect: FileNotFoundError __init__
# expect: UnicodeDecodeError __new__ __init__ __str__
# expect: ExceptionGroup
