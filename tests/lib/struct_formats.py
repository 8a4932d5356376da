# struct.
import struct
import _struct
from struct import *


def show(action):
    try:
        print(repr(action()))
    except Exception as problem:
        print(f"{type(problem).__name__}: {problem}".rstrip())


show(lambda: pack('c',1))  # expect: error: char format requires a bytes object of length 1
show(lambda: pack('c',b'ab'))  # expect: error: char format requires a bytes object of length 1
show(lambda: pack('s','a'))  # expect: error: argument for 's' must be a bytes object
show(lambda: pack('p',1))  # expect: error: argument for 'p' must be a bytes object
show(lambda: pack('3s',bytearray(b'ab')))  # expect: b'ab\x00'
show(lambda: pack('5p',b'abcdefgh'))  # expect: b'\x04abcd'
show(lambda: pack('300p',b'a'*300)[:4])  # expect: b'\xffaaa'
show(lambda: pack('0p',b''))  # expect: b''
show(lambda: pack('0s',b''))  # expect: b''
show(lambda: pack('?',[]))  # expect: b'\x00'
show(lambda: pack('?',[1]))  # expect: b'\x01'
show(lambda: pack('f',1e300))  # expect: b'\x00\x00\x80\x7f'
show(lambda: pack('e',1e10))  # expect: OverflowError: float too large to pack with e format
show(lambda: pack('e',1.0))  # expect: b'\x00<'
show(lambda: pack('f','a'))  # expect: error: required argument is not a float
show(lambda: pack('d','a'))  # expect: error: required argument is not a float
show(lambda: pack('d',1<<2000))  # expect: error: required argument is not a float
show(lambda: pack('z',1))  # expect: error: bad char in struct format
show(lambda: pack('3',1))  # expect: error: repeat count given without format specifier
show(lambda: pack('i'))  # expect: error: pack expected 1 items for packing (got 0)
show(lambda: pack('i',1,2))  # expect: error: pack expected 1 items for packing (got 2)
show(lambda: pack())  # expect: TypeError: missing format argument
show(lambda: pack(1))  # expect: TypeError: Struct() argument 1 must be a str or bytes object, not int
show(lambda: pack(b'i',1))  # expect: b'\x01\x00\x00\x00'
show(lambda: pack('3x'))  # expect: b'\x00\x00\x00'
show(lambda: pack('i 2h',1,2,3))  # expect: b'\x01\x00\x00\x00\x02\x00\x03\x00'
show(lambda: pack('bl0q',1,2))  # expect: b'\x01\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00'
show(lambda: unpack('i',b'abc'))  # expect: error: unpack requires a buffer of 4 bytes
show(lambda: unpack('i',b'abcd'))  # expect: (1684234849,)
show(lambda: unpack('i','abcd'))  # expect: TypeError: a bytes-like object is required, not 'str'
show(lambda: unpack('i',bytearray(b'abcd')))  # expect: (1684234849,)
show(lambda: unpack('c',b'a'))  # expect: (b'a',)
show(lambda: unpack('3s',b'abc'))  # expect: (b'abc',)
show(lambda: unpack('<P',b'a'*8))  # expect: error: bad char in struct format
show(lambda: unpack('<n',b'a'*8))  # expect: error: bad char in struct format
show(lambda: unpack_from('i',b'abcdefgh',5))  # expect: error: unpack_from requires a buffer of at least 9 bytes for unpacking 4 bytes at offset 5 (actual buffer size is 8)
show(lambda: unpack_from('i',b'abcdefgh',-3))  # expect: error: not enough data to unpack 4 bytes at offset -3
show(lambda: unpack_from('i',b'abcdefgh',-4))  # expect: (1751606885,)
show(lambda: unpack_from('i',b'abcdefgh',-9))  # expect: error: offset -9 out of range for 8-byte buffer
show(lambda: unpack_from('i',b'abcdefgh',offset=2))  # expect: (1717920867,)
show(lambda: pack_into('i',bytearray(3),0,1))  # expect: error: pack_into requires a buffer of at least 4 bytes for packing 4 bytes at offset 0 (actual buffer size is 3)
show(lambda: pack_into('i',bytearray(8),5,1))  # expect: error: pack_into requires a buffer of at least 9 bytes for packing 4 bytes at offset 5 (actual buffer size is 8)
show(lambda: pack_into('i',bytearray(8),-3,1))  # expect: error: no space to pack 4 bytes at offset -3
show(lambda: pack_into('i',bytearray(8),-9,1))  # expect: error: offset -9 out of range for 8-byte buffer
show(lambda: pack_into('i',b'abcd',0,1))  # expect: TypeError: argument must be read-write bytes-like object, not bytes
show(lambda: pack_into('i',bytearray(8)))  # expect: error: pack_into expected offset argument
show(lambda: pack_into('i',bytearray(8),0))  # expect: error: pack_into expected 1 items for packing (got 0)
show(lambda: pack_into('i'))  # expect: error: pack_into expected buffer argument
show(lambda: pack_into())  # expect: TypeError: missing format argument
show(lambda: pack_into('i',bytearray(8),'a',1))  # expect: TypeError: 'str' object cannot be interpreted as an integer
show(lambda: iter_unpack('i',b'abcde'))  # expect: error: iterative unpacking requires a buffer of a multiple of 4 bytes
show(lambda: iter_unpack('',b'abcde'))  # expect: error: cannot iteratively unpack with a struct of length 0
show(lambda: list(iter_unpack('h',b'abcd')))  # expect: [(25185,), (25699,)]
show(lambda: iter_unpack('h',b'abcd').__length_hint__())  # expect: 2
show(lambda: calcsize('i'))  # expect: 4
show(lambda: calcsize('99999999999999999999i'))  # expect: error: total struct size too long
show(lambda: calcsize('9999999999999999999i'))  # expect: error: total struct size too long
show(lambda: calcsize('3x2i'))  # expect: 12
show(lambda: calcsize('\xe9'))  # expect: UnicodeEncodeError: 'ascii' codec can't encode character '\xe9' in position 0: ordinal not in range(128)
show(lambda: calcsize('i\0'))  # expect: error: embedded null character
show(lambda: calcsize(3))  # expect: TypeError: Struct() argument 1 must be a str or bytes object, not int
show(lambda: Struct('i').size)  # expect: 4
show(lambda: Struct('i').format)  # expect: 'i'
show(lambda: Struct(b'i').format)  # expect: 'i'
show(lambda: Struct(3))  # expect: TypeError: Struct() argument 1 must be a str or bytes object, not int
show(lambda: Struct())  # expect: TypeError: Struct() missing required argument 'format' (pos 1)
show(lambda: Struct('i').pack(1,2))  # expect: error: pack expected 1 items for packing (got 2)
show(lambda: Struct('ii').unpack(b''))  # expect: error: unpack requires a buffer of 8 bytes
show(lambda: error)  # expect: <class 'struct.error'>
show(lambda: error.__module__)  # expect: 'struct'
show(lambda: Struct.pack.__text_signature__)  # expect: None
show(lambda: Struct('i').pack('a'))  # expect: error: required argument is not an integer
show(lambda: unpack('>f',pack('>f',float('nan'))))  # expect: (nan,)
show(lambda: pack('P',-1))  # expect: b'\xff\xff\xff\xff\xff\xff\xff\xff'
show(lambda: Struct('\u1234'))  # expect: UnicodeEncodeError: 'ascii' codec can't encode character '\u1234' in position 0: ordinal not in range(128)
show(lambda: unpack('<0s',b''))  # expect: (b'',)
show(lambda: pack('N',-1))  # expect: error: argument out of range
show(lambda: iter_unpack('h','a'))  # expect: TypeError: a bytes-like object is required, not 'str'
