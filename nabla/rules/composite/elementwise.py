"""Elementwise functions made of others: clip, where, sinc and their like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nabla.rules import structural
from nabla.rules.arguments import as_operand, refuse_options
from nabla.rules.rule import Operation, Value


def _clip(
    a: Value,
    a_min: Any = None,
    a_max: Any = None,
    out: Any = None,
    *,
    min: Any = None,
    max: Any = None,
) -> Value:
    refuse_options("clip", out=out)
    low = a_min if min is None else min
    high = a_max if max is None else max
    if low is None and high is None:
        return np.copy(a)
    y = a if low is None else np.maximum(a, low)
    return y if high is None else np.minimum(y, high)


def _nan_to_num(
    x: Value, copy: bool = True, nan: float = 0.0, posinf: Any = None, neginf: Any = None
) -> Value:
    if not copy:
        refuse_options("nan_to_num", copy=copy)
    largest = np.finfo(float).max
    x = np.where(np.isnan(x), nan, x)
    x = np.where(np.isposinf(x), largest if posinf is None else posinf, x)
    return np.where(np.isneginf(x), -largest if neginf is None else neginf, x)


def _frexp(x: Value) -> tuple[Value, Value]:
    exponent = np.where(
        np.equal(x, 0), 0.0, np.floor(np.log2(np.abs(np.where(np.equal(x, 0), 1.0, x)))) + 1.0
    )
    return x * np.exp2(-exponent), exponent


def _sinc(x: Value) -> Value:
    # even and smooth at 0: there the series 1 - (πx)²/6 stands for the quotient 0/0
    angle = np.pi * as_operand(x)
    near = np.less(np.abs(np.multiply(angle, 1.0)), 1e-4)
    safe = np.where(near, 1.0, angle)
    square = angle * angle
    return np.where(near, 1.0 - square / 6.0 * (1.0 - square / 20.0), np.sin(safe) / safe)


def _select(condlist: Sequence[Any], choicelist: Sequence[Value], default: Value = 0) -> Value:
    y: Value = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        y = structural.choose(as_operand(choice), as_operand(y), condition=condition)
    return y


def _where(condition: Any, *choices: Value) -> Value:
    if not choices:
        return np.nonzero(condition)
    a, b = (as_operand(choice) for choice in choices)
    if not isinstance(condition, np.ndarray | np.generic | bool):
        condition = np.not_equal(as_operand(condition), 0)
    return structural.choose(a, b, condition=condition)


ELEMENTWISE: dict[Operation, Callable[..., Any]] = {
    np.clip: _clip,
    np.where: _where,
    np.select: _select,
    np.nan_to_num: _nan_to_num,
    np.sinc: _sinc,
    np.frexp: _frexp,
    np.modf: lambda x: (x - np.trunc(x), np.trunc(x)),
    np.divmod: lambda a, b: (np.floor_divide(a, b), np.remainder(a, b)),
}
