# GenericAlias, union types, SimpleNamespace, mappingproxy.
import types
A = types.GenericAlias
NS = types.SimpleNamespace
MP = types.MappingProxyType


def show(action):
    try:
        print(repr(action()))
    except Exception as problem:
        print(f"{type(problem).__name__}: {problem}".rstrip())


show(lambda: list[int])  # expect: list[int]
show(lambda: list[int,str].__args__)  # expect: (<class 'int'>, <class 'str'>)
show(lambda: list[()].__args__)  # expect: ()
show(lambda: tuple[()])  # expect: tuple[()]
show(lambda: list[int][str])  # expect: TypeError: list[int] is not a generic class
show(lambda: list[int]([1]))  # expect: [1]
show(lambda: list[int].append)  # expect: <method 'append' of 'list' objects>
show(lambda: list[int].__origin__)  # expect: <class 'list'>
show(lambda: list[int].__class__)  # expect: <class 'types.GenericAlias'>
show(lambda: list[int].foo)  # expect: AttributeError: type object 'list' has no attribute 'foo'
show(lambda: isinstance([],list[int]))  # expect: TypeError: isinstance() argument 2 cannot be a parameterized generic
show(lambda: issubclass(list,list[int]))  # expect: TypeError: issubclass() argument 2 cannot be a parameterized generic
show(lambda: list[int]==list[int])  # expect: True
show(lambda: list[int]==list[str])  # expect: False
show(lambda: hash(list[int])==hash(list[int]))  # expect: True
show(lambda: list[int].__reduce__())  # expect: (<class 'types.GenericAlias'>, (<class 'list'>, (<class 'int'>,)))
show(lambda: A(list))  # expect: TypeError: GenericAlias expected 2 arguments, got 1
show(lambda: A(list,int,3))  # expect: TypeError: GenericAlias expected 2 arguments, got 3
show(lambda: A(1,int))  # expect: 1[int]
show(lambda: A(list,(1,...)))  # expect: list[1, ...]
show(lambda: list[int].__mro_entries__(()))  # expect: (<class 'list'>,)
show(lambda: list[int]|None)  # expect: list[int] | None
show(lambda: list[int]|1)  # expect: TypeError: unsupported operand type(s) for |: 'types.GenericAlias' and 'int'
show(lambda: int|str)  # expect: int | str
show(lambda: int|str|int)  # expect: int | str
show(lambda: (int|str)|(float|None))  # expect: int | str | float | None
show(lambda: int|int)  # expect: <class 'int'>
show(lambda: None|int)  # expect: None | int
show(lambda: 1|int)  # expect: TypeError: unsupported operand type(s) for |: 'int' and 'type'
show(lambda: int|1)  # expect: TypeError: unsupported operand type(s) for |: 'type' and 'int'
show(lambda: (int|str).__args__)  # expect: (<class 'int'>, <class 'str'>)
show(lambda: (int|str)==(str|int))  # expect: True
show(lambda: hash(int|str)==hash(str|int))  # expect: True
show(lambda: isinstance(1,int|str))  # expect: True
show(lambda: isinstance(1,int|list[int]))  # expect: True
show(lambda: isinstance(1,list[int]|int))  # expect: TypeError: isinstance() argument 2 cannot be a parameterized generic
show(lambda: issubclass(bool,int|str))  # expect: True
show(lambda: issubclass(1,int|str))  # expect: TypeError: issubclass() arg 1 must be a class
show(lambda: (int|None)[str])  # expect: TypeError: int | None is not a generic class
show(lambda: repr(int|None))  # expect: 'int | None'
show(lambda: types.UnionType())  # expect: TypeError: cannot create 'types.UnionType' instances
show(lambda: (int|str).foo)  # expect: AttributeError: 'types.UnionType' object has no attribute 'foo'
show(lambda: (int|str)())  # expect: TypeError: 'types.UnionType' object is not callable
show(lambda: int|'a')  # expect: TypeError: unsupported operand type(s) for |: 'type' and 'str'
show(lambda: [*tuple[int]])  # expect: [*tuple[int]]
show(lambda: tuple[*tuple[int,str]])  # expect: tuple[*tuple[int, str]]
show(lambda: list['int'])  # expect: list['int']
show(lambda: next(iter(list[int])))  # expect: *list[int]
show(lambda: NS(a=1,b='x'))  # expect: namespace(a=1, b='x')
show(lambda: NS(1))  # expect: TypeError: no positional arguments expected
show(lambda: NS(a=1)==NS(a=1))  # expect: True
show(lambda: NS(a=1)<NS(a=1))  # expect: TypeError: '<' not supported between instances of 'dict' and 'dict'
show(lambda: NS(a=1).__reduce__())  # expect: (<class 'types.SimpleNamespace'>, (), {'a': 1})
show(lambda: NS().b)  # expect: AttributeError: 'types.SimpleNamespace' object has no attribute 'b'
show(lambda: NS(a=1).__dict__)  # expect: {'a': 1}
show(lambda: type('Y',(NS,),{})(z=3))  # expect: Y(z=3)
show(lambda: MP({'a':1}))  # expect: mappingproxy({'a': 1})
show(lambda: MP([]))  # expect: TypeError: mappingproxy() argument must be a mapping, not list
show(lambda: MP(1))  # expect: TypeError: mappingproxy() argument must be a mapping, not int
show(lambda: MP({'a':1})['b'])  # expect: KeyError: 'b'
show(lambda: len(MP({'a':1})))  # expect: 1
show(lambda: MP({'a':1})|{'b':2})  # expect: {'a': 1, 'b': 2}
show(lambda: {'b':2}|MP({'a':1}))  # expect: {'b': 2, 'a': 1}
show(lambda: MP({'a':1})|5)  # expect: TypeError: unsupported operand type(s) for |: 'dict' and 'int'
show(lambda: MP({'a':1})=={'a':1})  # expect: True
show(lambda: MP({'a':1}).get('b',5))  # expect: 5
show(lambda: MP({'a':1}).get())  # expect: TypeError: get expected at least 1 argument, got 0
show(lambda: MP({'a':1}).copy())  # expect: {'a': 1}
show(lambda: str(MP({'a':1})))  # expect: "{'a': 1}"
show(lambda: list(reversed(MP({'a':1}))))  # expect: ['a']
show(lambda: hash(MP({})))  # expect: TypeError: unhashable type: 'mappingproxy'
show(lambda: MP())  # expect: TypeError: mappingproxy() missing required argument 'mapping' (pos 1)
show(lambda: MP[int])  # expect: mappingproxy[int]
