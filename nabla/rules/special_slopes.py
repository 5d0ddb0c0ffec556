"""Slopes of special functions that take more than a line, in plain NumPy and SciPy's own words.

Source: DLMF (https://dlmf.nist.gov), sections given by the functions.
"""

from __future__ import annotations

import importlib
import math
from typing import Any

import numpy

from nabla.errors import MissingRule
from nabla.rules.polygamma import digamma
from nabla.rules.rule import Value, is_complex

np: Any = numpy  # to a type checker, NumPy's functions take no lifted values


class _OnDemand:
    """SciPy's special functions, imported when one is asked for."""

    def __getattr__(self, name: str) -> Any:
        return getattr(importlib.import_module("scipy.special"), name)


special = _OnDemand()

_FAR_OUT = 8.0


def tail(u: Value) -> Value:
    """1 + 3u + 15u² + …, Σ (2k + 1)!!·uᵏ, for small u."""
    y: Value = 1.0
    for k in range(30, 0, -1):
        y = 1.0 + (2 * k + 1) * u * y
    return y


def dawson_slope(y: Value, x: Value) -> Value:
    """1 - 2xy, and far out its expansion, where that cancels (DLMF 7.12.1, differentiated)."""
    is_far = np.greater(np.abs(np.real(x)), _FAR_OUT)
    half = 0.5 / np.square(np.where(is_far, x, _FAR_OUT))
    return np.where(is_far, -half * tail(half), 1.0 - 2.0 * x * y)


def erfcx_slope(y: Value, x: Value) -> Value:
    """2xy - 2/√π, and far out its expansion, where that cancels (DLMF 7.12.1, differentiated)."""
    is_far = np.greater(np.real(x), _FAR_OUT)
    half = 0.5 / np.square(np.where(is_far, x, _FAR_OUT))
    near = 2.0 * np.where(is_far, 0.0, x * y) - 2.0 / math.sqrt(math.pi)
    return np.where(is_far, -2.0 / math.sqrt(math.pi) * half * tail(-half), near)


def rgamma_slope(y: Value, x: Value) -> Value:
    """The slope of y = 1/Γ(x): -y·ψ(x), reflected on the left, where ψ has poles (DLMF 5.5.3)."""
    on_the_left = np.less(np.real(x), 0.5)
    mirrored = 1.0 - np.where(on_the_left, x, 0.0)
    nearest = np.rint(np.real(mirrored))
    sign, turn = 1.0 - 2.0 * np.remainder(nearest, 2.0), math.pi * (mirrored - nearest)
    left = -np.cos(turn) - digamma(mirrored) * np.sin(turn) / math.pi
    right = -y * digamma(np.where(on_the_left, 1.0, x))
    return np.where(on_the_left, sign * special.gamma(mirrored) * left, right)


def gammainc_slope(a: Value, x: Value) -> Value:
    """xᵃ⁻¹·e⁻ˣ/Γ(a), in logarithms, as its factors overflow (DLMF 8.8.13)."""
    return np.exp(special.xlogy(a - 1.0, x) - x - special.gammaln(a))


def betainc_slope(a: Value, b: Value, x: Value) -> Value:
    """xᵃ⁻¹·(1 - x)ᵇ⁻¹/B(a, b), in logarithms (DLMF 8.17.1)."""
    powers = special.xlogy(a - 1.0, x) + special.xlog1py(b - 1.0, -x)
    return np.exp(powers - special.betaln(a, b))


def spence_slope(x: Value) -> Value:
    """log(x) / (1 - x); near 1, where that is 0/0, a hypergeometric function (DLMF 25.12.2)."""
    is_near = np.less(np.abs(x - 1.0), 0.5)
    near = -special.hyp2f1(1.0, 1.0, 2.0, 1.0 - np.where(is_near, x, 1.0))
    away = np.where(is_near, 2.0, x)
    return np.where(is_near, near, np.log(away) / (1.0 - away))


def elliptic_slope(p: Value) -> Value:
    """dK/dm at m = 1 - p: DLMF 19.4.1, and near its 0/0 at m = 0 a series (19.5.1, 15.8.1)."""
    is_large = np.greater(p, 3.0)
    large, small = np.where(is_large, p, 3.0), np.where(is_large, 1.0, p)
    m = 1.0 - large
    of_large = (special.ellipe(m) - large * special.ellipk(m)) / (2.0 * m * large)
    of_small = math.pi / 8 * special.hyp2f1(0.5, 0.5, 2.0, 1.0 - small) / small
    return np.where(is_large, of_large, of_small)


def boxcox_slope(logarithm: Value, power: Value) -> Value:
    """∂/∂λ of (xᵏ - 1)/λ at k = λ, from log x: smooth also at λ = 0."""
    return 0.5 * np.square(logarithm) * special.hyp1f1(2.0, 3.0, power * logarithm)


def expn_slope(n: Value, x: Value) -> Value:
    """-Eₙ₋₁(x) (DLMF 8.19.13); E₋₁ is e⁻ˣ·(1 + 1/x)/x, which SciPy does not have."""
    lower = special.expn(np.maximum(np.subtract(n, 1), 0), x)
    return -np.where(np.greater(n, 0), lower, np.exp(-x) * (1.0 + 1.0 / x) / x)


def growing_slope(y: Value, order: Value, x: Value) -> Value:
    """The slope of y = e^-|x|·Iᵥ(x), which far out cancels in DLMF 10.29.1 (then 10.40.1)."""
    _require_real(x, "ive")
    size = np.abs(x)
    is_far = np.greater(size, 50.0 + 20.0 * np.square(order))
    parity = np.where(np.less(x, 0), -np.cos(math.pi * order), 1.0)
    far = parity * _far_slope(order, np.where(is_far, size, 1.0), -1) / math.sqrt(2 * math.pi)
    neighbours = special.ive(order - 1.0, x) + special.ive(order + 1.0, x)
    return np.where(is_far, far, 0.5 * neighbours - np.sign(x) * y)


def decaying_slope(y: Value, order: Value, x: Value) -> Value:
    """The slope of y = eˣ·Kᵥ(x), which far out cancels in DLMF 10.29.1 (then 10.40.2)."""
    is_far = np.greater(np.real(x), 50.0 + 20.0 * np.square(order))
    far = _far_slope(order, np.where(is_far, x, 1.0), 1) * math.sqrt(math.pi / 2)
    neighbours = special.kve(order - 1.0, x) + special.kve(order + 1.0, x)
    return np.where(is_far, far, y - 0.5 * neighbours)


def _far_slope(order: Value, x: Value, sign: int) -> Value:
    """The derivative of x^-½·Σ signᵏ·aₖ(v)/xᵏ, with the aₖ of DLMF 10.17.1."""
    y: Value = 0.0
    coefficient: Value = 1.0
    for k in range(14):
        y = y - coefficient * (k + 0.5) / np.power(x, k + 1.5)
        odd = 2 * k + 1
        coefficient = sign * coefficient * (4.0 * np.square(order) - odd * odd) / (8.0 * (k + 1))
    return y


def _require_real(x: Value, name: str) -> None:
    if is_complex(x):
        raise MissingRule(
            f"scipy.special.{name} of complex numbers has no derivative rule",
            why="the factor exp(-|Re z|) in it is not holomorphic",
            remedy="scale the function without it by a factor of your own",
        )
