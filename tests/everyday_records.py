"""Everyday functions with dataclasses, named tuples, enums and classes of special kinds."""

import enum
import math
from collections import namedtuple
from dataclasses import astuple, dataclass, field, replace
from functools import total_ordering
from typing import ClassVar, Generic, NamedTuple, Protocol, TypeVar

import numpy as np
from everyday_table import follows

T = TypeVar("T")


@dataclass
class Body:
    mass: float
    position: np.ndarray
    velocity: np.ndarray = field(default_factory=lambda: np.zeros(2))
    G: ClassVar[float] = 1.0

    def pull_on(self, other):
        gap = self.position - other.position
        return self.G * self.mass * gap / np.linalg.norm(gap) ** 3


SUN = Body(1.0, np.array([0.0, 0.0]))


@follows("classes", [1.0, 0.1, -0.1, 1.1])
def orbit_around_the_sun(x):
    planet = Body(1e-3, x[:2].copy(), x[2:].copy())
    dt = 0.05
    for _ in range(8):
        planet.velocity += dt * SUN.pull_on(planet)
        planet.position += dt * planet.velocity
    return np.hypot(*planet.position) + planet.velocity @ planet.velocity


@dataclass(frozen=True)
class Interval:
    low: float
    high: float

    def __post_init__(self):
        if self.low > self.high:
            raise ValueError(f"empty interval: {self}")

    def __mul__(self, other):
        ends = [a * b for a in astuple(self) for b in astuple(other)]
        return Interval(min(ends), max(ends))

    @property
    def width(self):
        return self.high - self.low


@follows("classes", [0.4, 0.9])
def frozen_intervals(x):
    first = Interval(-x[0], x[1])
    second = replace(first, high=2 * x[1])
    return (first * second).width ** 2


@follows("classes", [0.4, 0.9])
def records_compared(x):
    assert Interval(x[0], x[1]) == Interval(x[0], x[1])
    assert Interval(x[0], x[1]) != Interval(0.0, x[1])
    return Interval(x[0], x[1]).width * x[0]


@dataclass(order=True, slots=True, kw_only=True)
class Job:
    deadline: float
    work: float = 1.0


@follows("classes", [3.0, 1.2, 2.0])
def ordered_records_with_slots(x):
    jobs = [Job(deadline=d, work=math.sqrt(d)) for d in x]
    clock, late = 0.0, 0.0
    for job in sorted(jobs):
        clock += job.work
        late += max(0.0, clock - job.deadline)
    return late


Point = namedtuple("Point", "x y z", defaults=[0.5])


class Sphere(NamedTuple):
    centre: Point
    radius: float = 1.0

    def distance(self, p):
        return math.dist(p, self.centre) - self.radius


@follows("classes", [0.4, 0.9, 1.7])
def named_tuples(x):
    a, b = Point(*x), Point(x[0], x[1])
    moved = a._replace(z=a.z * 2)
    return Sphere(b, 0.1).distance(moved) * a.y + sum(moved._asdict().values())


class Unit(enum.Enum):
    METRE = 1.0
    FOOT = 0.3048

    def to_metres(self, v):
        return self.value * v

    @classmethod
    def parse(cls, text):
        return cls[text.upper()]


class Side(enum.IntEnum):
    BUY = 1
    SELL = -1


@follows("classes", [10.0, 12.5], gradient=lambda x: [1.0 - 0.3048, -1.0 + 0.3048])
def enums_with_methods(x):
    assert Unit.FOOT is Unit.parse("foot") is Unit(0.3048)
    lengths = [unit.to_metres(x[0]) for unit in Unit]
    trade = Side.SELL * Unit.METRE.to_metres(x[1])
    return trade + lengths[0] - lengths[1] + Unit.FOOT.to_metres(x[1])


class Registered:
    known: ClassVar[dict] = {}

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        Registered.known[cls.__name__.lower()] = cls


class Gaussian(Registered):
    def __call__(self, r):
        return math.exp(-(r**2))


class Multiquadric(Registered):
    def __call__(self, r):
        return math.sqrt(1 + r * r)


@follows("classes", [0.4, 0.9])
def classes_from_a_registry(x):
    assert list(Registered.known) == ["gaussian", "multiquadric"]
    return Registered.known["gaussian"]()(x[0]) * Registered.known["multiquadric"]()(x[1])


class Positive:
    """A descriptor that checks what is stored."""

    def __set_name__(self, owner, name):
        self.slot = "_" + name

    def __get__(self, instance, owner=None):
        return self if instance is None else getattr(instance, self.slot)

    def __set__(self, instance, value):
        if not value > 0:
            raise ValueError(f"{value} is not positive")
        setattr(instance, self.slot, value)


class Gas:
    pressure = Positive()
    volume = Positive()

    def __init__(self, pressure, volume):
        self.pressure, self.volume = pressure, volume

    def compressed(self, factor):
        return Gas(self.pressure * factor**1.4, self.volume / factor)


@follows("classes", [0.4, 0.9])
def descriptors_that_check(x):
    gas = Gas(x[0], x[1]).compressed(2.0)
    return gas.pressure * gas.volume**2


class Dynamic:
    def __init__(self, **values):
        self.__dict__.update(values)

    def __getattr__(self, name):
        if name.startswith("log_"):
            return math.log(getattr(self, name[4:]))
        raise AttributeError(name)


@follows("classes", [0.4, 0.9])
def attributes_made_on_demand(x):
    box = Dynamic(width=x[0], height=x[1])
    box.depth = x[0] * x[1]
    return box.log_width * box.height + box.log_depth


class Timer:
    def __init__(self, table):
        self.table = table

    def __enter__(self):
        self.table["inside"] = True
        return self

    def __exit__(self, *error):
        self.table["inside"] = False
        return False

    def scaled(self, v):
        return 2 * v if self.table["inside"] else v


@follows("classes", [0.4, 0.9], gradient=lambda x: [2.0, 1.0])
def context_manager_class(x):
    with Timer({}) as timer:
        first = timer.scaled(x[0])
    return first + timer.scaled(x[1])


class Stack(Generic[T]):
    def __init__(self):
        self._items: list[T] = []

    def push(self, item: T) -> "Stack[T]":
        self._items.append(item)
        return self

    def pop(self) -> T:
        return self._items.pop()


@follows("classes", [0.4, 0.9])
def reverse_polish_calculator(x):
    stack = Stack[float]()
    binary = {"+": lambda a, b: a + b, "*": lambda a, b: a * b, "^": math.pow}
    for token in ("a", "b", "+", "a", "*", "b", "^"):
        if token in binary:
            right, left = stack.pop(), stack.pop()
            stack.push(binary[token](left, right))
        else:
            stack.push({"a": x[0], "b": x[1]}[token])
    return stack.pop()


class Potential(Protocol):
    def energy(self, r: float) -> float: ...


class LennardJones:
    def __init__(self, depth=1.0):
        self.depth = depth

    def energy(self, r: float) -> float:
        return 4 * self.depth * ((1 / r) ** 12 - (1 / r) ** 6)


def lattice_energy(potential: Potential, spacing: float, n: int = 4) -> float:
    return sum(potential.energy(k * spacing) / k for k in range(1, n))


@follows("classes", [1.3, 0.7], nested=True)
def duck_typed_potential(x):
    return lattice_energy(LennardJones(x[1]), x[0])


@total_ordering
class Bid:
    def __init__(self, price):
        self.price = price

    def __eq__(self, other):
        return self.price == other.price

    def __lt__(self, other):
        return self.price < other.price

    __hash__ = None


@follows("classes", [2.0, 3.5, 3.1], gradient=lambda x: [0.0, 0.0, 1.0])
def second_price_auction(x):
    bids = sorted((Bid(price) for price in x), reverse=True)
    assert bids[0] >= bids[1]
    return bids[1].price
