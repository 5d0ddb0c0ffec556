"""Norms of vectors and matrices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np

from nabla.rules.arguments import as_operand
from nabla.rules.parts import squared_size
from nabla.rules.rule import Operation, Value

_LAPACK: Any = np.linalg  # to a type checker, its functions take no duck arrays


def _norm(x: Value, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Value:
    x = as_operand(x)
    if axis is None and (ord is None or x.ndim == 1):
        if ord is None:
            y = np.sqrt(np.sum(squared_size(np.ravel(x))))
            return np.reshape(y, (1,) * x.ndim) if keepdims else y
        axis = 0
    if axis is None:
        axis = (-2, -1)
    axes: tuple[int, ...] = cast("Any", axis) if isinstance(axis, tuple) else (axis,)
    if len(axes) == 1:
        return _vector_norm(x, ord, axes[0], keepdims)
    first, second = axes
    return _matrix_norm(x, ord, (first % x.ndim, second % x.ndim), keepdims)


def _vector_norm(x: Value, order: Any, axis: int, keepdims: bool) -> Value:
    if order in (None, 2):
        return np.sqrt(np.sum(squared_size(x), axis=axis, keepdims=keepdims))
    size = np.abs(x)
    if order == np.inf:
        return np.max(size, axis=axis, keepdims=keepdims)
    if order == -np.inf:
        return np.min(size, axis=axis, keepdims=keepdims)
    if order == 0:
        return np.sum(np.not_equal(x, 0) * 1.0, axis=axis, keepdims=keepdims)
    if order == 1:
        return np.sum(size, axis=axis, keepdims=keepdims)
    return np.power(np.sum(np.power(size, order), axis=axis, keepdims=keepdims), 1.0 / order)


def _vector_norm_of(
    x: Value, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2
) -> Value:
    x = as_operand(x)
    if axis is None:
        y = _vector_norm(np.ravel(x), ord, 0, keepdims=False)
        return np.reshape(y, (1,) * x.ndim) if keepdims else y
    return _norm(x, ord, axis, keepdims)


def _matrix_norm(x: Value, order: Any, axes: tuple[int, int], keepdims: bool) -> Value:
    if order in (None, "fro"):
        return np.sqrt(np.sum(squared_size(x), axis=axes, keepdims=keepdims))
    if order in (1, -1, np.inf, -np.inf):
        inner, outer = axes if abs(order) == 1 else axes[::-1]
        sums = np.sum(np.abs(x), axis=inner, keepdims=True)
        fold = np.max if order > 0 else np.min
        y = fold(sums, axis=outer, keepdims=True)
        return y if keepdims else np.squeeze(y, axis=axes)
    values: Value = _LAPACK.svdvals(np.moveaxis(x, axes, (-2, -1)))
    fold = {"nuc": np.sum, 2: np.max, -2: np.min}.get(order)
    if fold is None:
        raise ValueError("Invalid norm order for matrices.")
    y = fold(values, axis=-1)
    return np.expand_dims(y, tuple(sorted(axes))) if keepdims else y


NORMS: dict[Operation, Callable[..., Any]] = {
    np.linalg.norm: _norm,
    np.linalg.vector_norm: _vector_norm_of,
    np.linalg.matrix_norm: lambda x, /, *, keepdims=False, ord="fro": _norm(
        x, ord, (-2, -1), keepdims
    ),
}
