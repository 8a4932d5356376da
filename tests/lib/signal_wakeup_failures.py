# What cannot be written to the wakeup descriptor is told, like an exception that cannot be raised.
import os
import signal
import socket
import sys

sys.stderr = sys.stdout
sys.unraisablehook = lambda unraisable: print(unraisable.err_msg, type(unraisable.exc_value).__name__)
signal.signal(signal.SIGUSR1, lambda number, frame: print("handled"))
reading, writing = os.pipe()
os.set_blocking(reading, False)
os.set_blocking(writing, False)
signal.set_wakeup_fd(reading)
signal.raise_signal(signal.SIGUSR1)
# expect: Exception ignored when trying to write to the signal wakeup fd:
# expect: None OSError
# expect: handled

try:
    while True:
        os.write(writing, b"-" * 4096)
except BlockingIOError:
    pass
signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
signal.raise_signal(signal.SIGUSR1)  # expect: handled
signal.set_wakeup_fd(writing)
signal.raise_signal(signal.SIGUSR1)
# expect: Exception ignored when trying to write to the signal wakeup fd:
# expect: None BlockingIOError
# expect: handled
signal.set_wakeup_fd(-1)

# A socket that is bound to no name gets an abstract one.
with socket.socket(socket.AF_UNIX) as unnamed:
    unnamed.bind("")
    print(len(unnamed.getsockname()), unnamed.getsockname()[:1])  # expect: 6 b'\x00'
