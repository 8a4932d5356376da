"""CPython's own tests against a ledger of known failures.

    python3 tests/conformance/run.py --interpreter build/minipy [--update | --crashes] [GROUP or FILE...]

groups.txt names the files, known_failures.txt the cases that fail, each with its reason. The run is red when a
case fails that is not listed, when a listed one passes, or when fewer cases pass than the ledger says (some
were skipped or not found). With --update the ledger is rewritten from what happened; reasons are kept.
With --crashes only cases that end the process or never end count: sanitizers slow programs down and leave
copies of pointers on the stack, which fails tests of time and of collection.
"""
import argparse
import os
import queue
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
LEDGER = os.path.join(HERE, "known_failures.txt")
LIBRARY = os.environ.get("MINIPY_STDLIB", "/usr/lib/python3.11")
NEW = "not yet"
EITHER = "either"  # begins the reason of a case that may pass or fail


def read_groups():
    groups, current = {}, None
    with open(os.path.join(HERE, "groups.txt"), encoding="utf-8") as file:
        for line in file:
            line = line.split("#")[0].strip()
            if line.startswith("["):
                current = groups[line.strip("[]")] = []
            elif line:
                current.extend(line.split())
    return groups


class Ledger:
    """For each file how many cases pass, and the reasons of those that fail."""

    def __init__(self):
        self.passes, self.failures = {}, {}
        if not os.path.exists(LEDGER):
            return
        with open(LEDGER, encoding="utf-8") as file:
            for line in file:
                if line.startswith("#") or not line.strip():
                    continue
                heading = re.match(r"\[(\S+)\] (\d+) pass", line)
                if heading:
                    name = heading[1]
                    self.passes[name], self.failures[name] = int(heading[2]), {}
                else:
                    case, _, reason = line.strip().partition("  ")
                    self.failures[name][case] = reason.strip()

    def save(self):
        with open(LEDGER, encoding="utf-8") as file:
            heading = "".join(line for line in file if line.startswith("#"))
        with open(LEDGER, "w", encoding="utf-8") as file:
            file.write(heading)
            for name in sorted(self.passes):
                file.write(f"\n[{name}] {self.passes[name]} pass\n")
                for case, reason in sorted(self.failures[name].items()):
                    file.write(f"{case}  {reason}\n")


class Run:
    """One file: {case: outcome}. A crash or a hang costs the case that was running; the rest is taken up again."""

    def __init__(self, options, name):
        self.options, self.name = options, name
        self.outcomes, self.running, self.ended = {}, None, False
        self.folder = tempfile.mkdtemp(prefix="conformance-")

    def read_report(self, path):
        self.running = None
        if not os.path.exists(path):
            return
        with open(path, encoding="utf-8") as file:
            for line in file:
                kind, _, case = line.rstrip("\n").partition(" ")
                if kind == ">":
                    self.running = case
                elif kind == "end":
                    self.ended = True
                else:
                    self.outcomes[case] = kind
                    self.running = None

    def once(self):
        report, done = os.path.join(self.folder, "report"), os.path.join(self.folder, "done")
        with open(done, "w", encoding="utf-8") as file:
            file.write("\n".join(self.outcomes))
        work = tempfile.mkdtemp(dir=self.folder)
        command = [self.options.interpreter, "-u", os.path.join(HERE, "case_runner.py"), "test." + self.name, report, done]
        child = subprocess.Popen(command, cwd=work, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            child.wait(timeout=self.options.time_limit)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, 9)
            child.wait()
        self.read_report(report)
        os.remove(report) if os.path.exists(report) else None
        if not self.ended and self.running:
            self.outcomes[self.running] = "crash"
            return True
        return False

    def all(self):
        try:
            while self.once():
                pass
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
        return self


def crashes(run):
    for case, outcome in run.outcomes.items():
        if outcome == "crash":
            yield f"{run.name}: {case} ends the process or never ends"
    if not run.ended:
        yield f"{run.name}: did not come to its end"


def failures(run):
    return {case for case, outcome in run.outcomes.items() if outcome in ("fail", "crash")}


def complaints(run, ledger):
    passes = sum(outcome == "pass" for outcome in run.outcomes.values())
    failed = failures(run)
    known = ledger.failures.get(run.name, {})
    firm = {case for case, reason in known.items() if not reason.startswith(EITHER)}
    for case in sorted(failed - set(known)):
        yield f"{run.name}: {case} fails and is not listed"
    for case in sorted(firm - failed):
        if run.outcomes.get(case) == "pass":
            yield f"{run.name}: {case} is listed and passes"
    if not run.ended:
        yield f"{run.name}: did not come to its end"
    loose = len(known) - len(firm)
    expected = ledger.passes.get(run.name, 0)
    if passes + loose < expected:
        yield f"{run.name}: {passes} pass, {expected} are expected"


def record(run, ledger):
    passes = sum(outcome == "pass" for outcome in run.outcomes.values())
    before = ledger.failures.get(run.name, {})
    loose = {case: reason for case, reason in before.items() if reason.startswith(EITHER) and case in run.outcomes}
    failed = {case: before.get(case, NEW) for case in failures(run)}
    ledger.passes[run.name] = passes
    ledger.failures[run.name] = {**failed, **loose}


def run_files(options, names):
    waiting, done = queue.Queue(), queue.Queue()
    for name in names:
        waiting.put(name)

    def work():
        while True:
            try:
                name = waiting.get_nowait()
            except queue.Empty:
                return
            done.put(Run(options, name).all())

    for _ in range(options.jobs):
        threading.Thread(target=work, daemon=True).start()
    for _ in names:
        yield done.get()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interpreter", required=True, type=os.path.abspath)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--time-limit", type=float, default=300)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--crashes", action="store_true")
    parser.add_argument("names", nargs="*", default=["language", "builtins", "import"])
    options = parser.parse_args()
    groups = read_groups()
    if not os.path.isdir(os.path.join(LIBRARY, "test")):
        print("0 passed, 0 failed: CPython's tests are not installed")
        return 77
    names = list(dict.fromkeys(file for name in options.names for file in groups.get(name, [name])))
    ledger, red, started = Ledger(), [], time.monotonic()
    passed = failed = 0
    for run in run_files(options, names):
        passed += sum(outcome == "pass" for outcome in run.outcomes.values())
        failed += len(failures(run))
        found = list(crashes(run) if options.crashes else complaints(run, ledger))
        red.extend(found)
        if options.update:
            record(run, ledger)
        else:
            print("\n".join(found), end="\n" if found else "", flush=True)
    if options.update:
        ledger.save()
    print(f"{len(names)} files in {time.monotonic() - started:.0f} s, {len(red)} complaints")
    print(f"{passed} passed, {failed} failed")
    return 0 if options.update or not red else 1


if __name__ == "__main__":
    sys.exit(main())
