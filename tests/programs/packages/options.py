"""docopt and attrs together: options become an object."""
import attr
from docopt import DocoptExit, docopt

DOC = """Usage:
  tool [-v...] [--level=<n>] <file>...
  tool (-h | --help)

Options:
  -v           Verbosity.
  --level=<n>  Level [default: 3].
"""


@attr.s(auto_attribs=True, order=True)
class Settings:
    files: list
    level: int = attr.ib(converter=int, validator=attr.validators.in_(range(10)))
    verbose: int = 0


for arguments in ['a', 'b', '-vv'], ['--level=5', 'x'], ['--level', '12', 'x'], [], ['--bad', 'x']:
    try:
        found = docopt(DOC, arguments)
        print(found)
        print(Settings(found['<file>'], found['--level'], found['-v']))
    except DocoptExit as problem:
        print('exit', problem)
    except ValueError as problem:
        print(problem.args[0])
