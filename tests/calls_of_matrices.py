"""Calls of np.linalg's decompositions, of np.fft and of complex functions that nabla follows.

Where mpmath, the referee's arithmetic, chooses other signs, phases or another order than LAPACK,
a call asks for what does not depend on that choice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Call = tuple[str, Callable[[Any], Any], Any]

V = np.array([0.7, -1.3, 2.1, 0.4])
M = np.array([[0.7, -1.3, 2.1], [0.4, 1.9, -0.5]])
S = np.array([[3.0, 0.4, -0.2], [0.5, 2.0, 0.3], [0.1, -0.7, 1.5]])
B = np.stack([S, S.T + np.eye(3)])
T = (2.0 * np.sin(1.7 * np.arange(24.0)) + 0.03 * np.arange(24.0)).reshape(2, 3, 4)
TURNING = np.array([[0.5, -2.0, 0.1], [1.5, 0.3, 0.2], [0.3, 0.1, 1.7]])
"""A matrix with a pair of complex eigenvalues."""


def both_parts(z: Any) -> Any:
    """The real and the imaginary part, as one real array."""
    return np.stack([np.real(z), np.imag(z)])


def turned(x: Any) -> Any:
    """A complex array made of a real one."""
    return x * (1.0 + 0.5j) + 0.3j * x**2


def hermitian(x: Any) -> Any:
    """A Hermitian matrix made of a real one."""
    return (x + x.T) + 1j * (x - x.T)


def _complex_ufuncs() -> list[Call]:
    names = (
        "negative positive square reciprocal sqrt exp exp2 expm1 log log2 log10 log1p sin cos tan "
        "arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh conjugate absolute sign angle"
    ).split()
    point = np.array([0.7, -0.6, 1.9, 0.4])
    calls: list[Call] = [
        (f"complex {f.__name__}", lambda x, f=f: both_parts(f(turned(x))), point)
        for f in (getattr(np, name) for name in names)
    ]
    for name in ("add", "subtract", "multiply", "divide", "power"):
        f = getattr(np, name)
        calls += [
            (f"complex {name}", lambda x, f=f: both_parts(f(turned(x), x[::-1] - 0.3j)), point),
            (f"complex {name} left", lambda x, f=f: both_parts(f(turned(x), 1.7)), point),
            (f"complex {name} right", lambda x, f=f: both_parts(f(0.5 + 1j, x)), point),
        ]
    return calls


COMPLEX: list[Call] = [
    *_complex_ufuncs(),
    ("real", lambda x: np.real(x), V),
    ("imag of reals", lambda x: np.imag(x) + x, V),
    ("attributes of complex", lambda x: turned(x).real * turned(x).imag, V),
    ("angle in degrees", lambda x: np.angle(turned(x), deg=True), V),
    ("angle of reals", lambda x: np.angle(x) * x, V),
    ("real_if_close", lambda x: np.real_if_close(x + 0j), V),
    ("real_if_close not", lambda x: both_parts(np.real_if_close(turned(x))), V),
    ("complex sum", lambda x: both_parts(np.sum(turned(x), axis=1)), M),
    ("complex prod", lambda x: both_parts(np.prod(turned(x), axis=1)), M),
    ("complex cumsum", lambda x: both_parts(np.cumsum(turned(x))), V),
    ("complex mean", lambda x: both_parts(np.mean(turned(x), axis=0)), M),
    ("complex var", lambda x: np.var(turned(x), axis=0), M),
    ("complex std", lambda x: np.std(turned(x)), M),
    ("complex matmul", lambda x: both_parts(turned(x) @ np.conj(turned(x)).T), M),
    ("complex matmul real", lambda x: both_parts(x @ (S + 1j)), M),
    ("complex einsum", lambda x: both_parts(np.einsum("ij,kj->ik", turned(x), x)), M),
    ("complex vdot", lambda x: both_parts(np.vdot(turned(x), x + 1j)), V),
    ("complex index", lambda x: both_parts(turned(x)[[2, 0, 2]]), V),
    ("complex where", lambda x: both_parts(np.where(x > 0, turned(x), x)), V),
    ("complex concatenate", lambda x: both_parts(np.concatenate([x, turned(x)])), V),
    ("complex setitem", lambda x: both_parts(_written(x)), V),
    ("complex norm", lambda x: np.linalg.norm(turned(x), axis=1), M),
    ("complex norm 3", lambda x: np.linalg.norm(turned(x), 3), V),
    ("complex solve", lambda x: both_parts(np.linalg.solve(turned(x), x)), S),
    ("complex inv", lambda x: both_parts(np.linalg.inv(turned(x))), S),
    ("complex det", lambda x: both_parts(np.linalg.det(turned(x))), S),
    ("complex slogdet", lambda x: np.linalg.slogdet(turned(x))[1], S),
    ("complex slogdet sign", lambda x: both_parts(np.linalg.slogdet(turned(x))[0]), S),
    ("complex cholesky", lambda x: both_parts(np.linalg.cholesky(hermitian(x) + 9 * np.eye(3))), S),
]


def _written(x: Any) -> Any:
    z = np.conjugate(x + 0j)
    z[1] = 1j * x[0] * x[2]
    return z * z


def _reconstructed(function: Any, x: Any) -> Any:
    """A function of a matrix through its eigenvalues."""
    values, vectors = np.linalg.eig(x)
    return np.real(vectors @ (function(values)[..., None] * np.linalg.inv(vectors)))


def _spectral_square(x: Any, triangle: str = "L") -> Any:
    values, vectors = np.linalg.eigh(x, triangle)
    return (vectors * np.exp(values)[..., None, :]) @ np.conj(np.swapaxes(vectors, -1, -2))


def _polar(x: Any) -> Any:
    left, _, right = np.linalg.svd(x, full_matrices=False)
    return left @ right


def _complement(x: Any) -> Any:
    right = np.linalg.svd(x)[2]
    return right[2:].T @ right[2:]


def _signed_qr(x: Any, mode: str = "reduced") -> Any:
    q, r = np.linalg.qr(x, mode)
    n = min(r.shape)
    signs = np.sign(np.diagonal(r))
    return np.concatenate([np.ravel(q[:, :n] * signs), np.ravel(r[:n] * signs[:, None])])


def _last_projector(x: Any) -> Any:
    q = np.linalg.qr(x, "complete")[0]
    return q[:, 2:] @ q[:, 2:].T


DECOMPOSITIONS: list[Call] = [
    ("eigvalsh", lambda x: np.linalg.eigvalsh(x), S),
    ("eigvalsh upper", lambda x: np.linalg.eigvalsh(x, "U"), S),
    ("eigvalsh complex", lambda x: np.linalg.eigvalsh(hermitian(x)), S),
    ("eigvalsh batch", lambda x: np.linalg.eigvalsh(x), B),
    ("eigh vectors", lambda x: np.linalg.eigh(x)[1] ** 2, S),
    ("eigh function", lambda x: _spectral_square(x), S),
    ("eigh function upper", lambda x: _spectral_square(x, "U"), S),
    ("eigh function batch", lambda x: _spectral_square(x), B),
    ("eigh function complex", lambda x: both_parts(_spectral_square(hermitian(x))), S),
    ("eigvals", lambda x: np.sort(np.linalg.eigvals(x).real), S),
    ("eigvals complex pair", lambda x: np.sort(np.abs(np.linalg.eigvals(x)))[::2], TURNING),
    ("eigvals batch", lambda x: np.sort(np.abs(np.linalg.eigvals(x))), B),
    ("eig function", lambda x: _reconstructed(np.exp, x), TURNING),
    ("eig function batch", lambda x: _reconstructed(np.exp, x), B),
    ("eig of complex", lambda x: np.sort(np.linalg.eig(turned(x)).eigenvalues.imag), S),
    ("svdvals", lambda x: np.linalg.svdvals(x), M),
    ("svd values", lambda x: np.linalg.svd(x, compute_uv=False), M.T),
    ("svd values batch", lambda x: np.linalg.svd(x, compute_uv=False), B),
    ("svd values complex", lambda x: np.linalg.svd(turned(x), compute_uv=False), M),
    ("svd named", lambda x: np.linalg.svd(x).S, M),
    ("svd left", lambda x: np.linalg.svd(x, full_matrices=False)[0] ** 2, M.T),
    ("svd right", lambda x: np.linalg.svd(x, full_matrices=False)[2] ** 2, M),
    ("svd full", lambda x: _complement(x), M),
    ("polar", lambda x: _polar(x), M),
    ("polar batch", lambda x: _polar(x), B),
    ("polar complex", lambda x: both_parts(_polar(turned(x))), S),
    ("qr", lambda x: _signed_qr(x), M.T),
    ("qr square", lambda x: _signed_qr(x), S),
    ("qr wide", lambda x: _signed_qr(x), M),
    ("qr complete", lambda x: _signed_qr(x, "complete"), M.T),
    ("qr complete projector", lambda x: _last_projector(x), M.T),
    ("qr r", lambda x: np.abs(np.linalg.qr(x, "r")), M.T),
    ("qr complex", lambda x: np.abs(np.linalg.qr(turned(x), "r")), M.T),
    ("qr batch", lambda x: np.linalg.qr(x)[0] ** 2, B),
    ("pinv", lambda x: np.linalg.pinv(x), M),
    ("pinv tall", lambda x: np.linalg.pinv(x), M.T),
    ("pinv low rank", lambda x: np.linalg.pinv(np.outer(x[0], x[1]), 1e-9), M),
    ("pinv batch", lambda x: np.linalg.pinv(x), B),
    ("pinv complex", lambda x: both_parts(np.linalg.pinv(turned(x))), M),
    ("lstsq", lambda x: np.linalg.lstsq(x, np.array([1.0, 2.0, 0.5]))[0], M.T),
    ("lstsq right", lambda x: np.linalg.lstsq(M.T, x**2)[0], V[:3]),
    ("lstsq residual", lambda x: np.linalg.lstsq(x, S)[1], M.T),
    ("cond", lambda x: np.linalg.cond(x), S),
    ("cond 1", lambda x: np.linalg.cond(x, 1), S),
    ("matrix_rank", lambda x: np.linalg.matrix_rank(x) * x, M),
    ("tensorinv", lambda x: np.linalg.tensorinv(x.reshape(3, 1, 3), ind=1), S),
    ("tensorsolve", lambda x: np.linalg.tensorsolve(x, np.ones(3)), S),
    ("norm nuclear", lambda x: np.linalg.norm(x, "nuc"), M),
    ("norm nuclear axes", lambda x: np.linalg.norm(x, "nuc", axis=(0, 2)), T),
    ("norm 2", lambda x: np.linalg.norm(x, 2), M),
    ("norm -2", lambda x: np.linalg.norm(x, -2, keepdims=True), M),
    ("norm 2 axes", lambda x: np.linalg.norm(x, 2, axis=(2, 0), keepdims=True), T),
    ("matrix_norm", lambda x: np.linalg.matrix_norm(x, ord=2), B),
    ("linalg.cross", lambda x: np.linalg.cross(x, [1.0, 2.0, 3.0]), M),
    ("linalg.vecdot", lambda x: np.linalg.vecdot(x, M), M),
    ("linalg.outer", lambda x: np.linalg.outer(x, x**2), V),
]


def _transforms() -> list[Call]:
    calls: list[Call] = []
    for name in ("fft", "ifft", "rfft", "ihfft", "irfft", "hfft"):
        f = getattr(np.fft, name)
        prepare: Any = (lambda x: x) if name in ("rfft", "ihfft") else turned
        for label, options in (
            ("", {}),
            ("axis=0", {"axis": 0}),
            ("n=5 ortho", {"n": 5, "norm": "ortho"}),
            ("n=2 forward", {"n": 2, "norm": "forward"}),
        ):
            calls.append(
                (
                    f"{name} {label}",
                    lambda x, f=f, p=prepare, o=options: both_parts(f(p(x), **o)),
                    M,
                )
            )
    for name in ("fft2", "ifft2", "fftn", "ifftn", "rfft2", "rfftn", "irfft2", "irfftn"):
        f = getattr(np.fft, name)
        prepare = (lambda x: x) if name.startswith("rfft") else turned
        for label, options in (
            ("", {}),
            ("axes", {"axes": (0, 2)}),
            ("s", {"s": (3, 3), "axes": (0, 1), "norm": "ortho"}),
        ):
            calls.append(
                (
                    f"{name} {label}",
                    lambda x, f=f, p=prepare, o=options: both_parts(f(p(x), **o)),
                    T,
                )
            )
    return calls


TRANSFORMS: list[Call] = [
    *_transforms(),
    ("spectrum", lambda x: np.abs(np.fft.rfft(x)) ** 2, V),
    ("fftshift", lambda x: np.fft.fftshift(x), M),
    ("fftshift axes", lambda x: np.fft.fftshift(x, axes=1), M),
    ("ifftshift", lambda x: np.fft.ifftshift(x), M),
]

CALLS_OF_MATRICES: list[Call] = COMPLEX + DECOMPOSITIONS + TRANSFORMS
