"""Programs of Debian's python3 packages, which it installs, on real files.

They are found in /usr/lib/python3/dist-packages, as Debian's own python3.11 finds them. Not part of the other tests: it needs
a network and takes minutes.
"""
import os
import subprocess

from comparison import HERE, Case, main

PACKAGES = ('pytest docutils jinja2 pygments pycodestyle pyflakes mpmath sympy networkx pyparsing ply docopt markdown chardet html5lib '
            'bs4 simplejson attr click').split()
LIBRARY = '/usr/lib/python3.11'
PLACES = {'library': LIBRARY, 'programs': os.path.join(HERE, 'packages')}
SYMPY_TESTS = ('core/tests/test_arit core/tests/test_basic core/tests/test_eval core/tests/test_expand core/tests/test_expr '
               'core/tests/test_function core/tests/test_numbers core/tests/test_operations core/tests/test_power '
               'core/tests/test_relational core/tests/test_subs core/tests/test_symbol core/tests/test_sympify').split()


def install():
    names = ['python3-' + name for name in PACKAGES]
    known = subprocess.run(['dpkg-query', '-W', '-f', '${db:Status-Status}\n', *names], capture_output=True, text=True)
    if known.stdout.split() != ['installed'] * len(names):
        subprocess.run(['apt-get', 'install', '-y', '--no-install-recommends', *names], check=True, stdout=subprocess.DEVNULL)


def cases(quick):
    yield Case('pytest', '-m pytest -p no:cacheprovider -v {programs}/project', times=True)
    yield Case('pytest failures', '-m pytest -p no:cacheprovider --tb=long --showlocals -rA -x {programs}/project/wrong.py', times=True)
    yield Case('pytest junit', '-m pytest -p no:cacheprovider -q --collect-only {programs}/project', times=True)
    for writer in 'html5', 'latex', 'manpage', 'pseudoxml', 'xml', 'odt':
        yield Case(f'docutils {writer}', f'{{programs}}/document.py {writer} {{programs}}/document.rst')
    for name in 'textwrap argparse tokenize typing _pydecimal'.split():
        for formatter in 'html', 'terminal256', 'raw':
            yield Case(f'pygments {formatter} {name}', f'-m pygments -f {formatter} -l python {{library}}/{name}.py')
    yield Case('pygments lexers', '-m pygments -L lexers')
    for name in 'json email asyncio collections unittest html logging'.split():
        yield Case(f'pycodestyle {name}', f'-m pycodestyle --statistics --show-source --max-line-length=100 {{library}}/{name}')
        yield Case(f'pyflakes {name}', f'-m pyflakes {{library}}/{name}')
    yield Case('pyflakes tests', '-m pyflakes {library}/test/test_grammar.py {library}/test/test_patma.py {library}/test/test_syntax.py')
    for name in SYMPY_TESTS:
        yield Case(f'sympy {name}', f'-m pytest -p no:cacheprovider -q /usr/lib/python3/dist-packages/sympy/{name}.py', times=True, time_limit=900)
    for name in ('templates', 'numbers_of_mpmath', 'graphs', 'grammars', 'options', 'marked_down', 'detection', 'web_pages', 'json_without_speedups',
                 'classes', 'commands', 'algebra'):
        yield Case(f'script {name}', f'{{programs}}/{name}.py', time_limit=300)
    for arguments in ('--help', 'greet --count 2 Ann', 'greet --count x', 'sum 1 2 3', 'nothing', 'greet --shout --name'):
        yield Case(f'click {arguments}', f'{{programs}}/command_group.py {arguments}')
    for arguments in ('ship new Titanic', 'ship Titanic move 1 2 --speed=15', 'mine set 3 4 --drifting', '--help', 'ship', '--version'):
        yield Case(f'docopt {arguments}', f'{{programs}}/fleet.py {arguments}')
    yield Case('markdown command', '-m markdown {programs}/notes.md -x tables -x fenced_code -x toc')
    yield Case('chardetect', '-m chardet.cli.chardetect {library}/test/test_source_encoding.py {library}/test/test_email/data/msg_10.txt {programs}/notes.md')


if __name__ == '__main__':
    install()
    main(cases, PLACES, __doc__)
