"""The slope of a function of one variable, from differences at ever smaller steps.

Write h for the step and g for the slope sought. At one step f says two things:

    slope(h) = (f(t + h) - f(t - h)) / 2h  =  g + a₂ h² + a₄ h⁴ + ...
    gap(h)   = right slope - left slope    =  0 + a₁ h  + a₃ h³ + ...

Two steps, h and 4h, combine so that the leading power of h cancels, two such combinations so
that the next one cancels too, and so on: Richardson's tableau. Its slopes settle on g and its
gaps on 0. That gives two readings of the truncation: how far neighbours in the tableau differ,
and what is left of a gap that ought to vanish. (At a kink it does not vanish, however small
the step: it settles on the difference of the two one-sided slopes.)

Sources: C. J. F. Ridders, Accurate computation of F'(x) and F'(x)F''(x), Advances in
Engineering Software 4 (1982) 75-76, for taking the best cell; W. H. Press et al., Numerical
Recipes, 3rd ed., section 5.7, for truncation and rounding; B. Fornberg, Generation of finite
difference formulas on arbitrarily spaced grids, Mathematics of Computation 51 (1988) 699-706,
for the stencils the columns amount to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

# h² falls by 16 from step to step: a few evaluations span many scales, and the first column
# of the tableau magnifies the rounding by no more than 17/15.
RATIO = 4.0


@dataclass(frozen=True, slots=True)
class Cell:
    """One entry of the tableau.

    Attributes:
        step: the smallest step in it.
        slope: the slope; the symmetric one where both sides are seen.
        gap: right slope minus left slope; 0 where only one side is seen.
        truncation: what the powers of h not yet cancelled may amount to.
        rounding: what the rounding of the values of f and of t + h may amount to.
    """

    step: float
    slope: float
    gap: float
    truncation: float
    rounding: float

    @property
    def error(self) -> float:
        """The absolute error of the slope."""
        return self.truncation + self.rounding


@dataclass(frozen=True, slots=True)
class Row:
    """What is known at one step, and with the help of the larger ones.

    Attributes:
        cells: the difference itself, and what is extrapolated from it and the rows above.
        changes: how far the values of f at this step are from f(x).
    """

    cells: tuple[Cell, ...]
    changes: tuple[float, ...]

    @property
    def first(self) -> Cell:
        """The difference at this step."""
        return self.cells[0]

    @property
    def step(self) -> float:
        """The step."""
        return self.cells[0].step

    @property
    def best(self) -> Cell:
        """The extrapolated cell with the smallest error."""
        return min(self.cells[1:], key=lambda cell: cell.error)


def next_row(above: Row | None, first: Cell, changes: Sequence[float]) -> Row:
    """The row of the tableau that begins with `first`, under the row `above`.

    Args:
        above: the row at four times the step; None for the largest step.
        first: what f says at this step.
        changes: how far the values of f at this step are from f(x); one of them where f is
            seen on one side only: the truncation has then every power of h in it, and not only
            the even ones.
    """
    one_sided = len(changes) == 1
    cells = [first]
    for column, old in enumerate(above.cells if above else (), start=1):
        new = cells[-1]
        # which power of h is the leading one in this column
        slope_power, gap_power = (column, column) if one_sided else (2 * column, 2 * column - 1)
        slope = _cancel(slope_power, new.slope, old.slope)
        gap = _cancel(gap_power, new.gap, old.gap)
        correction = abs(slope - new.slope)
        # what one more column changes, the column before may be off by
        cells[-1] = replace(new, truncation=max(new.truncation, correction))
        truncation = max(correction, abs(slope - old.slope)) + abs(gap) / 2
        rounding = new.rounding + (new.rounding + old.rounding) / (RATIO**slope_power - 1)
        cells.append(Cell(first.step, slope, gap, truncation, rounding))
    return Row(tuple(cells), tuple(changes))


def _cancel(power: int, new: float, old: float) -> float:
    """Combine a number at h and one at 4h so that their h**power terms cancel."""
    return new + (new - old) / (RATIO**power - 1)
