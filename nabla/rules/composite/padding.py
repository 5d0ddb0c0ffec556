"""np.pad in all its modes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy

from nabla.errors import MissingRule
from nabla.rules.arguments import as_operand
from nabla.rules.composite.shapes import moving
from nabla.rules.rule import Operation, Value

np: Any = numpy  # to a type checker, NumPy's functions take no lifted values

_MOVING_MODES = ("edge", "reflect", "symmetric", "wrap", "empty")
_STATISTICS: dict[str, Operation] = {
    "mean": np.mean,
    "median": np.median,
    "maximum": np.max,
    "minimum": np.min,
}

_moved = moving(np.pad)


def _pad(array: Value, pad_width: Any, mode: Any = "constant", **options: Any) -> Value:
    array = as_operand(array)
    if isinstance(pad_width, dict):  # since NumPy 2.3: axis -> widths
        widths = np.zeros((array.ndim, 2), dtype=int)
        for axis, width in cast("dict[int, Any]", pad_width).items():
            widths[axis] = width
        pad_width = widths
    if mode in _MOVING_MODES and options.get("reflect_type", "even") == "even":
        # an empty border holds anything; here it holds zeros
        return _moved(array, pad_width, "constant" if mode == "empty" else mode, **options)
    widths = _pairs(pad_width, array.ndim)
    for axis, (before, behind) in enumerate(widths):
        a = np.moveaxis(array, axis, -1)
        border = _borders(a, int(before), int(behind), axis, mode, options)
        array = np.moveaxis(np.concatenate([border[0], a, border[1]], axis=-1), -1, axis)
    return array


def _pairs(given: Any, ndim: int) -> Any:
    """NumPy's ways to say something for the two ends of each axis, as ndim pairs."""
    array = as_operand(given)
    if array.ndim and array.shape[-1] == 1:
        array = np.broadcast_to(array, (*array.shape[:-1], 2))
    return np.broadcast_to(array, (ndim, 2))


def _borders(
    a: Value, before: int, behind: int, axis: int, mode: Any, options: dict[str, Any]
) -> tuple[Value, Value]:
    """What comes before and behind a, along its last axis."""
    if mode in ("constant", "linear_ramp"):
        name = "constant_values" if mode == "constant" else "end_values"
        ends = _pairs(options.get(name, 0.0), axis + 1)[axis]
        if mode == "constant":
            return _spread(ends[0], a, before), _spread(ends[1], a, behind)
        up, down = (np.arange(float(n)) / max(n, 1) for n in (before, behind))
        falling = ends[1] + down * (a[..., -1:] - ends[1])
        return ends[0] + up * (a[..., :1] - ends[0]), falling[..., ::-1]
    if mode in _STATISTICS:
        length = options.get("stat_length")
        first, last = (
            (None, None) if length is None else (int(n) for n in _pairs(length, axis + 1)[axis])
        )
        n = a.shape[-1]
        fold = _STATISTICS[mode]
        left = fold(a[..., : n if first is None else first], axis=-1, keepdims=True)
        right = fold(a[..., n - min(n, n if last is None else last) :], axis=-1, keepdims=True)
        return _spread(left, a, before), _spread(right, a, behind)
    n = a.shape[-1]
    if mode in ("reflect", "symmetric") and max(before, behind) < n:
        # the odd reflection is the even one, turned round the edge
        start = 1 if mode == "reflect" else 0
        left = a[..., start : start + before][..., ::-1]
        right = a[..., n - start - behind : n - start][..., ::-1]
        return 2.0 * a[..., :1] - left, 2.0 * a[..., -1:] - right
    raise MissingRule(
        f"np.pad was called with mode={mode!r} and {options}, which nabla does not follow",
        why="of functions as mode, and of odd reflections wider than the array, it knows nothing",
        remedy="pad step by step with np.concatenate, or use method='central'",
    )


def _spread(value: Value, a: Value, width: int) -> Value:
    return np.broadcast_to(value, (*a.shape[:-1], width))


PADDING: dict[Operation, Callable[..., Any]] = {np.pad: _pad}
