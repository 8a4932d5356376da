# `-m cache`, compileall, zipapps and the size of the private store.
import json
import os
import subprocess
import sys
import tempfile
import zipfile

folder = tempfile.mkdtemp()
store = os.path.join(folder, "store")
os.mkdir(store)
environment = {"XDG_CACHE_HOME": store, "PATH": os.environ["PATH"]}


def write(name, contents):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb" if isinstance(contents, bytes) else "w") as file:
        file.write(contents)
    return path


def run(*arguments, **more):
    done = subprocess.run([sys.executable, "-S", *arguments], cwd=folder, env={**environment, **more},
                          capture_output=True, text=True, timeout=120)
    return done.returncode, (done.stdout + done.stderr).replace(folder, "...")


def files(path):
    return sorted(name for _, _, names in os.walk(os.path.join(folder, path)) for name in names)


write("tree/a.py", "'''Doc.'''\nassert True\n")
write("tree/package/b.py", "x = 1\n")
print(run("-m", "compileall", "-q", "-j", "2", "-o", "0", "-o", "2", "tree"))  # expect: (0, '')
print(files("tree"))  # expect: ['a.minipy-311.opt-2.pyc', 'a.minipy-311.pyc', 'a.py', 'b.minipy-311.opt-2.pyc', 'b.minipy-311.pyc', 'b.py']
print(run("-m", "compileall", "-q", "-f", "--invalidation-mode", "checked-hash", "tree"))  # expect: (0, '')
print(run("-m", "cache", "verify", "tree"))  # expect: (0, '4 cache files, 0 bad\n')

# Each command can speak JSON.
damaged = os.path.join(folder, "tree", "__pycache__", "a.minipy-311.pyc")
with open(damaged, "rb") as file:
    write(damaged, file.read()[:70])
status, text = run("-m", "cache", "verify", "--json", "tree")
found = json.loads(text)
print(status, found["files"], [(bad["file"], bad["outcome"]) for bad in found["bad"]])  # expect: 1 4 [('tree/__pycache__/a.minipy-311.pyc', 'damaged')]
text = run("-m", "cache", "why", "--json", "tree/a.py")[1]
print([report["outcome"] for report in json.loads(text)])  # expect: ['compile', 'compile']
os.unlink(os.path.join(folder, "tree", "package", "b.py"))
found = json.loads(run("-m", "cache", "gc", "--json", "tree")[1])
print([row["file"] for row in found["removed"]])  # expect: ['tree/package/__pycache__/b.minipy-311.opt-2.pyc', 'tree/package/__pycache__/b.minipy-311.pyc']
print(found["left_over"])  # expect: ['tree/package']

# What is not there is an error; a package is looked at as the module it is.
print(run("-m", "cache", "verify", "nowhere")[0], run("-m", "cache", "why", "nowhere")[0])  # expect: 2 1
write("tree/whole/__init__.py", "")
print(run("-m", "cache", "why", "whole", PYTHONPATH=os.path.join(folder, "tree"))[1].splitlines()[0])  # expect: import .../tree/whole/__init__.py: compile .../tree/whole/__init__.py
print(run("-m", "parity", "nowhere", "--with", sys.executable))  # expect: (1, "parity: there is no 'nowhere'\n")
print(run("-m", "parity", "tree", "--with", "./nobody"))  # expect: (1, "parity: [Errno 2] No such file or directory: './nobody'\n")

# Files without sources are looked at too.
write("bare/c.py", "x = 'some text'\n")
run("-m", "compileall", "-q", "-b", "bare")
os.unlink(os.path.join(folder, "bare", "c.py"))
print(run("-m", "cache", "verify", "bare"))  # expect: (0, '1 cache files, 0 bad\n')
with open(os.path.join(folder, "bare", "c.pyc"), "rb+") as file:
    contents = file.read().replace(b"some text", b"some test")
    file.seek(0)
    file.write(contents)
print(run("-m", "cache", "ls", "bare")[1].split()[0])  # expect: damaged
print(run("-m", "cache", "verify", "bare"))  # expect: (1, 'bare/c.pyc: damaged (code: damaged bytecode file bare/c.pyc, offset 16: not the bytes that were written (checksum))\n1 cache files, 1 bad\n')

# Main scripts and modules of archives are in the store after the first run.
filler = "# filler\n" * 300
with zipfile.ZipFile(os.path.join(folder, "app.zip"), "w") as archive:
    archive.writestr("__main__.py", "import helper\nprint(helper.x)\n" + filler)
    archive.writestr("helper.py", "x = 5\n" + filler)
print(run("app.zip"))  # expect: (0, '5\n')
run("-X", f"cachelog={folder}/log", "app.zip")
with open(os.path.join(folder, "log")) as file:
    print(sorted({"".join(line.split()[1:3]) for line in file if "app.zip" in line}))  # expect: ['app.zip/__main__.py:read', 'app.zip/helper.py:read']

# Beyond the limit what was not used for longest goes first.
for number in range(8):
    write("script.py", f"print({number})\n" + "".join(f"name{i} = 'some text {i} {number}'\n" for i in range(6000)))
    run("script.py")
entries = [os.path.join(path, name) for path, _, names in os.walk(store) for name in names]
large = sorted((entry for entry in entries if os.path.getsize(entry) > 100_000), key=os.path.getmtime)
print(len(large))  # expect: 8
for age, entry in enumerate(large):
    os.utime(entry, (2_000_000_000 - age,) * 2)  # the first one was used last
run("-m", "cache", "gc", MINIPY_CACHE_LIMIT="1")
left = [age for age, entry in enumerate(large) if os.path.exists(entry)]
print(left == list(range(len(left))), 0 < len(left) < 8)  # expect: True True
print(sum(os.path.getsize(entry) for entry in entries if os.path.exists(entry)) < 1 << 20)  # expect: True
