"""Whether complex numbers carried the derivative through an operation: two results compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, cast

import numpy as np

from nabla.result import Array
from nabla.rules.rule import Operation, Value

STEP_EXPONENT = -332
"""h = 2⁻³³² ≈ 10⁻¹⁰⁰ halfway (on the scale of exponents) to where floats end: h² is nothing beside
1, which leaves no truncation error, and h times a tangent is a float for tangents above 10⁻²⁰⁸. A
power of two scales without rounding."""

FLATTEST = 2.0 ** (-1022 - STEP_EXPONENT)
"""Of a smaller tangent h times it is no normal float: it underflows."""

ACCURATE = 2.0**-36
"""How near an elementwise function of complex numbers must come. The worst good one, a power of a
huge number, is off by 2⁻⁴⁴; NumPy's log1p near 0 is off by up to all digits."""

ALIKE = 2.0**-10
"""The same for functions of whole arrays, which may amplify rounding; a derivative lost is all."""


class Moving(NamedTuple):
    """A real value and its tangent along one seed, of one shape."""

    value: Array
    tangent: Array


def complex_of(moving: Moving) -> Value:
    """The complex numbers p + ihṗ.

    Examples:
        >>> complex_of(Moving(np.array(2.0), np.array(1.0))).imag == 2.0**-332
        np.True_
    """
    value, tangent = moving
    z = np.empty_like(value, dtype=np.result_type(value, np.complex64))
    z.real, z.imag = value, np.ldexp(tangent, STEP_EXPONENT)
    return z[()]


def departure(
    operation: Operation, operands: Sequence[Moving], truth: Moving, z: Any
) -> tuple[str, str] | None:
    """How complex numbers do otherwise than a derivative rule, and by which figures; or None.

    Where f itself has no value there is nothing to compare: if it matters, f(x) is NaN.

    Args:
        operation: what was called.
        operands: those that move.
        truth: the result in real arithmetic.
        z: that of the same call on the operands as complex numbers.
    """
    p, t = truth
    if np.shape(z) != p.shape:
        return "has another shape for complex numbers", f"{np.shape(z)} instead of {p.shape}"
    with np.errstate(all="ignore"):
        value: Array = np.asarray(np.real(z))
        slope = np.ldexp(np.asarray(np.imag(z)), -STEP_EXPONENT)
        room_of_value, room_of_slope = _rooms(operation, operands, truth)
        same_value = np.abs(value - p) <= room_of_value
        same_slope = np.abs(slope - t) <= room_of_slope
    apart = ~(same_value & same_slope) & np.isfinite(p) & np.isfinite(t)
    if not np.any(apart):
        return None
    at = np.unravel_index(np.argmax(apart), apart.shape)
    if not same_value[at]:
        figures = f"it is {value[at]:.17g} instead of {p[at]:.17g}"
        return "has another value for complex numbers", figures
    figures = (
        f"its slope, while all inputs move, is {t[at]:.6g}; complex numbers say {slope[at]:.6g}"
    )
    how = "is too flat here for the step" if 0 < abs(t[at]) < FLATTEST else "is not analytic here"
    return how, figures


def same_decision(truth: Any, z: Any) -> bool:
    """Whether two results that carry no derivative are the same, NaN like NaN."""
    if isinstance(truth, tuple | list):
        pairs = zip(cast("Sequence[Any]", truth), z, strict=True)
        return all(same_decision(*pair) for pair in pairs)
    if np.asarray(truth).dtype.kind not in "fc":
        return np.array_equal(truth, z)
    return np.array_equal(truth, z, equal_nan=True)


def _rooms(operation: Operation, operands: Sequence[Moving], truth: Moving) -> tuple[Any, Any]:
    """How far value and slope may be off."""
    p, t = truth
    # where they are 0 there is truncation to be seen: (ih)² and (ih)³ are not quite 0
    step = max(_largest(tangent) for _, tangent in operands) * 2.0**STEP_EXPONENT
    truncations = [np.where(exact == 0, step, 0.0) for exact in truth]
    if not isinstance(operation, np.ufunc) or operation.signature:
        return ALIKE * _largest(p) + truncations[0], ALIKE * _largest(t) + truncations[1]
    # what the relative change of each operand, taken alone, would make of the result
    shares = [np.where(value == 0, 0.0, np.abs(tangent / value)) for value, tangent in operands]
    room = np.abs(t) + np.abs(p) * sum(shares)
    return ACCURATE * np.abs(p) + truncations[0], ACCURATE * room + truncations[1]


def _largest(values: Array) -> float:
    return float(np.max(np.abs(values), where=np.isfinite(values), initial=0.0))
