"""f along a line through x: t -> f(x + t u), never outside the bounds.

A `Line` knows which points f may be asked at, which steps make sense there, and what f says at
one step: the first cell of an extrapolation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from nabla.methods.extrapolation import RATIO, SLIGHT, Cell
from nabla.methods.function import Function
from nabla.result import Array

# The first step is about a tenth of the scale. Not a round number: a function that rounds its
# argument (to float32, say), or has a period of 1/2 or 1/64, would not show it at round steps.
FIRST_STEP = 1 / math.pi**2

# What a formula of a few operations loses. One that loses more shows it at the smaller steps.
VALUE_ERROR_ULPS = 2

# A step of fewer ulps of x is mostly the rounding of x + h.
SMALLEST_STEP_ULPS = 16


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Where f is looked at: all that the lines through x share.

    Attributes:
        f: the function.
        x: the point, in the precision f is evaluated in.
        value: f(x).
        lower: the least x allowed, flat and in the precision of x.
        upper: the greatest x allowed, likewise.
    """

    f: Function
    x: Array
    value: float
    lower: Array
    upper: Array


class Line:
    """f along one direction through x, counting the evaluations of f.

    Args:
        here: the point, f there, and the bounds.
        moving: flat indices of the coordinates that move.
        pace: how far each of them moves for t = 1; the largest is of the order of 1.

    Attributes:
        evaluations: how often f was called.
        grain: the ulp of x, measured in t.
        refusal: the first exception by which f said that it has no value at a neighbour.
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
        # the smallest change of f seen so far, of those that could be rounding; 0: none seen
        self._quantum = 0.0
        self.evaluations = 0
        self.refusal: Exception | None = None

    @property
    def fair(self) -> float:
        """The relative error of a plain central difference at its best step (NR, 5.7.8)."""
        return float(self._precision.eps) ** (2 / 3)

    @property
    def value(self) -> float:
        """f(x), where t is 0."""
        return self._here.value

    @property
    def rounding(self) -> float:
        """How far f(x) may be off by its rounding."""
        return self._rounding(self.value)

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

    def symmetric(self, step: float) -> Cell | None:
        """What f says to both sides; None where it has no finite value."""
        right, right_value = self._at(step)
        left, left_value = self._at(-step) if math.isfinite(right_value) else (0.0, math.nan)
        if not (right > 0 > left):
            return None
        width = right - left
        right_slope = (right_value - self.value) / right
        left_slope = (left_value - self.value) / left
        # x + h and x - h round apart: the weights are those of unequal steps (Fornberg), and
        # (f(x + h) - f(x - h)) / 2h where the steps are equal
        slope = (right_slope * -left + left_slope * right) / width
        rounding = self._rounding(right_value) + self._rounding(left_value)
        rounding += 2 * self._unresolved(right_value, left_value)
        return _finite(Cell(step, slope, right_slope - left_slope, math.inf, rounding / width))

    def one_sided(self, side: int, step: float) -> Cell | None:
        """What f says to the right (side 1) or left (-1); None where it has no finite value."""
        taken, value = self._at(side * step)
        if not taken:
            return None
        slope = (value - self.value) / taken
        rounding = self._rounding(value) + self.rounding + self._unresolved(value)
        return _finite(Cell(step, slope, 0.0, math.inf, rounding / abs(taken)))

    def _at(self, t: float) -> tuple[float, float]:
        """The step actually taken and f there; NaN where f has no value."""
        point = self._here.x.copy()
        moved = self._start + (t * self._pace).astype(point.dtype)
        moved = np.clip(moved, self._lower, self._upper)
        point.reshape(-1)[self._moving] = moved
        # (x + t u) - x is the step actually taken, measured along u
        travelled = moved.astype(np.float64) - self._start
        taken = float(travelled @ self._pace / (self._pace @ self._pace))
        self.evaluations += 1
        try:
            return taken, float(self._here.f(point))
        except (ArithmeticError, ValueError) as refusal:
            # how math.log, math.exp, 1 / 0 or a failing Cholesky say that f has no value here,
            # and it is our doing that f is asked here
            self.refusal = self.refusal or refusal
            return taken, math.nan

    def _rounding(self, value: float) -> float:
        """How far a value of f may be off by its rounding."""
        ulp = max(self._precision.eps * abs(value), self._precision.smallest_subnormal)
        return VALUE_ERROR_ULPS * float(ulp)

    def _unresolved(self, *values: float) -> float:
        """How much f may have changed unseen, if all these values equal f(x).

        A function computed in few digits stands still at small steps. It did not stop to change:
        its smallest change seen at larger steps is the finest it can show.
        """
        change = max(abs(value - self.value) for value in values)
        if change == 0:
            return self._quantum
        if change <= SLIGHT * abs(self.value):
            self._quantum = min(change, self._quantum or change)
        return 0.0


def _finite(cell: Cell) -> Cell | None:
    return cell if math.isfinite(cell.slope + cell.gap + cell.rounding) else None
