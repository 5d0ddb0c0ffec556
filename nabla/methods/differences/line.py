"""The line through x along which f is looked at: t -> x + t u, never outside the bounds.

A `Line` is geometry. It knows the points f may be asked at, the steps that make sense there, and
how a step was rounded. It never calls f: what f said comes to it as a `Sample`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from nabla.methods.differences.tableau import RATIO, Cell
from nabla.result import Array

# The first step is about a tenth of the scale. Not a round number: a function that rounds its
# argument (to float32, say), or has a period of 1/2 or 1/64, would not show it at round steps.
FIRST_STEP = 1 / math.pi**2

# What a formula of a few operations loses. One that loses more shows it at the smaller steps.
VALUE_ERROR_ULPS = 1

# A step of fewer ulps of x is mostly the rounding of x + h.
SMALLEST_STEP_ULPS = 16


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Where f is looked at: all that the lines through x share.

    Attributes:
        x: the point, in the precision f is evaluated in.
        value: f(x).
        lower: the least x allowed, flat and in the precision of x.
        upper: the greatest x allowed, likewise.
    """

    x: Array
    value: float
    lower: Array
    upper: Array


@dataclass(frozen=True, slots=True)
class Sample:
    """What f said at one point of a line.

    Attributes:
        taken: the step actually taken, x + t u having been rounded and kept inside the bounds.
        value: f there; NaN where f has no value.
        refusal: the exception by which f said that it has none.
    """

    taken: float
    value: float
    refusal: Exception | None = None


class Line:
    """One direction through x.

    Args:
        here: the point, f there, and the bounds.
        moving: flat indices of the coordinates that move.
        pace: how far each of them moves for t = 1; the largest is of the order of 1.

    Attributes:
        grain: the ulp of x, measured in t.
    """

    def __init__(self, here: Neighbourhood, moving: Array, pace: Array) -> None:
        self._here = here
        self._moving = moving
        self._pace = pace
        self._start = here.x.reshape(-1)[moving]
        self._lower = here.lower[moving]
        self._upper = here.upper[moving]
        self._precision = np.finfo(here.x.dtype)
        share = np.abs(pace)
        # A coordinate with next to no part in the direction may stand still: what rounding
        # does to it moves a well-conditioned f by an ulp, and that is counted with f.
        carrying = share >= np.sqrt(np.finfo(np.float64).eps) * share.max()
        self.grain = float((np.spacing(np.abs(self._start[carrying])) / share[carrying]).max())

    @property
    def fair(self) -> float:
        """The relative error of a plain central difference at its best step (NR, 5.7.8)."""
        return self.precision ** (2 / 3)

    @property
    def precision(self) -> float:
        """The relative rounding error of the numbers f is evaluated in."""
        return float(self._precision.eps)

    @property
    def scale(self) -> float:
        """The size of the coordinates that move, measured in t; 1 where they are 0."""
        sizes = np.abs(self._start / self._pace)
        sizes = sizes[(sizes > 0) & np.isfinite(sizes)]
        return float(sizes.min()) if sizes.size else 1 / float(np.abs(self._pace).max())

    @property
    def value(self) -> float:
        """f(x), where t is 0."""
        return self._here.value

    def point(self, t: float) -> tuple[float, Array]:
        """The step actually taken for t, measured in t, and the point it leads to."""
        point = self._here.x.copy()
        moved = self._start + (t * self._pace).astype(point.dtype)
        moved = np.clip(moved, self._lower, self._upper)
        point.reshape(-1)[self._moving] = moved
        # (x + t u) - x is the step actually taken, measured along u
        travelled = moved.astype(np.float64) - self._start
        return float(travelled @ self._pace / (self._pace @ self._pace)), point

    def room(self, side: int) -> float:
        """The largest t the bounds leave to the right (side 1) or to the left (side -1)."""
        ahead = np.where(side * self._pace > 0, self._upper, self._lower)
        gaps = ahead.astype(np.float64) - self._start
        return float(np.abs(gaps / self._pace).min())

    def first_steps(self) -> list[float]:
        """Where to begin, smallest first: a tenth of |x|, and of 1 as f may not know |x|."""
        scales = {1 / float(np.abs(self._pace).max())}
        sizes = np.abs(self._start / self._pace)
        sizes = sizes[(sizes > 0) & np.isfinite(sizes)]
        if sizes.size:
            scales |= {float(sizes.min()), float(sizes.max())}
        smallest, *larger = (FIRST_STEP * scale for scale in sorted(scales))
        # a scale within one step of the ladder says nothing new
        return [smallest, *(step for step in larger if step >= RATIO * smallest)]

    def ladder(self, first: float, last: float) -> list[float]:
        """Steps from `first` to `last`, or to where the significand of x or of `first` ends."""
        last = max(last, SMALLEST_STEP_ULPS * self.grain)
        # a quartering takes two bits off the step
        steps = [first / RATIO**count for count in range(int(self._precision.nmant) // 2)]
        return [step for step in steps if step >= last]

    def symmetric(self, step: float, right: Sample, left: Sample) -> Cell | None:
        """What f says to both sides; None where it has no finite value."""
        if not (right.taken > 0 > left.taken):
            return None
        width = right.taken - left.taken
        right_slope = (right.value - self.value) / right.taken
        left_slope = (left.value - self.value) / left.taken
        # x + h and x - h round apart: the weights are those of unequal steps (Fornberg), and
        # (f(x + h) - f(x - h)) / 2h where the steps are equal
        slope = (right_slope * -left.taken + left_slope * right.taken) / width
        rounding = (self.rounding(right.value) + self.rounding(left.value)) / width
        return _finite(Cell(step, slope, right_slope - left_slope, math.inf, rounding))

    def one_sided(self, step: float, ahead: Sample) -> Cell | None:
        """What f says to one side; None where it has no finite value."""
        if not ahead.taken:
            return None
        slope = (ahead.value - self.value) / ahead.taken
        rounding = (self.rounding(ahead.value) + self.rounding(self.value)) / abs(ahead.taken)
        return _finite(Cell(step, slope, 0.0, math.inf, rounding))

    def rounding(self, value: float) -> float:
        """How far a value of f may be off by its rounding."""
        ulp = max(self._precision.eps * abs(value), self._precision.smallest_subnormal)
        return VALUE_ERROR_ULPS * float(ulp)


def _finite(cell: Cell) -> Cell | None:
    return cell if math.isfinite(cell.slope + cell.gap + cell.rounding) else None
