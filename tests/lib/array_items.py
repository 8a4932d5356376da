# array.array.
from array import array
import array as am


def show(action):
    try:
        print(repr(action()))
    except Exception as problem:
        print(f"{type(problem).__name__}: {problem}".rstrip())


show(lambda: array('b',[1<<70]))  # expect: OverflowError: Python int too large to convert to C long
show(lambda: array('b',[-(1<<70)]))  # expect: OverflowError: Python int too large to convert to C long
show(lambda: array('b',[-1]))  # expect: array('b', [-1])
show(lambda: array('b',[1<<63]))  # expect: OverflowError: Python int too large to convert to C long
show(lambda: array('b',[1<<32]))  # expect: OverflowError: signed short integer is greater than maximum
show(lambda: array('b',[300]))  # expect: OverflowError: signed char is greater than maximum
show(lambda: array('b',[-129]))  # expect: OverflowError: signed char is less than minimum
show(lambda: array('b',[70000]))  # expect: OverflowError: signed short integer is greater than maximum
show(lambda: array('b',['a']))  # expect: TypeError: 'str' object cannot be interpreted as an integer
show(lambda: array('b',[1.5]))  # expect: TypeError: 'float' object cannot be interpreted as an integer
show(lambda: array('b',[None]))  # expect: TypeError: 'NoneType' object cannot be interpreted as an integer
show(lambda: array('B',[1<<70]))  # expect: OverflowError: Python int too large to convert to C long
show(lambda: array('B',[-(1<<70)]))  # expect: OverflowError: Python int too large to convert to C long
show(lambda: array('B',[-1]))  # expect: OverflowError: unsigned byte integer is less than minimum
show(lambda: array('B',[1<<63]))  # expect: OverflowError: Python int too large to convert to C long
show(lambda: array('B',[1<<32]))  # expect: OverflowError: unsigned byte integer is greater than maximum
show(lambda: array('B',[300]))  # expect: OverflowError: unsigned byte integer is greater than maximum
show(lambda: array('B',[-129]))  # expect: OverflowError: unsigned byte integer is less than minimum
show(lambda: array('B',[70000]))  # expect: OverflowError: unsigned byte integer is greater than maximum
show(lambda: array('B',['a']))  # expect: TypeError: 'str' object cannot be interpreted as an integer
show(lambda: array('B',[1.5]))  # expect: TypeError: 'float' object cannot be interpreted as an integer
show(lambda: array('B',[None]))  # expect: TypeError: 'NoneType' object cannot be interpreted as an integer
show(lambda: array('h',[1<<70]))  # expect: OverflowError: Python int too large to convert to C long
show(lambda: array('h',[-(1<<70)]))  # expect: OverflowError: Python int too large to convert to C long
show(lambda: array('h',[-1]))  # expect: array('h', [-1])
show(lambda: array('h',[1<<63]))  # expect: OverflowError: Python int too large to convert to C long
show(lambda: array('h',[1<<32]))  # expect: OverflowError: signed short integer is greater than maximum
show(lambda: array('h',[300]))  # expect: array('h', [300])
show(lambda: array('h',[-129]))  # expect: array('h', [-129])
show(lambda: array('h',[70000]))  # expect: OverflowError: signed short integer is greater than maximum
show(lambda: array('h',['a']))  # expect: TypeError: 'str' object cannot be interpreted as an integer
show(lambda: array('h',[1.5]))  # expect: TypeError: 'float' object cannot be interpreted as an integer
show(lambda: array('h',[None]))  # expect: TypeError: 'NoneType' object cannot be interpreted as an integer
show(lambda: array('H',[1<<70]))  # expect: OverflowError: Python int too large to convert to C long
show(lambda: array('H',[-(1<<70)]))  # expect: OverflowError: Python int too large to convert to C long
show(lambda: array('H',[-1]))  # expect: OverflowError: unsigned short is less than minimum
show(lambda: array('H',[1<<63]))  # expect: OverflowError: Python int too large to convert to C long
show(lambda: array('H',[1<<32]))  # expect: OverflowError: signed integer is greater than maximum
show(lambda: array('H',[300]))  # expect: array('H', [300])
show(lambda: array('H',[-129]))  # expect: OverflowError: unsigned short is less than minimum
show(lambda: array('H',[70000]))  # expect: OverflowError: unsigned short is greater than maximum
show(lambda: array('H',['a']))  # expect: TypeError: 'str' object cannot be interpreted as an integer
show(lambda: array('H',[1.5]))  # expect: TypeError: 'float' object cannot be interpreted as an integer
show(lambda: array('H',[None]))  # expect: TypeError: 'NoneType' object cannot be interpreted as an integer
show(lambda: array('i',[1<<70]))  # expect: OverflowError: Python int too large to convert to C long
show(lambda: array('i',[-(1<<70)]))  # expect: OverflowError: Python int too large to convert to C long
show(lambda: array('i',[-1]))  # expect: array('i', [-1])
show(lambda: array('i',[1<<63]))  # expect: OverflowError: Python int too large to convert to C long
show(lambda: array('i',[1<<32]))  # expect: OverflowError: signed integer is greater than maximum
show(lambda: array('i',[300]))  # expect: array('i', [300])
show(lambda: array('i',[-129]))  # expect: array('i', [-129])
show(lambda: array('i',[70000]))  # expect: array('i', [70000])
show(lambda: array('i',['a']))  # expect: TypeError: 'str' object cannot be interpreted as an integer
show(lambda: array('i',[1.5]))  # expect: TypeError: 'float' object cannot be interpreted as an integer
show(lambda: array('i',[None]))  # expect: TypeError: 'NoneType' object cannot be interpreted as an integer
show(lambda: array('I',[1<<70]))  # expect: OverflowError: Python int too large to convert to C unsigned long
show(lambda: array('I',[-(1<<70)]))  # expect: OverflowError: can't convert negative value to unsigned int
show(lambda: array('I',[-1]))  # expect: OverflowError: can't convert negative value to unsigned int
show(lambda: array('I',[1<<63]))  # expect: OverflowError: unsigned int is greater than maximum
show(lambda: array('I',[1<<32]))  # expect: OverflowError: unsigned int is greater than maximum
show(lambda: array('I',[300]))  # expect: array('I', [300])
show(lambda: array('I',[-129]))  # expect: OverflowError: can't convert negative value to unsigned int
show(lambda: array('I',[70000]))  # expect: array('I', [70000])
show(lambda: array('I',['a']))  # expect: TypeError: 'str' object cannot be interpreted as an integer
show(lambda: array('I',[1.5]))  # expect: TypeError: 'float' object cannot be interpreted as an integer
show(lambda: array('I',[None]))  # expect: TypeError: 'NoneType' object cannot be interpreted as an integer
show(lambda: array('l',[1<<70]))  # expect: OverflowError: Python int too large to convert to C long
show(lambda: array('l',[-(1<<70)]))  # expect: OverflowError: Python int too large to convert to C long
show(lambda: array('l',[-1]))  # expect: array('l', [-1])
show(lambda: array('l',[1<<63]))  # expect: OverflowError: Python int too large to convert to C long
show(lambda: array('l',[1<<32]))  # expect: array('l', [4294967296])
show(lambda: array('l',[300]))  # expect: array('l', [300])
show(lambda: array('l',[-129]))  # expect: array('l', [-129])
show(lambda: array('l',[70000]))  # expect: array('l', [70000])
show(lambda: array('l',['a']))  # expect: TypeError: 'str' object cannot be interpreted as an integer
show(lambda: array('l',[1.5]))  # expect: TypeError: 'float' object cannot be interpreted as an integer
show(lambda: array('l',[None]))  # expect: TypeError: 'NoneType' object cannot be interpreted as an integer
show(lambda: array('L',[1<<70]))  # expect: OverflowError: Python int too large to convert to C unsigned long
show(lambda: array('L',[-(1<<70)]))  # expect: OverflowError: can't convert negative value to unsigned int
show(lambda: array('L',[-1]))  # expect: OverflowError: can't convert negative value to unsigned int
show(lambda: array('L',[1<<63]))  # expect: array('L', [9223372036854775808])
show(lambda: array('L',[1<<32]))  # expect: array('L', [4294967296])
show(lambda: array('L',[300]))  # expect: array('L', [300])
show(lambda: array('L',[-129]))  # expect: OverflowError: can't convert negative value to unsigned int
show(lambda: array('L',[70000]))  # expect: array('L', [70000])
show(lambda: array('L',['a']))  # expect: TypeError: 'str' object cannot be interpreted as an integer
show(lambda: array('L',[1.5]))  # expect: TypeError: 'float' object cannot be interpreted as an integer
show(lambda: array('L',[None]))  # expect: TypeError: 'NoneType' object cannot be interpreted as an integer
show(lambda: array('q',[1<<70]))  # expect: OverflowError: int too big to convert
show(lambda: array('q',[-(1<<70)]))  # expect: OverflowError: int too big to convert
show(lambda: array('q',[-1]))  # expect: array('q', [-1])
show(lambda: array('q',[1<<63]))  # expect: OverflowError: int too big to convert
show(lambda: array('q',[1<<32]))  # expect: array('q', [4294967296])
show(lambda: array('q',[300]))  # expect: array('q', [300])
show(lambda: array('q',[-129]))  # expect: array('q', [-129])
show(lambda: array('q',[70000]))  # expect: array('q', [70000])
show(lambda: array('q',['a']))  # expect: TypeError: 'str' object cannot be interpreted as an integer
show(lambda: array('q',[1.5]))  # expect: TypeError: 'float' object cannot be interpreted as an integer
show(lambda: array('q',[None]))  # expect: TypeError: 'NoneType' object cannot be interpreted as an integer
show(lambda: array('Q',[1<<70]))  # expect: OverflowError: int too big to convert
show(lambda: array('Q',[-(1<<70)]))  # expect: OverflowError: can't convert negative int to unsigned
show(lambda: array('Q',[-1]))  # expect: OverflowError: can't convert negative int to unsigned
show(lambda: array('Q',[1<<63]))  # expect: array('Q', [9223372036854775808])
show(lambda: array('Q',[1<<32]))  # expect: array('Q', [4294967296])
show(lambda: array('Q',[300]))  # expect: array('Q', [300])
show(lambda: array('Q',[-129]))  # expect: OverflowError: can't convert negative int to unsigned
show(lambda: array('Q',[70000]))  # expect: array('Q', [70000])
show(lambda: array('Q',['a']))  # expect: TypeError: 'str' object cannot be interpreted as an integer
show(lambda: array('Q',[1.5]))  # expect: TypeError: 'float' object cannot be interpreted as an integer
show(lambda: array('Q',[None]))  # expect: TypeError: 'NoneType' object cannot be interpreted as an integer
show(lambda: array())  # expect: TypeError: array() takes at least 1 argument (0 given)
show(lambda: array('x'))  # expect: ValueError: bad typecode (must be b, B, u, h, H, i, I, l, L, q, Q, f or d)
show(lambda: array(1))  # expect: TypeError: array() argument 1 must be a unicode character, not int
show(lambda: array('ab'))  # expect: TypeError: array() argument 1 must be a unicode character, not str
show(lambda: array('i',x=1))  # expect: TypeError: array.array() takes no keyword arguments
show(lambda: array('i',5))  # expect: TypeError: 'int' object is not iterable
show(lambda: array('i','abc'))  # expect: TypeError: cannot use a str to initialize an array with typecode 'i'
show(lambda: array('u','abc'))  # expect: array('u', 'abc')
show(lambda: array('u',b'abc'))  # expect: ValueError: bytes length not a multiple of item size
show(lambda: array('i',b'abcd'))  # expect: array('i', [1684234849])
show(lambda: array('i',b'abc'))  # expect: ValueError: bytes length not a multiple of item size
show(lambda: array('i',[1,2],3))  # expect: TypeError: array() takes at most 2 arguments (3 given)
show(lambda: array('d',[1,'a']))  # expect: TypeError: must be real number, not str
show(lambda: array('f',['a']))  # expect: TypeError: must be real number, not str
show(lambda: array('u',['ab']))  # expect: TypeError: array item must be unicode character
show(lambda: array('u',[1]))  # expect: TypeError: array item must be unicode character
show(lambda: array('i',array('d',[1.5])))  # expect: TypeError: 'float' object cannot be interpreted as an integer
show(lambda: array('i',array('u','a')))  # expect: TypeError: cannot use a unicode array to initialize an array with typecode 'i'
show(lambda: array('i',(1,2)))  # expect: array('i', [1, 2])
show(lambda: array('i',bytearray(8)))  # expect: array('i', [0, 0])
show(lambda: array('d',[1.5,2]))  # expect: array('d', [1.5, 2.0])
show(lambda: array('i'))  # expect: array('i')
show(lambda: repr(array('u','ab')))  # expect: "array('u', 'ab')"
show(lambda: array('i',[1,2,3])[1])  # expect: 2
show(lambda: array('i',[1,2,3])[-1])  # expect: 3
show(lambda: array('i',[1,2,3])[3])  # expect: IndexError: array index out of range
show(lambda: array('i',[1,2,3])['a'])  # expect: TypeError: array indices must be integers
show(lambda: array('i',[1,2,3])[1:])  # expect: array('i', [2, 3])
show(lambda: array('i',[1,2,3])[::-1])  # expect: array('i', [3, 2, 1])
show(lambda: array('i',[1])+array('i',[2]))  # expect: array('i', [1, 2])
show(lambda: array('i',[1])+array('h',[2]))  # expect: TypeError: bad argument type for built-in operation
show(lambda: array('i',[1])+[2])  # expect: TypeError: can only append array (not "list") to array
show(lambda: array('i',[1])*3)  # expect: array('i', [1, 1, 1])
show(lambda: 3*array('i',[1]))  # expect: array('i', [1, 1, 1])
show(lambda: array('i',[1])*'a')  # expect: TypeError: can't multiply sequence by non-int of type 'str'
show(lambda: array('i',[1])==array('d',[1.0]))  # expect: True
show(lambda: array('i',[1])<array('i',[2]))  # expect: True
show(lambda: array('i',[1])==[1])  # expect: False
show(lambda: array('i',[1])<[1])  # expect: TypeError: '<' not supported between instances of 'array.array' and 'list'
show(lambda: 1 in array('i',[1]))  # expect: True
show(lambda: array('i',[1,2]).index(2))  # expect: 1
show(lambda: array('i',[1,2]).index(5))  # expect: ValueError: array.index(x): x not in array
show(lambda: array('i',[1,2]).index(1,1))  # expect: ValueError: array.index(x): x not in array
show(lambda: array('i',[1,2]).remove(5))  # expect: ValueError: array.remove(x): x not in array
show(lambda: array('i',[1,2]).pop(5))  # expect: IndexError: pop index out of range
show(lambda: array('i').pop())  # expect: IndexError: pop from empty array
show(lambda: array('i',[1,2]).count(1))  # expect: 1
show(lambda: array('i').append('a'))  # expect: TypeError: 'str' object cannot be interpreted as an integer
show(lambda: array('i').append())  # expect: TypeError: array.append() takes exactly one argument (0 given)
show(lambda: array('i').extend(5))  # expect: TypeError: 'int' object is not iterable
show(lambda: array('i').extend('a'))  # expect: TypeError: 'str' object cannot be interpreted as an integer
show(lambda: array('i').extend(array('d',[1])))  # expect: TypeError: can only extend with array of same kind
show(lambda: array('i').fromlist(5))  # expect: TypeError: arg must be list
show(lambda: array('i').frombytes('a'))  # expect: TypeError: a bytes-like object is required, not 'str'
show(lambda: array('i').frombytes(b'abc'))  # expect: ValueError: bytes length not a multiple of item size
show(lambda: array('i').frombytes(array('i',[1])))  # expect: TypeError: a bytes-like object is required
show(lambda: array('i').fromunicode('a'))  # expect: ValueError: fromunicode() may only be called on unicode type arrays
show(lambda: array('u').fromunicode(3))  # expect: TypeError: fromunicode() argument must be str, not int
show(lambda: array('i').tounicode())  # expect: ValueError: tounicode() may only be called on unicode type arrays
show(lambda: array('u','abc').tounicode())  # expect: 'abc'
show(lambda: array('i',[1]).tobytes())  # expect: b'\x01\x00\x00\x00'
show(lambda: array('i',[1,2]).tolist())  # expect: [1, 2]
show(lambda: array('i',[1]).byteswap())  # expect: None
show(lambda: array('i',[1,2]).buffer_info()[1])  # expect: 2
show(lambda: (array('i',[1]).typecode,array('i').itemsize))  # expect: ('i', 4)
show(lambda: array('i').__class_getitem__(int))  # expect: AttributeError: 'array.array' object has no attribute '__class_getitem__'
show(lambda: hash(array('i')))  # expect: TypeError: unhashable type: 'array.array'
show(lambda: am._array_reconstructor(array,'i',8,b'abcd'))  # expect: array('i', [1684234849])
show(lambda: am._array_reconstructor(array,'x',8,b'abcd'))  # expect: ValueError: second argument must be a valid type code
show(lambda: am._array_reconstructor(array,'i',99,b'abcd'))  # expect: ValueError: third argument must be a valid machine format code.
show(lambda: am._array_reconstructor(int,'i',9,b'abcd'))  # expect: TypeError: int is not a subtype of array.array
show(lambda: am._array_reconstructor(array,'i',9,'a'))  # expect: TypeError: fourth argument should be bytes, not str
show(lambda: am._array_reconstructor(array,'i',9,b'abcd'))  # expect: array('i', [1633837924])
show(lambda: am._array_reconstructor(array,'d',14,b'abcd'))  # expect: array('d', [1.6777999408082104e+22])
show(lambda: array('i',[1]).tofile(3))  # expect: AttributeError: 'int' object has no attribute 'write'
show(lambda: array('i',[1]).fromfile(3,1))  # expect: AttributeError: 'int' object has no attribute 'read'
show(lambda: array('i',[1]).insert(0,'a'))  # expect: TypeError: 'str' object cannot be interpreted as an integer
show(lambda: array('u','a')[0])  # expect: 'a'
show(lambda: am.typecodes)  # expect: 'bBuhHiIlLqQfd'
show(lambda: array.__module__)  # expect: 'array'
show(lambda: am.ArrayType)  # expect: <class 'array.array'>
show(lambda: array.__class_getitem__)  # expect: AttributeError: type object 'array.array' has no attribute '__class_getitem__'
