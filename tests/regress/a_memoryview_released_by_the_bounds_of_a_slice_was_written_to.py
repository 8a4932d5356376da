class Releasing:
    def __index__(self):
        view.release()
        return 4


data = bytearray(8)
for key in slice(None, Releasing()), slice(Releasing(), 8):
    view = memoryview(data)
    try:
        view[key] = b"spam"
    except ValueError as error:
        print(error)
print(bytes(data))
# expect: operation forbidden on released memoryview object
# expect: operation forbidden on released memoryview object
# expect: b'\x00\x00\x00\x00\x00\x00\x00\x00'
