# In the report of a syntax error, and in a traceback that C++ prints.
import os
import subprocess
import sys
import tempfile


def shown(encoding, code):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "script.py")
        with open(path, "w", encoding=encoding) as file:
            file.write(f"# -*- coding: {encoding} -*-\n{code}\n")
        run = subprocess.run([sys.executable, "-X", "utf8", path], capture_output=True, encoding="utf-8")
    return ascii(run.stderr.splitlines()[2 if "Traceback" in run.stderr else 1].strip())


print(shown("cp437", "'óó' + f(4, x for x in y)"))  # expect: "'\xf3\xf3' + f(4, x for x in y)"
print(shown("latin-1", "'¢' + $"))  # expect: "'\xa2' + $"
print(shown("latin-1", "'¢' + missing"))  # expect: "'\xa2' + missing"
print(shown("koi8-r", "missing['ж']"))  # expect: "missing['\u0436']"
print(shown("utf-8", "missing['ж']"))  # expect: "missing['\u0436']"
