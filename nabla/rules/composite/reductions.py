"""Reductions and running folds, with NumPy's whole signature, in terms of the canonical ones."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from nabla.rules import reductions
from nabla.rules.arguments import (
    as_operand,
    axes_from_end,
    length_along,
    refuse_options,
    without_axes,
)
from nabla.rules.parts import squared_size
from nabla.rules.rule import Operation, Value


def _sum(
    a: Value,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    keepdims: bool = False,
    initial: Any = 0,
    where: Any = True,
) -> Value:
    refuse_options("sum", dtype=dtype, out=out)
    kept = a if where is True else np.where(where, a, 0.0)
    y = _folded(reductions.total, kept, axis, keepdims)
    return y if isinstance(initial, int) and initial == 0 else y + initial


def _folded(operation: Operation, a: Value, axis: Any, keepdims: bool) -> Value:
    axes = axes_from_end(axis, a.ndim)
    y = operation(a, axis=axes)
    if keepdims:
        return y
    y = np.reshape(y, without_axes(a.shape, axes))
    return y if y.shape else y[()]  # a full reduction gives a number, not an array


def _extreme(operation: Operation, pick: Operation, worst: float) -> Callable[..., Value]:
    def composite(
        a: Value,
        axis: Any = None,
        out: Any = None,
        keepdims: bool = False,
        initial: Any = None,
        where: Any = True,
    ) -> Value:
        refuse_options(pick.__name__, out=out)
        kept = a if where is True else np.where(where, a, worst)
        if kept.size == 0 and initial is not None:
            axes = axes_from_end(axis, a.ndim)
            return np.zeros(without_axes(a.shape, axes)) + initial
        y = _folded(operation, kept, axis, keepdims)
        return y if initial is None else pick(y, initial)

    return composite


def _mean(
    a: Value,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    keepdims: bool = False,
    where: Any = True,
) -> Value:
    refuse_options("mean", dtype=dtype, out=out)
    count = length_along(a.shape, axis, where, keepdims)
    return np.sum(a, axis=axis, keepdims=keepdims, where=where) / count


def _var(
    a: Value,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    ddof: float = 0,
    keepdims: bool = False,
    where: Any = True,
    mean: Any = None,
    correction: float | None = None,
) -> Value:
    refuse_options("var", dtype=dtype, out=out)
    center = np.mean(a, axis=axis, keepdims=True, where=where) if mean is None else mean
    count = length_along(a.shape, axis, where, keepdims)
    squares = np.sum(squared_size(a - center), axis=axis, keepdims=keepdims, where=where)
    return squares / (count - (ddof if correction is None else correction))


def _std(a: Value, axis: Any = None, **options: Any) -> Value:
    return np.sqrt(np.var(a, axis=axis, **options))


def _prod(
    a: Value,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Value:
    # multiplying halves by halves is exact where a factor is zero, which y / x is not
    refuse_options("prod", dtype=dtype, out=out)
    factors = a if where is True else np.where(where, a, 1.0)
    axes = axes_from_end(axis, a.ndim)
    rest = [k - a.ndim for k in range(a.ndim) if k - a.ndim not in axes]
    kept_shape = without_axes(a.shape, axes)
    factors = np.transpose(factors, [k + a.ndim for k in (*axes, *rest)])
    factors = np.reshape(factors, (math.prod(a.shape[k] for k in axes), *kept_shape))
    while len(factors) > 1:
        half = len(factors) // 2
        pairs = factors[:half] * factors[half : 2 * half]
        odd_one = factors[2 * half :]
        factors = np.concatenate([pairs, odd_one]) if len(odd_one) else pairs
    y = np.copy(factors)[0] if len(factors) else np.ones(kept_shape)  # never a view of a
    y = y if initial is None else y * initial
    return (
        np.reshape(y, [1 if k - a.ndim in axes else n for k, n in enumerate(a.shape)])
        if keepdims
        else y
    )


def _cumsum(a: Value, axis: Any = None, dtype: Any = None, out: Any = None) -> Value:
    refuse_options("cumsum", dtype=dtype, out=out)
    a, axis = (np.ravel(a), 0) if axis is None else (a, axis)
    return reductions.running_total(a, axis=axes_from_end(axis, a.ndim)[0])


def _cumprod(a: Value, axis: Any = None, dtype: Any = None, out: Any = None) -> Value:
    refuse_options("cumprod", dtype=dtype, out=out)
    a, axis = (np.ravel(a), 0) if axis is None else (a, axis)
    y = np.moveaxis(np.copy(a), axis, 0)
    distance = 1
    while distance < len(y):  # Hillis and Steele (1986): each pass doubles the reach
        y = np.concatenate([y[:distance], y[distance:] * y[:-distance]])
        distance *= 2
    return np.moveaxis(y, 0, axis)


def _ptp(a: Value, axis: Any = None, out: Any = None, keepdims: bool = False) -> Value:
    refuse_options("ptp", out=out)
    return np.max(a, axis=axis, keepdims=keepdims) - np.min(a, axis=axis, keepdims=keepdims)


def _average(
    a: Value,
    axis: Any = None,
    weights: Any = None,
    returned: bool = False,
    *,
    keepdims: bool = False,
) -> Value:
    a = as_operand(a)
    if weights is None:
        weights = np.ones(a.shape)
    w = as_operand(weights)
    if axis is not None and w.ndim == 1 != a.ndim:
        w = np.reshape(w, [-1 if k == axis % a.ndim else 1 for k in range(a.ndim)])
    scale = np.sum(w * np.ones(a.shape), axis=axis, keepdims=keepdims)
    y = np.sum(a * w, axis=axis, keepdims=keepdims) / scale
    return (y, scale) if returned else y


_MAX = _extreme(reductions.largest, np.maximum, -np.inf)
_MIN = _extreme(reductions.smallest, np.minimum, np.inf)

REDUCTIONS: dict[Operation, Callable[..., Any]] = {
    np.sum: _sum,
    np.max: _MAX,
    np.amax: _MAX,
    np.min: _MIN,
    np.amin: _MIN,
    np.mean: _mean,
    np.var: _var,
    np.std: _std,
    np.prod: _prod,
    np.cumsum: _cumsum,
    np.cumprod: _cumprod,
    np.ptp: _ptp,
    np.average: _average,
}
