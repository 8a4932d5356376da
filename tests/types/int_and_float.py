# int, float, complex, bool: operators, constructors, methods, messages. Library reference, Numeric types.


def show(action):
    try:
        print(repr(action()))
    except Exception as problem:
        print(f"{type(problem).__name__}: {problem}".rstrip())


show(lambda: 1//0)  # expect: ZeroDivisionError: integer division or modulo by zero
show(lambda: 1%0)  # expect: ZeroDivisionError: integer modulo by zero
show(lambda: divmod(1,0))  # expect: ZeroDivisionError: integer division or modulo by zero
show(lambda: 1/0)  # expect: ZeroDivisionError: division by zero
show(lambda: 1<<(1<<100))  # expect: OverflowError: too many digits in integer
show(lambda: 1<<-1)  # expect: ValueError: negative shift count
show(lambda: pow(2,-1,4))  # expect: ValueError: base is not invertible for the given modulus
show(lambda: pow(2,3,0))  # expect: ValueError: pow() 3rd argument cannot be 0
show(lambda: 0**-1)  # expect: ZeroDivisionError: 0.0 cannot be raised to a negative power
show(lambda: 0.0**-1)  # expect: ZeroDivisionError: 0.0 cannot be raised to a negative power
show(lambda: str(10**5000))  # expect: ValueError: Exceeds the limit (4300 digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit
show(lambda: int('1'*5000))  # expect: ValueError: Exceeds the limit (4300 digits) for integer string conversion: value has 5000 digits; use sys.set_int_max_str_digits() to increase the limit
show(lambda: int('12a',10))  # expect: ValueError: invalid literal for int() with base 10: '12a'
show(lambda: int('12',99))  # expect: ValueError: int() base must be >= 2 and <= 36, or 0
show(lambda: int(1,2,3))  # expect: TypeError: int() takes at most 2 arguments (3 given)
show(lambda: int(x=1))  # expect: TypeError: 'x' is an invalid keyword argument for int()
show(lambda: int('1',base=2))  # expect: 1
show(lambda: int(base=2))  # expect: TypeError: int() missing string argument
show(lambda: int(1,2))  # expect: TypeError: int() can't convert non-string with explicit base
show(lambda: int([]))  # expect: TypeError: int() argument must be a string, a bytes-like object or a real number, not 'list'
show(lambda: int('٣'))  # expect: 3
show(lambda: int(b'12x'))  # expect: ValueError: invalid literal for int() with base 10: b'12x'
show(lambda: int(bytearray(b'12x')))  # expect: ValueError: invalid literal for int() with base 10: b'12x'
show(lambda: int(memoryview(b'12x')))  # expect: ValueError: invalid literal for int() with base 10: b'12x'
show(lambda: int(''))  # expect: ValueError: invalid literal for int() with base 10: ''
show(lambda: int.from_bytes(b'a','mid'))  # expect: ValueError: byteorder must be either 'little' or 'big'
show(lambda: (300).to_bytes(1,'big'))  # expect: OverflowError: int too big to convert
show(lambda: (-1).to_bytes(1,'big'))  # expect: OverflowError: can't convert negative int to unsigned
show(lambda: (3).to_bytes(-1,'big'))  # expect: ValueError: length argument must be non-negative
show(lambda: int.from_bytes([1,2],'big'))  # expect: 258
show(lambda: int.from_bytes('ab','big'))  # expect: TypeError: cannot convert 'str' object to bytes
show(lambda: int.from_bytes(5,'big'))  # expect: TypeError: cannot convert 'int' object to bytes
show(lambda: int.from_bytes([300],'big'))  # expect: ValueError: bytes must be in range(0, 256)
show(lambda: int.__text_signature__)  # expect: None
show(lambda: float.__text_signature__)  # expect: '(x=0, /)'
show(lambda: complex.__text_signature__)  # expect: '(real=0, imag=0)'
show(lambda: (5).__round__('x'))  # expect: TypeError: 'str' object cannot be interpreted as an integer
show(lambda: (5).__round__(1.0))  # expect: TypeError: 'float' object cannot be interpreted as an integer
show(lambda: round(15,-1))  # expect: 20
show(lambda: round(25,-1))  # expect: 20
show(lambda: round(True))  # expect: 1
show(lambda: int('0x10',0))  # expect: 16
show(lambda: int('010',0))  # expect: ValueError: invalid literal for int() with base 0: '010'
show(lambda: 1<<(1<<62))  # expect: MemoryError:
show(lambda: 0<<(1<<100))  # expect: 0
show(lambda: int(1.5,3))  # expect: TypeError: int() can't convert non-string with explicit base
show(lambda: int('1', 1<<70))  # expect: ValueError: int() base must be >= 2 and <= 36, or 0
show(lambda: int('1',2.0))  # expect: TypeError: 'float' object cannot be interpreted as an integer
show(lambda: bool(1,2))  # expect: TypeError: bool expected at most 1 argument, got 2
show(lambda: bool(x=1))  # expect: TypeError: bool() takes no keyword arguments
show(lambda: bool.from_bytes(b'','big'))  # expect: False
show(lambda: 5 .__pow__(''))  # expect: NotImplemented
show(lambda: pow(1,2,''))  # expect: TypeError: unsupported operand type(s) for ** or pow(): 'int', 'int', 'str'
show(lambda: pow(1.0,2,3))  # expect: TypeError: pow() 3rd argument not allowed unless all arguments are integers
show(lambda: int(float('inf')))  # expect: OverflowError: cannot convert float infinity to integer
show(lambda: (1<<64).__format__('c'))  # expect: OverflowError: Python int too large to convert to C long
show(lambda: 5 .__format__('c'))  # expect: '\x05'
show(lambda: 5 .__format__('s'))  # expect: ValueError: Unknown format code 's' for object of type 'int'
show(lambda: int.__new__(str))  # expect: TypeError: int.__new__(str): str is not a subtype of int
show(lambda: int.__new__(bool))  # expect: TypeError: int.__new__(bool) is not safe, use bool.__new__()
show(lambda: object.__new__(int))  # expect: TypeError: object.__new__(int) is not safe, use int.__new__()
show(lambda: bool.__new__(int))  # expect: TypeError: bool.__new__(int): int is not a subtype of bool
show(lambda: int.__new__())  # expect: TypeError: int.__new__(): not enough arguments
show(lambda: 1 .__getnewargs__())  # expect: (1,)
show(lambda: f'{1<<2000:f}')  # expect: OverflowError: int too large to convert to float
show(lambda: (2**3000)/3)  # expect: OverflowError: integer division result too large for a float
show(lambda: 3/(2**3000))  # expect: 0.0
show(lambda: int('_1'))  # expect: ValueError: invalid literal for int() with base 10: '_1'
show(lambda: int(' 1_0 '))  # expect: 10
show(lambda: int('1__0'))  # expect: ValueError: invalid literal for int() with base 10: '1__0'
show(lambda: hex('a'))  # expect: TypeError: 'str' object cannot be interpreted as an integer
show(lambda: 1.0//0)  # expect: ZeroDivisionError: float floor division by zero
show(lambda: 1.0%0)  # expect: ZeroDivisionError: float modulo
show(lambda: divmod(1.0,0))  # expect: ZeroDivisionError: float divmod()
show(lambda: 1e300**10)  # expect: OverflowError: (34, 'Numerical result out of range')
show(lambda: (-1.0)**.5)  # expect: (6.123233995736766e-17+1j)
show(lambda: (-8)**(1/3))  # expect: (1.0000000000000002+1.7320508075688772j)
show(lambda: float('x'))  # expect: ValueError: could not convert string to float: 'x'
show(lambda: float([]))  # expect: TypeError: float() argument must be a string or a real number, not 'list'
show(lambda: float('1_0'))  # expect: 10.0
show(lambda: float('1__0'))  # expect: ValueError: could not convert string to float: '1__0'
show(lambda: float(b'1.5'))  # expect: 1.5
show(lambda: float(b'1.x'))  # expect: ValueError: could not convert string to float: b'1.x'
show(lambda: float(' 1.5 ٣'))  # expect: ValueError: could not convert string to float: ' 1.5 ٣'
show(lambda: float(1,2))  # expect: TypeError: float expected at most 1 argument, got 2
show(lambda: float(x=1))  # expect: TypeError: float() takes no keyword arguments
show(lambda: float.fromhex('zz'))  # expect: ValueError: invalid hexadecimal floating-point string
show(lambda: float.fromhex('0x1p5000'))  # expect: OverflowError: hexadecimal value too large to represent as a float
show(lambda: float.fromhex(3))  # expect: TypeError: bad argument type for built-in operation
show(lambda: round(1.5e308,-308))  # expect: OverflowError: rounded value too large to represent
show(lambda: round(float('nan')))  # expect: ValueError: cannot convert float NaN to integer
show(lambda: round(float('inf')))  # expect: OverflowError: cannot convert float infinity to integer
show(lambda: round(2.5,None))  # expect: 2
show(lambda: round(2.675,2))  # expect: 2.67
show(lambda: float('inf').as_integer_ratio())  # expect: OverflowError: cannot convert Infinity to integer ratio
show(lambda: float.__getformat__('x'))  # expect: ValueError: __getformat__() argument 1 must be 'double' or 'float'
show(lambda: float.__getformat__('double'))  # expect: 'IEEE, little-endian'
show(lambda: complex('1+'))  # expect: ValueError: complex() arg is a malformed string
show(lambda: complex('1+2j',3))  # expect: TypeError: complex() can't take second arg if first is a string
show(lambda: complex(1,'2'))  # expect: TypeError: complex() second arg can't be a string
show(lambda: complex([]))  # expect: TypeError: complex() first argument must be a string or a number, not 'list'
show(lambda: complex(1,[]))  # expect: TypeError: complex() second argument must be a number, not 'list'
show(lambda: complex(' ( 1+2j ) '))  # expect: (1+2j)
show(lambda: 1j/0)  # expect: ZeroDivisionError: complex division by zero
show(lambda: 1j//1)  # expect: TypeError: unsupported operand type(s) for //: 'complex' and 'int'
show(lambda: 1j%1)  # expect: TypeError: unsupported operand type(s) for %: 'complex' and 'int'
show(lambda: divmod(1j,1))  # expect: TypeError: unsupported operand type(s) for divmod(): 'complex' and 'int'
show(lambda: 1j**-1)  # expect: -1j
show(lambda: 0j**-1)  # expect: ZeroDivisionError: 0.0 to a negative or complex power
show(lambda: 0j**1j)  # expect: ZeroDivisionError: 0.0 to a negative or complex power
show(lambda: pow(1j,2,3))  # expect: ValueError: complex modulo
show(lambda: 1j<1)  # expect: TypeError: '<' not supported between instances of 'complex' and 'int'
show(lambda: complex('inf+nanj'))  # expect: (inf+nanj)
show(lambda: float(1j))  # expect: TypeError: float() argument must be a string or a real number, not 'complex'
show(lambda: int(1j))  # expect: TypeError: int() argument must be a string, a bytes-like object or a real number, not 'complex'
show(lambda: hash(1j))  # expect: 1000003
show(lambda: abs(complex(1e308,1e308)))  # expect: 1.4142135623730951e+308
show(lambda: (1e200+1e200j)**2)  # expect: (nan+nanj)
show(lambda: repr(complex(-0.0,-0.0)))  # expect: '(-0-0j)'
show(lambda: complex(1.5).__format__('=5'))  # expect: ValueError: '=' alignment flag is not allowed in complex format specifier
show(lambda: format(1j,'05'))  # expect: ValueError: Zero padding is not allowed in complex format specifier
show(lambda: format(1j,'x'))  # expect: ValueError: Unknown format code 'x' for object of type 'complex'
show(lambda: format(1+2j,'.3f'))  # expect: '1.000+2.000j'
show(lambda: format(5,',n'))  # expect: ValueError: Cannot specify ',' with 'n'.
show(lambda: format(300000000,'c'))  # expect: OverflowError: %c arg not in range(0x110000)
show(lambda: 'a'*'b')  # expect: TypeError: can't multiply sequence by non-int of type 'str'
show(lambda: [1]*1.5)  # expect: TypeError: can't multiply sequence by non-int of type 'float'
show(lambda: []+())  # expect: TypeError: can only concatenate list (not "tuple") to list
show(lambda: 1+'a')  # expect: TypeError: unsupported operand type(s) for +: 'int' and 'str'
show(lambda: 1<<'a')  # expect: TypeError: unsupported operand type(s) for <<: 'int' and 'str'
show(lambda: print >> 1)  # expect: TypeError: unsupported operand type(s) for >>: 'builtin_function_or_method' and 'int'. Did you mean "print(<message>, file=<output_stream>)"?
show(lambda: -'a')  # expect: TypeError: bad operand type for unary -: 'str'
show(lambda: abs('a'))  # expect: TypeError: bad operand type for abs(): 'str'
show(lambda: ~1.5)  # expect: TypeError: bad operand type for unary ~: 'float'
show(lambda: [1]*(1<<70))  # expect: OverflowError: cannot fit 'int' into an index-sized integer
show(lambda: 1+[])  # expect: TypeError: unsupported operand type(s) for +: 'int' and 'list'
show(lambda: None**2)  # expect: TypeError: unsupported operand type(s) for ** or pow(): 'NoneType' and 'int'
show(lambda: complex(real=1,imag=2))  # expect: (1+2j)
show(lambda: complex(1,2,3))  # expect: TypeError: complex() takes at most 2 arguments (3 given)
show(lambda: complex(rel=2))  # expect: TypeError: 'rel' is an invalid keyword argument for complex()
show(lambda: 1.5 .__round__(1<<70))  # expect: 1.5
show(lambda: float.__format__(1.5,1))  # expect: TypeError: __format__() argument must be str, not int
show(lambda: type('A',(int,),{'x':1})(5).x)  # expect: 1
show(lambda: True+True)  # expect: 2
show(lambda: True&1)  # expect: 1
show(lambda: True&False)  # expect: False
show(lambda: True^True)  # expect: False
show(lambda: ~True)  # expect: -2
show(lambda: -True)  # expect: -1
show(lambda: str(True))  # expect: 'True'
show(lambda: isinstance(True,int))  # expect: True
show(lambda: int.__add__(1,2))  # expect: 3
show(lambda: (1).__radd__(2))  # expect: 3
show(lambda: int.__add__('a',1))  # expect: TypeError: descriptor '__add__' requires a 'int' object but received a 'str'
show(lambda: (1).__rpow__(2))  # expect: 2
show(lambda: (1).__add__(1.0))  # expect: NotImplemented
show(lambda: (1.0).__add__(1))  # expect: 2.0
show(lambda: (1.0).__radd__(1))  # expect: 2.0
show(lambda: (3).__divmod__(2))  # expect: (1, 1)
show(lambda: (1).__lt__(2))  # expect: True
show(lambda: (1).__lt__('a'))  # expect: NotImplemented
show(lambda: (1).__eq__(1.0))  # expect: NotImplemented
show(lambda: (1.0).__eq__(1))  # expect: True
show(lambda: 1==1.0)  # expect: True
show(lambda: 2**53==float(2**53))  # expect: True
show(lambda: 2**53+1==float(2**53))  # expect: False
show(lambda: 2**63<9.3e18)  # expect: True
show(lambda: float('nan')==float('nan'))  # expect: False
show(lambda: 1e400)  # expect: inf
show(lambda: 5e-324)  # expect: 5e-324
show(lambda: -0.0)  # expect: -0.0
show(lambda: 1e16)  # expect: 1e+16
show(lambda: 1e15)  # expect: 1000000000000000.0
show(lambda: 123456789012345680.0)  # expect: 1.2345678901234568e+17
show(lambda: 0.1+0.2)  # expect: 0.30000000000000004
show(lambda: 1/3)  # expect: 0.3333333333333333
show(lambda: 100000000000000000000000.0)  # expect: 1e+23
show(lambda: float('1e-7'))  # expect: 1e-07
show(lambda: '%d' % 5)  # expect: '5'
show(lambda: '%5.2f' % 3.14159)  # expect: ' 3.14'
show(lambda: '%x' % 255)  # expect: 'ff'
show(lambda: '%e' % 12345.678)  # expect: '1.234568e+04'
show(lambda: format(1234567.891,',.2f'))  # expect: '1,234,567.89'
show(lambda: format(0.000012345,'g'))  # expect: '1.2345e-05'
show(lambda: format(255,'#x'))  # expect: '0xff'
show(lambda: format(255,'#b'))  # expect: '0b11111111'
show(lambda: format(-5,'08d'))  # expect: '-0000005'
show(lambda: format(1e10,'n'))  # expect: '1e+10'
show(lambda: int(3.99))  # expect: 3
show(lambda: int(-3.99))  # expect: -3
show(lambda: int('  -42  '))  # expect: -42
show(lambda: (10).bit_length())  # expect: 4
show(lambda: (255).bit_count())  # expect: 8
show(lambda: sum([0.1]*10))  # expect: 0.9999999999999999
show(lambda: sum(range(100)))  # expect: 4950
show(lambda: (max(1,2.5), min(3,True)))  # expect: (2.5, True)
show(lambda: (hash(2**61-1), hash(-1), hash(2**61), hash(1.5), hash(float('inf')), hash(-(2**100))))  # expect: (0, -2, 1, 1152921504606846977, 314159, -549755813888)
show(lambda: (pow(3,1000,7), pow(3,-1,7), pow(-3,3,7), pow(3,3,-7)))  # expect: (4, 5, 1, -1)
show(lambda: ((-7)//2, -7%2, 7//-2, 7%-2, (-7.5)//2, (-7.5)%2))  # expect: (-4, 1, -4, -1, -4.0, 0.5)
show(lambda: (divmod(-7,2), divmod(7.5,-2)))  # expect: ((-4, 1), (-4.0, -0.5))
show(lambda: (1_000_000, 0xff, 0b101, 0o17))  # expect: (1000000, 255, 5, 15)
show(lambda: 2**0.5)  # expect: 1.4142135623730951
show(lambda: (-2)**2)  # expect: 4
show(lambda: 2**-1)  # expect: 0.5
show(lambda: 10**-2)  # expect: 0.01
show(lambda: 0**0)  # expect: 1
