import os
import subprocess
import sys
import tempfile

folder = tempfile.mkdtemp()
for name, text in ("encodings.py", "print('not wanted')"), ("codecs.py", "1/0"), ("main.py", "print('x'.encode('cp437'), 'ü'.encode('iso8859-15'))"):
    with open(os.path.join(folder, name), "w") as file:
        file.write(text)
print(subprocess.run([sys.executable, folder + "/main.py"], capture_output=True, text=True).stdout.strip())
# expect: b'x' b'\xfc'
