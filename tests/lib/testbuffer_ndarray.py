# _testbuffer.ndarray lends memory of every structure.
from _testbuffer import *

array = ndarray(list(range(12)), shape=[3, 4], format="h", flags=ND_WRITABLE)
print(array.strides, array.nbytes, array[1].tolist(), array[::-2, 1:3].tolist())
# expect: (8, 2) 24 [4, 5, 6, 7] [[9, 10], [1, 2]]
array[0:1] = array[2:3]
print(memoryview(array).tolist()[0])                    # expect: [8, 9, 10, 11]

pillow = ndarray(list(range(6)), shape=[2, 3], flags=ND_PIL)
print(pillow.suboffsets, pillow.tolist(), memoryview(pillow)[1, 2])
# expect: (0, -1) [[0, 1, 2], [3, 4, 5]] 5
print(py_buffer_to_contiguous(pillow, "F", PyBUF_FULL_RO))
# expect: b'\x00\x03\x01\x04\x02\x05'

stack = ndarray([1], shape=[1], flags=ND_VAREXPORT)
below = memoryview(stack)
stack.push([7, 8], shape=[2])
print(below.tolist(), stack.tolist())                   # expect: [1] [7, 8]
stack.pop()
print(stack.tolist())                                   # expect: [1]

for request in PyBUF_SIMPLE, PyBUF_ND, PyBUF_WRITABLE, PyBUF_C_CONTIGUOUS:
    try:
        ndarray(pillow, getbuf=request)
    except BufferError as error:
        print(error)
# expect: ndarray cannot be represented without suboffsets
# expect: ndarray cannot be represented without suboffsets
# expect: ndarray is not writable
# expect: ndarray is not C-contiguous

try:
    ndarray([1, 2, 3], shape=[2, 2], strides=[2, 1])
except ValueError as error:
    print(error)                                        # expect: invalid combination of buffer, shape and strides
try:
    memoryview(ndarray([1], shape=[1] * 65))
except ValueError as error:
    print(error)                                        # expect: memoryview: number of dimensions must not exceed 64
