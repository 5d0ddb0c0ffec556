"""Gradients measured without nabla: extrapolated central differences with an error bar."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

FIRST_STEPS = (0.3, 0.1, 0.03, 0.01, 1e-3, 2e-4)
SHRINK = 1.4
COLUMNS = 9
DISAGREEMENT_FACTOR = 4.0
EPS = float(np.finfo(float).eps)


class Measured(NamedTuple):
    value: Any
    error: Any


def measured_slope(
    phi: Callable[[float], float],
    scale: float = 1.0,
    steps: tuple[float, ...] = FIRST_STEPS,
    noise: float = EPS,
) -> Measured:
    """φ'(0) by Ridders' method from several first steps, of which two have to agree."""
    answers = [_ridders(phi, step * scale, scale, noise) for step in steps]
    if len(answers) == 1:
        return answers[0]
    pairs = sorted(itertools.combinations(answers, 2), key=lambda pair: max(a.error for a in pair))
    for pair in pairs:
        disagreement = abs(pair[0].value - pair[1].value)
        best = min(pair, key=lambda a: a.error)
        if disagreement <= DISAGREEMENT_FACTOR * (pair[0].error + pair[1].error):
            return Measured(best.value, max(best.error, disagreement))
    return Measured(np.nan, np.inf)


def _ridders(phi: Callable[[float], float], step: float, scale: float, noise: float) -> Measured:
    """Ridders, Accurate computation of F'(x) and F'(x) F''(x), Adv. Eng. Softw. 4 (1982)."""
    best = Measured(np.nan, np.inf)
    before: list[float] = []
    for _ in range(COLUMNS):
        try:
            right, left = float(phi(step)), float(phi(-step))
        except (ArithmeticError, ValueError, RuntimeWarning, IndexError):
            before = []  # out of f's domain: only smaller steps count
            step /= SHRINK
            continue
        row = [(right - left) / (2 * step)]
        rounding = noise * (max(abs(right), abs(left)) + scale * abs(row[0])) / step
        factor = SHRINK**2
        for k, coarser in enumerate(before):
            row.append((row[k] * factor - coarser) / (factor - 1))
            factor *= SHRINK**2
            change = max(abs(row[-1] - row[k]), abs(row[-1] - coarser))
            error = max(change, DISAGREEMENT_FACTOR * rounding)
            if error <= best.error:
                best = Measured(row[-1], error)
        before = row
        step /= SHRINK
    return best


def measured_gradient(f: Callable[[Any], Any], x: Any, **options: Any) -> Measured:
    """The gradient of the plain f and the error of each component, in the shape of x."""
    point = np.array(x, dtype=float)
    slopes, errors = np.zeros(point.shape), np.zeros(point.shape)
    for index in np.ndindex(point.shape):

        def along(t: float, index: Any = index) -> float:
            moved = point.copy()
            moved[index] += t
            return float(f(float(moved) if isinstance(x, float) else moved))

        scale = max(1.0, abs(float(point[index])))
        slopes[index], errors[index] = measured_slope(along, scale, **options)
    return Measured(slopes, errors)


def measured_slope_gradient(f: Callable[[Any], Any], x: Any, u: Any) -> Measured:
    """The gradient of x ↦ ∇f(x)·u, measured by differences of differences."""

    def slope(y: Any) -> float:
        start, direction = np.asarray(y), np.asarray(u)
        along = lambda t: f(
            float(start + t * direction) if isinstance(x, float) else start + t * direction
        )
        return measured_slope(along, steps=(0.06,)).value

    return measured_gradient(slope, x, steps=(0.1, 0.05), noise=1e-12)
