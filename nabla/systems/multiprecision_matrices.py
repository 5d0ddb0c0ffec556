"""Matrix decompositions and Fourier transforms of mpmath numbers, as NumPy would answer.

The decompositions are mpmath's own. Signs and phases of vectors, and the order of eigenvalues
of a general matrix, are mpmath's choice and may differ from LAPACK's.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nabla.systems.multiprecision_arrays import matrix_by_matrix
from nabla.systems.multiprecision_functions import Operation, on_each

# parts of one decomposition travel as one matrix, below each other, until NumPy has looped


@matrix_by_matrix("(n,n)->(k,n)")
def _symmetric_parts(mp: Any, a: Any) -> Any:
    values, vectors = mp.eigh(a)
    return _below(mp, values.T, vectors)


@matrix_by_matrix("(n,n)->(k,n)")
def _eigen_parts(mp: Any, a: Any) -> Any:
    values, vectors = mp.eig(a)
    return _below(mp, mp.matrix([values]), vectors)


@matrix_by_matrix("(m,n)->(k,l)")
def _singular_parts(mp: Any, a: Any) -> Any:
    left, values, right = mp.svd(a)
    return _below(mp, left, values.T, right.H)


@matrix_by_matrix("(m,n)->(k,n)")
def _triangular_parts(mp: Any, a: Any) -> Any:
    return _below(mp, *mp.qr(a, mode="skinny"))


@matrix_by_matrix("(n,n)->(n,n)")
def exponential(mp: Any, a: Any) -> Any:
    """The exponential of each matrix."""
    return mp.expm(a)


def _pseudoinverse(mp: Any, a: Any, rcond: float) -> Any:
    @matrix_by_matrix("(m,n)->(n,m)")
    def single(mp: Any, a: Any) -> Any:
        left, values, right = mp.svd(a)
        limit = rcond * max(values)
        return right.H * mp.diag([1 / s if s > limit else mp.zero for s in values]) * left.H

    return single(mp, a)


def _below(mp: Any, *parts: Any) -> Any:
    return mp.matrix([row for part in parts for row in part.tolist()])


def _eigh(mp: Any, a: Any, UPLO: str = "L") -> tuple[Any, Any]:
    y = _symmetric_parts(mp, a)
    return y[..., 0, :], y[..., 1:, :]


def _eig(mp: Any, a: Any) -> tuple[Any, Any]:
    y = _eigen_parts(mp, a)
    return y[..., 0, :], y[..., 1:, :]


def _svd(mp: Any, a: Any, full_matrices: bool = False) -> tuple[Any, Any, Any]:
    y, m = _singular_parts(mp, a), a.shape[-2]
    right = on_each(mp.conj)(np.swapaxes(y[..., m + 1 :, :], -1, -2))
    return y[..., :m, :], y[..., m, :], right


def _qr(mp: Any, a: Any) -> tuple[Any, Any]:
    y, m = _triangular_parts(mp, a), a.shape[-2]
    return y[..., :m, :], y[..., m:, :]


def _transform(sign: int) -> Operation:
    """The sum Σₖ xₖ·exp(sign·2πi·j·k/n), term by term."""

    def evaluate(mp: Any, x: Any, axis: int = -1, norm: str = "") -> Any:
        n = x.shape[axis]
        powers = np.outer(np.arange(n), np.arange(n)) % n
        roots = on_each(lambda k: mp.expjpi(2 * sign * mp.mpf(int(k)) / n))(powers)
        return np.moveaxis(np.matmul(np.moveaxis(x, axis, -1), roots), -1, axis)

    return evaluate


ON_MATRICES: dict[Operation, Operation] = {
    np.linalg.eigh: _eigh,
    np.linalg.eig: _eig,
    np.linalg.svd: _svd,
    np.linalg.qr: _qr,
    np.linalg.pinv: _pseudoinverse,
    np.linalg.matrix_rank: lambda mp, a, *rest: np.linalg.matrix_rank(a.astype(complex), *rest),
    np.fft.fft: _transform(-1),
    np.fft.ifft: _transform(+1),
    np.real: lambda mp, z: on_each(mp.re)(z),
    np.imag: lambda mp, z: on_each(mp.im)(z),
}
"""Operation -> its value, given the mpmath context; the transforms come unscaled."""
