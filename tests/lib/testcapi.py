# _testcapi holds what CPython's own tests need of it.
import sys

import _testcapi
import _testinternalcapi

instance = _testcapi.MethInstance()
print(instance.meth_varargs(1, 2)[0] is instance)            # expect: True
print(_testcapi.MethStatic.meth_fastcall_keywords(1, a=2))   # expect: (None, (1,), {'a': 2})
try:
    _testcapi.MethClass.meth_o()
except TypeError as error:
    print(error)                  # expect: MethClass.meth_o() takes exactly one argument (0 given)
print(_testcapi.pyobject_vectorcall(dict, (1,), ("a",)))     # expect: {'a': 1}
print(_testcapi.float_pack(2, 1.5, True))                    # expect: b'\x00>'

try:
    _testcapi.raise_exception(KeyError, 2)
except KeyError as error:
    print(error.args)                                        # expect: (0, 1)

made = _testcapi.make_exception_with_doc("m.Made", "text", (KeyError, OSError), {"x": 1})
print(made, made.__doc__, made.x)                            # expect: <class 'm.Made'> text 1

hooked = []
sys.unraisablehook = hooked.append
_testcapi.write_unraisable_exc(ValueError(1), "in a test", 5)
print(hooked[0].err_msg, hooked[0].object)                   # expect: Exception ignored in a test 5
print(hooked[0].exc_traceback.tb_frame is sys._getframe())   # expect: True

code = _testcapi.code_newempty("file", "name", 15)
print(code.co_filename, code.co_name, code.co_firstlineno)   # expect: file name 15
print(_testinternalcapi.get_recursion_depth() > 0)           # expect: True
print(_testinternalcapi.get_config()["code_debug_ranges"])   # expect: 1
