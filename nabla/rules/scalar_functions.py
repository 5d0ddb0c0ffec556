"""Rules of Python's own functions of numbers: those of `math`, `cmath` and `operator`.

Most share the rule of their NumPy namesake; what NumPy does not have stands here, one line each.

Source: Abramowitz & Stegun, Handbook of Mathematical Functions, 6.3.1 (Γ), 7.1.19 (erf).
"""

from __future__ import annotations

import cmath
import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nabla.rules.namesakes import NAMESAKES
from nabla.rules.polygamma import digamma
from nabla.rules.primitives import primitive
from nabla.rules.rule import (
    Elementwise,
    Operation,
    Partial,
    Rule,
    Value,
    Variadic,
    conjugated,
    elementwise,
    is_complex,
    linear,
    scaled,
    total_of,
)
from nabla.rules.ufuncs import ELEMENTWISE, ratio

TWO_OVER_ROOT_PI = 2 / math.sqrt(math.pi)


def of_numbers(slope: Callable[[int, Value, Sequence[Value]], Value]) -> Variadic:
    """A rule for a function of any number of numbers.

    Args:
        slope: ``(position, y, operands)`` to the partial derivative by that operand.
    """

    def push(tangents: Sequence[Value | None], y: Value, operands: Sequence[Value]) -> Value:
        return total_of(
            scaled(slope(position, y, operands), tangent)
            for position, tangent in enumerate(tangents)
            if tangent is not None
        )

    def pull(position: int, cotangent: Value, y: Value, operands: Sequence[Value]) -> Value:
        return scaled(conjugated(slope(position, y, operands)), cotangent)

    return Variadic(push, pull)


def _continued(rule: Elementwise) -> Elementwise:
    """The rule where a real operand may have a complex result, as (-8.0) ** (1 / 3) has."""

    def continued(partial: Any) -> Partial:
        def slope(y: Value, *operands: Value) -> Value:
            if is_complex(y) and not is_complex(operands[0]):
                operands = (operands[0] + 0j, *operands[1:])
            return partial(y, *operands)

        return slope

    return elementwise(*map(continued, rule.partials))


def _log_slope(position: int, y: Value, operands: Sequence[Value]) -> Value:
    """Of log(x) or of log(x, base) = log(x) / log(base)."""
    x, *base = operands
    log_of_base = np.log(base[0] + 0j if is_complex(y) else base[0]) if base else 1.0
    if position == 0:
        return np.divide(1.0, x * log_of_base)
    return np.divide(-y, base[0] * log_of_base)


@primitive
def rounded_sum(*terms: Value) -> Value:
    """The sum of numbers, rounded once."""
    return math.fsum(terms)


@primitive
def sum_of_products(*factors: Value) -> Value:
    """p₁·q₁ + … + pₙ·qₙ of the numbers p₁, …, pₙ, q₁, …, qₙ, as math.sumprod rounds it."""
    half = len(factors) // 2
    of_python: Any = math
    return of_python.sumprod(factors[:half], factors[half:])


@primitive
def modulus(z: Value) -> Value:
    """The absolute value of a complex number."""
    return abs(z)


@primitive
def fractional_part(x: Value) -> Value:
    """What math.modf leaves of a number, with its sign."""
    return math.modf(x)[0]


_SPECIAL_TO_PYTHON: dict[Operation, Rule] = {
    math.log: of_numbers(_log_slope),
    cmath.log: of_numbers(_log_slope),
    math.hypot: of_numbers(lambda k, y, xs: ratio(xs[k], y)),
    math.remainder: elementwise(lambda y, a, b: 1.0, lambda y, a, b: -np.rint(np.divide(a - y, b))),
    math.erf: elementwise(lambda y, x: TWO_OVER_ROOT_PI * np.exp(-x * x)),
    math.erfc: elementwise(lambda y, x: -TWO_OVER_ROOT_PI * np.exp(-x * x)),
    math.gamma: elementwise(lambda y, x: y * digamma(x)),
    math.lgamma: elementwise(lambda y, x: digamma(x)),
    cmath.rect: elementwise(lambda y, r, phi: np.exp(1j * phi), lambda y, r, phi: 1j * y),
    operator.pow: _continued(ELEMENTWISE[np.power]),
    complex: of_numbers(lambda k, y, parts: 1j if k else 1.0),
    rounded_sum: of_numbers(lambda k, y, terms: 1.0),
    sum_of_products: of_numbers(lambda k, y, factors: factors[k - len(factors) // 2]),
    modulus: linear(
        lambda t, y, z: ratio(np.real(conjugated(z) * t), y), lambda c, y, z: c * ratio(z, y)
    ),
    fractional_part: elementwise(lambda y, x: 1.0),
}
if hasattr(math, "fma"):  # since Python 3.13
    _SPECIAL_TO_PYTHON[getattr(math, "fma")] = elementwise(  # noqa: B009 - unknown to 3.11
        lambda y, a, b, c: b, lambda y, a, b, c: a, lambda y, a, b, c: 1.0
    )

SCALAR_FUNCTIONS: dict[Operation, Rule] = {
    **{
        function: _continued(ELEMENTWISE[namesake])
        if getattr(function, "__module__", "") == "cmath"
        else ELEMENTWISE[namesake]
        for function, namesake in NAMESAKES.items()
        if namesake in ELEMENTWISE
    },
    **_SPECIAL_TO_PYTHON,
}
"""Python's function -> its rule. Its operands are single numbers, but those of `operator`."""
