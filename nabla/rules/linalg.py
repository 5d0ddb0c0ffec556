"""Linear algebra: the differentials of solve, inverse, determinant and Cholesky factor.

Matrices are the last two axes, everything before them (and the seeds) is a batch.

Source: Giles, An extended collection of matrix derivative results for forward and reverse
mode algorithmic differentiation (2008), sections 2.2 and 2.3.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nabla.result import is_array
from nabla.rules.primitives import primitive
from nabla.rules.rule import (
    Explicit,
    Operation,
    Rule,
    Value,
    adjoint,
    aligned,
    conjugated,
    linear,
    unbroadcast,
)

_LAPACK: Any = np.linalg  # to a type checker, its functions take no duck arrays


@primitive
def solve(a: Value, b: Value) -> Value:
    """The solution of a·y = b for a matrix b, shapes (..., n, n) and (..., n, m)."""
    return _LAPACK.solve(a, b)


@primitive
def inverse(a: Value) -> Value:
    """The inverse of each matrix."""
    return _LAPACK.inv(a)


@primitive
def determinant(a: Value) -> Value:
    """The determinant of each matrix, shape (..., n, n) -> (...)."""
    return _LAPACK.det(a)


@primitive
def log_abs_determinant(a: Value) -> Value:
    """log|det a| of each matrix, shape (..., n, n) -> (...)."""
    return _LAPACK.slogdet(a)[1]


@primitive
def cholesky(a: Value) -> Value:
    """The lower factor L of a = L·Lᵀ; like LAPACK it reads a's lower triangle only."""
    return _LAPACK.cholesky(a)


def _swapped(a: Value) -> Value:
    return np.swapaxes(a, -1, -2)


def _solve_push_a(t: Value, y: Value, a: Value, b: Value) -> Value:
    # from dA·y + A·dy = 0
    return -solve(a, np.matmul(aligned(t, np.ndim(a), np.ndim(y)), y))


def _solve_push_b(t: Value, y: Value, a: Value, b: Value) -> Value:
    return solve(a, aligned(t, np.ndim(b), np.ndim(y)))


def _solve_pull_a(c: Value, y: Value, a: Value, b: Value) -> Value:
    return unbroadcast(-np.matmul(solve(adjoint(a), c), adjoint(y)), np.shape(a))


def _solve_pull_b(c: Value, y: Value, a: Value, b: Value) -> Value:
    return unbroadcast(solve(adjoint(a), c), np.shape(b))


def cofactors(a: Value, y: Value) -> Value:
    """∂det/∂a: the matrix of cofactors, also where a is singular.

    From the singular values, cof(U·S·Vᴴ) = det(U)·det(Vᴴ)·conj(U·cof(S)·Vᴴ), without division.
    A lifted a (a derivative of a derivative) goes by det(a)·a⁻ᵀ, where a must be regular.
    """
    if not is_array(a) or a.dtype == object:
        return np.reshape(y, (*np.shape(y), 1, 1)) * _swapped(inverse(a))
    u, s, vt = np.linalg.svd(a)
    n = s.shape[-1]
    all_but_one = np.where(np.eye(n, dtype=bool), 1.0, s[..., None, :]).prod(axis=-1)
    sign = np.linalg.det(u) * np.linalg.det(vt)
    return sign[..., None, None] * ((u.conj() * all_but_one[..., None, :]) @ vt.conj())


def _inner(a: Value, b: Value) -> Value:
    """The sum of products of two matrices, batch by batch."""
    return np.sum(a * b, axis=(-2, -1))


def _of_matrices(c: Value) -> Value:
    return np.reshape(c, (*np.shape(c), 1, 1))


def _lower_half(a: Value) -> Value:
    """The lower triangle with its diagonal halved, Φ in Giles's notation."""
    n = np.shape(a)[-1]
    return a * (np.tri(n) - 0.5 * np.eye(n))


def symmetric_from_lower(t: Value) -> Value:
    """The symmetric (or Hermitian) matrix whose lower triangle is t's."""
    n = np.shape(t)[-1]
    below = t * np.tri(n, k=-1)
    return below + adjoint(below) + np.real(t) * np.eye(n)


def _cholesky_push(t: Value, y: Value, a: Value) -> Value:
    half = solve(y, adjoint(solve(y, symmetric_from_lower(t))))
    return np.matmul(y, _lower_half(half))


def _cholesky_pull(c: Value, y: Value, a: Value) -> Value:
    middle = _lower_half(np.matmul(adjoint(y), c))
    full = solve(adjoint(y), adjoint(solve(adjoint(y), adjoint(middle))))
    n = np.shape(a)[-1]
    # the transpose of reading the lower triangle as a symmetric matrix
    return (full + adjoint(full)) * np.tri(n, k=-1) + np.real(full) * np.eye(n)


LINALG: dict[Operation, Rule] = {
    solve: Explicit((_solve_push_a, _solve_push_b), (_solve_pull_a, _solve_pull_b)),
    inverse: linear(
        lambda t, y, a: -np.matmul(np.matmul(y, t), y),
        lambda c, y, a: -np.matmul(np.matmul(adjoint(y), c), adjoint(y)),
    ),
    determinant: linear(
        lambda t, y, a: _inner(cofactors(a, y), t),
        lambda c, y, a: _of_matrices(c) * conjugated(cofactors(a, y)),
    ),
    log_abs_determinant: linear(
        lambda t, y, a: np.real(_inner(_swapped(inverse(a)), t)),
        lambda c, y, a: _of_matrices(c) * adjoint(inverse(a)),
    ),
    cholesky: linear(_cholesky_push, _cholesky_pull),
}
