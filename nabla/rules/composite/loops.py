"""Functions that loop over an array and call the user's function, and grids."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy

from nabla.rules.arguments import as_operand
from nabla.rules.composite.shapes import moving
from nabla.rules.rule import Operation, Value

np: Any = numpy  # to a type checker, NumPy's functions take no lifted values


def _apply_along_axis(
    func1d: Callable[..., Value], axis: int, arr: Value, *args: Any, **kwargs: Any
) -> Value:
    rows = np.moveaxis(as_operand(arr), axis, -1)
    outer = rows.shape[:-1]
    results = [as_operand(func1d(rows[k], *args, **kwargs)) for k in np.ndindex(*outer)]
    inner = np.shape(results[0])
    y = np.reshape(np.stack(results), (*outer, *inner))
    start = axis % len(rows.shape)
    back = range(len(outer), len(outer) + len(inner))
    return np.moveaxis(y, tuple(back), tuple(range(start, start + len(inner))))


def _apply_over_axes(func: Callable[..., Value], a: Value, axes: Any) -> Value:
    y = as_operand(a)
    for axis in np.atleast_1d(axes).tolist():
        folded = func(y, axis)
        y = folded if np.ndim(folded) == np.ndim(y) else np.expand_dims(folded, axis)
    return y


def _meshgrid(*xi: Value, **options: Any) -> tuple[Value, ...]:
    grids = [
        moving(lambda numbers, k=k: np.meshgrid(*_zeros_but(k, numbers, xi), **options)[k])
        for k in range(len(xi))
    ]
    return tuple(grid(x) for grid, x in zip(grids, xi, strict=True))


def _zeros_but(k: int, numbers: Value, xi: Sequence[Value]) -> list[Value]:
    return [numbers if i == k else np.zeros(np.shape(x)) for i, x in enumerate(xi)]


def _broadcast_arrays(*args: Value, subok: bool = False) -> tuple[Value, ...]:
    shape = np.broadcast_shapes(*(np.shape(a) for a in args))
    return tuple(np.broadcast_to(as_operand(a), shape) for a in args)


def _full_like(
    a: Value, fill_value: Value, dtype: Any = None, order: Any = "K", subok: Any = True,
    shape: Any = None, *, device: Any = None,
) -> Value:  # fmt: skip
    wanted = np.shape(a) if shape is None else shape
    return np.copy(np.broadcast_to(as_operand(fill_value), wanted))


LOOPS: dict[Operation, Callable[..., Any]] = {
    np.apply_along_axis: _apply_along_axis,
    np.apply_over_axes: _apply_over_axes,
    np.meshgrid: _meshgrid,
    np.broadcast_arrays: _broadcast_arrays,
    np.full_like: _full_like,
}
