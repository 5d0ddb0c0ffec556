"""One line of mathematics for each of NumPy's differentiable ufuncs.

Each lambda gets the result y and the operands and returns a partial derivative. Where a slope
does not exist the line gives the value that `kinks` documents: abs at 0 gives 0, a tie shares
equally, sqrt at 0 gives inf.

Source: Abramowitz & Stegun, Handbook of Mathematical Functions, chapter 4 (4.1-4.6).
"""

from __future__ import annotations

import math

import numpy as np

from nabla.rules.rule import Elementwise, Operation, Value, elementwise, is_complex

LN2 = math.log(2)
LN10 = math.log(10)


def _power_by_base(y: Value, a: Value, b: Value) -> Value:
    # b == 0 makes y constant even at a == 0, where a ** -1 is infinite
    return np.where(np.equal(b, 0), 0.0, b * np.power(a, np.subtract(b, 1.0)))


def _power_by_exponent(y: Value, a: Value, b: Value) -> Value:
    # lim a->0+ of aᵇ·log(a) is 0 for b > 0; a negative base has no slope in the exponent
    at_zero = np.equal(a, 0) & np.greater(b, 0)
    return np.where(at_zero, 0.0, y * np.log(np.where(at_zero, 1.0, a)))


def _tie_shared(chosen: Value, other: Value) -> Value:
    """1 where this operand alone was chosen, ½ where both are equal, 0 elsewhere."""
    return np.where(np.equal(chosen, other), 0.5, 1.0)


def _of_larger(y: Value, a: Value, b: Value) -> Value:
    return np.where(np.equal(a, y), _tie_shared(a, b), 0.0)


def _of_larger_second(y: Value, a: Value, b: Value) -> Value:
    return _of_larger(y, b, a)


def ratio(part: Value, whole: Value) -> Value:
    """part / whole, and 0 where both are 0 (the kink of hypot)."""
    return np.where(np.equal(whole, 0), 0.0, part / np.where(np.equal(whole, 0), 1.0, whole))


def _turn(part: Value, a: Value, b: Value) -> Value:
    """part / (a² + b²), without the squares, which over- and underflow."""
    radius = np.hypot(a, b)
    return ratio(ratio(part, radius), radius)


def _leg(function: Value, y: Value, x: Value) -> Value:
    """√(1 - x²), which is cos(arcsin x) and sin(arccos x): on a cut the side is y's."""
    root = np.sqrt((1.0 - x) * (1.0 + x))
    if not is_complex(root):
        return root
    agree = np.greater_equal(np.real(np.conjugate(root) * function(y)), 0)
    return root * np.where(agree, 1.0, -1.0)


def _root_of_one_plus_square(x: Value) -> Value:
    # hypot does not overflow, but knows no complex numbers
    return np.sqrt(1.0 + x * x) if is_complex(x) else np.hypot(x, 1.0)


def _bessel_i1(x: Value) -> Value:
    # I₁(x) = ∫ cos θ·exp(x·cos θ) dθ / π over half a turn; the midpoint rule converges like
    # I₂₅₆(x), which is nothing wherever float64 holds I₁(x) (Abramowitz & Stegun 9.6.19)
    nodes = np.cos((np.arange(128) + 0.5) * (math.pi / 128))
    return np.mean(nodes * np.exp(np.multiply(1.0, x)[..., None] * nodes), axis=-1)


_EXTREME = elementwise(_of_larger, _of_larger_second)

ELEMENTWISE: dict[Operation, Elementwise] = {
    # arithmetic
    np.add: elementwise(lambda y, a, b: 1.0, lambda y, a, b: 1.0),
    np.subtract: elementwise(lambda y, a, b: 1.0, lambda y, a, b: -1.0),
    np.multiply: elementwise(lambda y, a, b: b, lambda y, a, b: a),
    np.divide: elementwise(lambda y, a, b: np.divide(1.0, b), lambda y, a, b: np.divide(-y, b)),
    np.power: elementwise(_power_by_base, _power_by_exponent),
    np.float_power: elementwise(_power_by_base, _power_by_exponent),
    np.remainder: elementwise(lambda y, a, b: 1.0, lambda y, a, b: -np.floor_divide(a, b)),
    np.fmod: elementwise(lambda y, a, b: 1.0, lambda y, a, b: -np.rint(np.divide(a - y, b))),
    np.negative: elementwise(lambda y, x: -1.0),
    np.positive: elementwise(lambda y, x: 1.0),
    np.square: elementwise(lambda y, x: 2.0 * x),
    np.reciprocal: elementwise(lambda y, x: -y * y),
    np.sqrt: elementwise(lambda y, x: np.divide(0.5, y)),
    np.cbrt: elementwise(lambda y, x: np.divide(1.0, 3.0 * y * y)),
    np.hypot: elementwise(lambda y, a, b: ratio(a, y), lambda y, a, b: ratio(b, y)),
    np.ldexp: elementwise(lambda y, x, n: np.exp2(n), lambda y, x, n: np.multiply(0.0, n)),
    # exponentials and logarithms
    np.exp: elementwise(lambda y, x: y),
    np.exp2: elementwise(lambda y, x: y * LN2),
    np.expm1: elementwise(lambda y, x: np.exp(x)),
    np.log: elementwise(lambda y, x: np.divide(1.0, x)),
    np.log2: elementwise(lambda y, x: np.divide(1.0, x * LN2)),
    np.log10: elementwise(lambda y, x: np.divide(1.0, x * LN10)),
    np.log1p: elementwise(lambda y, x: np.divide(1.0, 1.0 + x)),
    np.logaddexp: elementwise(  # not exp(a - y): y is rounded, and its ulp may be large
        lambda y, a, b: np.divide(1.0, 1.0 + np.exp(b - a)),
        lambda y, a, b: np.divide(1.0, 1.0 + np.exp(a - b)),
    ),
    np.logaddexp2: elementwise(
        lambda y, a, b: np.divide(1.0, 1.0 + np.exp2(b - a)),
        lambda y, a, b: np.divide(1.0, 1.0 + np.exp2(a - b)),
    ),
    np.i0: elementwise(lambda y, x: _bessel_i1(x)),
    # trigonometry
    np.sin: elementwise(lambda y, x: np.cos(x)),
    np.cos: elementwise(lambda y, x: -np.sin(x)),
    np.tan: elementwise(lambda y, x: 1.0 + y * y),
    np.arcsin: elementwise(lambda y, x: np.divide(1.0, _leg(np.cos, y, x))),
    np.arccos: elementwise(lambda y, x: np.divide(-1.0, _leg(np.sin, y, x))),
    np.arctan: elementwise(lambda y, x: np.divide(1.0, 1.0 + x * x)),
    np.arctan2: elementwise(lambda y, a, b: _turn(b, a, b), lambda y, a, b: -_turn(a, a, b)),
    np.degrees: elementwise(lambda y, x: 180.0 / math.pi),
    np.rad2deg: elementwise(lambda y, x: 180.0 / math.pi),
    np.radians: elementwise(lambda y, x: math.pi / 180.0),
    np.deg2rad: elementwise(lambda y, x: math.pi / 180.0),
    # hyperbolic
    np.sinh: elementwise(lambda y, x: np.cosh(x)),
    np.cosh: elementwise(lambda y, x: np.sinh(x)),
    np.tanh: elementwise(lambda y, x: 1.0 - y * y),
    np.arcsinh: elementwise(lambda y, x: np.divide(1.0, _root_of_one_plus_square(x))),
    np.arccosh: elementwise(lambda y, x: np.divide(1.0, np.sqrt(x - 1.0) * np.sqrt(x + 1.0))),
    np.arctanh: elementwise(lambda y, x: np.divide(1.0, (1.0 - x) * (1.0 + x))),
    # kinked
    np.absolute: elementwise(lambda y, x: np.sign(x)),
    np.fabs: elementwise(lambda y, x: np.sign(x)),
    np.copysign: elementwise(
        lambda y, a, b: np.sign(y) * np.sign(a), lambda y, a, b: np.multiply(0.0, b)
    ),
    np.maximum: _EXTREME,
    np.minimum: _EXTREME,
    np.fmax: _EXTREME,
    np.fmin: _EXTREME,
    np.heaviside: elementwise(
        lambda y, x, h: np.multiply(0.0, x), lambda y, x, h: np.where(np.equal(x, 0), 1.0, 0.0)
    ),
}
