import os
import stat
import subprocess
import sys
import tempfile

folder = tempfile.mkdtemp()
os.chdir(folder)
os.mkdir("d")
with open("f", "w") as f:
    f.write("12345")
os.symlink("f", "l")
print(sorted(os.listdir(".")))                  # expect: ['d', 'f', 'l']
s = os.stat("f")
print(s.st_size, stat.S_ISREG(s.st_mode), s[6], len(s))  # expect: 5 True 5 10
print(sorted((e.name, e.is_dir(), e.is_symlink()) for e in os.scandir("."))[0])  # expect: ('d', True, False)
print(os.readlink(b"l"), os.path.islink("l"))   # expect: b'f' True
os.utime("f", ns=(1, 2))
print(os.stat("f").st_mtime_ns)                 # expect: 2
os.replace("f", "g")
for name in ("l", "g"):
    os.remove(name)
os.rmdir("d")
os.chdir("/")
os.rmdir(folder)
r, w = os.pipe()
pid = os.fork()
if pid == 0:
    os.write(w, b"child")
    os._exit(3)
print(os.read(r, 10), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))  # expect: b'child' 3
done = subprocess.run([sys.executable, "-c", "import sys; print(sys.argv[1]); sys.exit(4)", "x"], capture_output=True)
print(done.stdout, done.returncode)             # expect: b'x\n' 4
try:
    os.rename("/nonexistent", "/y")
except OSError as e:
    print(e)                                    # expect: [Errno 2] No such file or directory: '/nonexistent' -> '/y'
os.stat(1.5)  # raises: TypeError: stat: path should be string, bytes, os.PathLike or integer, not float
