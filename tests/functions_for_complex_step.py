"""Hostile functions for the complex step: each is followed to 13 digits, or refused by name.

`FOLLOWED` holds name -> (f, x). `REFUSED` holds name -> (f, x, what the message must name).
"""

from __future__ import annotations

import cmath
import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.linalg
import scipy.special

Case = tuple[Callable[[Any], Any], Any]

SOME = [0.7, 1.9, -0.4]
POSITIVE = [0.7, 1.9, 0.4]
MATRIX = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, -0.2], [0.3, 0.1, 2.0]])


def _into_the_type_of_x(x: Any) -> Any:
    y = np.zeros(3, dtype=x.dtype)
    y[0] = x[0] ** 2
    y[1:] = np.sin(x[1:])
    y += x
    return y @ y


def _into_zeros_like(x: Any) -> Any:
    y = np.zeros_like(x)
    for k in range(3):
        y[k] = x[k] * x[k - 1]
    return y.sum()


def _into_x(x: Any) -> Any:
    x *= 2
    x[0] = x[1] ** 2
    return np.sum(x**3)


def _newton(x: Any) -> Any:
    y = x[0]
    while True:
        step = (y - x[0] / y) / 2
        y = y - step
        if abs(step) < 1e-12:
            return y * x[1]


def _fixed_point(x: Any) -> Any:
    y = x
    while np.max(np.abs(np.cos(y) * 0.5 + x - y)) > 1e-15:
        y = np.cos(y) * 0.5 + x
    return np.sum(y)


def _factorial_by_recursion(x: Any, depth: int = 5) -> Any:
    return x if depth == 0 else x * _factorial_by_recursion(x + 1, depth - 1)


def _softmax(x: Any) -> Any:
    e = np.exp(x - x.max())
    return (e / e.sum())[0]


def _log_sum_exp(x: Any) -> Any:
    top = np.max(x)
    return top + np.log(np.sum(np.exp(x - top)))


def _exponential_of_a_matrix(x: Any) -> Any:
    A = MATRIX * x[0] / 10
    term = total = np.eye(3)
    for k in range(1, 25):
        term = term @ A / k
        total = total + term
    return np.trace(total) * x[1]


def _relu(x: Any) -> Any:
    return np.sum(np.maximum(MATRIX @ x, 0.0) * [1.0, 2.0, 3.0])


def _masked_roots(x: Any) -> Any:
    with np.errstate(invalid="ignore"):
        return np.sum(np.where(x > 0, np.sqrt(x), x**2))


def _into_floats(x: Any) -> Any:
    y = np.zeros(3)
    y[0] = x[0] ** 2
    return y.sum()


def _all_into_floats(x: Any) -> Any:
    y = np.zeros(3)
    y[:] = x
    return y @ y


def _lost_into_an_array(x: Any) -> Any:
    y = np.zeros_like(x)
    y[0] = np.abs(x[0])
    return y[0]


def _lost_on_the_way(x: Any) -> Any:
    size = np.abs(x)
    weights = size / (1 + size)
    return np.sum(weights * x)


def _branch_on_type(x: Any) -> Any:
    return np.sum(x) if np.iscomplexobj(x) else np.sum(x**2)


@functools.cache
def _cached(v: float) -> float:
    return v * v


FOLLOWED: dict[str, Case] = {
    "polynomial": (lambda x: np.sum(x**3 - 2 * x**2 + x), SOME),
    "x ** x": (lambda x: np.sum(x**x), POSITIVE),
    "negative base": (lambda x: x**5, -1.3),
    "large exponent": (lambda x: x**100.0, 1.01),
    "root of a square": (lambda x: np.sqrt(np.sum(x * x)), SOME),
    "every analytic ufunc": (
        lambda x: np.sum(
            np.sin(x) * np.cos(x) + np.tan(x) + np.exp(x) + np.exp2(x) + np.expm1(x)
            + np.sinh(x) - np.cosh(x) * np.tanh(x) + np.arctan(x) + np.arcsinh(x)
            + np.square(x) + np.reciprocal(x + 3)
        ),
        SOME,
    ),
    "inside their domains": (
        lambda x: np.arcsin(x) + np.arccos(x) * np.arctanh(x) + np.log(x) * np.log2(x)
        + np.log10(x) * np.sqrt(x) + np.arccosh(x + 1.5),
        0.3,
    ),
    "log1p away from 0": (np.log1p, 0.8),
    "tiny x": (np.log, 1e-300),
    "tiny x, unlike sizes": (lambda x: np.sum(np.log(x)), [1e-300, 1e-250]),
    "tiny x, flat f": (lambda x: 1e-60 * np.sin(x), 1e-200),
    "huge x": (lambda x: np.sqrt(x) / 1e100, 1e300),
    "short waves": (np.sin, 1e22),
    "subnormal x": (lambda x: (1 + x) ** 2, 5e-324),
    "zero": (lambda x: np.sin(x) + x**3, 0.0),
    "narrow": (lambda x: np.exp(-((1e12 * (x - 1)) ** 2)), 1 + 2**-40),
    "absorbed in a large number": (lambda x: (1e100 + x) - 1e100 + x, 1.0),
    "unlike inputs": (lambda x: np.sum(x**2), [1e-6, 1.0, 1e6]),
    "whole numbers": (lambda x: np.prod(x), [2, 3, 4]),
    "a matrix": (lambda x: np.sum(x @ x.T), [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]),
    "an empty x": (lambda x: np.sum(x**2), np.zeros(0)),
    "solve": (lambda x: np.sum(np.linalg.solve(MATRIX + np.diag(x), x)), SOME),
    "inverse": (lambda x: np.sum(np.linalg.inv(MATRIX + np.diag(x))), SOME),
    "determinant": (lambda x: np.linalg.det(MATRIX * np.sin(x)), POSITIVE),
    "log of a determinant": (lambda x: np.log(np.linalg.det(MATRIX + np.diag(x))), SOME),
    "einsum": (lambda x: np.einsum("i,ij,j->", x, MATRIX, x), SOME),
    "tensordot and outer": (lambda x: np.tensordot(np.outer(x, x), MATRIX), SOME),
    "power of a matrix": (lambda x: np.trace(np.linalg.matrix_power(MATRIX * x[0], 4)), SOME),
    "running sums": (lambda x: np.cumsum(x**2) @ np.cumprod(x), SOME),
    "mean and differences": (lambda x: np.mean(x) * np.sum(np.diff(x) ** 2), SOME),
    "variance written out": (lambda x: np.mean((x - np.mean(x)) ** 2), SOME),
    "convolution": (lambda x: np.sum(np.convolve(x, x) ** 2), SOME),
    "trapezoid": (lambda x: np.trapezoid(x**2, dx=0.5), SOME),
    "polyval": (lambda x: np.polyval(x, 1.3) * np.polyval([1.0, 2.0, 3.0], x[1]), SOME),
    "series of a matrix": (_exponential_of_a_matrix, POSITIVE),
    "expm": (lambda x: np.sum(scipy.linalg.expm(MATRIX * x[0] / 5)), POSITIVE),
    "erf": (lambda x: np.sum(scipy.special.erf(x)), SOME),
    "gamma": (lambda x: np.sum(scipy.special.gamma(x)), POSITIVE),
    "softmax": (_softmax, SOME),
    "log-sum-exp": (_log_sum_exp, SOME),
    "relu": (_relu, SOME),
    "where": (lambda x: np.sum(np.where(x > 0.5, x**2, np.exp(x))), SOME),
    "clip": (lambda x: np.sum(np.clip(x, -1.0, 1.0) ** 2), SOME),
    "sorted": (lambda x: np.sort(x) @ [1.0, 2.0, 3.0], SOME),
    "median": (lambda x: np.median(x) ** 2, SOME),
    "extremes": (lambda x: x.max() * x.min() - x[np.argmax(x)], SOME),
    "branch": (lambda x: x**2 if x > 0 else -x, 0.7),
    "builtin max": (lambda x: max(x[0], x[1], 0.0) ** 2, SOME),
    "masked roots": (_masked_roots, SOME),
    "loop until close": (_newton, POSITIVE),
    "loop until all are close": (_fixed_point, SOME),
    "recursion": (_factorial_by_recursion, 1.3),
    "comprehension": (lambda x: sum(v**k for k, v in enumerate(x)), SOME),
    "array of the type of x": (_into_the_type_of_x, SOME),
    "array like x": (_into_zeros_like, SOME),
    "x overwritten": (_into_x, SOME),
    "array of elements": (lambda x: np.sum(np.array([x[0], x[1] * x[2]]) ** 2), SOME),
    "joined": (lambda x: np.concatenate([x, x**2])[::2] @ np.hstack([x[:2], 1.0]), SOME),
    "rounded to whole numbers": (lambda x: np.rint(x) @ x, SOME),
    "a printed number": (lambda x: np.sum(x**2) + 0 * len(f"{x[0]:.3f}"), SOME),
    "a constant": (lambda x: 3.0, SOME),
}  # fmt: skip

REFUSED: dict[str, tuple[Callable[[Any], Any], Any, str]] = {
    "abs": (lambda x: np.sum(np.abs(x)), SOME, "np.absolute is not analytic"),
    "builtin abs": (lambda x: abs(x) * x, 1.3, "np.absolute is not analytic"),
    "abs squared": (lambda x: np.sum(np.abs(x) ** 2), SOME, "np.absolute is not analytic"),
    "abs, used later": (_lost_on_the_way, SOME, "np.absolute is not analytic"),
    "abs into an array": (_lost_into_an_array, SOME, "np.absolute is not analytic"),
    "abs at 0": (lambda x: np.sum(np.abs(x)), [0.0, 1.0], "np.absolute at 0"),
    "fabs": (lambda x: np.fabs(x), 1.3, "np.fabs takes no complex"),
    "norm": (lambda x: np.linalg.norm(x), SOME, "np.linalg.norm is not analytic"),
    "norm along an axis": (
        lambda x: np.sum(np.apply_along_axis(lambda row: np.linalg.norm(row), 1, x)),
        [[1.0, 2.0], [3.0, 4.0]],
        "np.linalg.norm is not analytic",
    ),
    "conj": (lambda x: np.sum(x * x.conj()), SOME, "np.conjugate is not analytic"),
    "real": (lambda x: np.sum(x.real**2), SOME, "np.real is not analytic"),
    "imag": (lambda x: np.sum(x.imag) + x[0], SOME, "np.imag answers otherwise"),
    "angle": (lambda x: np.sum(x) + np.angle(x[0]), SOME, "np.angle"),
    "vdot": (lambda x: np.vdot(x, x), SOME, "np.vdot is not analytic"),
    "correlate": (lambda x: np.correlate(x, x)[0], SOME, "np.correlate is not analytic"),
    "variance": (lambda x: np.var(x), SOME, "np.var is not analytic"),
    "deviation": (lambda x: np.std(x), SOME, "np.std is not analytic"),
    "covariance": (lambda x: np.cov(x, x**2)[0, 1], SOME, "np.cov is not analytic"),
    "sign": (lambda x: np.sum(np.sign(x) * x), SOME, "np.sign"),
    "floor": (lambda x: np.sum(np.floor(x) * x), SOME, "np.floor takes no complex"),
    "remainder": (lambda x: x % 0.3, 1.0, "np.remainder takes no complex"),
    "fmod": (lambda x: np.fmod(x, 0.3), 1.0, "np.fmod takes no complex"),
    "hypot": (lambda x: np.hypot(x[0], x[1]), SOME, "np.hypot takes no complex"),
    "arctan2": (lambda x: np.arctan2(x[0], x[1]), SOME, "np.arctan2 takes no complex"),
    "cube root": (lambda x: np.cbrt(x), 1.3, "np.cbrt takes no complex"),
    "logaddexp": (lambda x: np.logaddexp(x[0], x[1]), SOME, "np.logaddexp takes no complex"),
    "log1p near 0": (lambda x: np.log1p(x) ** 2, 1e-10, "np.log1p has another value"),
    "interp": (lambda x: np.interp(x, [0.0, 1.0], [2.0, 3.0]), 0.3, "np.interp takes no complex"),
    "percentile": (lambda x: np.percentile(x, 30), SOME, "np.percentile takes no complex"),
    "eigh": (
        lambda x: np.linalg.eigh(np.outer(x, x) + np.diag(x))[0][-1],
        SOME,
        "np.linalg.eigh is not",
    ),
    "cholesky": (
        lambda x: np.sum(np.linalg.cholesky(np.eye(3) + np.outer(x, x))),
        SOME,
        "np.linalg.cholesky is not analytic",
    ),
    "svd": (lambda x: np.linalg.svd(np.outer(x, x) + MATRIX)[1][0], SOME, "np.linalg.svd is not"),
    "slogdet": (lambda x: np.linalg.slogdet(MATRIX * x[0])[1], SOME, "np.linalg.slogdet is not"),
    "fft": (lambda x: np.sum(np.fft.fft(x).real), SOME, "complex numbers of its own"),
    "rfft": (lambda x: np.sum(np.abs(np.fft.rfft(x))), SOME, "np.fft.rfft|of its own"),
    "imaginary unit": (lambda x: np.real(x[0] * 1j * 1j), SOME, "complex numbers of its own"),
    "cmath": (lambda x: abs(cmath.exp(1j * x[0])) + x[1], SOME, "complex numbers of its own"),
    "math": (lambda x: math.sin(x[0]), SOME, "math.sin takes no complex.*\n.*\n.*np.sin"),
    "math on a float": (lambda x: math.exp(x), 0.3, "math.exp takes no complex"),
    "float()": (lambda x: float(x[0]) ** 2, SOME, "float"),
    "int()": (lambda x: int(x[1]) * x[0], SOME, "np.trunc takes no complex"),
    "to floats": (lambda x: np.sum(np.asarray(x, dtype=float) ** 2), SOME, "the conversion is not"),
    "to float32": (lambda x: np.sum(x.astype(np.float32) ** 2), SOME, "the conversion is not"),
    "array of floats": (_into_floats, SOME, "room for float64 only"),
    "array of floats, all at once": (_all_into_floats, SOME, "room for float64 only"),
    "log of a negative": (
        lambda x: np.nan_to_num(np.log(x)) + x,
        -1.0,
        "np.nan_to_num is not analytic",
    ),
    "root of a negative, dropped": (
        lambda x: np.nansum(np.sqrt(x)),
        SOME,
        "np.sqrt of real numbers is NaN there",
    ),
    "guarded by isnan": (
        lambda x: sum(0.0 if np.isnan(np.sqrt(v)) else v**2 for v in x),
        SOME,
        "np.sqrt of real numbers is NaN there",
    ),
    "tie of maximum": (lambda x: np.maximum(x, 2.0), 2.0, "np.maximum at a tie"),
    "tie of max": (lambda x: np.max(x), [1.0, 1.0], "np.max at a tie"),
    "tie of sort": (lambda x: np.sort(x) @ [1.0, 2.0], [1.0, 1.0], "at a tie"),
    "branch on its boundary": (lambda x: x * 2 if x >= 1 else x, 1.0, "on its boundary"),
    "branch on zero": (lambda x: np.where(x == 0, 1.0, x), 0.0, "np.equal on its boundary"),
    "branch on a lost value": (
        lambda x: x**2 if np.abs(x - 1.0) > 0 else 3 * x,
        1.0,
        "np.absolute at 0|boundary",
    ),
    "branch on the type": (_branch_on_type, SOME, "np.iscomplexobj answers otherwise"),
    "root at 0": (lambda x: np.sqrt(x) * x, 0.0, "np.sqrt at 0"),
    "bends below the step": (lambda x: np.sin(1e300 * x), 0.0, "np.sin"),
    "too flat": (lambda x: 1e-300 * np.sum(x**2), SOME, "too flat here"),
    "text": (lambda x: float(str(x[0])) * x[1], SOME, "ValueError"),
    "a cache": (lambda x: x[0] * _cached(x[1]) if False else hash(x[1]) * x[0], SOME, "a key"),
    "expit": (lambda x: np.sum(scipy.special.expit(x)), SOME, "expit takes no complex"),
    "no rule": (lambda x: scipy.special.wofz(x[0]).real, SOME, "wofz"),
}
"""Besides the operation each message names the line."""
