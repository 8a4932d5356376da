# Threads that wait while the process forks are not there in the child, which must not wait for them.
import os
import threading
import time

busy = threading.Event()
threads = [threading.Thread(target=busy.wait, daemon=True) for _ in range(3)]
for thread in threads:
    thread.start()
time.sleep(0.05)

pid = os.fork()
if pid == 0:
    turns = [threading.Lock(), threading.Lock()]
    turns[1].acquire()

    def answer():
        for _ in range(200):
            turns[1].acquire()
            turns[0].release()

    turns[0].acquire()
    threading.Thread(target=answer, daemon=True).start()
    for _ in range(200):
        turns[1].release()
        turns[0].acquire()
    os._exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))  # expect: 7
busy.set()
for thread in threads:
    thread.join()
