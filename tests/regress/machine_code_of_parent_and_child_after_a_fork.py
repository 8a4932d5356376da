# The memory for machine code is shared with the child: neither may write where the other's code lies.
import os


def make(number):
    namespace = {}
    exec(f"def f(n):\n    total = {number}\n    for i in range(n):\n        total += i % {number + 2}\n    return total", namespace)
    return namespace["f"]


def results(first):
    return [make(first + i)(5000) for i in range(40)]


before = make(7)
expected = before(5000)
reader, writer = os.pipe()
child = os.fork()
mine = results(1000 if child else 2000)
again = before(5000) == expected
grandchild_agrees = True
if not child:
    grandchild = os.fork()
    if not grandchild:
        os._exit(results(3000) != results(3000))
    grandchild_agrees = os.waitpid(grandchild, 0)[1] == 0
    os.write(writer, repr((again, grandchild_agrees, mine == results(2000))).encode())
    os._exit(0)
os.waitpid(child, 0)
print(os.read(reader, 100).decode())  # expect: (True, True, True)
print(again, mine == results(1000), mine[:2])  # expect: True True [2498540, 2498591]
