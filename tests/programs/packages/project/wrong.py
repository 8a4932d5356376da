import unittest

from stock import Shelf


def test_dictionaries(shelf):
    shelf.add('pear', 2)
    expected = {'apple': 3, 'pear': 1, 'plum': 0}
    assert shelf.items == expected, 'the shelf is wrong'


def test_texts():
    left = 'one\ntwo\nthree'
    assert left.upper() == 'one\ntwo\nfour'.upper() and len(left) > 3


def test_lists():
    numbers = [n * n for n in range(5)]
    assert sum(numbers) == 31 or all(n in numbers for n in (1, 2))


def test_error(shelf):
    for name in ('apple', 'pear'):
        shelf.take(name)


class Case(unittest.TestCase):
    def test_sub(self):
        self.assertEqual(Shelf(), Shelf({'a': 1}))
