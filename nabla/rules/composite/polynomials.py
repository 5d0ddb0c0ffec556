"""Polynomials as arrays of coefficients, highest power first, and convolution, their product."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy

from nabla.rules import structural
from nabla.rules.arguments import as_operand
from nabla.rules.rule import Operation, Value, conjugated, is_complex

np: Any = numpy  # to a type checker, NumPy's functions take no lifted values


def _convolve(a: Value, v: Value, mode: str = "full") -> Value:
    """yₖ = Σᵢ aᵢ·vₖ₋ᵢ, as a matrix of shifted copies of the shorter one, times the longer."""
    a, v = np.atleast_1d(a), np.atleast_1d(v)
    if len(v) > len(a):
        a, v = v, a
    n, m = len(a), len(v)
    shift = np.arange(n + m - 1)[:, None] - np.arange(n)
    inside = np.where((shift >= 0) & (shift < m), shift, -1)
    y = np.matmul(structural.gather(v, positions=inside, shape=(m,)), a)
    if mode == "valid":
        return y[m - 1 : n]
    return y[(m - 1) // 2 : (m - 1) // 2 + n] if mode == "same" else y


def _correlate(a: Value, v: Value, mode: str = "valid") -> Value:
    a, v = np.atleast_1d(a), conjugated(np.atleast_1d(v))
    if mode == "same" and len(v) > len(a):
        # NumPy correlates in the other order and turns the result round
        return np.convolve(v, a[::-1], mode)[::-1]
    y = np.convolve(a, v[::-1], "full" if mode == "full" else mode)
    return y


def _polyval(p: Value, x: Value) -> Value:
    p, x = as_operand(p), as_operand(x)
    y: Value = np.zeros(np.shape(x))
    for coefficient in p:  # Horner
        y = y * x + coefficient
    return y


def _vander(x: Value, N: Any = None, increasing: bool = False) -> Value:
    x = as_operand(x)
    count = len(x) if N is None else N
    powers: list[Value] = [np.ones(len(x))]
    for _ in range(count - 1):
        powers.append(powers[-1] * x)
    y = np.stack(powers[:count] or [np.zeros(0)], axis=1) if count else np.zeros((len(x), 0))
    return y if increasing else y[:, ::-1]


def _polyfit(
    x: Value, y: Value, deg: int, rcond: Any = None, full: bool = False, w: Any = None,
    cov: Any = False,
) -> Any:  # fmt: skip
    x, y = as_operand(x), as_operand(y)
    rcond = len(x) * np.finfo(float).eps if rcond is None else rcond
    left, right = np.vander(x, deg + 1), y
    if w is not None:
        w = as_operand(w)
        left, right = left * w[:, None], right * (w[:, None] if y.ndim == 2 else w)
    scale = np.sqrt(np.sum(np.square(left), axis=0))
    left = left / scale
    fitted, residual, rank, values = np.linalg.lstsq(left, right, rcond)
    coefficients = (fitted.T / scale).T
    if full:
        return coefficients, residual, rank, values, rcond
    if not cov:
        return coefficients
    base = np.linalg.inv(left.T @ left) / (scale[:, None] * scale)
    factor = 1.0 if cov == "unscaled" else residual / (len(x) - (deg + 1))
    return coefficients, base[:, :, None] * factor if y.ndim == 2 else base * factor


def _polyadd(a1: Value, a2: Value) -> Value:
    a1, a2 = np.atleast_1d(a1), np.atleast_1d(a2)
    length = max(len(a1), len(a2))
    a1, a2 = (np.concatenate([np.zeros(length - len(a)), a]) for a in (a1, a2))
    return a1 + a2


def _polyder(p: Value, m: int = 1) -> Value:
    for _ in range(m):
        p = p[:-1] * np.arange(len(p) - 1, 0.0, -1.0)
    return p


def _polyint(p: Value, m: int = 1, k: Any = None) -> Value:
    constants = np.broadcast_to(np.atleast_1d(0.0 if k is None else k), (m,))
    for constant in constants:
        grown = p / np.arange(len(p), 0.0, -1.0)
        p = np.concatenate([grown, np.reshape(constant, (1,))])
    return p


def _polydiv(u: Value, v: Value) -> tuple[Value, Value]:
    u, v = np.atleast_1d(u) + 0.0, np.atleast_1d(v) + 0.0
    rest, quotients = u, []
    for k in range(max(len(u) - len(v) + 1, 0)):
        quotients.append(rest[k] / v[0])
        taken = np.concatenate([np.zeros(k), quotients[-1] * v, np.zeros(len(u) - len(v) - k)])
        rest = rest - taken
    while len(rest) > 1 and np.allclose(rest[0], 0.0, rtol=1e-14):
        rest = rest[1:]
    return np.stack(quotients) if quotients else np.zeros(1), rest


def _roots(p: Value) -> Value:
    p = np.atleast_1d(p)
    places = np.nonzero(p)[0]
    if not len(places):
        return np.zeros(0)
    zeros = len(p) - 1 - int(places[-1])
    p = p[int(places[0]) : int(places[-1]) + 1]
    degree = len(p) - 1
    if not degree:
        return np.zeros(zeros)
    companion = np.concatenate([-p[None, 1:] / p[0], np.eye(degree - 1, degree)])
    return np.concatenate([np.linalg.eigvals(companion), np.zeros(zeros)])


def _poly(seq_of_zeros: Value) -> Value:
    zeros = np.atleast_1d(seq_of_zeros)
    of_reals = not is_complex(zeros)
    zeros = np.linalg.eigvals(zeros) if zeros.ndim == 2 else zeros
    y: Value = np.ones(1)
    for zero in zeros:
        y = np.convolve(y, np.stack([1.0 + 0.0 * zero, -zero]))
    if not is_complex(y):
        return y
    if not of_reals:
        mirrored = np.sort(np.conjugate(zeros))
        of_reals = np.allclose(np.sort(zeros), mirrored, rtol=1e-14, atol=0.0)
    return np.real(y) if of_reals else y


POLYNOMIALS: dict[Operation, Callable[..., Any]] = {
    np.convolve: _convolve,
    np.correlate: _correlate,
    np.polyval: _polyval,
    np.vander: _vander,
    np.polyfit: _polyfit,
    np.polyadd: _polyadd,
    np.polysub: lambda a1, a2: _polyadd(a1, -as_operand(a2)),
    np.polymul: lambda a1, a2: np.convolve(a1, a2),
    np.polydiv: _polydiv,
    np.polyder: _polyder,
    np.polyint: _polyint,
    np.roots: _roots,
    np.poly: _poly,
}
