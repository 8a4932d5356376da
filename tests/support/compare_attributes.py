#!/usr/bin/env python3.11
"""Compare what dir() shows of the builtins and of each module in C++ with python3.11.

    /usr/bin/python3.11 tests/support/compare_attributes.py build/minipy [MODULE...]

Every attribute that python3.11 has must be there, with the same signature, and with a docstring where
that one has one. ACCEPTED says what need not, and why. Exit status 1 if anything else is missing.
"""
import builtins
import fnmatch
import inspect
import subprocess
import sys
import types
import warnings

ACCEPTED = {
    # Names of what a tracing collector, or an interpreter without C extensions, does not have.
    "sys.getrefcount": "nothing counts references",
    "sys.getallocatedblocks": "of CPython's allocator",
    "sys._debugmallocstats": "of CPython's allocator",
    "sys._getquickenedcount": "of CPython's interpreter",
    "_socket.*BT*": "there is no Bluetooth",
    "_socket.*BLUETOOTH": "there is no Bluetooth",
    "_socket.BDADDR*": "there is no Bluetooth",
    "_socket.*HCI*": "there is no Bluetooth",
    "_socket.CAPI": "there is no C interface",
    "iterator.bytearray_iterator.__reduce__": "shares its methods with that of bytes, which shows none",
    "_imp.*_dynamic": "there are no extension modules",
    "*_CAPI": "there is no C interface",
    "*.__vectorcalloffset__": "there is no C interface",
    "faulthandler._stack_overflow": "the C stack is bounded",
    "faulthandler._fatal_error_c_thread": "of CPython's threads",
    "_testcapi.*": "holds what has a meaning here",
    "_testinternalcapi.*": "holds what has a meaning here",
    # Details of how CPython defines its types.
    "*.__module__": "only heap types of C have it in their dict",
    "*.__weakref__": "only classes in Python have it in their dict",
    "*.__file__": "these are part of the executable",
    "*.__loader__": "these are part of the executable",
    "posix.sched_param": "a struct sequence here",
    "_hashlib.HASH*": "cannot be called",
    "*.__doc__": "modules for tests have one",
}


def is_accepted(name):
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in ACCEPTED)


def signature(value):
    try:
        return str(inspect.signature(value))
    except (TypeError, ValueError):
        return ""


def has_doc(value):
    try:
        return "doc" if value.__doc__ else ""
    except AttributeError:
        return ""


def describe(prefix, owner, seen):
    """A line for each attribute, and for those of classes: name, signature, whether it has a docstring."""
    for name in dir(owner):
        try:
            value = getattr(owner, name)
        except AttributeError:
            continue
        full_name = f"{prefix}.{name}"
        is_described = callable(value) or inspect.isdatadescriptor(value)
        print(full_name, signature(value) if callable(value) else "", has_doc(value) if is_described else "", sep="\t")
        if isinstance(value, type) and isinstance(owner, types.ModuleType) and value not in seen:
            seen.add(value)
            describe(full_name, value, seen)


def iterators():
    """Types without a name in any module."""
    for value in (iter([]), iter(()), iter("a"), iter(b""), iter(bytearray()), iter({}), {}.keys(), {}.values(),
                  {}.items(), iter({}.items()), reversed({}), reversed([]), iter(set()), iter(range(1)),
                  iter(range(1 << 70)), iter(int, 1), iter(memoryview(b"")), (lambda: 0).__code__.co_lines()):
        yield type(value)


def describe_all(modules):
    seen = {type, object}
    for name in modules:
        describe(name, __import__(name), seen)
    for name in sorted(vars(types)):
        value = getattr(types, name)
        if isinstance(value, type) and value not in seen and not value.__flags__ & 1 << 9:
            describe(f"types.{name}", value, seen)
    for value in iterators():
        describe(f"iterator.{value.__name__}", value, seen)


def run(interpreter, modules):
    command = [interpreter, "-W", "ignore", __file__, "--describe", *modules]
    lines = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=300).stdout.splitlines()
    return {fields[0]: fields[1:] for fields in (line.split("\t") for line in lines)}


def common_modules(interpreter):
    code = "import sys; print(*sys.builtin_module_names)"
    command = [interpreter, "-c", code]
    theirs = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    warnings.simplefilter("ignore")

    def is_here(name):
        try:
            return bool(__import__(name))
        except ImportError:
            return False
    return sorted(name for name in theirs if is_here(name))


def main():
    if sys.argv[1:2] == ["--describe"]:
        return describe_all(sys.argv[2:])
    interpreter, *modules = sys.argv[1:]
    modules = modules or common_modules(interpreter)
    expected, found = run(sys.executable, modules), run(interpreter, modules)
    differences = []
    for name, (wanted_signature, wanted_doc) in expected.items():
        if is_accepted(name):
            continue
        if name not in found:
            differences.append(f"{name}: absent")
            continue
        shown, doc = found[name]
        if wanted_signature and shown != wanted_signature:
            differences.append(f"{name}: signature {shown or 'absent'}, not {wanted_signature}")
        if wanted_doc and not doc:
            differences.append(f"{name}: no docstring")
    print(*differences, sep="\n")
    print(f"{len(expected)} attributes of {len(modules)} modules, {len(differences)} differ")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
