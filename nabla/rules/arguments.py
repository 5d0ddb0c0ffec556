"""Arguments as NumPy's signatures allow them, brought into the rules' canonical form."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from nabla.errors import MissingRule
from nabla.rules.rule import Value


def as_operand(a: Value) -> Value:
    """Lists and numbers as arrays; whatever has a shape stays as it is."""
    return a if hasattr(a, "ndim") else np.asarray(a)


def axes_from_end(axis: Any, ndim: int) -> tuple[int, ...]:
    """NumPy's axis argument as a sorted tuple of negative axes; None means all.

    Raises:
        numpy.exceptions.AxisError: for an axis that is not there.
    """
    if axis is None:
        return tuple(range(-ndim, 0))
    given: Sequence[Any] = cast("Any", axis) if isinstance(axis, tuple | list) else (axis,)
    for one in given:
        if not -ndim <= one < ndim:
            raise np.exceptions.AxisError(int(one), ndim)
    return tuple(sorted(int(one) % ndim - ndim for one in given))


def without_axes(shape: tuple[int, ...], axes: tuple[int, ...]) -> tuple[int, ...]:
    """The shape that remains when these negative axes are folded."""
    return tuple(n for k, n in enumerate(shape) if k - len(shape) not in axes)


def length_along(shape: tuple[int, ...], axis: Any, where: Any, keepdims: bool) -> Any:
    """How many elements a reduction folds: one number, or one per result where a mask differs."""
    if where is True:
        return math.prod(shape[k] for k in axes_from_end(axis, len(shape)))
    return np.sum(np.broadcast_to(where, shape), axis=axis, keepdims=keepdims)


def refuse_options(name: str, **options: Any) -> None:
    """Refuse the options NumPy has here and nabla does not follow.

    Raises:
        MissingRule: naming the first option that is set; a dtype of float64 changes nothing.
    """
    for option, value in options.items():
        if value is None or (option == "dtype" and np.dtype(value) == np.float64):
            continue
        full_name = name if name.startswith("scipy.") else f"np.{name}"
        raise MissingRule(
            f"{full_name} was called with {option}=, which nabla does not follow",
            why=f"with {option}= the call would need a rule of its own",
            remedy=f"leave {option}= out, or use method='central', which needs only values",
        )
