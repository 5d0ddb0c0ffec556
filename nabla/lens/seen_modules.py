"""Modules as the user's function sees them."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from typing import Any, cast

from nabla.lens.aftermath import Changing, WayBack, hand_on_global
from nabla.lens.ownership import is_library, top_level


class SeenModule(types.ModuleType):
    """A module whose attributes are seen through.

    What f assigns to it is kept here until the run is over.
    """

    def __init__(
        self,
        real: types.ModuleType,
        see: Callable[[Any], Any],
        keeps: Callable[[Any], bool],
        to_start: dict[int, Changing],
    ) -> None:
        """Stand before a module.

        Args:
            real: the module.
            see: how its attributes look.
            keeps: whether an attribute looks the same in every run.
            to_start: where to sign up when something is assigned.
        """
        super().__init__(real.__name__)
        settled = is_library(real.__name__) or top_level(real.__name__) in ("math", "cmath")
        vars(self).update(
            _real=real,
            _see=see,
            _keeps=keeps,
            _is_settled=settled,
            _assigned=set[str](),
            _to_start=to_start,
        )

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._real, name)
        seen = self._see(value)
        if self._is_settled and (seen is value or self._keeps(value)):
            vars(self)[name] = seen  # nobody rebinds np.sin: the next time it is found at once
        return seen

    def __setattr__(self, name: str, value: Any) -> None:
        vars(self)[name] = value
        self._assigned.add(name)
        self._to_start[id(self)] = self

    def __dir__(self) -> list[str]:
        return dir(self._real)

    def start(self) -> None:
        """Forget what was assigned in the last run."""
        for name in self._assigned:
            vars(self).pop(name, None)
        self._assigned.clear()

    def hand_on(self, origin: WayBack) -> None:
        """Leave in the module what f assigned to it, if it is plain."""
        for name in self._assigned:
            hand_on_global(vars(self._real), name, vars(self)[name], origin)


def seen_vars(*of: Any) -> Any:
    """`vars`, with a module's attributes seen through."""
    if not of:
        return cast("Any", sys._getframe(1).f_locals)  # pyright: ignore[reportPrivateUsage]
    if isinstance(of[0], SeenModule):
        return {name: getattr(of[0], name) for name in dir(of[0])}
    return cast("Any", vars(of[0]))
