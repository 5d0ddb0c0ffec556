"""Resolving ``method="central"`` to `Central()`."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Any

from nabla.errors import UnknownMethod
from nabla.methods.auto import Auto
from nabla.methods.central import Central
from nabla.methods.complex_step import ComplexStep
from nabla.methods.forward import Forward
from nabla.methods.high_precision import Multiprecision
from nabla.methods.method import Method

BY_NAME: dict[str, Callable[[], Method]] = {
    Auto.name: Auto,
    Forward.name: Forward,
    ComplexStep.name: ComplexStep,
    Central.name: Central,
    Multiprecision.name: Multiprecision,
}
ENTRY_POINT_GROUP = "nabla.methods"


def resolve(method: str | Method) -> Method:
    """The method object behind a name; an object passes as it is.

    Args:
        method: a built-in name, a name published in the entry-point group ``nabla.methods``,
            or any object with a name and an `estimate`.

    Raises:
        UnknownMethod: for a name nobody has published, or an object that is no method.
    """
    if not isinstance(method, str):
        given: Any = method
        if isinstance(given, Method) and not isinstance(given, type):
            return given
        raise UnknownMethod(
            f"method is {method!r}",
            why="a method is a name or an object with a name and an estimate(f, x)",
            remedy="pass an instance, such as nabla.Central(), or a name, such as 'central'",
        )
    if method in BY_NAME:
        return BY_NAME[method]()
    published = entry_points(group=ENTRY_POINT_GROUP)
    if method in published.names:
        return published[method].load()()
    names = ", ".join(sorted({*BY_NAME, *published.names}))
    raise UnknownMethod(
        f"there is no method named {method!r}",
        why="a method's name is built in or published by an installed package",
        remedy=f"use one of: {names}",
    )
