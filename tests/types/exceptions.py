# The exception types: attributes, arguments, text. Library reference, Built-in Exceptions.


def show(action):
    try:
        print(repr(action()))
    except Exception as problem:
        print(f"{type(problem).__name__}: {problem}".rstrip())


show(lambda: ValueError(x=1))  # expect: TypeError: ValueError() takes no keyword arguments
show(lambda: BaseException().args)  # expect: ()
show(lambda: ValueError().__reduce__())  # expect: (<class 'ValueError'>, ())
show(lambda: ValueError().__setstate__(1))  # expect: TypeError: state is not a dictionary
show(lambda: ValueError().with_traceback(1))  # expect: TypeError: __traceback__ must be a traceback or None
show(lambda: KeyError('a').__str__())  # expect: "'a'"
show(lambda: KeyError(1,2).__str__())  # expect: '(1, 2)'
show(lambda: str(KeyError()))  # expect: ''
show(lambda: OSError(2,'x'))  # expect: FileNotFoundError(2, 'x')
show(lambda: OSError(2))  # expect: OSError(2)
show(lambda: OSError(2,'x','f'))  # expect: FileNotFoundError(2, 'x')
show(lambda: str(OSError(2,'x','f')))  # expect: "[Errno 2] x: 'f'"
show(lambda: str(OSError(2,'x','f',None,'g')))  # expect: "[Errno 2] x: 'f' -> 'g'"
show(lambda: OSError(2,'x','f',None,'g').args)  # expect: (2, 'x')
show(lambda: OSError(2,'x','f',None,'g').__reduce__())  # expect: (<class 'FileNotFoundError'>, (2, 'x', 'f', None, 'g'))
show(lambda: OSError(2,'x','f').__reduce__())  # expect: (<class 'FileNotFoundError'>, (2, 'x', 'f'))
show(lambda: OSError(1,2,3,4,5,6))  # expect: OSError(1, 2, 3, 4, 5, 6)
show(lambda: OSError(errno=1))  # expect: TypeError: OSError() takes no keyword arguments
show(lambda: BlockingIOError(11,'x',5).characters_written)  # expect: 5
show(lambda: BlockingIOError(11,'x').characters_written)  # expect: AttributeError: characters_written
show(lambda: OSError(11,'x',5).filename)  # expect: None
show(lambda: str(OSError(2,None)))  # expect: '[Errno 2] None'
show(lambda: type(OSError(110,'a')))  # expect: <class 'TimeoutError'>
show(lambda: ImportError('a',name='n',path='p').__reduce__())  # expect: (<class 'ImportError'>, ('a',), {'name': 'n', 'path': 'p'})
show(lambda: ImportError('a','b').msg)  # expect: None
show(lambda: ImportError(foo=1))  # expect: TypeError: 'foo' is an invalid keyword argument for ImportError()
show(lambda: ImportError(name=1).name)  # expect: 1
show(lambda: str(ImportError(1)))  # expect: '1'
show(lambda: StopIteration(1,2).value)  # expect: 1
show(lambda: StopIteration().value)  # expect: None
show(lambda: SystemExit(1,2).code)  # expect: (1, 2)
show(lambda: SystemExit().code)  # expect: None
show(lambda: SyntaxError('m',('f',1,2,'t')).__dict__)  # expect: {}
show(lambda: SyntaxError('m',('f',1,2,'t',3,4)).end_offset)  # expect: 4
show(lambda: SyntaxError('m',('f',1,2,'t',3)))  # expect: TypeError: end_offset must be provided when end_lineno is provided
show(lambda: SyntaxError('m',('f',1)))  # expect: TypeError: function takes at least 4 arguments (2 given)
show(lambda: SyntaxError('m',5))  # expect: TypeError: 'int' object is not iterable
show(lambda: str(SyntaxError('m',('a/f',1,2,'t'))))  # expect: 'm (f, line 1)'
show(lambda: str(SyntaxError('m',(None,1,2,'t'))))  # expect: 'm (line 1)'
show(lambda: str(SyntaxError('m',('f',None,2,'t'))))  # expect: 'm (f)'
show(lambda: str(SyntaxError()))  # expect: 'None'
show(lambda: UnicodeDecodeError('a',b'abc',1,2,'r'))  # expect: UnicodeDecodeError('a', b'abc', 1, 2, 'r')
show(lambda: str(UnicodeDecodeError('a',b'abc',1,2,'r')))  # expect: "'a' codec can't decode byte 0x62 in position 1: r"
show(lambda: str(UnicodeDecodeError('a',b'abc',1,3,'r')))  # expect: "'a' codec can't decode bytes in position 1-2: r"
show(lambda: str(UnicodeEncodeError('a','a\xe9c',1,2,'r')))  # expect: "'a' codec can't encode character '\\xe9' in position 1: r"
show(lambda: str(UnicodeEncodeError('a','a\u1234c',1,2,'r')))  # expect: "'a' codec can't encode character '\\u1234' in position 1: r"
show(lambda: str(UnicodeEncodeError('a','a\U0001F600c',1,2,'r')))  # expect: "'a' codec can't encode character '\\U0001f600' in position 1: r"
show(lambda: str(UnicodeEncodeError('a','abc',1,3,'r')))  # expect: "'a' codec can't encode characters in position 1-2: r"
show(lambda: str(UnicodeTranslateError('a\xe9c',1,2,'r')))  # expect: "can't translate character '\\xe9' in position 1: r"
show(lambda: UnicodeDecodeError('a','abc',1,2,'r'))  # expect: TypeError: a bytes-like object is required, not 'str'
show(lambda: UnicodeDecodeError(1))  # expect: TypeError: function takes exactly 5 arguments (1 given)
show(lambda: UnicodeEncodeError('a',b'',1,2,'r'))  # expect: TypeError: argument 2 must be str, not bytes
show(lambda: UnicodeTranslateError(1,2,3,4))  # expect: TypeError: argument 1 must be str, not int
show(lambda: str(UnicodeDecodeError.__new__(UnicodeDecodeError)))  # expect: ''
show(lambda: NameError('a',name='b').name)  # expect: 'b'
show(lambda: NameError(foo=1))  # expect: TypeError: 'foo' is an invalid keyword argument for NameError()
show(lambda: AttributeError('a',name='b',obj=3).obj)  # expect: 3
show(lambda: AttributeError(foo=3))  # expect: TypeError: 'foo' is an invalid keyword argument for AttributeError()
show(lambda: ExceptionGroup('a',[]))  # expect: ValueError: second argument (exceptions) must be a non-empty sequence
show(lambda: ExceptionGroup('a',5))  # expect: TypeError: second argument (exceptions) must be a sequence
show(lambda: ExceptionGroup('a'))  # expect: TypeError: BaseExceptionGroup.__new__() takes exactly 2 arguments (1 given)
show(lambda: ExceptionGroup(1,[ValueError()]))  # expect: TypeError: BaseExceptionGroup.__new__() argument 1 must be str, not int
show(lambda: ExceptionGroup('a',[1]))  # expect: ValueError: Item 0 of second argument (exceptions) is not an exception
show(lambda: ExceptionGroup('a',[KeyboardInterrupt()]))  # expect: TypeError: Cannot nest BaseExceptions in an ExceptionGroup
show(lambda: BaseExceptionGroup('a',[KeyboardInterrupt()]))  # expect: BaseExceptionGroup('a', [KeyboardInterrupt()])
show(lambda: BaseExceptionGroup('a',[ValueError()]))  # expect: ExceptionGroup('a', [ValueError()])
show(lambda: str(ExceptionGroup('a',[ValueError(1),ValueError(2)])))  # expect: 'a (2 sub-exceptions)'
show(lambda: ExceptionGroup('a',[ValueError(1),TypeError()]).split(ValueError))  # expect: (ExceptionGroup('a', [ValueError(1)]), ExceptionGroup('a', [TypeError()]))
show(lambda: ExceptionGroup('a',[ValueError(1),TypeError()]).subgroup(5))  # expect: TypeError: expected a function, exception type or tuple of exception types
show(lambda: ExceptionGroup('a',[ValueError(1),TypeError()]).subgroup(lambda e:False))  # expect: None
show(lambda: ExceptionGroup('a',[ValueError(1),TypeError()]).subgroup(lambda e:isinstance(e,ValueError)))  # expect: ExceptionGroup('a', [ValueError(1)])
show(lambda: ExceptionGroup('a',[ValueError(1),TypeError()]).derive([ValueError()]))  # expect: ExceptionGroup('a', [ValueError()])
show(lambda: ExceptionGroup('a',[ValueError(1)],x=1))  # expect: TypeError: ExceptionGroup() takes no keyword arguments
show(lambda: ExceptionGroup.__class_getitem__(int))  # expect: ExceptionGroup[int]
show(lambda: type('C',(ExceptionGroup,ValueError),{})('a',[KeyboardInterrupt()]))  # expect: TypeError: Cannot nest BaseExceptions in 'C'
show(lambda: ExceptionGroup.__mro__)  # expect: (<class 'ExceptionGroup'>, <class 'BaseExceptionGroup'>, <class 'Exception'>, <class 'BaseException'>, <class 'object'>)
show(lambda: ExceptionGroup.__bases__)  # expect: (<class 'BaseExceptionGroup'>, <class 'Exception'>)
show(lambda: repr(ValueError(1)))  # expect: 'ValueError(1)'
show(lambda: repr(ValueError('a','b')))  # expect: "ValueError('a', 'b')"
show(lambda: type('X',(ValueError,KeyError),{})(3))  # expect: X(3)
show(lambda: type('X',(OSError,ValueError),{})(3))  # expect: X(3)
show(lambda: type('X',(OSError,AttributeError),{})(3))  # expect: TypeError: multiple bases have instance lay-out conflict
show(lambda: b'\xff'.decode())  # expect: UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte
show(lambda: '\u1234'.encode('ascii'))  # expect: UnicodeEncodeError: 'ascii' codec can't encode character '\u1234' in position 0: ordinal not in range(128)
