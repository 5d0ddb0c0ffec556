"""Operations that fold along axes: sums, extremes, running sums.

Axes are counted from the end and given as a tuple, so that the axis of seeds, which comes
first, is never in the way.
"""

from __future__ import annotations

import numpy as np

from nabla.rules.primitives import primitive
from nabla.rules.rule import Explicit, Operation, Rule, Value, linear


@primitive
def total(x: Value, *, axis: tuple[int, ...]) -> Value:
    """Sum along the axes, which stay with length 1."""
    return np.sum(x, axis=axis, keepdims=True)


@primitive
def largest(x: Value, *, axis: tuple[int, ...]) -> Value:
    """Maximum along the axes, which stay with length 1."""
    return np.max(x, axis=axis, keepdims=True)


@primitive
def smallest(x: Value, *, axis: tuple[int, ...]) -> Value:
    """Minimum along the axes, which stay with length 1."""
    return np.min(x, axis=axis, keepdims=True)


largest.__name__, smallest.__name__ = "np.max", "np.min"  # what messages call them


@primitive
def running_total(x: Value, *, axis: int) -> Value:
    """Cumulative sum along one axis."""
    return np.cumsum(x, axis=axis)


def _shares(y: Value, x: Value, axis: tuple[int, ...]) -> Value:
    """How the slope is shared among the elements that attain the extreme: equally."""
    attained = np.equal(x, y) * 1.0
    return attained / np.sum(attained, axis=axis, keepdims=True)


def _extreme_push(t: Value, y: Value, x: Value, *, axis: tuple[int, ...]) -> Value:
    return total(_shares(y, x, axis) * t, axis=axis)


def _extreme_pull(c: Value, y: Value, x: Value, *, axis: tuple[int, ...]) -> Value:
    return _shares(y, x, axis) * c


def _backwards(x: Value, axis: int) -> Value:
    return np.flip(x, axis=axis)


_EXTREME = Explicit((_extreme_push,), (_extreme_pull,))

REDUCTIONS: dict[Operation, Rule] = {
    total: linear(
        lambda t, y, x, *, axis: total(t, axis=axis),
        lambda c, y, x, *, axis: np.broadcast_to(c, np.shape(x)),
    ),
    largest: _EXTREME,
    smallest: _EXTREME,
    running_total: linear(
        lambda t, y, x, *, axis: running_total(t, axis=axis),
        lambda c, y, x, *, axis: _backwards(running_total(_backwards(c, axis), axis=axis), axis),
    ),
}
