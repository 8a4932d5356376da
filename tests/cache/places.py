"""Import where writing cache files is hard: every import has to succeed, and every file left has to be valid.

    minipy places.py [--processes N] [--modules N] [--kills N]

Needs root for the full disk and for other users; what it may not do it leaves out, and says so.
"""

import argparse
import os
import random
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time

OTHER_USER = 65534
ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
problems = []


def report(what, outcome):
    print(f"{what}: {outcome}", flush=True)
    if outcome not in ("ok", "not possible here"):
        problems.append(what)


def make_package(folder, count):
    package = os.path.join(folder, "package")
    os.mkdir(package)
    with open(os.path.join(package, "__init__.py"), "w") as file:
        file.writelines(f"from . import module{i}\n" for i in range(count))
        file.write(f"total = sum(globals()[f'module{{i}}'].value for i in range({count}))\n")
    for i in range(count):
        with open(os.path.join(package, f"module{i}.py"), "w") as file:
            file.write(f'"""Module {i}."""\nvalue = {i}\ndef function(a, b=value):\n    return [a, b, "{"x" * (i * 7 % 500)}"]\n')


def expected(count):
    return str(sum(range(count)))


def command():
    return [sys.executable, "-S", "-c", "import package; print(package.total)"]


def run(folder, prepare=None, **environment):
    done = subprocess.run(command(), cwd=folder, env={**ENVIRONMENT, **environment}, capture_output=True, text=True,
                          preexec_fn=prepare)
    return done.stdout.strip() or done.stderr


def are_valid(folder):
    done = subprocess.run([sys.executable, "-m", "cache", "verify", folder], capture_output=True, text=True)
    return "ok" if done.returncode == 0 else done.stdout


def try_twice(what, folder, count, prepare=None, **environment):
    for attempt in ("first", "second"):
        got = run(folder, prepare, **environment)
        report(f"{what}, {attempt} import", "ok" if got == expected(count) else got)
    report(f"{what}, files left", are_valid(folder))


def become_other_user():
    os.setgroups([])
    os.setgid(OTHER_USER)
    os.setuid(OTHER_USER)


def limit_file_size():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))


def with_package(count):
    folder = tempfile.mkdtemp()
    os.chmod(folder, 0o755)
    make_package(folder, count)
    return folder


def try_small_files(count):
    folder = with_package(count)
    try_twice("files are cut at 300 bytes", folder, count, limit_file_size)
    shutil.rmtree(folder)


def try_full_disk(count):
    folder = tempfile.mkdtemp()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        return report("full disk", "not possible here")
    try:
        make_package(folder, min(count, 40))
        try:
            with open(os.path.join(folder, "filler"), "wb", buffering=0) as file:
                while file.write(b"x" * 4096):
                    pass
        except OSError:
            pass
        try_twice("full disk", folder, min(count, 40))
    finally:
        subprocess.run(["umount", folder])
        os.rmdir(folder)


def try_other_users(count):
    if os.geteuid() != 0:
        return report("directories of others", "not possible here")
    home = tempfile.mkdtemp()
    os.chown(home, OTHER_USER, OTHER_USER)
    folder = with_package(count)
    try_twice("directory of root", folder, count, become_other_user, HOME=home)
    stored = os.path.join(home, ".cache", "minipy")
    mode = stat.S_IMODE(os.stat(stored).st_mode) if os.path.exists(stored) else None
    report("private store", "ok" if mode == 0o700 else f"mode {mode}")
    try_twice("unwritable home", folder, count, become_other_user, HOME="/")
    try_twice("no home", folder, count, become_other_user, HOME="")
    shutil.rmtree(folder)
    folder = with_package(count)
    for path, _, names in os.walk(folder):
        for each in [path, *(os.path.join(path, name) for name in names)]:
            os.chown(each, OTHER_USER, OTHER_USER)
    root_home = tempfile.mkdtemp()
    try_twice("another user's directory", folder, count, HOME=root_home)
    report("nothing of root's in it", "ok" if not os.path.exists(os.path.join(folder, "package", "__pycache__")) else "left files")
    for each in (folder, home, root_home):
        shutil.rmtree(each)


def try_kills(count, kills):
    folder = with_package(count)
    started = time.monotonic()
    run(folder)
    whole_run = time.monotonic() - started
    rng = random.Random(1)
    for _ in range(kills):
        shutil.rmtree(os.path.join(folder, "package", "__pycache__"), ignore_errors=True)
        process = subprocess.Popen(command(), cwd=folder, env=ENVIRONMENT, stdout=subprocess.DEVNULL)
        time.sleep(rng.random() * whole_run)
        process.kill()
        process.wait()
        valid = are_valid(folder)
        if valid != "ok":
            report("files left by a killed writer", valid)
        got = run(folder)
        if got != expected(count):
            report("import after a writer was killed", got)
    report(f"{kills} writers killed", "ok")
    shutil.rmtree(folder)


def try_many(count, processes):
    folder = with_package(count)
    running = [subprocess.Popen(command(), cwd=folder, env=ENVIRONMENT, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True) for _ in range(processes)]
    outputs = {process.communicate()[0].strip() for process in running}
    report(f"{processes} processes at once", "ok" if outputs == {expected(count)} else str(outputs))
    report("files left by them", are_valid(folder))
    names = os.listdir(os.path.join(folder, "package", "__pycache__"))
    rest = [name for name in names if not name.endswith((".pyc", ".index"))]
    report("no temporary files left", "ok" if not rest else str(rest))
    shutil.rmtree(folder)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--modules", type=int, default=20)
    parser.add_argument("--kills", type=int, default=5)
    options = parser.parse_args()
    try_small_files(options.modules)
    try_full_disk(options.modules)
    try_other_users(options.modules)
    try_kills(options.modules, options.kills)
    try_many(options.modules, options.processes)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
