"""Matrix decompositions: eigenvalues, singular values, QR, and the pseudoinverse.

A decomposition has several parts but is one operation, so its parts are stacked in one array
whose columns belong together: an eigenvalue above its eigenvector, a column of Q above that of R.
`composite.decompositions` takes them apart again.

Where two eigenvalues coincide their eigenvectors may turn freely and have no derivative. There
1 / (λⱼ - λᵢ) is taken as 0: the vectors do not turn, and `kinks` says so.

Notation: t is the tangent of a, Sᴴ the conjugate transpose, ∘ the elementwise product.

Sources: Giles, An extended collection of matrix derivative results (2008), section 3;
Townsend, Differentiating the singular value decomposition (2016); Walter & Lehmann, Algorithmic
differentiation of linear algebra functions (2010), for QR; Golub & Pereyra, The differentiation
of pseudo-inverses (1973).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nabla.errors import MissingRule
from nabla.rules.linalg import solve
from nabla.rules.primitives import primitive
from nabla.rules.rule import Operation, Rule, Value, adjoint, conjugated, is_complex, linear

_LAPACK: Any = np.linalg  # to a type checker, its functions take no duck arrays


def stacked(*rows: Value) -> Value:
    """Matrices and rows, one above the other."""
    return np.concatenate(rows, axis=-2)


def tied(values: Value) -> Value:
    """Which pairs of eigenvalues (..., n) coincide up to LAPACK's rounding, (..., n, n)."""
    tolerance = 8 * values.shape[-1] * np.finfo(float).eps
    distance = np.abs(values[..., None, :] - values[..., :, None])
    return np.less_equal(distance, tolerance * np.max(np.abs(values)[..., None], -2, keepdims=True))


def _reciprocal_gaps(values: Value) -> Value:
    """1 / (λⱼ - λᵢ) in row i and column j, and 0 where the two coincide."""
    coincide = tied(values)
    gaps = values[..., None, :] - values[..., :, None]
    return np.where(coincide, 0.0, np.divide(1.0, np.where(coincide, 1.0, gaps)))


def _reciprocal(values: Value) -> Value:
    """1 / σ, and 0 where σ is 0."""
    is_zero = np.equal(values, 0)
    return np.where(is_zero, 0.0, np.divide(1.0, np.where(is_zero, 1.0, values)))


def _diagonal(a: Value) -> Value:
    """The diagonal of each matrix as one row."""
    return np.diagonal(a, axis1=-2, axis2=-1)[..., None, :]


def _on_diagonal(row: Value) -> Value:
    """Each row (..., 1, n) as a diagonal matrix."""
    return row * np.eye(np.shape(row)[-1])


def _projected_out(basis: Value, a: Value) -> Value:
    """a without its part in the span of an orthonormal basis, (I - Q·Qᴴ)·a."""
    return a - basis @ (adjoint(basis) @ a)


# -- eigenvalues and eigenvectors -----------------------------------------------------------------


@primitive
def symmetric_eigensystem(a: Value, *, uplo: str) -> Value:
    """λ above V with a = V·diag(λ)·Vᴴ for Hermitian a, shape (..., n, n) -> (..., n+1, n).

    Args:
        a: symmetric or Hermitian matrices, both triangles filled.
        uplo: the triangle LAPACK starts from, "L" or "U": the signs of V depend on it.
    """
    values, vectors = _LAPACK.eigh(a, uplo)
    return stacked(values[..., None, :], vectors)


@primitive
def eigensystem(a: Value) -> Value:
    """λ above V with a·V = V·diag(λ), shape (..., n, n) -> (..., n+1, n), perhaps complex.

    Raises:
        MissingRule: where the eigenvectors do not span the space: there is no derivative.
    """
    values, vectors = _LAPACK.eig(a)
    if not np.all(np.linalg.cond(vectors) < 1 / np.sqrt(np.finfo(float).eps)):
        raise MissingRule(
            "np.linalg.eig was given a matrix whose eigenvectors (almost) coincide",
            why="at a defective matrix eigenvalues move like square roots, with infinite slope",
            remedy="use a function that stays smooth there, such as trace or det; differences, "
            "method='central', would not be right either",
        )
    return stacked(values[..., None, :], vectors)


def _eigen_push(t: Value, y: Value, inverse_times: Value) -> Value:
    # Giles 3.1: with C = V⁻¹·t·V, dλ = diag C and dV = V·(F∘C), Fᵢⱼ = 1 / (λⱼ - λᵢ)
    values, vectors = y[..., 0, :], y[..., 1:, :]
    inner = inverse_times @ vectors
    return stacked(_diagonal(inner), vectors @ (_reciprocal_gaps(values) * inner))


def _eigen_inner_pull(c: Value, y: Value) -> Value:
    """The cotangent of C = V⁻¹·t·V."""
    values, vectors = y[..., 0, :], y[..., 1:, :]
    turned = conjugated(_reciprocal_gaps(values)) * (adjoint(vectors) @ c[..., 1:, :])
    return _on_diagonal(c[..., :1, :]) + turned


def _symmetric_push(t: Value, y: Value) -> Value:
    return _eigen_push(t, y, adjoint(y[..., 1:, :]) @ t)


def _symmetric_pull(c: Value, y: Value) -> Value:
    vectors = y[..., 1:, :]
    return vectors @ _eigen_inner_pull(c, y) @ adjoint(vectors)


def _eigensystem_push(t: Value, y: Value, a: Value) -> Value:
    return _eigen_push(t, y, solve(y[..., 1:, :], t))


def _eigensystem_pull(c: Value, y: Value, a: Value) -> Value:
    vectors = y[..., 1:, :]
    return solve(adjoint(vectors), _eigen_inner_pull(c, y) @ adjoint(vectors))


# -- singular values ------------------------------------------------------------------------------


@primitive
def singular_system(a: Value) -> Value:
    """U above σ above V with a = U·diag(σ)·Vᴴ, shape (..., m, n) -> (..., m+1+n, min(m, n))."""
    left, values, right = _LAPACK.svd(a, full_matrices=False)
    return stacked(left, values[..., None, :], adjoint(right))


def _singular_parts(y: Value, a: Value) -> tuple[Value, Value, Value, Value]:
    """U, σ as a row, V, and Fᵢⱼ = 1 / (σⱼ² - σᵢ²)."""
    m = np.shape(a)[-2]
    values = np.real(y[..., m, :])
    total = values[..., None, :] + values[..., :, None]
    gaps = _reciprocal_gaps(values) * _reciprocal(total)
    return y[..., :m, :], values[..., None, :], y[..., m + 1 :, :], gaps


def _singular_push(t: Value, y: Value, a: Value) -> Value:
    # Townsend: with P = Uᴴ·t·V, dσ = diag P, dU = U·(F∘(P·S + S·Pᴴ)) + (I - U·Uᴴ)·t·V·S⁻¹,
    # dV likewise from tᴴ; where a is complex, U takes the phase that P has on its diagonal
    left, values, right, gaps = _singular_parts(y, a)
    column, inverse = np.swapaxes(values, -1, -2), _reciprocal(values)
    inner = adjoint(left) @ t @ right
    phase = _on_diagonal(1j * np.imag(_diagonal(inner)) * inverse) if is_complex(a) else 0.0
    turned_left = gaps * (inner * values + column * adjoint(inner)) + phase
    turned_right = gaps * (column * inner + adjoint(inner) * values)
    return stacked(
        left @ turned_left + _projected_out(left, t @ right) * inverse,
        np.real(_diagonal(inner)),
        right @ turned_right + _projected_out(right, adjoint(t) @ left) * inverse,
    )


def _singular_pull(c: Value, y: Value, a: Value) -> Value:
    left, values, right, gaps = _singular_parts(y, a)
    column, inverse = np.swapaxes(values, -1, -2), _reciprocal(values)
    m = np.shape(a)[-2]
    of_left, of_values, of_right = c[..., :m, :], c[..., m : m + 1, :], c[..., m + 1 :, :]
    within_left, within_right = adjoint(left) @ of_left, adjoint(right) @ of_right
    turned_left, turned_right = gaps * within_left, gaps * within_right
    diagonal = np.real(of_values)
    if is_complex(a):
        diagonal = diagonal + 1j * np.imag(_diagonal(within_left)) * inverse
    inner = (
        (turned_left + adjoint(turned_left)) * values
        + column * (turned_right + adjoint(turned_right))
        + _on_diagonal(diagonal)
    )
    return (
        left @ inner @ adjoint(right)
        + (_projected_out(left, of_left) * inverse) @ adjoint(right)
        + left @ adjoint(_projected_out(right, of_right) * inverse)
    )


# -- QR -------------------------------------------------------------------------------------------


@primitive
def orthogonal_triangular(a: Value) -> Value:
    """Q above R with a = Q·R, where n ≤ m, shape (..., m, n) -> (..., m+n, n)."""
    q, r = _LAPACK.qr(a)
    if not np.all(np.diagonal(r, axis1=-2, axis2=-1)):
        raise MissingRule(
            "np.linalg.qr was given a matrix whose columns are linearly dependent",
            why="its Q is then not determined, and has no derivative",
            remedy="make the columns independent, or use np.linalg.svd",
        )
    return stacked(q, r)


def _divided(a: Value, r: Value) -> Value:
    """a·R⁻¹."""
    return np.swapaxes(solve(np.swapaxes(r, -1, -2), np.swapaxes(a, -1, -2)), -1, -2)


def _upper_from_all(a: Value) -> Value:
    """The upper triangle, plus the lower one reflected into it, plus the diagonal's real part."""
    n = np.shape(a)[-1]
    return (a + adjoint(a)) * (1.0 - np.tri(n)) + np.real(a) * np.eye(n)


def _hermitian_from_upper(a: Value) -> Value:
    """The transpose of `_upper_from_all`."""
    n = np.shape(a)[-1]
    above = a * (1.0 - np.tri(n))
    return above + adjoint(above) + np.real(a) * np.eye(n)


def _triangular_push(t: Value, y: Value, a: Value) -> Value:
    # t·R⁻¹ = dQ + Q·(dR·R⁻¹) where Qᴴ·dQ is skew and dR·R⁻¹ upper triangular
    m = np.shape(a)[-2]
    q, r = y[..., :m, :], y[..., m:, :]
    scaled = _divided(t, r)
    upper = _upper_from_all(adjoint(q) @ scaled)
    return stacked(scaled - q @ upper, upper @ r)


def _triangular_pull(c: Value, y: Value, a: Value) -> Value:
    m = np.shape(a)[-2]
    q, r, of_q, of_r = y[..., :m, :], y[..., m:, :], c[..., :m, :], c[..., m:, :]
    middle = _hermitian_from_upper(of_r @ adjoint(r) - adjoint(q) @ of_q)
    return _divided(of_q + q @ middle, adjoint(r))


# -- pseudoinverse --------------------------------------------------------------------------------


@primitive
def pseudoinverse(a: Value, *, rcond: Any) -> Value:
    """The Moore-Penrose inverse of each matrix; singular values below rcond·max count as 0."""
    return _LAPACK.pinv(a, rcond)


def _pseudoinverse_push(t: Value, y: Value, a: Value) -> Value:
    # Golub & Pereyra, for constant rank
    away_left = adjoint(t) - adjoint(t) @ a @ y
    away_right = adjoint(t) - y @ a @ adjoint(t)
    return -y @ t @ y + y @ adjoint(y) @ away_left + away_right @ adjoint(y) @ y


def _pseudoinverse_pull(c: Value, y: Value, a: Value) -> Value:
    of_left, of_right = adjoint(c) @ y @ adjoint(y), adjoint(y) @ y @ adjoint(c)
    outside = of_left - a @ y @ of_left + of_right - of_right @ y @ a
    return -adjoint(y) @ c @ adjoint(y) + outside


# what messages call them
symmetric_eigensystem.__name__ = "np.linalg.eigh"
eigensystem.__name__ = "np.linalg.eig"
singular_system.__name__ = "np.linalg.svd"
orthogonal_triangular.__name__ = "np.linalg.qr"
pseudoinverse.__name__ = "np.linalg.pinv"

DECOMPOSITIONS: dict[Operation, Rule] = {
    symmetric_eigensystem: linear(
        lambda t, y, a, *, uplo: _symmetric_push(t, y),
        lambda c, y, a, *, uplo: _symmetric_pull(c, y),
    ),
    eigensystem: linear(_eigensystem_push, _eigensystem_pull),
    singular_system: linear(_singular_push, _singular_pull),
    orthogonal_triangular: linear(_triangular_push, _triangular_pull),
    pseudoinverse: linear(
        lambda t, y, a, *, rcond: _pseudoinverse_push(t, y, a),
        lambda c, y, a, *, rcond: _pseudoinverse_pull(c, y, a),
    ),
}
