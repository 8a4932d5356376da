"""Virtual calls, super() and class attributes over a mixed list of objects."""
from abc import ABC, abstractmethod


class Shape(ABC):
    count = 0

    def __init__(self, name):
        self.name = name
        Shape.count += 1

    @abstractmethod
    def area(self):
        ...

    def scaled(self, factor):
        return type(self)(*[side * factor for side in self.sides()])

    def describe(self):
        return f"{self.name} of {self.area():.2f}"


class Rectangle(Shape):
    def __init__(self, width, height):
        super().__init__("rectangle")
        self.width, self.height = width, height

    def sides(self):
        return self.width, self.height

    def area(self):
        return self.width * self.height


class Square(Rectangle):
    def __init__(self, side, _=None):
        super().__init__(side, side)
        self.name = "square"

    def sides(self):
        return (self.width,)


class Circle(Shape):
    pi = 3.14159

    def __init__(self, radius):
        super().__init__("circle")
        self.radius = radius

    def sides(self):
        return (self.radius,)

    def area(self):
        return self.pi * self.radius**2


class Ring(Circle):
    def __init__(self, radius, hole=1):
        super().__init__(radius)
        self.hole = hole

    def sides(self):
        return self.radius, self.hole

    def area(self):
        return super().area() - self.pi * self.hole**2


def run(size):
    Shape.count = 0
    kinds = [Rectangle, Square, Circle, Ring]
    shapes = [kinds[i % 4](*([i % 9 + 2, 1] if i % 4 in (0, 3) else [i % 9 + 2])) for i in range(size)]
    total = 0.0
    for _ in range(5):
        shapes = [shape.scaled(1.1) for shape in shapes]
        total += sum(shape.area() for shape in shapes)
    return round(total, 4), Shape.count, sum(len(shape.describe()) for shape in shapes)


SIZE = 3000
EXPECTED = (2157986.6169, 18000, 48583)
