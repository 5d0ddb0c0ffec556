"""Members of the user's enums, as the user's function sees them: one for each of the user's.

A member has methods, so it is seen as a member of the twin of its class. Members go by identity:
wherever f meets the user's own, it is shown the same one.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any, cast

See = Callable[[Any], Any]


def is_enum(cls: type) -> bool:
    """Whether a class is one of enum's, with members or without."""
    return issubclass(cls, enum.Enum)


def names_of_enum(cls: type) -> set[str]:
    """The names under which an enum keeps its members and its own tables."""
    if not is_enum(cls):
        return set()
    tables = {name for name in vars(cls) if name.startswith("_") and name.endswith("_")}
    ours = {name for name in tables if not name.startswith("__")}
    return ours | set(vars(cls)["_member_map_"])


def take_over_tables(cls: Any, twin: Any, members: dict[int, Any], see: See) -> None:
    """Give the twin of an enum the tables in which Python's `enum` finds members.

    Args:
        cls: the user's enum.
        twin: its twin.
        members: id of a member -> the member of the twin.
        see: how a value looks.
    """
    tables: dict[str, Any] = {name: vars(cls)[name] for name in names_of_enum(cls)}
    by_name = {name: members[id(member)] for name, member in cls._member_map_.items()}
    by_value: dict[Any, Any] = {}
    for value, member in cls._value2member_map_.items():
        if id(member) in members:  # a combination of flags is made when it is asked for
            by_value[value] = by_value[see(value)] = members[id(member)]
    for name, table in tables.items():
        if isinstance(table, dict | list):
            tables[name] = cast("Any", table).copy()
    tables |= by_name
    tables["_member_map_"], tables["_value2member_map_"] = by_name, by_value
    tables["_new_member_"] = see(cls._new_member_)
    for name, table in tables.items():
        type.__setattr__(twin, name, table)
    if cls.__eq__ is object.__eq__:
        # a holder that is not looked into, such as a queue, may still hold the user's own
        originals = {id(members[id(member)]): member for member in cls._member_map_.values()}
        twin.__eq__ = lambda self, other: self is other or other is originals.get(id(self), self)


def show_state(member: Any, seen: Any, see: See) -> None:
    """Bring the value and the attributes of a twin's member in step with the user's own."""
    state: dict[str, Any] = {name: see(value) for name, value in cast("Any", vars(member)).items()}
    vars(seen).clear()
    vars(seen).update(state)
