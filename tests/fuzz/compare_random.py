"""compare_random.py --interpreter MINIPY [--patterns] [--first SEED] [--seconds N] [--reference PYTHON]

Runs random programs (random_programs.py; with --patterns random_patterns.py) under the reference and under minipy,
interpreted and as machine code from the first and the third call on. Programs that differ are kept in the folder
--findings, of patterns the seed is enough. Ends with status 1 if something did.
"""
import argparse
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from random_programs import make_program

THRESHOLDS = ("0", "1", "3")


PATTERNS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "random_patterns.py")


def run(interpreter, program, **variables):
    """What it printed and how it ended; None if it took too long."""
    try:
        result = subprocess.run([interpreter, *program], capture_output=True, timeout=20, stdin=subprocess.DEVNULL,
                                env=dict(os.environ, PYTHONHASHSEED="0", **variables))
    except subprocess.TimeoutExpired:
        return None
    return result.returncode, result.stdout, result.stderr.splitlines()[-1:]


def write_program(folder, seed):
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, f"random_{seed}.py")
    with open(path, "w") as file:
        file.write(make_program(seed))
    return path


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--interpreter", required=True)
    parser.add_argument("--patterns", action="store_true")
    parser.add_argument("--reference", default="/usr/bin/python3.11")
    parser.add_argument("--first", type=int, default=int(time.time()))
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--findings", default="findings")
    options = parser.parse_args()
    end = time.monotonic() + options.seconds
    seed, findings, programs = options.first, 0, 0
    while time.monotonic() < end:
        program = [PATTERNS, str(seed), "200"] if options.patterns else [write_program(options.findings, seed)]
        expected = run(options.reference, program)
        different = []
        if expected is not None:
            programs += 1
            different = [t for t in THRESHOLDS if run(options.interpreter, program, MINIPY_JIT=t) != expected]
        if different:
            findings += 1
            print(f"{' '.join(program)}: differs with MINIPY_JIT={', '.join(different)}", flush=True)
        elif not options.patterns:
            os.remove(program[0])
        seed += 1
    print(f"{programs} programs, {findings} differ")
    return findings > 0


if __name__ == "__main__":
    sys.exit(main())
