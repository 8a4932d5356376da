# Where a limit of memory is met, MemoryError is raised: whatever the operation needs besides its result.
import subprocess
import sys

program = """
import itertools, json, resource, struct
room = 300 << 20
with open("/proc/self/statm") as file:
    limit = int(file.read().split()[0]) * resource.getpagesize() + room
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def attempt(operation):
    try:
        operation()
    except MemoryError:
        return True
    return False


print(attempt(lambda: ("a" * (room // 3)).encode("utf-32")))
print(attempt(lambda: ("\\xdf" * (room // 3)).upper()))
print(attempt(lambda: list(itertools.permutations(range(12)))))
print(attempt(lambda: struct.unpack(f"{room // 8}b", bytes(room // 8))))


class Names:
    pass


def add_names():
    names = Names()
    for i in itertools.count():
        setattr(names, "a%d" % i, i)


print(attempt(add_names))


def make_classes():
    classes = []
    while True:
        classes.append(type("A", (), {}))


print(attempt(make_classes))
print(attempt(lambda: json.dumps(["x" * 1000] * 10**6)))
print(attempt(lambda: None), len(repr(list(range(1000)))))
"""
result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
print(result.stderr, result.returncode)  # expect:  0
for line in result.stdout.splitlines():
    print(line)
# expect: True
# expect: True
# expect: True
# expect: True
# expect: True
# expect: True
# expect: True
# expect: False 4890
