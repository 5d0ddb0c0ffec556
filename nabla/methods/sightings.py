"""Which functions were cross-checked already, without keeping any of them alive.

What "the same f" means is a compromise, and here it stands. A function is its code, and what
it captures (closure, defaults, frozen arguments) is part of it: functions by their own code,
short text and truth values by value, numbers and arrays by type only (a loop makes them anew),
every other object by identity. So a lambda written anew in each turn of a loop is one function,
and two closures of one code that captured different functions are two. Not seen: a global
variable bound anew, an object that changed inside, a captured number that selects a branch.
"""

from __future__ import annotations

import functools
import itertools
import threading
import types
import weakref
from collections.abc import Callable, Hashable
from typing import Any, Literal, TypeAlias, cast

import numpy as np

from nabla.methods.arguments import Packed, Rest
from nabla.methods.function import Function
from nabla.result import Array

Standing: TypeAlias = Literal["settled", "failed"] | int
"""What is remembered of a function: settled, failed, or how often the check was inconclusive."""

MOST = 4096
"""Functions remembered at a time: some 200 bytes each, so a megabyte at most."""

MOST_PARTS = 16
"""Longer containers are told apart by the types of their entries, as data are."""

LONGEST_TEXT = 64
"""Longer text is data, shorter text may be the name of a branch."""

DEEPEST = 4
"""Functions that capture functions that capture ...: from here on each counts as itself."""

_NUMBERS: frozenset[type] = frozenset(
    {int, float, complex, np.ndarray, np.float64, np.float32, np.longdouble, np.int64, range}
)
# They take no weak reference, live as long as their module does, and are small.
_LASTING: frozenset[type] = frozenset(
    {np.ufunc, type(np.sum), types.BuiltinFunctionType, types.ModuleType}
)


class _Unrecognisable(Exception):
    """There is no telling whether it is the same as one seen before."""


class Sightings:
    """What became of the functions seen so far. Threads may share it."""

    def __init__(self) -> None:
        self._standing: dict[Hashable, Standing] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._standing)

    def standing(self, key: Hashable) -> Standing:
        """What is remembered of a function; 0 if nothing."""
        return self._standing.get(key, 0)

    def remember(self, key: Hashable, standing: Standing) -> None:
        """Write it down, and forget the oldest if there are too many. None is not remembered."""
        if key is None:
            return
        with self._lock:
            self._standing.pop(key, None)
            self._standing[key] = standing
            if len(self._standing) > MOST:
                del self._standing[next(iter(self._standing))]


def key_of(method: str, f: Function, x: Array) -> Hashable:
    """What f and the shape of x are remembered by; None where f cannot be recognised."""
    try:
        return method, _fingerprint(f.call, 0), x.shape, x.dtype.char, f.takes_float
    except _Unrecognisable:
        return None


def _fingerprint(value: Any, depth: int) -> Hashable:
    kind = cast("type[Any]", type(value))
    if kind is types.FunctionType:
        return _of_function(value, depth)
    if kind in _NUMBERS:
        return kind
    if kind is str or kind is bytes:
        return (kind, value) if len(value) <= LONGEST_TEXT else kind
    if value is None or kind is bool:
        return kind, value
    if kind in _LASTING:
        receiver = getattr(value, "__self__", None)
        if receiver is not None and kind is types.BuiltinFunctionType:
            # the bound method of an object of C, [].append: made anew at each access
            return value.__name__, _fingerprint(receiver, depth + 1)
        return value
    of_kind = _OF_KIND.get(kind)
    if of_kind is not None and depth < DEEPEST:
        return kind, of_kind(value, depth + 1)
    return _token(value)


def _of_function(f: types.FunctionType, depth: int) -> Hashable:
    cells, defaults, options = f.__closure__, f.__defaults__, f.__kwdefaults__
    code = _token(f.__code__)
    if cells is defaults is options is None:
        return code
    if depth >= DEEPEST:
        return _token(f)
    captured = tuple(_of_cell(cell, depth) for cell in cells or ())
    return code, captured, _of_entries(defaults or (), depth), _of_dict(options or {}, depth)


def _of_cell(cell: types.CellType, depth: int) -> Hashable:
    try:
        return _fingerprint(cell.cell_contents, depth + 1)
    except ValueError:  # not bound yet
        return None


def _of_entries(entries: Any, depth: int) -> Hashable:
    if len(entries) > MOST_PARTS:
        kinds = frozenset(map(type, entries))
        if kinds <= _NUMBERS:
            return kinds
        raise _Unrecognisable
    return tuple([_fingerprint(entry, depth) for entry in entries])


def _of_dict(entries: dict[Any, Any], depth: int) -> Hashable:
    return _of_entries(tuple(entries), depth), _of_entries(tuple(entries.values()), depth)


def _of_rest(rest: Rest, depth: int) -> Hashable:
    held = _of_entries(rest.args, depth), _of_dict(rest.kwargs, depth)
    return _fingerprint(rest.f, depth), rest.position, held


def _of_packed(packed: Packed, depth: int) -> Hashable:
    held = _of_entries(packed.args, depth), _of_dict(packed.kwargs, depth)
    shapes = tuple([point.shape for point in packed.points])
    return _fingerprint(packed.f, depth), packed.positions, shapes, held


def _of_partial(partial: functools.partial[Any], depth: int) -> Hashable:
    held = _of_entries(partial.args, depth), _of_dict(partial.keywords, depth)
    return _fingerprint(partial.func, depth), held


def _of_method(method: types.MethodType, depth: int) -> Hashable:
    return _fingerprint(method.__func__, depth), _fingerprint(method.__self__, depth)


_OF_KIND: dict[type, Callable[[Any, int], Hashable]] = {
    Rest: _of_rest,
    Packed: _of_packed,
    functools.partial: _of_partial,
    types.MethodType: _of_method,
    tuple: _of_entries,
    list: _of_entries,
    dict: _of_dict,
}

_counter = itertools.count()
_tokens: dict[int, tuple[weakref.ref[Any], int]] = {}


def _token(value: Any) -> int:
    """A number that stands for this very object, and for no later one at the same address.

    Code objects compare by value, even those of different files; so nothing is looked up by
    comparing, and an object that dies takes its entry along.
    """
    address = id(value)
    entry = _tokens.get(address)
    if entry is None or entry[0]() is not value:
        try:
            reference = weakref.ref(value, lambda _: _tokens.pop(address, None))
        except TypeError:
            raise _Unrecognisable from None
        entry = _tokens.setdefault(address, (reference, next(_counter)))
    return entry[1]
