"""Where f is not smooth, or nearly so: kinks, jumps, edges of the domain, poles nearby."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from differences_table import CONTEXT, Case, coded, dual

near_singular = partial(dual, "near singular")
beside_kink = partial(coded, "beside a kink")
beside_jump = partial(coded, "beside a jump")
edge = partial(coded, "edge of the domain")


def kink(name: str, f: Callable[[Any], Any], x: Any, left: float, right: float, i: int = 0) -> Case:
    return Case(name, "kink", f, x, components=(i,), left=left, right=right)


def jump(name: str, f: Callable[[Any], Any], x: float) -> Case:
    return Case(name, "jump", f, x, jump=True)


DISTANCES = (1e-9, 1e-7, 1e-5, 1e-3, 1e-2, 1e-1)

CASES: list[Case] = [
    *near_singular("tan", lambda m, x: m.sin(x) / m.cos(x), lambda m, x: 1 / m.cos(x) ** 2,
                   at=(1.5, 1.57, 1.5707)),
    *near_singular("pole at 1", lambda m, x: 1 / (x - 1), lambda m, x: -1 / (x - 1) ** 2,
                   at=(0.9, 1.0001, 1 + 1e-8)),
    *near_singular("log(1 - x)", lambda m, x: m.log(1 - x), lambda m, x: -1 / (1 - x),
                   at=(0.5, 0.999, 0.999999)),
    *near_singular("sqrt(1 - x²)", lambda m, x: m.sqrt(1 - x * x),
                   lambda m, x: -x / m.sqrt(1 - x * x), at=(0.9, 0.999999)),
    *near_singular("arcsin", lambda m, x: m.arcsin(x), lambda m, x: 1 / m.sqrt(1 - x * x),
                   at=(0.9, 0.9999)),
    *coded("near singular", "gamma", math.gamma, lambda m, x: CONTEXT.gamma(x),
           lambda m, x: CONTEXT.gamma(x) * CONTEXT.digamma(x), at=(-0.999, 1e-3, -2.0001),
           smooth=True),
    *edge("x**1.5", lambda x: x**1.5 if x >= 0 else math.nan, lambda m, x: 0 * x,
          lambda m, x: 0 * x, at=(0.0,)),
    *edge("math.log", math.log, lambda m, x: m.log(x), lambda m, x: 1 / x, at=(1e-3, 1e-300),
          smooth=True),
    *edge("math.sqrt", math.sqrt, lambda m, x: m.sqrt(x), lambda m, x: 1 / (2 * m.sqrt(x)),
          at=(1e-12, 1e-3), smooth=True),
    *edge("arcsin in math", math.asin, lambda m, x: m.arcsin(x),
          lambda m, x: 1 / m.sqrt(1 - x * x), at=(0.999,), smooth=True),
    *edge("x² from 0 on", lambda x: 2 * x + x * x if x >= 0 else math.nan,
          lambda m, x: 2 * x + x * x, lambda m, x: 2 + 2 * x, at=(0.0, 1e-5, 0.1)),
    *edge("exp up to 1", lambda x: math.exp(x) if x <= 1 else math.nan,
          lambda m, x: m.exp(x), lambda m, x: m.exp(x), at=(1.0, 0.999, 0.9)),
    kink("abs", abs, 0.0, -1, 1),
    kink("relu", lambda x: max(x, 0.0), 0.0, 0, 1),
    kink("relu(x - 1)", lambda x: max(x - 1, 0.0), 1.0, 0, 1),
    kink("abs on a wave", lambda x: math.sin(x) + abs(x - 1), 1.0,
         math.cos(1) - 1, math.cos(1) + 1),
    kink("abs and a parabola", lambda x: abs(x) + 100 * x * x, 0.0, -1, 1),
    kink("exp of abs", lambda x: math.exp(abs(x - 2)), 2.0, -1, 1),
    kink("faint kink", lambda x: math.exp(x) + 1e-3 * abs(x - 1), 1.0,
         math.e - 1e-3, math.e + 1e-3),
    kink("min of two", lambda x: float(np.min(x)), [1.0, 1.0], 1, 0),
    jump("floor", math.floor, 1.0),
    jump("step", lambda x: float(x > 1), 1.0),
    jump("step on a wave", lambda x: math.sin(x) + (x > 1), 1.0),
    jump("small step", lambda x: math.sin(x) + 1e-6 * (x >= 1), 1.0),
    jump("tall step", lambda x: 1e6 * (x >= 0), 0.0),
    jump("sign", lambda x: float(np.sign(x)), 0.0),
    Case("cube root at 0.0", "cusp", lambda x: float(np.cbrt(x)), 0.0),
    Case("sqrt of abs at 0.0", "cusp", lambda x: math.sqrt(abs(x)), 0.0),
    Case("x log x at 0.0", "cusp", lambda x: x * math.log(abs(x)) if x else 0.0, 0.0),
    *(
        case
        for distance in DISTANCES
        for case in [
            *beside_kink("relu(x - 1) below", lambda x: max(x - 1, 0.0), lambda m, x: 0 * x,
                         lambda m, x: 0 * x, at=(1 - distance,)),
            *beside_kink("abs on a wave", lambda x: math.sin(x) + abs(x - 1),
                         lambda m, x: m.sin(x) + x - 1, lambda m, x: m.cos(x) + 1,
                         at=(1 + distance,)),
            *beside_jump("step on a wave", lambda x: math.sin(x) + (x > 1),
                         lambda m, x: m.sin(x), lambda m, x: m.cos(x), at=(1 - distance,)),
            *beside_jump("small step", lambda x: math.exp(x) + 1e-4 * (x > 1),
                         lambda m, x: m.exp(x), lambda m, x: m.exp(x), at=(1 + distance,)),
        ]
    ),
    Case("min, the next 1.6e-5 apart", "beside a kink", lambda x: float(np.min(x)),
         [1.0, 1.000016], lambda m, x: x[0], lambda m, x: [x[0] ** 0, 0 * x[1]]),
]  # fmt: skip
