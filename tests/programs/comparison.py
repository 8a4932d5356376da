"""Runs programs under two interpreters and tells where they disagree.

A case is a command line after the interpreter's name. Both interpreters run it in a folder of their own with the
same environment; standard output, exit status and, where it is stable, standard error must be equal.
"""
import dataclasses
import difflib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

REFERENCE = '/usr/bin/python3.11'
HERE = os.path.dirname(os.path.abspath(__file__))

# What differs from run to run or names the interpreter itself.
ALWAYS = [
    (re.compile(r'0x[0-9a-f]{6,16}'), '0xADDRESS'),
    (re.compile(r'\.(cpython|minipy)-311\b'), '.TAG'),
    (re.compile(r'/\S*/python3\.11\b'), 'INTERPRETER'),
]
TIMES = [
    (re.compile(r'\b\d+(\.\d+)?(e[-+]?\d+)? ?(nsec|usec|msec|sec|s|seconds)\b'), 'TIME'),
    (re.compile(r'\b\d+ loops?\b'), 'N loops'),
    (re.compile(r'TIME( \(\d+:\d\d:\d\d\))'), 'TIME'),
]


@dataclasses.dataclass
class Case:
    name: str
    arguments: str              # as a shell would split them; {name} is filled in from `places`
    stdin: str = ''             # a file, or nothing
    stable_errors: bool = True  # compare standard error too
    times: bool = False         # its output holds measured times
    produces: bool = False      # compare the files it leaves in its folder as well
    quick: bool = False         # belongs to the part that runs with all other tests
    environment: dict = dataclasses.field(default_factory=dict)
    time_limit: int = 120


@dataclasses.dataclass
class Outcome:
    status: int | None
    output: str
    errors: str
    files: dict
    seconds: float


def normalized(text, case, folder):
    text = text.replace(folder, 'FOLDER')
    for pattern, replacement in ALWAYS + (TIMES if case.times else []):
        text = pattern.sub(replacement, text)
    return text


def left_files(folder):
    found = {}
    for path, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            full = os.path.join(path, name)
            with open(full, 'rb') as file:
                content = file.read()
            relative = re.sub(r'\.(cpython|minipy)-311\b', '.TAG', os.path.relpath(full, folder))
            found[relative] = content.replace(folder.encode(), b'FOLDER')
    return found


def run(interpreter, case, places):
    folder = tempfile.mkdtemp(prefix='programs-')
    arguments = [word.format_map(places | {'here': folder}) for word in shlex.split(case.arguments)]
    environment = {'PATH': '/usr/bin:/bin', 'HOME': folder, 'LANG': 'C.UTF-8', 'TZ': 'UTC', 'PYTHONHASHSEED': '0',
                   'COLUMNS': '100', 'PYTHONDONTWRITEBYTECODE': '1', 'TMPDIR': folder, **case.environment}
    start = time.monotonic()
    with open(case.stdin.format_map(places) or os.devnull, 'rb') as stdin:
        process = subprocess.Popen([interpreter, *arguments], stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   cwd=folder, env=environment, start_new_session=True)
        try:
            output, errors = process.communicate(timeout=case.time_limit)
            status = process.returncode
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            output, errors = process.communicate()
            status = None
    seconds = time.monotonic() - start
    files = left_files(folder) if case.produces else {}
    shutil.rmtree(folder, ignore_errors=True)
    decode = lambda data: normalized(data.decode('utf-8', 'backslashreplace'), case, folder)
    return Outcome(status, decode(output), decode(errors), files, seconds)


def text_difference(kind, expected, found, limit=12):
    if expected == found:
        return []
    lines = difflib.unified_diff(expected.splitlines()[:20000], found.splitlines()[:20000], 'expected', 'found', 'n', '', n=1)
    shown = [line[:300] for _, line in zip(range(limit), lines)]
    return [f'  {kind} differs:'] + ['    ' + line for line in shown[2:]]


def differences(case, expected, found):
    report = []
    if expected.status != found.status:
        words = {None: 'time limit'}
        report.append(f'  status: {words.get(expected.status, expected.status)} expected, '
                      f'{words.get(found.status, found.status)} found')
    report += text_difference('stdout', expected.output, found.output)
    if case.stable_errors or report:
        report += text_difference('stderr', expected.errors, found.errors)
    for name in sorted(expected.files.keys() | found.files.keys()):
        if expected.files.get(name) != found.files.get(name):
            report.append(f'  file {name} differs')
    return report


def compare(interpreter, cases, places, jobs, verbose=False):
    """Runs all cases; returns the number of those that differ. Tells which took more than twice as long."""
    def both(case):
        return case, run(REFERENCE, case, places), run(same_name, case, places)

    # Programs see the name they were started by: it is the same for both.
    folder = tempfile.mkdtemp(prefix='interpreter-')
    same_name = os.path.join(folder, os.path.basename(REFERENCE))
    os.symlink(interpreter, same_name)

    failed = 0
    slow = []
    with ThreadPoolExecutor(jobs) as pool:
        for case, expected, found in pool.map(both, cases):
            report = differences(case, expected, found)
            failed += bool(report)
            if report or verbose:
                print(f'{"DIFFERS" if report else "same"}: {case.name}   ({expected.seconds:.1f} s, {found.seconds:.1f} s)')
                print('\n'.join(report), flush=True)
            if found.seconds > 2 * expected.seconds and found.seconds > 1:
                slow.append((found.seconds / expected.seconds, case.name, expected.seconds, found.seconds))
    shutil.rmtree(folder)
    for ratio, name, expected_seconds, found_seconds in sorted(slow, reverse=True):
        print(f'slow: {name} takes {found_seconds:.1f} s, {ratio:.1f} times the reference')
    print(f'{len(cases) - failed} of {len(cases)} programs agree')
    return failed


def main(cases_of, places, description):
    import argparse
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument('interpreter')
    parser.add_argument('--quick', action='store_true', help='only the part that runs with all other tests')
    parser.add_argument('--only', default='', help='a regular expression that names must contain')
    parser.add_argument('--jobs', type=int, default=os.cpu_count())
    parser.add_argument('--verbose', action='store_true')
    options = parser.parse_args()
    cases = [case for case in cases_of(options.quick) if re.search(options.only, case.name)]
    if options.quick:
        cases = [case for case in cases if case.quick]
    sys.exit(1 if compare(os.path.abspath(options.interpreter), cases, places, options.jobs, options.verbose) else 0)
