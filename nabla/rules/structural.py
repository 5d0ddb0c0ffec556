"""Linear operations that move elements about, each with its transpose.

A few canonical ones carry all of NumPy's: whatever only rearranges elements (take, roll, flip,
tile, sort, tril, …) is a `gather`, because handing the function an array of positions instead
of values tells where each element went (`composite.shapes.moving`).
"""

from __future__ import annotations

import math
import typing
from collections.abc import Sequence
from typing import Any

import numpy as np

from nabla.result import Array, is_array
from nabla.rules.parts import imaginary_part, real_part
from nabla.rules.primitives import primitive
from nabla.rules.rule import (
    Explicit,
    Operation,
    Parameters,
    Rule,
    Value,
    Variadic,
    aligned,
    is_complex,
    linear,
    unbroadcast,
)


@primitive
def getitem(x: Value, *, key: Any) -> Value:
    """x[key]: a view for a basic key (integers, slices, None, Ellipsis), else a copy."""
    return x[key]


def is_basic(key: Any) -> bool:
    """Whether NumPy answers x[key] with a view."""
    return all(_is_basic_part(part) for part in _parts(key))


def _parts(key: Any) -> tuple[Any, ...]:
    return typing.cast("Any", key) if isinstance(key, tuple) else (key,)


def _is_basic_part(part: Any) -> bool:
    basic = (int, np.integer, slice, type(None), type(Ellipsis))
    return isinstance(part, basic) and not isinstance(part, bool)


def _keeps_places(key: Any) -> bool:
    """Whether an axis put in front of x would stay in front of x[key].

    NumPy moves the axes that index arrays make to the front when a slice separates them.
    """
    picks = [k for k, part in enumerate(_parts(key)) if not isinstance(part, _SPANS)]
    return is_basic(key) or picks[-1] - picks[0] == len(picks) - 1


_SPANS = (slice, type(None), type(Ellipsis))


def positions_of(key: Any, shape: tuple[int, ...]) -> Array:
    """The flat positions x[key] picks from an x of this shape."""
    return np.asarray(np.reshape(np.arange(math.prod(shape)), shape)[key])


def _getitem_push(t: Value, y: Value, x: Value, *, key: Any) -> Value:
    if _keeps_places(key):
        return t[(slice(None), *_parts(key))]
    return gather(t, positions=positions_of(key, np.shape(x)), shape=np.shape(x))


def _getitem_pull(c: Value, y: Value, x: Value, *, key: Any) -> Value:
    shape = np.shape(x)
    if is_array(c) and is_basic(key):
        into = np.zeros(shape, dtype=c.dtype)
        into[key] = c
        return into
    return scatter(c, positions=positions_of(key, shape), shape=shape)


@primitive
def gather(x: Value, *, positions: Array, shape: tuple[int, ...]) -> Value:
    """Pick elements by flat position; a position of -1 gives 0.

    Args:
        x: shape (*batch, *shape).
        positions: integers into the flattened shape.
        shape: the trailing part of x's shape that is indexed.

    Returns:
        shape (*batch, *positions.shape).
    """
    batch = np.shape(x)[: x.ndim - len(shape)]
    flat = np.reshape(x, (*batch, -1))
    if not flat.shape[-1]:
        return np.zeros((*batch, *positions.shape))
    picked = flat[..., positions]
    return np.where(positions < 0, 0.0, picked) if (positions < 0).any() else picked


@primitive
def scatter(x: Value, *, positions: Array, shape: tuple[int, ...]) -> Value:
    """Add elements up at flat positions of a new array of zeros: the transpose of `gather`.

    Args:
        x: shape (*batch, *positions.shape).
        positions: integers into the flattened shape; -1 drops the element.
        shape: the trailing shape of the result.

    Returns:
        shape (*batch, *shape).
    """
    batch = np.shape(x)[: np.ndim(x) - positions.ndim]
    into = np.zeros((*batch, math.prod(shape)), dtype=np.asarray(x).dtype)
    kept = positions >= 0
    where: Any = (..., positions[kept])
    np.add.at(into, where, np.asarray(x)[..., kept])
    return np.reshape(into, (*batch, *shape))


@primitive
def reshape(x: Value, *, shape: tuple[int, ...]) -> Value:
    """x with the same elements in another shape, in C order."""
    return np.reshape(x, shape)


@primitive
def ravel(x: Value) -> Value:
    """x flat, in C order: a view where x is contiguous, else a copy (`reshape` may do without)."""
    return np.ravel(x)


def _ravel_push(t: Value, y: Value, x: Value) -> Value:
    flat = np.reshape(t, (np.shape(t)[0], -1))
    return flat if np.may_share_memory(y, x) else np.copy(flat)


@primitive
def transpose(x: Value, *, axes: tuple[int, ...]) -> Value:
    """x with its axes permuted; axes are counted from the front."""
    return np.transpose(x, axes)


def _transpose_push(t: Value, y: Value, x: Value, *, axes: tuple[int, ...]) -> Value:
    return np.transpose(t, (0, *(axis + 1 for axis in axes)))


def _transpose_pull(c: Value, y: Value, x: Value, *, axes: tuple[int, ...]) -> Value:
    return np.transpose(c, tuple(np.argsort(axes).tolist()))


@primitive
def diagonal(x: Value, *, offset: int, axis1: int, axis2: int) -> Value:
    """The diagonals of the planes of two axes, as the last axis; axes count from the front."""
    return np.diagonal(x, offset, axis1, axis2)


def _diagonal_push(t: Value, y: Value, x: Value, *, offset: int, axis1: int, axis2: int) -> Value:
    return np.diagonal(t, offset, axis1 + 1, axis2 + 1)


def _diagonal_pull(c: Value, y: Value, x: Value, *, offset: int, axis1: int, axis2: int) -> Value:
    shape = np.shape(x)
    places = np.reshape(np.arange(math.prod(shape)), shape)
    positions = np.diagonal(places, offset, axis1, axis2)
    return scatter(c, positions=positions, shape=shape)


@primitive
def broadcast_to(x: Value, *, shape: tuple[int, ...]) -> Value:
    """x repeated along new or stretched axes."""
    return np.broadcast_to(x, shape)


def _broadcast_push(t: Value, y: Value, x: Value, *, shape: tuple[int, ...]) -> Value:
    stretched = aligned(t, np.ndim(x), len(shape))
    return np.broadcast_to(stretched, (np.shape(t)[0], *shape))


@primitive
def copy(x: Value) -> Value:
    """A fresh copy of x."""
    return np.asarray(x).copy()


@primitive
def join(*arrays: Value, axis: int) -> Value:
    """Arrays one after another along an axis that they have, counted from the end."""
    return np.concatenate(arrays, axis=axis)


def _join_push(
    tangents: Sequence[Value | None], y: Value, operands: Sequence[Value], *, axis: int
) -> Value:
    seeds = next(np.shape(t)[0] for t in tangents if t is not None)
    parts = [
        np.zeros((seeds, *np.shape(x))) if t is None else t
        for t, x in zip(tangents, operands, strict=True)
    ]
    return np.concatenate(parts, axis=axis)


def _join_pull(position: int, c: Value, y: Value, operands: Sequence[Value], *, axis: int) -> Value:
    lengths = [np.shape(x)[axis] for x in operands]
    start = sum(lengths[:position])
    along = (slice(None),) * (np.ndim(y) + axis)
    return c[(*along, slice(start, start + lengths[position]))]


@primitive
def pile(*arrays: Value) -> Value:
    """Numbers, or arrays of one shape, along a new first axis."""
    return np.array(arrays)


def _pile_push(tangents: Sequence[Value | None], y: Value, operands: Sequence[Value]) -> Value:
    seeds = next(np.shape(t)[0] for t in tangents if t is not None)
    still = np.zeros((seeds, *np.shape(y)[1:]))
    return np.stack([still if t is None else t for t in tangents], axis=1)


def _pile_pull(position: int, c: Value, y: Value, operands: Sequence[Value]) -> Value:
    return c[position]


@primitive
def cast(x: Value, *, dtype: np.dtype[Any]) -> Value:
    """A copy of x in another type of floating-point number."""
    return np.asarray(x).astype(dtype)[()]


@primitive
def choose(a: Value, b: Value, *, condition: Value) -> Value:
    """a where the condition holds, else b, broadcast against each other."""
    numpy: Any = np  # whose stubs know no choice between duck arrays
    return numpy.where(condition, a, b)


def _choose_push(
    tangents: Sequence[Value | None], y: Value, operands: Sequence[Value], *, condition: Array
) -> Value:
    of_a, of_b = (
        0.0 if t is None else aligned(t, np.ndim(x), np.ndim(y))
        for t, x in zip(tangents, operands, strict=True)
    )
    return choose(of_a, of_b, condition=condition)


def _choose_pull(
    position: int, c: Value, y: Value, operands: Sequence[Value], *, condition: Array
) -> Value:
    kept = np.where(condition, c, 0.0) if position == 0 else np.where(condition, 0.0, c)
    return unbroadcast(kept, np.shape(operands[position]))


STRUCTURAL: dict[Operation, Rule] = {
    getitem: Explicit((_getitem_push,), (_getitem_pull,)),
    gather: linear(
        lambda t, y, x, **where: gather(t, **where), lambda c, y, x, **where: scatter(c, **where)
    ),
    scatter: linear(
        lambda t, y, x, **where: scatter(t, **where), lambda c, y, x, **where: gather(c, **where)
    ),
    reshape: linear(
        lambda t, y, x, *, shape: np.reshape(t, np.shape(t)[:1] + np.shape(y)),
        lambda c, y, x, *, shape: np.reshape(c, np.shape(x)),
    ),
    ravel: linear(_ravel_push, lambda c, y, x: np.reshape(c, np.shape(x))),
    transpose: Explicit((_transpose_push,), (_transpose_pull,)),
    diagonal: Explicit((_diagonal_push,), (_diagonal_pull,)),
    broadcast_to: Explicit(
        (_broadcast_push,), (lambda c, y, x, *, shape: unbroadcast(c, np.shape(x)),)
    ),
    copy: linear(lambda t, y, x: np.copy(t), lambda c, y, x: c),
    np.conjugate: linear(lambda t, y, x: np.conjugate(t), lambda c, y, x: np.conjugate(c)),
    cast: linear(
        # wide enough for what may follow: the tangent of a float32 need not be as coarse
        lambda t, y, x, *, dtype: cast(t, dtype=np.dtype(complex)) if is_complex(y) else t,
        lambda c, y, x, *, dtype: c,
    ),
    pile: Variadic(_pile_push, _pile_pull),
    join: Variadic(_join_push, _join_pull),
    choose: Variadic(_choose_push, _choose_pull),
}

_VIEWS: frozenset[Operation] = frozenset(
    {reshape, ravel, transpose, diagonal, broadcast_to, real_part, imaginary_part}
)


def may_be_view(operation: Operation, parameters: Parameters) -> bool:
    """Whether the result may share memory with the operand, as NumPy's does."""
    return operation in _VIEWS or (operation is getitem and is_basic(parameters["key"]))
