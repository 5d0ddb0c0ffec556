"""NumPy's elementwise operations on single mpmath numbers: one line of mathematics each.

mpmath continues functions into the complex plane (sqrt(-1) = i) and raises where it divides by
zero; NumPy's floats answer NaN and inf. Here the answers are NumPy's, on mpmath's real numbers,
with two differences that follow from what an mpmath number is:

- there is no overflow and no underflow: exp(1000) is the number itself;
- there is no negative zero: 1 / -0.0 is inf, arctan2(-0.0, -1.0) is π, copysign(1, -0.0) is 1.

Source: NumPy's ufunc reference; ISO/IEC 9899:2018 (C17), annex F.10, for the special values;
mpmath's documentation, chapter "Mathematical functions".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from nabla.errors import PrecisionNotReached

Operation: TypeAlias = Callable[..., Any]
OnNumbers: TypeAlias = Callable[[Any, Any], Any] | Callable[[Any, Any, Any], Any]
"""A function of the mpmath context and of one or two numbers."""

LARGEST_EXPONENT_BITS = 2**16
"""exp, sin and their kin are refused beyond 2^65536: they would need as many bits of log 2 or π.
Only exp(exp(…)) comes there; in float64 it has long been inf."""


def on_each(function: Callable[..., Any], operands: int = 1) -> Any:
    """A function of single numbers as one of object arrays, which broadcast."""
    return np.frompyfunc(function, operands, 1)


def is_finite(mp: Any, x: Any) -> bool:
    """Whether x is a number, neither infinite nor NaN."""
    if isinstance(x, mp.mpc):
        return is_finite(mp, x.real) and is_finite(mp, x.imag)
    _, mantissa, exponent, _ = x._mpf_  # as in mpmath.libmp: x = ±mantissa·2^exponent
    return bool(mantissa) or not exponent


def _within_reach(x: Any) -> Any:
    """x, if exp(x) and sin(x) can be computed in a reasonable time.

    Raises:
        PrecisionNotReached: beyond 2 to the power of `LARGEST_EXPONENT_BITS`.
    """
    _, _, exponent, bits = x._mpf_
    if exponent + bits > LARGEST_EXPONENT_BITS:
        raise PrecisionNotReached(
            f"np.exp, np.sin or one of their kin was given a number near 2**{exponent + bits}",
            why=f"its value would need more than {LARGEST_EXPONENT_BITS} bits of log 2 or of π",
            remedy="rescale f: in float64 such a number has overflowed",
        )
    return x


def _divide(mp: Any, a: Any, b: Any) -> Any:
    return a / b if b else mp.sign(a) * mp.inf


def _power(mp: Any, a: Any, b: Any) -> Any:
    if a and b and is_finite(mp, a) and is_finite(mp, b):
        return a ** _within_reach(b)
    if b == 0 or a == 1:
        return mp.one  # even for NaN
    if mp.isnan(a) or mp.isnan(b):
        return mp.nan
    if mp.isinf(b):
        grows = (abs(a) > 1) == (b > 0)
        return mp.one if a == -1 else mp.inf if grows else mp.zero
    size = mp.inf if (a == 0) == (b < 0) else mp.zero  # a is zero or infinite
    return -size if a < 0 and b % 2 == 1 else size


def _remainder(mp: Any, a: Any, b: Any) -> Any:
    """a - b·⌊a/b⌋, exact, with the sign of b."""
    if b == 0 or not is_finite(mp, a) or mp.isnan(b):
        return mp.nan
    if mp.isinf(b):
        return a if a == 0 or (a > 0) == (b > 0) else b
    return a % b


def _fmod(mp: Any, a: Any, b: Any) -> Any:
    """The remainder with the sign of a, as C has it."""
    size = _remainder(mp, abs(a), abs(b))
    return -size if a < 0 else size


def _floor_divide(mp: Any, a: Any, b: Any) -> Any:
    if b == 0:
        return _divide(mp, a, b)
    if mp.isinf(b) and is_finite(mp, a):
        return mp.zero if a == 0 or (a > 0) == (b > 0) else -mp.one
    return mp.nint((a - _remainder(mp, a, b)) / b)


def _odd(function: Callable[[Any], Any], x: Any) -> Any:
    """A function with f(-x) = -f(x), from its values at x ≥ 0."""
    return -function(-x) if x < 0 else function(x)


def _hypot(mp: Any, a: Any, b: Any) -> Any:
    return mp.inf if mp.isinf(a) or mp.isinf(b) else mp.hypot(a, b)


def _logaddexp(mp: Any, a: Any, b: Any) -> Any:
    """log(eᵃ + eᵇ) = max + log(1 + e^-|a-b|)."""
    if a == b or mp.isinf(a) or mp.isinf(b):
        return _maximum(mp, a, b) + (mp.ln(2) if a == b else 0)
    return _maximum(mp, a, b) + mp.log1p(mp.exp(_within_reach(-abs(a - b))))


def _logaddexp2(mp: Any, a: Any, b: Any) -> Any:
    return _logaddexp(mp, a * mp.ln(2), b * mp.ln(2)) / mp.ln(2)


def _arctan2(mp: Any, a: Any, b: Any) -> Any:
    if mp.isinf(a) and mp.isinf(b):  # the diagonals, as in C
        return mp.atan2(mp.sign(a), mp.sign(b))
    return mp.nan if mp.isnan(a) or mp.isnan(b) else mp.atan2(a, b)


def _maximum(mp: Any, a: Any, b: Any) -> Any:
    return a if mp.isnan(a) or a >= b else b


def _minimum(mp: Any, a: Any, b: Any) -> Any:
    return a if mp.isnan(a) or a <= b else b


def _heaviside(mp: Any, x: Any, at_zero: Any) -> Any:
    return at_zero if x == 0 else (1 + mp.sign(x)) / 2


ELEMENTWISE: dict[Operation, OnNumbers] = {
    # arithmetic
    np.add: lambda mp, a, b: a + b,
    np.subtract: lambda mp, a, b: a - b,
    np.multiply: lambda mp, a, b: a * b,
    np.divide: _divide,
    np.power: _power,
    np.float_power: _power,
    np.remainder: _remainder,
    np.fmod: _fmod,
    np.negative: lambda mp, x: -x,
    np.positive: lambda mp, x: x,
    np.square: lambda mp, x: x * x,
    np.reciprocal: lambda mp, x: _divide(mp, mp.one, x),
    np.sqrt: lambda mp, x: mp.sqrt(x),
    np.cbrt: lambda mp, x: _odd(mp.cbrt, x),
    np.hypot: _hypot,
    np.i0: lambda mp, x: mp.besseli(0, _within_reach(x)) if is_finite(mp, x) else mp.nan,
    np.ldexp: lambda mp, x, n: mp.ldexp(x, int(n)),
    # exponentials and logarithms
    np.exp: lambda mp, x: mp.exp(_within_reach(x)),
    np.exp2: lambda mp, x: _power(mp, mp.mpf(2), x),
    np.expm1: lambda mp, x: mp.expm1(_within_reach(x)),
    np.log: lambda mp, x: mp.ln(x),
    np.log2: lambda mp, x: mp.log(x, 2),
    np.log10: lambda mp, x: mp.log10(x),
    np.log1p: lambda mp, x: mp.log1p(x),
    np.logaddexp: _logaddexp,
    np.logaddexp2: _logaddexp2,
    # trigonometry
    np.sin: lambda mp, x: mp.sin(_within_reach(x)),
    np.cos: lambda mp, x: mp.cos(_within_reach(x)),
    np.tan: lambda mp, x: mp.tan(_within_reach(x)),
    np.arcsin: lambda mp, x: mp.asin(x),
    np.arccos: lambda mp, x: mp.acos(x),
    np.arctan: lambda mp, x: mp.atan(x),
    np.arctan2: _arctan2,
    np.degrees: lambda mp, x: x * 180 / mp.pi,
    np.rad2deg: lambda mp, x: x * 180 / mp.pi,
    np.radians: lambda mp, x: x * mp.pi / 180,
    np.deg2rad: lambda mp, x: x * mp.pi / 180,
    # hyperbolic
    np.sinh: lambda mp, x: mp.sinh(_within_reach(x)),
    np.cosh: lambda mp, x: mp.cosh(_within_reach(x)),
    np.tanh: lambda mp, x: mp.tanh(_within_reach(x)),
    np.arcsinh: lambda mp, x: _odd(mp.asinh, x),
    np.arccosh: lambda mp, x: mp.acosh(x),
    np.arctanh: lambda mp, x: mp.atanh(x),
    # kinked
    np.absolute: lambda mp, x: abs(x),
    np.fabs: lambda mp, x: abs(x),
    np.copysign: lambda mp, a, b: -abs(a) if b < 0 else abs(a),
    np.maximum: _maximum,
    np.minimum: _minimum,
    np.fmax: lambda mp, a, b: b if mp.isnan(a) or a < b else a,
    np.fmin: lambda mp, a, b: b if mp.isnan(a) or a > b else a,
    np.heaviside: _heaviside,
    # steps
    np.sign: lambda mp, x: mp.sign(x),
    np.floor: lambda mp, x: mp.floor(x),
    np.ceil: lambda mp, x: mp.ceil(x),
    np.trunc: lambda mp, x: _odd(mp.floor, x),
    np.fix: lambda mp, x: _odd(mp.floor, x),
    np.rint: lambda mp, x: mp.nint(x),
    np.floor_divide: _floor_divide,
    # the number stands in for a float64, so its spacing is a float64's
    np.spacing: lambda mp, x: mp.convert(float(np.spacing(float(x)))),
}
"""Operation -> its value, given the mpmath context and the numbers. A complex value means NaN."""

PREDICATES: dict[Operation, Callable[[Any, Any], bool]] = {
    np.isfinite: is_finite,
    np.isinf: lambda mp, x: mp.isinf(x),
    np.isnan: lambda mp, x: mp.isnan(x),
    np.isposinf: lambda mp, x: x == mp.inf,
    np.isneginf: lambda mp, x: x == mp.ninf,
    np.signbit: lambda mp, x: x < 0,
    np.isreal: lambda mp, x: mp.im(x) == 0,
    np.iscomplex: lambda mp, x: mp.im(x) != 0,
}
"""Operation -> True or False, given the mpmath context and the number."""
