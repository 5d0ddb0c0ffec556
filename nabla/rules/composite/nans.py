"""The reductions that leave NaN out: the usual ones, with a mask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nabla.rules.arguments import as_operand
from nabla.rules.rule import Operation, Value


def _masked(reduction: Operation) -> Callable[..., Value]:
    def composite(
        a: Value, axis: Any = None, *args: Any, where: Any = True, **options: Any
    ) -> Value:
        a = as_operand(a)
        numbers = np.logical_not(np.isnan(a)) & where
        return reduction(a, axis, *args, where=numbers, **options)

    return composite


def _extreme(reduction: Operation, worst: float) -> Callable[..., Value]:
    def composite(
        a: Value, axis: Any = None, out: Any = None, keepdims: bool = False, **options: Any
    ) -> Value:
        a = as_operand(a)
        is_nan = np.isnan(a)
        y = reduction(np.where(is_nan, worst, a), axis, out, keepdims, **options)
        all_nan = np.all(is_nan, axis=axis, keepdims=keepdims)
        return np.where(all_nan, np.nan, y) if np.any(all_nan) else y

    return composite


def _filled(function: Operation, neutral: float) -> Callable[..., Value]:
    def composite(a: Value, *args: Any, **options: Any) -> Value:
        a = as_operand(a)
        return function(np.where(np.isnan(a), neutral, a), *args, **options)

    return composite


NANS: dict[Operation, Callable[..., Any]] = {
    np.nansum: _masked(np.sum),
    np.nanprod: _masked(np.prod),
    np.nanmean: _masked(np.mean),
    np.nanvar: _masked(np.var),
    np.nanstd: _masked(np.std),
    np.nanmax: _extreme(np.max, -np.inf),
    np.nanmin: _extreme(np.min, np.inf),
    np.nancumsum: _filled(np.cumsum, 0.0),
    np.nancumprod: _filled(np.cumprod, 1.0),
}
