"""Compare this interpreter with another one on a folder of Python files.

    python -m parity DIR... [--with python3.11] [--run] [--json]

Every file is compiled by both and the code compared byte by byte as .pyc files hold it. For the first
difference of a file the code object, the field and, for bytecode, the instructions around it are shown.
The optimisation level is the one this interpreter was started with (-O, -OO). With --run the files are
run as scripts too: output, errors and exit status have to be the same.
"""

import argparse
import difflib
import dis
import io
import json
import marshal
import os
import re
import subprocess
import sys
import types
import warnings

FIELDS = (
    "co_name", "co_qualname", "co_filename", "co_firstlineno", "co_argcount", "co_posonlyargcount",
    "co_kwonlyargcount", "co_flags", "co_stacksize", "co_names", "co_varnames", "co_cellvars", "co_freevars",
    "co_code", "co_consts", "co_linetable", "co_exceptiontable",
)
TIME_LIMIT = 60  # seconds for a script

# What the other interpreter runs: for each file named on its input, the size of its answer and the answer.
REFERENCE_PROGRAM = """
import marshal, sys, warnings
warnings.simplefilter("ignore")
for line in sys.stdin.buffer:
    path = line[:-1].decode("utf-8", "surrogateescape")
    try:
        with open(path, "rb") as file:
            code = compile(file.read(), path, "exec", dont_inherit=True, optimize=int(sys.argv[1]))
        answer = b"+" + marshal.dumps(code)
    except Exception as error:
        answer = b"-" + type(error).__name__.encode()
    sys.stdout.buffer.write(b"%d\\n" % len(answer) + answer)
    sys.stdout.buffer.flush()
"""


class Reference:
    """The other interpreter, kept running."""

    def __init__(self, command):
        self.command = command
        program = [command, "-c", REFERENCE_PROGRAM, str(sys.flags.optimize)]
        try:
            self.process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        except OSError as error:
            raise SystemExit(f"parity: {error}")

    def compile(self, path):
        self.process.stdin.write(os.fsencode(path) + b"\n")
        self.process.stdin.flush()
        size = self.process.stdout.readline()
        if not size:
            raise SystemExit(f"parity: {self.command} stopped at {path}")
        return self.process.stdout.read(int(size))

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def compile_alone(command, path):
    """The same by an interpreter that has compiled nothing else: what is interned shows in the bytes."""
    alone = Reference(command)
    answer = alone.compile(path)
    alone.close()
    return answer


def compile_here(path):
    try:
        with open(path, "rb") as file:
            code = compile(file.read(), path, "exec", dont_inherit=True)
        return b"+" + marshal.dumps(code)
    except Exception as error:
        return b"-" + type(error).__name__.encode()


def instructions(code):
    text = io.StringIO()
    dis.dis(code, file=text, depth=0)
    # Addresses of code objects differ from process to process.
    return re.sub(r" at 0x[0-9a-f]+", "", text.getvalue()).splitlines()


def constants_differ(ours, theirs):
    """Whether constants other than code, which is compared by itself, are not the same."""
    def key(constant):
        if isinstance(constant, (tuple, frozenset)):
            return type(constant), frozenset(map(key, constant)) if isinstance(constant, frozenset) else tuple(map(key, constant))
        return type(constant), None if isinstance(constant, types.CodeType) else repr(constant)

    return list(map(key, ours)) != list(map(key, theirs))


def code_difference(ours, theirs):
    """The first difference of two code objects: (code, field, detail), or None."""
    for field in FIELDS:
        mine, other = getattr(ours, field), getattr(theirs, field)
        is_different = constants_differ(mine, other) if field == "co_consts" else mine != other
        if not is_different:
            continue
        if field == "co_code":
            lines = difflib.unified_diff(instructions(theirs), instructions(ours), "reference", "here", lineterm="", n=3)
            return ours.co_qualname, field, "\n".join(lines)
        return ours.co_qualname, field, f"here {mine!r}, reference {other!r}"
    for mine, other in zip(ours.co_consts, theirs.co_consts):
        if isinstance(mine, types.CodeType):
            found = code_difference(mine, other)
            if found:
                return found
    return None


def explain(ours, theirs):
    if ours[:1] != theirs[:1] or ours[:1] == b"-":
        shown = [answer.decode() if answer[:1] == b"-" else "compiles" for answer in (ours, theirs)]
        return {"kind": "compiling", "detail": f"here {shown[0]}, reference {shown[1]}"}
    found = code_difference(marshal.loads(ours[1:]), marshal.loads(theirs[1:]))
    if found:
        return {"kind": "code", "code": found[0], "field": found[1], "detail": found[2]}
    offset = next((i for i, pair in enumerate(zip(ours, theirs)) if pair[0] != pair[1]), min(len(ours), len(theirs)))
    return {"kind": "file", "detail": f"equal code, but the bytes differ at {offset - 1}"}


def run(command, flags, path):
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}
    try:
        done = subprocess.run([command, *flags, path], stdin=subprocess.DEVNULL, capture_output=True,
                              env=environment, timeout=TIME_LIMIT, cwd=os.path.dirname(path))
    except subprocess.TimeoutExpired:
        return {"status": "timeout", "stdout": "", "stderr": ""}
    return {
        "status": done.returncode,
        "stdout": done.stdout.decode("utf-8", "backslashreplace"),
        "stderr": done.stderr.decode("utf-8", "backslashreplace"),
    }


def run_difference(options, flags, path):
    ours, theirs = run(sys.executable, flags, path), run(options.reference, flags, path)
    for part in ("status", "stdout", "stderr"):
        if ours[part] == theirs[part]:
            continue
        if part == "status":
            detail = f"here {ours[part]}, reference {theirs[part]}"
        else:
            lines = difflib.unified_diff(theirs[part].splitlines(), ours[part].splitlines(), "reference", "here", lineterm="", n=2)
            detail = "\n".join(lines)
        return {"kind": "running", "field": part, "detail": detail}
    return None


def python_files(roots):
    for root in roots:
        if not os.path.exists(root):
            raise SystemExit(f"parity: there is no {root!r}")
        if os.path.isfile(root):
            yield os.path.abspath(root)
        for folder, children, names in os.walk(root):
            children[:] = sorted(name for name in children if name != "__pycache__")
            for name in sorted(names):
                if name.endswith(".py"):
                    yield os.path.abspath(os.path.join(folder, name))


def differences(options, flags):
    """(number of files, list of differences)"""
    reference = Reference(options.reference)
    files, found = 0, []
    for path in python_files(options.roots):
        files += 1
        ours, theirs = compile_here(path), reference.compile(path)
        if ours != theirs:
            ours, theirs = compile_alone(sys.executable, path), compile_alone(options.reference, path)
        if ours != theirs:
            found.append({"file": path, **explain(ours, theirs)})
        if options.run and ours[:1] == theirs[:1] == b"+":
            difference = run_difference(options, flags, path)
            if difference:
                found.append({"file": path, **difference})
    reference.close()
    return files, found


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(prog="python -m parity", description="Compare this interpreter with another one.")
    parser.add_argument("roots", nargs="+", metavar="DIR", help="folders of Python files, or files")
    parser.add_argument("--with", dest="reference", default="python3.11", metavar="COMMAND", help="the other interpreter")
    parser.add_argument("--run", action="store_true", help="run the files as scripts, too")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    warnings.simplefilter("ignore")
    # Both compile at the optimisation level that this interpreter was started with.
    flags = ["-" + "O" * sys.flags.optimize] if sys.flags.optimize else []
    files, found = differences(options, flags)
    if options.json:
        print(json.dumps({"files": files, "differences": found}, indent=2))
        return 1 if found else 0
    for row in found:
        place = ", ".join(row[key] for key in ("code", "field") if key in row)
        print(f"{row['file']}: {row['kind']}" + (f", {place}" if place else ""))
        print("\n".join("    " + line for line in row["detail"].splitlines()))
    print(f"{files} files, {len(found)} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
