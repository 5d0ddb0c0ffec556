"""The real and the imaginary part of complex numbers: real-linear, so each with its transpose.

Everything that is not holomorphic (the absolute value, the angle) is made of these two.
"""

from __future__ import annotations

import numpy as np

from nabla.rules.primitives import primitive
from nabla.rules.rule import Operation, Rule, Value, is_complex, linear


@primitive
def real_part(z: Value) -> Value:
    """The real part of complex numbers, a view of them."""
    return np.real(z)


@primitive
def imaginary_part(z: Value) -> Value:
    """The imaginary part of complex numbers, a view of them."""
    return np.imag(z)


def squared_size(z: Value) -> Value:
    """|z|², which is smooth also at 0."""
    return np.square(np.real(z)) + np.square(np.imag(z)) if is_complex(z) else np.square(z)


PARTS: dict[Operation, Rule] = {
    real_part: linear(lambda t, y, z: np.real(t), lambda c, y, z: c + 0j),
    imaginary_part: linear(lambda t, y, z: np.imag(t), lambda c, y, z: c * 1j),
}
