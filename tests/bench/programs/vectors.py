"""Operators of a Python class: a small simulation of bodies under gravity."""
import math


class Vector:
    def __init__(self, x, y, z):
        self.x = x
        self.y = y
        self.z = z

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y, self.z + other.z)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y, self.z - other.z)

    def __mul__(self, factor):
        return Vector(self.x * factor, self.y * factor, self.z * factor)

    __rmul__ = __mul__

    def __neg__(self):
        return Vector(-self.x, -self.y, -self.z)

    def __abs__(self):
        return math.sqrt(self.x * self.x + self.y * self.y + self.z * self.z)

    def __eq__(self, other):
        return (self.x, self.y, self.z) == (other.x, other.y, other.z)


class Body:
    def __init__(self, mass, place, speed):
        self.mass, self.place, self.speed = mass, place, speed

    @property
    def energy(self):
        return 0.5 * self.mass * abs(self.speed) ** 2


def advance(bodies, time):
    for i, body in enumerate(bodies):
        for other in bodies[i + 1 :]:
            way = other.place - body.place
            pull = time / (abs(way) ** 3 + 0.01)
            body.speed = body.speed + way * (pull * other.mass)
            other.speed = other.speed + -way * (pull * body.mass)
    for body in bodies:
        body.place = body.place + time * body.speed


def run(size):
    bodies = [
        Body(1.0 + i, Vector(math.cos(i) * 3, math.sin(i) * 3, i / 5), Vector(0.1 * i, 0.0, -0.1))
        for i in range(5)
    ]
    for _ in range(size):
        advance(bodies, 0.01)
    return round(sum(body.energy for body in bodies), 6)


SIZE = 1200
EXPECTED = 52.685951
