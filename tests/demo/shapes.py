"""Classes, properties, inheritance hooks and pattern matching for the demonstration."""

import dataclasses
import math


class Shape:
    kinds = []

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        Shape.kinds.append(cls.__name__.lower())


@dataclasses.dataclass(frozen=True)
class Circle(Shape):
    radius: float

    @property
    def area(self):
        return math.pi * self.radius**2


@dataclasses.dataclass(frozen=True)
class Rectangle(Shape):
    width: float
    height: float

    @property
    def area(self):
        return self.width * self.height


class Square(Rectangle):
    def __init__(self, side):
        super().__init__(side, side)

    def __repr__(self):
        return f"Square({self.width})"


class Drawing:
    def __init__(self, *shapes):
        self._shapes = shapes

    def __iter__(self):
        yield from self._shapes


def describe(shape):
    match shape:
        case Circle(radius=1):
            return "the unit circle"
        case Rectangle(width, height) if width == height:
            return f"as wide as high, {width}"
        case Rectangle(width, height):
            return f"{width} by {height}"
        case _:
            return "something else"
