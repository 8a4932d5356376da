"""Counts or finds things in files: a program with sub-commands."""
import argparse
import collections
import re
import sys


class Upper(argparse.Action):
    def __call__(self, parser, namespace, values, option_string=None):
        setattr(namespace, self.dest, values.upper())


def make_parser():
    parser = argparse.ArgumentParser(prog='things', description=__doc__, epilog='Numbers are decimal.', fromfile_prefix_chars='@',
                                     formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument('--version', action='version', version='%(prog)s 1.0')
    parser.add_argument('-v', '--verbose', action='count', default=0, help='say more (%(default)s at first)')
    commands = parser.add_subparsers(dest='command', required=True, metavar='COMMAND', title='commands')
    count = commands.add_parser('count', aliases=['c'], help='count the words of files')
    count.add_argument('files', nargs='+', type=argparse.FileType('r', encoding='utf-8'))
    count.add_argument('--by', choices=['length', 'initial'], default='initial')
    count.add_argument('--label', action=Upper, default='WORDS')
    find = commands.add_parser('find', help='find a pattern')
    find.add_argument('pattern', type=re.compile)
    find.add_argument('files', nargs='*', type=argparse.FileType('r'), default=[sys.stdin])
    find.add_argument('-n', '--number', action=argparse.BooleanOptionalAction, default=False)
    find.add_argument('--ignore-case', action='store_true')
    find.add_argument('--max', type=int, default=5, metavar='N')
    return parser


options = make_parser().parse_args()
print({name: getattr(value, 'pattern', value) for name, value in vars(options).items() if name != 'files'})
if options.command in ('count', 'c'):
    counter = collections.Counter()
    for file in options.files:
        for word in file.read().split():
            counter[len(word) if options.by == 'length' else word[0]] += 1
    print(options.label, counter.most_common())
else:
    pattern = re.compile(options.pattern.pattern, re.I * options.ignore_case)
    for file in options.files:
        found = [(i, line) for i, line in enumerate(file, 1) if pattern.search(line)]
        for number, line in found[:options.max]:
            print(file.name, number if options.number else '', line.rstrip(), sep=':')
