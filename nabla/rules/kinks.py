"""Where a derivative does not exist, and what nabla answers there: one table.

At such a place an exact method still returns a number, the one named here, but never silently:
the result carries a note with the operation and the line, and the error of every component
that depends on the place is NaN (nothing is known).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from nabla.rules.constant import binary_exponent
from nabla.rules.decompositions import (
    eigensystem,
    singular_system,
    symmetric_eigensystem,
    tied,
)
from nabla.rules.namesakes import NAMESAKES
from nabla.rules.reductions import largest, smallest
from nabla.rules.rule import Operation, Value
from nabla.rules.samples import deviation_of_population, deviation_of_sample
from nabla.rules.scalar_functions import fractional_part, modulus
from nabla.rules.scipy_names import scipy_name


@dataclass(frozen=True)
class Kink:
    """A place where an operation has no derivative.

    Attributes:
        kind: "kink" (one-sided slopes differ or are infinite), "jump" (the value jumps), or
            "branch" (a comparison decided exactly on its boundary).
        place: where, in words.
        answer: the derivative nabla takes there, in words.
        at: ``(y, *operands, **parameters)`` to a boolean array in y's shape.
        vertical: whether the slope is infinite, so that tangents of zero may hide one.
    """

    kind: Literal["kink", "jump", "branch"]
    place: str
    answer: str
    at: Callable[..., Value]
    vertical: bool = False


def _tied(y: Value, x: Value, *, axis: tuple[int, ...]) -> Value:
    return np.sum(np.equal(x, y), axis=axis, keepdims=True) > 1


def _whole(y: Value, x: Value, *_: Any) -> Value:
    return np.equal(y, x)


def _equal(y: Value, a: Value, b: Value) -> Value:
    return np.equal(a, b) & (a is not b)  # max(x, x) is x


def _of_zero(y: Value, a: Value, b: Value) -> Value:
    return np.equal(a, 0) & np.less(b, 1) & np.not_equal(b, 0)


def _in_order(y: Value, x: Value, axis: Any = -1, **_: Any) -> Value:
    """Elements of x that are equal to another one; y is the order of x along the axis."""
    flat, along = (np.ravel(x), -1) if axis is None else (x, axis)
    ordered = np.moveaxis(np.take_along_axis(flat, y, along), along, -1)
    ties = np.zeros(ordered.shape, dtype=bool)
    ties[..., 1:] = np.equal(ordered[..., 1:], ordered[..., :-1])
    ties[..., :-1] |= ties[..., 1:]
    places = np.zeros(ordered.shape, dtype=bool)
    np.put_along_axis(places, np.moveaxis(y, along, -1), ties, -1)
    return np.reshape(np.moveaxis(places, -1, along), np.shape(x))


def _attained_twice(fold: Any) -> Any:
    def at(y: Value, x: Value, axis: Any = None, **_: Any) -> Value:
        attained = np.equal(x, fold(x, axis=axis, keepdims=True))
        return attained & (np.sum(attained, axis=axis, keepdims=True) > 1)

    return at


def _halfway(y: Value, x: Value, decimals: int = 0, **_: Any) -> Value:
    scale = 10.0**decimals
    return np.equal(np.abs(x - y) * scale, 0.5)


def _on_a_place(y: Value, places: Value, x: Value, side: Any = "left", sorter: Any = None) -> Value:
    """Whether any x lies exactly on one of the places."""
    ends: list[Value] = [np.searchsorted(places, x, end, sorter) for end in ("left", "right")]
    return np.any(np.not_equal(*ends))


def _repeated(values: Value) -> Value:
    """Whether a matrix has an eigenvalue (..., n) twice, shape (..., 1, 1)."""
    return np.sum(tied(values), axis=(-2, -1), keepdims=True) > values.shape[-1]


def _singular_repeated(y: Value, a: Value) -> Value:
    values = np.real(y[..., a.shape[-2], :])
    smallest_value = np.min(values, axis=-1)[..., None, None]
    return _repeated(values) | (smallest_value <= 1e-15 * np.max(values, axis=-1)[..., None, None])


_REPEATED = Kink(
    "kink",
    "at a repeated eigenvalue",
    "that of vectors which do not turn into each other",
    lambda y, a, **_: _repeated(y[..., 0, :]),
)
_ABS = Kink("kink", "at 0", "0", lambda y, x: np.equal(x, 0))
_TIE = Kink("kink", "at a tie", "shared equally", _equal)
_TIED = Kink("kink", "at a tie", "shared equally", _tied)
_EDGE = Kink("kink", "at ±1", "inf", lambda y, x: np.equal(np.square(x), 1), vertical=True)
_ROOT = Kink(
    "kink", "at 0", "inf (0 where nothing moves)", lambda y, x: np.equal(x, 0), vertical=True
)
_STEP = Kink("jump", "where it jumps", "0", _whole)
_NO_SPREAD = Kink("kink", "where all values agree", "0", lambda y, *_: np.equal(y, 0))
_WRAP = Kink("jump", "where it wraps round", "1", lambda y, a, b: np.equal(y, 0))
_COMPARED = Kink("branch", "on its boundary", "that of the branch taken", _equal)

_POWER = Kink("kink", "of 0 to a power below 1", "inf", _of_zero, vertical=True)
_ORDER = Kink("kink", "at a tie", "that of the order found", _in_order)

_OF_NUMPY: dict[Operation, Kink] = {
    np.absolute: _ABS,
    np.fabs: _ABS,
    np.maximum: _TIE,
    np.minimum: _TIE,
    np.fmax: _TIE,
    np.fmin: _TIE,
    largest: _TIED,
    smallest: _TIED,
    np.sqrt: _ROOT,
    np.cbrt: _ROOT,
    np.power: _POWER,
    np.float_power: _POWER,
    np.hypot: Kink("kink", "at (0, 0)", "0", lambda y, *_: np.equal(y, 0)),
    np.arctan2: Kink(
        "jump",
        "at (0, 0) or on the branch cut",
        "0 at (0, 0), else the slope along the cut",
        lambda y, a, b: np.equal(a, 0) & np.less_equal(b, 0),
    ),
    np.arcsin: _EDGE,
    np.arccos: _EDGE,
    np.arccosh: Kink("kink", "at 1", "inf", lambda y, x: np.equal(x, 1), vertical=True),
    np.copysign: Kink(
        "jump", "where a sign flips", "0", lambda y, a, b: np.equal(b, 0) | np.equal(a, 0)
    ),
    np.heaviside: Kink("jump", "at 0", "0", lambda y, x, h: np.equal(x, 0)),
    np.searchsorted: Kink("kink", "on a place", "that of the interval taken", _on_a_place),
    np.digitize: Kink(
        "kink",
        "on an edge",
        "that of the interval taken",
        lambda y, x, bins, right=False: np.any(np.isin(x, bins)),
    ),
    symmetric_eigensystem: _REPEATED,
    eigensystem: _REPEATED,
    singular_system: Kink(
        "kink",
        "at a repeated or zero singular value",
        "that of vectors which do not turn into each other",
        _singular_repeated,
    ),
    np.sign: Kink("jump", "at 0", "0", lambda y, x: np.equal(x, 0)),
    np.floor: _STEP,
    np.ceil: _STEP,
    np.trunc: Kink("jump", "where it jumps", "0", lambda y, x: np.equal(y, x) & np.not_equal(x, 0)),
    np.rint: Kink("jump", "halfway", "0", lambda y, x: np.equal(np.abs(x - y), 0.5)),
    np.floor_divide: Kink("jump", "where it jumps", "0", lambda y, a, b: np.equal(y * b, a)),
    np.remainder: _WRAP,
    np.fmod: Kink(
        "jump", "where it wraps round", "1", lambda y, a, b: np.equal(y, 0) & np.not_equal(a, 0)
    ),
    np.round: Kink("jump", "halfway", "0", _halfway),
    np.argsort: _ORDER,
    np.argmax: Kink("branch", "at a tie", "that of the first", _attained_twice(np.max)),
    np.argmin: Kink("branch", "at a tie", "that of the first", _attained_twice(np.min)),
    np.equal: _COMPARED,
    np.not_equal: _COMPARED,
    np.less: _COMPARED,
    np.less_equal: _COMPARED,
    np.greater: _COMPARED,
    np.greater_equal: _COMPARED,
}

KINKS: dict[Operation, Kink] = {
    **_OF_NUMPY,
    **{f: _OF_NUMPY[namesake] for f, namesake in NAMESAKES.items() if namesake in _OF_NUMPY},
    modulus: _ABS,
    fractional_part: Kink(
        "jump", "where it wraps round", "1", lambda y, x: np.equal(y, 0) & np.not_equal(x, 0)
    ),
    binary_exponent: Kink(
        "jump", "at a power of 2", "0", lambda y, x: np.equal(np.abs(x), np.exp2(y - 1))
    ),
    deviation_of_sample: _NO_SPREAD,
    deviation_of_population: _NO_SPREAD,
    math.remainder: Kink(
        "jump", "where it wraps round", "1", lambda y, a, b: np.equal(2 * np.abs(y), np.abs(b))
    ),
}
"""Operation -> where it has no derivative, and the answer given there."""

_OF_SCIPY: dict[str, Kink] = {
    "scipy.special.cbrt": _ROOT,
    "scipy.special.i0e": _ABS,
    "scipy.special.entr": _ROOT,
}


def kink_of(operation: Operation) -> Kink | None:
    """Where the operation has no derivative, if there is such a place."""
    return KINKS.get(operation) or _OF_SCIPY.get(scipy_name(operation) or "")
