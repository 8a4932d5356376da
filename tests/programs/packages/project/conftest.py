import pytest
from stock import Shelf


@pytest.fixture
def shelf():
    made = Shelf()
    made.add('apple', 3)
    yield made
    assert len(made) >= 0


@pytest.fixture(scope='session', params=['small', 'large'])
def size(request):
    return request.param
