"""Modules as the user's function sees them."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

from nabla.lens.ownership import is_library, top_level


class SeenModule(types.ModuleType):
    """A module whose attributes are seen through: they are its globals, read and written."""

    def __init__(
        self,
        real: types.ModuleType,
        space: dict[str, Any],
        see: Callable[[Any], Any],
        keeps: Callable[[Any], bool],
    ) -> None:
        """Stand before a module.

        Args:
            real: the module.
            space: its globals, seen through.
            see: how its attributes look.
            keeps: whether an attribute looks the same in every run.
        """
        super().__init__(real.__name__)
        settled = is_library(real.__name__) or top_level(real.__name__) in ("math", "cmath")
        own = {"_real": real, "_space": space, "_see": see, "_keeps": keeps, "_is_settled": settled}
        for name, value in own.items():
            object.__setattr__(self, name, value)

    @property
    def __dict__(self) -> Any:  # pyright: ignore[reportIncompatibleVariableOverride]
        """The module's globals, as they are seen."""
        return self._space

    def __getattr__(self, name: str) -> Any:
        if name not in self._space:  # there may be a module's own __getattr__
            return self._see(getattr(self._real, name))
        seen = self._space[name]
        if self._is_settled and (seen is getattr(self._real, name) or self._keeps(seen)):
            # nobody rebinds np.sin: the next time it is found at once
            object.__setattr__(self, name, seen)
        return seen

    def __setattr__(self, name: str, value: Any) -> None:
        self._forget(name)
        self._space[name] = value

    def __delattr__(self, name: str) -> None:
        self._forget(name)
        del self._space[name]

    def _forget(self, name: str) -> None:
        object.__setattr__(self, "_is_settled", False)
        with suppress(AttributeError):
            object.__delattr__(self, name)

    def __dir__(self) -> list[str]:
        return sorted({*dir(self._real), *self._space})


def seen_vars(*of: Any) -> Any:
    """`vars`, of the function that asks."""
    if not of:
        return cast("Any", sys._getframe(1).f_locals)  # pyright: ignore[reportPrivateUsage]
    return cast("Any", vars(of[0]))
