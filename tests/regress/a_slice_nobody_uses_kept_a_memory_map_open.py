import mmap

memory = mmap.mmap(-1, 16)
view = memoryview(memory)
view[:3] = b"abc"


def first(count):
    return bytes(view[:count])


print(first(3))  # expect: b'abc'
view.release()
memory.close()
print(memory.closed)  # expect: True

memory = mmap.mmap(-1, 16)
used = memoryview(memory)[2:]
try:
    memory.close()
except BufferError as e:
    print(e)  # expect: cannot close exported pointers exist
print(len(used))  # expect: 14
