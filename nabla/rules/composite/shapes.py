"""Functions that rearrange, cut and join arrays.

Whatever only moves elements is asked where it moves them, and then followed as one `gather`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nabla.result import is_array
from nabla.rules import structural
from nabla.rules.arguments import as_operand, axes_from_end, refuse_options
from nabla.rules.rule import Operation, Value


def _reshape(a: Value, /, shape: Any = None, order: str = "C", *, copy: Any = None) -> Value:
    refuse_options("reshape", copy=copy)
    wanted = tuple(shape) if isinstance(shape, Sequence | np.ndarray) else (int(shape),)
    if -1 in wanted:
        known = math.prod(n for n in wanted if n != -1)
        wanted = tuple(a.size // known if n == -1 and known else n for n in wanted)
    if order == "A":
        order = _order_in_memory(a, "reshape", order)
    if order == "C" or a.ndim < 2:
        return structural.reshape(a, shape=wanted)
    return np.transpose(structural.reshape(np.transpose(a), shape=wanted[::-1]))


def _ravel(a: Value, order: str = "C") -> Value:
    if order in ("A", "K"):
        order = _order_in_memory(a, "ravel", order)
    if order == "C" or a.ndim < 2:
        return structural.ravel(a)
    return structural.ravel(np.transpose(a))


def _order_in_memory(a: Value, name: str, order: str) -> str:
    """C or F for an array that lies in one of these orders."""
    if a.flags.c_contiguous:
        return "C"
    if not a.flags.f_contiguous:
        refuse_options(name, order=order)  # a gap, or axes in another order
    return "F"


def _transpose(a: Value, axes: Any = None) -> Value:
    forward = range(a.ndim)[::-1] if axes is None else [int(k) % a.ndim for k in axes]
    return structural.transpose(a, axes=tuple(forward))


def _permuting(rearrange: Operation) -> Callable[..., Value]:
    """Functions that permute axes: hand them an array whose axis k has length k, and look."""

    def composite(a: Value, *args: Any, **options: Any) -> Value:
        lengths = np.broadcast_to(0.0, tuple(range(a.ndim)))
        return structural.transpose(a, axes=rearrange(lengths, *args, **options).shape)

    return composite


def _reshaping(function: Operation) -> Callable[..., Value]:
    """Functions that only change the shape: ask them which, on an array of nothing."""

    def composite(a: Value, *args: Any, **options: Any) -> Value:
        empty = np.broadcast_to(np.zeros(()), a.shape)
        return structural.reshape(a, shape=np.shape(function(empty, *args, **options)))

    return composite


def _at_least(ndim: Callable[..., Any]) -> Callable[..., Value]:
    def composite(*arrays: Value) -> Value:
        shaped = [
            structural.reshape(as_operand(a), shape=np.shape(ndim(np.empty(np.shape(a)))))
            for a in arrays
        ]
        return shaped[0] if len(shaped) == 1 else tuple(shaped)

    return composite


def moving(function: Operation) -> Callable[..., Value]:
    """Functions that only move elements: hand them positions, and gather what they moved.

    Positions are counted from 1 on the way, so that what the function fills with zeros
    (the upper half of tril, the border of pad) is told from position 0.
    """

    def composite(a: Value, *args: Any, **options: Any) -> Value:
        a = as_operand(a)
        if any(hasattr(arg, "__array_function__") and not is_array(arg) for arg in args):
            refuse_options(function.__name__, indices="a lifted value")
        numbered = np.arange(1, int(a.size) + 1)
        moved = function(np.reshape(numbered, a.shape), *args, **options)
        return structural.gather(a, positions=np.asarray(moved) - 1, shape=a.shape)

    return composite


def _sort(
    a: Value, axis: Any = -1, kind: Any = None, order: Any = None, *, stable: Any = None
) -> Value:
    refuse_options("sort", order=order)
    a, axis = (np.ravel(a), -1) if axis is None else (a, axis)
    return np.take_along_axis(a, np.argsort(a, axis=axis, kind="stable"), axis)


def _concatenate(
    arrays: Sequence[Value],
    axis: Any = 0,
    out: Any = None,
    *,
    dtype: Any = None,
    casting: Any = "same_kind",
) -> Value:
    refuse_options("concatenate", out=out, dtype=dtype)
    parts = [as_operand(a) for a in arrays]
    if axis is None:
        parts, axis = [np.ravel(part) for part in parts], 0
    if parts[0].ndim == 0:
        raise ValueError("zero-dimensional arrays cannot be concatenated")
    return structural.join(*parts, axis=axes_from_end(axis, parts[0].ndim)[0])


def _stack(
    arrays: Sequence[Value],
    axis: int = 0,
    out: Any = None,
    *,
    dtype: Any = None,
    casting: Any = "same_kind",
) -> Value:
    refuse_options("stack", out=out, dtype=dtype)
    parts = [as_operand(a) for a in arrays]
    return np.concatenate([np.expand_dims(part, axis) for part in parts], axis=axis)


def _stacked(at_least: Operation, axis: int) -> Callable[..., Value]:
    def composite(
        arrays: Sequence[Value], *, dtype: Any = None, casting: Any = "same_kind"
    ) -> Value:
        refuse_options("stack", dtype=dtype)
        return np.concatenate([at_least(a) for a in arrays], axis=axis)

    return composite


def _hstack(arrays: Sequence[Value], *, dtype: Any = None, casting: Any = "same_kind") -> Value:
    refuse_options("hstack", dtype=dtype)
    parts = [np.atleast_1d(a) for a in arrays]
    return np.concatenate(parts, axis=0 if parts[0].ndim == 1 else 1)


def _column_stack(arrays: Sequence[Value]) -> Value:
    parts = [as_operand(a) for a in arrays]
    return np.concatenate([np.reshape(p, (-1, 1)) if p.ndim < 2 else p for p in parts], axis=1)


def _append(arr: Value, values: Value, axis: Any = None) -> Value:
    return np.concatenate(
        [np.atleast_1d(arr), np.atleast_1d(values)] if axis is None else [arr, values], axis=axis
    )


def _split(function: Operation) -> Callable[..., Any]:
    """Functions that cut: ask them where, on the places along the axis, then slice."""

    def composite(ary: Value, indices_or_sections: Any, axis: int = 0) -> list[Value]:
        pieces = function(np.arange(ary.shape[axis]), indices_or_sections)
        before = (slice(None),) * (axis % ary.ndim)
        ends = np.cumsum([len(piece) for piece in pieces]).tolist()
        starts = [end - len(piece) for end, piece in zip(ends, pieces, strict=True)]
        return [ary[(*before, slice(start, end))] for start, end in zip(starts, ends, strict=True)]

    return composite


def _flip(m: Value, axis: Any = None) -> Value:
    axes = axes_from_end(axis, m.ndim)
    turned = slice(None, None, -1)
    return m[tuple(turned if k in axes else slice(None) for k in range(-m.ndim, 0))]


def _rot90(m: Value, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Value:
    first, second = axes
    k %= 4
    if k == 0:
        return m[...]
    if k == 2:
        return np.flip(m, (first, second))
    if k == 1:
        return np.swapaxes(np.flip(m, second), first, second)
    return np.flip(np.swapaxes(m, first, second), second)


def _broadcast_to(array: Value, shape: Any, subok: bool = False) -> Value:
    wanted = (shape,) if isinstance(shape, int) else tuple(shape)
    return structural.broadcast_to(array, shape=wanted)


def _diagonal(a: Value, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Value:
    return structural.diagonal(a, offset=offset, axis1=axis1 % a.ndim, axis2=axis2 % a.ndim)


_diag_of_vector = moving(np.diag)
_compress = moving(lambda a, condition, axis: np.compress(condition, a, axis))


_SINCE_NUMPY_2_1: dict[str, Callable[..., Any]] = {
    "unstack": lambda x, /, *, axis=0: tuple(np.moveaxis(x, axis, 0))
}

SHAPES: dict[Operation, Callable[..., Any]] = {
    np.reshape: _reshape,
    np.ravel: _ravel,
    np.transpose: _transpose,
    np.swapaxes: _permuting(np.swapaxes),
    np.moveaxis: _permuting(np.moveaxis),
    np.rollaxis: _permuting(np.rollaxis),
    np.squeeze: _reshaping(np.squeeze),
    np.expand_dims: _reshaping(np.expand_dims),
    np.atleast_1d: _at_least(np.atleast_1d),
    np.atleast_2d: _at_least(np.atleast_2d),
    np.atleast_3d: _at_least(np.atleast_3d),
    np.broadcast_to: _broadcast_to,
    np.copy: lambda a, order="K", subok=False: structural.copy(a),
    np.lib.stride_tricks.sliding_window_view: moving(np.lib.stride_tricks.sliding_window_view),
    np.sort: _sort,
    np.concatenate: _concatenate,
    np.stack: _stack,
    np.vstack: _stacked(np.atleast_2d, 0),
    np.hstack: _hstack,
    np.dstack: _stacked(np.atleast_3d, 2),
    np.column_stack: _column_stack,
    np.append: _append,
    np.split: _split(np.split),
    np.array_split: _split(np.array_split),
    np.vsplit: _split(np.split),
    np.dsplit: lambda ary, cuts: np.split(ary, cuts, axis=2),
    np.hsplit: lambda ary, cuts: np.split(ary, cuts, axis=0 if np.ndim(ary) == 1 else 1),
    **{getattr(np, name): f for name, f in _SINCE_NUMPY_2_1.items() if hasattr(np, name)},
    np.flip: _flip,
    np.flipud: lambda m: np.flip(m, 0),
    np.fliplr: lambda m: np.flip(m, 1),
    np.rot90: _rot90,
    np.diagonal: _diagonal,
    np.diag: lambda v, k=0: np.diagonal(v, k) if v.ndim == 2 else _diag_of_vector(v, k),
    np.compress: lambda condition, a, axis=None, out=None: _compress(a, condition, axis),
    np.extract: lambda condition, arr: _compress(np.ravel(arr), np.ravel(condition), 0),
    **{
        function: moving(function)
        for function in (
            np.take,
            np.take_along_axis,
            np.roll,
            np.tile,
            np.repeat,
            np.resize,
            np.tril,
            np.triu,
            np.diagflat,
            np.delete,
        )
    },
}
