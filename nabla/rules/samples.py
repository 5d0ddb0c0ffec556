"""Statistics of a sample of single numbers, as Python's `statistics` computes and rounds them.

Source: the definitions in Python's library reference, differentiated.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence

import numpy as np

from nabla.rules.primitives import primitive
from nabla.rules.rule import Operation, Rule, Value, Variadic, scaled, total_of
from nabla.rules.ufuncs import ratio


def _of_sample(slopes: Callable[[Value, Value], Value]) -> Variadic:
    """A rule for a function of many numbers, from all its slopes at once.

    Args:
        slopes: ``(y, values)`` to the partial derivatives, both values and answer of shape (n,).
    """

    def push(tangents: Sequence[Value | None], y: Value, operands: Sequence[Value]) -> Value:
        each = slopes(y, as_sample(operands))
        return total_of(
            scaled(each[k], tangent) for k, tangent in enumerate(tangents) if tangent is not None
        )

    def pull(position: int, cotangent: Value, y: Value, operands: Sequence[Value]) -> Value:
        return scaled(slopes(y, as_sample(operands))[position], cotangent)

    return Variadic(push, pull)


def as_sample(values: Sequence[Value]) -> Value:
    """Single numbers as one array."""
    return np.stack([v if hasattr(v, "dtype") else np.asarray(float(v)) for v in values])


@primitive
def mean_of_sample(*values: Value) -> Value:
    """The mean, rounded once."""
    return statistics.mean(values)


@primitive
def geometric_mean(*values: Value) -> Value:
    """The n-th root of the product."""
    return statistics.geometric_mean(values)


@primitive
def harmonic_mean(*values_and_weights: Value) -> Value:
    """Σw / Σ(w/x) of x₁, …, xₙ, w₁, …, wₙ."""
    values, weights = _halves(values_and_weights)
    return statistics.harmonic_mean(values, weights)


@primitive
def variance_of_sample(*values: Value) -> Value:
    """Σ(x - mean)² / (n - 1)."""
    return statistics.variance(values)


@primitive
def variance_of_population(*values: Value) -> Value:
    """Σ(x - mean)² / n."""
    return statistics.pvariance(values)


@primitive
def deviation_of_sample(*values: Value) -> Value:
    """The square root of the variance of the sample."""
    return statistics.stdev(values)


@primitive
def deviation_of_population(*values: Value) -> Value:
    """The square root of the variance of the population."""
    return statistics.pstdev(values)


@primitive
def covariance(*pairs: Value) -> Value:
    """Σ(x - mean x)·(y - mean y) / (n - 1) of x₁, …, xₙ, y₁, …, yₙ."""
    return statistics.covariance(*_halves(pairs))


@primitive
def correlation(*pairs: Value) -> Value:
    """Pearson's coefficient of x₁, …, xₙ, y₁, …, yₙ."""
    return statistics.correlation(*_halves(pairs))


@primitive
def slope_of_line(*pairs: Value) -> Value:
    """The slope of the line of least squares through the points x₁, …, xₙ, y₁, …, yₙ."""
    return statistics.linear_regression(*_halves(pairs)).slope


@primitive
def slope_through_origin(*pairs: Value) -> Value:
    """The same for the line through the origin."""
    return statistics.linear_regression(*_halves(pairs), proportional=True).slope


def _halves(values: Value) -> tuple[Value, Value]:
    half = len(values) // 2
    return values[:half], values[half:]


def _centered(values: Value) -> Value:
    return values - np.sum(values) / len(values)


def _by_harmonic(y: Value, pairs: Value) -> Value:
    x, weights = _halves(pairs)
    by_value = weights * np.square(np.where(np.equal(y, 0), np.nan, y) / x)
    return np.concatenate([by_value, y * (1.0 - y / x)]) / np.sum(weights)


def _by_covariance(y: Value, pairs: Value) -> Value:
    dx, dv = map(_centered, _halves(pairs))
    return np.concatenate([dv, dx]) / (len(dx) - 1)


def _by_correlation(y: Value, pairs: Value) -> Value:
    dx, dv = map(_centered, _halves(pairs))
    xx, vv = np.sum(dx * dx), np.sum(dv * dv)
    size = np.sqrt(xx) * np.sqrt(vv)
    return np.concatenate([dv / size - y * dx / xx, dx / size - y * dv / vv])


def _by_line(y: Value, pairs: Value) -> Value:
    return _by_proportion(y, np.concatenate([*map(_centered, _halves(pairs))]))


def _by_proportion(y: Value, pairs: Value) -> Value:
    x, v = _halves(pairs)
    return np.concatenate([v - 2.0 * y * x, x]) / np.sum(x * x)


SAMPLES: dict[Operation, Rule] = {
    mean_of_sample: _of_sample(lambda y, x: np.ones(len(x)) / len(x)),
    geometric_mean: _of_sample(lambda y, x: y / x / len(x)),
    harmonic_mean: _of_sample(_by_harmonic),
    variance_of_sample: _of_sample(lambda y, x: 2.0 * _centered(x) / (len(x) - 1)),
    variance_of_population: _of_sample(lambda y, x: 2.0 * _centered(x) / len(x)),
    deviation_of_sample: _of_sample(lambda y, x: ratio(_centered(x), y) / (len(x) - 1)),
    deviation_of_population: _of_sample(lambda y, x: ratio(_centered(x), y) / len(x)),
    covariance: _of_sample(_by_covariance),
    correlation: _of_sample(_by_correlation),
    slope_of_line: _of_sample(_by_line),
    slope_through_origin: _of_sample(_by_proportion),
}
"""Operations of single numbers, each with its rule."""
