"""Order statistics, covariances and histograms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy

from nabla.errors import MissingRule
from nabla.rules import structural
from nabla.rules.arguments import as_operand, axes_from_end, refuse_options
from nabla.rules.constant import plain
from nabla.rules.rule import Operation, Value, conjugated

np: Any = numpy  # to a type checker, NumPy's functions take no lifted values


def _median(
    a: Value,
    axis: Any = None,
    out: Any = None,
    overwrite_input: bool = False,
    keepdims: bool = False,
) -> Value:
    return np.quantile(a, 0.5, axis=axis, out=out, keepdims=keepdims)


def _quantile_leaving_out(nans: bool) -> Callable[..., Value]:
    def composite(
        a: Value,
        q: Value,
        axis: Any = None,
        out: Any = None,
        overwrite_input: bool = False,
        method: str = "linear",
        keepdims: bool = False,
        *,
        weights: Any = None,
        interpolation: Any = None,
    ) -> Value:
        refuse_options("quantile", out=out, weights=weights, interpolation=interpolation)
        a, q = as_operand(a), as_operand(q)
        axes = axes_from_end(axis, a.ndim)
        kept = [k for k in range(-a.ndim, 0) if k not in axes]
        shape = tuple(a.shape[k] for k in kept)
        rows = np.reshape(np.transpose(a, [*kept, *axes]), (*shape, -1))
        ordered = np.sort(rows, axis=-1)  # NaN comes last
        missing = np.sum(np.isnan(plain(rows)), axis=-1, keepdims=True)
        count = rows.shape[-1] - (missing if nans else 0)
        y = _between(ordered, _positions(np.ravel(q), count, method))
        is_nan = (count == 0) if nans else missing > 0
        y = np.where(is_nan, np.nan, y) if np.any(is_nan) else y
        y = np.reshape(np.moveaxis(y, -1, 0), (*q.shape, *shape))
        return np.expand_dims(y, axes) if keepdims else y

    return composite


def _positions(q: Value, count: Any, method: str) -> Value:
    """Where among count ordered numbers each quantile lies, from 0 to count - 1."""
    if method == "linear":
        return q * (count - 1.0)
    if not isinstance(count, int):
        raise MissingRule(
            f"a quantile that leaves out NaN was asked for with method={method!r}",
            why="nabla follows method='linear' there, which is the default",
            remedy="select the numbers first, a[~np.isnan(a)], or use method='central'",
        )
    # every method interpolates between neighbours: of 0, 1, 2, … it returns the position itself
    return np.quantile(np.arange(float(count)), plain(q), method=method)


def _between(ordered: Value, position: Value) -> Value:
    """Linear interpolation between neighbours in each row."""
    below = np.clip(np.floor(plain(position)), 0, ordered.shape[-1] - 1).astype(int)
    below = np.broadcast_to(below, (*ordered.shape[:-1], below.shape[-1]))
    above = np.minimum(below + 1, ordered.shape[-1] - 1)
    low = np.take_along_axis(ordered, below, -1)
    high = np.take_along_axis(ordered, above, -1)
    share = position - below
    # at an exact hit the neighbour, which may be infinite or NaN, does not take part
    return low + np.where(np.equal(share, 0), 0.0, share * (high - low))


_quantile, _nanquantile = _quantile_leaving_out(nans=False), _quantile_leaving_out(nans=True)


def _cov(
    m: Value,
    y: Any = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: Any = None,
    fweights: Any = None,
    aweights: Any = None,
    *,
    dtype: Any = None,
) -> Value:
    refuse_options("cov", dtype=dtype)
    x = _in_rows(m, rowvar or np.ndim(m) == 1)
    if y is not None:
        x = np.concatenate([x, _in_rows(y, rowvar or np.atleast_2d(y).shape[0] == 1)], axis=0)
    ddof = (0 if bias else 1) if ddof is None else ddof
    weights: Value = np.ones(x.shape[1])
    for given in (fweights, aweights):
        weights = weights if given is None else weights * as_operand(given)
    total = np.sum(weights)
    lost = ddof * np.sum(weights * as_operand(aweights)) / total if aweights is not None else ddof
    centered = x - np.sum(x * weights, axis=1, keepdims=True) / total
    return np.squeeze(np.matmul(centered * weights, conjugated(centered).T) / (total - lost))


def _in_rows(a: Value, as_it_is: Any) -> Value:
    a = np.atleast_2d(a)
    return a if as_it_is else a.T


def _corrcoef(x: Value, y: Any = None, rowvar: bool = True, *, dtype: Any = None) -> Value:
    covariance = np.cov(x, y, rowvar, dtype=dtype)
    if np.ndim(covariance) == 0:
        return covariance / covariance
    deviation = np.sqrt(np.real(np.diagonal(covariance)))
    return covariance / deviation[:, None] / deviation[None, :]


def _bincount(x: Value, /, weights: Any = None, minlength: int = 0) -> Value:
    places = plain(x).astype(int)
    if weights is None:
        return np.bincount(places, None, minlength)
    length = max(int(places.max(initial=-1)) + 1, minlength)
    return structural.scatter(as_operand(weights), positions=places, shape=(length,))


def _histogram(
    a: Value, bins: Value = 10, range: Any = None, density: Any = None, weights: Any = None
) -> tuple[Value, Value]:
    a = np.ravel(as_operand(a))
    edges: Value = bins
    if isinstance(bins, int) and range is None and a.size:
        edges = np.linspace(np.min(a), np.max(a), bins + 1)
    elif np.ndim(bins) == 0:
        edges = np.histogram_bin_edges(plain(a), bins, range)
    inner = np.searchsorted(edges[1:-1], a, side="right")
    outside = np.less(a, edges[0]) | np.greater(a, edges[-1])
    places = np.where(outside, -1, inner)
    each: Value = np.ones(a.shape) if weights is None else np.ravel(as_operand(weights))
    counts = structural.scatter(each, positions=places, shape=(len(edges) - 1,))
    if density:
        return counts / (np.diff(edges) * np.sum(counts)), edges
    return counts if weights is not None else counts.astype(int), edges


def _histogram_bin_edges(a: Value, bins: Any = 10, range: Any = None, weights: Any = None) -> Value:
    return _histogram(a, bins, range, weights=weights)[1]


STATISTICS: dict[Operation, Callable[..., Any]] = {
    np.median: _median,
    np.quantile: _quantile,
    np.percentile: lambda a, q, *args, **options: _quantile(
        a, as_operand(q) / 100.0, *args, **options
    ),
    np.nanmedian: lambda a, axis=None, out=None, overwrite_input=False, keepdims=False: (
        _nanquantile(a, 0.5, axis, out, keepdims=keepdims)
    ),
    np.nanquantile: _nanquantile,
    np.nanpercentile: lambda a, q, *args, **options: _nanquantile(
        a, as_operand(q) / 100.0, *args, **options
    ),
    np.cov: _cov,
    np.corrcoef: _corrcoef,
    np.bincount: _bincount,
    np.histogram: _histogram,
    np.histogram_bin_edges: _histogram_bin_edges,
}
