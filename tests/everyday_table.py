"""The table of everyday functions: what each is, where it is differentiated, what is expected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

Outcome = Literal["right", "refused", "right or refused"]
KINDS = (
    "unpacking",
    "iteration",
    "control flow",
    "builtins",
    "math",
    "complex",
    "statistics",
    "checks",
    "text",
    "functions",
    "classes",
    "making arrays",
    "filling arrays",
    "in place",
    "array methods",
    "numpy callers",
    "fft",
    "scipy",
    "models",
    "cannot follow",
)


@dataclass(frozen=True, eq=False)
class Everyday:
    """One function as people write it.

    Attributes:
        kind: one of `KINDS`.
        f: the function, plain NumPy and Python.
        at: the point, a float or nested lists.
        outcome: what forward mode must do: give the right gradient, refuse, or either.
        gradient: the gradient by hand, a function of x; else it is measured.
        nested: whether second derivatives are checked as well.
        digits: whether method="mpmath" is checked as well.
        writes: whether a plain call leaves something behind in the function's own module.
        tolerance: relative, where f itself rounds to less than double precision.
        slow: too slow for the many calls that measuring the gradient takes.
    """

    kind: str
    f: Callable[[Any], Any]
    at: Any
    outcome: Outcome
    gradient: Callable[[Any], Any] | None = None
    nested: bool = False
    digits: bool = False
    writes: bool = False
    tolerance: float = 0.0
    slow: bool = False

    @property
    def name(self) -> str:
        return self.f.__name__

    def point(self) -> Any:
        """A fresh x: f may write into it."""
        return self.at if isinstance(self.at, float) else np.array(self.at, dtype=float)


BY_MODULE: dict[str, list[Everyday]] = defaultdict(list)
"""By module, because pytest imports these files once more, under other names, for doctests."""

Register = Callable[[Callable[[Any], Any]], Callable[[Any], Any]]


def _registered(kind: str, at: Any, outcome: Outcome, **options: Any) -> Register:
    assert kind in KINDS, kind

    def register(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
        BY_MODULE[f.__module__].append(Everyday(kind, f, at, outcome, **options))
        return f

    return register


def follows(kind: str, at: Any, **options: Any) -> Register:
    """Forward mode must give the right gradient."""
    return _registered(kind, at, "right", **options)


def refuses(at: Any, **options: Any) -> Register:
    """The derivative is lost on the way: forward mode must say so."""
    return _registered("cannot follow", at, "refused", **options)


def never_wrong(kind: str, at: Any, **options: Any) -> Register:
    """Whether it can be followed is open; a wrong gradient is not."""
    return _registered(kind, at, "right or refused", **options)
