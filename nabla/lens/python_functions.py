"""Python's own functions that would lose or refuse a lifted value, in versions that follow it."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable
from typing import Any, get_type_hints

from nabla.lens.seen_types import real_type, seen_type
from nabla.lift.buffer import Buffer
from nabla.lift.dispatch import Traced

See = Callable[[Any], Any]


def _as_it_is(value: Any) -> Any:
    return value


class OwnCache:
    """`functools.cache` of one run: lifted arguments are told apart by identity.

    A cache keyed on values would answer with a derivative that belongs to another run.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.__wrapped__ = function
        self._answers: dict[Any, Any] = {}

    def __call__(self, *args: Any, **options: Any) -> Any:
        """The function's answer, computed once for the same arguments."""
        key = (tuple(map(_identity, args)), *((k, _identity(v)) for k, v in options.items()))
        if key not in self._answers:
            self._answers[key] = self.__wrapped__(*args, **options)
        return self._answers[key]

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else functools.partial(self, instance)

    def cache_clear(self) -> None:
        """Forget all answers."""
        self._answers.clear()


class _Identity:
    """A lifted value as a key; it is held, so that its identity stays its own."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and other.value is self.value

    def __hash__(self) -> int:
        return id(self.value)


def _identity(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_identity, value))  # type: ignore[arg-type]
    return _Identity(value) if isinstance(value, Traced | Buffer) else value


class Dispatching:
    """A `functools.singledispatch` function, choosing as it would for the plain value."""

    def __init__(self, function: Any, see: See = _as_it_is) -> None:
        """Stand for a dispatcher of Python's; `see` says how an implementation looks."""
        self._function, self._see = function, see

    def __call__(self, first: Any, *args: Any, **options: Any) -> Any:
        """The implementation for the type of the first argument."""
        return self.dispatch(seen_type(first))(first, *args, **options)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else functools.partial(self, instance)

    def dispatch(self, kind: Any) -> Any:
        """The implementation for a type."""
        return self._see(self._function.dispatch(real_type(kind)))

    def register(self, kind: Any, function: Any = None) -> Any:
        """Add an implementation, for a type or for that of the first annotation."""
        return _register(self._function, kind, function)


class DispatchingMethod:
    """A `functools.singledispatchmethod`, choosing as it would for the plain value."""

    def __init__(self, method: Any, see: See = _as_it_is) -> None:
        """Stand for a dispatcher of Python's; `see` says how an implementation looks."""
        self._method, self._see = method, see

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        def call(first: Any, *args: Any, **options: Any) -> Any:
            chosen = self._see(self._method.dispatcher.dispatch(real_type(seen_type(first))))
            return chosen.__get__(instance, owner)(first, *args, **options)

        return call

    def register(self, kind: Any, method: Any = None) -> Any:
        """Add an implementation, for a type or for that of the first annotation."""
        return _register(self._method, kind, method)


def _register(dispatcher: Any, kind: Any, function: Any) -> Any:
    if function is None and isinstance(kind, type | types.UnionType):
        return functools.partial(_register, dispatcher, kind)
    if function is None:
        kind, function = next(iter(get_type_hints(kind).values())), kind
    dispatcher.register(real_type(kind), function)
    return function


def _lru_cache(maxsize: Any = 128, typed: bool = False) -> Any:
    return OwnCache(maxsize) if callable(maxsize) else OwnCache


PYTHON_FUNCTIONS: dict[Callable[..., Any], Callable[..., Any]] = {
    functools.lru_cache: _lru_cache,
    functools.cache: OwnCache,
    functools.singledispatch: lambda func: Dispatching(functools.singledispatch(func)),
    functools.singledispatchmethod: lambda func: DispatchingMethod(
        functools.singledispatchmethod(func)
    ),
}
"""Function -> one that follows lifted values."""
