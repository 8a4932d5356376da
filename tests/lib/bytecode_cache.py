# What becomes of cache files: read, mended, distrusted, kept in the private store.
import os
import shutil
import subprocess
import sys
import tempfile

folder = tempfile.mkdtemp()
store = os.path.join(folder, "store")
environment = {"XDG_CACHE_HOME": store, "PATH": os.environ["PATH"]}
os.mkdir(store)


def write(name, contents):
    path = os.path.join(folder, name)
    with open(path, "wb" if isinstance(contents, bytes) else "w") as file:
        file.write(contents)
    return path


def run(*arguments):
    command = [sys.executable, "-S", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    lines = (done.stdout + done.stderr).strip().splitlines()
    return lines[-1].replace(folder, "...") if lines else ""


def logged():
    log = os.path.join(folder, "log")
    run("-X", f"cachelog={log}", "-c", "import m")
    with open(log) as file:
        lines = [line.strip() for line in file if "/m.py" in line]
    os.unlink(log)
    return lines[-1].split(": ", 2)[2].split(" (")[0].replace(folder, "...")


write("m.py", "value = 'old'\n")
print(logged())  # expect: compiled and written to .../__pycache__/m.minipy-311.pyc
print(logged())  # expect: read .../__pycache__/m.minipy-311.pyc

# An edit that size and time do not show.
before = os.stat(os.path.join(folder, "m.py"))
write("m.py", "value = 'new'\n")
os.utime(os.path.join(folder, "m.py"), ns=(before.st_atime_ns, before.st_mtime_ns))
print(run("-c", "import m; print(m.value)"))  # expect: new

# A constant that was changed in the cache file; then a file that is cut off.
cached = os.path.join(folder, "__pycache__", "m.minipy-311.pyc")
with open(cached, "rb") as file:
    whole = file.read()
write(cached, whole.replace(b"new", b"bad"))
print(run("-c", "import m; print(m.value)"), open(cached, "rb").read() == whole)  # expect: new True
write(cached, whole[:60])
print(run("-c", "import m; print(m.value)"), open(cached, "rb").read() == whole)  # expect: new True
print(run("-m", "cache", "verify", "."))  # expect: 1 cache files, 0 bad

# Without a source damage is an ImportError that says where.
write("bare.pyc", whole[:60])
print(run("-c", "import bare"))  # expect: ImportError: damaged bytecode file .../bare.pyc, offset 60: EOF read where object expected
write("bare.pyc", whole)
print(run("-c", "import bare; print(bare.value)"))  # expect: new
# A constant that was changed in a file that is known; a new file in its place is none of ours.
write("bare.pyc", whole.replace(b"new", b"bad"))
print(run("-c", "import bare"))  # expect: ImportError: damaged bytecode file .../bare.pyc, offset 16: not the bytes that were written (checksum)
os.replace(write("other.pyc", whole.replace(b"new", b"own")), os.path.join(folder, "bare.pyc"))
print(run("-c", "import bare; print(bare.value)"))  # expect: own
# What py_compile writes is known from the start, also after everything else is gone.
run("-c", "import py_compile; py_compile.compile('m.py', 'written.pyc')")
shutil.rmtree(os.path.join(folder, "__pycache__"))
with open(os.path.join(folder, "written.pyc"), "rb") as file:
    whole = file.read()
write("written.pyc", whole.replace(b"new", b"bad"))
print(run("-c", "import written"))  # expect: ImportError: damaged bytecode file .../written.pyc, offset 16: not the bytes that were written (checksum)
write("written.pyc", whole)
print(run("-c", "import written; print(written.value)"))  # expect: new

# Main scripts go to the private store, unless the compiler warns about them.
write("script.py", "print(__file__[-9:])\n" + "# filler\n" * 200)
print([run("script.py"), len(os.listdir(os.path.join(store, "minipy", "code")))])  # expect: ['script.py', 1]
print(oct(os.stat(os.path.join(store, "minipy")).st_mode & 0o777))  # expect: 0o700
os.rename(os.path.join(folder, "script.py"), os.path.join(folder, "moved1.py"))
print([run("moved1.py"), len(os.listdir(os.path.join(store, "minipy", "code")))])  # expect: ['moved1.py', 1]
write("warning.py", "1 is 1\n" + "# filler\n" * 200)
print([run("warning.py") and len(os.listdir(os.path.join(store, "minipy", "code")))])  # expect: [1]
