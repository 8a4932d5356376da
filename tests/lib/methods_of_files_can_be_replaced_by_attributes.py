# Files that open() returns have attributes of their own; one of them may hide a method.
import os
import sys
import tempfile

path = os.path.join(tempfile.mkdtemp(), "file")
with open(path, "w") as file:
    written = []
    print("plain", file=file)
    file.write = written.append
    print("one", 2, file=file)
    file.writelines(["three"])
    del file.write
    print("plain again", file=file)
print(written)  # expect: ['one', ' ', '2', '\n', 'three']
with open(path) as file:
    print(next(file), end="")  # expect: plain
    file.readline = lambda: "from the attribute"
    print(next(file), end="")  # expect: plain again
    print(file.readline())  # expect: from the attribute
    del file.readline
    print([line for line in file])  # expect: []
    file.anything = 1
    file.seek(0)
    print(len(list(file)), file.readline() == "")  # expect: 2 True
collected = []
real, sys.stdout.write = sys.stdout.write, collected.append
print("caught")
del sys.stdout.write
print(collected)  # expect: ['caught', '\n']
