"""NumPy's elementwise operations on complex mpmath numbers, on the branches NumPy takes.

mpmath continues the elementary functions into the complex plane with the same branch cuts, so
most lines only name the function.

Source: mpmath's documentation, chapter "Mathematical functions"; Kahan, Branch cuts for complex
elementary functions (1987).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nabla.systems.multiprecision_functions import Operation


def _sign(mp: Any, z: Any) -> Any:
    return z / abs(z) if z else mp.zero


def _from_above(function: Any, z: Any) -> Any:
    """On the cut beyond 1 the value above it, as of z + 0j in NumPy; mpmath takes the other."""
    return function(z).conjugate() if z.imag == 0 and z.real > 1 else function(z)


ON_COMPLEX: dict[Operation, Operation] = {
    # arithmetic
    np.divide: lambda mp, a, b: a / b if b else mp.mpc(mp.nan, mp.nan),
    np.power: lambda mp, a, b: mp.power(a, b),
    np.float_power: lambda mp, a, b: mp.power(a, b),
    np.positive: lambda mp, z: z,
    np.reciprocal: lambda mp, z: 1 / z,
    np.sqrt: lambda mp, z: mp.sqrt(z),
    np.sign: _sign,
    # exponentials and logarithms
    np.exp: lambda mp, z: mp.exp(z),
    np.exp2: lambda mp, z: mp.power(2, z),
    np.expm1: lambda mp, z: mp.expm1(z),
    np.log: lambda mp, z: mp.ln(z),
    np.log2: lambda mp, z: mp.log(z, 2),
    np.log10: lambda mp, z: mp.log10(z),
    np.log1p: lambda mp, z: mp.log1p(z),
    # trigonometry
    np.sin: lambda mp, z: mp.sin(z),
    np.cos: lambda mp, z: mp.cos(z),
    np.tan: lambda mp, z: mp.tan(z),
    np.arcsin: lambda mp, z: _from_above(mp.asin, z),
    np.arccos: lambda mp, z: _from_above(mp.acos, z),
    np.arctan: lambda mp, z: mp.atan(z),
    # hyperbolic
    np.sinh: lambda mp, z: mp.sinh(z),
    np.cosh: lambda mp, z: mp.cosh(z),
    np.tanh: lambda mp, z: mp.tanh(z),
    np.arcsinh: lambda mp, z: mp.asinh(z),
    np.arccosh: lambda mp, z: mp.acosh(z),
    np.arctanh: lambda mp, z: mp.atanh(z),
}
"""Operation -> its value, given the mpmath context and numbers of which one is complex."""
