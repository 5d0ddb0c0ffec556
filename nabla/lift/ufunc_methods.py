"""What a ufunc's methods (np.add.reduce, np.multiply.outer, …) do to lifted values.

The common ones are NumPy functions of their own, np.add.reduce is np.sum; the others are written
out as the loops they stand for.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from typing import Any

import numpy

from nabla.rules import structural
from nabla.rules.rule import Operation, Value

np: Any = numpy  # to a type checker, NumPy's functions take no lifted values

_REDUCTIONS: dict[numpy.ufunc, Operation] = {
    np.add: np.sum,
    np.multiply: np.prod,
    np.maximum: np.max,
    np.minimum: np.min,
    np.logical_and: np.all,
    np.logical_or: np.any,
}
_ACCUMULATIONS: dict[numpy.ufunc, Operation] = {np.add: np.cumsum, np.multiply: np.cumprod}


def _reduce(
    ufunc: numpy.ufunc, a: Value, axis: Any = 0, *, where: Any = True, **options: Any
) -> Value:
    if ufunc in _REDUCTIONS:
        masked = {} if where is True else {"where": where}
        return _REDUCTIONS[ufunc](a, axis=axis, **options, **masked)
    return functools.reduce(ufunc, _slices(a, axis, where, **options))


def _accumulate(ufunc: numpy.ufunc, a: Value, axis: int = 0, *, where: Any = True) -> Value:
    if ufunc in _ACCUMULATIONS:
        return _ACCUMULATIONS[ufunc](a, axis=axis)
    return np.stack(list(itertools.accumulate(_slices(a, axis, where), ufunc)), axis=axis)


def _slices(a: Value, axis: Any, where: Any) -> Value:
    """The slices along an axis; a mask would need an identity that most ufuncs do not have."""
    if where is not True or not isinstance(axis, int):
        raise TypeError("this reduction of lifted values takes one axis, and no mask")
    return np.moveaxis(a, axis, 0)


def _outer(ufunc: numpy.ufunc, a: Value, b: Value, *, where: Any = True) -> Value:
    return ufunc(np.reshape(a, np.shape(a) + (1,) * np.ndim(b)), b)


def _at(ufunc: numpy.ufunc, a: Value, indices: Any, *b: Value, where: Any = True) -> None:
    """One element after another, so that a position named twice is changed twice."""
    positions = structural.positions_of(indices, np.shape(a))
    operands = [np.ravel(np.broadcast_to(operand, positions.shape)) for operand in b]
    for k, position in enumerate(positions.ravel()):
        key = tuple(int(i) for i in np.unravel_index(position, np.shape(a)))
        a[key] = ufunc(a[key], *(operand[k] for operand in operands))


METHODS: dict[str, Callable[..., Any]] = {
    "reduce": _reduce,
    "accumulate": _accumulate,
    "outer": _outer,
    "at": _at,
}
"""Name of the method -> (ufunc, *operands, **options) to its result."""
