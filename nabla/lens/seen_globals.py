"""The globals of a module as the user's function sees them."""

from __future__ import annotations
import __future__

import dis
import inspect
import sys
import types
from collections.abc import Iterator, MutableMapping
from typing import Any, cast

from nabla.lens.aftermath import Changing, WayBack, hand_on_global
from nabla.lens.sight import Sight

_ABSENT: Any = object()
_FUTURE = __future__.annotations.compiler_flag


class Globals(MutableMapping[str, Any], dict[str, Any]):  # pyright: ignore[reportGeneralTypeIssues]
    """The globals of a module, seen through.

    What is looked up is remembered for as long as the module still has the very same object
    under that name. What f itself writes (``global count``, ``globals()["count"]``, or
    ``settings.count`` from another module) is stored here, not in the module. dict's own methods
    would look at what is stored here only, so those of MutableMapping stand before them.

    Attributes:
        real: the module's own.
    """

    __slots__ = ("_known", "_laid_out", "_passing", "_sight", "_to_start", "_written", "real")

    def __init__(self, real: dict[str, Any], sight: Sight, to_start: dict[int, Changing]) -> None:
        """Stand before a module's globals.

        Args:
            real: the module's own.
            sight: how its objects look.
            to_start: where to sign up for a word at the start of the next run.
        """
        # CPython takes a function's builtins, and the name in its messages, from here
        dict.__init__(self, __builtins__=sight.builtins, __name__=real.get("__name__"))
        self.real = real
        self._sight = sight
        self._known: dict[str, tuple[Any, Any]] = {}
        self._passing: list[str] = []
        self._written: set[str] = set()
        self._laid_out: set[str] = set()
        self._to_start = to_start

    def __getitem__(self, name: str) -> Any:
        known = self._known.get(name)
        if known is not None and known[0] is self.real.get(name, _ABSENT):
            return known[1]
        return self._look(name)

    def _look(self, name: str) -> Any:
        if name in self._written and dict.__contains__(self, name):
            return cast("Any", dict.__getitem__(self, name))
        value = self.real.get(name, _ABSENT)
        seen = self._sight.builtins[name] if value is _ABSENT else self._sight.see(value)
        if name not in self._written:
            self._known[name] = (value, seen)
            if value is not seen and not self._sight.keeps(value):
                self._passing.append(name)
                self._to_start[id(self)] = self
        return seen

    def __setitem__(self, name: str, value: Any) -> None:
        """What `globals()[name] = value` does; ``global name`` writes without asking."""
        self._written.add(name)
        self._known.pop(name, None)
        self._to_start[id(self)] = self
        dict.__setitem__(self, name, value)

    def __delitem__(self, name: str) -> None:
        if name not in self._written:
            raise KeyError(name)
        dict.__delitem__(self, name)

    def __contains__(self, name: object) -> bool:
        return name in self.real or (name in self._written and dict.__contains__(self, name))

    def __iter__(self) -> Iterator[str]:
        yield from self.real
        yield from (name for name in self._written - self.real.keys() if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def copy(self) -> dict[str, Any]:
        """A plain dict of everything as it is seen."""
        return dict(self.items())

    def admit(self, code: types.CodeType) -> None:
        """Take note of what a function's code does with its globals, besides reading them."""
        for inner in _codes(code):
            for instruction in dis.get_instructions(inner):
                if instruction.opname in ("STORE_GLOBAL", "DELETE_GLOBAL"):
                    self._written.add(instruction.argval)
                    self._known.pop(instruction.argval, None)
            if not inner.co_flags & inspect.CO_OPTIMIZED:
                # a class body reads names without asking __getitem__: lay them out beforehand
                self._laid_out.update(inner.co_names)
        if self._written or self._laid_out:
            self._to_start[id(self)] = self
        self._lay_out()

    def start(self) -> None:
        """Forget what belonged to the last run."""
        for name in self._passing:
            self._known.pop(name, None)
        self._passing.clear()
        for name in self._written:
            dict.pop(self, name, None)
        self._lay_out()

    def hand_on(self, origin: WayBack) -> None:
        """Leave in the module what f wrote under ``global``, if it is plain."""
        for name in self._written:
            if dict.__contains__(self, name):
                hand_on_global(self.real, name, dict.__getitem__(self, name), origin)

    def _lay_out(self) -> None:
        for name in self._laid_out & self.real.keys():
            if name not in self._written or not dict.__contains__(self, name):
                dict.__setitem__(self, name, self._sight.see(self.real[name]))


def seen_eval(source: Any, globals: Any = None, locals: Any = None, /) -> Any:
    """`eval`, with the names in the text seen through."""
    frame = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
    return eval(*_seen_code(source, "eval", frame, globals, locals))


def seen_exec(source: Any, globals: Any = None, locals: Any = None, /) -> None:
    """`exec`, with the names in the text seen through."""
    frame = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
    exec(*_seen_code(source, "exec", frame, globals, locals))


def _seen_code(
    source: Any, mode: str, frame: types.FrameType, space: Any, names: Any
) -> tuple[types.CodeType, Any, Any]:
    """The code of a text, the globals and the locals it runs with."""
    if names is None:
        names = frame.f_locals if space is None else space
    space = frame.f_globals if space is None else space
    code = source
    if not isinstance(source, types.CodeType):
        text = source.lstrip() if mode == "eval" and isinstance(source, str) else source
        flags = frame.f_code.co_flags & _FUTURE
        code = compile(text, "<string>", mode, flags=flags, dont_inherit=True)
    if isinstance(space, Globals):
        space.admit(code)
    else:
        space.setdefault("__builtins__", frame.f_builtins)
    return code, space, names


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    """A function's code and that of everything defined in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _codes(constant)
