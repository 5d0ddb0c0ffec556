"""Functions with noise on them, drawn anew at every call, or the same wherever x is the same."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from differences_table import Case, Ideal, coded

LEVELS = (1e-14, 1e-12, 1e-10, 1e-8, 1e-6, 1e-4, 1e-2)

Draw = Callable[[np.random.Generator], float]

# each of standard deviation 1
LAWS: dict[str, Draw] = {
    "Gaussian": lambda random: float(random.normal()),
    "uniform": lambda random: float(random.uniform(-math.sqrt(3), math.sqrt(3))),
    "Laplace": lambda random: float(random.laplace(scale=math.sqrt(0.5))),
}

BASES: dict[str, tuple[Ideal, Ideal, tuple[float, ...]]] = {
    "sin": (lambda m, x: m.sin(x), lambda m, x: m.cos(x), (0.0, 1.0, 2.0)),
    "exp": (lambda m, x: m.exp(x), lambda m, x: m.exp(x), (0.0, 1.0, 5.0)),
    "parabola": (lambda m, x: 1 + (x - 1) ** 2, lambda m, x: 2 * (x - 1), (0.0, 1.0, 30.0)),
    "steep": (lambda m, x: m.exp(20 * x), lambda m, x: 20 * m.exp(20 * x), (0.0, 1.0)),
    "wave": (lambda m, x: 3 + m.sin(10 * x), lambda m, x: 10 * m.cos(10 * x), (0.3, 2.0)),
    "line": (lambda m, x: 2 * x + 1, lambda m, x: 2 + 0 * x, (0.0, 5.0)),
    "constant": (lambda m, x: 1 + 0 * x, lambda m, x: 0 * x, (0.0, 1.0)),
    "log": (lambda m, x: m.log(x), lambda m, x: 1 / x, (0.01, 3.0)),
}


@dataclass(frozen=True)
class Noisy:
    """A base function at a point, under noise of some law and level.

    Attributes:
        base: a key of `BASES`.
        x: the point.
        law: a key of `LAWS`, or "hash", which depends on x alone.
        level: the standard deviation, absolute or a part of f.
        multiplicative: whether it is a part of f.
    """

    base: str
    x: float
    law: str
    level: float
    multiplicative: bool

    @property
    def name(self) -> str:
        sort = "multiplicative" if self.multiplicative else "additive"
        return f"{self.base} at {self.x!r}, {self.law}, {self.level:g} {sort}"

    def seeded(self, seed: int) -> Case:
        """The case of one run."""
        ideal, slope, _ = BASES[self.base]
        draw = hashed(seed) if self.law == "hash" else partial(_drawn, self.law, seed=seed)()

        def f(x: float) -> float:
            clean = float(ideal(np, np.float64(x)))
            noise = self.level * draw(x)
            return clean * (1 + noise) if self.multiplicative else clean + noise

        return Case(f"{self.name}, seed {seed}", "noise", f, self.x, ideal, slope)


def _drawn(law: str, seed: int) -> Callable[[float], float]:
    random = np.random.default_rng(seed)
    return lambda x: LAWS[law](random)


def hashed(seed: int) -> Callable[[float], float]:
    """Uniform noise of standard deviation 1 that is the same for the same x."""

    def draw(x: float) -> float:
        bits = struct.unpack("<Q", struct.pack("<d", x))[0] + 0x9E3779B97F4A7C15 * (seed + 1)
        for multiplier in (0xBF58476D1CE4E5B9, 0x94D049BB133111EB):
            bits = ((bits ^ (bits >> 30)) * multiplier) & 0xFFFFFFFFFFFFFFFF
        bits ^= bits >> 31
        return (bits / 2**64 - 0.5) * math.sqrt(12)

    return draw


NOISY = [
    Noisy(base, x, law, level, multiplicative)
    for base, (_, _, points) in BASES.items()
    for x in points
    for law in (*LAWS, "hash")
    for level in LEVELS
    for multiplicative in (False, True)
]


def ripple(amplitude: float, frequency: float) -> list[Case]:
    """sin under a ripple that may be noise or may be meant."""
    rippled: Ideal = lambda m, x: m.sin(x) + amplitude * m.sin(frequency * x)
    return coded(
        "ripple", f"sin + {amplitude:g} sin({frequency:g} x)",
        lambda x: float(rippled(np, np.float64(x))),
        lambda m, x: m.sin(x), lambda m, x: m.cos(x), at=(0.3, 1.0), either=rippled,
    )  # fmt: skip


CASES: list[Case] = [
    *ripple(1e-8, 1e9),
    *ripple(1e-12, 1e9),
    *ripple(1e-6, 1e7),
    *ripple(1e-9, 1e6),
    *ripple(1e-5, 1e5),
    *ripple(1e-3, 1e12),
]
