"""The lens: the user's function as a copy that sees the outside world through us.

`math.sin`, `float`, `np.zeros` and the user's own helpers know nothing of lifted values, and
Python offers no hook on the way to them. So while f is traced it runs as a copy of itself, with
the same code, whose globals, closure and builtins are *seen through*: whatever it reads from
outside comes as a version that follows lifted values (`sight` says which). Functions made
inside the copy inherit its globals, so that lambdas, comprehensions and generators need nothing
more.

Nothing is patched. CPython reads globals through ``__getitem__`` when they are a dict subclass,
and a function made of the same code with other globals leaves the original as it was; threads
have a lens each.
"""

from __future__ import annotations

import builtins
import functools
import threading
import types
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from nabla.lens.aftermath import Changing, hand_on, hand_on_cell
from nabla.lens.seen_globals import Globals, seen_eval, seen_exec
from nabla.lens.sight import Sight

_KEPT = 64
_import: Any = builtins.__import__  # whose arguments are passed on


@dataclass
class _Cell:
    """The copy of a closure's cell, shared by all functions that share the cell.

    The cell itself is not held: it may hold the function, which is to die when it will.
    """

    seen: types.CellType
    shown: Any = None
    users: int = 0


class Lens:
    """One function as it is seen through, kept from run to run."""

    def __init__(self, *, is_library: bool = False) -> None:
        """A lens, for the user's code or for that of NumPy and SciPy."""
        self._spaces: dict[int, Globals] = {}
        self._to_start: dict[int, Changing] = {}
        self._cells: dict[int, _Cell] = {}
        self._copies: list[tuple[weakref.ref[Any], types.FunctionType]] = []
        self._bodies: dict[types.FunctionType, Any] = {}
        self._is_running = False
        own_builtins = {"__import__": self.import_, "eval": seen_eval, "exec": seen_exec}
        self.sight = Sight(
            self.copy_of,
            self._space,
            own_builtins,
            read_library,
            self._to_start,
            is_library=is_library,
        )

    def run(self, f: Callable[[Any], Any], x: Any) -> Any:
        """f(x), seen through."""
        if self._is_running:  # f calls itself on a way that is not seen
            return Lens().run(f, x)
        self._is_running = True
        try:
            self._start()
            return self.sight.see(f)(x)
        finally:
            self._is_running = False
            if self.sight.of_this_run or self._cells or self._to_start or self._has_attributes():
                self._finish()

    def _start(self) -> None:
        """Bring what is kept in step with what the user changed since the last run."""
        if self._to_start:
            for each in tuple(self._to_start.values()):
                each.start()
        for reference, copy in self._copies:
            function = reference()
            # whether there is anything that the user, or f itself, may have assigned; this is
            # most of what a warm call costs, so it is asked here and not in a function
            if function is not None and (
                function.__code__ is not copy.__code__
                or function.__closure__
                or function.__defaults__
                or function.__kwdefaults__
                or function.__dict__
                or copy.__defaults__
                or copy.__kwdefaults__
                or copy.__dict__
            ):
                self._bring_in_step(function, copy)
                for real in function.__closure__ or ():
                    self._fill(real)

    def _has_attributes(self) -> bool:
        for _, copy in self._copies:  # noqa: SIM110 - any() takes twice as long
            if copy.__dict__:
                return True
        return False

    def _finish(self) -> None:
        origin = self.sight.hand_on()
        for each in tuple(self._to_start.values()):
            each.hand_on(origin)
        for reference, copy in self._copies:
            function = reference()
            if function is None:
                continue
            if copy.__dict__ or function.__dict__:
                hand_on(function, copy, origin)
            for real in function.__closure__ or ():
                cell = self._cells[id(real)]
                hand_on_cell(real, cell.seen, cell.shown, origin)
        self.sight.forget()

    def import_(self, name: str, *args: Any, **options: Any) -> Any:
        """`import` inside f: the module, seen through."""
        given = [value.real if isinstance(value, Globals) else value for value in args]
        if isinstance(options.get("globals"), Globals):
            options["globals"] = options["globals"].real
        return self.sight.see(_import(name, *given, **options))

    def copy_of(self, function: types.FunctionType, *, only_closure: bool = False) -> Any:
        """A function of the same code that sees the outside through this lens.

        Args:
            function: the original.
            only_closure: whether to leave its globals alone: a wrapper of Python's own, such as
                that of a context manager, holds the user's function in its closure.
        """
        space = function.__globals__
        if isinstance(space, Globals):  # made inside the lens already
            return function
        closure = function.__closure__ or ()
        new = [real for real in closure if id(real) not in self._cells]
        places = [id(real) for real in closure]
        for place in places:
            self._cells.setdefault(place, _Cell(types.CellType())).users += 1
        copy = types.FunctionType(
            function.__code__,
            space if only_closure else self._space(space),
            function.__name__,
            None,
            tuple(self._cells[place].seen for place in places) or None,
        )
        # before its cells are filled: it may be in one of them
        self.sight.keep_while_it_lives(function, copy, lambda: self._let_go(places))
        for real in new:
            self._fill(real)
        if not only_closure:
            self._space(space).admit(function.__code__)
        self._bring_in_step(function, copy)
        self._copies.append((weakref.ref(function), copy))
        copy.__qualname__, copy.__module__ = function.__qualname__, function.__module__
        copy.__doc__ = function.__doc__
        return copy

    def library_copy_of(self, function: types.FunctionType) -> Any:
        """The copy of a function for which there may be a rule, too, but not for this call."""
        if function not in self._bodies:
            self._bodies[function] = self.copy_of(function)
        return self._bodies[function]

    def _space(self, real: dict[str, Any]) -> Globals:
        if id(real) not in self._spaces:
            self._spaces[id(real)] = Globals(real, self.sight, self._to_start)
        return self._spaces[id(real)]

    def _let_go(self, places: list[int]) -> None:
        """Forget a function that has died, and what it alone had in its closure."""
        # a new list: the old one may be being gone through
        self._copies = [(lives, copy) for lives, copy in self._copies if lives() is not None]
        for place in places:
            self._cells[place].users -= 1
            if not self._cells[place].users:
                del self._cells[place]

    def _fill(self, real: types.CellType) -> None:
        try:
            content = real.cell_contents
        except ValueError:  # not assigned yet
            return
        cell = self._cells[id(real)]
        cell.shown = cell.seen.cell_contents = self.sight.see(content)

    def _bring_in_step(self, function: types.FunctionType, copy: types.FunctionType) -> None:
        """Give the copy what the user may have assigned to the function since."""
        see = self.sight.see
        if copy.__code__ is not function.__code__:
            copy.__code__ = function.__code__
            self._space(function.__globals__).admit(function.__code__)
        if function.__defaults__ or copy.__defaults__:
            copy.__defaults__ = tuple(map(see, function.__defaults__ or ())) or None
        if function.__kwdefaults__ or copy.__kwdefaults__:
            options = function.__kwdefaults__ or {}
            copy.__kwdefaults__ = {name: see(value) for name, value in options.items()} or None
        if function.__dict__ or copy.__dict__:
            copy.__dict__.clear()
            copy.__dict__.update({name: see(value) for name, value in function.__dict__.items()})


class _Lenses(threading.local):
    """The latest lenses of one thread; each goes with its function."""

    def __init__(self) -> None:
        self.kept: dict[int, tuple[weakref.ref[Any], Lens]] = {}

    def of(self, f: Any) -> Lens:
        """The lens kept for this very function, or a new one."""
        anchor = _anchor(f)
        key = id(anchor)
        kept = self.kept.get(key)
        if kept is not None and kept[0]() is anchor:
            return kept[1]
        lens, lenses = Lens(), self.kept
        try:
            reference = weakref.ref(anchor, lambda _: lenses.pop(key, None) and None)
        except TypeError:
            return lens
        lenses[key] = (reference, lens)
        while len(lenses) > _KEPT:
            del lenses[next(iter(lenses))]  # the oldest
        return lens


def _anchor(f: Any) -> Any:
    """What lives as long as f is of use: a bound method or an object is made anew each time."""
    if isinstance(f, types.MethodType):
        return f.__func__
    if isinstance(f, functools.partial):
        return _anchor(f.func)
    if isinstance(f, types.FunctionType):
        return f
    return cast("Any", _anchor(f.f) if hasattr(type(f), "seen_through") else type(f))


class _LibraryLens(threading.local):
    """The lens of one thread for the Python code of NumPy and SciPy."""

    def __init__(self) -> None:
        self.lens = Lens(is_library=True)


def read_library(code: Any) -> Any:
    """A library's function or class, to be read as the Python it is written in."""
    lens = _LIBRARY.lens
    return lens.sight.see(code) if isinstance(code, type) else lens.library_copy_of(code)


_LENSES = _Lenses()
_LIBRARY = _LibraryLens()


def run_through_lens(f: Callable[[Any], Any], x: Any) -> Any:
    """f(x), with everything that f reads from outside seen through."""
    kept = _LENSES.kept.get(id(f))
    if kept is not None and kept[0]() is f:
        return kept[1].run(f, x)
    return _LENSES.of(f).run(f, x)
