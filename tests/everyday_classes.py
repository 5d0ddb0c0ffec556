"""Everyday functions whose work is done by classes of the user."""

import abc
import collections
import math
from collections import UserList
from functools import cached_property

import numpy as np
from everyday_table import follows, never_wrong


class Vec:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vec(self.x + other.x, self.y + other.y)

    def __sub__(self, other):
        return self + (-1) * other

    def __mul__(self, factor):
        return Vec(factor * self.x, factor * self.y)

    __rmul__ = __mul__

    def __matmul__(self, other):
        return self.x * other.x + self.y * other.y

    def __neg__(self):
        return -1 * self

    def __abs__(self):
        return math.hypot(self.x, self.y)

    def __iter__(self):
        yield self.x
        yield self.y

    def __repr__(self):
        return f"Vec({self.x:.3f}, {self.y:.3f})"

    def turned(self, angle):
        c, s = math.cos(angle), math.sin(angle)
        return Vec(c * self.x - s * self.y, s * self.x + c * self.y)


ORIGIN = Vec(0.0, 0.0)
UNIT_X = Vec(1.0, 0.0)


@follows("classes", [0.8, -1.3, 0.4])
def vectors_with_operators(x):
    p = Vec(x[0], x[1])
    q = p.turned(x[2]) + 2 * UNIT_X - p * 0.5
    return abs(q) * (p @ -q) + sum(q) + len(repr(p)) * 0


@follows("classes", [0.8, -1.3])
def vectors_summed_from_an_origin(x):
    points = [Vec(k * x[0], math.sin(k * x[1])) for k in range(4)]
    return abs(sum(points, ORIGIN))


class Shape(abc.ABC):
    kinds = 0

    def __init__(self, scale):
        self.scale = scale

    @abc.abstractmethod
    def area(self): ...

    def cost(self, price=2.0):
        return price * self.area() + type(self).kinds


class Circle(Shape):
    kinds = 1

    def area(self):
        return math.pi * self.scale**2


class Ring(Circle):
    def __init__(self, scale, hole):
        super().__init__(scale)
        self.hole = hole

    def area(self):
        return super().area() - Circle(self.hole).area()

    @classmethod
    def thin(cls, radius):
        return cls(radius, 0.9 * radius)

    @staticmethod
    def ratio(a, b):
        return math.sqrt(a / b)


class Square(Shape):
    def area(self):
        return self.scale * self.scale


@follows("classes", [0.8, 1.3])
def inheritance_with_super(x):
    shapes = [Circle(x[0]), Square(x[1]), Ring(x[1], x[0] / 2), Ring.thin(x[0])]
    assert all(isinstance(shape, Shape) for shape in shapes)
    assert isinstance(shapes[2], Circle)
    assert issubclass(Ring, Shape)
    return sum(shape.cost() for shape in shapes) * Ring.ratio(x[1], x[0])


class Cooling:
    """Newton's law, with properties."""

    def __init__(self, rate, ambient=20.0):
        self._rate = rate
        self.ambient = ambient

    @property
    def rate(self):
        return self._rate

    @rate.setter
    def rate(self, value):
        if value < 0:
            raise ValueError("a rate is not negative")
        self._rate = value

    @property
    def half_life(self):
        return math.log(2) / self.rate

    def temperature(self, start, time):
        return self.ambient + (start - self.ambient) * math.exp(-self.rate * time)


@follows("classes", [0.3, 1.3])
def properties_with_setters(x):
    cup = Cooling(0.1)
    cup.rate = x[0] * 2
    return cup.temperature(80.0, x[1]) / cup.half_life


LAB = Cooling(0.25, ambient=15.0)


@follows("classes", [0.3, 1.3])
def instance_made_at_import(x):
    return LAB.temperature(x[0], x[1]) * LAB.half_life


@follows("classes", [0.3, 1.3])
def instance_made_at_import_is_set(x):
    LAB.ambient = 15.0
    LAB.rate = 0.25
    return LAB.temperature(x[0], x[1])


class Particle:
    __slots__ = ("mass", "position", "velocity")

    def __init__(self, mass, position, velocity):
        self.mass, self.position, self.velocity = mass, position, velocity

    def kick(self, force, dt):
        self.velocity += force / self.mass * dt
        self.position += self.velocity * dt

    def energy(self):
        return 0.5 * self.mass * self.velocity**2 + math.cosh(self.position)


@follows("classes", [0.3, 1.3])
def slotted_particle_in_a_field(x):
    particle = Particle(1.5, x[0], x[1])
    for _ in range(5):
        particle.kick(-math.sinh(particle.position), 0.1)
    return particle.energy()


class Affine:
    def __init__(self, slope, offset):
        self.slope, self.offset = slope, offset

    def __call__(self, v):
        return self.slope * v + self.offset


class Chain:
    def __init__(self, *layers):
        self.layers = list(layers)

    def __call__(self, v):
        for layer in self.layers:
            v = layer(v)
        return v

    def __len__(self):
        return len(self.layers)

    def __getitem__(self, k):
        return self.layers[k]


MODEL = Chain(Affine(0.5, 0.1), math.tanh, Affine(-2.0, 0.3), np.exp)


@follows("classes", 0.7, nested=True)
def callable_instances_in_a_chain(x):
    return MODEL(x) * len(MODEL) + MODEL[0](x)


@follows("classes", 0.7)
def bound_methods_passed_around(x):
    at_time = LAB.temperature
    steps = {"cool": at_time, "layer": MODEL[0].__call__}
    return steps["cool"](x, 2.0) + steps["layer"](x) ** 2


class Spring:
    def __init__(self, stiffness):
        self.stiffness = stiffness

    @cached_property
    def frequency(self):
        return math.sqrt(self.stiffness) / (2 * math.pi)


@follows("classes", 0.7)
def cached_property_of_a_local_object(x):
    spring = Spring(x**2 + 1)
    return spring.frequency + spring.frequency**2


@follows("classes", [0.7, 1.2])
def class_defined_inside(x):
    class Line:
        slope = 2.0
        through = math.pi

        def at(self, t):
            return self.slope * t + self.through + x[1]

    return math.sin(Line().at(x[0]))


class Samples(list):
    def mean(self):
        return math.fsum(self) / len(self)


class Series(UserList):
    def energy(self):
        return sum(v * v for v in self)


class Settings(dict):
    __getattr__ = dict.__getitem__


@follows("classes", [1.3, 0.7])
def subclasses_of_builtins(x):
    settings = Settings(gain=x[0], offset=2.0)
    samples = Samples(x)
    samples.append(settings.gain * 2)
    return samples.mean() * Series(x).energy() + settings["offset"] * settings.gain


class Meters(float):
    @property
    def feet(self):
        return self / 0.3048


@never_wrong("classes", [1.3, 0.7])
def subclass_of_float(x):
    return Meters(x[0]).feet * x[1]


class Multiplier(type):
    def __mul__(cls, other):
        return cls(other)


class Bag(metaclass=Multiplier):
    def __init__(self, v):
        self.v = math.sin(v)


@follows("classes", 1.3)
def metaclass_with_an_operator(x):
    return (Bag * x).v + collections.OrderedDict(a=x, b=x**2)["b"]
