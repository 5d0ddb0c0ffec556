"""How each kind of object looks through the lens.

Code (functions, classes, modules, NumPy's calls) looks the same in every run and is kept. What
holds values (arrays, containers, objects of the user's classes) is shown as a copy made for the
run, so that nothing f does to it stays behind.
"""

from __future__ import annotations

import argparse
import builtins
import collections
import functools
import types
import weakref
from collections.abc import Callable, Iterator
from typing import Any, List  # noqa: UP035 - for the type of its aliases

import numpy as np

from nabla.lens import containers
from nabla.lens.aftermath import Changing, WayBack, hand_on
from nabla.lens.aliases import view_of_base
from nabla.lens.constructors import CONSTRUCTORS, ROWS, Vectorize
from nabla.lens.containers import ATOMS
from nabla.lens.ownership import is_library, is_opaque, is_readable, top_level
from nabla.lens.python_functions import PYTHON_FUNCTIONS, Dispatching, OwnCache
from nabla.lens.seen_calls import SeenCall, is_known
from nabla.lens.seen_modules import SeenModule, seen_vars
from nabla.lens.seen_types import (
    SEEN_TYPES,
    seen_hasattr,
    seen_isinstance,
    seen_isscalar,
    seen_type,
)
from nabla.lens.twins import Twins
from nabla.lift.buffer import Buffer
from nabla.lift.dispatch import Traced

_REFLECTION: dict[Any, Any] = {
    isinstance: seen_isinstance,
    hasattr: seen_hasattr,
    vars: seen_vars,
    type: seen_type,
    np.isscalar: seen_isscalar,
}
"""What asks how a value looks. NumPy's own code may know that it is lifted."""

_SEEN_MODULES = frozenset({"math", "cmath", "statistics", "functools", "operator", "builtins"})
"""Modules of Python's own in which something looks different."""

_REPLACED: dict[Any, Any] = {**SEEN_TYPES, **CONSTRUCTORS, **PYTHON_FUNCTIONS}
"""Object -> the version of it that follows lifted values."""

_FROM_C = (types.BuiltinFunctionType, types.MethodWrapperType)


class Sight:
    """What one function sees: one version of each object, by identity.

    Attributes:
        builtins: the builtins as they are seen.
        of_this_run: id -> what was shown as a copy, which f may have changed, and the copy.
        copy_of: makes the copy of a function that sees through the lens.
        read_library: gives the copy of a library's function or class, which sees through a lens
            of its own.
        is_library: whether this is what a library's own code sees.
    """

    def __init__(
        self,
        copy_of: Callable[..., Any],
        space_of: Callable[[dict[str, Any]], dict[str, Any]],
        own_builtins: dict[str, Any],
        read_library: Callable[[Any], Any],
        to_start: dict[int, Changing],
        *,
        is_library: bool = False,
    ) -> None:
        """What a lens shows.

        Args:
            copy_of: makes the copy of a function.
            space_of: gives a module's globals as they are seen.
            own_builtins: name -> the lens's own version of a builtin.
            read_library: gives the copy of a library's function or class.
            to_start: where those sign up who want a word when a run starts, and when it is over.
            is_library: whether it is a library's own code that sees.
        """
        self.copy_of = copy_of
        self.read_library = read_library
        self.is_library = is_library
        self._replaced = _REPLACED if is_library else {**_REPLACED, **_REFLECTION}
        self._kept: dict[int, tuple[Any, Any]] = {}
        self.of_this_run: dict[int, tuple[Any, Any]] = {}
        self._space_of = space_of
        self._twins = Twins(self, to_start)
        self.builtins = {
            name: self._replacement(value) or value for name, value in vars(builtins).items()
        } | own_builtins

    def see(self, value: Any) -> Any:
        """The value as f sees it."""
        if type(value) in ATOMS:
            return value
        known = self._kept.get(id(value)) or self.of_this_run.get(id(value))
        return known[1] if known else self._look(value)

    def keep(self, value: Any, seen: Any) -> Any:
        """Remember a version for all runs."""
        self._kept[id(value)] = (value, seen)
        self._kept[id(seen)] = (seen, seen)
        return seen

    def keep_while_it_lives(self, value: Any, seen: Any, then: Callable[[], None]) -> None:
        """Remember a version for as long as the user's object lives, then do something."""
        key = id(value)

        def drop(reference: Any) -> None:
            self._kept.pop(key, None)
            self._kept.pop(id(seen), None)
            then()

        self._kept[key] = (weakref.ref(value, drop), seen)
        self._kept[id(seen)] = (seen, seen)

    def keep_for_this_run(self, value: Any, seen: Any) -> Any:
        """Remember a version until the run is over."""
        self.of_this_run[id(value)] = (value, seen)
        self.of_this_run[id(seen)] = (seen, seen)
        return seen

    def keeps(self, value: Any) -> bool:
        """Whether the value looks the same in every run."""
        return id(value) in self._kept

    def hand_on(self) -> WayBack:
        """Leave behind what a plain run would; the way back to the originals."""
        origin = WayBack(self._pairs)
        for value, seen in self.of_this_run.values():
            if value is not seen and not isinstance(seen, Buffer | OwnCache):
                hand_on(value, seen, origin)
        return origin

    def _pairs(self) -> Iterator[tuple[Any, Any]]:
        for table in (self._kept, self.of_this_run):
            for value, seen in table.values():
                if value is not seen:
                    yield value() if isinstance(value, weakref.ref) else value, seen

    def forget(self) -> None:
        """Let go of what belonged to this run."""
        self.of_this_run.clear()

    def _look(self, value: Any) -> Any:
        if isinstance(value, Traced):
            return value
        replacement = self._replacement(value)
        if replacement is not None:
            return self.keep(value, replacement)
        look = _LOOKS.get(type(value))
        if look is not None:
            return look(self, value)
        if isinstance(value, np.ufunc | types.BuiltinMethodType) or type(value) is type(np.sum):
            return self._call(value)
        if isinstance(value, types.ModuleType):
            return self._module(value)
        if isinstance(value, type):
            if is_library(value.__module__) and not self.is_library:
                return self.keep(value, self.read_library(value))
            return self._twins.class_(value)
        if hasattr(type(value), "seen_through"):
            return value.seen_through(self.see)
        return self._twins.instance(value)

    def _replacement(self, value: Any) -> Any:
        if callable(value):
            try:
                return self._replaced.get(value)
            except TypeError:  # unhashable
                return None
        return next((seen for real, seen in ROWS if real is value), None)

    def _call(self, value: Any) -> Any:
        """A function written in C, or one of NumPy's."""
        holder = getattr(value, "__self__", None)
        if isinstance(value, _FROM_C) and not isinstance(holder, types.ModuleType | type(None)):
            seen = self.see(holder)
            return value if seen is holder else getattr(seen, value.__name__)
        module = top_level(getattr(value, "__module__", None))
        if isinstance(value, np.ufunc) or module in ("numpy", "scipy") or is_known(value):
            return self.keep(value, SeenCall(value, self.read_library))
        return value

    def _module(self, module: types.ModuleType) -> Any:
        name = module.__name__
        if name not in _SEEN_MODULES and is_opaque(name):
            return module
        seen = SeenModule(module, self._space_of(vars(module)), self.see, self.keeps)
        return self.keep(module, seen)


def _function(sight: Sight, function: types.FunctionType) -> Any:
    library = is_library(function.__globals__.get("__name__"))
    if is_readable(function) and not library:
        return sight.copy_of(function)
    if hasattr(function, "dispatch") and hasattr(function, "registry"):
        return sight.keep(function, Dispatching(function, sight.see))
    if is_known(function) or (library and not sight.is_library):
        return sight.keep(function, SeenCall(function, sight.read_library))
    if library:
        return sight.copy_of(function)
    if any(_looks_different(sight, cell) for cell in function.__closure__ or ()):
        return sight.copy_of(function, only_closure=True)
    return function


def _looks_different(sight: Sight, cell: types.CellType) -> bool:
    try:
        content = cell.cell_contents
    except ValueError:
        return False
    return callable(content) and sight.see(content) is not content


def _array(sight: Sight, array: Any) -> Any:
    found = view_of_base(array)
    if found is None:
        return sight.keep_for_this_run(array, Buffer(array, borrowed=True))
    base, view = found
    seen = sight.see(base)
    return sight.keep_for_this_run(array, seen.seen_as(view(seen.content), view))


def _namespace(sight: Sight, namespace: Any) -> Any:
    seen: Any = sight.keep_for_this_run(namespace, type(namespace)())
    seen.__dict__.update({name: sight.see(v) for name, v in namespace.__dict__.items()})
    return seen


def _method(sight: Sight, method: types.MethodType) -> Any:
    return types.MethodType(sight.see(method.__func__), sight.see(method.__self__))


def _partial(sight: Sight, partial: Any) -> Any:
    options = {name: sight.see(value) for name, value in partial.keywords.items()}
    return functools.partial(sight.see(partial.func), *map(sight.see, partial.args), **options)


def _cache(sight: Sight, cache: Any) -> Any:
    return sight.keep_for_this_run(cache, OwnCache(sight.see(cache.__wrapped__)))


def _vectorize(sight: Sight, vectorized: Any) -> Any:
    return Vectorize(sight.see(vectorized.pyfunc), signature=vectorized.signature)


def _alias(sight: Sight, alias: Any) -> Any:
    """A generic class with its parameters, `Stack[float]`; it is called as the class is."""
    origin = sight.see(alias.__origin__)
    return alias if origin is alias.__origin__ else origin[alias.__args__]


_LOOKS: dict[type, Callable[[Sight, Any], Any]] = {
    types.FunctionType: _function,
    np.ndarray: _array,
    list: containers.list_copy,
    collections.deque: containers.deque_copy,
    dict: containers.dict_copy,
    collections.OrderedDict: containers.dict_copy,
    collections.defaultdict: containers.dict_copy,
    collections.Counter: containers.dict_copy,
    set: containers.set_copy,
    frozenset: containers.set_copy,
    tuple: containers.tuple_seen,
    types.SimpleNamespace: _namespace,
    argparse.Namespace: _namespace,
    types.MethodType: _method,
    functools.partial: _partial,
    type(functools.cache(len)): _cache,
    np.vectorize: _vectorize,
    types.GenericAlias: _alias,
    type(List[int]): _alias,  # noqa: UP006
}
"""Type -> how its objects look."""
