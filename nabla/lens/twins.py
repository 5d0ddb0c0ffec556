"""Classes of the user's own, and their objects, as the user's function sees them.

A method finds its globals by itself, so a class is seen as a twin: the same attributes, with
methods that see through the lens, on twin bases. Its objects made outside are shown as objects
of the twin with a copy of their state.
"""

from __future__ import annotations

import abc
import collections
import enum
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

import numpy as np

from nabla.lens.aftermath import (
    ABSENT,
    PLAIN,
    Changing,
    WayBack,
    all_slots_of,
    in_slot,
    slots_of,
)
from nabla.lens.attributes import is_code, seen_attribute
from nabla.lens.members import is_enum, names_of_enum, show_state, take_over_tables
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
    """A class of the user's and its twin, with what the twin was given.

    Attributes:
        bases: those of the user's class when the twin was given its own.
        given: name -> attribute of the user's class, and how it is seen.
        members: of an enum: the user's and the twin's.
    """

    original: type
    twin: type
    bases: tuple[type, ...]
    given: dict[str, tuple[Any, Any]] = field(default_factory=dict[str, tuple[Any, Any]])
    members: list[tuple[Any, Any]] = field(default_factory=list[tuple[Any, Any]])


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
            self._show_members(each)
        for each in self._twins:
            if each.original.__bases__ != each.bases:
                each.twin.__bases__ = tuple(map(self._base, each.original.__bases__))
                each.bases = each.original.__bases__
            originals = _attributes_of(each.original)
            own = vars(each.twin)
            ours = {"seen_of", "__eq__"} if each.members else {"seen_of"}
            for name in _attributes_of(each.twin).keys() - originals.keys() - ours:
                delattr(each.twin, name)
            for name, value in originals.items():
                known, seen = each.given.get(name, (ABSENT, None))
                if known is not value or own.get(name) is not seen or not is_code(value):
                    self._give(each, name, value)

    def hand_on(self, origin: WayBack) -> None:
        """Leave in the classes what f assigned to their attributes, if it is plain."""
        for each in self._twins:
            own = vars(each.twin)
            for name in [name for name in own if not name.startswith("__")]:
                seen = own[name]
                _, given = each.given.get(name, (ABSENT, ABSENT))
                if seen is not given and type(seen) in PLAIN:
                    setattr(each.original, name, seen)

    def class_(self, cls: Any) -> Any:
        """The class as the function sees it: its twin if it is the user's own."""
        if not is_users_class(cls) or issubclass(cls, _AS_THEY_ARE):
            return cast("Any", cls)
        attributes = _attributes_of(cls)
        self._sight.keep(cls, cls)  # while its bases are looked at
        bases = tuple(map(self._base, cls.__bases__))
        metaclass: Any = abc.ABCMeta if isinstance(cls, abc.ABCMeta) else type
        first = {name: vars(cls)[name] for name in _FROM_THE_START if name in vars(cls)}
        was_making, self._is_making = self._is_making, True
        try:
            twin = metaclass.__new__(type(cls), cls.__name__, bases, first | {"seen_of": cls})
        except TypeError:  # a layout or a metaclass that does not like to be made twice
            return cls
        finally:
            self._is_making = was_making
        each = _Twin(cls, twin, cls.__bases__)
        if is_enum(cls) and not self._make_members(each):
            return cls
        self._sight.keep(cls, twin)  # before its methods: their __class__ must find it
        self._show_members(each)
        for name, value in attributes.items():
            self._give(each, name, value)
        self._twins.append(each)
        self._to_start[id(self)] = self
        return twin

    def _base(self, base: type) -> Any:
        """A base of a twin: a twin, or a type of Python's own as it is."""
        return base if base in _PYTHONS else self._sight.see(base)

    def _make_members(self, each: _Twin) -> bool:
        """Make the members of an enum's twin, without their state; False if that cannot be."""
        cls: Any = each.original
        for member in {id(member): member for member in cls._member_map_.values()}.values():
            seen = _blank(each.twin, member, self._sight.see)
            if seen is None:
                return False
            each.members.append((member, seen))
        members = {id(member): seen for member, seen in each.members}
        take_over_tables(cls, each.twin, members, self._sight.see)
        return True

    def _show_members(self, each: _Twin) -> None:
        for member, seen in each.members:
            self._sight.keep_for_this_run(member, seen)
        for member, seen in each.members:
            show_state(member, seen, self._sight.see)

    def _give(self, each: _Twin, name: str, value: Any) -> None:
        hook = name == "__init_subclass__"
        seen = self._hook(value) if hook else seen_attribute(name, value, self._sight.see)
        setattr(each.twin, name, seen)
        each.given[name] = (value, seen)

    def _hook(self, hook: Any) -> Any:
        """`__init_subclass__`, which is not to hear of a twin being made."""
        seen = self._sight.see(hook.__func__)

        def __init_subclass__(cls: type, **options: Any) -> None:  # noqa: N807 - its name
            if not self._is_making:
                seen(cls, **options)

        return cast("Any", classmethod(__init_subclass__))

    def instance(self, obj: Any) -> Any:
        """An object made outside, with a copy of its state; of other classes, the object itself."""
        kind = cast("Any", type(obj))
        twin: Any = self._sight.see(kind)
        if twin is kind or not hasattr(twin, "seen_of"):
            return obj
        if isinstance(obj, enum.Enum):
            seen = twin._member_map_.get(obj._name_)
            if seen is None:  # a combination of flags
                seen = twin(obj._value_)
            return self._sight.keep_for_this_run(obj, seen)
        copy = _blank(twin, obj, self._sight.see)
        if copy is None:
            return obj
        self._sight.keep_for_this_run(obj, copy)
        for name, value in getattr(obj, "__dict__", {}).items():
            copy.__dict__[name] = self._sight.see(value)
        for name in all_slots_of(kind):
            value = in_slot(obj, name)
            if value is not ABSENT:
                object.__setattr__(copy, name, self._sight.see(value))
        self._fill(copy, obj)
        return copy

    def _fill(self, copy: Any, obj: Any) -> None:
        """Put into a copy what the object holds as one of Python's own containers."""
        see = self._sight.see
        if isinstance(obj, list):
            list.extend(copy, map(see, cast("Any", obj)))
        elif isinstance(obj, collections.deque):
            collections.deque.__init__(copy, map(see, cast("Any", obj)), obj.maxlen)
        elif isinstance(obj, dict):
            if isinstance(obj, collections.defaultdict):
                copy.default_factory = see(cast("Any", obj).default_factory)
            ordered = isinstance(obj, collections.OrderedDict)
            kind = cast("Any", collections.OrderedDict if ordered else dict)
            for key, value in cast("Any", obj).items():
                kind.__setitem__(copy, see(key), see(value))
        elif isinstance(obj, set):
            set.update(copy, map(see, cast("Any", obj)))


def _blank(twin: Any, obj: Any, see: Callable[[Any], Any]) -> Any:
    """A new object of the twin class, without its state; None where that cannot be made."""
    if isinstance(obj, tuple | frozenset):
        make = cast("Any", tuple if isinstance(obj, tuple) else frozenset).__new__
        return make(twin, map(see, cast("Any", obj)))
    kind: Any = next((base for base in _PYTHONS if isinstance(obj, base)), object)
    try:
        if kind in _IMMUTABLE:
            return kind.__new__(twin, *kind.__getnewargs__(obj))
        return kind.__new__(twin)
    except TypeError:  # it comes with a layout of its own
        return None


def _attributes_of(cls: type) -> dict[str, Any]:
    """What the user defined in a class, without what belongs to its objects' memory.

    Nor its finaliser: a copy that goes must not close what the user still needs.
    """
    without = _LAYOUT | slots_of(cls) | {"__del__"} | names_of_enum(cls)
    attributes: dict[str, Any] = dict(vars(cls))
    return {name: value for name, value in attributes.items() if name not in without}


_FROM_THE_START = ("__slots__", "__module__", "__qualname__", "__doc__", "__match_args__",
                   "__orig_bases__", "__parameters__")  # fmt: skip
"""What a class must have when it is made; the rest may come after."""

_LAYOUT = frozenset({"__dict__", "__weakref__", "_abc_impl", "__classcell__", "__slots__"})
"""What a class has for its objects' memory, which the twin has of its own."""

_IMMUTABLE: tuple[Any, ...] = (int, float, complex, str, bytes)
_PYTHONS: tuple[Any, ...] = (*_IMMUTABLE, collections.deque, list, collections.defaultdict,
            collections.OrderedDict, dict, set)  # fmt: skip
"""Types of Python's own from which a class of the user's may inherit its memory."""

_AS_THEY_ARE = (BaseException, type, np.ndarray)
"""Classes that go by identity (`except`) or come with a layout of their own."""
