"""Smooth functions whose scale is not that of x: tiny, huge, narrow, rapid, flat, optima."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

from differences_table import CONTEXT, Case, coded, dual

scaled = partial(dual, "badly scaled")
narrow = partial(dual, "narrow")
rapid = partial(dual, "oscillating")
flat = partial(dual, "flat")
optimum = partial(dual, "optimum")


def bell(m: Any, x: Any, centre: float, width: float) -> Any:
    return m.exp(-(((x - centre) / width) ** 2))


def bell_slope(m: Any, x: Any, centre: float, width: float) -> Any:
    return -2 * (x - centre) / width / width * bell(m, x, centre, width)


def weierstrass(m: Any, x: Any) -> Any:
    """Eight terms: smooth, but at no scale one looks at it from afar."""
    return sum(0.5**k * m.cos(7**k * x) for k in range(8))


def weierstrass_slope(m: Any, x: Any) -> Any:
    return sum(-(0.5**k) * 7**k * m.sin(7**k * x) for k in range(8))


CASES: list[Case] = [
    *scaled("sin", lambda m, x: m.sin(x), lambda m, x: m.cos(x),
            at=(0.0, 1e-3, 1e-8, 1e-200, math.pi, 1e4, 1e6, 1e9)),
    *scaled("exp", lambda m, x: m.exp(x), lambda m, x: m.exp(x),
            at=(0.0, 1e-12, -30.0, 100.0, 700.0, 709.0, -700.0)),
    *scaled("log", lambda m, x: m.log(x), lambda m, x: 1 / x,
            at=(1e-3, 1e-9, 1e-300, 1e6, 1e300)),
    *scaled("sqrt", lambda m, x: m.sqrt(x), lambda m, x: 1 / (2 * m.sqrt(x)),
            at=(1e-12, 1e-300, 1e300)),
    *scaled("identity", lambda m, x: x, lambda m, x: 1 + 0 * x, at=(1e-300, 1e-200, 0.0, 1e300)),
    *scaled("square", lambda m, x: x * x, lambda m, x: 2 * x, at=(1e-150, 1e-100, 1e100, 1e150)),
    *scaled("scale 1e-200", lambda m, x: m.sin(x * 1e200) * 1e-200,
            lambda m, x: 1e200 * CONTEXT.mpf(1e-200) * m.cos(x * 1e200), at=(1e-200, 3e-200)),
    *scaled("scale 1e200", lambda m, x: m.sin(x * 1e-200),
            lambda m, x: 1e-200 * m.cos(x * 1e-200), at=(1e200, 3e200)),
    *scaled("nanometres", lambda m, x: 1e12 * (1 + m.sin(x * 1e9)),
            lambda m, x: CONTEXT.mpf(1e12) * 1e9 * m.cos(x * 1e9), at=(1e-9, 3e-9, 0.0)),
    *scaled("reciprocal", lambda m, x: 1 / x, lambda m, x: -1 / x**2, at=(1e-5, 1e-150, 1e5)),
    *scaled("steep exp", lambda m, x: m.exp(1e3 * x), lambda m, x: 1e3 * m.exp(1e3 * x),
            at=(0.0, 0.1, 0.5, -0.3, 0.7)),
    *scaled("overflowing cosh", lambda m, x: m.exp(x) + m.exp(-x),
            lambda m, x: m.exp(x) - m.exp(-x), at=(700.0, -705.0)),
    *scaled("x**1.5", lambda m, x: x**1.5, lambda m, x: 1.5 * x**0.5, at=(1e-10, 1e10)),
    *scaled("far quadratic", lambda m, x: (x - 1e6) ** 2, lambda m, x: 2 * (x - 1e6),
            at=(0.0, 1e6 + 1, 999999.0)),
    *narrow("bell of width 1e-2", lambda m, x: bell(m, x, 1, 1e-2),
            lambda m, x: bell_slope(m, x, 1, 1e-2), at=(1.0, 1.005, 1.02, 1.05)),
    *narrow("bell of width 1e-3", lambda m, x: bell(m, x, 1, 1e-3),
            lambda m, x: bell_slope(m, x, 1, 1e-3), at=(1.0005, 0.9995, 1.003, 1.01)),
    *narrow("bell of width 1e-6", lambda m, x: bell(m, x, 1, 1e-6),
            lambda m, x: bell_slope(m, x, 1, 1e-6), at=(1.0000005, 1.000002)),
    *narrow("bell of width 1e-5 at 0", lambda m, x: bell(m, x, 0, 1e-5),
            lambda m, x: bell_slope(m, x, 0, 1e-5), at=(3e-6, 1e-5)),
    *narrow("bump on a line", lambda m, x: x + 1e-3 * bell(m, x, 1, 1e-4),
            lambda m, x: 1 + 1e-3 * bell_slope(m, x, 1, 1e-4), at=(1.00005, 1.0, 1.0003)),
    *narrow("bump on a wave", lambda m, x: m.sin(x) + 1e-2 * bell(m, x, 2, 1e-3),
            lambda m, x: m.cos(x) + 1e-2 * bell_slope(m, x, 2, 1e-3), at=(2.0005, 2.002, 2.01)),
    *narrow("narrow Runge", lambda m, x: 1 / (1 + 1e8 * x * x),
            lambda m, x: -2e8 * x / (1 + 1e8 * x * x) ** 2, at=(1e-4, 1e-5, 0.3)),
    *narrow("rounded corner", lambda m, x: m.sqrt(x * x + 1e-12),
            lambda m, x: x / m.sqrt(x * x + 1e-12), at=(1e-8, 1e-6, 1e-3)),
    *narrow("steep tanh", lambda m, x: m.tanh(1e4 * (x - 1)),
            lambda m, x: 1e4 * (1 - m.tanh(1e4 * (x - 1)) ** 2), at=(1.0, 1.0001, 0.99995)),
    *narrow("plateau and far cliff", lambda m, x: m.tanh(100 * (x - 2)),
            lambda m, x: 100 * (1 - m.tanh(100 * (x - 2)) ** 2), at=(1.9, 1.95, 2.01)),
    *rapid("sin(1e3 x)", lambda m, x: m.sin(1e3 * x), lambda m, x: 1e3 * m.cos(1e3 * x),
           at=(0.0, 1.0, 0.7, 12.0)),
    *rapid("sin(1e6 x)", lambda m, x: m.sin(1e6 * x), lambda m, x: 1e6 * m.cos(1e6 * x),
           at=(0.0, 1.0, 0.3)),
    *rapid("chirp sin(x²)", lambda m, x: m.sin(x * x), lambda m, x: 2 * x * m.cos(x * x),
           at=(3.0, 100.0, 1e4)),
    *rapid("x sin(1/x)", lambda m, x: x * m.sin(1 / x),
           lambda m, x: m.sin(1 / x) - m.cos(1 / x) / x, at=(0.1, 1e-2, 1e-3)),
    *rapid("ripple of a tenth", lambda m, x: x + 1e-4 * m.sin(1e3 * x),
           lambda m, x: 1 + 1e3 * m.cos(1e3 * x) * 1e-4, at=(1.0, 0.3)),
    *rapid("Weierstrass", weierstrass, weierstrass_slope, at=(0.3, 1.0)),
    *flat("constant", lambda m, x: 3 + 0 * x, lambda m, x: 0 * x, at=(0.0, 1.0, 1e10)),
    *flat("exp(-1/x²)", lambda m, x: m.exp(-1 / (x * x)),
          lambda m, x: 2 / x**3 * m.exp(-1 / (x * x)), at=(0.04, 0.05, 0.2)),
    *flat("far bell", lambda m, x: m.exp(-x * x), lambda m, x: -2 * x * m.exp(-x * x),
          at=(6.0, 20.0)),
    *flat("tanh", lambda m, x: m.tanh(x), lambda m, x: 1 / m.cosh(x) ** 2, at=(5.0, 12.0)),
    *flat("tanh, saturated", lambda m, x: m.tanh(x), lambda m, x: 1 / m.cosh(x) ** 2,
          at=(20.0, 300.0), smooth=False),
    *coded("flat", "erf, saturated", math.erf, lambda m, x: CONTEXT.erf(x),
           lambda m, x: 2 * m.exp(-x * x) / m.sqrt(CONTEXT.pi), at=(6.0, 50.0)),
    *coded("flat", "exp(-1/x²) with its limit", lambda x: math.exp(-1 / x**2) if x else 0.0,
           lambda m, x: 0 * x, lambda m, x: 0 * x, at=(0.0,), smooth=True),
    *optimum("parabola", lambda m, x: 1 + (x - 0.7) ** 2, lambda m, x: 2 * (x - 0.7),
             at=(0.7, 0.7000001, 0.71)),
    *optimum("quartic", lambda m, x: (x - 1) ** 4, lambda m, x: 4 * (x - 1) ** 3,
             at=(1.0, 1.001)),
    *optimum("cosine", lambda m, x: m.cos(x), lambda m, x: -m.sin(x),
             at=(0.0, 1e-5, 1e-100, math.pi)),
    *optimum("high parabola", lambda m, x: 1e6 + (x - 1) ** 2, lambda m, x: 2 * (x - 1),
             at=(1.0, 1.001)),
    *optimum("cubic", lambda m, x: x**3 - 1e6 * x, lambda m, x: 3 * x * x - 1e6,
             at=(577.35026919, 1.0, 0.0)),
    *optimum("narrow bell's top", lambda m, x: bell(m, x, 1, 1e-3),
             lambda m, x: bell_slope(m, x, 1, 1e-3), at=(1.0,)),
]  # fmt: skip
