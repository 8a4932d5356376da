"""Packs folders in every way there is, lists the archives and unpacks them again."""
import bz2
import filecmp
import gzip
import io
import lzma
import os
import runpy
import shutil
import subprocess
import sys
import tarfile
import zipfile

for folder in sys.argv[1:]:
    shutil.copytree(folder, os.path.basename(folder), ignore=shutil.ignore_patterns('__pycache__'))
folders = [os.path.basename(folder) for folder in sys.argv[1:]]


def program(*arguments):
    result = subprocess.run([sys.executable, *arguments], capture_output=True, text=True)
    print(arguments, result.returncode, result.stdout, result.stderr, sep='\n')


for mode in '', 'gz', 'bz2', 'xz':
    name = 'all.tar' + mode
    with tarfile.open(name, 'w:' + mode, format=tarfile.PAX_FORMAT) as archive:
        for folder in folders:
            archive.add(folder)
    with tarfile.open(name) as archive:
        print(name, [(member.name, member.size, member.type, oct(member.mode)) for member in archive])
        archive.extractall('from_' + mode)
    for folder in folders:
        comparison = filecmp.dircmp(folder, os.path.join('from_' + mode, folder))
        comparison.report_full_closure()
program('-m', 'tarfile', '-l', 'all.targz')
program('-m', 'tarfile', '-t', 'all.tarxz')
program('-m', 'tarfile', '-e', 'missing.tar')
for compression in zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA:
    with zipfile.ZipFile('all.zip', 'w', compression) as archive:
        for folder in folders:
            for path, _, names in sorted(os.walk(folder)):
                for name in sorted(names):
                    archive.write(os.path.join(path, name))
        archive.writestr('__main__.py', 'import json.tool, sys\nprint(json.__file__, __file__, __name__)\n')
    print(os.path.getsize('all.zip'))
    with zipfile.ZipFile('all.zip') as archive:
        print(archive.testzip(), len(archive.namelist()), archive.infolist()[3].filename, archive.infolist()[3].CRC)
program('-m', 'zipfile', '-t', 'all.zip')
program('-m', 'zipfile', '-e', 'all.zip', 'unpacked')
program('-m', 'zipfile', '-l', 'nothing.zip')
program('all.zip')
program('-m', 'zipapp', 'json', '-m', 'tool:main', '-o', 'tool.pyz')
program('-m', 'gzip', '--best', 'json/scanner.py')
print(gzip.open('json/scanner.py.gz').read() == open('json/scanner.py', 'rb').read())
data = open(folders[0] + '/__init__.py', 'rb').read()
print([len(module.compress(data)) for module in (bz2, lzma)], len(gzip.compress(data, mtime=0)))
