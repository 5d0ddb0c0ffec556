"""Functions that pick, replace, join or order elements of one or several arrays.

What several arrays' elements only move into is asked where it moves them: the arrays are numbered
through, NumPy moves the numbers, and one `gather` follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

import numpy

from nabla.result import Array
from nabla.rules import structural
from nabla.rules.arguments import as_operand
from nabla.rules.constant import plain
from nabla.rules.rule import Operation, Value

np: Any = numpy  # to a type checker, NumPy's functions take no lifted values


def _numbered(arrays: Sequence[Value]) -> tuple[Value, list[Array]]:
    """All elements in one row, and for each array their places in it."""
    ends = np.cumsum([0, *(np.size(a) for a in arrays)])
    places = [
        np.reshape(np.arange(start, end), np.shape(a))
        for a, start, end in zip(arrays, ends[:-1], ends[1:], strict=True)
    ]
    return np.concatenate([np.ravel(as_operand(a)) for a in arrays]), places


def _gathered(row: Value, places: Any) -> Value:
    return structural.gather(row, positions=np.asarray(places), shape=np.shape(row))


def _insert(arr: Value, obj: Any, values: Value, axis: Any = None) -> Value:
    row, (places, others) = _numbered([as_operand(arr), as_operand(values)])
    return _gathered(row, np.insert(places, obj, others, axis))


def _choose(a: Value, choices: Sequence[Value], out: Any = None, mode: Any = "raise") -> Value:
    row, places = _numbered([as_operand(choice) for choice in choices])
    return _gathered(row, np.choose(plain(a).astype(int), cast("Any", places), mode=mode))


def _leaves(tree: Any) -> Iterator[Value]:
    if isinstance(tree, list):
        for branch in cast("list[Any]", tree):
            yield from _leaves(branch)
    else:
        yield as_operand(tree)


def _block(arrays: Any) -> Value:
    row, places = _numbered(list(_leaves(arrays)))
    leaves = iter(places)

    def renamed(tree: Any) -> Any:
        if isinstance(tree, list):
            return [renamed(branch) for branch in cast("list[Any]", tree)]
        return next(leaves)

    return _gathered(row, np.block(renamed(arrays)))


def _in_place(function: Operation, target: int = 0, source: int = 2) -> Callable[..., None]:
    """Functions that write into their first argument: of its new elements, each was somewhere."""

    def composite(*args: Any, **options: Any) -> None:
        given = list(args)
        into = given[target]
        row, (places, others) = _numbered([into, as_operand(given[source])])
        moved = places.copy()
        given[target], given[source] = moved, others
        function(*given, **options)
        into[...] = _gathered(row, moved)

    return composite


def _copyto(dst: Value, src: Value, casting: str = "same_kind", where: Any = True) -> None:
    dst[...] = src if where is True else np.where(where, src, dst)


def _put(a: Value, ind: Any, v: Value, mode: Any = "raise") -> None:
    _in_place(np.put)(a, ind, v, mode)


def _partition(
    a: Value, kth: Any, axis: Any = -1, kind: Any = "introselect", order: Any = None
) -> Value:
    a, axis = (np.ravel(a), -1) if axis is None else (as_operand(a), axis)
    # NumPy's two ways, partition and argpartition, may order the parts differently
    ordered = np.partition(plain(a), kth, axis)
    ranks = np.argsort(np.argsort(ordered, axis=axis, kind="stable"), axis=axis)
    places = np.take_along_axis(np.argsort(a, axis=axis, kind="stable"), ranks, axis)
    return np.take_along_axis(a, places, axis)


def _unique(
    ar: Value,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: Any = None,
    **options: Any,
) -> Any:
    ar = as_operand(ar)
    found = np.unique(plain(ar), True, return_inverse, return_counts, axis, **options)
    index = found[1]
    y = np.ravel(ar)[index] if axis is None else np.take(ar, index, axis)
    rest = found[1:] if return_index else found[2:]
    return (y, *rest) if rest else y


def _intersect1d(
    ar1: Value, ar2: Value, assume_unique: bool = False, return_indices: bool = False
) -> Any:
    found = np.intersect1d(plain(ar1), plain(ar2), assume_unique, True)
    y = np.ravel(as_operand(ar1))[found[1]]
    return (y, found[1], found[2]) if return_indices else y


def _setdiff1d(ar1: Value, ar2: Value, assume_unique: bool = False) -> Value:
    first = np.ravel(as_operand(ar1)) if assume_unique else np.unique(ar1)
    return first[np.logical_not(np.isin(plain(first), plain(ar2)))]


def _trim_zeros(filt: Value, trim: str = "fb", axis: Any = None) -> Value:
    filt = as_operand(filt)
    kept = np.nonzero(filt)[0]
    if not len(kept):
        return filt[:0]
    start = int(kept[0]) if "f" in trim.lower() else 0
    return filt[start : int(kept[-1]) + 1 if "b" in trim.lower() else len(filt)]


def _piecewise(x: Value, condlist: Any, funclist: Sequence[Any], *args: Any, **kw: Any) -> Value:
    x = as_operand(x)
    single = np.ndim(condlist) == 0 or (np.ndim(condlist[0]) == 0 and np.ndim(x) != 0)
    masks = [np.asarray(plain(c), dtype=bool) for c in ([condlist] if single else condlist)]
    if len(masks) == len(funclist) - 1:
        masks.append(~np.any(masks, axis=0))
    y: Value = np.zeros(np.shape(x))
    for condition, function in zip(masks, funclist, strict=True):
        mask = np.broadcast_to(condition, np.shape(x))
        if not mask.any():
            continue
        value = function(x[mask], *args, **kw) if callable(function) else function
        places = np.flatnonzero(mask)
        spread = np.broadcast_to(value, places.shape)
        spread = structural.scatter(spread, positions=places, shape=(mask.size,))
        y = structural.choose(np.reshape(spread, np.shape(x)), as_operand(y), condition=mask)
    return y


CHOICES: dict[Operation, Callable[..., Any]] = {
    np.insert: _insert,
    np.choose: _choose,
    np.block: _block,
    np.copyto: _copyto,
    np.put: _put,
    np.put_along_axis: _in_place(np.put_along_axis),
    np.place: _in_place(np.place),
    np.putmask: _in_place(np.putmask),
    np.fill_diagonal: _in_place(np.fill_diagonal, source=1),
    np.partition: _partition,
    np.unique: _unique,
    np.union1d: lambda ar1, ar2: np.unique(np.concatenate([ar1, ar2], axis=None)),
    np.intersect1d: _intersect1d,
    np.setdiff1d: _setdiff1d,
    np.setxor1d: lambda ar1, ar2, assume_unique=False: np.sort(
        np.concatenate([np.setdiff1d(ar1, ar2), np.setdiff1d(ar2, ar1)])
    ),
    np.trim_zeros: _trim_zeros,
    np.piecewise: _piecewise,
}
