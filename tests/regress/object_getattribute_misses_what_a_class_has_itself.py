class Meta(type):
    """of the metaclass"""


class Base(metaclass=Meta):
    """its own"""
    inherited = 1


class Derived(Base):
    own = 2


print(object.__getattribute__(Base, "__doc__"), object.__getattribute__(Derived, "own"))  # expect: its own 2
try:
    object.__getattribute__(Derived, "inherited")
except AttributeError as error:
    print(error)  # expect: 'Meta' object has no attribute 'inherited'
