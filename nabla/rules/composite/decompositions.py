"""NumPy's matrix decompositions in terms of the stacked ones, and what is made of them.

The phase of a complex eigenvector is LAPACK's choice, which it makes so that one component is
real; the vectors here are turned to keep it real while they move, as LAPACK's would be.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nabla.errors import MissingRule
from nabla.rules import decompositions, linalg, structural
from nabla.rules.arguments import as_operand
from nabla.rules.constant import plain
from nabla.rules.rule import Operation, Value, adjoint, conjugated, is_complex

_LAPACK: Any = np.linalg
_NAMED: dict[str, Any] = {
    "eigh": type(_LAPACK.eigh(np.eye(1))),
    "eig": type(_LAPACK.eig(np.eye(1))),
    "svd": type(_LAPACK.svd(np.eye(1))),
    "qr": type(_LAPACK.qr(np.eye(1))),
}
"""NumPy's named results, which have no public names."""


def _symmetric(a: Value, uplo: str) -> Value:
    """λ above V; like LAPACK it reads one triangle only."""
    a = as_operand(a)
    lower = a if uplo.upper() == "L" else adjoint(a)
    whole = linalg.symmetric_from_lower(lower)
    return decompositions.symmetric_eigensystem(whole, uplo=uplo)


def _eigh(a: Value, UPLO: str = "L") -> Any:
    y = _symmetric(a, UPLO)
    return _NAMED["eigh"](np.real(y[..., 0, :]), _with_real_pivots(y[..., 1:, :]))


def _eigvalsh(a: Value, UPLO: str = "L") -> Value:
    return np.real(_symmetric(a, UPLO)[..., 0, :])


def _eig(a: Value) -> Any:
    y = decompositions.eigensystem(as_operand(a))
    vectors = y[..., 1:, :]
    length = np.linalg.norm(vectors, axis=-2, keepdims=True)
    return _NAMED["eig"](y[..., 0, :], _with_real_pivots(vectors / length))


def _with_real_pivots(vectors: Value) -> Value:
    """The columns turned to keep real the largest of the components that are: the value stays."""
    if not is_complex(vectors):
        return vectors
    turn = _turn(vectors)
    return vectors if turn is None else vectors * turn


def _turn(vectors: Value) -> Value | None:
    """A factor of value 1 for each column, which undoes any turn of its real component."""
    now = plain(vectors)
    size = np.where(now.imag == 0, np.abs(now), -1.0)
    rows = np.argmax(size, axis=-2, keepdims=True)
    if np.any(np.take_along_axis(size, rows, axis=-2) <= 0):
        return None  # LAPACK turned this one by another rule; no function may depend on that
    pivots = np.take_along_axis(vectors, rows, axis=-2)
    signs = np.sign(np.take_along_axis(now.real, rows, axis=-2))
    return conjugated(pivots) / np.abs(pivots) * signs


def _svd(
    a: Value, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False
) -> Any:
    a = as_operand(a)
    y = decompositions.singular_system(a)
    m = np.shape(a)[-2]
    values = np.real(y[..., m, :])
    if not compute_uv:
        return values
    left, right = y[..., :m, :], y[..., m + 1 :, :]
    if is_complex(y):
        for vectors in (right, left):
            turn = _turn(vectors)
            if turn is not None:
                left, right = left * turn, right * turn
                break
    if full_matrices:
        whole = _LAPACK.svd(plain(a))
        left = _completed(left, whole[0])
        right = _completed(right, np.swapaxes(whole[2].conj(), -1, -2))
    return _NAMED["svd"](left, values, adjoint(right))


def _completed(basis: Value, whole: Any) -> Value:
    """An orthonormal basis completed by NumPy's further columns, kept orthogonal as it moves.

    Among themselves those columns may turn at will: only the space they span has a derivative.
    """
    k = np.shape(basis)[-1]
    rest = whole[..., k:]
    if not rest.shape[-1]:
        return basis
    outside = rest - basis @ (adjoint(basis) @ rest)
    turned = np.linalg.qr(outside)[0]
    signs = np.sum(plain(turned).conj() * rest, axis=-2, keepdims=True)
    return structural.join(basis, turned * np.round(signs), axis=-1)


def _qr(a: Value, mode: str = "reduced") -> Any:
    a = as_operand(a)
    m, n = np.shape(a)[-2:]
    if mode not in ("reduced", "complete", "r"):
        raise MissingRule(
            f"np.linalg.qr was called with mode={mode!r}, which nabla does not follow",
            why="that mode answers with LAPACK's own encoding of Q",
            remedy="use mode='reduced', 'complete' or 'r'; or method='central'",
        )
    k = min(m, n)
    y = decompositions.orthogonal_triangular(a[..., :k])
    q, r = y[..., :m, :], y[..., m:, :]
    if n > m:
        r = np.concatenate([r, adjoint(q) @ a[..., m:]], axis=-1)
    if mode == "r":
        return r
    if mode == "complete" and m > n:
        q = _completed(q, _LAPACK.qr(plain(a), "complete")[0])
        r = np.concatenate([r, np.zeros((*np.shape(r)[:-2], m - n, n))], axis=-2)
    return _NAMED["qr"](q, r)


def _pinv(a: Value, rcond: Any = None, hermitian: bool = False, *, rtol: Any = None) -> Value:
    a = as_operand(a)
    limit = rtol if rcond is None else rcond
    if limit is None:
        limit = 1e-15 if rtol is None else max(np.shape(a)[-2:]) * np.finfo(float).eps
    return decompositions.pseudoinverse(a, rcond=limit)


def _lstsq(a: Value, b: Value, rcond: Any = None) -> Any:
    a, b = as_operand(a), as_operand(b)
    rank = _LAPACK.lstsq(plain(a), plain(b), rcond)[2]
    m, n = np.shape(a)
    eps = np.finfo(float).eps
    limit = eps * max(m, n) if rcond is None else eps if rcond < 0 else rcond
    y = decompositions.pseudoinverse(a, rcond=limit) @ b
    residual = np.sum(np.square(np.abs(b - a @ y)), axis=0) if rank == n < m else np.zeros(0)
    residual = np.reshape(residual, (-1,))
    return y, residual, rank, _LAPACK.svdvals(a)


def _cond(x: Value, p: Any = None) -> Value:
    x = as_operand(x)
    if p in (None, 2, -2):
        values = _LAPACK.svdvals(x)
        y = values[..., 0] / values[..., -1]
        return 1.0 / y if p == -2 else y
    axes = (-2, -1)
    return np.linalg.norm(x, p, axes) * np.linalg.norm(_LAPACK.inv(x), p, axes)


def _tensorsolve(a: Value, b: Value, axes: Any = None) -> Value:
    a, b = as_operand(a), as_operand(b)
    if axes is not None:
        moved = list(axes)
        a = np.transpose(a, [k for k in range(a.ndim) if k not in moved] + moved)
    shape = a.shape[b.ndim :]
    return np.reshape(_LAPACK.solve(np.reshape(a, (b.size, -1)), np.ravel(b)), shape)


def _tensorinv(a: Value, ind: int = 2) -> Value:
    shape = a.shape[ind:] + a.shape[:ind]
    rows = int(np.prod(a.shape[:ind]))
    return np.reshape(_LAPACK.inv(np.reshape(a, (rows, -1))), shape)


DECOMPOSITIONS: dict[Operation, Callable[..., Any]] = {
    np.linalg.eigh: _eigh,
    np.linalg.eigvalsh: _eigvalsh,
    np.linalg.eig: _eig,
    np.linalg.eigvals: lambda a: decompositions.eigensystem(as_operand(a))[..., 0, :],
    np.linalg.svd: _svd,
    _LAPACK.svdvals: lambda x, /: _svd(x, compute_uv=False),
    np.linalg.qr: _qr,
    np.linalg.pinv: _pinv,
    np.linalg.lstsq: _lstsq,
    np.linalg.cond: _cond,
    np.linalg.tensorsolve: _tensorsolve,
    np.linalg.tensorinv: _tensorinv,
}
