import ctypes
import pickle


class Pair(ctypes.Structure):
    _fields_ = [("a", ctypes.c_uint8), ("b", ctypes.c_uint8)]


pair = Pair(1, 2)
pair.note = "kept"
copy = pickle.loads(pickle.dumps(pair))
print(copy.a, copy.b, copy.note)  # expect: 1 2 kept
print(pair.__reduce__()[1][1])  # expect: ({'note': 'kept'}, b'\x01\x02')
pair.__setstate__({"more": 1}, b"\5\6\7\7")
print(pair.a, pair.b, pair.__dict__)  # expect: 5 6 {'note': 'kept', 'more': 1}
for arguments in (({},), (1, b""), ({}, 1)):
    try:
        pair.__setstate__(*arguments)
    except TypeError as error:
        print(error)
# expect: function takes exactly 2 arguments (1 given)
# expect: argument 1 must be dict, not int
# expect: a bytes-like object is required, not 'int'


class WithoutDict(ctypes.Structure):
    @property
    def __dict__(self):
        return None


try:
    WithoutDict().__setstate__({}, b"")
except TypeError as error:
    print(error)  # expect: WithoutDict.__dict__ must be a dictionary, not NoneType
