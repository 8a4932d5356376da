"""Edit a module in ways that its size and mtime do not show, and import it: old code must never run.

    minipy edits.py [--rounds N]
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile

OLD = (1_000_000_000, 1_000_000_000)     # long settled
ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
FUTURE = (3_000_000_000, 3_000_000_000)  # as if the clock had been set back since


class Module:
    def __init__(self):
        self.folder = tempfile.mkdtemp()
        self.path = os.path.join(self.folder, "victim.py")
        self.number = 1000
        self.stale = {}

    def write(self, path=None, times=None):
        """The next version, always of the same size."""
        self.number += 1
        path = path or self.path
        with open(path, "w") as file:
            file.write(f"X = {self.number}\n")
        if times:
            os.utime(path, times)

    def check(self, what):
        command = [sys.executable, "-S", "-c", "import victim; print(victim.X)"]
        done = subprocess.run(command, cwd=self.folder, env=ENVIRONMENT, capture_output=True, text=True)
        if done.stdout.strip() != str(self.number):
            self.stale[what] = self.stale.get(what, 0) + 1
            print(f"{what}: wanted {self.number}, got {done.stdout.strip() or done.stderr}", flush=True)


def try_edits(module):
    module.write()
    module.check("first import")
    module.write()
    module.check("within the same second")
    before = os.stat(module.path)
    times = (before.st_atime_ns, before.st_mtime_ns)
    module.write()
    os.utime(module.path, ns=times)
    module.check("mtime restored")
    other = module.path + ".new"
    module.write(other)
    os.utime(other, ns=times)
    os.replace(other, module.path)
    module.check("swapped for a file with the same mtime")
    for what, stamp in (("old", OLD), ("future", FUTURE)):
        module.write(times=stamp)
        module.check(f"{what} mtime")
        module.write(times=stamp)
        module.check(f"{what} mtime again")
    shutil.rmtree(os.path.join(module.folder, "__pycache__"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    module = Module()
    for _ in range(options.rounds):
        try_edits(module)
    shutil.rmtree(module.folder)
    print(f"{options.rounds} rounds; stale: {module.stale}")
    return 1 if module.stale else 0


if __name__ == "__main__":
    sys.exit(main())
