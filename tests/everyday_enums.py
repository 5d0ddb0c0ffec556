"""Everyday functions of enums whose members compute."""

import enum
import functools
import math

import numpy as np
from everyday_table import follows


class Potential(enum.Enum):
    SPRING = 1
    PENDULUM = 2

    def energy(self, v):
        return math.cosh(v) * self.value if self is Potential.SPRING else math.sin(v)

    @property
    def stiffness(self):
        return math.sqrt(self.value)

    @classmethod
    def softest(cls):
        return min(cls, key=lambda potential: potential.stiffness)


WEIGHTS = {Potential.SPRING: 2.0, Potential.PENDULUM: 3.0}
CHOSEN = Potential.PENDULUM


class System:
    def __init__(self, potential):
        self.potential = potential

    def energy(self, v):
        return self.potential.energy(v) * WEIGHTS[self.potential]


SYSTEM = System(Potential.SPRING)


@follows("classes", [0.6, 1.4], nested=True)
def members_with_methods(x):
    assert Potential(1) is Potential["SPRING"] is Potential.SPRING is Potential.softest()
    assert isinstance(CHOSEN, Potential)
    assert type(CHOSEN) is Potential
    assert repr(CHOSEN) == "<Potential.PENDULUM: 2>"
    total = sum(potential.energy(x[0]) * potential.stiffness for potential in Potential)
    return total * CHOSEN.energy(x[1]) + len(Potential) * x[0]


def is_spring(v, potential=Potential.SPRING):
    return v if potential is Potential.SPRING else 0.0


@follows("classes", [0.6, 1.4])
def members_as_keys_and_defaults(x):
    assert SYSTEM.potential in {Potential.SPRING}
    return SYSTEM.energy(x[0]) * WEIGHTS[CHOSEN] + is_spring(x[1]) * SYSTEM.potential.energy(x[1])


@follows("classes", [0.6, 1.4])
def members_matched(x):
    def energy(potential, v):
        match potential:
            case Potential.SPRING:
                return math.exp(v)
            case Potential.PENDULUM:
                return potential.energy(v)

    return energy(CHOSEN, x[0]) * energy(SYSTEM.potential, x[1])


class Activation(enum.Enum):
    TANH = enum.member(functools.partial(math.tanh))
    SOFT = enum.member(lambda v: math.log1p(math.exp(v)))
    SINE = enum.member(math.sin)

    def __call__(self, v):
        return self.value(v)


@follows("classes", [0.6, 1.4])
def members_that_are_functions(x):
    return Activation.TANH(x[0]) * Activation["SOFT"](x[1]) + sum(act(x[0]) for act in Activation)


class Colour(enum.Flag):
    RED = enum.auto()
    GREEN = enum.auto()
    BLUE = enum.auto()
    WHITE = RED | GREEN | BLUE

    def weight(self, v):
        return math.sin(self.value * v)


YELLOW = Colour.RED | Colour.GREEN


@follows("classes", [0.6, 1.4])
def flags_combined(x):
    assert Colour.RED in YELLOW
    assert YELLOW & Colour.RED is Colour.RED
    assert YELLOW | Colour.BLUE is Colour.WHITE
    return YELLOW.weight(x[0]) + (Colour.BLUE ^ YELLOW).weight(x[1]) * sum(
        colour.weight(x[0]) for colour in YELLOW
    )


class Axis(enum.IntEnum):
    FIRST = 0
    SECOND = 1

    def along(self, x):
        return math.sin(x[self]) * (self + 1)


class Name(enum.StrEnum):
    SINE = "sin"
    SQUARE_ROOT = "sqrt"

    def __call__(self, v):
        return getattr(math, self)(v) + getattr(np, self.value)(v)


@follows("classes", [0.6, 1.4])
def numbers_and_texts_as_members(x):
    assert Axis.FIRST < Axis.SECOND == 1
    assert Name("sin") is Name.SINE == "sin"
    return Axis.SECOND.along(x) * Name.SINE(x[Axis.FIRST]) + {"sin": x[0]}[Name.SINE] * Name.SINE(
        2.0
    )


class Planet(enum.Enum):
    EARTH = (5.97, 6.37)
    MARS = (0.64, 3.39)

    def __init__(self, mass, radius):
        self.mass, self.radius = mass, radius

    @property
    def gravity(self):
        return self.mass / math.pow(self.radius, 2)

    def fall_time(self, height):
        return math.sqrt(2 * height / self.gravity)


@follows("classes", [0.6, 1.4])
def members_with_attributes(x):
    return sum(planet.fall_time(x[0]) for planet in Planet) * Planet["MARS"].fall_time(x[1])
