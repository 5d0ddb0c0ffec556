"""Functions of points on a line: ranges with moving ends, differences, interpolation, integrals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy

from nabla.rules.arguments import as_operand, refuse_options
from nabla.rules.rule import Operation, Value

np: Any = numpy  # to a type checker, NumPy's functions take no lifted values


def _linspace(
    start: Value,
    stop: Value,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
    *,
    device: Any = None,
) -> Any:
    refuse_options("linspace", dtype=dtype, device=device)
    start, stop = as_operand(start), as_operand(stop)
    steps = num - 1 if endpoint else num
    delta = stop - start
    share = np.reshape(np.arange(float(num)) / max(steps, 1), (-1,) + (1,) * np.ndim(delta))
    y = start + share * delta
    if endpoint and num > 1:
        y = np.where(np.equal(share, 1), stop, y)  # exactly the end
    y = np.moveaxis(y, 0, axis) if axis else y
    return (y, delta / steps if steps > 0 else np.nan) if retstep else y


def _logspace(
    start: Value, stop: Value, num: int = 50, endpoint: bool = True, base: Value = 10.0,
    dtype: Any = None, axis: int = 0,
) -> Value:  # fmt: skip
    return np.power(base, np.linspace(start, stop, num, endpoint, False, dtype, axis))


def _geomspace(
    start: Value, stop: Value, num: int = 50, endpoint: bool = True, dtype: Any = None,
    axis: int = 0,
) -> Value:  # fmt: skip
    start, stop = as_operand(start), as_operand(stop)
    ratio = np.linspace(0.0 * start, np.log(stop / start), num, endpoint, False, dtype, axis)
    first = np.expand_dims(start, axis) if np.ndim(ratio) > 1 else start
    return first * np.exp(ratio)


def _diff(a: Value, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Value:
    a = as_operand(a)
    ends = [None if end is None else _edge(end, a, axis) for end in (prepend, append)]
    parts = [part for part in (ends[0], a, ends[1]) if part is not None]
    y = np.moveaxis(np.concatenate(parts, axis=axis) if len(parts) > 1 else a, axis, -1)
    for _ in range(n):
        y = y[..., 1:] - y[..., :-1]
    return np.moveaxis(y, -1, axis)


def _edge(end: Value, a: Value, axis: int) -> Value:
    """What is put before or behind a, a number as a slice of it."""
    if np.ndim(end):
        return as_operand(end)
    shape = [1 if k == axis % a.ndim else n for k, n in enumerate(a.shape)]
    return np.broadcast_to(as_operand(end), shape)


def _ediff1d(ary: Value, to_end: Any = None, to_begin: Any = None) -> Value:
    y = np.diff(np.ravel(as_operand(ary)))
    before = [] if to_begin is None else [np.ravel(as_operand(to_begin))]
    behind = [] if to_end is None else [np.ravel(as_operand(to_end))]
    return np.concatenate([*before, y, *behind])


def _gradient(f: Value, *spacings: Any, axis: Any = None, edge_order: int = 1) -> Any:
    f = as_operand(f)
    axes: list[int] = list(range(f.ndim)) if axis is None else np.atleast_1d(axis).tolist()
    steps = list(spacings) or [1.0]
    steps = steps * len(axes) if len(steps) == 1 else steps
    slopes = tuple(
        np.moveaxis(_slope(np.moveaxis(f, k, -1), as_operand(step), edge_order), -1, k)
        for k, step in zip(axes, steps, strict=True)
    )
    return slopes[0] if len(slopes) == 1 else slopes


def _slope(f: Value, step: Value, edge_order: int) -> Value:
    """Differences along the last axis: those of the parabola through three neighbours."""
    n = f.shape[-1]
    h = np.diff(step) if np.ndim(step) else step * np.ones(n - 1)
    secants = (f[..., 1:] - f[..., :-1]) / h
    before, behind = h[:-1], h[1:]
    inner = (behind * secants[..., :-1] + before * secants[..., 1:]) / (before + behind)
    first, last = secants[..., :1], secants[..., -1:]
    if edge_order == 2:
        bends = (secants[..., 1:] - secants[..., :-1]) / (before + behind)
        first = first - bends[..., :1] * h[0]
        last = last + bends[..., -1:] * h[-1]
    return np.concatenate([first, inner, last], axis=-1)


def _trapezoid(y: Value, x: Any = None, dx: Value = 1.0, axis: int = -1) -> Value:
    y = np.moveaxis(as_operand(y), axis, -1)
    if x is not None:
        x = as_operand(x)
        dx = np.diff(x) if x.ndim == 1 else np.diff(np.moveaxis(x, axis, -1))
    return np.sum(dx * (y[..., 1:] + y[..., :-1]) / 2.0, axis=-1)


def _interp(
    x: Value, xp: Value, fp: Value, left: Any = None, right: Any = None, period: Any = None
) -> Value:
    x, xp, fp = as_operand(x), as_operand(xp), as_operand(fp)
    if period is not None:
        x, xp = np.remainder(x, period), np.remainder(xp, period)
        order = np.argsort(xp)
        xp, fp = xp[order], fp[order]
        xp = np.concatenate([xp[-1:] - period, xp, xp[:1] + period])
        fp = np.concatenate([fp[-1:], fp, fp[:1]])
    left, right = fp[0] if left is None else left, fp[-1] if right is None else right
    if xp.shape[0] > 1:
        start = np.clip(np.searchsorted(xp, x, side="right") - 1, 0, xp.shape[0] - 2)
        slopes = (fp[1:] - fp[:-1]) / (xp[1:] - xp[:-1])
        y = slopes[start] * (x - xp[start]) + fp[start]
    else:
        y = fp[0] + 0.0 * x
    return np.where(np.less(x, xp[0]), left, np.where(np.greater(x, xp[-1]), right, y))


def _unwrap(p: Value, discont: Any = None, axis: int = -1, *, period: float = 2 * np.pi) -> Value:
    jumps = np.diff(p, axis=axis)
    turns = -np.floor(jumps / period + 0.5)  # whole, so constant
    at_edge = np.equal(jumps / period + 0.5, np.floor(jumps / period + 0.5)) & np.greater(jumps, 0)
    turns = turns + np.where(at_edge, 1.0, 0.0)
    limit = period / 2 if discont is None else max(discont, period / 2)
    turns = np.where(np.less(np.abs(jumps), limit), 0.0, turns)
    total = np.cumsum(turns * period, axis=axis)
    edges = [(1, 0) if k == axis % p.ndim else (0, 0) for k in range(p.ndim)]
    return p + np.pad(total, edges)


def _cumulative(fold: Operation, neutral: float) -> Callable[..., Value]:
    def composite(
        x: Value,
        /,
        *,
        axis: Any = None,
        dtype: Any = None,
        out: Any = None,
        include_initial: bool = False,
    ) -> Value:
        axis = 0 if axis is None and x.ndim == 1 else axis
        y = fold(x, axis=axis, dtype=dtype, out=out)
        return np.concatenate([_edge(neutral, x, axis), y], axis=axis) if include_initial else y

    return composite


_SINCE_NUMPY_2_1 = {
    "cumulative_sum": _cumulative(np.cumsum, 0.0),
    "cumulative_prod": _cumulative(np.cumprod, 1.0),
}

SEQUENCES: dict[Operation, Callable[..., Any]] = {
    np.linspace: _linspace,
    np.logspace: _logspace,
    np.geomspace: _geomspace,
    np.diff: _diff,
    np.ediff1d: _ediff1d,
    np.gradient: _gradient,
    np.trapezoid: _trapezoid,
    np.interp: _interp,
    np.unwrap: _unwrap,
    **{getattr(np, name): f for name, f in _SINCE_NUMPY_2_1.items() if hasattr(np, name)},
}
