"""Types as the user's function sees them: callable, dtype, and what `isinstance` asks for.

``float(x)`` of a lifted x must stay lifted, and ``isinstance(x, float)`` must answer as it does
on plain numbers, or the traced run would take another branch than the plain one.
"""

from __future__ import annotations

import types
from typing import Any, cast

import numpy as np

from nabla.lift.buffer import boxed
from nabla.lift.dispatch import apply, is_number, lifted_in, packed, representative
from nabla.rules.rule import Value, is_complex


class Kind(type):
    """The type of the stand-ins for float, np.ndarray and so on.

    Attributes:
        real: the type it stands for.
    """

    real: type

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> Any:
        """A stand-in; a class of the user's that inherits from one inherits from the real type."""
        if any(isinstance(base, Kind) for base in bases):
            return types.new_class(
                name, tuple(map(real_type, bases)), exec_body=lambda ns: ns.update(namespace)
            )
        return super().__new__(cls, name, bases, namespace)

    def __init__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> None:
        super().__init__(name, bases, namespace)

    def __call__(cls, *args: Any, **options: Any) -> Any:
        """What a call of the type makes of plain and of lifted arguments."""
        if len(args) == 1 and not options and type(args[0]) in _PLAIN:
            return cls.real(args[0])
        args = tuple(packed(value) for value in args)
        if lifted_in((args, options)):
            return _converted(cls.real, *args, **options)
        return boxed(cls.real(*args, **options), args)

    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(representative(value), cls.real)

    def __subclasscheck__(cls, subclass: Any) -> bool:
        return issubclass(real_type(subclass), cls.real)

    def __getattr__(cls, name: str) -> Any:
        return getattr(cls.real, name)

    def __eq__(cls, other: object) -> bool:
        return other is cls or other is cls.real

    def __hash__(cls) -> int:
        return hash(cls.real)

    def __or__(cls, other: Any) -> Any:
        return cls.real | real_type(other)

    def __ror__(cls, other: Any) -> Any:
        return real_type(other) | cls.real

    def __repr__(cls) -> str:
        return repr(cls.real)


_PLAIN = frozenset({int, float, complex, str, bool, np.float64, np.int64})


def _converted(kind: Any, *args: Value, **options: Any) -> Value:
    """What a call of the type makes of lifted arguments."""
    if kind is np.ndarray:
        raise TypeError("np.ndarray(…) makes an array of a shape; a lifted value is none")
    first = args[0]
    if kind is complex and len(args) == 2:
        return apply(np.add, (first, apply(np.multiply, (args[1], 1j), {})), {})
    if np.size(first) != 1 and kind in (float, complex):
        raise TypeError("only length-1 arrays can be converted to Python scalars")
    if kind is float and is_complex(first):
        raise TypeError("float() argument must be a string or a real number, not 'complex'")
    if kind in (float, complex):
        number = first if is_number(first) else apply(np.reshape, (first, ()), {})[()]
        return apply(kind, (number,), {})
    return first.astype(kind)


def _kind(real: type) -> Kind:
    namespace: dict[str, Any] = {"real": real}
    if real is not np.ndarray:
        namespace["dtype"] = np.dtype(real)  # so that np.zeros(3, dtype=float) accepts it
    if issubclass(real, float):
        namespace["__match_args__"] = ("real",)  # case float(v): v is the number itself
    return Kind(real.__name__, (), namespace)


SEEN_TYPES: dict[type, Kind] = {
    real: _kind(real)
    for real in (
        float,
        complex,
        np.ndarray,
        np.float64,
        np.float32,
        np.float16,
        np.longdouble,
        np.complex128,
        np.complex64,
        np.int64,
        np.int32,
        np.intp,
    )
}
"""Type -> its stand-in."""


def real_type(value: Any) -> Any:
    """The type a stand-in stands for; anything else as it is."""
    if isinstance(value, Kind):
        return value.real
    if isinstance(value, tuple):
        entries = cast("tuple[Any, ...]", value)
        if any(isinstance(entry, Kind | tuple) for entry in entries):
            return tuple(real_type(entry) for entry in entries)
    return cast("Any", getattr(value, "seen_of", value) if isinstance(value, type) else value)


def seen_isinstance(value: Any, kinds: Any, /) -> bool:
    """`isinstance`, answered as for the plain value."""
    plain = representative(value)
    return isinstance(plain, real_type(kinds)) or (plain is value and isinstance(value, kinds))


def seen_type(*args: Any) -> Any:
    """`type`, answered as for the plain value."""
    if len(args) != 1:
        return type(*args)
    kind = cast("Any", type(representative(args[0])))
    return SEEN_TYPES.get(kind, kind)


def seen_hasattr(value: Any, name: str, /) -> bool:
    """`hasattr`, answered as for the plain value."""
    return hasattr(representative(value), name)


def seen_isscalar(element: Any) -> bool:
    """`np.isscalar`, answered as for the plain value."""
    return np.isscalar(representative(element))
