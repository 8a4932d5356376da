"""Change the bytecode of small programs at random and run it: an exception at worst, never a crash.

    minipy mutate.py [--cases N] [--seed N]

Quicker to set up than the fuzzer and blind to coverage: the mutations know what instructions are. Cases run in
batches, a process each; a batch that crashes is run again case by case.
"""

import argparse
import builtins
import dis
import os
import random
import resource
import signal
import sys
import types

from seeds import PROGRAMS

BATCH = 20
TIME_LIMIT = 2  # seconds for a case
OPCODES = sorted(number for name, number in dis.opmap.items())
HARMLESS = {
    name: value
    for name, value in vars(builtins).items()
    if name not in ("open", "__import__", "exec", "eval", "compile", "input", "breakpoint", "exit", "quit", "print", "help")
}


def all_code(code):
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from all_code(constant)


def mutate_units(code, rng):
    units = bytearray(code)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        at = rng.randrange(len(units) // 2) * 2
        kind = rng.randrange(6)
        if kind == 0:
            units[at] = rng.choice(OPCODES)
        elif kind == 1:
            units[at + 1] = rng.choice((0, 1, 2, 3, 4, 7, 8, 255, rng.randrange(256)))
        elif kind == 2:
            units[at:at + 2] = bytes([rng.choice(OPCODES), rng.randrange(8)])
        elif kind == 3:
            other = rng.randrange(len(units) // 2) * 2
            units[at:at + 2], units[other:other + 2] = units[other:other + 2], units[at:at + 2]
        elif kind == 4:
            units[at:at + 2] = b""
        else:
            units[at:at] = bytes([rng.choice(OPCODES), rng.randrange(8)])
        if not units:
            units = bytearray(b"\x53\x00")
    return bytes(units)


def mutate(code, rng):
    changes = {}
    kind = rng.randrange(12)
    if kind < 8:
        changes["co_code"] = mutate_units(code.co_code, rng)
    elif kind == 8:
        table = bytearray(code.co_exceptiontable or b"\x80\x04\x08\x00")
        table[rng.randrange(len(table))] = rng.randrange(256)
        changes["co_exceptiontable"] = bytes(table)
    elif kind == 9:
        changes["co_flags"] = code.co_flags ^ 1 << rng.randrange(10)
    elif kind == 10:
        changes["co_stacksize"] = rng.randrange(5)
    else:
        constants = list(code.co_consts)
        rng.shuffle(constants)
        changes["co_consts"] = tuple(constants)
    return code.replace(**changes)


def put_in(code, old, new):
    if code is old:
        return new
    constants = tuple(put_in(each, old, new) if isinstance(each, types.CodeType) else each for each in code.co_consts)
    return code.replace(co_consts=constants)


def mutant(number, seed):
    rng = random.Random(seed * 1_000_003 + number)
    root = compile(rng.choice(PROGRAMS), "mutant", "exec")
    victim = rng.choice(list(all_code(root)))
    try:
        return put_in(root, victim, mutate(victim, rng))
    except (ValueError, TypeError):
        return root


class TimeIsUp(BaseException):
    pass


def raise_time_is_up(*_):
    raise TimeIsUp


def run(code):
    space = {"__builtins__": HARMLESS, "__name__": "mutant"}
    signal.setitimer(signal.ITIMER_REAL, 0.2, 0.05)
    try:
        exec(code, space)
        for value in list(space.values()):
            if isinstance(value, types.FunctionType):
                value(1, 2)
            elif isinstance(value, (types.GeneratorType, types.CoroutineType)):
                value.send(None)
    except BaseException:
        pass
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def in_child(numbers, seed):
    """0, or the signal that ended the process."""
    child = os.fork()
    if child == 0:
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 1)
        os.dup2(null, 2)
        resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
        signal.signal(signal.SIGALRM, raise_time_is_up)
        # What cannot be interrupted is a loop that CPython cannot leave either: only this one is given up.
        resource.setrlimit(resource.RLIMIT_CPU, (len(numbers) * TIME_LIMIT, len(numbers) * TIME_LIMIT))
        for number in numbers:
            try:
                run(mutant(number, seed))
            except BaseException:
                pass
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    crashes = loops = 0
    for start in range(0, options.cases, BATCH):
        numbers = range(start, min(start + BATCH, options.cases))
        if in_child(numbers, options.seed) == 0:
            continue
        for number in numbers:
            ended_by = in_child([number], options.seed)
            if ended_by in (signal.SIGXCPU, signal.SIGKILL):
                loops += 1
                print(f"case {number}: no end", flush=True)
            elif ended_by:
                crashes += 1
                print(f"case {number}: signal {ended_by}", flush=True)
    print(f"{options.cases} cases, {crashes} crashes, {loops} without end")
    return 1 if crashes else 0


if __name__ == "__main__":
    sys.exit(main())
