# Memory maps: of a file and anonymous.
import mmap
import os
import tempfile

with tempfile.TemporaryFile() as file:
    file.write(b"first\nsecond\n")
    file.flush()
    with mmap.mmap(file.fileno(), 0) as view:
        print(len(view), view[0], view[1:5], view.readline(), view.tell())  # expect: 13 102 b'irst' b'first\n' 6
        view[0:5] = b"FIRST"
        view.flush()
        print(view.find(b"sec"), view.rfind(b"\n"), os.pread(file.fileno(), 5, 0))  # expect: 6 12 b'FIRST'
        view.seek(-3, os.SEEK_END)
        print(view.read(), view.read(1))  # expect: b'nd\n' b''
        view.move(0, 6, 6)
        print(view[:])  # expect: b'secondsecond\n'
    print(view.closed, view)  # expect: True <mmap.mmap closed=True>

memory = mmap.mmap(-1, 8)
memory.write(b"abc")
print(list(memory)[:3], b"c" in memory, memory.write_byte(100), memory)
# expect: [b'a', b'b', b'c'] True None <mmap.mmap closed=False, access=ACCESS_DEFAULT, length=8, pos=4, offset=0>
memory.resize(16)
print(len(memory), bytes(memory[:5]))  # expect: 16 b'abcd\x00'
held = memoryview(memory)
for wrong in (memory.close, lambda: memory[99], lambda: memory.write(b"x" * 99), lambda: mmap.mmap(-1, -1),
              lambda: memory.__setitem__(0, 256), lambda: mmap.mmap(-1, 4, access=mmap.ACCESS_READ).write(b"a")):
    try:
        wrong()
    except (ValueError, TypeError, IndexError, BufferError, OverflowError) as error:
        print(type(error).__name__, error)
        # expect: BufferError cannot close exported pointers exist
        # expect: IndexError mmap index out of range
        # expect: ValueError data out of range
        # expect: OverflowError memory mapped length must be positive
        # expect: ValueError mmap item value must be in range(0, 256)
        # expect: TypeError mmap can't modify a readonly memory map.
