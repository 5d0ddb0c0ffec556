"""Smooth functions of one variable and moderate scale, where a method has no excuse."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
from differences_table import CONTEXT, Case, coded, dual

smooth = partial(dual, "smooth", well_scaled=True)


def polynomial(coefficients: list[float], x: Any) -> Any:
    """By Horner's rule, the highest power first."""
    total = 0 * x
    for coefficient in coefficients:
        total = total * x + coefficient
    return total


def logistic_map(m: Any, x: Any) -> Any:
    """Fifty steps in the calm regime of the map."""
    for _ in range(50):
        x = 2.9 * x * (1 - x)
    return x


def logistic_map_slope(m: Any, x: Any) -> Any:
    slope = 1
    for _ in range(50):
        slope *= 2.9 * (1 - 2 * x)
        x = 2.9 * x * (1 - x)
    return slope


def damped_loop(m: Any, x: Any) -> Any:
    y = x
    for k in range(50):
        y = 0.9 * m.sin(y + 0.1 * k) + 0.2 * x
    return y


def damped_loop_slope(m: Any, x: Any) -> Any:
    y, slope = x, 1
    for k in range(50):
        slope = 0.9 * m.cos(y + 0.1 * k) * slope + 0.2
        y = 0.9 * m.sin(y + 0.1 * k) + 0.2 * x
    return slope


def bessel(x: float) -> float:
    """J0 by its series."""
    total = term = 1.0
    for k in range(1, 60):
        term *= -x * x / (4.0 * k * k)
        total += term
    return total


def error_function(x: float) -> float:
    return math.erf(x)


# a fixed sample: the mean over it is as smooth as its integrand
SAMPLE = np.random.default_rng(2).normal(size=200)
NODES, WEIGHTS = np.polynomial.legendre.leggauss(20)


def monte_carlo(m: Any, x: Any) -> Any:
    sample = SAMPLE if m is np else SAMPLE.astype(object) * CONTEXT.one
    return np.mean(m.exp(-x * sample**2) * m.cos(sample))


def monte_carlo_slope(m: Any, x: Any) -> Any:
    sample = SAMPLE.astype(object) * CONTEXT.one
    return np.mean(-(sample**2) * m.exp(-x * sample**2) * m.cos(sample))


def quadrature(x: float) -> float:
    """The integral of exp(-x t) for t from 0 to 1, where 20 nodes leave nothing to wish."""
    return float(WEIGHTS @ np.exp(-x * (NODES + 1) / 2) / 2)


CASES: list[Case] = [
    *smooth("sin", lambda m, x: m.sin(x), lambda m, x: m.cos(x), at=(0.3, 1.0, 2.0, 10.0, 100.0)),
    *smooth("exp", lambda m, x: m.exp(x), lambda m, x: m.exp(x), at=(-3.0, 0.1, 1.0, 5.0)),
    *smooth("log", lambda m, x: m.log(x), lambda m, x: 1 / x, at=(0.05, 0.7, 2.0, 60.0)),
    *smooth("sqrt", lambda m, x: m.sqrt(x), lambda m, x: 1 / (2 * m.sqrt(x)), at=(0.02, 1.0, 50.0)),
    *smooth("tanh", lambda m, x: m.tanh(x), lambda m, x: 1 - m.tanh(x) ** 2, at=(0.5, -1.5, 3.0)),
    *smooth("arctan", lambda m, x: m.arctan(x), lambda m, x: 1 / (1 + x * x), at=(0.2, 1.0, 7.0)),
    *smooth("reciprocal", lambda m, x: 1 / x, lambda m, x: -1 / x**2, at=(-0.1, 1.0, 30.0)),
    *smooth("cubic", lambda m, x: x**3 - 2 * x + 1, lambda m, x: 3 * x**2 - 2, at=(0.5, -2.0, 3.0)),
    *smooth("x**1.5", lambda m, x: x**1.5, lambda m, x: 1.5 * x**0.5, at=(0.1, 1.0, 40.0)),
    *smooth("x**-7", lambda m, x: x**-7, lambda m, x: -7 * x**-8, at=(0.1, 1.0, 3.0)),
    *smooth("sigmoid", lambda m, x: 1 / (1 + m.exp(-x)),
            lambda m, x: m.exp(-x) / (1 + m.exp(-x)) ** 2, at=(0.3, -2.0, 4.0)),
    *smooth("softplus", lambda m, x: m.log(1 + m.exp(x)),
            lambda m, x: 1 / (1 + m.exp(-x)), at=(0.5, -3.0, 6.0)),
    *smooth("Gaussian", lambda m, x: m.exp(-x * x),
            lambda m, x: -2 * x * m.exp(-x * x), at=(0.3, 1.0, -2.0)),
    *smooth("Runge", lambda m, x: 1 / (1 + 25 * x * x),
            lambda m, x: -50 * x / (1 + 25 * x * x) ** 2, at=(0.3, 1.0, -0.1)),
    *smooth("Squire and Trapp", lambda m, x: m.exp(x) / m.sqrt(m.sin(x) ** 3 + m.cos(x) ** 3),
            lambda m, x: m.exp(x) * (m.sin(x) ** 3 + m.cos(x) ** 3
                                     - 1.5 * m.sin(x) * m.cos(x) * (m.sin(x) - m.cos(x)))
            / m.sqrt(m.sin(x) ** 3 + m.cos(x) ** 3) ** 3, at=(1.5, 0.3)),
    *smooth("exp(sin)", lambda m, x: m.exp(m.sin(x)),
            lambda m, x: m.cos(x) * m.exp(m.sin(x)), at=(0.7, 4.0)),
    *smooth("x log x", lambda m, x: x * m.log(x), lambda m, x: m.log(x) + 1, at=(0.1, 2.0, 20.0)),
    *smooth("sinc", lambda m, x: m.sin(x) / x,
            lambda m, x: m.cos(x) / x - m.sin(x) / x**2, at=(0.5, 3.0)),
    *smooth("damped wave", lambda m, x: m.exp(-0.1 * x) * m.sin(3 * x),
            lambda m, x: m.exp(-0.1 * x) * (3 * m.cos(3 * x) - 0.1 * m.sin(3 * x)), at=(1.0, 5.0)),
    *smooth("line", lambda m, x: 3 * x + 2, lambda m, x: 3 + 0 * x, at=(0.1, 1.0, 77.0)),
    *smooth("period 1", lambda m, x: m.sin(2 * math.pi * x),
            lambda m, x: 2 * math.pi * m.cos(2 * math.pi * x), at=(0.1, 1.0)),
    *smooth("period 1/8", lambda m, x: m.sin(16 * math.pi * x),
            lambda m, x: 16 * math.pi * m.cos(16 * math.pi * x), at=(0.3, 1.0)),
    *smooth("period 1/64", lambda m, x: m.cos(128 * math.pi * x),
            lambda m, x: -128 * math.pi * m.sin(128 * math.pi * x), at=(0.101, 1.003)),
    *smooth("degree 9", lambda m, x: polynomial([3.0, -1, 4, -1, 5, -9, 2, -6, 5, -3], x),
            lambda m, x: polynomial([27.0, -8, 28, -6, 25, -36, 6, -12, 5], x), at=(0.4, 1.5)),
    *smooth("logistic map", logistic_map, logistic_map_slope, at=(0.2, 0.4)),
    *smooth("loop of 50 sines", damped_loop, damped_loop_slope, at=(0.3, 2.0)),
    *smooth("fixed sample", monte_carlo, monte_carlo_slope, at=(0.4, 1.3)),
    *coded("smooth", "J0", bessel, lambda m, x: CONTEXT.besselj(0, x),
           lambda m, x: -CONTEXT.besselj(1, x), at=(0.5, 2.0, 4.0), smooth=True, well_scaled=True),
    *coded("smooth", "erf", math.erf, lambda m, x: CONTEXT.erf(x),
           lambda m, x: 2 * m.exp(-x * x) / m.sqrt(CONTEXT.pi), at=(0.3, 1.5),
           smooth=True, well_scaled=True),
    *coded("smooth", "gamma", math.gamma, lambda m, x: CONTEXT.gamma(x),
           lambda m, x: CONTEXT.gamma(x) * CONTEXT.digamma(x), at=(0.5, 2.5, 6.0),
           smooth=True, well_scaled=True),
    *coded("smooth", "quadrature", quadrature, lambda m, x: (1 - m.exp(-x)) / x,
           lambda m, x: (m.exp(-x) * (1 + x) - 1) / x**2, at=(0.5, 2.0),
           smooth=True, well_scaled=True),
]  # fmt: skip
