"""What the referee says to the cross-check: value and slope of f at any point.

Its numbers are not rounded as floats are. Where f loses digits in floats, that is shown by runs
on mpmath numbers of as few bits.
"""

from __future__ import annotations

import math

import numpy as np

from nabla.lift.trace import Meetings
from nabla.methods.disproof import Exact
from nabla.methods.function import Function
from nabla.methods.secants import Evidence
from nabla.methods.squared_steps import Direction, take, value_with
from nabla.result import Array

DIGITS = 10
"""Correct digits of a slope: more than differences of floats have."""

BITS_LEFT_OUT = 3
"""A run in floats has a few bits less than floats have: each rounds in its own way."""


def slope_of(f: Function, x: Array, u: Array, rounding: np.random.Generator | None = None) -> Exact:
    """f(x) and ∇f(x)·u, NaN where f has no slope there.

    Args:
        f: the function.
        x: point, any shape.
        u: direction, in the shape of x, not zero.
        rounding: where given, the value is that of f in floats, with some bits left out;
            infinite where f has none.
    """
    from nabla.systems.multiprecision import nearest_float64

    met = Meetings()
    moving = np.flatnonzero(u)
    direction = Direction(moving, np.ravel(u)[moving])
    passes = [take(f, x, [direction], [0], DIGITS, number, met) for number in (0, 1)]
    evidence = Evidence.of_pair(*passes)
    slope = math.nan if evidence.unsettled(DIGITS) else nearest_float64(evidence.after[0].central)
    value, runs = nearest_float64(evidence.value), evidence.evaluations
    if rounding is not None:
        bits = int(np.finfo(x.dtype).nmant) + 1 - int(rounding.integers(BITS_LEFT_OUT))
        value, runs = _value_in_floats(f, x, bits), runs + 1
    return Exact(value, slope, met, runs)


def _value_in_floats(f: Function, x: Array, bits: int) -> float:
    from nabla.systems.multiprecision import nearest_float64
    from nabla.systems.multiprecision_as_floats import NumbersLikeFloats

    try:
        value = nearest_float64(value_with(NumbersLikeFloats(bits), f, x))
    except Exception:  # as a plain run may end where this one does not
        return math.inf
    return value if math.isfinite(value) else math.inf
