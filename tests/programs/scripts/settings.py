"""Configuration files: written, read, interpolated, converted."""
import configparser
import io
import string
import tomllib

TEXT = '''
[DEFAULT]
home = /srv
; a comment
[paths]
data = %(home)s/data
logs : ${data}
  second line
empty =
flag = yes
[numbers]
count = 12
ratio = 0.5
percent = 50%%
'''


def show(parser):
    for section in parser.sections():
        for option in parser.options(section):
            try:
                print(section, option, repr(parser.get(section, option)))
            except configparser.Error as problem:
                print(type(problem).__name__, problem)


for interpolation in configparser.BasicInterpolation(), configparser.ExtendedInterpolation(), None:
    parser = configparser.ConfigParser(interpolation=interpolation, allow_no_value=True)
    parser.read_string(TEXT)
    show(parser)
    target = io.StringIO()
    parser.write(target)
    print(target.getvalue())
print(parser.getint('numbers', 'count'), parser.getfloat('numbers', 'ratio'), parser.getboolean('paths', 'flag'))
for broken in '[a]\nx=1\n[a]', 'x = 1', '[a]\nx=1\nx=2', '[a\n', '[a]\n= 3':
    try:
        configparser.ConfigParser().read_string(broken)
    except configparser.Error as problem:
        print(type(problem).__name__, problem)
print(tomllib.loads('a = 1\n[t.u]\nd = 1979-05-27T07:32:00Z\ne = [0x10, 1e3, nan, "\\u00e9"]\n[[list]]\n[[list]]\nx = """a\nb"""\n'))
try:
    tomllib.loads('a = 1\na = 2\n')
except tomllib.TOMLDecodeError as problem:
    print(problem)
print(string.Template('$name costs ${price}$$').safe_substitute(name='ham'))
