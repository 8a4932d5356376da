"""Compare the parser with CPython's, in trees and in errors.  Run it under python3.11:

    python3.11 compare_parser.py DUMP_TREE library [FOLDER]     every .py file there: trees or errors
    python3.11 compare_parser.py DUMP_TREE strings FILE...      every string in these files, as programs of all modes
    python3.11 compare_parser.py DUMP_TREE mutants SEED COUNT   statements of the library with random damage

DUMP_TREE is the program of that name (ninja dump_tree).  Every difference is shown; the exit code says if there was one.
"""
import ast
import glob
import os
import random
import re
import subprocess
import sys
import tempfile
import warnings

LIBRARY = os.path.dirname(os.__file__)
MODES = {'f': 'exec', 'i': 'single', 'e': 'eval', 't': 'func_type'}
FLAGS = {'c': 0x1000, 'd': 0x200, 'i': 0x4000, 'b': 0x400000}

# What is put into a program to break it.
DAMAGE = '''( ) [ ] { } , : = := * ** / if else for in as async await lambda yield not print exec match case _ 1 1.5j "s" . ...
-> @ != <> is import from with try: except except* finally: class def return del global nonlocal raise assert pass None True
\\ ' """ é € $ ? ! 0777 1_ 0x 1e 1abc | ~ += == f'{x!r:>{w}}' f'{' f'{a' '\\x' '\\d' b"é"'''.split() + ['\n', '\n    ', '\n\t', '\\\n', '#c\n']


def describe(error):
    text = str(error.text).replace('\n', '\\n')
    return (f'ERROR {type(error).__name__}|{error.msg}|{error.lineno}|{error.offset}|'
            f'{error.end_lineno}|{error.end_offset}|{text}')


def reference(head, source, name='<no such file>'):
    """What CPython makes of one case; see dump_tree.cpp for the head."""
    version, letters = re.fullmatch(r'..(\d+)(\w*)', head).groups()
    flags = ast.PyCF_ONLY_AST | sum(FLAGS[letter] for letter in letters)
    options = {} if version == '11' else {'_feature_version': int(version)}
    if head[1] == 't':
        source = source.decode()
    try:
        return ast.dump(compile(source, name, MODES[head[0]], flags, True, **options), include_attributes=True)
    except SyntaxError as error:
        return describe(error)
    except MemoryError:
        return 'ERROR MemoryError|None'
    except UnicodeDecodeError as error:
        return f'ERROR UnicodeDecodeError|{error.reason}'
    except ValueError as error:
        return f'ERROR ValueError|{error}'


def show(what, expected, found):
    start = 0
    if not expected.startswith('ERROR') and not found.startswith('ERROR'):
        start = max(0, len(os.path.commonprefix([expected, found])) - 80)
    print(what, '  expected ' + expected[start:start + 400], '  found    ' + found[start:start + 400], sep='\n')


def compare_cases(tool, cases):
    cases = [case for case in dict.fromkeys(cases) if b'\x1e' not in case[1]]
    with tempfile.NamedTemporaryFile() as file:
        file.write(b'\x1e'.join(head.encode() + b'\n' + source for head, source in cases))
        file.flush()
        output = subprocess.run([tool, '-cases', file.name], stdout=subprocess.PIPE).stdout.decode('utf-8', 'surrogatepass')
    differences = 0
    for (head, source), found in zip(cases, output.split('\n'), strict=False):
        expected = reference(head, source)
        if expected != found:
            differences += 1
            show(f'{head} {source!r}', expected, found)
    print(f'{len(cases)} cases, {differences} differences')
    return differences


def compare_library(tool, folder):
    names = sorted(glob.glob(os.path.join(folder, '**', '*.py'), recursive=True))
    process = subprocess.Popen([tool, *names], stdout=subprocess.PIPE)
    differences = 0
    for name in names:
        found = process.stdout.readline().decode('utf-8', 'surrogatepass').rstrip('\n')
        with open(name, 'rb') as file:
            expected = reference('fb11', file.read(), name)
        if expected != found:
            differences += 1
            show(name, expected, found)
    process.wait()
    print(f'{len(names)} files, {differences} differences')
    return differences


def string_cases(names):
    for name in names:
        with open(name, 'rb') as file:
            tree = ast.parse(file.read())
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or not isinstance(node.value, (str, bytes)):
                continue
            kind = 't' if isinstance(node.value, str) else 'b'
            source = node.value.encode('utf-8', 'replace') if kind == 't' else node.value
            for head in (f'f{kind}11', f'i{kind}11', f'e{kind}11', f'f{kind}11c', f'i{kind}11di', f'f{kind}5'):
                yield head, source


def statements(name):
    with open(name, 'rb') as file:
        source = file.read()
    lines = source.decode('latin-1').split('\n')
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.stmt) and node.end_lineno - node.lineno < 12:
            yield '\n'.join(line[node.col_offset:] for line in lines[node.lineno - 1:node.end_lineno])


def mutant_cases(count):
    names = random.sample(sorted(glob.glob(os.path.join(LIBRARY, '*.py'))), 12)
    names += [os.path.join(LIBRARY, 'test', f'test_{name}.py') for name in ('patma', 'grammar', 'fstring', 'except_star')]
    pool = [statement for name in names for statement in statements(name)]
    for _ in range(count):
        parts = re.findall(r'\s+|\w+|"[^"\n]*"|\'[^\'\n]*\'|\*\*|:=|[^\w\s]', random.choice(pool))
        for _ in range(random.choice((1, 1, 1, 2, 3))):
            where = random.randrange(len(parts) + 1)
            parts[where:where + random.choice((0, 1, 1))] = random.choice(([], [random.choice(DAMAGE)], [random.choice(DAMAGE)]))
        version = random.choice(('11',) * 8 + ('4', '5', '7', '9'))
        yield random.choice('fffie') + random.choice('tb') + version + random.choice(('', '', '', 'c', 'i', 'd')), ''.join(parts).encode()


def main():
    tool, command, *arguments = sys.argv[1:]
    warnings.simplefilter('ignore')
    sys.setrecursionlimit(20000)
    ast.repr = ascii            # as dump_tree prints
    if command == 'library':
        return compare_library(tool, *(arguments or [LIBRARY]))
    if command == 'strings':
        return compare_cases(tool, string_cases(arguments))
    random.seed(int(arguments[0]))
    return compare_cases(tool, mutant_cases(int(arguments[1])))


if __name__ == '__main__':
    sys.exit(1 if main() else 0)
