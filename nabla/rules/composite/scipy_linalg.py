"""Functions of scipy.linalg in NumPy's: signatures, and which triangle is read, are SciPy's.

``overwrite_…`` and ``check_finite`` are about memory and checks, not about values. Where the sign
of a vector is LAPACK's choice, it is that of SciPy's own answer.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import numpy

from nabla.rules.arguments import as_operand, refuse_options
from nabla.rules.constant import plain
from nabla.rules.matrix_functions import matrix_exponential
from nabla.rules.rule import Value, adjoint, is_complex

np: Any = numpy  # to a type checker, NumPy's functions take no lifted values


def _plainly(name: str, *args: Any, **options: Any) -> Any:
    """SciPy's own answer."""
    return getattr(importlib.import_module("scipy.linalg"), name)(*args, **options)


# -- linear systems -----------------------------------------------------------------------------


def _symmetric(a: Value, lower: bool) -> Value:
    return np.tril(a) + np.tril(a, -1).mT if lower else np.triu(a) + np.triu(a, 1).mT


def _hermitian(a: Value, lower: bool) -> Value:
    return np.tril(a) + adjoint(np.tril(a, -1)) if lower else np.triu(a) + adjoint(np.triu(a, 1))


_AS_ASSUMED: dict[str, Callable[[Value, bool], Value]] = {
    "sym": _symmetric,
    "symmetric": _symmetric,
    "her": _hermitian,
    "hermitian": _hermitian,
    "pos": _hermitian,
    "positive definite": _hermitian,
    "upper triangular": lambda a, lower: np.triu(a),
    "lower triangular": lambda a, lower: np.tril(a),
    "tridiagonal": lambda a, lower: np.triu(np.tril(a, 1), -1),
    "diagonal": lambda a, lower: np.triu(np.tril(a)),
}
"""assume_a= -> the matrix SciPy then solves with; any other answer takes all of a."""


def _assumed(a: Value, assume_a: Any, lower: bool) -> Value:
    a = as_operand(a)
    return _AS_ASSUMED[assume_a](a, lower) if assume_a in _AS_ASSUMED else a


def _solve(
    a: Value,
    b: Value,
    lower: bool = False,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
    assume_a: Any = None,
    transposed: bool = False,
) -> Value:
    whole = _assumed(a, assume_a, lower)
    return np.linalg.solve(whole.mT if transposed else whole, as_operand(b))


def _inv(
    a: Value,
    overwrite_a: bool = False,
    check_finite: bool = True,
    *,
    assume_a: Any = None,
    lower: bool = False,
) -> Value:
    return np.linalg.inv(_assumed(a, assume_a, lower))


_TRANSPOSED: dict[Any, Callable[[Value], Value]] = {
    0: lambda a: a,
    "N": lambda a: a,
    1: lambda a: a.mT,
    "T": lambda a: a.mT,
    2: adjoint,
    "C": adjoint,
}


def _solve_triangular(
    a: Value,
    b: Value,
    trans: Any = 0,
    lower: bool = False,
    unit_diagonal: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
) -> Value:
    a = as_operand(a)
    offset = int(unit_diagonal)
    half = np.tril(a, -offset) if lower else np.triu(a, offset)
    whole = half + np.eye(np.shape(a)[-1]) if unit_diagonal else half
    return np.linalg.solve(_TRANSPOSED[trans](whole), as_operand(b))


def _cholesky(
    a: Value, lower: bool = False, overwrite_a: bool = False, check_finite: bool = True
) -> Value:
    a = as_operand(a)
    return np.linalg.cholesky(a) if lower else adjoint(np.linalg.cholesky(adjoint(a)))


def _cho_factor(
    a: Value, lower: bool = False, overwrite_a: bool = False, check_finite: bool = True
) -> tuple[Value, bool]:
    a = as_operand(a)
    rest = np.triu(a, 1) if lower else np.tril(a, -1)  # which LAPACK leaves as it was
    return _cholesky(a, lower) + rest, lower


def _cho_solve(
    c_and_lower: Any, b: Value, overwrite_b: bool = False, check_finite: bool = True
) -> Value:
    c, lower = as_operand(c_and_lower[0]), c_and_lower[1]
    left = np.tril(c) if lower else adjoint(np.triu(c))
    return np.linalg.solve(adjoint(left), np.linalg.solve(left, as_operand(b)))


def _lstsq(
    a: Value,
    b: Value,
    cond: Any = None,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
    lapack_driver: Any = None,
) -> tuple[Value, Value, Any, Any]:
    rcond = np.finfo(float).eps if cond is None else cond
    y, residual, rank, values = np.linalg.lstsq(as_operand(a), as_operand(b), rcond)
    is_number = np.ndim(b) == 1 and np.size(residual) == 1
    return y, np.reshape(residual, ()) if is_number else residual, rank, values


# -- decompositions -----------------------------------------------------------------------------


def _eigh(
    a: Value,
    b: Any = None,
    *,
    lower: bool = True,
    eigvals_only: bool = False,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    type: int = 1,
    check_finite: bool = True,
    subset_by_index: Any = None,
    subset_by_value: Any = None,
    driver: Any = None,
) -> Any:
    refuse_options(
        "scipy.linalg.eigh", b=b, subset_by_index=subset_by_index, subset_by_value=subset_by_value
    )
    a, triangle = as_operand(a), "L" if lower else "U"
    if eigvals_only:
        return np.linalg.eigvalsh(a, triangle)
    refuse_options("scipy.linalg.eigh", a=is_complex(a) or None)
    values, vectors = np.linalg.eigh(a, triangle)
    own = _plainly("eigh", plain(a), lower=lower, driver=driver)[1]
    return values, vectors * _signs(vectors, own)


def _signs(vectors: Value, own: Any) -> Any:
    """±1 for each column, so that it points where SciPy's own does."""
    return np.sign(np.sum(plain(vectors) * own, axis=-2, keepdims=True))


def _eigvalsh(
    a: Value,
    b: Any = None,
    *,
    lower: bool = True,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    type: int = 1,
    check_finite: bool = True,
    subset_by_index: Any = None,
    subset_by_value: Any = None,
    driver: Any = None,
) -> Value:
    refuse_options(
        "scipy.linalg.eigvalsh",
        b=b,
        subset_by_index=subset_by_index,
        subset_by_value=subset_by_value,
    )
    return np.linalg.eigvalsh(as_operand(a), "L" if lower else "U")


def _eigvals(
    a: Value,
    b: Any = None,
    overwrite_a: bool = False,
    check_finite: bool = True,
    homogeneous_eigvals: bool = False,
) -> Value:
    refuse_options("scipy.linalg.eigvals", b=b, homogeneous_eigvals=homogeneous_eigvals or None)
    return np.linalg.eigvals(as_operand(a)) + 0j


def _svd(
    a: Value,
    full_matrices: bool = True,
    compute_uv: bool = True,
    overwrite_a: bool = False,
    check_finite: bool = True,
    lapack_driver: str = "gesdd",
) -> Any:
    a = as_operand(a)
    if not compute_uv:
        return np.linalg.svd(a, compute_uv=False)
    refuse_options("scipy.linalg.svd", a=is_complex(a) or None)
    left, values, right = np.linalg.svd(a, full_matrices)
    k = np.shape(values)[-1]
    own = _plainly("svd", plain(a), full_matrices=False, lapack_driver=lapack_driver)[0]
    signs = _signs(left[..., :k], own)
    of_left, of_right = (
        # what completes a basis has no sign to keep: only its span means anything
        np.concatenate([signs, np.ones((*signs.shape[:-1], width - k))], axis=-1)
        for width in (np.shape(left)[-1], np.shape(right)[-2])
    )
    return left * of_left, values, right * np.swapaxes(of_right, -1, -2)


def _qr(
    a: Value,
    overwrite_a: bool = False,
    lwork: Any = None,
    mode: str = "full",
    pivoting: bool = False,
    check_finite: bool = True,
) -> Any:
    raw = "raw" if mode == "raw" else None
    refuse_options("scipy.linalg.qr", pivoting=pivoting or None, mode=raw)
    a = as_operand(a)
    if mode == "economic":
        return tuple(np.linalg.qr(a))
    q, r = np.linalg.qr(a, "complete")
    return (r,) if mode == "r" else (q, r)


def _pinv(
    a: Value,
    *,
    atol: Any = None,
    rtol: Any = None,
    return_rank: bool = False,
    check_finite: bool = True,
) -> Value:
    refuse_options("scipy.linalg.pinv", atol=atol, return_rank=return_rank or None)
    a = as_operand(a)
    limit = max(np.shape(a)[-2:]) * np.finfo(float).eps if rtol is None else rtol
    return np.linalg.pinv(a, limit)


SCIPY_LINALG: dict[str, Callable[..., Any]] = {
    "scipy.linalg.solve": _solve,
    "scipy.linalg.solve_triangular": _solve_triangular,
    "scipy.linalg.inv": _inv,
    "scipy.linalg.det": lambda a, overwrite_a=False, check_finite=True: np.linalg.det(
        as_operand(a)
    ),
    "scipy.linalg.norm": lambda a, ord=None, axis=None, keepdims=False, check_finite=True: (
        np.linalg.norm(as_operand(a), ord, axis, keepdims)
    ),
    "scipy.linalg.cholesky": _cholesky,
    "scipy.linalg.cho_factor": _cho_factor,
    "scipy.linalg.cho_solve": _cho_solve,
    "scipy.linalg.lstsq": _lstsq,
    "scipy.linalg.pinv": _pinv,
    "scipy.linalg.expm": lambda A: matrix_exponential(as_operand(A)),
    "scipy.linalg.eigh": _eigh,
    "scipy.linalg.eigvalsh": _eigvalsh,
    "scipy.linalg.eigvals": _eigvals,
    "scipy.linalg.svd": _svd,
    "scipy.linalg.svdvals": lambda a, overwrite_a=False, check_finite=True: np.linalg.svd(
        as_operand(a), compute_uv=False
    ),
    "scipy.linalg.qr": _qr,
}
"""Dotted name -> the same in terms of NumPy's functions."""
