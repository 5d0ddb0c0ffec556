"""Everyday functions whose methods Python's own library picks, binds or keeps."""

import asyncio
import collections
import fractions
import functools
import math
import operator
from typing import Any, Generic, NamedTuple, TypedDict, TypeVar

import numpy as np
from everyday_table import follows, never_wrong


class Spring:
    def force(self, v, stiffness, power=1):
        return -stiffness * math.sinh(v) ** power

    soft = functools.partialmethod(force, stiffness=0.5)
    stiff = functools.partialmethod(force, stiffness=9.0, power=2)


SPRING = Spring()


@follows("classes", [0.6, 1.4])
def partial_methods(x):
    return Spring().soft(x[0]) * SPRING.stiff(x[1])


class Size:
    """Told apart by type, as an author of a library does."""

    @functools.singledispatchmethod
    def of(self, v):
        raise TypeError(f"what is {v!r}?")

    @of.register
    def _(self, v: float):
        return math.sin(v)

    @of.register
    def _(self, v: np.ndarray):
        return np.cos(v).sum()

    @of.register
    def _(self, v: list):
        return 3 * sum(self.of(part) for part in v)

    @functools.singledispatchmethod
    @classmethod
    def cube(cls, v):
        return v**3

    @cube.register
    @classmethod
    def _(cls, v: float):
        return math.exp(v)


SIZE = Size()


@follows("classes", [0.6, 1.4])
def single_dispatch_of_methods(x):
    first = Size().of(x) * SIZE.of(x[0]) + SIZE.of([x[1], float(x[0])])
    return first * Size.cube(x[0]) + Size().cube(x).sum()


@follows("functions", [0.6, 1.4])
def single_dispatch_made_inside(x):
    @functools.singledispatch
    def size(v):
        return v**3

    @size.register
    def _(v: float):
        return math.sin(v)

    @size.register(np.ndarray)
    def _(v):
        return np.cos(v).sum()

    @size.register
    def _(v: list | tuple):
        return sum(map(size, v))

    class Doubled:
        @functools.singledispatchmethod
        def of(self, v):
            return 2 * size(v)

        @of.register(int)
        def _(self, v):
            return 0.5

    assert size.dispatch(float) is not size.dispatch(complex)
    return size(x[0]) * size(x) + size((x[1], [float(x[0])])) * Doubled().of(x[1]) + Doubled().of(2)


class Parameters(TypedDict):
    rate: float
    scale: float


@follows("classes", [0.6, 1.4])
def typed_dict_of_parameters(x):
    parameters = Parameters(rate=x[0], scale=x[1])
    return math.exp(-parameters["rate"]) * parameters["scale"]


class Point(NamedTuple):
    x: float
    y: float = 2.0

    def norm(self):
        return math.hypot(self.x, self.y)


class Body:
    __slots__ = ("calls", "mass", "place")

    def __init__(self, mass, place):
        self.mass, self.place, self.calls = mass, place, 0

    def energy(self):
        return math.log(self.mass) * self.place.norm()


BODY = Body(2.0, Point(1.0))


@follows("classes", [0.6, 1.4])
def slots_and_named_tuples_made_at_import(x):
    moved = Body(x[1], BODY.place._replace(y=x[0]))
    return BODY.energy() * moved.energy() + moved.place.y


T = TypeVar("T")


class Stack(Generic[T]):
    def __init__(self):
        self.items: list[Any] = []

    def push(self, v):
        self.items.append(v)
        return self

    def energy(self):
        return sum(math.sin(v) for v in self.items)


@follows("classes", [0.6, 1.4])
def generic_class_with_its_parameter(x):
    return Stack[float]().push(x[0]).push(x[1]).energy() * Stack().push(x[1]).energy()


async def wave(v):
    await asyncio.sleep(0)
    return math.sin(v)


async def waves(x):
    first, second = await asyncio.gather(wave(x[0]), wave(x[1]))
    return first * second


@follows("functions", [0.6, 1.4])
def run_by_asyncio(x):
    return asyncio.run(waves(x)) * x[0]


@follows("functions", [0.6, 1.4])
def attributes_got_by_operators(x):
    body = Body(x[0], Point(x[1]))
    height = operator.attrgetter("place.x")
    both = operator.attrgetter("mass", "place.y")(body)
    return height(body) * operator.mul(*both) + operator.methodcaller("energy")(body)


@follows("classes", [0.6, 1.4])
def counters_and_chains_of_maps(x):
    counts = collections.Counter(a=x[0])
    counts.update({"a": x[1], "b": x[1] ** 2})
    layers = collections.ChainMap({"gain": x[0]}, {"gain": 1.0, "rate": x[1]})
    return counts.total() * counts.most_common(1)[0][1] + math.sin(layers["gain"]) * layers["rate"]


@follows("control flow", [0.6, 1.4])
def match_of_numbers_by_type(x):
    def size(v):
        match v:
            case {"value": float(inner)}:
                return math.sin(inner)
            case [float(first), *rest]:
                return first * size(rest)
            case np.ndarray():
                return v.sum()
            case _:
                return 3.0

    return size({"value": x[0]}) * size([x[0], x[1]]) + size(x)


class Label(str):
    __slots__ = ()

    def __call__(self, v):
        return getattr(math, self)(v)


class Window(collections.deque):
    def energy(self):
        return sum(math.sin(v) for v in self)


class Sums(collections.defaultdict):
    def energy(self):
        return math.fsum(math.sin(v) for v in self.values())


class Order(int):
    def power(self, v):
        return math.pow(v, self)


COSINE, WINDOW, SUMS, CUBIC = Label("cos"), Window([0.5], maxlen=2), Sums(float, a=0.5), Order(3)


@follows("classes", [0.6, 1.4])
def subclasses_made_at_import(x):
    WINDOW.append(x[1])
    SUMS["b"] = x[1]
    WINDOW.pop()
    y = WINDOW.energy() * SUMS.energy() * COSINE(x[0]) * CUBIC.power(x[1])
    del SUMS["b"]
    return y


@never_wrong("math", [0.6, 1.4])
def fractions_beside_numbers(x):
    return fractions.Fraction(1, 3) * x[0] + float(fractions.Fraction(2, 3)) * x[1]
