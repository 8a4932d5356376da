"""A ray tracer: spheres, a floor, shadows and reflections."""
import math
from typing import NamedTuple


class Vec(NamedTuple):
    x: float
    y: float
    z: float

    def plus(self, other, factor=1.0):
        return Vec(self.x + other.x * factor, self.y + other.y * factor, self.z + other.z * factor)

    def dot(self, other):
        return self.x * other.x + self.y * other.y + self.z * other.z

    def unit(self):
        length = math.sqrt(self.dot(self))
        return Vec(self.x / length, self.y / length, self.z / length)


class Sphere:
    def __init__(self, centre, radius, brightness, mirror):
        self.centre, self.radius, self.brightness, self.mirror = centre, radius, brightness, mirror

    def hit(self, start, way):
        to = self.centre.plus(start, -1.0)
        along = to.dot(way)
        inside = along * along - to.dot(to) + self.radius * self.radius
        if inside < 0:
            return None
        root = math.sqrt(inside)
        for distance in (along - root, along + root):
            if distance > 1e-6:
                return distance
        return None

    def normal(self, place):
        return place.plus(self.centre, -1.0).unit()


class Floor:
    mirror, height = 0.2, -1.0

    def hit(self, start, way):
        if way.y >= -1e-9:
            return None
        distance = (self.height - start.y) / way.y
        return distance if distance > 1e-6 else None

    def normal(self, place):
        return Vec(0.0, 1.0, 0.0)

    @property
    def brightness(self):
        return 0.6


LIGHT = Vec(5.0, 8.0, -6.0)
SCENE = [Sphere(Vec(i - 1.5, 0.3 * i - 0.6, 3.0 + i), 0.6, 0.4 + 0.2 * i, 0.3) for i in range(4)] + [Floor()]


def nearest(start, way):
    hits = [(distance, thing) for thing in SCENE if (distance := thing.hit(start, way)) is not None]
    return min(hits, key=lambda hit: hit[0], default=None)


def trace(start, way, depth=0):
    hit = nearest(start, way)
    if hit is None:
        return 0.2 + 0.1 * way.y
    distance, thing = hit
    place = start.plus(way, distance)
    normal = thing.normal(place)
    to_light = LIGHT.plus(place, -1.0).unit()
    value = 0.1
    if nearest(place, to_light) is None:
        value += max(0.0, normal.dot(to_light)) * thing.brightness
    if depth < 2:
        reflected = way.plus(normal, -2.0 * way.dot(normal))
        value += thing.mirror * trace(place, reflected, depth + 1)
    return value


def run(size):
    origin, total, rows = Vec(0.0, 0.5, -3.0), 0.0, []
    for y in range(size):
        row = []
        for x in range(size):
            row.append(trace(origin, Vec(x / size - 0.5, 0.5 - y / size, 1.0).unit()))
        total += sum(row)
        rows.append("".join(" .:-=+*#%@"[min(9, int(value * 10))] for value in row))
    return round(total, 5), rows[size // 2]


SIZE = 60
EXPECTED = (1331.76262, '::::::::::::::::::::::::::::::::*%%@%+#@@@@@::::::::::::::::')
