"""Python's own functions of numbers, and the NumPy function that means the same.

`math.sin` and `np.sin` are one function to mathematics: they share their derivative rule, their
kink and their meaning on other kinds of number, each of which is written once, under NumPy's
name. What differs is the value, which is always computed by the very function that was called:
``1 / 0.0`` raises ZeroDivisionError where np.divide answers inf.
"""

from __future__ import annotations

import cmath
import math
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from nabla.rules.rule import Operation, Value

_OF_REAL_AND_COMPLEX = {
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "asinh": np.arcsinh,
    "acosh": np.arccosh,
    "atanh": np.arctanh,
    "exp": np.exp,
    "log10": np.log10,
    "sqrt": np.sqrt,
    "isnan": np.isnan,
    "isinf": np.isinf,
    "isfinite": np.isfinite,
    "isclose": np.isclose,
}

NAMESAKES: dict[Operation, Any] = {
    **{getattr(math, name): function for name, function in _OF_REAL_AND_COMPLEX.items()},
    **{getattr(cmath, name): function for name, function in _OF_REAL_AND_COMPLEX.items()},
    math.exp2: np.exp2,
    math.expm1: np.expm1,
    math.log2: np.log2,
    math.log1p: np.log1p,
    math.cbrt: np.cbrt,
    math.pow: np.float_power,
    math.fabs: np.fabs,
    math.copysign: np.copysign,
    math.fmod: np.fmod,
    math.atan2: np.arctan2,
    math.hypot: np.hypot,
    math.ldexp: np.ldexp,
    math.degrees: np.degrees,
    math.radians: np.radians,
    math.floor: np.floor,
    math.ceil: np.ceil,
    math.trunc: np.trunc,
    math.ulp: np.spacing,
    operator.add: np.add,
    operator.sub: np.subtract,
    operator.mul: np.multiply,
    operator.truediv: np.divide,
    operator.floordiv: np.floor_divide,
    operator.mod: np.remainder,
    operator.pow: np.power,
    operator.neg: np.negative,
    operator.pos: np.positive,
    operator.abs: np.absolute,
    operator.lt: np.less,
    operator.le: np.less_equal,
    operator.eq: np.equal,
    operator.ne: np.not_equal,
    operator.gt: np.greater,
    operator.ge: np.greater_equal,
    float: np.positive,
}
"""Python's function -> NumPy's. `math.hypot` takes any number of operands, np.hypot two."""

TAKES_ITERABLES: frozenset[Operation] = frozenset(
    getattr(math, name) for name in ("fsum", "prod", "dist", "sumprod") if hasattr(math, name)
)
"""Those of `math` that take iterables; math.sumprod is there since Python 3.12."""


def takes_only_numbers(operation: Operation) -> bool:
    """Whether the operation makes a number of each operand, as math.sin does of ``np.ones(1)``."""
    if operation in (float, complex):
        return True
    of_numbers = getattr(operation, "__module__", "") in ("math", "cmath")
    return of_numbers and operation not in TAKES_ITERABLES


def as_called(operation: Operation, operands: Sequence[Value]) -> Sequence[Value]:
    """The operands, arrays of one element as numbers where the operation makes numbers of them."""
    if not takes_only_numbers(operation):
        return operands
    return [
        np.reshape(operand, ()) if np.ndim(operand) and np.size(operand) == 1 else operand
        for operand in operands
    ]
