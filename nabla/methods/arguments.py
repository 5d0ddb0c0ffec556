"""Functions of several arguments, seen as functions of one: for `nabla.grad`."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from nabla.errors import InvalidOption
from nabla.methods.function import as_point
from nabla.result import Array


class Rest:
    """f as a function of one of its arguments, the rest frozen."""

    def __init__(
        self, f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], position: int
    ) -> None:
        self.f, self.args, self.kwargs, self.position = f, args, kwargs, position
        self.__qualname__ = getattr(f, "__qualname__", type(f).__qualname__)

    def seen_through(self, see: Callable[[Any], Any]) -> Rest:
        """The same of f and the other arguments as the lens shows them."""
        kwargs = {name: see(value) for name, value in self.kwargs.items()}
        return Rest(see(self.f), tuple(map(see, self.args)), kwargs, self.position)

    def __call__(self, x: Any) -> Any:
        """f with x in its place."""
        args = list(self.args)
        args[self.position] = x
        return self.f(*args, **self.kwargs)


class Packed:
    """f as a function of several of its arguments, packed into one vector."""

    def __init__(
        self,
        f: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        positions: tuple[int, ...],
    ) -> None:
        self.f, self.args, self.kwargs, self.positions = f, args, kwargs, positions
        self.points = [as_point(args[position]) for position in positions]
        self.__qualname__ = getattr(f, "__qualname__", type(f).__qualname__)

    def seen_through(self, see: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """The same of f and the other arguments as the lens shows them."""
        seen = copy.copy(self)
        seen.f, seen.args = see(self.f), tuple(map(see, self.args))
        seen.kwargs = {name: see(value) for name, value in self.kwargs.items()}
        return seen

    def point(self) -> Array:
        """All the arguments, one after the other."""
        return np.concatenate([np.ravel(point) for point in self.points])

    def parts(self, packed: Any) -> list[Any]:
        """Cut a vector, or each vector of a batch, into pieces in the arguments' shapes."""
        batch = packed.shape[:-1]
        sizes = [math.prod(point.shape) for point in self.points]
        ends = np.cumsum(sizes).tolist()
        return [
            np.reshape(packed[..., end - size : end], (*batch, *point.shape))
            for end, size, point in zip(ends, sizes, self.points, strict=True)
        ]

    def __call__(self, packed: Any) -> Any:
        """f with the pieces in their places."""
        args = list(self.args)
        for position, part in zip(self.positions, self.parts(packed), strict=True):
            args[position] = part if part.shape else part[()]
        return self.f(*args, **self.kwargs)


def is_whole(number: Any) -> bool:
    """Whether it is an integer, and no truth value."""
    return isinstance(number, int | np.integer) and not isinstance(number, bool)


def require_positions(wanted: tuple[Any, ...]) -> None:
    """Refuse an argnums that names no argument, or one twice."""
    whole = all(map(is_whole, wanted))
    if not wanted or not whole or len(set(wanted)) < len(wanted):
        raise InvalidOption(
            f"argnums is {wanted if len(wanted) != 1 else wanted[0]!r}",
            why="it counts positional arguments, each at most once, from 0 on",
            remedy="pass one integer, or a tuple of different ones",
        )


def require_arguments(wanted: tuple[int, ...], given: int, f: Callable[..., Any]) -> None:
    """Refuse a call without the arguments that argnums names."""
    same = len({position % given for position in wanted}) < len(wanted) if given else False
    for position in wanted:
        if same or not -given <= position < given:
            raise InvalidOption(
                f"argnums names argument {position}, and the call has {given} positional ones",
                why=f"the gradient of {getattr(f, '__name__', 'f')} is taken by that argument",
                remedy="pass the argument by position, or choose another argnums",
            )
