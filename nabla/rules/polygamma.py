"""The derivatives of log Γ, in plain NumPy, so that they nest and need no SciPy.

Source: DLMF (https://dlmf.nist.gov), chapter 5: recurrence 5.15.5, reflection 5.15.6,
asymptotic expansions 5.11.2 and 5.15.8.
"""

from __future__ import annotations

import math
from typing import Any

import numpy

from nabla.rules.primitives import primitive
from nabla.rules.rule import Operation, Rule, Value, conjugated, linear

np: Any = numpy  # to a type checker, NumPy's functions take no lifted values

_BERNOULLI = (
    *(1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66),
    *(-691 / 2730, 7 / 6, -3617 / 510, 43867 / 798, -174611 / 330),
)
"""B₂, B₄, …, B₂₀."""


@primitive
def polygamma(x: Value, *, order: int) -> Value:
    """The derivative of log Γ of the given order plus one: digamma for 0, trigamma for 1.

    Args:
        x: real or complex numbers, any shape; not finite at 0, -1, -2, …
        order: how often digamma is differentiated.

    Returns:
        the shape of x. Error: a few ulps of the largest term, which near digamma's zeros (the
        positive one is 1.4616) is larger than the value.

    Examples:
        >>> print(f"{-polygamma(1.0, order=0):.15f}")  # Euler's constant
        0.577215664901533
    """
    on_the_left = np.less(np.real(x), 0.5)
    right = _on_the_right(np.where(on_the_left, np.subtract(1.0, x), x), order)
    if not np.any(on_the_left):
        return right
    from_the_right = (-1) ** order * right
    reflected = from_the_right - math.pi ** (order + 1) * _cotangent(x, order)
    return np.where(on_the_left, reflected, right)


def _on_the_right(x: Value, order: int) -> Value:
    """For Re x ≥ ½: the asymptotic expansion at x + steps, brought back by the recurrence."""
    steps = 12 + 2 * order
    sign, factorial = (-1) ** (order + 1), math.factorial(order)
    passed = sum(1.0 / np.power(x + k, order + 1) for k in reversed(range(steps)))
    return _far_out(x + steps, order) + sign * factorial * passed


def _far_out(x: Value, order: int) -> Value:
    sign, tail = (-1) ** (order + 1), _tail(x, order)
    half = 0.5 * math.factorial(order) / x
    if order == 0:
        return np.log(x) - half - tail
    return sign * (math.factorial(order - 1) + half + tail) / np.power(x, order)


def _tail(x: Value, order: int) -> Value:
    """Σ B₂ₖ·(2k + order - 1)! / ((2k)!·x²ᵏ)."""
    tail: Value = 0.0
    for k in range(len(_BERNOULLI), 0, -1):
        ratio = math.factorial(2 * k + order - 1) / math.factorial(2 * k)
        tail = (tail + _BERNOULLI[k - 1] * ratio) / (x * x)
    return tail


def _cotangent(x: Value, order: int) -> Value:
    """The derivative of that order of cot, at πx: a polynomial in cot, as cot' = -(1 + cot²)."""
    turn = x - np.rint(np.real(x))  # exact, where πx would be rounded
    with np.errstate(divide="ignore"):
        cotangent = np.divide(1.0, np.tan(math.pi * turn))
    coefficients = np.polynomial.Polynomial([0.0, 1.0])
    for _ in range(order):
        coefficients = np.polynomial.Polynomial([-1.0, 0.0, -1.0]) * coefficients.deriv()
    y: Value = 0.0
    for coefficient in reversed(coefficients.coef.tolist()):
        y = y * cotangent + coefficient
    return y


def digamma(x: Value) -> Value:
    """The derivative of log Γ."""
    return polygamma(x, order=0)


def digamma_difference(x: Value, step: Value) -> Value:
    """ψ(x + step) - ψ(x), also where the two agree in most of their digits.

    Far out each term of the difference is taken on its own: log((x + step) / x) by log1p, the
    reciprocals over a common denominator.
    """
    shifted = x + step
    is_far = np.greater_equal(x, 0.5) & np.greater_equal(shifted, 0.5)
    a, b = np.where(is_far, x, 1.0), np.where(is_far, shifted, 1.0)
    width = np.where(is_far, step, 0.0)
    passed = sum(width / ((a + k) * (b + k)) for k in reversed(range(12)))
    a, b = a + 12.0, b + 12.0
    tails = _tail(a, 0) - _tail(b, 0)
    close = np.log1p(width / a) + width / (2.0 * a * b) + tails + passed
    return np.where(is_far, close, digamma(shifted) - digamma(x))


POLYGAMMA: dict[Operation, Rule] = {
    polygamma: linear(
        lambda t, y, x, *, order: polygamma(x, order=order + 1) * t,
        lambda c, y, x, *, order: conjugated(polygamma(x, order=order + 1)) * c,
    )
}
