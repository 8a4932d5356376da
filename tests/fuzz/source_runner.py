"""Run the programs of a batch, one after the other, in this process.

    minipy source_runner.py BATCH PROGRESS [FIRST]

BATCH is a JSON list of texts; the number of each one is written to PROGRESS before it runs.
"""

import ast
import asyncio  # noqa: F401, what programs may import is imported once
import builtins
import gc
import inspect
import json
import random
import signal
import sys
import types
import unittest
import warnings

SECONDS = 0.4
IMPORTABLE = set("""__future__ _collections_abc _testcapi abc argparse array ast asyncio base64 binascii bisect calendar cmath
codecs collections collections.abc contextlib copy copyreg csv dataclasses datetime decimal difflib dis enum fractions functools
gc hashlib heapq html inspect io itertools json keyword marshal math numbers operator pickle pprint queue random re reprlib
string struct symtable sys textwrap time tokenize traceback types typing unicodedata unittest warnings weakref zlib""".split())
WITHHELD = {"builtins": {"open", "input", "breakpoint", "help", "exit", "quit", "print"}, "io": {"open", "open_code", "FileIO"},
            "_testcapi": {"crash_no_current_thread", "fatal_error"}, "codecs": {"open"}, "sys": {"exit"}, "time": {"sleep"}}


class TimeIsUp(BaseException):
    pass


def raise_time_is_up(*_):
    raise TimeIsUp


def without(module, names):
    copy = types.ModuleType(module.__name__)
    copy.__dict__.update({name: value for name, value in vars(module).items() if name not in names})
    return copy


def careful_import(name, space=None, local=None, wanted=(), level=0):
    if level or name not in IMPORTABLE:
        raise ImportError(name)
    module = __import__(name, None, None, wanted)
    return without(module, WITHHELD[name]) if name in WITHHELD else module


def new_space():
    kept = vars(without(builtins, WITHHELD["builtins"]))
    kept["__import__"] = careful_import
    kept["print"] = lambda *values, **_: [str(value) for value in values]
    space = {"__builtins__": kept, "__name__": "fuzzed", "self": unittest.TestCase(), "unittest": unittest}
    return space


def ways(text, number):
    """The same text goes in by different doors."""
    yield text, "exec"
    yield text, ("eval", "single")[number % 2]
    if number % 3 == 0:
        yield ast.parse(text), "exec"
    if number % 7 == 0:
        yield text.encode("utf-8", "surrogatepass"), "exec"


def call(value):
    if inspect.isclass(value):
        value = value()
        for name in dir(value):
            if name.startswith("test"):
                call(getattr(value, name))
        return
    result = value(*[1, "a", [2], {}][: random.randrange(4)])
    if inspect.iscoroutine(result) or inspect.isgenerator(result):
        for _ in range(3):
            result.send(None)
        result.throw(ValueError)


def attempt(action, *arguments):
    try:
        return action(*arguments)
    except TimeIsUp:
        raise
    except BaseException:
        return None


def run(text, number):
    for source, mode in ways(text, number):
        code = attempt(compile, source, "<fuzzed>", mode, 0, True, number % 3 - 1)
        if code is None:
            continue
        space = new_space()
        attempt(exec, code, space)
        for value in list(space.values()):
            if isinstance(value, types.FunctionType | type) and value.__module__ == "fuzzed":
                attempt(call, value)


def clean_up():
    sys.settrace(None)
    sys.setprofile(None)
    sys.setrecursionlimit(1000)
    sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
    gc.enable()


def main():
    batch, progress = sys.argv[1:3]
    with open(batch, encoding="utf-8") as file:
        programs = json.load(file)
    warnings.simplefilter("ignore")
    sys.unraisablehook = lambda *_: None
    with open(progress, "w", encoding="utf-8") as file:
        for number in range(int(sys.argv[3]) if len(sys.argv) > 3 else 0, len(programs)):
            file.seek(0)
            file.write(f"{number:6}")
            file.flush()
            random.seed(number)
            signal.signal(signal.SIGALRM, raise_time_is_up)
            try:
                signal.setitimer(signal.ITIMER_REAL, SECONDS, 0.05)
                run(programs[number], number)
            except BaseException:
                pass
            while True:
                try:
                    signal.setitimer(signal.ITIMER_REAL, 0)
                    clean_up()
                    break
                except BaseException:
                    pass


if __name__ == "__main__":
    main()
