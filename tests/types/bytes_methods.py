# bytes and bytearray: the methods that both have, comparison, repr.

def attempt(function):
    try:
        print(function())
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class Index:
    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value


class HasBytes:
    def __bytes__(self):
        return b"HB"


class Sub(bytes):
    pass


class SubArray(bytearray):
    pass

attempt(lambda: bytes.fromhex('1x'))  # expect: ValueError: non-hexadecimal number found in fromhex() arg at position 1
attempt(lambda: bytes.fromhex('é'))  # expect: ValueError: non-hexadecimal number found in fromhex() arg at position 0
print((bytes.fromhex(' 61 62\n63'), bytearray.fromhex('6162'), Sub.fromhex('61'), SubArray.fromhex('61')))  # expect: (b'abc', bytearray(b'ab'), b'a', SubArray(b'a'))
attempt(lambda: b''.split(''))  # expect: TypeError: a bytes-like object is required, not 'str'
attempt(lambda: b''.split(b''))  # expect: ValueError: empty separator
print((b' a  b c '.split(), b' a  b c '.split(None,1), b'a,b,,c'.split(b','), b'a,b,,c'.split(b',',2), b' a  b c '.rsplit(None,1), b'a,b,c'.rsplit(b',',1), b''.split(), b''.split(b','), b'abXXcXXd'.split(b'XX'), b'a,b'.split(sep=b',',maxsplit=0)))  # expect: ([b'a', b'b', b'c'], [b'a', b'b c '], [b'a', b'b', b'', b'c'], [b'a', b'b', b',c'], [b' a  b', b'c'], [b'a,b', b'c'], [], [b''], [b'ab', b'c', b'd'], [b'a,b'])
attempt(lambda: b''.partition(b''))  # expect: ValueError: empty separator
attempt(lambda: b''.partition(''))  # expect: TypeError: a bytes-like object is required, not 'str'
print((b'a-b-c'.partition(b'-'), b'a-b-c'.rpartition(b'-'), b'abc'.partition(b'-'), b'abc'.rpartition(b'-'), bytearray(b'a-b').partition(b'-')))  # expect: ((b'a', b'-', b'b-c'), (b'a-b', b'-', b'c'), (b'abc', b'', b''), (b'', b'', b'abc'), (bytearray(b'a'), bytearray(b'-'), bytearray(b'b')))
attempt(lambda: b''.replace('',''))  # expect: TypeError: a bytes-like object is required, not 'str'
print((b'aXbX'.replace(b'X',b'YY'), b'aXbX'.replace(b'X',b'',1), b'ab'.replace(b'',b'-'), b'ab'.replace(b'',b'-',2), b'aaaa'.replace(b'aa',b'b'), b'abc'.replace(b'x',b'y'), b'abc'.replace(b'b',b'd',0)))  # expect: (b'aYYbYY', b'abX', b'-a-b-', b'-a-b', b'bb', b'abc', b'abc')
attempt(lambda: b''.strip('a'))  # expect: TypeError: a bytes-like object is required, not 'str'
print((b' \tab\n '.strip(), b'xxabxx'.strip(b'x'), b'xxabxx'.lstrip(b'x'), b'xxabxx'.rstrip(b'x'), b'abc'.strip(b'abc'), bytearray(b' a ').strip()))  # expect: (b'ab', b'ab', b'abxx', b'xxab', b'', bytearray(b'a'))
attempt(lambda: b''.translate('a'))  # expect: TypeError: a bytes-like object is required, not 'str'
attempt(lambda: b''.translate(b'a'))  # expect: ValueError: translation table must be 256 characters long
attempt(lambda: b''.translate(None,'a'))  # expect: TypeError: a bytes-like object is required, not 'str'
print((b'abcabc'.translate(None,b'b'), b'abc'.translate(bytes.maketrans(b'ab',b'xy')), b'abc'.translate(bytes.maketrans(b'ab',b'xy'),delete=b'c'), b'abc'.translate(bytes(range(256)))))  # expect: (b'acac', b'xyc', b'xy', b'abc')
attempt(lambda: bytes.maketrans(b'a','b'))  # expect: TypeError: a bytes-like object is required, not 'str'
attempt(lambda: bytes.maketrans(b'a',b'bc'))  # expect: ValueError: maketrans arguments must have same length
attempt(lambda: b''.center(5,'a'))  # expect: TypeError: center() argument 2 must be a byte string of length 1, not str
attempt(lambda: b''.center(5,b'ab'))  # expect: TypeError: center() argument 2 must be a byte string of length 1, not bytes
attempt(lambda: b''.center('a'))  # expect: TypeError: 'str' object cannot be interpreted as an integer
print((b'ab'.center(5), b'ab'.center(6,b'*'), b'ab'.ljust(4,b'.'), b'ab'.rjust(4,b'.'), b'ab'.center(1), b'-5'.zfill(5), b'5'.zfill(3), b'+'.zfill(3), b''.zfill(2), bytearray(b'x').center(3)))  # expect: (b'  ab ', b'**ab**', b'ab..', b'..ab', b'ab', b'-0005', b'005', b'+00', b'00', bytearray(b' x '))
attempt(lambda: b''.zfill('a'))  # expect: TypeError: 'str' object cannot be interpreted as an integer
attempt(lambda: b''.index(b'a'))  # expect: ValueError: subsection not found
attempt(lambda: b''.find('a'))  # expect: TypeError: argument should be integer or bytes-like object, not 'str'
attempt(lambda: b''.find(256))  # expect: ValueError: byte must be in range(0, 256)
attempt(lambda: b''.find(-10**100))  # expect: ValueError: byte must be in range(0, 256)
print((b'abcabc'.find(b'c'), b'abcabc'.find(99), b'abcabc'.find(b'ca'), b'abcabc'.rfind(b'bc'), b'abcabc'.rfind(98,0,4), b'abc'.find(b''), b'abc'.find(b'',4), b'abc'.rfind(b''), b'abc'.rfind(b'',1,2), b'abc'.find(b'b',-1), b'abc'.index(b'c',-2,None), b'abab'.count(b'ab'), b'aaa'.count(97), b'aaa'.count(b''), b'aaa'.count(b'a',1,2), b'mississippi'.rfind(b'issi'), b'mississippi'.rfind(b'xssi')))  # expect: (2, 2, 2, 4, 1, 0, -1, 3, 2, -1, 2, 2, 3, 4, 1, 4, -1)
attempt(lambda: 'a' in b'')  # expect: TypeError: a bytes-like object is required, not 'str'
attempt(lambda: 256 in b'')  # expect: ValueError: byte must be in range(0, 256)
attempt(lambda: 1.0 in b'')  # expect: TypeError: a bytes-like object is required, not 'float'
print((97 in b'abc', b'bc' in b'abc', b'' in b'', Index(97) in b'a', bytearray(b'b') in b'abc'))  # expect: (True, True, True, True, True)
attempt(lambda: b''.removeprefix('a'))  # expect: TypeError: a bytes-like object is required, not 'str'
print((b'abc'.removeprefix(b'a'), b'abc'.removesuffix(b'c'), b'abc'.removesuffix(b''), bytearray(b'abc').removeprefix(b'ab')))  # expect: (b'bc', b'ab', b'abc', bytearray(b'c'))
attempt(lambda: bytearray().append('a'))  # expect: TypeError: 'str' object cannot be interpreted as an integer
attempt(lambda: bytearray().append(256))  # expect: ValueError: byte must be in range(0, 256)
attempt(lambda: bytearray().extend('a'))  # expect: TypeError: 'str' object cannot be interpreted as an integer
attempt(lambda: bytearray().extend(1))  # expect: TypeError: can't extend bytearray with int
attempt(lambda: bytearray().extend([256]))  # expect: ValueError: byte must be in range(0, 256)
attempt(lambda: bytearray().pop())  # expect: IndexError: pop from empty bytearray
attempt(lambda: bytearray(b'a').pop(3))  # expect: IndexError: pop index out of range
attempt(lambda: bytearray(b'a').remove(3))  # expect: ValueError: value not found in bytearray
attempt(lambda: bytearray(b'a').remove(300))  # expect: ValueError: byte must be in range(0, 256)
attempt(lambda: bytearray(b'a').insert(0,300))  # expect: ValueError: byte must be in range(0, 256)
attempt(lambda: bytearray(b'a').insert('a',300))  # expect: TypeError: 'str' object cannot be interpreted as an integer
attempt(lambda: b''.decode(1))  # expect: TypeError: decode() argument 'encoding' must be str, not int
print((b'\xc3\xa9'.decode(), b'\xe9'.decode('latin-1'), b'\xff'.decode(errors='replace'), b'abc'.decode('ascii','strict'), bytearray(b'x').decode(), Sub(b'x').decode('utf-8')))  # expect: ('é', 'é', '�', 'abc', 'x', 'x')
attempt(lambda: b'\xff'.decode())  # expect: UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte
attempt(lambda: bytearray(b'a').__setitem__(0,256))  # expect: ValueError: byte must be in range(0, 256)
attempt(lambda: bytearray(b'a').__setitem__(0,'a'))  # expect: TypeError: 'str' object cannot be interpreted as an integer
attempt(lambda: bytearray(b'a').__setitem__(5,0))  # expect: IndexError: bytearray index out of range
attempt(lambda: bytearray(b'a').__setitem__('a',0))  # expect: TypeError: bytearray indices must be integers or slices, not str
attempt(lambda: bytearray(b'a').__setitem__(slice(0,1),'a'))  # expect: TypeError: can assign only bytes, buffers, or iterables of ints in range(0, 256)
attempt(lambda: bytearray(b'a').__setitem__(slice(0,1),5))  # expect: TypeError: can assign only bytes, buffers, or iterables of ints in range(0, 256)
attempt(lambda: bytearray(b'abc').__setitem__(slice(0,3,2),b'a'))  # expect: ValueError: attempt to assign bytes of size 1 to extended slice of size 2
attempt(lambda: bytearray(b'abc').__setitem__(slice(0,3,2),1.5))  # expect: TypeError: can assign only bytes, buffers, or iterables of ints in range(0, 256)
attempt(lambda: bytearray(b'abc').__iadd__('a'))  # expect: TypeError: can't concat str to bytearray
attempt(lambda: bytearray(b'abc').__iadd__(1))  # expect: TypeError: can't concat int to bytearray
print((bytearray(b'abc').__iadd__(b'd'), bytearray(b'ab').__imul__(3), bytearray(b'ab').__imul__(0)))  # expect: (bytearray(b'abcd'), bytearray(b'ababab'), bytearray(b''))
attempt(lambda: bytearray(b'abc').__imul__('a'))  # expect: TypeError: 'str' object cannot be interpreted as an integer
attempt(lambda: bytearray(b'abc').__delitem__(5))  # expect: IndexError: bytearray index out of range
print((bytearray(b'abc').__reduce__()))  # expect: (<class 'bytearray'>, ('abc', 'latin-1'), None)
print((bytearray(b'abc').__reduce_ex__(2)))  # expect: (<class 'bytearray'>, ('abc', 'latin-1'), None)
print((bytearray(b'abc').__reduce_ex__(3)))  # expect: (<class 'bytearray'>, (b'abc',), None)
print((b'abc'.__getnewargs__()))  # expect: (b'abc',)
attempt(lambda: b''.expandtabs('a'))  # expect: TypeError: 'str' object cannot be interpreted as an integer
print((b'a\tb\n\tc'.expandtabs(), b'a\tb'.expandtabs(4), b'a\tb'.expandtabs(0), b'\t'.expandtabs(-1)))  # expect: (b'a       b\n        c', b'a   b', b'ab', b'')
attempt(lambda: b''.splitlines('a'))  # expect: TypeError: 'str' object cannot be interpreted as an integer
print((b'a\nb\r\nc\rd\x0be'.splitlines(), b'a\n\nb\n'.splitlines(True), b''.splitlines(), b'\n'.splitlines(), b'a\r'.splitlines(1)))  # expect: ([b'a', b'b', b'c', b'd\x0be'], [b'a\n', b'\n', b'b\n'], [], [b''], [b'a\r'])
print((iter(b'ab').__reduce__()))  # expect: (<built-in function iter>, (b'ab',), 0)
print((iter(bytearray(b'ab')).__reduce__()))  # expect: (<built-in function iter>, (bytearray(b'ab'),), 0)
print((list(iter(bytearray(b'ab'))), iter(b'abc').__length_hint__(), list(b'ab')))  # expect: ([97, 98], 3, [97, 98])
attempt(lambda: b'a' < 'a')  # expect: TypeError: '<' not supported between instances of 'bytes' and 'str'
print(b'a' < bytearray(b'b'))  # expect: True
attempt(lambda: b'a' < memoryview(b'b'))  # expect: TypeError: '<' not supported between instances of 'bytes' and 'memoryview'
print(bytearray(b'a') == memoryview(b'a'))  # expect: True
print((b'a' == memoryview(b'a'), b'a'=='a', b'a'!=97, b'a'<=b'b', b'b'>b'a', b'ab'>b'a', b''<b'a', bytearray(b'a')==b'a', bytearray(b'a')<b'b'))  # expect: (True, False, True, True, True, True, True, True, True)
print((b'aB1'.lower(), b'aB1'.upper(), b'aB1'.swapcase(), b'hello wORLD'.title(), b'hELLO'.capitalize(), b'\xe9a'.upper()))  # expect: (b'ab1', b'AB1', b'Ab1', b'Hello World', b'Hello', b'\xe9A')
print((b'abc'.isalpha(), b''.isalpha(), b'a1'.isalnum(), b'12'.isdigit(), b' \n'.isspace(), b'Ab'.istitle(), b'AB'.isupper(), b'ab'.islower(), b'a1'.islower(), b'\x80'.isascii(), b''.isascii(), b'Hello World'.istitle(), b'HeLLo'.istitle(), b'1'.isupper()))  # expect: (True, False, True, True, True, True, True, True, True, False, True, True, False, False)
print((repr(b'\'"'), repr(b"'"), repr(b'"'), repr(b'\x00\x7f\xff\n\r\t\\'), str(b'x'), repr(bytearray(b"it's")), str(bytearray(b'a'))))  # expect: ('b\'\\\'"\'', 'b"\'"', 'b\'"\'', "b'\\x00\\x7f\\xff\\n\\r\\t\\\\'", "b'x'", 'bytearray(b"it\\\'s")', "bytearray(b'a')")
attempt(lambda: hash(bytearray()))  # expect: TypeError: unhashable type: 'bytearray'
attempt(lambda: b'abc'.split(b'b', x=1))  # expect: TypeError: 'x' is an invalid keyword argument for split()
attempt(lambda: b'abc'.split(1))  # expect: TypeError: a bytes-like object is required, not 'int'
print(b'a'.hex(sep=':'))  # expect: 61
attempt(lambda: b'abc'.replace(b'a'))  # expect: TypeError: replace expected at least 2 arguments, got 1
attempt(lambda: b'abc'.lower(1))  # expect: TypeError: bytes.lower() takes no arguments (1 given)
attempt(lambda: bytes.fromhex())  # expect: TypeError: bytes.fromhex() takes exactly one argument (0 given)
