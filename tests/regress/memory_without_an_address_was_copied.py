# Empty buffers have no memory; what copies from them must not mind.
import array
import hashlib
import io
import mmap

empty = [b"", bytearray(), array.array("b"), memoryview(b""), io.BytesIO().getbuffer(), memoryview(b"abc")[3:]]
for one in empty:
    assert io.BytesIO().readinto(bytearray(one)) == 0
    assert io.BufferedReader(io.BytesIO()).readinto(bytearray(one)) == 0
    assert io.BufferedRandom(io.BytesIO()).write(one) == 0
    digest = hashlib.md5(b"a")
    digest.update(one)
    digest.update(b"b")
    assert digest.digest() == hashlib.md5(b"ab").digest()
    mmap.mmap(-1, 4096).write(one)
    for other in empty:
        assert bytearray(one) + other == bytes(one) * 3
        assert b"|".join([one, other]) == b"|"
        assert b"%b%b" % (one, other) == b""
        target = bytearray()
        target[:] = other
        target += one
print("".join([]) + io.StringIO().read(), io.TextIOWrapper(io.BytesIO()).write(""))  # expect:  0
