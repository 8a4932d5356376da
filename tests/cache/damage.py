"""Damage cache files of library modules and import them.

    minipy damage.py [--cases N] [--seed N] [--modules N] [--lengths N]

With the source beside a damaged file, each import has to give the right code, and the file has to be whole
again afterwards. Without a source an import may fail with ImportError only. A file without source that was
imported here before is known by its checksum; in one that is new, damage within a constant cannot be seen, which
is counted apart (a changed jump may make an endless loop, in every Python). Each case has a process of its own.
"""

import argparse
import importlib
import marshal
import os
import random
import shutil
import signal
import sys
import sysconfig
import tempfile

TIME_LIMIT = 20
TAG = sys.implementation.cache_tag

# Modules of one file, of all sizes, that nothing here needs.
MODULES = """
    __future__ _compat_pickle _markupbase _sitebuiltins _strptime _threading_local aifc antigravity asynchat
    base64 bdb binhex calendar cgitb chunk cmd code codeop colorsys compileall configparser contextlib copy
    cProfile crypt csv dataclasses decimal difflib dis filecmp fileinput fnmatch formatter fractions ftplib
    getopt getpass gettext glob graphlib gzip hashlib hmac html imaplib imghdr inspect ipaddress keyword
    linecache lzma mailbox mailcap mimetypes modulefinder netrc nntplib ntpath nturl2path numbers opcode
    optparse pathlib pdb pickle pickletools pipes pkgutil platform plistlib poplib pprint profile pstats
    pty pyclbr pydoc queue quopri reprlib rlcompleter sched secrets selectors shelve shlex shutil smtpd
    smtplib sndhdr socketserver statistics string stringprep subprocess sunau symtable tabnanny tarfile
    telnetlib textwrap this timeit token tokenize trace tracemalloc tty turtle types typing uu uuid
    warnings wave webbrowser xdrlib zipapp zipfile
""".split()

SILENT = {"antigravity", "this", "turtle"}  # do something when they are imported


def digest(code):
    return marshal.dumps(code)


def copy_modules(folder, count):
    library = sysconfig.get_path("stdlib")
    names = [name for name in MODULES if name not in SILENT and name not in sys.modules]
    names = [name for name in names if os.path.exists(os.path.join(library, name + ".py"))]
    names.sort(key=lambda name: os.path.getsize(os.path.join(library, name + ".py")))
    chosen = names[:: max(1, len(names) // count)][:count]
    for name in chosen:
        shutil.copy2(os.path.join(library, name + ".py"), folder)
    return chosen


def in_child(action):
    """What the action returns, 'crash by signal N' or 'no end'; the action has a process for itself."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            signal.alarm(TIME_LIMIT)
            os.close(reader)
            null = os.open(os.devnull, os.O_RDWR)
            os.dup2(null, 1)
            os.dup2(null, 2)
            os.write(writer, action().encode("utf-8", "backslashreplace")[:4000])
            status = 0
        finally:
            os._exit(status)
    os.close(writer)
    answer = b""
    while piece := os.read(reader, 65536):
        answer += piece
    os.close(reader)
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        return "no end" if os.WTERMSIG(status) == signal.SIGALRM else f"crash by signal {os.WTERMSIG(status)}"
    return answer.decode() if status == 0 else f"exit {status}"


def import_and_compare(folder, name, expected):
    def action():
        sys.path.insert(0, folder)
        try:
            module = importlib.import_module(name)
            code = module.__spec__.loader.get_code(name)
        except BaseException as error:
            return f"{type(error).__name__}: {error}"
        return "right" if digest(code) == expected else "other code"
    return in_child(action)


def flip(data, rng):
    position = rng.randrange(len(data) * 8)
    damaged = bytearray(data)
    damaged[position // 8] ^= 1 << position % 8
    return bytes(damaged), f"bit {position % 8} of byte {position // 8}"


def truncate(data, rng):
    length = rng.randrange(len(data))
    return data[:length], f"the first {length} bytes"


def scramble(data, rng):
    if rng.random() < 0.3:
        return rng.randbytes(rng.randrange(200)), "random bytes"
    start = rng.randrange(16, len(data))
    noise = rng.randbytes(rng.randrange(1, 40))
    return data[:start] + noise + data[start + len(noise):], f"{len(noise)} random bytes at {start}"


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)


class Victim:
    def __init__(self, folder, bare_folder, name):
        self.folder, self.bare_folder, self.name = folder, bare_folder, name
        self.cache_file = os.path.join(folder, "__pycache__", f"{name}.{TAG}.pyc")
        self.bare_file = os.path.join(bare_folder, f"{name}.pyc")
        source = os.path.join(folder, name + ".py")
        self.code = digest(compile(read(source), source, "exec", dont_inherit=True))

    def is_importable(self):
        return import_and_compare(self.folder, self.name, self.code) == "right" and os.path.exists(self.cache_file)

    def remember(self):
        self.data = read(self.cache_file)

    def try_with_source(self, damaged):
        write(self.cache_file, damaged)
        outcome = import_and_compare(self.folder, self.name, self.code)
        if outcome == "right" and read(self.cache_file) != self.data:
            outcome = "not mended"
        write(self.cache_file, self.data)
        return outcome

    def try_known_bare_file(self, damaged):
        if not os.path.exists(self.bare_file):
            write(self.bare_file, self.data)
            import_and_compare(self.bare_folder, self.name, self.code)
        write(self.bare_file, damaged)
        outcome = import_and_compare(self.bare_folder, self.name, self.code)
        write(self.bare_file, self.data)
        return outcome

    def try_new_bare_file(self, damaged):
        folder = os.path.join(self.bare_folder, "new")
        os.mkdir(folder)
        write(os.path.join(folder, f"{self.name}.pyc"), damaged)
        outcome = import_and_compare(folder, self.name, self.code)
        shutil.rmtree(folder)
        return outcome


def classify_bare(outcome):
    if outcome == "right" or outcome.startswith("ImportError: damaged bytecode file"):
        return "ImportError or right"
    if outcome.startswith("crash") or outcome in ("no end",):
        return outcome
    return "altered code ran"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--modules", type=int, default=50)
    parser.add_argument("--lengths", type=int, default=0, help="also cut the smallest file at each length below this")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    sys.dont_write_bytecode = False
    folder, bare_folder = tempfile.mkdtemp(), tempfile.mkdtemp()
    victims = [Victim(folder, bare_folder, name) for name in copy_modules(folder, options.modules)]
    victims = [victim for victim in victims if victim.is_importable()]
    for victim in victims:
        victim.remember()
    with_source, known, new = {}, {}, {}

    def count(victim, damaged, what):
        outcome = victim.try_with_source(damaged)
        with_source[outcome] = with_source.get(outcome, 0) + 1
        if outcome != "right":
            print(f"{victim.name}, {what}: {outcome}", flush=True)
        for outcomes, attempt in ((known, victim.try_known_bare_file), (new, victim.try_new_bare_file)):
            outcome = classify_bare(attempt(damaged))
            if outcomes is new and outcome == "no end":
                outcome = "altered code ran"
            outcomes[outcome] = outcomes.get(outcome, 0) + 1
            if outcome != "ImportError or right" and not (outcomes is new and outcome == "altered code ran"):
                print(f"{victim.name} without source, {what}: {outcome}", flush=True)

    for case in range(options.cases):
        victim = victims[case % len(victims)]
        change = (flip, flip, flip, truncate, scramble)[case // len(victims) % 5]
        count(victim, *change(victim.data, rng))
    smallest = min(victims, key=lambda victim: len(victim.data))
    for length in range(min(options.lengths, len(smallest.data))):
        count(smallest, smallest.data[:length], f"the first {length} bytes")
    shutil.rmtree(folder)
    shutil.rmtree(bare_folder)
    print(f"{len(victims)} modules; with source: {with_source}; without, known: {known}; without, new: {new}")
    is_bad = set(with_source) - {"right"} or set(known) - {"ImportError or right"}
    return 1 if is_bad or set(new) - {"ImportError or right", "altered code ran"} else 0


if __name__ == "__main__":
    sys.exit(main())
