"""Calls of NumPy that nabla follows: (label, a function of one array, the point).

The tables hold one line per way of calling; the sweeps in test_rules.py run each of them through
every exact method and against the referee.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from calls_of_arrays import CALLS_OF_ARRAYS
from calls_of_matrices import CALLS_OF_MATRICES

from nabla.rules.structural import cast, pile

Call = tuple[str, Callable[[Any], Any], Any]

V = np.array([0.7, -1.3, 2.1, 0.4])
W = np.array([1.5, 0.2, -0.6, 2.2])
P = np.array([0.7, 1.3, 2.1, 0.4])
M = np.array([[0.7, -1.3, 2.1], [0.4, 1.9, -0.5]])
S = np.array([[3.0, 0.4, -0.2], [0.5, 2.0, 0.3], [0.1, -0.7, 1.5]])
SPD = np.array([[3.0, 0.4, -0.2], [0.4, 2.0, 0.3], [-0.2, 0.3, 1.5]])
B = np.stack([S, S.T + np.eye(3)])
T = (2.0 * np.sin(1.7 * np.arange(24.0)) + 0.03 * np.arange(24.0)).reshape(2, 3, 4)
Z = np.array([0.7, 0.0, 2.1, 0.0])


def _ufuncs() -> list[Call]:
    inside = np.array([-0.8, -0.1, 0.3, 0.9])
    above = np.array([1.1, 1.9, 2.5, 7.0])
    special = {
        np.arcsin: inside,
        np.arccos: inside,
        np.arctanh: inside,
        np.arccosh: above,
        np.log: P,
        np.log2: P,
        np.log10: P,
        np.sqrt: P,
    }
    unary = (
        "negative positive square reciprocal sqrt cbrt exp exp2 expm1 log log2 log10 log1p sin cos "
        "tan arcsin arccos arctan degrees rad2deg radians deg2rad sinh cosh tanh arcsinh arccosh "
        "arctanh absolute fabs conjugate"
    ).split()
    binary = (
        "add subtract multiply divide power float_power remainder fmod hypot logaddexp logaddexp2 "
        "arctan2 copysign maximum minimum fmax fmin"
    ).split()
    calls: list[Call] = []
    for name in unary:
        ufunc = getattr(np, name)
        point = special.get(ufunc, np.array([0.7, -0.6, 2.1, 0.4]))
        calls.append((name, ufunc, point))
        calls.append((f"{name} of a number", lambda x, u=ufunc: u(x[0]), point + 0.01))
    for name in binary:
        ufunc = getattr(np, name)
        calls += [
            (f"{name} both", lambda x, u=ufunc: u(x, x[::-1] + 0.5), P),
            (f"{name} left", lambda x, u=ufunc: u(x, 1.17), P),
            (f"{name} right", lambda x, u=ufunc: u(1.17, x), P),
            (f"{name} broadcast", lambda x, u=ufunc: u(x[:, None], x + 0.27), P),
            (f"{name} with array", lambda x, u=ufunc: u(np.abs(M[:, :1]) + 0.03, x), P),
            (f"{name} outer", lambda x, u=ufunc: u.outer(x, x[:2] + 0.25), P),
        ]
    return calls


UFUNCS: list[Call] = [
    *_ufuncs(),
    ("heaviside", lambda x: np.heaviside(x, 0.5) * x, V),
    ("heaviside at 0", lambda x: np.heaviside(0.0, x), V),
    ("ldexp", lambda x: np.ldexp(x, 3), V),
    ("power integer", lambda x: x**3, V),
    ("power zero", lambda x: x**0, Z),
    ("power at zero", lambda x: x**2, Z),
    ("power zero base", lambda x: np.power(0.0, x), P),
    ("power negative exponent", lambda x: x**-2, V),
    ("power list", lambda x: np.power(x, [1, 2, 3, 4]), V),
    ("rpow", lambda x: 2**x, V),
    ("remainder negative", lambda x: np.remainder(x, -0.6), V),
    ("fmod negative", lambda x: np.fmod(x, 0.6), V),
    ("divmod", lambda x: np.divmod(x, 0.6)[1], V),
    ("divmod builtin", lambda x: divmod(x[1], 0.6)[1], V),
    ("modf", lambda x: np.modf(x)[0] * x, V),
    ("frexp", lambda x: np.frexp(x)[0], V),
    ("floor division", lambda x: (x // 0.6) * x, V),
    ("rounding", lambda x: np.round(x, 1) * x + np.rint(x) * x, V),
    ("int", lambda x: int(x[2]) * x, V),
    ("sign", lambda x: np.sign(x) * x**2, V),
    ("add where", lambda x: np.multiply(x, 3.0, where=x > 0, out=x.copy()), V),
    ("reduce add", lambda x: np.add.reduce(x, axis=0), M),
    ("reduce add all", lambda x: np.add.reduce(x, axis=None), M),
    ("reduce multiply", lambda x: np.multiply.reduce(x, axis=1), M),
    ("reduce maximum", lambda x: np.maximum.reduce(x, axis=1), M),
    ("accumulate add", lambda x: np.add.accumulate(x), V),
    ("accumulate multiply", lambda x: np.multiply.accumulate(x), V),
]

REDUCTIONS: list[Call] = [
    *[
        (
            f"{name} axis={axis} keepdims={keepdims}",
            lambda x, a=axis, k=keepdims, n=name: getattr(np, n)(x, axis=a, keepdims=k),
            T,
        )
        for name in ("sum", "mean", "max", "min", "var", "std", "prod", "ptp", "median")
        for axis, keepdims in ((None, False), (0, False), (-1, True), ((0, 2), False), (1, False))
        if not (name == "ptp" and isinstance(axis, tuple))
    ],
    ("method sum", lambda x: x.sum(), M),
    ("method mean axis", lambda x: x.mean(0), M),
    ("method max", lambda x: x.max(axis=-1), M),
    ("method var ddof", lambda x: x.var(ddof=1), M),
    ("method std ddof", lambda x: x.std(axis=1, ddof=1), M),
    ("method prod", lambda x: x.prod(), M),
    ("method cumsum", lambda x: x.cumsum(), M),
    ("sum where", lambda x: np.sum(x, where=M > 0), M),
    ("mean where", lambda x: np.mean(x, axis=1, where=M > 0), M),
    ("max where", lambda x: np.max(x, where=M < 1, initial=-9.0), M),
    ("sum initial", lambda x: np.sum(x, initial=2.0), M),
    ("prod with zeros", lambda x: np.prod(x + 0.0), Z),
    ("prod with one zero", lambda x: np.prod(x[:3]), Z),
    ("prod initial", lambda x: np.prod(x, initial=2.0), V),
    ("cumsum axis 0", lambda x: np.cumsum(x, axis=0), T),
    ("cumsum axis -2", lambda x: np.cumsum(x, axis=-2), T),
    ("cumsum flat", lambda x: np.cumsum(x), M),
    ("cumprod axis", lambda x: np.cumprod(x, axis=1), M),
    ("cumprod zeros", lambda x: np.cumprod(x), Z),
    ("average", lambda x: np.average(x, weights=np.array([1.0, 2.0, 3.0, 4.0])), V),
    ("average by x", lambda x: np.average(x, weights=x**2), V),
    ("average axis", lambda x: np.average(x, axis=1, weights=[1.0, 2.0, 3.0]), M),
    ("max builtin", lambda x: max(x), V),
    ("sum builtin", lambda x: sum(x), V),
]

SHAPES: list[Call] = [
    ("reshape", lambda x: np.reshape(x, (3, 2)), M),
    ("reshape -1", lambda x: x.reshape(-1, 2), M),
    ("reshape F", lambda x: np.reshape(x, (3, 2), order="F"), M),
    ("reshape args", lambda x: x.reshape(3, 2), M),
    ("ravel", lambda x: np.ravel(x), M),
    ("ravel F", lambda x: x.ravel(order="F"), M),
    ("flatten", lambda x: x.flatten(), M),
    ("T", lambda x: x.T, M),
    ("mT", lambda x: x.mT, T),
    ("transpose axes", lambda x: np.transpose(x, (1, 2, 0)), T),
    ("transpose negative axes", lambda x: np.transpose(x, (-1, 0, 1)), T),
    ("method transpose", lambda x: x.transpose(2, 0, 1), T),
    ("swapaxes", lambda x: np.swapaxes(x, 0, 2), T),
    ("moveaxis", lambda x: np.moveaxis(x, 0, -1), T),
    ("moveaxis lists", lambda x: np.moveaxis(x, [0, 1], [-1, 0]), T),
    ("rollaxis", lambda x: np.rollaxis(x, 2), T),
    ("squeeze", lambda x: np.squeeze(x[None, :, None]), V),
    ("squeeze axis", lambda x: np.squeeze(x[None, :, None], axis=0), V),
    ("expand_dims", lambda x: np.expand_dims(x, 1), M),
    ("expand_dims several", lambda x: np.expand_dims(x, (0, 2)), M),
    ("atleast_1d", lambda x: np.atleast_1d(x[0]), V),
    ("atleast_2d", lambda x: np.atleast_2d(x), V),
    ("atleast_3d", lambda x: np.atleast_3d(x), M),
    ("broadcast_to", lambda x: np.broadcast_to(x, (2, 4)), V),
    ("copy", lambda x: np.copy(x), V),
    ("item", lambda x: x.item(2), V),
    ("tolist", lambda x: sum(sum(row) for row in x.tolist()), M),
    ("index", lambda x: x[1], V),
    ("index negative", lambda x: x[-1], M),
    ("index pair", lambda x: x[1, 2], M),
    ("slice", lambda x: x[1:3], V),
    ("slice step", lambda x: x[::-2], V),
    ("slice columns", lambda x: x[:, 1:], M),
    ("ellipsis", lambda x: x[..., 1], T),
    ("newaxis", lambda x: x[:, None], V),
    ("empty slice", lambda x: np.sum(x[2:2]), V),
    ("list index", lambda x: x[[2, 0, 2]], V),
    ("array index", lambda x: x[np.array([[0, 1], [1, 1]])], V),
    ("mask", lambda x: x[x > 0], V),
    ("mask matrix", lambda x: x[M > 0], M),
    ("mask rows", lambda x: x[np.array([True, False])], M),
    ("mixed index", lambda x: x[:, [0, 2]], M),
    ("separated index", lambda x: x[[0, 1], :, [1, 3]], T),
    ("pairs", lambda x: x[[0, 1], [2, 0]], M),
    ("ix_", lambda x: x[np.ix_([0, 1], [2, 0])], M),
    ("integer of numpy", lambda x: x[np.int64(1)], V),
    ("iterate rows", lambda x: sum(row[0] * row[1] for row in x), M),
    ("take", lambda x: np.take(x, [2, 0]), V),
    ("take axis", lambda x: x.take([2, 0], axis=1), M),
    ("take_along_axis", lambda x: np.take_along_axis(x, np.array([[0], [2]]), axis=1), M),
    ("roll", lambda x: np.roll(x, 1), M),
    ("roll axis", lambda x: np.roll(x, 1, axis=1), M),
    ("flip", lambda x: np.flip(x), M),
    ("flip axis", lambda x: np.flip(x, axis=1), M),
    ("fliplr", lambda x: np.fliplr(x), M),
    ("flipud", lambda x: np.flipud(x), M),
    ("rot90", lambda x: np.rot90(x), M),
    ("tile", lambda x: np.tile(x, (2, 1)), V),
    ("repeat", lambda x: np.repeat(x, 2), V),
    ("repeat axis", lambda x: np.repeat(x, [1, 2], axis=0), M),
    ("tril", lambda x: np.tril(x), S),
    ("triu", lambda x: np.triu(x, k=1), S),
    ("diag of vector", lambda x: np.diag(x), V),
    ("diag of matrix", lambda x: np.diag(x, k=1), S),
    ("diagonal", lambda x: np.diagonal(x, axis1=1, axis2=2), B),
    ("trace", lambda x: np.trace(x), S),
    ("trace batch", lambda x: x.trace(axis1=1, axis2=2), B),
    ("delete", lambda x: np.delete(x, 1), V),
    ("compress", lambda x: x.compress([True, False, True, False]), V),
    ("sort", lambda x: np.sort(x), V),
    ("sort axis", lambda x: np.sort(x, axis=0), T),
    ("sort flat", lambda x: np.sort(x, axis=None), M),
    ("argsort index", lambda x: x[np.argsort(x)], V),
    ("argmax index", lambda x: x[np.argmax(x)] * 2, V),
    ("concatenate", lambda x: np.concatenate([x, x[:2] ** 2, np.ones(2)]), V),
    ("concatenate axis", lambda x: np.concatenate([x, x[:, :1] * 2, M], axis=1), M),
    ("concatenate flat", lambda x: np.concatenate((x, x), axis=None), M),
    ("stack", lambda x: np.stack([x, x**2, W]), V),
    ("stack numbers", lambda x: np.stack([x[0], 2.0, x[1] * x[2]]), V),
    ("stack axis", lambda x: np.stack([x, x**2], axis=-1), M),
    ("vstack", lambda x: np.vstack([x, x**2]), V),
    ("hstack", lambda x: np.hstack([x, x**2]), M),
    ("dstack", lambda x: np.dstack([x, x**2]), M),
    ("column_stack", lambda x: np.column_stack([x, x**2, W]), V),
    ("append", lambda x: np.append(x, x[0]), V),
    ("split", lambda x: np.split(x, 2)[1], V),
    ("array_split", lambda x: np.array_split(x, 3)[0], V),
    ("where", lambda x: np.where(x > 0, x**2, -x), V),
    ("where number", lambda x: np.where(x > 0, x, 0.0), V),
    ("where broadcast", lambda x: np.where(M > 0, x, x[:1] ** 2), np.array([0.3, 0.8, 0.9])),
    ("where list", lambda x: np.where([True, False, True, False], x, 0), V),
    ("select", lambda x: np.select([x > 1, x > 0], [x**2, x**3], -x), V),
    ("clip", lambda x: np.clip(x, -1.0, 1.0), V),
    ("clip method", lambda x: x.clip(0.5), V),
    ("clip by x", lambda x: np.clip(W, x[1], x[0]), V),
    ("nan_to_num", lambda x: np.nan_to_num(x), V),
    ("sinc", lambda x: np.sinc(x), V),
    ("sinc at 0", lambda x: np.sinc(x), Z),
    ("resize", lambda x: np.resize(x, (2, 3)), V),
    ("setitem", lambda x: _written(x), V),
    ("setitem mask", lambda x: _masked(x), V),
    ("augmented", lambda x: _augmented(x), M),
    ("sort in place", lambda x: _sorted(x), V),
]

PRODUCTS: list[Call] = [
    ("matmul vector vector", lambda x: x @ (x**2), V),
    ("matmul matrix vector", lambda x: M @ x, np.array([0.3, 0.8, 0.9])),
    ("matmul vector matrix", lambda x: x @ M, np.array([0.3, 0.8])),
    ("matmul matrix matrix", lambda x: x @ M.T, M),
    ("matmul both", lambda x: x @ x.T, M),
    ("matmul batch", lambda x: B @ x, S),
    ("matmul batch left", lambda x: x @ S, B),
    ("matmul batch vector", lambda x: B @ x, np.array([0.3, 0.8, 0.9])),
    ("matmul vector batch", lambda x: x @ B, np.array([0.3, 0.8, 0.9])),
    ("matmul batch by vector", lambda x: x @ np.ones(3), B),
    ("rmatmul", lambda x: M @ x @ M, M.T),
    ("dot", lambda x: np.dot(x, W), V),
    ("dot method", lambda x: x.dot(x), V),
    ("dot number", lambda x: np.dot(2.0, x), V),
    ("dot list", lambda x: np.dot([1.0, 2.0, 3.0, 4.0], x), V),
    ("dot matrix", lambda x: np.dot(x, x.T), M),
    ("dot tensor", lambda x: np.dot(M, x), T.transpose(0, 1, 2)),
    ("inner", lambda x: np.inner(x, M), M),
    ("outer", lambda x: np.outer(x, x**2), V),
    ("vdot", lambda x: np.vdot(x, M), M),
    ("vecdot", lambda x: np.vecdot(x, M), M),
    ("tensordot 2", lambda x: np.tensordot(x, M, axes=2), M),
    ("tensordot 0", lambda x: np.tensordot(x, W, axes=0), V),
    ("tensordot axes", lambda x: np.tensordot(x, x, axes=([0, 2], [0, 2])), T),
    ("kron", lambda x: np.kron(x, M), M),
    ("kron vector", lambda x: np.kron(x, x), V),
    ("cross", lambda x: np.cross(x, [1.0, 2.0, 3.0]), M),
    ("einsum matmul", lambda x: np.einsum("ij,jk->ik", x, x.T), M),
    ("einsum implicit", lambda x: np.einsum("ij,jk", x, x.T), M),
    ("einsum trace", lambda x: np.einsum("ii", x), S),
    ("einsum diagonal", lambda x: np.einsum("ii->i", x), S),
    ("einsum sum out", lambda x: np.einsum("ij->j", x), M),
    (
        "einsum three",
        lambda x: np.einsum("i,j,ij->", x[:2], x[2:], np.ones((2, 2)) + np.outer(x[:2], x[:2])),
        V,
    ),
    ("einsum ellipsis", lambda x: np.einsum("...ij,...jk->...ik", x, S), B),
    ("einsum ellipsis implicit", lambda x: np.einsum("...i,i", x, np.ones(3)), B),
    ("einsum capital", lambda x: np.einsum("iZ,Zk->ik", x, x.T), M),
    ("einsum lists", lambda x: np.einsum(x, [0, 1], x.T, [1, 2], [0, 2]), M),
    ("einsum spaces optimize", lambda x: np.einsum("ij, jk -> ik", x, x.T, optimize=True), M),
    ("einsum transposed", lambda x: np.einsum("ijk->kji", x), T),
    ("einsum broadcast one", lambda x: np.einsum("ij,ij->ij", x, np.ones((1, 3))), M),
    ("norm", lambda x: np.linalg.norm(x), M),
    ("norm vector", lambda x: np.linalg.norm(x), V),
    ("norm keepdims", lambda x: np.linalg.norm(x, keepdims=True), M),
    *[
        (f"norm vector {order}", lambda x, o=order: np.linalg.norm(x, o), V)
        for order in (1, 2, 3, 0.5, np.inf, -np.inf)
    ],
    *[
        (f"norm matrix {order}", lambda x, o=order: np.linalg.norm(x, o), M)
        for order in ("fro", 1, -1, np.inf, -np.inf)
    ],
    ("norm axis", lambda x: np.linalg.norm(x, axis=1), M),
    ("norm axes", lambda x: np.linalg.norm(x, axis=(0, 2)), T),
    ("norm axes 1", lambda x: np.linalg.norm(x, 1, axis=(0, 2), keepdims=True), T),
    ("vector_norm", lambda x: np.linalg.vector_norm(x, axis=1), M),
    ("solve vector", lambda x: np.linalg.solve(x, np.array([1.0, 2.0, 3.0])), S),
    ("solve right", lambda x: np.linalg.solve(S, x), np.array([0.3, 0.8, 0.9])),
    ("solve matrix", lambda x: np.linalg.solve(x, x.T), S),
    ("solve batch", lambda x: np.linalg.solve(x, np.eye(3)), B),
    ("solve batch right", lambda x: np.linalg.solve(B, x), S),
    ("inv", lambda x: np.linalg.inv(x), S),
    ("inv batch", lambda x: np.linalg.inv(x), B),
    ("det", lambda x: np.linalg.det(x), S),
    ("det batch", lambda x: np.linalg.det(x), B),
    ("det one", lambda x: np.linalg.det(x), np.array([[2.5]])),
    ("slogdet", lambda x: np.linalg.slogdet(x)[1], S),
    ("slogdet named", lambda x: np.linalg.slogdet(x).logabsdet * np.linalg.slogdet(x).sign, -S),
    ("slogdet batch", lambda x: np.linalg.slogdet(x)[1], B),
    ("cholesky", lambda x: np.linalg.cholesky(x), SPD),
    ("cholesky batch", lambda x: np.linalg.cholesky(x), np.stack([SPD, 2 * SPD + np.eye(3)])),
    ("cholesky of a product", lambda x: np.linalg.cholesky(x @ x.T + np.eye(2)), M),
    ("cholesky upper", lambda x: np.linalg.cholesky(x, upper=True), SPD),
    ("multi_dot", lambda x: np.linalg.multi_dot([x, x.T, x]), M),
    ("matrix_power", lambda x: np.linalg.matrix_power(x, 3), S),
    ("matrix_power negative", lambda x: np.linalg.matrix_power(x, -2), S),
]


if hasattr(np, "matvec"):  # since NumPy 2.2
    PRODUCTS += [
        ("matvec", lambda x: np.matvec(x, np.ones(3)), B),
        ("matvec right", lambda x: np.matvec(B, x), np.array([0.3, 0.8, 0.9])),
        ("vecmat", lambda x: np.vecmat(x, B), np.array([0.3, 0.8, 0.9])),
    ]


def _written(x: Any) -> Any:
    y = x.copy()
    y[0] = x[1] * x[2]
    y[1:3] = x[:2] ** 2
    y[3] = 5.0
    return y


def _masked(x: Any) -> Any:
    y = x * 1.0
    y[y < 0.5] = 0.25
    y[[0, 2]] *= x[1]
    return y


def _augmented(x: Any) -> Any:
    y = x * 1.0
    y += x**2
    row = y[1]
    row *= x[0]
    flat = y.reshape(-1)
    flat[0] -= x[1, 2]
    y /= 2.0
    y **= 2
    total = x[0, 0]
    total += y.sum()
    return y * total


def _sorted(x: Any) -> Any:
    y = x.copy()
    y.sort()
    return y


WRITINGS: list[Call] = [
    ("a list of numbers as an array", lambda x: pile(x[0], 2.0, x[1] * x[2]), V),
    ("rows as an array", lambda x: pile(x[:2], x[2:]), V),
    ("astype", lambda x: cast(x, dtype=np.dtype(float)) * x, V),
]


CALLS: list[Call] = (
    WRITINGS + UFUNCS + REDUCTIONS + SHAPES + PRODUCTS + CALLS_OF_ARRAYS + CALLS_OF_MATRICES
)
