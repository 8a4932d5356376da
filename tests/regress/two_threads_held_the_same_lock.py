# A thread that asked for a lock just when it was given back took it together with one that had waited.
import sys
import threading
import time

sys.setswitchinterval(1e-6)
lock = threading.Lock()
inside = 0
both = 0


def work():
    global inside, both
    for _ in range(1000):
        with lock:
            inside += 1
            if inside != 1:
                both += 1
            time.sleep(0)
            inside -= 1


threads = [threading.Thread(target=work) for _ in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(both, inside)  # expect: 0 0
