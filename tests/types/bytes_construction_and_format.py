# bytes and bytearray: construction, formatting, searching, joining.

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

attempt(lambda: b''.find())  # expect: TypeError: find() takes at least 1 argument (0 given)
attempt(lambda: b''.find(1,2,3,4))  # expect: TypeError: find() takes at most 3 arguments (4 given)
attempt(lambda: b''.find(b'',x=1))  # expect: TypeError: bytes.find() takes no keyword arguments
attempt(lambda: b''.startswith())  # expect: TypeError: startswith() takes at least 1 argument (0 given)
attempt(lambda: b''.startswith('a'))  # expect: TypeError: startswith first arg must be bytes or a tuple of bytes, not str
attempt(lambda: b''.startswith((b'b','a')))  # expect: TypeError: a bytes-like object is required, not 'str'
attempt(lambda: b''.startswith(b'', 'a'))  # expect: TypeError: slice indices must be integers or None or have an __index__ method
attempt(lambda: b'%d' % 'a')  # expect: TypeError: %d format: a real number is required, not str
attempt(lambda: b'%x' % 'a')  # expect: TypeError: %x format: an integer is required, not str
attempt(lambda: b'%x' % 1.5)  # expect: TypeError: %x format: an integer is required, not float
attempt(lambda: b'%f' % 'a')  # expect: TypeError: float argument required, not str
attempt(lambda: b'%c' % 'a')  # expect: TypeError: %c requires an integer in range(256) or a single byte
attempt(lambda: b'%c' % 300)  # expect: OverflowError: %c arg not in range(256)
attempt(lambda: b'%c' % b'ab')  # expect: TypeError: %c requires an integer in range(256) or a single byte
attempt(lambda: b'%c' % 1.0)  # expect: TypeError: %c requires an integer in range(256) or a single byte
attempt(lambda: b'%s' % 'a')  # expect: TypeError: %b requires a bytes-like object, or an object that implements __bytes__, not 'str'
attempt(lambda: b'%b' % 1)  # expect: TypeError: %b requires a bytes-like object, or an object that implements __bytes__, not 'int'
attempt(lambda: b'%y' % 1)  # expect: ValueError: unsupported format character 'y' (0x79) at index 1
attempt(lambda: b'%' % 1)  # expect: ValueError: incomplete format
attempt(lambda: b'%(a)s' % 1)  # expect: TypeError: format requires a mapping
attempt(lambda: b'%(a' % {})  # expect: ValueError: incomplete format key
print(b'%(a)s' % {b'a':b'1'})  # expect: b'1'
attempt(lambda: b'%s' % ())  # expect: TypeError: not enough arguments for format string
attempt(lambda: b'%s' % (b'1',2))  # expect: TypeError: not all arguments converted during bytes formatting
attempt(lambda: b'a' % (b'1',2))  # expect: TypeError: not all arguments converted during bytes formatting
print(b'a' % {})  # expect: b'a'
attempt(lambda: b'a' % b'x')  # expect: TypeError: not all arguments converted during bytes formatting
print(b'a' % [1])  # expect: b'a'
attempt(lambda: b'%*d' % ('a',1))  # expect: TypeError: * wants int
print(b'%.*d' % (3,1))  # expect: b'001'
attempt(lambda: b'%99999999999999999999d' % 1)  # expect: ValueError: width too big
attempt(lambda: b'%.99999999999999999999d' % 1)  # expect: ValueError: prec too big
print(b'%#x%+d% d%05d%-5d|' % (10,3,3,3,3))  # expect: b'0xa+3 3000033    |'
print(b'%10a|%-10r|' % ('é', 'x'))  # expect: b"    '\\xe9'|'x'       |"
print(b'%5c|%-5c|%05c' % (65,65,65))  # expect: b'    A|A    |    A'
print(b'%.2s|%5s|%-5s|' % (b'abc',b'ab',b'ab'))  # expect: b'ab|   ab|ab   |'
print(b'%05s' % b'ab')  # expect: b'   ab'
attempt(lambda: b'%hd%lld' % (1,2))  # expect: ValueError: unsupported format character 'l' (0x6c) at index 5
print(b'%ld' % (1,))  # expect: b'1'
print(b'%Lx' % 3)  # expect: b'3'
print(b'%s %b' % (HasBytes(), memoryview(b'x')))  # expect: b'HB x'
print(b'%f %e %g %.3f' % (1.5, 1e10, 3, 2))  # expect: b'1.500000 1.000000e+10 3 2.000'
print(bytearray(b'%d!') % 5)  # expect: bytearray(b'5!')
attempt(lambda: bytes('a'))  # expect: TypeError: string argument without an encoding
attempt(lambda: bytes(encoding='a'))  # expect: TypeError: encoding without a string argument
attempt(lambda: bytes(1, encoding='a'))  # expect: TypeError: encoding without a string argument
attempt(lambda: bytes(1, errors='a'))  # expect: TypeError: errors without a string argument
attempt(lambda: bytes(-1))  # expect: ValueError: negative count
attempt(lambda: bytes(1.5))  # expect: TypeError: cannot convert 'float' object to bytes
attempt(lambda: bytes([1.5]))  # expect: TypeError: 'float' object cannot be interpreted as an integer
attempt(lambda: bytes([256]))  # expect: ValueError: bytes must be in range(0, 256)
attempt(lambda: bytes([-1]))  # expect: ValueError: bytes must be in range(0, 256)
attempt(lambda: bytes(10**100))  # expect: OverflowError: cannot fit 'int' into an index-sized integer
attempt(lambda: bytes(object()))  # expect: TypeError: cannot convert 'object' object to bytes
attempt(lambda: bytes(1,2,3,4))  # expect: TypeError: bytes() takes at most 3 arguments (4 given)
attempt(lambda: bytes(foo=1))  # expect: TypeError: 'foo' is an invalid keyword argument for bytes()
attempt(lambda: bytes('a', 1))  # expect: TypeError: bytes() argument 'encoding' must be str, not int
print((bytes('é','utf-8'), bytes('é','latin-1'), bytes('é',encoding='ascii',errors='replace')))  # expect: (b'\xc3\xa9', b'\xe9', b'?')
print((bytes(5), bytes(Index(3)), bytes([1,2,3]), bytes((1,2)), bytes({65}), bytes(range(3)), bytes(HasBytes()), bytes(bytearray(b'x')), bytes(memoryview(b'abc')[::2])))  # expect: (b'\x00\x00\x00\x00\x00', b'\x00\x00\x00', b'\x01\x02\x03', b'\x01\x02', b'A', b'\x00\x01\x02', b'HB', b'x', b'ac')
print((Sub(b'abc'), type(Sub(b'abc')), Sub('x','ascii'), Sub(3), type(bytes(Sub(b'x'))), Sub(b'abc')==b'abc', hash(Sub(b'abc'))==hash(b'abc')))  # expect: (b'abc', <class '__main__.Sub'>, b'x', b'\x00\x00\x00', <class 'bytes'>, True, True)
print((SubArray(b'abc'), SubArray(3), type(SubArray(b'a')+b'b')))  # expect: (SubArray(b'abc'), SubArray(b'\x00\x00\x00'), <class 'bytearray'>)
attempt(lambda: bytearray(object()))  # expect: TypeError: cannot convert 'object' object to bytearray
attempt(lambda: bytearray([256]))  # expect: ValueError: byte must be in range(0, 256)
attempt(lambda: bytearray(10**100))  # expect: OverflowError: cannot fit 'int' into an index-sized integer
attempt(lambda: bytearray(-1))  # expect: ValueError: negative count
attempt(lambda: bytearray('a'))  # expect: TypeError: string argument without an encoding
attempt(lambda: bytearray(1,'a'))  # expect: TypeError: encoding without a string argument
print((bytearray(), bytearray(3), bytearray([1,2]), bytearray('é','utf8'), bytearray(b'x'), bytearray(i for i in range(5))))  # expect: (bytearray(b''), bytearray(b'\x00\x00\x00'), bytearray(b'\x01\x02'), bytearray(b'\xc3\xa9'), bytearray(b'x'), bytearray(b'\x00\x01\x02\x03\x04'))
attempt(lambda: b'a'+'a')  # expect: TypeError: can't concat str to bytes
attempt(lambda: b'a'+1)  # expect: TypeError: can't concat int to bytes
attempt(lambda: bytearray(b'a')+'a')  # expect: TypeError: can't concat str to bytearray
attempt(lambda: b'a'*'a')  # expect: TypeError: can't multiply sequence by non-int of type 'str'
attempt(lambda: b'a'*10**100)  # expect: OverflowError: cannot fit 'int' into an index-sized integer
print((b'ab'*3, 3*b'ab', b'ab'*0, b'ab'*-1, bytearray(b'ab')*2))  # expect: (b'ababab', b'ababab', b'', b'', bytearray(b'abab'))
attempt(lambda: bytearray(b'a')[10**100])  # expect: IndexError: cannot fit 'int' into an index-sized integer
attempt(lambda: b'a'[10**100])  # expect: IndexError: cannot fit 'int' into an index-sized integer
attempt(lambda: b'a'[1])  # expect: IndexError: index out of range
attempt(lambda: bytearray(b'a')[1])  # expect: IndexError: bytearray index out of range
print((b'abcdef'[1:4], b'abcdef'[::-1], b'abcdef'[::2], b'abcdef'[-2:], b'abcdef'[5:1], b'abc'[Index(1)], bytearray(b'abc')[1:]))  # expect: (b'bcd', b'fedcba', b'ace', b'ef', b'', 98, bytearray(b'bc'))
attempt(lambda: b''.join(1))  # expect: TypeError: can only join an iterable
attempt(lambda: b''.join([1]))  # expect: TypeError: sequence item 0: expected a bytes-like object, int found
attempt(lambda: b''.hex('ab'))  # expect: ValueError: sep must be length 1.
attempt(lambda: b'a'.hex('é'))  # expect: ValueError: sep must be ASCII.
attempt(lambda: b'a'.hex(1))  # expect: TypeError: object of type 'int' has no len()
attempt(lambda: b'a'.hex(':', 'x'))  # expect: TypeError: 'str' object cannot be interpreted as an integer
print((b'abcdef'.hex(), b'abcdef'.hex(':'), b'abcdefg'.hex('-',2), b'abcdefg'.hex('-',-2), b'ab'.hex(b':'), b'abc'.hex(':',0), b'abc'.hex(':',100), bytearray(b'ab').hex()))  # expect: ('616263646566', '61:62:63:64:65:66', '61-6263-6465-6667', '6162-6364-6566-67', '61:62', '616263', '616263', '6162')
attempt(lambda: bytes.fromhex(1))  # expect: TypeError: fromhex() argument must be str, not int
attempt(lambda: bytes.fromhex('1'))  # expect: ValueError: non-hexadecimal number found in fromhex() arg at position 1
