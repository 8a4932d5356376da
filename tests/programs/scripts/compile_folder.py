"""`compileall` on a copy of a folder; the files it leaves are compared byte by byte."""
import glob
import hashlib
import os
import shutil
import subprocess
import sys

name = os.path.basename(sys.argv[1])
shutil.copytree(sys.argv[1], name, ignore=shutil.ignore_patterns('__pycache__'))
with open(name + '/broken.py', 'w') as file:
    file.write('def f(:\n')
for options in [], ['-q'], ['-f', '-o', '2', '-o', '0'], ['-f', '--invalidation-mode', 'checked-hash'], ['-b', '-l'], ['-r', '0', '-x', 'tool'], ['-f', '-s', name, '-p', '/x']:
    result = subprocess.run([sys.executable, '-m', 'compileall', *options, name], capture_output=True, text=True)
    print(options, result.returncode, result.stdout, result.stderr, sep='\n')
    for path in sorted(glob.glob(name + '/**/*.pyc', recursive=True)):
        with open(path, 'rb') as file:
            content = file.read()
        print(path.replace(sys.implementation.cache_tag, 'TAG'), len(content), hashlib.md5(content).hexdigest())
