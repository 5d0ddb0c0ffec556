"""Functions of Python's own modules that take iterables or have several outcomes.

The values are those of the plain call, bit for bit, and so are the exceptions: for empty data,
for data of different lengths, outside of a domain.
"""

from __future__ import annotations

import cmath
import math
import operator
import statistics
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy

from nabla.errors import MissingRule
from nabla.rules import samples
from nabla.rules.constant import binary_exponent, plain, whole_part
from nabla.rules.primitives import call
from nabla.rules.rule import Operation, Value
from nabla.rules.scalar_functions import fractional_part, rounded_sum, sum_of_products

np: Any = numpy  # to a type checker, NumPy's functions take no lifted values


# -- math ---------------------------------------------------------------------------------------


def _prod(iterable: Iterable[Value], /, *, start: Value = 1) -> Value:
    y = start
    for factor in iterable:
        y = call(operator.mul, y, factor)
    return y


def _dist(p: Iterable[Value], q: Iterable[Value], /) -> Value:
    first, second = tuple(p), tuple(q)
    if len(first) != len(second):
        raise ValueError("both points must have the same number of dimensions")
    return call(math.hypot, *(call(operator.sub, a, b) for a, b in zip(first, second, strict=True)))


def _sumprod(p: Iterable[Value], q: Iterable[Value], /) -> Value:
    first, second = tuple(p), tuple(q)
    if len(first) != len(second):
        raise ValueError("Inputs are not the same length")
    return sum_of_products(*first, *second)


def _frexp(x: Value, /) -> tuple[Value, Value]:
    exponent = binary_exponent(x)
    return call(math.ldexp, x, -exponent), exponent


def _of_whole_numbers(function: Operation) -> Callable[..., Any]:
    """math.comb and its kin take no floats: they say so as in the plain run."""
    return lambda *operands: function(*map(_as_float, operands))


def _as_float(x: Value) -> Any:
    return x if isinstance(x, int) else float(plain(x))


def _phase(z: Value, /) -> Value:
    return call(math.atan2, np.imag(z), np.real(z))


# -- statistics ---------------------------------------------------------------------------------


def _of_data(operation: Operation) -> Callable[..., Value]:
    def composite(data: Iterable[Value]) -> Value:
        return operation(*data)

    return composite


def _fmean(data: Iterable[Value], weights: Iterable[Value] | None = None) -> Value:
    values = tuple(data)
    if weights is None:
        return call(operator.truediv, rounded_sum(*values), len(values))
    given = tuple(weights)
    if len(given) != len(values):
        raise statistics.StatisticsError("data and weights must be the same length")
    total = rounded_sum(*given)
    if not total:
        raise statistics.StatisticsError("sum of weights must be non-zero")
    if hasattr(math, "sumprod"):  # since Python 3.12
        return call(operator.truediv, sum_of_products(*values, *given), total)
    products = (call(operator.mul, a, b) for a, b in zip(values, given, strict=True))
    return call(operator.truediv, rounded_sum(*products), total)


def _harmonic_mean(data: Iterable[Value], weights: Iterable[Value] | None = None) -> Value:
    values = tuple(data)
    given = (1.0,) * len(values) if weights is None else tuple(weights)
    if len(given) != len(values):
        raise statistics.StatisticsError("Number of weights does not match data size")
    return samples.harmonic_mean(*values, *given)


def _spread(operation: Operation, lost: int, root: bool) -> Callable[..., Value]:
    def composite(data: Iterable[Value], mu: Value = None) -> Value:
        values = tuple(data)
        if mu is None:
            return operation(*values)
        if len(values) <= lost:
            return operation(*values)  # which raises
        distances = np.stack([value - mu for value in values])
        y = np.sum(np.square(distances)) / (len(values) - lost)
        return np.sqrt(y) if root else y

    return composite


def _around_sample(operation: Operation, root: bool) -> Callable[..., Value]:
    around = _spread(operation, 1, root)

    def composite(data: Iterable[Value], xbar: Value = None) -> Value:
        return around(data, xbar)

    return composite


def _median(pick: Callable[[list[Value]], Value], checked: Operation) -> Callable[..., Value]:
    def composite(data: Iterable[Value]) -> Value:
        values = tuple(data)
        checked(values[:1])
        return pick(_in_order(values))

    return composite


def _in_order(values: Sequence[Value]) -> list[Value]:
    ordered = np.sort(samples.as_sample(values))
    return [call(float, ordered[k]) for k in range(len(values))]


def _middle(ordered: list[Value]) -> Value:
    half = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[half]
    return call(operator.truediv, call(operator.add, ordered[half - 1], ordered[half]), 2)


def _quantiles(data: Iterable[Value], *, n: int = 4, method: Any = "exclusive") -> list[Value]:
    values = tuple(data)
    statistics.quantiles([0.0] * len(values), n=n, method=method)  # raises what is to be raised
    ordered = _in_order(values)
    if len(ordered) == 1:
        return ordered * (n - 1)
    count = len(ordered) + (1 if method == "exclusive" else -1)
    first = 1 if method == "exclusive" else 0
    y: list[Value] = []
    for i in range(1, n):
        place = i * count // n
        if method == "exclusive":
            place = min(max(place, 1), len(ordered) - 1)
        share = i * count - place * n
        below, above = ordered[place - first], ordered[place - first + 1]
        y.append((below * (n - share) + above * share) / n)
    return y


def _paired(operation: Operation, checked: Operation) -> Callable[..., Value]:
    def composite(x: Iterable[Value], y: Iterable[Value], /) -> Value:
        first, second = tuple(x), tuple(y)
        if len(first) != len(second):
            checked((0.0,) * len(first), (0.0,) * len(second))  # raises what is to be raised
        return operation(*first, *second)

    return composite


def _correlation(x: Iterable[Value], y: Iterable[Value], /, *, method: str = "linear") -> Value:
    if method != "linear":
        raise MissingRule(
            f"statistics.correlation was called with method={method!r}",
            why="ranks do not move with the values, so there is no derivative to follow",
            remedy="leave method= out, or use method='central', which needs only values",
        )
    return _paired(samples.correlation, statistics.correlation)(x, y)


def _linear_regression(
    x: Iterable[Value], y: Iterable[Value], /, *, proportional: bool = False
) -> Any:
    first, second = tuple(x), tuple(y)
    line = samples.slope_through_origin if proportional else samples.slope_of_line
    slope = _paired(line, statistics.linear_regression)(first, second)
    intercept: Value = 0.0
    if not proportional:
        n = len(first)
        center = call(operator.truediv, rounded_sum(*first), n)
        height = call(operator.truediv, rounded_sum(*second), n)
        intercept = call(operator.sub, height, call(operator.mul, slope, center))
    return statistics.LinearRegression(slope=slope, intercept=intercept)


# -- the table ----------------------------------------------------------------------------------

_WHOLE = (math.comb, math.factorial, math.gcd, math.isqrt, math.lcm, math.perm)

PYTHON_FUNCTIONS: dict[Operation, Callable[..., Any]] = {
    math.fsum: lambda seq, /: rounded_sum(*seq),
    math.prod: _prod,
    math.dist: _dist,
    math.modf: lambda x, /: (fractional_part(x), whole_part(x)),
    math.frexp: _frexp,
    **{function: _of_whole_numbers(function) for function in _WHOLE},
    cmath.phase: _phase,
    cmath.polar: lambda z, /: (call(operator.abs, z), _phase(z)),
    statistics.mean: _of_data(samples.mean_of_sample),
    statistics.fmean: _fmean,
    statistics.geometric_mean: _of_data(samples.geometric_mean),
    statistics.harmonic_mean: _harmonic_mean,
    statistics.pvariance: _spread(samples.variance_of_population, 0, root=False),
    statistics.pstdev: _spread(samples.deviation_of_population, 0, root=True),
    statistics.variance: _around_sample(samples.variance_of_sample, root=False),
    statistics.stdev: _around_sample(samples.deviation_of_sample, root=True),
    statistics.median: _median(_middle, statistics.median),
    statistics.median_low: _median(lambda x: x[(len(x) - 1) // 2], statistics.median_low),
    statistics.median_high: _median(lambda x: x[len(x) // 2], statistics.median_high),
    statistics.quantiles: _quantiles,
    statistics.covariance: _paired(samples.covariance, statistics.covariance),
    statistics.correlation: _correlation,
    statistics.linear_regression: _linear_regression,
}
if hasattr(math, "sumprod"):  # since Python 3.12
    PYTHON_FUNCTIONS[getattr(math, "sumprod")] = _sumprod  # noqa: B009 - unknown to 3.11
"""Function -> the same in terms of operations that have a rule."""
