"""Where f may be asked: the box around x, and the steps from it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from nabla.errors import InvalidOption
from nabla.result import Array


def box(bounds: Any, x: Array) -> tuple[Array, Array]:
    """The bounds in the shape of x, infinite where there is none.

    Raises:
        InvalidOption: if they are no pair, or do not broadcast to the shape of x.
    """
    try:
        lower, upper = (None, None) if bounds is None else bounds
        return (
            np.broadcast_to(np.asarray(-np.inf if lower is None else lower, np.float64), x.shape),
            np.broadcast_to(np.asarray(np.inf if upper is None else upper, np.float64), x.shape),
        )
    except (TypeError, ValueError):
        raise InvalidOption(
            f"bounds is {bounds!r}",
            why=f"bounds is a pair, lower and upper, that fits x of shape {x.shape}",
            remedy="pass (lower, upper), each a number, an array that broadcasts to x, or None",
        ) from None


def require_inside(x: Array, lower: Array, upper: Array) -> None:
    """Check x against the bounds.

    Raises:
        InvalidOption: if a coordinate is outside.
    """
    # written so that a NaN bound is refused as well
    outside = np.argwhere(~((lower <= x) & (x <= upper)))
    if len(outside):
        where = tuple(outside[0].tolist())
        raise InvalidOption(
            f"{component_name(where)} is {x[where]}, outside the bounds "
            f"[{lower[where]}, {upper[where]}]",
            why="f is never evaluated outside the bounds, and its gradient needs f(x)",
            remedy="move x inside, np.clip(x, lower, upper), or correct the bounds",
        )


def inwards(bound: Array, inside: float, dtype: type[np.floating[Any]]) -> Array:
    """The bound in another precision, on its inner side."""
    with np.errstate(over="ignore"):
        rounded = bound.astype(dtype)
    crossed = rounded < bound if inside > 0 else rounded > bound
    return np.where(crossed, np.nextafter(rounded, dtype(inside)), rounded)


def component_name(where: Iterable[Any]) -> str:
    """What messages call the coordinate at these indices."""
    indices = ", ".join(str(int(index)) for index in where)
    return f"x[{indices}]" if indices else "x"


def steps_of(step: Any, shape: tuple[int, ...]) -> Sequence[float | None]:
    """One step for each coordinate of x; None where the method is to find it.

    Raises:
        InvalidOption: if a step is not a positive number, or they do not fit x.
    """
    if step is None:
        return [None] * math.prod(shape)
    try:
        steps = np.broadcast_to(np.asarray(step, dtype=np.float64), shape)
        fits = bool(np.all((steps > 0) & np.isfinite(steps)))
    except (TypeError, ValueError):
        fits, steps = False, np.zeros(())
    if not fits:
        raise InvalidOption(
            f"step is {step!r}",
            why=f"it is how far f may be asked from x, of shape {shape}",
            remedy="pass a positive number, an array of them that broadcasts to x, or None",
        )
    return steps.ravel().tolist()
