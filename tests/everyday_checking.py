"""What the tests of everyday functions ask: the truth, and what a run left behind."""

from __future__ import annotations

import functools
import gc
import types
import weakref
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from everyday_functions import MODULES
from everyday_table import Everyday
from everyday_truth import measured_gradient

EPS = float(np.finfo(float).eps)
FEW_ULP = 64
BAR = 4
"""A measured error is itself an estimate: so many of it are a bound."""
BY_HAND_ULP = 512
"""Hand gradients are evaluated in double precision, after as many operations as f has."""


class Truth(NamedTuple):
    value: float
    gradient: Any
    error: Any


@functools.cache
def truth(entry: Everyday) -> Truth:
    """The value and the gradient of the plain f, with the error of each component."""
    x = entry.point()
    value = float(entry.f(entry.point()))
    if entry.gradient is None:
        return Truth(value, *measured_gradient(entry.f, x))
    by_hand = np.broadcast_to(np.asarray(entry.gradient(x), dtype=float), np.shape(x))
    largest = np.max(np.abs(by_hand), initial=0.0)
    return Truth(value, by_hand, np.full(np.shape(x), BY_HAND_ULP * EPS * largest))


def is_right(entry: Everyday, gradient: Any, estimate: Any = None) -> bool:
    """Whether a gradient is the truth, within the truth's error and the method's own."""
    true = truth(entry)
    if np.shape(gradient) != np.shape(true.gradient):
        return False
    room = BAR * true.error + FEW_ULP * EPS * (1 + np.abs(true.gradient))
    room = room + entry.tolerance * np.max(np.abs(true.gradient), initial=1.0)
    if estimate is not None:
        room = room + np.nan_to_num(estimate.error, posinf=0.0)
    return bool(np.all(np.abs(gradient - true.gradient) <= room))


def snapshot() -> dict[str, Any]:
    """What stands in the users' modules: two of them are equal if nothing has changed."""
    return {
        f"{module.__name__}.{name}": _described(value, {})
        for module in MODULES
        for name, value in vars(module).items()
        if not name.startswith("__")
    }


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The names whose value is not what it was."""
    return sorted(
        name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
    )


def subclasses() -> dict[str, list[str]]:
    """The classes that derive from each of the users' classes, those still alive."""
    gc.collect()
    return {
        f"{cls.__module__}.{cls.__qualname__}": [
            derived.__qualname__ for derived in type.__subclasses__(cls)
        ]
        for module in MODULES
        for cls in vars(module).values()
        if isinstance(cls, type) and _is_users(cls)
    }


def _described(value: Any, seen: dict[int, Any]) -> Any:
    if isinstance(value, (int, float, complex, str, bytes, type(None))):
        return type(value), repr(value)
    if id(value) in seen:
        return "seen before", id(value)
    seen[id(value)] = value
    inside = lambda parts: [_described(part, seen) for part in parts]
    by_name = lambda parts: [(str(name), _described(part, seen)) for name, part in parts.items()]
    same = (id(value), id(type(value)))
    match value:
        case np.ndarray():
            bits = inside(value.ravel().tolist()) if value.dtype.hasobject else value.tobytes()
            return *same, value.dtype.str, value.shape, bits
        case weakref.WeakKeyDictionary():  # a cache of functools.singledispatch
            return same
        case Mapping():
            return *same, inside(value.keys()), inside(value.values())
        case list() | tuple() | set() | frozenset():
            return *same, inside(value)
        case types.FunctionType():
            return *same, id(value.__code__), inside(_held_by(value)), by_name(vars(value))
        case type() if _is_users(value):
            return *same, by_name(vars(value))
        case _ if _is_users(type(value)):
            return *same, by_name(_state(value))
        case _:
            return same


def _held_by(f: types.FunctionType) -> list[Any]:
    cells = [cell.cell_contents for cell in f.__closure__ or () if _is_filled(cell)]
    options = [*(f.__defaults__ or ()), *(f.__kwdefaults__ or {}).values()]
    return [*cells, *options]


def _is_filled(cell: types.CellType) -> bool:
    try:
        _ = cell.cell_contents
    except ValueError:
        return False
    return True


def _is_users(cls: type) -> bool:
    return cls.__module__.startswith("everyday")


def _state(value: Any) -> dict[str, Any]:
    slots = [s for c in type(value).__mro__ for s in vars(c).get("__slots__", ())]
    return {**getattr(value, "__dict__", {}), **{s: getattr(value, s, None) for s in slots}}


def left_behind() -> list[str]:
    """Everything of nabla's that can be reached from the users' modules."""
    found: list[str] = []
    seen: set[int] = set()
    ours = {id(vars(module)) for module in MODULES}
    waiting: list[Any] = [vars(module) for module in MODULES]
    while waiting:
        value = waiting.pop()
        if id(value) in seen or _is_elsewhere(value, ours):
            continue
        seen.add(id(value))
        if _is_nablas(value):
            found.append(f"a {type(value).__qualname__}")
            continue
        if isinstance(value, np.ndarray) and value.dtype.hasobject:
            waiting.extend(value.ravel().tolist())
        waiting.extend(gc.get_referents(value))
    return found


def _is_nablas(value: Any) -> bool:
    kind = type(value)
    return any(c.__module__.partition(".")[0] == "nabla" for c in kind.__mro__)


def _is_elsewhere(value: Any, ours: set[int]) -> bool:
    """Whether a value belongs to Python or a library, where the walk does not go."""
    match value:
        case types.ModuleType():
            return True
        case type():
            return not _is_users(value)
        case types.FunctionType():
            return id(value.__globals__) not in ours
        case dict():
            return "__builtins__" in value and id(value) not in ours
        case _:
            return False
