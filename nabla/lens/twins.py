"""Classes of the user's own, and their objects, as the user's function sees them.

A method finds its globals by itself, so a class is seen as a twin: the same attributes, with
methods that see through the lens, on twin bases. Its objects made outside are shown as objects
of the twin with a copy of their state.
"""

from __future__ import annotations

import abc
import enum
import functools
import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, cast

import numpy as np

from nabla.lens.aftermath import PLAIN, Changing, WayBack
from nabla.lens.ownership import is_users_class


class Seer(Protocol):
    """What a twin needs of the lens."""

    def see(self, value: Any) -> Any:
        """A value as the function sees it."""
        ...

    def keep(self, value: Any, seen: Any) -> Any:
        """Remember a version for all runs."""
        ...

    def keep_for_this_run(self, value: Any, seen: Any) -> Any:
        """Remember a version until the run is over."""
        ...


@dataclass
class _Twin:
    """A class of the user's and its twin, with the attributes that the twin was given."""

    original: type
    twin: type
    given: dict[str, tuple[Any, Any]]


class Twins:
    """The twins of one lens."""

    def __init__(self, sight: Seer, to_start: dict[int, Changing]) -> None:
        """No twins yet.

        Args:
            sight: how a class's attributes look.
            to_start: where to sign up for a word at the start of the next run.
        """
        self._sight = sight
        self._to_start = to_start
        self._twins: list[_Twin] = []
        self._is_making = False

    def start(self) -> None:
        """Bring the twins in step with their classes: what f did to them is over."""
        for each in self._twins:
            originals = _attributes_of(each.original)
            own = vars(each.twin)
            for name in set(own) - set(originals) - _LAYOUT - {"seen_of"}:
                delattr(each.twin, name)
            for name, value in originals.items():
                known, seen = each.given.get(name, (_ABSENT, None))
                if known is not value or own.get(name) is not seen or not _is_code(value):
                    self._give(each, name, value)

    def hand_on(self, origin: WayBack) -> None:
        """Leave in the classes what f assigned to their attributes, if it is plain."""
        for each in self._twins:
            own = vars(each.twin)
            for name in [name for name in own if not name.startswith("__")]:
                seen = own[name]
                _, given = each.given.get(name, (_ABSENT, _ABSENT))
                if seen is not given and type(seen) in PLAIN:
                    setattr(each.original, name, seen)

    def class_(self, cls: Any) -> Any:
        """The class as the function sees it: its twin if it is the user's own."""
        if not is_users_class(cls) or issubclass(cls, _AS_THEY_ARE):
            return cast("Any", cls)
        attributes = _attributes_of(cls)
        self._sight.keep(cls, cls)  # while its bases are looked at
        bases = tuple(self._sight.see(base) for base in cls.__bases__)
        metaclass: Any = abc.ABCMeta if isinstance(cls, abc.ABCMeta) else type
        first = {name: attributes[name] for name in _FROM_THE_START if name in attributes}
        was_making, self._is_making = self._is_making, True
        try:
            twin = metaclass.__new__(type(cls), cls.__name__, bases, first | {"seen_of": cls})
        except TypeError:  # a layout or a metaclass that does not like to be made twice
            return cls
        finally:
            self._is_making = was_making
        self._sight.keep(cls, twin)  # before its methods: their __class__ must find it
        each = _Twin(cls, twin, {})
        for name, value in attributes.items():
            self._give(each, name, value)
        self._twins.append(each)
        self._to_start[id(self)] = self
        return twin

    def _give(self, each: _Twin, name: str, value: Any) -> None:
        seen = self._attribute(value, name)
        setattr(each.twin, name, seen)
        each.given[name] = (value, seen)

    def _hook(self, hook: Any) -> Any:
        """`__init_subclass__`, which is not to hear of a twin being made."""
        seen = self._sight.see(hook.__func__)

        def __init_subclass__(cls: type, **options: Any) -> None:  # noqa: N807 - its name
            if not self._is_making:
                seen(cls, **options)

        return cast("Any", classmethod(__init_subclass__))

    def _attribute(self, value: Any, name: str) -> Any:
        see = self._sight.see
        if name == "__init_subclass__":
            return self._hook(value)
        if isinstance(value, staticmethod | classmethod):
            wrapped = cast("Any", value)
            kind = cast("Any", staticmethod if isinstance(value, staticmethod) else classmethod)
            return kind(see(wrapped.__func__))
        if isinstance(value, property):
            accessors = (value.fget, value.fset, value.fdel)
            fget, fset, fdel = (accessor and see(accessor) for accessor in accessors)
            return property(fget, fset, fdel, value.__doc__)
        if isinstance(value, functools.cached_property):
            cached: Any = functools.cached_property(see(cast("Any", value).func))
            cached.__set_name__(None, name)
            return cached
        return value if name.startswith("__") and not _is_code(value) else see(value)

    def instance(self, obj: Any) -> Any:
        """An object made outside, with a copy of its state; of other classes, the object itself."""
        kind = cast("Any", type(obj))
        twin: Any = self._sight.see(kind)
        if twin is kind or not hasattr(twin, "seen_of"):
            return obj
        copy = _blank(twin, obj, self._sight.see)
        if copy is None:
            return obj
        self._sight.keep_for_this_run(obj, copy)
        for name, value in getattr(obj, "__dict__", {}).items():
            copy.__dict__[name] = self._sight.see(value)
        for name in {slot for cls in kind.__mro__ for slot in _slots_of(cls)}:
            if hasattr(obj, name):
                object.__setattr__(copy, name, self._sight.see(getattr(obj, name)))
        content: Any = obj
        if isinstance(obj, list):
            list.extend(copy, map(self._sight.see, content))
        elif isinstance(obj, dict):
            dict.update(copy, {key: self._sight.see(value) for key, value in content.items()})
        return copy


def _blank(twin: Any, obj: Any, see: Callable[[Any], Any]) -> Any:
    """A new object of the twin class, without its state; None where that cannot be made."""
    if isinstance(obj, tuple | frozenset):
        make = cast("Any", tuple if isinstance(obj, tuple) else frozenset).__new__
        return make(twin, map(see, cast("Any", obj)))
    kind: Any = next((base for base in (list, dict, object) if isinstance(obj, base)), object)
    try:
        return kind.__new__(twin)
    except TypeError:  # it comes with a layout of its own
        return None


def _attributes_of(cls: type) -> dict[str, Any]:
    """What the user defined in a class, without what belongs to its objects' memory.

    Nor its finaliser: a copy that goes must not close what the user still needs.
    """
    without = _LAYOUT | _slots_of(cls) | {"__del__"}
    attributes: dict[str, Any] = dict(vars(cls))
    return {name: value for name, value in attributes.items() if name not in without}


def _slots_of(cls: type) -> set[str]:
    slots = vars(cls).get("__slots__", ())
    names = {slots} if isinstance(slots, str) else set(slots)
    private = f"_{cls.__name__.lstrip('_')}"
    return {
        private + name if name.startswith("__") and not name.endswith("__") else name
        for name in names - _LAYOUT
    }


def _is_code(value: Any) -> bool:
    return isinstance(
        value,
        types.FunctionType | staticmethod | classmethod | property | functools.cached_property,
    )


_ABSENT: Any = object()

_FROM_THE_START = ("__slots__", "__module__", "__qualname__", "__doc__", "__match_args__")
"""What a class must have when it is made; the rest may come after."""

_LAYOUT = frozenset({"__dict__", "__weakref__", "_abc_impl", "__classcell__", "__slots__"})
"""What a class has for its objects' memory, which the twin has of its own."""

_AS_THEY_ARE = (BaseException, enum.Enum, type, np.ndarray)
"""Classes that go by identity (`except`, members) or come with a layout of their own."""
