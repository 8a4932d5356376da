# bytearray: changing in place, and the lock that a memoryview puts on the size.

def attempt(function):
    try:
        print(function())
    except Exception as error:
        print(f"{type(error).__name__}: {error}")

print((lambda a:(a.append(100),a.extend(b'xyz'),a.extend([1,2]),a.insert(1,65),a.pop(),a.pop(0),a.remove(65),a.reverse(),a.copy(),a))(bytearray(b'abc')))  # expect: (None, None, None, None, 2, 97, None, None, bytearray(b'\x01zyxdcb'), bytearray(b'\x01zyxdcb'))
print((lambda a:(a.__setitem__(slice(1,2),b'XYZ'),a))(bytearray(b'abc')))  # expect: (None, bytearray(b'aXYZc'))
print((lambda a:(a.__setitem__(slice(0,2),b''),a.__setitem__(slice(0,0),b'QQ'),a))(bytearray(b'abcdef')))  # expect: (None, None, bytearray(b'QQcdef'))
print((lambda a:(a.__delitem__(slice(None,None,2)),a))(bytearray(b'abcdef')))  # expect: (None, bytearray(b'bdf'))
print((lambda a:(a.__delitem__(slice(None,None,-2)),a))(bytearray(b'abcdef')))  # expect: (None, bytearray(b'ace'))
print((lambda a:(a.__setitem__(slice(None,None,2),b'123'),a))(bytearray(b'abcdef')))  # expect: (None, bytearray(b'1b2d3f'))
print((lambda a:(a.__setitem__(slice(5,2),b'123'),a))(bytearray(b'abcdef')))  # expect: (None, bytearray(b'abcde123f'))
print((lambda a:(a.__setitem__(slice(1,3),a),a))(bytearray(b'abcdef')))  # expect: (None, bytearray(b'aabcdefdef'))
print((lambda a:(a.__setitem__(slice(1,3),[1,2,3]),a))(bytearray(b'abcdef')))  # expect: (None, bytearray(b'a\x01\x02\x03def'))
print((lambda a:(a.extend(a),a))(bytearray(b'abc')))  # expect: (None, bytearray(b'abcabc'))
print((lambda a:(a.__delitem__(0),a.__delitem__(0),a.__delitem__(-1),a.append(1),a))(bytearray(b'abcdef')))  # expect: (None, None, None, None, bytearray(b'cde\x01'))
print((lambda a:(a.clear(),a.append(1),a.__init__(b'zz'),a))(bytearray(b'abc')))  # expect: (None, None, None, bytearray(b'zz'))
attempt(lambda: (lambda a,m:a.append(1))(*(lambda a:(a,memoryview(a)))(bytearray(b'abc'))))  # expect: BufferError: Existing exports of data: object cannot be re-sized
print((lambda a,m:(m.release(),a.append(1),a))(*(lambda a:(a,memoryview(a)))(bytearray(b'abc'))))  # expect: (None, None, bytearray(b'abc\x01'))
print((lambda a,m:(m.__setitem__(0,90),m.__setitem__(slice(1,3),b'YX'),a))(*(lambda a:(a,memoryview(a)))(bytearray(b'abc'))))  # expect: (None, None, bytearray(b'ZYX'))
