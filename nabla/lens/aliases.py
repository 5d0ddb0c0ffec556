"""Arrays of the user's that share memory: how `rows = table[1:]` is a view of `table`."""

from __future__ import annotations

import itertools
import math
from typing import Any

from nabla.lift.memory import View
from nabla.result import Array, is_array


def view_of_base(array: Array) -> tuple[Array, View] | None:
    """The array that owns the memory, and how to take this one from it as a view.

    None for an array with memory of its own, and for a view that is no plain slice or reshape.
    """
    base: Any = array.base
    if not is_array(base) or base.dtype != array.dtype:
        return None
    if base.size == array.size and base.flags.c_contiguous and array.flags.c_contiguous:
        shape = array.shape
        return base, lambda content: content.reshape(shape)
    for shape in (base.shape, _unfolded(base, array)):
        if shape is not None:
            key = _slices(base.reshape(shape), array)
            if key is not None and _is_same_memory(base.reshape(shape)[key], array):
                return base, lambda content, s=shape, k=key: content.reshape(s)[k]
    return None


def _unfolded(base: Array, view: Array) -> tuple[int, ...] | None:
    """The shape that the memory had when it was sliced: NumPy names only the one who owns it."""
    if not base.flags.c_contiguous or not view.ndim:
        return None
    steps = sorted((abs(stride) // base.itemsize for stride in view.strides), reverse=True)
    inner = [*steps[:-1], 1]
    if 0 in inner:
        return None
    shape = (base.size // inner[0], *(a // b for a, b in itertools.pairwise(inner)))
    return shape if math.prod(shape) == base.size else None


def _slices(base: Array, view: Array) -> tuple[Any, ...] | None:
    """A key under which the view may stand in its base, axis by axis."""
    offset = _address(view) - _address(base)
    axes = list(zip(view.shape, view.strides, strict=True))
    key: list[Any] = []
    for length, stride in zip(base.shape, base.strides, strict=True):
        if stride <= 0:
            return None
        start, offset = divmod(offset, stride)
        step = axes[0][1] // stride if axes else 0
        last = start + step * (axes[0][0] - 1) if axes else -1
        if step and axes[0][1] % stride == 0 and 0 <= last < length:
            stop = last + (1 if step > 0 else -1)
            key.append(slice(start, stop if stop >= 0 else None, step))
            axes.pop(0)
        else:
            key.append(start)
    return (*key, ...) if not axes and not offset else None


def _is_same_memory(one: Array, other: Array) -> bool:
    same_place = _address(one) == _address(other)
    return same_place and one.shape == other.shape and one.strides == other.strides


def _address(array: Array) -> int:
    return array.__array_interface__["data"][0]
