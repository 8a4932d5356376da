"""Pickles what a module holds with each protocol and takes the pickles apart."""
import ast
import collections
import datetime
import decimal
import fractions
import pathlib
import pickle
import pickletools
import re
import subprocess
import sys
import uuid

with open(sys.argv[1]) as file:
    text = file.read()
shared = ['shared']
things = [1, -(2 ** 70), 1.5, 2j, None, True, ..., text[:300], text[:20].encode(), bytearray(b'abc'), (), (1,), (1, 2, 3, 4), [shared, shared],
          {'a': 1, 2: None}, frozenset([1]), {3}, range(5), slice(1, 2), len, collections.OrderedDict, collections.Counter('abca'),
          collections.deque([1], 3), datetime.date(2024, 2, 29), decimal.Decimal('1.50'),
          fractions.Fraction(1, 3), pathlib.PurePosixPath('/a/b'), re.compile('a+', re.I), uuid.UUID(int=5), ValueError('x', 1),
          ast.parse('x = 1').body[0].targets[0].id, NotImplemented, type(None), collections.defaultdict(list, a=[1])]
for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
    for thing in things:
        data = pickle.dumps(thing, protocol)
        print(protocol, repr(thing)[:60], len(data), repr(pickle.loads(data)) == repr(thing))
        pickletools.dis(pickletools.optimize(data))
with open('things.pickle', 'wb') as file:
    # Only what names no module: which of those names are one object is each interpreter's own affair.
    pickle.dump(things[:things.index(len)], file)
for options in [], ['-a'], ['-m', '-l', '2'], ['-p', '>>']:
    result = subprocess.run([sys.executable, '-m', 'pickletools', *options, 'things.pickle'], capture_output=True, text=True)
    print(result.returncode, result.stdout, result.stderr)
