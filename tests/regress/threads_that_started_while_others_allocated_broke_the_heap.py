import _thread
import time


class Dying:
    count = 0

    def __init__(self):
        self.me = self
        self.weight = bytearray(2000)

    def __del__(self):
        Dying.count += 1


def allocate():
    global running
    for _ in range(20):
        Dying()
    with lock:
        running -= 1


lock = _thread.allocate_lock()
running = 0
for _ in range(500):
    with lock:
        running += 1
    _thread.start_new_thread(allocate, ())
    for _ in range(50):
        Dying()
    while running > 20:
        time.sleep(0.001)
while running:
    time.sleep(0.001)
print(Dying.count > 0)  # expect: True
