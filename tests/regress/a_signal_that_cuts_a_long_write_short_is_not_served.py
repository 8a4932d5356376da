import os
import signal


class Stop(Exception):
    pass


def stop(number, frame):
    raise Stop


signal.signal(signal.SIGALRM, stop)
reading, writing = os.pipe()
with open(writing, "wb", closefd=False) as file:
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        file.write(b"x" * (1 << 22))  # far more than the pipe holds, and nobody reads
    except Stop:
        print("stopped")  # expect: stopped
    signal.setitimer(signal.ITIMER_REAL, 0)
    os.set_blocking(reading, False)
    while True:
        try:
            if not os.read(reading, 1 << 16):
                break
        except BlockingIOError:
            break
