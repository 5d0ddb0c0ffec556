"""What f is, as far as it can be read off: to tell whether kept values are values of this f.

A function is its bytecode and constants, its default arguments, and the closure cells and globals
that it names; the functions of the user's own among these are read in the same way. Numbers,
texts, arrays and containers go by what they hold, modules and installed code by their name, other
objects by what pickle would keep of them. What pickle refuses (an open file, a lock) goes by its
type, and so does what is nested a thousand levels deep. Not seen at all is what f reads elsewhere:
files, the environment, attributes of modules.
"""

from __future__ import annotations

import copyreg
import functools
import hashlib
import sys
import sysconfig
import types
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

import numpy as np

INSTALLED = tuple({sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")})


def fingerprint(f: Any) -> dict[str, str]:
    """A digest of each part of f, by a name for the reader.

    >>> rate = 2.0
    >>> def f(x, power=3):
    ...     return rate * x**power
    >>> sorted(name.replace(f.__module__, "module") for name in fingerprint(f))
    ['power of f()', 'rate of f()', 'the code of f()']
    """
    parts: dict[str, str] = {}
    todo, seen = [f], set[int]()
    while todo:
        function = todo.pop(0)
        if id(function) in seen:
            continue
        seen.add(id(function))
        for name, value in _parts(function):
            # two lambdas have one name
            again = sum(known.split(" #")[0] == name for known in parts)
            own = _own_function(value)
            # the parts of a function named by another one stand beside those of that one
            part = digest(value if own is None else own.__qualname__)
            parts[f"{name} #{again + 1}" if again else name] = part
            todo += [own] if own is not None else []
    return parts


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The parts of f that calls of f have changed: counters, caches, random generators."""
    return [name for name in {**before, **after} if before.get(name) != after.get(name)]


def digest(value: Any) -> str:
    """A short text that differs where values differ.

    >>> digest([1, 2.0]) == digest([1, 2.0]), digest([1, 2.0]) == digest([1, 2])
    (True, False)
    """
    try:
        return _Digest().of(value).hex()
    except RecursionError:
        return type(value).__qualname__


def _parts(function: Any) -> Iterator[tuple[str, Any]]:
    """What makes up a function, or an object that is called like one, by name."""
    if isinstance(function, types.MethodType):
        yield from _parts(function.__func__)
        yield from _attributes(function.__self__)
    elif isinstance(function, types.FunctionType):
        owner = f"{function.__qualname__}()"
        yield f"the code of {owner}", function.__code__
        for name, value in _named(function):
            yield f"{name} of {owner}", value
    elif isinstance(function, functools.partial):
        yield from _parts(function.func)
        yield "the arguments of the partial", (function.args, function.keywords)
    else:
        yield from _attributes(function)


def _attributes(thing: Any) -> Iterator[tuple[str, Any]]:
    kind = cast("type[Any]", type(thing))
    if isinstance(thing, type | types.ModuleType) or not hasattr(thing, "__dict__"):
        yield f"the {kind.__qualname__}", thing
        return
    yield f"the class {kind.__qualname__}", kind
    attributes = cast("dict[str, Any]", vars(thing))
    for name, value in attributes.items():
        yield f"{name} of {kind.__qualname__}", value


def _named(function: types.FunctionType) -> Iterator[tuple[str, Any]]:
    """Defaults, closure cells and globals, as far as they have a value."""
    code = function.__code__
    positional = code.co_varnames[: code.co_argcount]
    defaults = function.__defaults__ or ()
    yield from zip(positional[len(positional) - len(defaults) :], defaults, strict=True)
    yield from (function.__kwdefaults__ or {}).items()
    for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=True):
        try:
            yield name, cell.cell_contents
        except ValueError:  # a name that is not bound yet
            continue
    for name in sorted(_names(code)):
        if name in function.__globals__:
            yield name, function.__globals__[name]


def _names(code: types.CodeType) -> set[str]:
    inner = (const for const in code.co_consts if isinstance(const, types.CodeType))
    return set(code.co_names).union(*map(_names, inner))


def _own_function(value: Any) -> types.FunctionType | None:
    """The function behind a value, if it is one of the user's own."""
    if not isinstance(value, types.FunctionType):
        value = getattr(value, "__wrapped__", None)  # a function with functools.cache on it
    if isinstance(value, types.FunctionType) and not _is_installed(value.__code__.co_filename):
        return value
    return None


def _is_installed(file: str | None) -> bool:
    return file is None or file.startswith(INSTALLED)


class _Digest:
    """Values as digests. Each object is read once, and a circle ends where it closes."""

    def __init__(self) -> None:
        self._known: dict[int, bytes] = {}
        self._alive: list[Any] = []

    def of(self, value: Any) -> bytes:
        """The digest of one value."""
        if id(value) in self._known:
            return self._known[id(value)]
        self._alive.append(value)  # or its id might be given to another object
        self._known[id(value)] = b"circle"
        kind = cast("type[Any]", type(value))
        hasher = hashlib.blake2b(f"{kind.__module__}.{kind.__qualname__}".encode(), digest_size=16)
        for piece in self._pieces(value):
            hasher.update(len(piece).to_bytes(8, "little") + piece)
        self._known[id(value)] = hasher.digest()
        return self._known[id(value)]

    def _pieces(self, value: Any) -> Iterable[bytes]:
        kind = cast("type[Any]", type(value))
        if value is None or kind in (bool, float, complex, str, bytes, type(...)):
            return [repr(value).encode()]
        if kind is int:
            return [f"{value:x}".encode()]  # no limit to its digits, as repr has
        if kind is np.ndarray or isinstance(value, np.generic):
            if not value.dtype.hasobject:
                return [repr(value.dtype).encode(), repr(value.shape).encode(), value.tobytes()]
        elif kind in (set, frozenset):
            return sorted(map(self.of, value))  # their order differs from run to run
        elif kind in (list, tuple):
            return map(self.of, value)
        elif kind is dict:
            return (self.of(item) for pair in value.items() for item in pair)
        elif isinstance(value, types.ModuleType):
            return [value.__name__.encode()]
        elif isinstance(value, types.CodeType):
            return self._of_code(value)
        elif isinstance(value, types.FunctionType):
            return self._of_function(value)
        elif isinstance(value, type):
            return self._of_class(value)
        return self._as_pickled(value)

    def _of_code(self, code: types.CodeType) -> Iterable[bytes]:
        names = (code.co_names, code.co_varnames, code.co_freevars)
        return [code.co_code, *map(self.of, (*names, code.co_consts))]

    def _of_function(self, function: types.FunctionType) -> Iterable[bytes]:
        name = self.of((function.__module__, function.__qualname__))
        if _is_installed(function.__code__.co_filename):
            return [name]
        return [name, self.of(function.__code__), *(self.of(pair) for pair in _named(function))]

    def _of_class(self, kind: type) -> Iterable[bytes]:
        name = self.of((kind.__module__, kind.__qualname__))
        file = getattr(sys.modules.get(kind.__module__), "__file__", None)
        if kind.__module__ != "__main__" and _is_installed(file):
            return [name]
        members = [
            pair
            for pair in vars(kind).items()
            if isinstance(pair[1], types.FunctionType) or not pair[0].startswith("__")
        ]
        return [name, self.of(kind.__bases__), *map(self.of, members)]

    def _as_pickled(self, value: Any) -> Iterable[bytes]:
        """What pickle would keep, and the functions that are behind it."""
        if isinstance(value, property):
            return [self.of((value.fget, value.fset))]
        behind = self.of(getattr(value, "__wrapped__", None))
        reduce = copyreg.dispatch_table.get(type(value), lambda value: value.__reduce_ex__(4))
        try:
            kept: Any = reduce(value)
        except Exception:  # whatever it is: it says that the object cannot be kept
            return [behind, getattr(value, "__qualname__", "").encode()]
        if isinstance(kept, str):
            return [behind, kept.encode()]
        build, *parts = kept
        listed: list[Any] = [[*part] if isinstance(part, Iterator) else part for part in parts]
        return [behind, self.of(build), self.of(listed)]
