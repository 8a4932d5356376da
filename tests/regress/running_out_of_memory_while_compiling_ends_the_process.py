import subprocess
import sys

program = """
import resource
with open("/proc/self/statm") as file:
    used = int(file.read().split()[0]) * resource.getpagesize()
limit = used + (680 << 20)
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
try:
    compile("a = 1\\n" * (2 * 10**7), "big.py", "exec")
except MemoryError:
    print("MemoryError")
functions = []
try:
    while True:
        functions.append(lambda: 1)
except MemoryError:
    functions = None
    print("MemoryError")
"""
done = subprocess.run([sys.executable, "-S", "-c", program], capture_output=True, text=True)
print(done.returncode, done.stdout.split())  # expect: 0 ['MemoryError', 'MemoryError']
