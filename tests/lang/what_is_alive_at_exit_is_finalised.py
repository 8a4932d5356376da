# Objects that only modules or cycles hold get their __del__ when the program ends, and generators are closed.
import sys


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print(self.name)


cycle = [Noisy("in a cycle of __main__")]
cycle.append(cycle)


def generator():
    try:
        yield
    finally:
        print("a generator")


holder = type(sys)("holder")
sys.modules["holder"] = holder


def fill():
    global waiting
    waiting = generator()
    next(waiting)


if len(sys.argv) > 1:
    fill()
else:
    import subprocess

    run = subprocess.run([sys.executable, __file__, "again"], capture_output=True, text=True)
    print(sorted(run.stdout.splitlines()))  # expect: ['a generator', 'in a cycle of __main__']
    cycle.clear()  # expect: in a cycle of __main__
