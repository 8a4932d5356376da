# Files that nobody closes are closed when the collector finds them: their text is written, and their descriptors
# come back, at the latest when there are no others.
import gc
import os
import resource
import socket
import tempfile
import warnings

folder = tempfile.mkdtemp()
path = os.path.join(folder, "text")


def write():
    open(path, "w").write("written")


write()
gc.collect()
with open(path) as file:
    print(file.read())  # expect: written

soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (60, hard))


def forget_many():
    for _ in range(200):
        open(path)
        open(path, "rb")
        socket.socket()
        socket.socketpair()


forget_many()
print(len(os.listdir(folder)))  # expect: 1

held = []
try:
    while True:
        held.append(open(path, "rb", buffering=0))
except OSError as error:
    print(error.strerror)  # expect: Too many open files
held.clear()
resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")

    def forget():
        file = open(path)
        return repr(file)

    shown = forget()
    gc.collect()
    messages = [str(warning.message) for warning in caught]
    print("unclosed file " + shown in messages)  # expect: True

os.remove(path)
os.rmdir(folder)
