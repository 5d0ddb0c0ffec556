"""A file of helpers as a user keeps it beside the main script."""

import math

import numpy as np
from numpy.linalg import norm

GRAVITY = 9.81
PLANETS = {"earth": {"mass": 5.972, "radius": 6.371}, "mars": {"mass": 0.6417, "radius": 3.3895}}
WEIGHTS = [0.2, 0.3, 0.5]
TABLE = np.array([[1.0, 0.5], [0.25, 2.0]])


def saturate(v, limit=2.0):
    return limit * math.tanh(v / limit)


def weighted(values):
    return math.fsum(w * v for w, v in zip(WEIGHTS, values, strict=True))


def rotated(v, angle):
    c, s = math.cos(angle), math.sin(angle)
    return np.array([[c, -s], [s, c]]) @ v


def unit(v):
    return v / norm(v)


def surface_gravity(planet, scale):
    body = PLANETS[planet]
    return GRAVITY * body["mass"] * scale / math.pow(body["radius"] * scale, 2)


class Accumulator:
    def __init__(self):
        self.items = []

    def add(self, v):
        self.items.append(v)
        return self

    @property
    def mean(self):
        return sum(self.items) / len(self.items)

    def spread(self):
        return math.sqrt(sum((v - self.mean) ** 2 for v in self.items) / len(self.items))
