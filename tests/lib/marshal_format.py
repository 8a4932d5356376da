# marshal: the bytes that CPython writes, and what it says about bad ones.

import io
import marshal

def attempt(function):
    try:
        print(function())
    except Exception as error:
        print(f"{type(error).__name__}: {error}")

print((marshal.dumps(1.5, 1), marshal.dumps(0.1, 0), marshal.dumps(1.5j, 1)))  # expect: (b'f\x031.5', b'f\x130.10000000000000001', b'x\x010\x031.5')
print([marshal.dumps(x, 2) for x in (2**31, -(2**31), -(2**31) - 1, 2**100)])  # expect: [b'l\x03\x00\x00\x00\x00\x00\x00\x00\x02\x00', b'i\x00\x00\x00\x80', b'l\xfd\xff\xff\xff\x01\x00\x00\x00\x02\x00', b'l\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x04']
print([marshal.dumps(x, 2) for x in (StopIteration, bytearray(b"a"), "\ud800")])  # expect: [b'S', b's\x01\x00\x00\x00a', b'u\x03\x00\x00\x00\xed\xa0\x80']
print([marshal.loads(marshal.dumps(x, v)) == x for v in range(5) for x in (1, -5, 2**70, -(2**70), 1.5, 2j, "aé", b"x", (1, (2,)), [1, [2]], {1: [2]}, {1, 2}, frozenset((3,)))].count(True))  # expect: 65
print(marshal.loads(b"\xdb\1\0\0\0r\0\0\0\0"))  # expect: [[...]]
print(marshal.loads(marshal.dumps(compile("1 + x", "f", "eval"))).co_code == compile("1 + x", "f", "eval").co_code)  # expect: True
attempt(lambda: marshal.dumps(object()))  # expect: ValueError: unmarshallable object
attempt(lambda: marshal.loads(b""))  # expect: EOFError: EOF read where object expected
attempt(lambda: marshal.loads(b"i\0"))  # expect: EOFError: marshal data too short
attempt(lambda: marshal.loads(b"z\5a"))  # expect: EOFError: marshal data too short
attempt(lambda: marshal.loads(b"?"))  # expect: ValueError: bad marshal data (unknown type code)
attempt(lambda: marshal.loads(b"0"))  # expect: TypeError: NULL object in marshal data for object
attempt(lambda: marshal.loads(b"r\0\0\0\0"))  # expect: ValueError: bad marshal data (invalid reference)
attempt(lambda: marshal.loads(b"(\xff\xff\xff\xff"))  # expect: ValueError: bad marshal data (tuple size out of range)
attempt(lambda: marshal.loads(b"l\1\0\0\0\0\0"))  # expect: ValueError: bad marshal data (unnormalized long data)
attempt(lambda: marshal.loads(b"l\1\0\0\0\xff\xff"))  # expect: ValueError: bad marshal data (digit out of range in long)
attempt(lambda: marshal.loads(b"l\0\0\0\x80"))  # expect: ValueError: bad marshal data (long size out of range)
attempt(lambda: marshal.loads(b"<\1\0\0\0[\0\0\0\0"))  # expect: TypeError: unhashable type: 'list'
attempt(lambda: marshal.loads(b"f\3abc"))  # expect: ValueError: could not convert string to float: 'abc'
attempt(lambda: marshal.loads(b"[\1\0\0\0" * 3000 + b"N"))  # expect: ValueError: recursion limit exceeded
attempt(lambda: marshal.loads(b"(\2\0\0\0N0"))  # expect: TypeError: NULL object in marshal data for tuple
attempt(lambda: marshal.loads("a"))  # expect: TypeError: a bytes-like object is required, not 'str'
print(marshal.load(io.BytesIO(b"i\1\0\0\0NN")))  # expect: 1
attempt(lambda: marshal.load(io.BytesIO(b"i\1")))  # expect: EOFError: EOF read where not expected
