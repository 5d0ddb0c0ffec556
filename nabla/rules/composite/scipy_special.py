"""Functions of scipy.special that are plain Python, in terms of operations that have a rule."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy

from nabla.rules.arguments import as_operand, refuse_options
from nabla.rules.constant import plain
from nabla.rules.rule import Value
from nabla.rules.special_functions import hurwitz_zeta, lambert_w, polygamma_of_scipy

np: Any = numpy  # to a type checker, NumPy's functions take no lifted values


def _largest(x: Value, axis: Any) -> Any:
    """The largest number along the axes, to keep exp from overflowing; which one is no matter."""
    top = np.max(np.real(plain(x)), axis=axis, keepdims=True)
    return np.where(np.isfinite(top), top, 0.0)


def _logsumexp(
    a: Value, axis: Any = None, b: Any = None, keepdims: bool = False, return_sign: bool = False
) -> Value:
    refuse_options("scipy.special.logsumexp", return_sign=return_sign or None)
    a = as_operand(a)
    shift = _largest(a, axis)
    terms = np.exp(a - shift) if b is None else as_operand(b) * np.exp(a - shift)
    y = np.log(np.sum(terms, axis=axis, keepdims=True)) + shift
    if keepdims:
        return y
    return np.reshape(y, ()) if axis is None else np.squeeze(y, axis=axis)


def _softmax(x: Value, axis: Any = None) -> Value:
    x = as_operand(x)
    powers = np.exp(x - _largest(x, axis))
    return powers / np.sum(powers, axis=axis, keepdims=True)


def _log_softmax(x: Value, axis: Any = None) -> Value:
    x = as_operand(x)
    shifted = x - _largest(x, axis)
    return shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))


def _zeta(x: Value, q: Any = None, out: Any = None) -> Value:
    refuse_options("scipy.special.zeta", out=out)
    return hurwitz_zeta(x, 1.0 if q is None else q)


def _lambertw(z: Value, k: int = 0, tol: float = 1e-8) -> Value:
    return lambert_w(z, k=operator.index(k))


SCIPY_SPECIAL: dict[str, Callable[..., Any]] = {
    "scipy.special.logsumexp": _logsumexp,
    "scipy.special.softmax": _softmax,
    "scipy.special.log_softmax": _log_softmax,
    "scipy.special.softplus": lambda x: np.logaddexp(x, 0.0),
    "scipy.special.polygamma": lambda n, x: polygamma_of_scipy(n, x),
    "scipy.special.zeta": _zeta,
    "scipy.special.lambertw": _lambertw,
}
"""Dotted name -> the same in terms of operations that have a rule."""
