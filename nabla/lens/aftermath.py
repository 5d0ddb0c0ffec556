"""What a run of f leaves in the user's variables: what a plain run would, and nothing lifted.

A function may count its calls in a global, a closure, a dict or an attribute. While it is traced
it writes into copies of these; when the run is over, plain numbers and text go on to the
originals. What holds lifted values stays behind and is forgotten with the copy.
"""

from __future__ import annotations

import operator
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Protocol, cast

import numpy as np

PLAIN = frozenset(
    {int, float, complex, bool, str, bytes, type(None), np.float64, np.int64, np.bool_}
)
"""Types whose objects may stay behind as they are."""


class Changing(Protocol):
    """What f may change in a run."""

    def start(self) -> None:
        """Forget what belonged to the last run."""
        ...

    def hand_on(self, origin: WayBack) -> None:
        """Leave to the user what a plain run would, as far as it is plain."""
        ...


class WayBack:
    """From what f saw back to the user's objects."""

    def __init__(self, shown: Callable[[], Iterable[tuple[Any, Any]]]) -> None:
        """Know a way back.

        Args:
            shown: gives pairs of the user's object and the version of it that f saw.
        """
        self._shown = shown
        self._originals: dict[int, Any] | None = None

    def __call__(self, version: Any) -> Any:
        """The user's object.

        Raises:
            LookupError: for one that f made, or that is lifted.
        """
        if type(version) in PLAIN:
            return version
        if self._originals is None:
            self._originals = {id(seen): value for value, seen in self._shown()}
        return self._originals[id(version)]


def hand_on(value: Any, seen: Any, origin: WayBack) -> None:
    """Do to the user's list, dict, set or object what f did to the copy it saw."""
    for part in _PARTS:
        with suppress(LookupError):  # something in it is lifted, or was made on the way
            part(value, seen, origin)


def _hand_on_content(value: Any, seen: Any, origin: WayBack) -> None:
    if isinstance(value, dict):
        _hand_on_dict(value, seen, origin)
    elif isinstance(value, list | deque):
        values = cast("Any", value)
        if not _is_the_same(values, seen):
            after = seen if _is_plain(seen) else [origin(entry) for entry in seen]
            if not _is_the_same(values, after):
                values.clear()
                values.extend(after)
    elif isinstance(value, set) and seen != value:
        kept = {_key(entry, origin) for entry in seen}
        value.clear()
        value.update(kept)


def _is_plain(entries: Any) -> bool:
    """Whether all may stay behind as they are; asked at the speed of C."""
    return PLAIN.issuperset(map(type, entries))


def _is_the_same(before: Any, after: Any) -> bool:
    """Whether the very same objects stand in it."""
    return len(before) == len(after) and all(map(operator.is_, before, after))


def _hand_on_attributes(value: Any, seen: Any, origin: WayBack) -> None:
    if hasattr(value, "__dict__") and hasattr(seen, "__dict__"):
        _hand_on_dict(vars(value), vars(seen), origin)


def _hand_on_slots(value: Any, seen: Any, origin: WayBack) -> None:
    for name in all_slots_of(type(value)):
        before, entry = in_slot(value, name), in_slot(seen, name)
        with suppress(LookupError):
            after = entry if entry is ABSENT else origin(entry)
            if after is ABSENT and before is not ABSENT:
                object.__delattr__(value, name)
            elif after is not before:
                object.__setattr__(value, name, after)


_PARTS = (_hand_on_content, _hand_on_attributes, _hand_on_slots)

ABSENT: Any = object()
"""What is found where nothing stands."""


def in_slot(obj: Any, name: str) -> Any:
    """What an object holds in one of its slots, without asking a ``__getattr__`` of the user's."""
    try:
        return object.__getattribute__(obj, name)
    except AttributeError:
        return ABSENT


def _hand_on_dict(table: dict[Any, Any], seen: dict[Any, Any], origin: WayBack) -> None:
    if _is_the_same(table, seen) and _is_the_same(table.values(), seen.values()):
        return
    kept = seen if _is_plain(seen) else {_key(key, origin): e for key, e in seen.items()}
    for key in table.keys() - kept.keys():
        del table[key]
    for key, entry in kept.items():
        before = table.get(key, ABSENT)
        if before is not entry:
            with suppress(LookupError):
                after = origin(entry)
                if before is not after:
                    table[key] = after


def all_slots_of(cls: type) -> set[str]:
    """The names of a class's slots, those of its bases among them."""
    return {slot for base in cls.__mro__ for slot in slots_of(base)}


def slots_of(cls: type) -> set[str]:
    """The names under which a class itself keeps its slots."""
    slots = vars(cls).get("__slots__", ())
    names = {slots} if isinstance(slots, str) else set(slots)
    private = f"_{cls.__name__.lstrip('_')}"
    return {
        private + name if name.startswith("__") and not name.endswith("__") else name
        for name in names - {"__dict__", "__weakref__"}
    }


def _key(key: Any, origin: WayBack) -> Any:
    try:
        return origin(key)
    except LookupError:
        return key  # what looks the same from inside is its own original


def hand_on_cell(cell: Any, seen: Any, shown: Any, origin: WayBack) -> None:
    """Do to the user's closure what f did to the copy it saw, in which it was shown something."""
    try:
        if seen.cell_contents is not shown:
            cell.cell_contents = origin(seen.cell_contents)
    except (LookupError, ValueError):  # lifted, or deleted
        return


def hand_on_global(namespace: dict[str, Any], name: str, seen: Any, origin: WayBack) -> None:
    """Do to the user's global variable what f did under its name."""
    try:
        namespace[name] = origin(seen)
    except LookupError:
        return
