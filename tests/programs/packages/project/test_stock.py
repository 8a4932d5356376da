import sys
import warnings

import pytest
from stock import OutOfStock, Shelf


def test_take(shelf):
    assert shelf.take('apple') == 'apple'
    assert len(shelf) == 2


def test_missing(shelf):
    with pytest.raises(OutOfStock, match='pear'):
        shelf.take('pear')


@pytest.mark.parametrize('count, ok', [(1, True), (0, False), (-1, False), pytest.param(5, True, id='five')])
def test_add(count, ok):
    shelf = Shelf()
    if ok:
        shelf.add('x', count)
        assert shelf.items == {'x': count}
    else:
        with pytest.raises(ValueError) as caught:
            shelf.add('x', count)
        assert str(count) in str(caught.value)


def test_size(size):
    assert size in ('small', 'large')


@pytest.mark.skipif(sys.version_info >= (3, 0), reason='old')
def test_old():
    assert False


@pytest.mark.xfail(raises=ZeroDivisionError)
def test_division():
    1 / 0


def test_output(capsys, monkeypatch, tmp_path):
    print('hello')
    assert capsys.readouterr().out == 'hello\n'
    monkeypatch.setattr(sys, 'argv', ['x'])
    (tmp_path / 'a').write_text('b')
    assert [path.name for path in tmp_path.iterdir()] == ['a'] and pytest.approx(0.3) == 0.1 + 0.2


def test_warning():
    with pytest.warns(UserWarning, match='careful'):
        warnings.warn('careful')


class TestGroup:
    @pytest.fixture(autouse=True)
    def prepare(self):
        self.value = 5

    def test_value(self):
        assert self.value == 5
