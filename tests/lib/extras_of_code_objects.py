# ctypes.pythonapi has what tests of code objects ask for: a pointer for each user of a code.
import ctypes

freed = []
free = ctypes.CFUNCTYPE(None, ctypes.c_voidp)(freed.append)
request, set_extra, get_extra = (getattr(ctypes.pythonapi, name) for name in (
    "_PyEval_RequestCodeExtraIndex", "_PyCode_SetExtra", "_PyCode_GetExtra"))
request.restype = ctypes.c_ssize_t
set_extra.argtypes = ctypes.py_object, ctypes.c_ssize_t, ctypes.c_voidp
get_extra.argtypes = ctypes.py_object, ctypes.c_ssize_t, ctypes.POINTER(ctypes.c_voidp)

index = request(free)
code = compile("1", "example", "eval")
for pointer in 200, 300:
    set_extra(code, index, pointer)
extra = ctypes.c_voidp()
get_extra(code, index, extra)
print(extra.value, freed)     # expect: 300 [200]
for wrong in (42, index), (code, index + 100):
    try:
        set_extra(*wrong, 1)
    except SystemError:
        print("SystemError")
# expect: SystemError
# expect: SystemError
