"""Calls of NumPy's many array functions that are made of others: statistics, padding, choosing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Call = tuple[str, Callable[[Any], Any], Any]

V = np.array([0.7, -1.3, 2.1, 0.4])
W = np.array([1.5, 0.2, -0.6, 2.2, 0.9])
P = np.array([0.7, 1.3, 2.1, 0.4])
M = np.array([[0.7, -1.3, 2.1], [0.4, 1.9, -0.5]])
S = np.array([[3.0, 0.4, -0.2], [0.5, 2.0, 0.3], [0.1, -0.7, 1.5]])
T = (2.0 * np.sin(1.7 * np.arange(24.0)) + 0.03 * np.arange(24.0)).reshape(2, 3, 4)
HOLES = np.array([[1.0, np.nan, 1.0], [1.0, 1.0, 1.0]])
TIMES = np.array([0.0, 0.4, 1.1, 1.7])


def _flat(*arrays: Any) -> Any:
    """Several results as one array."""
    return np.concatenate([np.ravel(a) for a in arrays])


NANS: list[Call] = [
    *[
        (
            f"{name} axis={axis} keepdims={keepdims}",
            lambda x, n=name, a=axis, k=keepdims: getattr(np, n)(x * HOLES, axis=a, keepdims=k),
            M,
        )
        for name in ("nansum nanprod nanmean nanvar nanstd nanmax nanmin nanmedian").split()
        for axis, keepdims in ((None, False), (0, True), (-1, False))
    ],
    ("nanvar ddof", lambda x: np.nanvar(x * HOLES, axis=1, ddof=1), M),
    ("nancumsum", lambda x: np.nancumsum(x * HOLES), M),
    ("nancumprod", lambda x: np.nancumprod(x * HOLES, axis=1), M),
    ("nanquantile", lambda x: np.nanquantile(x * HOLES, [0.2, 0.7], axis=1), M),
    ("nanpercentile", lambda x: np.nanpercentile(x * HOLES, 35, axis=0), M),
]

STATISTICS: list[Call] = [
    ("quantile", lambda x: np.quantile(x, 0.3), V),
    ("quantile several", lambda x: np.quantile(x, [[0.1, 0.5], [0.9, 1.0]], axis=-1), T),
    ("quantile axes keepdims", lambda x: np.quantile(x, 0.4, axis=(0, 2), keepdims=True), T),
    *[
        (f"quantile {method}", lambda x, m=method: np.quantile(x, [0.15, 0.6], method=m), W)
        for method in (
            "inverted_cdf averaged_inverted_cdf closest_observation interpolated_inverted_cdf "
            "hazen weibull median_unbiased normal_unbiased lower higher midpoint nearest"
        ).split()
    ],
    ("quantile by x", lambda x: np.quantile(W, x**2 / 5.0), V),
    ("percentile", lambda x: np.percentile(x, [25, 60], axis=1), M),
    ("cov", lambda x: np.cov(x), M),
    ("cov columns", lambda x: np.cov(x, rowvar=False, bias=True), M),
    ("cov with y", lambda x: np.cov(x, x[::-1] ** 2, ddof=0), V),
    ("cov weights", lambda x: np.cov(x, fweights=[1, 2, 1], aweights=[0.5, 1.0, 2.0]), M),
    ("cov of one", lambda x: np.cov(x), V),
    ("corrcoef", lambda x: np.corrcoef(x), M),
    ("corrcoef with y", lambda x: np.corrcoef(x, x**2), V),
    ("corrcoef of one", lambda x: np.corrcoef(x) * x, V),
    ("bincount weights", lambda x: np.bincount([0, 2, 2, 1], weights=x, minlength=5), V),
    ("bincount constant", lambda x: np.bincount([0, 2, 2]) * x[:3], V),
    ("histogram weights", lambda x: np.histogram(P, bins=3, weights=x)[0], V),
    ("histogram edges", lambda x: np.histogram(x, bins=3)[1], V),
    ("histogram counts", lambda x: np.histogram(x, bins=[-2.0, 0.0, 3.0])[0] * x[:2], V),
    ("histogram_bin_edges", lambda x: np.histogram_bin_edges(x, 4), V),
    ("histogram density", lambda x: np.histogram(x, bins=3, density=True)[0], V),
    ("histogram range", lambda x: np.histogram(x, bins=2, range=(0.0, 1.0))[0] * x[:2], V),
]

SEQUENCES: list[Call] = [
    ("linspace", lambda x: np.linspace(x[0], x[1], 5), V),
    ("linspace open", lambda x: np.linspace(x[0], 2.0, 4, endpoint=False), V),
    ("linspace none", lambda x: np.sum(np.linspace(x[0], x[1], 0)) + x[0], V),
    ("linspace one", lambda x: np.linspace(x[0], x[1], 1), V),
    ("linspace arrays", lambda x: np.linspace(x, x[::-1] ** 2, 3, axis=-1), V),
    ("linspace step", lambda x: np.linspace(x[0], x[1], 4, retstep=True)[1], V),
    ("logspace", lambda x: np.logspace(x[0], x[1], 4), V),
    ("logspace base", lambda x: np.logspace(x[0], x[1], 3, base=2.0), V),
    ("geomspace", lambda x: np.geomspace(x[0], x[1], 4), P),
    ("geomspace arrays", lambda x: np.geomspace(x, x[::-1] + 1.0, 3), P),
    ("diff", lambda x: np.diff(x), V),
    ("diff twice", lambda x: np.diff(x, n=2, axis=-1), T),
    ("diff axis", lambda x: np.diff(x, axis=0), T),
    ("diff prepend", lambda x: np.diff(x, axis=1, prepend=0.0, append=x[:, :1]), M),
    ("ediff1d", lambda x: np.ediff1d(x, to_end=x[:1], to_begin=[1.0, 2.0]), M),
    ("gradient", lambda x: np.gradient(x), V),
    ("gradient step", lambda x: np.gradient(x, 0.3, edge_order=2), V),
    ("gradient places", lambda x: np.gradient(x, TIMES), V),
    ("gradient places 2", lambda x: np.gradient(x, TIMES, edge_order=2), V),
    ("gradient at x", lambda x: np.gradient(V, np.cumsum(x)), P),
    ("gradient axes", lambda x: _flat(*np.gradient(x, axis=(0, -1))), T),
    ("gradient all", lambda x: np.stack(np.gradient(x, 0.5, 2.0, 1.0)), T),
    ("trapezoid", lambda x: np.trapezoid(x, dx=0.5), M),
    ("trapezoid x", lambda x: np.trapezoid(x**2, x), V),
    ("trapezoid axis", lambda x: np.trapezoid(x, [0.0, 1.0, 3.0], axis=1), T),
    ("interp", lambda x: np.interp(x, [0.0, 1.0, 2.0], [1.0, 3.0, 2.0]), V),
    ("interp values", lambda x: np.interp([0.1, 0.9, 1.5], TIMES, x), V),
    ("interp places", lambda x: np.interp([0.1, 0.9, 1.5], np.cumsum(x), V), P),
    ("interp ends", lambda x: np.interp(x, [0.0, 1.0], [1.0, 3.0], left=x[0], right=-1.0), V),
    ("interp period", lambda x: np.interp(x, [0.15, 0.6, 0.3], [1.0, 3.0, 2.0], period=1.0), V),
    ("unwrap", lambda x: np.unwrap(3.0 * x), V),
    ("unwrap axis", lambda x: np.unwrap(2.0 * x, axis=0, period=3.0), M),
    ("i0", lambda x: np.i0(x), V),
    ("i0 large", lambda x: np.i0(20.0 * x) / np.exp(42.0), V),
]

POLYNOMIALS: list[Call] = [
    *[
        (
            f"{name} {mode}",
            lambda x, n=name, m=mode: _flat(
                getattr(np, n)(x, x[:2] ** 2, m),
                getattr(np, n)(x[:2], [1.0, 2.0, 0.5], m),
                getattr(np, n)([1.0, 2.0, 0.5], x, m),
            ),
            V,
        )
        for name in ("convolve", "correlate")
        for mode in ("full", "same", "valid")
    ],
    ("polyval", lambda x: np.polyval([2.0, -1.0, 0.5], x), M),
    ("polyval coefficients", lambda x: np.polyval(x, 0.7), V),
    ("vander", lambda x: np.vander(x), V),
    ("vander increasing", lambda x: np.vander(x, 3, increasing=True), V),
    ("polyfit", lambda x: np.polyfit(TIMES, x, 2), V),
    ("polyfit x", lambda x: np.polyfit(x, [1.0, 3.0, 2.0, 0.0], 1), V),
    ("polyfit weights", lambda x: np.polyfit(TIMES, x, 1, w=[1.0, 2.0, 1.0, 0.5]), V),
    ("polyfit full", lambda x: _flat(*np.polyfit(TIMES, x, 1, full=True)[:2]), V),
    ("polyfit cov", lambda x: np.polyfit(TIMES, x, 1, cov=True)[1], V),
    ("polyadd", lambda x: np.polyadd(x, x[:2]), V),
    ("polysub", lambda x: np.polysub([1.0, 2.0], x), V),
    ("polymul", lambda x: np.polymul(x, x[1:]), V),
    ("polydiv", lambda x: _flat(*np.polydiv(x, x[:2] + 3.0)), V),
    ("polyder", lambda x: np.polyder(x, 2), V),
    ("polyint", lambda x: np.polyint(x, 2, k=[1.0, 2.0]), V),
    ("roots", lambda x: np.sort(np.abs(np.roots(x)))[1:], V),
    ("poly", lambda x: np.poly(x), V),
    ("poly of matrix", lambda x: np.poly(x), S),
]

PADDING: list[Call] = [
    *[
        (f"pad {mode}", lambda x, m=mode: np.pad(x, ((1, 2), (2, 1)), m), M)
        for mode in ("constant edge reflect symmetric wrap").split()
    ],
    *[
        (f"pad {mode}", lambda x, m=mode: np.pad(x, ((1, 2), (2, 1)), m), S)
        for mode in ("linear_ramp maximum mean median minimum").split()
    ],
    ("pad number", lambda x: np.pad(x, 2), V),
    ("pad values", lambda x: np.pad(x, (1, 2), constant_values=(1.5, 2.5)), V),
    ("pad values by x", lambda x: np.pad(x, 1, constant_values=x[0] * x[1]), V),
    ("pad ends", lambda x: np.pad(x, ((2, 1), (0, 2)), "linear_ramp", end_values=(3.0, 1.0)), M),
    ("pad stat_length", lambda x: np.pad(x, 1, "mean", stat_length=2), M),
    ("pad odd", lambda x: np.pad(x, ((2, 1), (1, 2)), "reflect", reflect_type="odd"), S),
    ("pad odd symmetric", lambda x: np.pad(x, 2, "symmetric", reflect_type="odd"), S),
    ("pad column", lambda x: np.pad(x, ((1,), (2,))), M),
]

CHOICES: list[Call] = [
    ("insert", lambda x: np.insert(x, 1, x[0] * x[1]), V),
    ("insert several", lambda x: np.insert(x, [1, 3], [9.0, 8.0]), V),
    ("insert axis", lambda x: np.insert(x, 1, x[:, 0] ** 2, axis=1), M),
    ("choose", lambda x: np.choose([0, 1, 1, 0], [x, x**2]), V),
    ("choose wrap", lambda x: np.choose([0, 3, 1, 2], [x, -1.0], mode="wrap"), V),
    ("block", lambda x: np.block([[x, np.ones((2, 1))], [np.zeros((1, 3)), x[:1, :1]]]), M),
    ("block numbers", lambda x: np.block([x[0], x, 1.0]), V),
    ("partition", lambda x: np.partition(x, 2), W),
    ("partition axis", lambda x: np.partition(x, 1, axis=0), S),
    ("partition flat", lambda x: np.partition(x, [1, 3], axis=None), M),
    ("argpartition index", lambda x: np.sort(x[np.argpartition(x, 1)[:2]]), V),
    ("unique", lambda x: np.unique(np.concatenate([x, x[:2]])), V),
    ("unique all", lambda x: np.unique(x, True, True, True)[0] ** 2, V),
    ("unique rows", lambda x: np.unique(np.concatenate([x, x]), axis=0), M),
    ("union1d", lambda x: np.union1d(x, W), V),
    ("intersect1d", lambda x: np.intersect1d(x, x[1:]) ** 2, V),
    ("setdiff1d", lambda x: np.setdiff1d(x, W), V),
    ("setxor1d", lambda x: np.setxor1d(x, W), V),
    ("isin", lambda x: np.isin(x, W) * x, V),
    ("trim_zeros", lambda x: np.trim_zeros(np.concatenate([[0.0, 0.0], x, [0.0]])), V),
    ("trim_zeros front", lambda x: np.trim_zeros(np.concatenate([[0.0], x, [0.0]]), "f"), V),
    ("piecewise", lambda x: np.piecewise(x, [x < 0, x > 1], [lambda v: v**2, 3.0, np.exp]), V),
    ("piecewise two", lambda x: np.piecewise(x, [x < 0, x >= 0], [np.sin, np.cos]), M),
    ("piecewise one", lambda x: np.piecewise(x, x < 0, [np.sin, np.cos]), V),
    ("fill_diagonal", lambda x: _changed(x, lambda y: np.fill_diagonal(y, x[0, 1] ** 2)), S),
    ("put", lambda x: _changed(x, lambda y: np.put(y, [0, 2], x[1:3] ** 2)), V),
    ("place", lambda x: _changed(x, lambda y: np.place(y, V > 0.5, x[:2] ** 2)), V),
    ("putmask", lambda x: _changed(x, lambda y: np.putmask(y, V > 0.5, x**2)), V),
    ("copyto", lambda x: _changed(x, lambda y: np.copyto(y, x**2, where=V > 0.5)), V),
    (
        "put_along_axis",
        lambda x: _changed(x, lambda y: np.put_along_axis(y, np.array([[1], [0]]), x[:, 2:], 1)),
        M,
    ),
    ("dsplit", lambda x: np.dsplit(x, 2)[1], T),
    ("vsplit", lambda x: np.vsplit(x, [1])[1], M),
    ("hsplit", lambda x: np.hsplit(x, [1])[1], M),
    ("roll axes", lambda x: np.roll(x, (1, 2), axis=(0, 1)), M),
    ("extract", lambda x: np.extract(V > 0.5, x), V),
    ("diagflat", lambda x: np.diagflat(x, 1), M),
]


def _changed(x: Any, change: Callable[[Any], None]) -> Any:
    y = x * 1.0
    change(y)
    return y


LOOPS: list[Call] = [
    ("amax", lambda x: np.amax(x, axis=0) - np.amin(x, 1)[0], M),
    ("apply_along_axis", lambda x: np.apply_along_axis(lambda v: v[0] * v, 1, x), T),
    ("apply_along_axis number", lambda x: np.apply_along_axis(np.sum, 0, x**2), M),
    ("apply_along_axis matrix", lambda x: np.apply_along_axis(np.diag, -1, x), M),
    ("apply_over_axes", lambda x: np.apply_over_axes(np.sum, x**2, [0, 2]), T),
    ("meshgrid", lambda x: np.stack(np.meshgrid(x, x[:2] ** 2)), V),
    ("meshgrid sparse", lambda x: _flat(*np.meshgrid(x, W, sparse=True, indexing="ij")), V),
    ("broadcast_arrays", lambda x: np.stack(np.broadcast_arrays(x, x[:1] ** 2, 1.0)), V),
    ("full_like", lambda x: np.full_like(x, x[0] * x[1]), V),
    ("zeros_like", lambda x: np.zeros_like(x) + x, V),
]

NEWER: list[Call] = []
if hasattr(np, "cumulative_sum"):  # since NumPy 2.1
    NEWER += [
        ("cumulative_sum", lambda x: np.cumulative_sum(x, include_initial=True), V),
        ("cumulative_prod", lambda x: np.cumulative_prod(x, axis=1), M),
        ("unstack", lambda x: np.unstack(x, axis=1)[0], M),
    ]

CALLS_OF_ARRAYS: list[Call] = (
    NANS + STATISTICS + SEQUENCES + POLYNOMIALS + PADDING + CHOICES + LOOPS + NEWER
)
