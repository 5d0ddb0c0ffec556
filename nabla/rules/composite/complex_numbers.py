"""Functions of complex numbers that are not holomorphic, in terms of their two parts."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from nabla.rules import parts
from nabla.rules.arguments import as_operand
from nabla.rules.rule import Operation, Value, is_complex
from nabla.rules.scalar_functions import modulus


def _imag(val: Value) -> Value:
    return parts.imaginary_part(val) if is_complex(val) else np.zeros(np.shape(val))


def _angle(z: Value, deg: bool = False) -> Value:
    angle = np.arctan2(np.imag(z), np.real(z))
    return np.degrees(angle) if deg else angle


def _real_if_close(a: Value, tol: float = 100) -> Value:
    if not is_complex(a):
        return a
    limit = tol * np.finfo(float).eps if tol > 1 else tol
    return np.real(a) if np.all(np.abs(np.imag(a)) < limit) else a


def _sign(z: Value) -> Value:
    is_zero = np.equal(z, 0)
    return np.where(is_zero, 0.0, z / np.where(is_zero, 1.0, np.abs(z)))


COMPLEX_NUMBERS: dict[Operation, Callable[..., Any]] = {
    np.real: lambda val: parts.real_part(val) if is_complex(val) else as_operand(val),
    np.imag: _imag,
    np.angle: _angle,
    np.real_if_close: _real_if_close,
}

OF_COMPLEX: dict[Operation, Callable[..., Any]] = {
    np.absolute: lambda z: np.hypot(np.real(z), np.imag(z)),
    np.sign: _sign,
    operator.abs: modulus,
}
"""Elementwise operations that mean something else for complex operands than their rule says."""
