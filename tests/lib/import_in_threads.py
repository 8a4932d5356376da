# A thread that meets a module in the middle of its import waits for it, also if the import began before
# there was a second thread.
import os
import sys
import tempfile

folder = tempfile.mkdtemp()
sys.path.insert(0, folder)
with open(os.path.join(folder, "slow.py"), "w") as file:
    file.write("""
import threading, time
seen = []

def look():
    import slow
    seen.append(hasattr(slow, "done"))

thread = threading.Thread(target=look)
thread.start()
time.sleep(0.05)
done = True
""")
import slow
slow.thread.join()
print(slow.seen)  # expect: [True]

with open(os.path.join(folder, "shared.py"), "w") as file:
    file.write("import time\ncounter.append(1)\ntime.sleep(0.02)\n")
import builtins
import threading
builtins.counter = []
threads = [threading.Thread(target=__import__, args=("shared",)) for i in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(builtins.counter))  # expect: 1
