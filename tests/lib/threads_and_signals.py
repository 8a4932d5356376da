import _thread
import os
import signal
import threading
import time

results = []
lock = threading.Lock()


def work(number):
    for _ in range(200):
        with lock:
            results.append(number)


threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(results), sorted(set(results)))       # expect: 800 [0, 1, 2, 3]

local = threading.local()
local.x = 1
seen = []
other = threading.Thread(target=lambda: seen.append(hasattr(local, "x")))
other.start()
other.join()
print(seen, local.x)                            # expect: [False] 1

rlock = threading.RLock()
with rlock, rlock:
    print(rlock._is_owned())                    # expect: True

signal.signal(signal.SIGUSR1, lambda number, frame: print("signal", number == signal.SIGUSR1))
os.kill(os.getpid(), signal.SIGUSR1)            # expect: signal True
signal.signal(signal.SIGALRM, lambda *_: print("alarm"))
signal.setitimer(signal.ITIMER_REAL, 0.05)
time.sleep(0.2)                                 # expect: alarm
try:
    _thread.interrupt_main()
    time.sleep(1)
except KeyboardInterrupt:
    print("interrupted")                        # expect: interrupted
print(lock.acquire(timeout=0.01), lock.acquire(False))  # expect: True False
lock.release()
lock.release()                                  # raises: RuntimeError: release unlocked lock
