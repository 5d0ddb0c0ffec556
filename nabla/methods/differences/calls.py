"""How f is called where it stands: point by point, or with many points in one call."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import numpy as np

from nabla.errors import UnsupportedResult
from nabla.lift.dispatch import bare
from nabla.methods.differences.inquiry import Reply
from nabla.methods.function import Function
from nabla.result import Array


@dataclass(frozen=True)
class PointByPoint:
    """f as a function of one point."""

    f: Function

    def at(self, x: Array) -> float:
        """f(x); what f raises passes through."""
        return float(self.f(x))

    def __call__(self, points: Array) -> list[Reply]:
        """f at each of the points, stacked along the first axis."""
        return [self._reply(points[k, ...]) for k in range(len(points))]

    def _reply(self, point: Array) -> Reply:
        with _silenced():
            try:
                return Reply(self.at(point))
            except (ArithmeticError, ValueError) as refusal:
                return Reply(math.nan, refusal)


@dataclass(frozen=True)
class InBatches:
    """f as a function of k points, shape (k, *x.shape), that returns k values, shape (k,).

    >>> from nabla.methods.function import Function
    >>> calls = InBatches(Function(lambda x: np.sqrt(x[:, 0]) + x[:, 1]))
    >>> [reply.value for reply in calls(np.array([[4.0, 1.0], [9.0, 2.0], [-1.0, 0.0]]))]
    [3.0, 5.0, nan]
    """

    f: Function

    def at(self, x: Array) -> float:
        """f(x), x being a batch of one; what f raises passes through."""
        return self._values(x[np.newaxis])[0]

    def __call__(self, points: Array) -> list[Reply]:
        """f at each of the points, in one call unless f raises."""
        with _silenced():
            try:
                return [Reply(value) for value in self._values(points)]
            except (ArithmeticError, ValueError) as refusal:
                if len(points) == 1:
                    return [Reply(math.nan, refusal)]
                whole = refusal
        # one row without a value hides those of the others
        replies = [reply for k in range(len(points)) for reply in self(points[k : k + 1])]
        if all(reply.refusal is None for reply in replies):
            whole.add_note("(each of these points, given alone, has a value: is f row by row?)")
            raise whole
        return replies

    def _values(self, points: Array) -> list[float]:
        try:
            # f may write into its argument
            values = bare(self.f.call(points.copy()))
        except Exception as error:
            error.add_note(
                f"(raised by {self.f.name} while nabla evaluated it at a batch of "
                f"shape {points.shape}, the points stacked along the first axis)"
            )
            raise
        return _one_value_a_row(values, points, self.f.name)


Calls: TypeAlias = PointByPoint | InBatches

# That f is asked where it overflows, or outside its domain, is our doing. It may raise there as
# well: so math.log, math.exp, 1 / 0 and a failing Cholesky say that f has no value.
_silenced = partial(np.errstate, all="ignore")


def _one_value_a_row(values: Any, points: Array, name: str) -> list[float]:
    try:
        returned: Array = np.asarray(values)
    except ValueError:
        raise _not_a_row_each(name, "a ragged list", points) from None
    if returned.dtype.kind not in "iuf":
        raise _not_a_row_each(name, f"an array of dtype {returned.dtype}", points)
    if returned.shape != (len(points),):
        raise _not_a_row_each(name, f"an array of shape {returned.shape}", points)
    real = returned.astype(np.float64)
    real[np.ma.getmask(values)] = np.nan
    return real.tolist()


def _not_a_row_each(name: str, what: str, points: Array) -> UnsupportedResult:
    count = len(points)
    example = "np.sum(x**2, axis=-1)" if points.ndim > 1 else "x**2"
    return UnsupportedResult(
        f"{name} returned {what} for a batch of shape {points.shape}",
        why=f"with batch=True f gets {count} point{'s' * (count > 1)} stacked along the first axis "
        f"and returns their values, real numbers of shape ({count},)",
        remedy=f"work row by row, as {example} does, or leave batch=True out",
    )
