"""Functions whose floats are not those of their ideal: rounded, quantised, iterated, cancelling."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
from differences_table import CONTEXT, Case, Ideal, coded, dual

cancelling = partial(dual, "cancelling")
single = partial(coded, "float32")
half = partial(coded, "float16")
quantised = partial(coded, "quantised")
iterated = partial(coded, "iterated")
# The number of iterations is the same all around x, or the jumps between are too few to tell: what
# is there to be differentiated is another smooth function, as far off as the iteration stopped.
early = partial(coded, "stopped early")


def in_precision(f: Ideal, dtype: Any) -> Any:
    """f computed in a narrow precision behind our back."""

    def narrow(x: float) -> float:
        with np.errstate(all="ignore"):
            return float(f(np, dtype(x)))

    return narrow


def sine(m: Any, x: Any) -> Any:
    return m.sin(x)


def cosine(m: Any, x: Any) -> Any:
    return m.cos(x)


def exponential(m: Any, x: Any) -> Any:
    return m.exp(x)


def square(m: Any, x: Any) -> Any:
    return x * x


def identity(m: Any, x: Any) -> Any:
    return x


def one(m: Any, x: Any) -> Any:
    return 1 + 0 * x


# far from x an iteration need not converge
LONGEST = 1000


def fixed_point(x: float, tolerance: float) -> float:
    """The y with y = cos(y) x, by substitution."""
    y = 0.5
    for _ in range(LONGEST):
        y, last = math.cos(y) * x, y
        if abs(y - last) <= tolerance:
            break
    return y


def fixed_point_ideal(m: Any, x: Any) -> Any:
    return CONTEXT.findroot(lambda y: y - CONTEXT.cos(y) * x, 0.5)


def fixed_point_slope(m: Any, x: Any) -> Any:
    y = fixed_point_ideal(m, x)
    return m.cos(y) / (1 + x * m.sin(y))


def bisection(x: float, tolerance: float) -> float:
    """The y with y³ + y = x."""
    low, high = -10.0, 10.0
    while high - low > tolerance:
        middle = (low + high) / 2
        low, high = (middle, high) if middle**3 + middle < x else (low, middle)
    return (low + high) / 2


def cubic_root(m: Any, x: Any) -> Any:
    return CONTEXT.findroot(lambda y: y**3 + y - x, 0.5)


def cubic_root_slope(m: Any, x: Any) -> Any:
    return 1 / (3 * cubic_root(m, x) ** 2 + 1)


def newton(x: float, tolerance: float) -> float:
    y = 1.0
    for _ in range(LONGEST):
        step = (y**3 + y - x) / (3 * y**2 + 1)
        y -= step
        if abs(step) <= tolerance:
            break
    return y


def square_root(x: float, tolerance: float) -> float:
    """Heron's rule."""
    y = 1.0
    for _ in range(LONGEST):
        if abs(y * y - x) <= tolerance:
            break
        y = (y + x / y) / 2
    return y


def series(x: float, tolerance: float) -> float:
    """exp by its series, until a term is small."""
    total = term = 1.0
    for k in range(1, LONGEST):
        term *= x / k
        total += term
        if abs(term) <= tolerance:
            break
    return total


def adaptive_integration(x: float, tolerance: float) -> float:
    """y' = -x y from 0 to 1, in steps as long as Heun and Euler agree."""
    t, y, h = 0.0, 1.0, 0.1
    for _ in range(LONGEST):
        if t >= 1:
            break
        h = min(h, 1 - t)
        first = -x * y
        second = -x * (y + h * first)
        error = abs(h * (second - first) / 2)
        if error <= tolerance:
            t, y = t + h, y + h * (first + second) / 2
        h *= min(2.0, max(0.2, 0.9 * math.sqrt(tolerance / (error + 1e-300))))
    return y


TABLE = np.linspace(0, 4, 4001)
SINES = np.sin(TABLE)


def looked_up(x: float) -> float:
    return float(np.interp(x, TABLE, SINES))


def cell(m: Any, x: Any) -> Any:
    """The straight line that the table is in one cell."""
    i = int(np.searchsorted(TABLE, float(x))) - 1
    rise = CONTEXT.mpf(SINES[i + 1]) - CONTEXT.mpf(SINES[i])
    return SINES[i] + (x - TABLE[i]) * rise / (CONTEXT.mpf(TABLE[i + 1]) - CONTEXT.mpf(TABLE[i]))


CASES: list[Case] = [
    *cancelling("big offset", lambda m, x: 1e10 + m.sin(x), lambda m, x: m.cos(x), at=(1.0, 2.0)),
    *cancelling("offset taken off", lambda m, x: (3.7e8 + 1.1 * x) - 3.7e8,
                lambda m, x: 1.1 + 0 * x, at=(1.0, 0.3)),
    *cancelling("(1 - cos x) / x²", lambda m, x: (1 - m.cos(x)) / (x * x),
                lambda m, x: m.sin(x) / x**2 - 2 * (1 - m.cos(x)) / x**3, at=(0.01, 1e-3)),
    *cancelling("(1 - cos x) / x², lost", lambda m, x: (1 - m.cos(x)) / (x * x),
                lambda m, x: m.sin(x) / x**2 - 2 * (1 - m.cos(x)) / x**3, at=(1e-6,),
                smooth=False),
    *cancelling("(exp x - 1) / x", lambda m, x: (m.exp(x) - 1) / x,
                lambda m, x: m.exp(x) / x - (m.exp(x) - 1) / x**2, at=(0.01, 1e-5)),
    *cancelling("(exp x - 1) / x, lost", lambda m, x: (m.exp(x) - 1) / x,
                lambda m, x: m.exp(x) / x - (m.exp(x) - 1) / x**2, at=(1e-9,), smooth=False),
    *cancelling("(x - 1)**5 expanded", lambda m, x: ((((x - 5) * x + 10) * x - 10) * x + 5) * x - 1,
                lambda m, x: 5 * (x - 1) ** 4, at=(1.02, 1.1, 1.3)),
    *cancelling("difference of squares", lambda m, x: (x + 1e-4) ** 2 - x**2,
                lambda m, x: CONTEXT.mpf(2) * 1e-4 + 0 * x, at=(1.0, 100.0)),
    *cancelling("lost in 1e20", lambda m, x: 1e20 + x, one, at=(1.0, 3.0), smooth=False),
    *cancelling("lost in 1", lambda m, x: 1 + 1e-17 * x, lambda m, x: 1e-17 + 0 * x, at=(1.0,),
                smooth=False),
    *cancelling("small beside 1", lambda m, x: 1 + x, one, at=(1e-3, 1e-8, 1e-20)),
    *cancelling("offset 5 + sqrt", lambda m, x: 5 + m.sqrt(x), lambda m, x: 1 / (2 * m.sqrt(x)),
                at=(1e-12, 1e-4)),
    *single("sin", in_precision(sine, np.float32), sine, cosine, at=(0.25, 0.7, 1.0, 1e-3, 2.5)),
    *single("exp", in_precision(exponential, np.float32), exponential, exponential,
            at=(0.1, 1.0, 5.0)),
    *single("square", in_precision(square, np.float32), square, lambda m, x: 2 * x,
            at=(0.3, 1.0, 3.0)),
    *single("stairs of x", lambda x: float(np.float32(x)), identity, one,
            at=(1.0, 1.1, 1 + 3e-8, 1 + 6e-8, 1 + 2.0**-24, 100.0)),
    *half("sin", in_precision(sine, np.float16), sine, cosine, at=(0.25, 0.7, 1.0, 2.5)),
    *half("square", in_precision(square, np.float16), square, lambda m, x: 2 * x,
          at=(0.3, 1.0, 3.0)),
    *quantised("round to 3", lambda x: float(np.round(x, 3)), identity, one,
               at=(0.5, 0.5004, 1.2345, 3.0)),
    *quantised("floor of 1e6 x", lambda x: math.floor(1e6 * x) / 1e6, identity, one,
               at=(0.5, 0.3, 1.23456789)),
    *quantised("round sin to 5", lambda x: round(math.sin(x), 5), sine, cosine, at=(0.5, 1.0, 2.0)),
    *quantised("sin to 1e-9", lambda x: round(math.sin(x), 9), sine, cosine, at=(0.5, 1.0)),
    *quantised("cents", lambda x: round(100 * math.exp(x)) / 100, exponential, exponential,
               at=(1.0, 3.0)),
    *early("fixed point to 1e-6", lambda x: fixed_point(x, 1e-6), fixed_point_ideal,
           fixed_point_slope, at=(0.5, 0.8, 1.0)),
    *early("fixed point to 1e-3", lambda x: fixed_point(x, 1e-3), fixed_point_ideal,
           fixed_point_slope, at=(0.5, 0.9)),
    *iterated("bisection to 1e-4", lambda x: bisection(x, 1e-4), cubic_root, cubic_root_slope,
              at=(0.5, 1.0, 2.0)),
    *iterated("bisection to 1e-10", lambda x: bisection(x, 1e-10), cubic_root, cubic_root_slope,
              at=(0.5, 2.0)),
    *early("Newton to 1e-4", lambda x: newton(x, 1e-4), cubic_root, cubic_root_slope,
           at=(0.5, 1.0)),
    *iterated("Newton to 1e-4", lambda x: newton(x, 1e-4), cubic_root, cubic_root_slope,
              at=(5.0,)),
    *iterated("Newton to 1e-10", lambda x: newton(x, 1e-10), cubic_root, cubic_root_slope,
              at=(0.5, 5.0)),
    *early("Heron to 1e-3", lambda x: square_root(x, 1e-3), lambda m, x: m.sqrt(x),
           lambda m, x: 1 / (2 * m.sqrt(x)), at=(2.0, 3.0)),
    *early("series to 1e-6", lambda x: series(x, 1e-6), exponential, exponential,
           at=(0.5, 1.0, 3.0)),
    *early("adaptive steps to 1e-4", lambda x: adaptive_integration(x, 1e-4),
           lambda m, x: m.exp(-x), lambda m, x: -m.exp(-x), at=(0.5, 1.0, 2.0)),
    *iterated("adaptive steps to 1e-6", lambda x: adaptive_integration(x, 1e-6),
              lambda m, x: m.exp(-x), lambda m, x: -m.exp(-x), at=(1.0,)),
    *coded("interpolated", "table of sines", looked_up, sine, cosine, at=(0.7004, 1.0003, 2.9999),
           either=cell),
]  # fmt: skip
