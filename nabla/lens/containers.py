"""Python's own containers as f sees them: copies made for the run, so that nothing stays behind."""

from __future__ import annotations

import collections
import types
from typing import Any, Protocol, cast

import numpy as np

from nabla.lens.constructors import Vectorize
from nabla.lens.seen_calls import SeenCall
from nabla.lens.seen_types import Kind
from nabla.lift.buffer import Buffer
from nabla.lift.flat import Flat

ATOMS = frozenset(
    {int, float, complex, bool, str, bytes, type(None), type(Ellipsis), range, slice, np.dtype,
     np.float64, np.int64, np.bool_, types.CodeType, SeenCall, Kind, Buffer, Flat, Vectorize}
)  # fmt: skip
"""Types whose objects look the same."""


class Seer(Protocol):
    """What shows a container its entries; `Sight` is one."""

    def see(self, value: Any) -> Any:
        """How a value looks."""
        ...

    def keep_for_this_run(self, value: Any, seen: Any) -> Any:
        """Remember how it looks until the run is over."""
        ...


def _looks_the_same(values: Any) -> bool:
    """Whether nothing in it looks different: a large table of numbers is told at the speed of C."""
    return ATOMS.issuperset(map(type, values))


def list_copy(sight: Seer, values: Any) -> Any:
    """A list with its entries as they are seen."""
    if _looks_the_same(values):
        return sight.keep_for_this_run(values, values.copy())
    seen: Any = sight.keep_for_this_run(values, type(values)())
    seen.extend(map(sight.see, values))
    return seen


def deque_copy(sight: Seer, values: Any) -> Any:
    """A deque, likewise."""
    seen: Any = sight.keep_for_this_run(values, collections.deque(maxlen=values.maxlen))
    seen.extend(map(sight.see, values))
    return seen


def dict_copy(sight: Seer, table: Any) -> Any:
    """A dict of any of Python's own kinds, likewise."""
    if _looks_the_same(table) and _looks_the_same(table.values()) and type(table) is dict:
        return sight.keep_for_this_run(table, table.copy())
    seen: Any = sight.keep_for_this_run(table, type(table)())
    if isinstance(table, collections.defaultdict):
        seen.default_factory = sight.see(cast("Any", table).default_factory)
    seen.update({sight.see(key): sight.see(value) for key, value in cast("Any", table).items()})
    return seen


def set_copy(sight: Seer, values: Any) -> Any:
    """A set, likewise."""
    if _looks_the_same(values):
        return sight.keep_for_this_run(values, type(values)(values))
    return sight.keep_for_this_run(values, type(values)(map(sight.see, values)))


def tuple_seen(sight: Seer, values: Any) -> Any:
    """The tuple itself where nothing in it looks different: it cannot be written into."""
    if _looks_the_same(values):
        return values
    seen = tuple(map(sight.see, values))
    return values if all(a is b for a, b in zip(seen, values, strict=True)) else seen
