"""Text that looks like Python through parser, compiler and interpreter: an exception at worst.

    python3 source_fuzzer.py --interpreter build-asan/minipy [--seconds N] [--seed N] [--jobs N] [--findings FOLDER]

Programs come from source_mutations.py and run in batches (source_runner.py), a process each with limits of time
and memory. A program that ends its process is kept in FOLDER, with its batch and what the process said; one that
cannot be interrupted (10**10**9 in CPython, too) is only counted and kept.
"""

import argparse
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

from source_mutations import Generator, read_pieces

HERE = os.path.dirname(os.path.abspath(__file__))
LIBRARY = os.environ.get("MINIPY_STDLIB", "/usr/lib/python3.11")
BATCH = 50
FILES = 12           # of the library's tests, for so many
BATCHES_OF_FILES = 8
CASE_SECONDS = 8     # for one program that does not listen to its alarm
HEAP_MEGABYTES = 700
SANITIZER = "hard_rss_limit_mb=3000:allocator_may_return_null=1:detect_leaks=0:detect_stack_use_after_return=0"


class Tally:
    def __init__(self, folder):
        self.folder = folder
        self.lock = threading.Lock()
        self.programs = self.crashes = self.endless = self.out_of_memory = 0
        os.makedirs(folder, exist_ok=True)

    def add_finding(self, kind, programs, number, said):
        with self.lock:
            setattr(self, kind, getattr(self, kind) + 1)
            if kind == "out_of_memory":
                return
            name = os.path.join(self.folder, f"{kind}-{os.getpid()}-{self.programs}-{number}")
            with open(name + ".py", "w", encoding="utf-8", errors="surrogatepass") as file:
                file.write(programs[number])
            with open(name + ".batch.json", "w", encoding="utf-8") as file:
                json.dump(programs[:number + 1], file)
            with open(name + ".txt", "w", encoding="utf-8") as file:
                file.write(said)
            lines = [line for line in said.splitlines() if "ERROR:" in line or "runtime error" in line or "SUMMARY" in line]
            print(f"{kind}: {name}.py {lines[-1] if lines else said[-200:]}", flush=True)


def limits():
    os.setpgid(0, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 24, 1 << 24))


class Batch:
    """One process after the other, until every program of the batch has had its turn."""

    def __init__(self, options, tally, programs):
        self.options, self.tally, self.programs = options, tally, programs
        self.folder = tempfile.mkdtemp(prefix="source-fuzzer-")
        self.progress = os.path.join(self.folder, "progress")

    def number(self):
        try:
            with open(self.progress, encoding="utf-8") as file:
                return int(file.read() or 0)
        except (OSError, ValueError):
            return 0

    def wait(self, child):
        """The return code; None if one program took too long."""
        seen, since = None, time.monotonic()
        while True:
            try:
                return child.wait(timeout=0.25)
            except subprocess.TimeoutExpired:
                pass
            now = self.number()
            if now != seen:
                seen, since = now, time.monotonic()
            elif time.monotonic() - since > CASE_SECONDS * self.options.patience:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
                return None

    def once(self, first):
        batch = os.path.join(self.folder, "batch.json")
        with open(batch, "w", encoding="utf-8") as file:
            json.dump(self.programs, file)
        with open(self.progress, "w", encoding="utf-8") as file:
            file.write(str(first))
        errors = os.path.join(self.folder, "errors")
        environment = {**os.environ, "GC_MAXIMUM_HEAP_SIZE": f"{HEAP_MEGABYTES}M", "ASAN_OPTIONS": SANITIZER}
        work = tempfile.mkdtemp(dir=self.folder)
        with open(errors, "wb") as sink:
            child = subprocess.Popen(
                [self.options.interpreter, os.path.join(HERE, "source_runner.py"), batch, self.progress, str(first)], cwd=work,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=sink, env=environment, preexec_fn=limits)
            status = self.wait(child)
        if status == 0:
            return len(self.programs)
        with open(errors, encoding="utf-8", errors="replace") as file:
            said = file.read()
        number = max(self.number(), first)
        kind = "endless" if status is None else "out_of_memory" if "rss limit exceeded" in said else "crashes"
        self.tally.add_finding(kind, self.programs, number, f"status {status}\n{said[-20_000:]}")
        return number + 1

    def all(self):
        first = 0
        while first < len(self.programs):
            first = self.once(first)
        shutil.rmtree(self.folder, ignore_errors=True)


def work(options, tally, seed, end):
    rng = random.Random(seed)
    while time.monotonic() < end:
        generator = Generator(list(read_pieces(os.path.join(LIBRARY, "test"), rng, FILES)), rng)
        for _ in range(BATCHES_OF_FILES):
            if time.monotonic() >= end:
                break
            programs = [generator.program() for _ in range(BATCH)]
            Batch(options, tally, programs).all()
            with tally.lock:
                tally.programs += len(programs)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interpreter", required=True, type=os.path.abspath)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--patience", type=float, default=1, help="times the limit of one program")
    parser.add_argument("--findings", default="findings", type=os.path.abspath)
    options = parser.parse_args()
    print("seed", options.seed, flush=True)
    tally, end = Tally(options.findings), time.monotonic() + options.seconds
    workers = [threading.Thread(target=work, args=(options, tally, options.seed + number, end)) for number in range(options.jobs)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(f"{tally.programs} programs, {tally.crashes} crashes, {tally.endless} without end, {tally.out_of_memory} out of memory")
    return 1 if tally.crashes else 0


if __name__ == "__main__":
    sys.exit(main())
