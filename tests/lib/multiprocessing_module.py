# Semaphores and memory that processes share.
import mmap
import os
import _multiprocessing
import _posixshmem

name = f"/minipy-test-{os.getpid()}"
lock = _multiprocessing.SemLock(1, 1, 1, name, True)
print(lock.kind, lock.maxvalue, lock.name, lock._get_value(), lock._is_zero())  # expect: 1 1 None 1 False
print(lock.acquire(), lock.acquire(False), lock.acquire(True, 0.01), lock._count(), lock._is_mine())
# expect: True False False 1 True
lock.release()
recursive = _multiprocessing.SemLock(0, 1, 1, name, True)
with recursive, recursive:
    print(recursive._count())  # expect: 2
for bad in (lock.release, recursive.release, lambda: _multiprocessing.SemLock(5, 1, 1, name, True),
            lambda: _multiprocessing.sem_unlink(name), lambda: _posixshmem.shm_open(name, os.O_RDONLY)):
    try:
        bad()
    except Exception as e:
        print(type(e).__name__, str(e).replace(name, "NAME"))
# expect: ValueError semaphore or lock released too many times
# expect: AssertionError attempt to release recursive lock not owned by thread
# expect: ValueError unrecognized kind
# expect: FileNotFoundError [Errno 2] No such file or directory
# expect: FileNotFoundError [Errno 2] No such file or directory: 'NAME'

# Another process shares both.
descriptor = _posixshmem.shm_open(name, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
_posixshmem.shm_unlink(name)
os.ftruncate(descriptor, 16)
memory = mmap.mmap(descriptor, 16)
lock.acquire()
if os.fork() == 0:
    memory[:5] = b"child"
    lock._after_fork()
    lock.release()
    os._exit(0)
print(lock.acquire(True, 10), memory[:5])  # expect: True b'child'
os.wait()
