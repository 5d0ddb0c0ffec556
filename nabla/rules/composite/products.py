"""Products, norms and linear algebra in terms of matmul, einsum and the linear-algebra rules."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from nabla.rules import linalg, products
from nabla.rules.arguments import as_operand, refuse_options
from nabla.rules.constant import determinant_sign
from nabla.rules.rule import Operation, Value, adjoint, is_complex

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def _dot(a: Value, b: Value, out: Any = None) -> Value:
    refuse_options("dot", out=out)
    a, b = as_operand(a), as_operand(b)
    if a.ndim == 0 or b.ndim == 0:
        return a * b
    if b.ndim <= 2:
        return np.matmul(a, b)
    return np.tensordot(a, b, axes=(-1, -2))


def _inner(a: Value, b: Value) -> Value:
    a, b = as_operand(a), as_operand(b)
    return a * b if a.ndim == 0 or b.ndim == 0 else np.tensordot(a, b, axes=(-1, -1))[()]


def _outer(a: Value, b: Value, out: Any = None) -> Value:
    refuse_options("outer", out=out)
    return np.reshape(as_operand(a), (-1, 1)) * np.reshape(as_operand(b), (1, -1))


def _vdot(a: Value, b: Value, /) -> Value:
    return np.sum(np.conjugate(np.ravel(as_operand(a))) * np.ravel(as_operand(b)))


def _tensordot(a: Value, b: Value, axes: Any = 2) -> Value:
    a, b = as_operand(a), as_operand(b)
    if isinstance(axes, int):
        of_a, of_b = list(range(a.ndim - axes, a.ndim)), list(range(axes))
    else:
        of_a, of_b = ([k] if isinstance(k, int) else list(k) for k in axes)
    of_a, of_b = [k % a.ndim for k in of_a], [k % b.ndim for k in of_b]
    free_a = [k for k in range(a.ndim) if k not in of_a]
    free_b = [k for k in range(b.ndim) if k not in of_b]
    folded = math.prod(a.shape[k] for k in of_a)
    left = np.reshape(np.transpose(a, free_a + of_a), (-1, folded)) if a.size else None
    right = np.reshape(np.transpose(b, of_b + free_b), (folded, -1)) if b.size else None
    shape = [a.shape[k] for k in free_a] + [b.shape[k] for k in free_b]
    if left is None or right is None:
        return np.zeros(shape)
    return np.reshape(np.matmul(left, right), shape)


def _kron(a: Value, b: Value) -> Value:
    a, b = as_operand(a), as_operand(b)
    ndim = max(a.ndim, b.ndim)
    rows = (1,) * (ndim - a.ndim) + a.shape
    columns = (1,) * (ndim - b.ndim) + b.shape
    left = np.reshape(a, [n for row in rows for n in (row, 1)])
    right = np.reshape(b, [n for column in columns for n in (1, column)])
    return np.reshape(left * right, [m * n for m, n in zip(rows, columns, strict=True)])


def _cross(
    a: Value, b: Value, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: Any = None
) -> Value:
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = np.moveaxis(as_operand(a), axisa, -1), np.moveaxis(as_operand(b), axisb, -1)
    if 2 in (a.shape[-1], b.shape[-1]):
        return _cross_in_the_plane(a, b, axisc)
    a1, a2, a3 = a[..., 0], a[..., 1], a[..., 2]
    b1, b2, b3 = b[..., 0], b[..., 1], b[..., 2]
    y = np.stack([a2 * b3 - a3 * b2, a3 * b1 - a1 * b3, a1 * b2 - a2 * b1], axis=-1)
    return np.moveaxis(y, -1, axisc)


def _cross_in_the_plane(a: Value, b: Value, axisc: int) -> Value:
    """Vectors of two components lie in the plane; two of them have a number as their product."""
    if a.shape[-1] == b.shape[-1] == 2:
        return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    a, b = (
        np.concatenate([v, np.zeros((*v.shape[:-1], 1))], axis=-1) if v.shape[-1] == 2 else v
        for v in (a, b)
    )
    return _cross(a, b, axisc=axisc)


def _trace(
    a: Value, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None, out: Any = None
) -> Value:
    refuse_options("trace", dtype=dtype, out=out)
    return np.sum(np.diagonal(a, offset, axis1, axis2), axis=-1)


def _einsum(*operands: Any, out: Any = None, optimize: Any = False, **options: Any) -> Value:
    refuse_options("einsum", out=out, **options)
    if isinstance(operands[0], str):
        subscripts, arrays = operands[0].replace(" ", ""), list(operands[1:])
    else:
        subscripts, arrays = _from_lists(operands)
    arrays = [as_operand(a) for a in arrays]
    spelled = _explicit(subscripts, arrays)
    letters, output = spelled.split("->")
    if set(letters) == set(output):  # nothing is summed: NumPy answers with a view
        return _rearranged(arrays[0], letters, output)
    return products.contract(*arrays, subscripts=spelled)


def _rearranged(a: Value, letters: str, output: str) -> Value:
    """einsum of one operand without a sum: diagonals, then a transpose, both views."""
    for letter in output:
        while letters.count(letter) > 1:
            first = letters.index(letter)
            second = letters.index(letter, first + 1)
            a = np.diagonal(a, axis1=first, axis2=second)
            letters = letters[:first] + letters[first + 1 : second] + letters[second + 1 :] + letter
    return np.transpose(a, [letters.index(letter) for letter in output])


def _from_lists(operands: tuple[Any, ...]) -> tuple[str, list[Value]]:
    """The form einsum(a, [0, 1], b, [1], [0]) as a string of subscripts."""
    count = len(operands) // 2
    arrays = [operands[2 * k] for k in range(count)]

    def spell(sublist: Any) -> str:
        return "".join("..." if k is Ellipsis else _LETTERS[k] for k in sublist)

    inputs = ",".join(spell(operands[2 * k + 1]) for k in range(count))
    return (f"{inputs}->{spell(operands[-1])}" if len(operands) % 2 else inputs), arrays


def _explicit(subscripts: str, arrays: list[Value]) -> str:
    """Subscripts with their output spelled out, small letters only, and no ellipsis left."""
    inputs, arrow, output = subscripts.partition("->")
    terms = inputs.split(",")
    letters = sorted(set(inputs + output) - set(",.->"))
    if not arrow:
        counts = {letter: inputs.count(letter) for letter in letters}
        output = ("..." if "." in inputs else "") + "".join(k for k in letters if counts[k] == 1)
    free = [letter for letter in _LETTERS if letter not in letters]
    renamed = {letter: letter if letter.islower() else free.pop() for letter in letters}
    widths = [
        a.ndim - len(term.replace("...", "")) if "..." in term else 0
        for a, term in zip(arrays, terms, strict=True)
    ]
    batch = "".join(free.pop() for _ in range(max(widths)))

    def spell(term: str, width: int) -> str:
        before, dots, after = term.partition("...")
        small = ["".join(renamed[letter] for letter in part) for part in (before, after)]
        return small[0] + (batch[len(batch) - width :] if dots else "") + small[1]

    spelled = [spell(term, width) for term, width in zip(terms, widths, strict=True)]
    return ",".join(spelled) + "->" + spell(output, len(batch))


def _solve(a: Value, b: Value) -> Value:
    a, b = as_operand(a), as_operand(b)
    if b.ndim > 1:
        return linalg.solve(a, b)
    y = linalg.solve(a, np.reshape(b, (-1, 1)))
    return np.reshape(y, np.shape(y)[:-1])


def _slogdet(a: Value) -> Any:
    kind = type(np.linalg.slogdet(np.eye(1)))  # NumPy's named pair, which has no public name
    sign = np.sign(linalg.determinant(a)) if is_complex(a) else determinant_sign(a)
    return kind(sign, linalg.log_abs_determinant(a))


def _cholesky(a: Value, /, *, upper: bool = False) -> Value:
    if upper:
        return adjoint(linalg.cholesky(adjoint(a)))
    return linalg.cholesky(a)


def _multi_dot(arrays: Any, *, out: Any = None) -> Value:
    refuse_options("linalg.multi_dot", out=out)
    y = arrays[0]
    for factor in arrays[1:]:
        y = np.dot(y, factor)
    return y


def _matrix_power(a: Value, n: int) -> Value:
    if n < 0:
        return _matrix_power(np.linalg.inv(a), -n)
    if n == 0:
        return np.zeros(a.shape) + np.eye(a.shape[-1])
    if n == 1:
        return np.copy(a)
    half = _matrix_power(a, n // 2)
    square = np.matmul(half, half)
    return np.matmul(square, a) if n % 2 else square


def _matvec(a: Value, b: Value) -> Value:
    return np.matmul(a, as_operand(b)[..., None])[..., 0]


def _vecmat(a: Value, b: Value) -> Value:
    return np.matmul(np.conjugate(as_operand(a))[..., None, :], b)[..., 0, :]


_SINCE_NUMPY_2_2 = {"matvec": _matvec, "vecmat": _vecmat}

PRODUCTS: dict[Operation, Callable[..., Any]] = {
    np.dot: _dot,
    np.inner: _inner,
    np.outer: _outer,
    np.vdot: _vdot,
    np.vecdot: lambda a, b: np.sum(np.conjugate(a) * b, axis=-1),
    np.tensordot: _tensordot,
    np.kron: _kron,
    np.cross: _cross,
    np.trace: _trace,
    np.einsum: _einsum,
    np.linalg.solve: _solve,
    np.linalg.inv: lambda a: linalg.inverse(a),
    np.linalg.det: lambda a: linalg.determinant(a),
    np.linalg.slogdet: _slogdet,
    np.linalg.cholesky: _cholesky,
    np.linalg.multi_dot: _multi_dot,
    np.linalg.matrix_power: _matrix_power,
    np.linalg.matmul: lambda a, b: np.matmul(a, b),
    np.linalg.outer: lambda x1, x2, /: _outer(x1, x2),
    np.linalg.cross: lambda x1, x2, /, *, axis=-1: _cross(x1, x2, axis=axis),
    np.linalg.vecdot: lambda x1, x2, /, *, axis=-1: np.sum(np.conjugate(x1) * x2, axis=axis),
    np.linalg.tensordot: lambda a, b, *, axes=2: _tensordot(a, b, axes),
    np.linalg.trace: lambda x, *, offset=0: _trace(x, offset, -2, -1),
    np.linalg.diagonal: lambda x, *, offset=0: np.diagonal(x, offset, -2, -1),
    np.linalg.matrix_transpose: lambda x: np.swapaxes(x, -1, -2),
    np.matrix_transpose: lambda x: np.swapaxes(x, -1, -2),
    **{getattr(np, name): f for name, f in _SINCE_NUMPY_2_2.items() if hasattr(np, name)},
}
