"""Compare the .pyc files that an interpreter would write with those that another has installed.

    minipy compare_pyc.py [FOLDER...]

For every NAME.cpython-311[.opt-N].pyc below the folders (the standard library's by default) the source is
compiled and the whole file, header included, compared byte by byte. Exit status 1 if one differs.
"""

import importlib.util
import marshal
import os
import sys
import warnings

FOLDERS = ["/usr/lib/python3.11", "/usr/lib/python3/dist-packages"]
HEADER_SIZE = 16


def installed_files(folders):
    for folder in folders:
        for parent, children, names in os.walk(folder):
            children.sort()
            for name in sorted(names):
                if name.endswith(".pyc") and ".cpython-311." in name:
                    yield os.path.join(parent, name)


def source_and_optimization(path):
    parent, name = os.path.split(path)
    stem, tail = name.split(".cpython-311.")
    optimization = int(tail[4]) if tail.startswith("opt-") else 0
    return os.path.join(os.path.dirname(parent), stem + ".py"), optimization


def expected_file(source_path, optimization, header):
    """The file as it must be; the header's flags are taken over, its stamp is not."""
    with open(source_path, "rb") as file:
        source = file.read()
    code = compile(source, source_path, "exec", dont_inherit=True, optimize=optimization)
    flags = header[4:8]
    if flags[0] & 1:
        stamp = importlib.util.source_hash(source)
    else:
        status = os.stat(source_path)
        stamp = (int(status.st_mtime) & 0xFFFFFFFF).to_bytes(4, "little")
        stamp += (status.st_size & 0xFFFFFFFF).to_bytes(4, "little")
    return importlib.util.MAGIC_NUMBER + flags + stamp + marshal.dumps(code)


def first_difference(left, right):
    for offset, (a, b) in enumerate(zip(left, right)):
        if a != b:
            return offset
    return min(len(left), len(right))


def main():
    warnings.simplefilter("ignore")
    compared = different = 0
    for path in installed_files(sys.argv[1:] or FOLDERS):
        source_path, optimization = source_and_optimization(path)
        if not os.path.exists(source_path):
            continue
        with open(path, "rb") as file:
            installed = file.read()
        compared += 1
        made = expected_file(source_path, optimization, installed[:HEADER_SIZE])
        if made != installed:
            different += 1
            print(f"{path}: differs at byte {first_difference(made, installed)}"
                  f" ({len(made)} bytes, installed {len(installed)})")
    print(f"{compared} files compared, {different} different")
    return 1 if different or not compared else 0


if __name__ == "__main__":
    sys.exit(main())
