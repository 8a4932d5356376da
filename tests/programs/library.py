"""The programs of the standard library, each on real files of the library."""
import glob
import os

from comparison import HERE, Case, main

LIBRARY = '/usr/lib/python3.11'
PLACES = {'library': LIBRARY, 'scripts': os.path.join(HERE, 'scripts')}

# Files whose docstrings hold examples, and test files that end the same each time they are run.
EXAMPLES = ('_pydecimal _threading_local difflib enum fractions heapq ipaddress pickletools secrets statistics textwrap '
            'json json.encoder http.cookies distutils.versionpredicate').split()
TESTS = ('test_textwrap test_difflib test_calendar test_shlex test_string test_bisect test_heapq test_fnmatch '
         'test_getopt test_reprlib test_graphlib test_statistics').split()
# Whole pages of pydoc agree where no class in C shows its docstrings: each interpreter has its own words there.
DOCUMENTED = 'textwrap heapq json.tool string shlex pprint glob fnmatch email.message'.split()
DOCUMENTED_IN_PYTHON = 'argparse calendar bisect configparser copy dataclasses tarfile zipfile html.parser logging'.split()
INSPECTED = 'json textwrap:wrap difflib:SequenceMatcher argparse ast:NodeVisitor collections:OrderedDict enum:Enum'.split()


def library_files(step):
    files = [name for name in sorted(glob.glob(LIBRARY + '/**/*.py', recursive=True)) if '/lib2to3/tests/' not in name]
    return files[::step]


def short(path):
    return os.path.relpath(path, LIBRARY)


def on_files(quick):
    """Programs that read one file of source each."""
    tools = [('tokenize', '-m tokenize -e', 40), ('ast', '-m ast -a', 40), ('dis', '-m dis', 40),
             ('lib2to3', '-W ignore -m lib2to3 -f all -f idioms', 200), ('pyclbr', '-m pyclbr', 60),
             ('tabnanny', '-m tabnanny -v', 100), ('py_compile', '-m py_compile', 100),
             ('inventory', '{scripts}/inventory.py', 40), ('symbols', '{scripts}/symbols.py', 40),
             ('rewrap', '{scripts}/rewrap.py', 60), ('words', '{scripts}/words.py', 60)]
    for name, command, step in tools:
        files = library_files(step)
        for i, path in enumerate(files):
            yield Case(f'{name} {short(path)}', f'{command} {path}', quick=i in (7, 11))


def on_modules(quick):
    for name in EXAMPLES:
        yield Case(f'doctest {name}', f'{{scripts}}/examples.py {name}', quick=name in ('textwrap', 'difflib'))
    for name in TESTS:
        yield Case(f'unittest {name}', f'-m unittest -v test.{name}', times=True, quick=name == 'test_textwrap')
    for name in DOCUMENTED:
        yield Case(f'pydoc {name}', f'-m pydoc {name}', quick=name == 'textwrap')
    for name in DOCUMENTED_IN_PYTHON:
        yield Case(f'documentation {name}', f'{{scripts}}/documentation.py {name}', quick=name == 'argparse')
    for name in INSPECTED:
        yield Case(f'inspect {name}', f'-m inspect {name}', quick=name == 'textwrap:wrap')
        yield Case(f'inspect --details {name}', f'-m inspect --details {name}')
    for name in ('json.tool', 'zipfile', 'tarfile', 'tokenize', 'ast', 'compileall', 'gzip', 'calendar', 'unittest',
                 'http.server', 'doctest', 'inspect', 'trace', 'zipapp', 'pickletools', 'cgi', 'py_compile', 'dis',
                 'pdb', 'timeit', 'base64', 'quopri', 'mimetypes', 'site', 'lib2to3', 'compileall', 'symtable', 'venv', 'asyncio'):
        yield Case(f'{name} --help', f'-m {name} --help', quick=name in ('tarfile', 'unittest'))


def alone(quick):
    """Programs that need no file, and scripts of several steps."""
    yield Case('calendar', '-m calendar 2024', quick=True)
    yield Case('calendar html', '-m calendar -t html -c style.css 2026')
    yield Case('calendar german', '-m calendar -L C.UTF-8 -e utf-8 2023 7')
    yield Case('this', '-m this', quick=True)
    yield Case('timeit', "-m timeit -n 50 -r 3 -s 'import json' 'json.dumps([1,2])'", times=True, stable_errors=False, quick=True)
    yield Case('timeit units', "-m timeit -n 50 -r 3 -u nsec -v pass", times=True, stable_errors=False)
    yield Case('timeit error', "-m timeit 'x = ('")
    yield Case('symtable', '-m symtable', quick=True)
    yield Case('platform', '-m platform terse', stable_errors=False)
    yield Case('compileall', '-m compileall -q -d FOLDER .', produces=True)
    for name, quick_too in [('difference.py {library}/json/encoder.py {library}/json/decoder.py', True),
                            ('difference.py --html {library}/textwrap.py {library}/shlex.py', False),
                            ('difference.py --ndiff {library}/keyword.py {library}/token.py', False),
                            ('archives.py {library}/json {library}/email', True),
                            ('tables.py {library}', True),
                            ('settings.py', True),
                            ('json_files.py {library}/json', True),
                            ('pickles.py {library}/textwrap.py', True),
                            ('compile_folder.py {library}/json', True),
                            ('command_line.py count --by length {library}/abc.py {library}/ast.py', True),
                            ('command_line.py count --by nothing {library}/abc.py', True),
                            ('command_line.py --help', True),
                            ('command_line.py find --ignore-case -n --max 3 import {library}/abc.py {library}/ast.py', False),
                            ('command_line.py', False),
                            ('signatures.py', False),
                            ('mail.py', False),
                            ('log_lines.py', False),
                            ('tasks.py', False),
                            ('markup.py {library}', False)]:
        yield Case(f'script {name}', '{scripts}/' + name, quick=quick_too)
    yield Case('json.tool from a pipe', '-m json.tool --sort-keys --indent 2', stdin='{scripts}/typed.txt')
    yield Case('prompt without a terminal', '-i -q -m this', stdin='{scripts}/typed.txt')
    yield Case('statements from a pipe', '-', stdin='{library}/this.py')
    yield Case('trace', '-m trace --count --summary --missing -C . {scripts}/settings.py', produces=False)
    yield Case('trace lines', '-m trace --trace --ignore-dir {library} {scripts}/settings.py')
    yield Case('trace calls', '-m trace --listfuncs --trackcalls {scripts}/settings.py')
    yield Case('pdb', '-m pdb {scripts}/settings.py', stdin='{scripts}/debugger.txt')
    yield Case('profile', '{scripts}/profiled.py')


def cases(quick):
    yield from alone(quick)
    yield from on_files(quick)
    yield from on_modules(quick)


if __name__ == '__main__':
    main(cases, PLACES, __doc__)
