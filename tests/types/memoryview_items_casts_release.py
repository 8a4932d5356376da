# memoryview: items, slices, casts, comparison, release.

def attempt(function):
    try:
        print(function())
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


def released():
    view = memoryview(b"ab")
    view.release()
    return view


m = memoryview(bytearray(b"abcdefgh"))
m2 = m.cast("I", (2,))
m22 = m.cast("B", (2, 4))
m0 = memoryview(b"\x01\0\0\0").cast("I", ())
nc = m[::2]
rel = released

attempt(lambda: memoryview(1))  # expect: TypeError: memoryview: a bytes-like object is required, not 'int'
attempt(lambda: memoryview('a'))  # expect: TypeError: memoryview: a bytes-like object is required, not 'str'
attempt(lambda: memoryview())  # expect: TypeError: memoryview() missing required argument 'object' (pos 1)
attempt(lambda: rel().tobytes())  # expect: ValueError: operation forbidden on released memoryview object
attempt(lambda: rel().obj)  # expect: ValueError: operation forbidden on released memoryview object
attempt(lambda: rel()[0])  # expect: ValueError: operation forbidden on released memoryview object
attempt(lambda: len(rel()))  # expect: ValueError: operation forbidden on released memoryview object
attempt(lambda: hash(rel()))  # expect: ValueError: operation forbidden on released memoryview object
print(rel()==rel())  # expect: False
print(rel()==b'ab')  # expect: False
print(repr(rel())[:16])  # expect: <released memory
attempt(lambda: m.cast('B',2))  # expect: TypeError: shape must be a list or a tuple
attempt(lambda: m.cast('X'))  # expect: ValueError: memoryview: destination format must be a native single character format prefixed with an optional '@'
attempt(lambda: m.cast('ii'))  # expect: ValueError: memoryview: destination format must be a native single character format prefixed with an optional '@'
attempt(lambda: m.cast(''))  # expect: ValueError: memoryview: destination format must be a native single character format prefixed with an optional '@'
attempt(lambda: m.cast(1))  # expect: TypeError: cast() argument 'format' must be str, not int
attempt(lambda: m.cast('I',[3]))  # expect: TypeError: memoryview: product(shape) * itemsize != buffer size
attempt(lambda: m.cast('B',(2,'a')))  # expect: TypeError: memoryview.cast(): elements of shape must be integers
attempt(lambda: m.cast('B',(2,0)))  # expect: ValueError: memoryview.cast(): elements of shape must be integers > 0
attempt(lambda: m.cast('B',(-2,-4)))  # expect: ValueError: memoryview.cast(): elements of shape must be integers > 0
attempt(lambda: m.cast('B',()))  # expect: TypeError: memoryview: product(shape) * itemsize != buffer size
attempt(lambda: m[:3].cast('I'))  # expect: TypeError: memoryview: length is not a multiple of itemsize
attempt(lambda: nc.cast('I'))  # expect: TypeError: memoryview: casts are restricted to C-contiguous views
attempt(lambda: m2.cast('H'))  # expect: TypeError: memoryview: cannot cast between two non-byte formats
print(m22.cast('H').tolist())  # expect: [25185, 25699, 26213, 26727]
print(m2.cast('B').cast('@I').tolist())  # expect: [1684234849, 1751606885]
attempt(lambda: m2.cast('B').cast('<I'))  # expect: ValueError: memoryview: destination format must be a native single character format prefixed with an optional '@'
attempt(lambda: m22[0])  # expect: NotImplementedError: multi-dimensional sub-views are not implemented
print(m22[0,1])  # expect: 98
attempt(lambda: m22[0,1,2])  # expect: TypeError: cannot index 2-dimension view with 3-element tuple
attempt(lambda: m22[0,9])  # expect: IndexError: index out of bounds on dimension 2
attempt(lambda: m22[9,0])  # expect: IndexError: index out of bounds on dimension 1
attempt(lambda: m22['a',0])  # expect: TypeError: memoryview: invalid slice key
print((m22[0:1].tolist(), m22[::-1].tolist(), m22[1:].shape))  # expect: ([[97, 98, 99, 100]], [[101, 102, 103, 104], [97, 98, 99, 100]], (1, 4))
attempt(lambda: m22[0:1,0])  # expect: TypeError: memoryview: invalid slice key
attempt(lambda: m22[0:1,0:1])  # expect: NotImplementedError: multi-dimensional slicing is not implemented
attempt(lambda: m22[...])  # expect: TypeError: memoryview: invalid slice key
print(m22.tolist())  # expect: [[97, 98, 99, 100], [101, 102, 103, 104]]
attempt(lambda: m22[()])  # expect: NotImplementedError: sub-views are not implemented
print(m0[()])  # expect: 1
attempt(lambda: m0[0])  # expect: TypeError: invalid indexing of 0-dim memory
print(m0[...] is m0)  # expect: True
print(len(m0))  # expect: 1
attempt(lambda: list(m0))  # expect: TypeError: invalid indexing of 0-dim memory
print(m0.tolist())  # expect: 1
print((m0.shape,m0.strides,m0.suboffsets,m0.ndim,m0.nbytes))  # expect: ((), (), (), 0, 4)
attempt(lambda: m['a'])  # expect: TypeError: memoryview: invalid slice key
attempt(lambda: m[100])  # expect: IndexError: index out of bounds on dimension 1
attempt(lambda: m[10**100])  # expect: IndexError: cannot fit 'int' into an index-sized integer
attempt(lambda: m[1.0])  # expect: TypeError: memoryview: invalid slice key
attempt(lambda: m.__setitem__(0,256))  # expect: ValueError: memoryview: invalid value for format 'B'
attempt(lambda: m.__setitem__(0,'a'))  # expect: TypeError: memoryview: invalid type for format 'B'
attempt(lambda: m.__setitem__(0,-1))  # expect: ValueError: memoryview: invalid value for format 'B'
attempt(lambda: m.__setitem__('a',1))  # expect: TypeError: memoryview: invalid slice key
attempt(lambda: m.__setitem__(99,1))  # expect: IndexError: index out of bounds on dimension 1
attempt(lambda: m.__delitem__(0))  # expect: TypeError: cannot delete memory
attempt(lambda: memoryview(b'a').__setitem__(0,1))  # expect: TypeError: cannot modify read-only memory
attempt(lambda: m.__setitem__(slice(0,2),b'abc'))  # expect: ValueError: memoryview assignment: lvalue and rvalue have different structures
attempt(lambda: m.__setitem__(slice(0,2),1))  # expect: TypeError: a bytes-like object is required, not 'int'
attempt(lambda: m.__setitem__(slice(0,2),'ab'))  # expect: TypeError: a bytes-like object is required, not 'str'
attempt(lambda: m.__setitem__(slice(0,2),memoryview(b'abcd').cast('H')))  # expect: ValueError: memoryview assignment: lvalue and rvalue have different structures
attempt(lambda: m22.__setitem__(slice(0,1),b'abcd'))  # expect: NotImplementedError: memoryview slice assignments are currently restricted to ndim = 1
attempt(lambda: m22.__setitem__((0,0),300))  # expect: ValueError: memoryview: invalid value for format 'B'
print(m22.__setitem__((0,0),65))  # expect: None
attempt(lambda: hash(m))  # expect: ValueError: cannot hash writable memoryview object
print(hash(memoryview(b'ab'))== hash(b'ab'))  # expect: True
attempt(lambda: hash(memoryview(b'abcd').cast('H')))  # expect: ValueError: memoryview: hashing is restricted to formats 'B', 'b' or 'c'
attempt(lambda: m < m)  # expect: TypeError: '<' not supported between instances of 'memoryview' and 'memoryview'
print(m==m2)  # expect: False
print(m==1)  # expect: False
print((nc.tobytes(), nc.contiguous,nc.c_contiguous,nc.f_contiguous,nc.strides))  # expect: (b'Aceg', False, False, False, (2,))
attempt(lambda: m.tobytes('X'))  # expect: ValueError: order must be 'C', 'F' or 'A'
attempt(lambda: m.tobytes(order=1))  # expect: TypeError: tobytes() argument 'order' must be str or None, not int
print(m22.tobytes('F'))  # expect: b'Aebfcgdh'
print(m22.tobytes(None))  # expect: b'Abcdefgh'
print(m.hex(':',2))  # expect: 4162:6364:6566:6768
print(nc.hex())  # expect: 41636567
print(list(reversed(m))[:2])  # expect: [104, 103]
print(97 in m)  # expect: False
attempt(lambda: m.index(97))  # expect: AttributeError: 'memoryview' object has no attribute 'index'
print(m.readonly)  # expect: False
print(m.toreadonly().readonly)  # expect: True
print((m.cast(format='B',shape=[2,4]).shape))  # expect: (2, 4)
print((list(m), type(iter(m)).__name__))  # expect: ([65, 98, 99, 100, 101, 102, 103, 104], 'memory_iterator')
attempt(lambda: iter(m22))  # expect: NotImplementedError: multi-dimensional sub-views are not implemented
print(memoryview(b'abcdefgh').cast('q')[0])  # expect: 7523094288207667809
print(memoryview(b'\x01').cast('?')[0])  # expect: True
print(memoryview(b'a').cast('c')[0])  # expect: b'a'
attempt(lambda: memoryview(bytearray(b'a')).cast('c').__setitem__(0,1))  # expect: TypeError: memoryview: invalid type for format 'c'
attempt(lambda: memoryview(bytearray(b'a')).cast('c').__setitem__(0,b'ab'))  # expect: ValueError: memoryview: invalid value for format 'c'
attempt(lambda: memoryview(bytearray(b'a')).cast('b').__setitem__(0,128))  # expect: ValueError: memoryview: invalid value for format 'b'
attempt(lambda: memoryview(bytearray(b'aaaaaaaa')).cast('q').__setitem__(0,2**63))  # expect: ValueError: memoryview: invalid value for format 'q'
attempt(lambda: memoryview(bytearray(b'aaaaaaaa')).cast('Q').__setitem__(0,2**64))  # expect: ValueError: memoryview: invalid value for format 'Q'
attempt(lambda: memoryview(bytearray(b'aaaaaaaa')).cast('P').__setitem__(0,2**64))  # expect: ValueError: memoryview: invalid value for format 'P'
print(memoryview(bytearray(b'aaaaaaaa')).cast('f').__setitem__(0,1e300))  # expect: None
attempt(lambda: memoryview(bytearray(b'aaaaaaaa')).cast('e'))  # expect: ValueError: memoryview: destination format must be a native single character format prefixed with an optional '@'
attempt(lambda: memoryview.__class_getitem__)  # expect: AttributeError: type object 'memoryview' has no attribute '__class_getitem__'
attempt(lambda: m.__reduce__())  # expect: TypeError: cannot pickle 'memoryview' object
print(bool(m0))  # expect: True
attempt(lambda: m.cast('B',[1]*65))  # expect: ValueError: memoryview: number of dimensions must not exceed 64
print((m[::2]==m[::2], m==bytearray(m), memoryview(b'abcd').cast('H')==memoryview(b'abcd').cast('H'), memoryview(b'abcd').cast('b')==memoryview(b'abcd'), memoryview(b'ab')!=b'ab'))  # expect: (True, True, True, True, False)
print((m.obj, m.itemsize, m.format, m.ndim, m.shape, m.strides, m.suboffsets, m.nbytes))  # expect: (bytearray(b'Abcdefgh'), 1, 'B', 1, (8,), (1,), (), 8)
print((bytes(nc), bytearray(nc), b''.join([m])))  # expect: (b'Aceg', bytearray(b'Aceg'), b'Abcdefgh')
attempt(lambda: b''.join([nc]))  # expect: TypeError: sequence item 0: expected a bytes-like object, memoryview found
print(m.__exit__(1,2,3))  # expect: None
attempt(lambda: m.readonly)  # expect: ValueError: operation forbidden on released memoryview object
print(m.release())  # expect: None
