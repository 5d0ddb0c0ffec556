"""The slope of a function of one variable, from differences at ever smaller steps.

Write h for the step and g for the slope sought. At one step f says two things:

    slope(h) = (f(t + h) - f(t - h)) / 2h  =  g + a₂ h² + a₄ h⁴ + ...
    gap(h)   = right slope - left slope    =  0 + a₁ h  + a₃ h³ + ...

Two steps, h and 4h, combine so that the leading power of h cancels, two such combinations so
that the next one cancels too, and so on: Richardson's tableau. Its slopes settle on g and its
gaps on 0. That gives two readings of the truncation: how far neighbours in the tableau differ,
and what is left of a gap that ought to vanish. (At a kink it does not vanish, however small
the step: it settles on the difference of the two one-sided slopes.)

A smaller step has less truncation and more rounding, ulp(f) / h. The answer is the cell of the
tableau with the smallest sum of the two, and the steps below it are its witnesses: they tell
how noisy f really is, which may be far more than an ulp.

Sources: C. J. F. Ridders, Accurate computation of F'(x) and F'(x)F''(x), Advances in
Engineering Software 4 (1982) 75-76, for taking the best cell; W. H. Press et al., Numerical
Recipes, 3rd ed., section 5.7, for truncation and rounding; B. Fornberg, Generation of finite
difference formulas on arbitrarily spaced grids, Mathematics of Computation 51 (1988) 699-706,
for the stencils the columns amount to.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, TypeAlias

Singularity: TypeAlias = Literal["kink", "jump"]

# h² falls by 16 from step to step: a few evaluations span many scales, and the first column
# of the tableau magnifies the rounding by no more than 17/15.
RATIO = 4.0

# The best cell has two smaller steps below it: one alone may agree with it by accident.
LATER_STEPS = 2

# Noise changes its sign half of the time; at five steps in a row of one sign and of steady
# growth it is seen less than once in a hundred times.
WITNESSES = 5

# Between falling twofold and staying: growth from one step to the next, in the middle.
STAYS = math.sqrt(1 / 2)

# gap · h is a sum of four values of f over h, slope · 2h a difference of two: of the same
# rounding per value the gap has at most four times as much as the slope.
GAP_ROUNDING = 4.0

# Scatter of more than this part of f is no noise on a smooth function, but the function: with
# fewer than two digits to its values no f has a slope that differences could find.
SLIGHT = 1e-2


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
class Reading:
    """What a ladder of steps came to.

    Attributes:
        best: the cell with the smallest error; the error is infinite where the slopes grow
            without limit.
        one_sided: whether f was seen on one side only.
        singularity: "kink" where the one-sided slopes settle on different numbers, "jump" where
            they part ever further, None where they meet.
        left: the left slope: extrapolated at a kink, at the smallest step beside a jump.
        right: the right slope, likewise.
    """

    best: Cell
    one_sided: bool = False
    singularity: Singularity | None = None
    left: float = math.nan
    right: float = math.nan


def extrapolate(
    difference: Callable[[float], Cell | None],
    steps: Iterable[float],
    value_rounding: float,
    fair: float,
    *,
    one_sided: bool,
) -> Reading | None:
    """Go down the steps until rounding dominates, and choose.

    Args:
        difference: what f says at one step; None where it has no finite value.
        steps: falling, each a quarter of the one before.
        value_rounding: how far f in the middle may be off; divided by the step it is a
            rounding that no step below can avoid.
        fair: the relative error below which a better one is no longer worth a step.
        one_sided: whether the differences look to one side, so that their truncation has every
            power of h in it and not only the even ones.

    Returns:
        The reading, or None where fewer than two steps in a row gave finite values.
    """
    rows: list[list[Cell]] = []
    for step in steps:
        first = difference(step)
        if first is None:
            # the domain of f has a hole between the larger steps and the middle
            rows = []
            continue
        rows.append(_next_row(rows[-1] if rows else [], first, one_sided=one_sided))
        if len(rows) > 1 + LATER_STEPS and _is_done(rows, value_rounding, fair):
            break
    return _read(rows, one_sided=one_sided) if len(rows) > 1 else None


def reconcile(smaller: Reading, larger: Reading, value: float) -> Reading:
    """One reading from those at a smaller and at a larger scale, where f has this value.

    Where they agree, the one with the smaller error. Where they contradict each other, f has a
    ripple on it that the larger scale sees as scatter and the smaller one as f itself, and the
    smaller is believed. A slight ripple may be rounding all the same; the error then covers
    both.
    """
    distance = abs(smaller.best.slope - larger.best.slope)
    if distance <= smaller.best.error + larger.best.error:
        return min(smaller, larger, key=lambda reading: reading.best.error)
    scatter = larger.best.error * larger.best.step
    if scatter <= SLIGHT * abs(value):
        return replace(smaller, best=replace(smaller.best, truncation=distance))
    return smaller


def _next_row(above: Sequence[Cell], first: Cell, *, one_sided: bool) -> list[Cell]:
    """The row of the tableau that begins with `first`, under the row `above`."""
    row = [first]
    for column, old in enumerate(above, start=1):
        new = row[-1]
        # which power of h is the leading one in this column
        slope_power, gap_power = (column, column) if one_sided else (2 * column, 2 * column - 1)
        slope = _cancel(slope_power, new.slope, old.slope)
        gap = _cancel(gap_power, new.gap, old.gap)
        correction = abs(slope - new.slope)
        # what one more column changes, the column before may be off by
        row[-1] = replace(new, truncation=max(new.truncation, correction))
        truncation = max(correction, abs(slope - old.slope)) + abs(gap) / 2
        rounding = new.rounding + (new.rounding + old.rounding) / (RATIO**slope_power - 1)
        row.append(Cell(first.step, slope, gap, truncation, rounding))
    return row


def _cancel(power: int, new: float, old: float) -> float:
    """Combine a number at h and one at 4h so that their h**power terms cancel."""
    return new + (new - old) / (RATIO**power - 1)


def _is_done(rows: Sequence[Sequence[Cell]], value_rounding: float, fair: float) -> bool:
    """Whether smaller steps can no longer improve on the best cell."""
    best = _best(rows)
    if value_rounding / rows[-1][0].step > best.error:
        return True
    # Where f(x) is 0, rounding falls with the step and never dominates. Enough is then an
    # error that rounding has the larger part in, and that is nothing beside the slopes.
    (first,) = (row[0] for row in rows if row[0].step == best.step)
    slopes = abs(first.slope) + abs(first.gap)
    return best.truncation <= RATIO * best.rounding and best.error <= fair * slopes


def _best(rows: Sequence[Sequence[Cell]]) -> Cell:
    """The cell with the smallest error, each row being judged by the rows below it."""
    judged: list[Cell] = []
    noise = 0.0
    for row in reversed(rows[1:]):
        cell = min(row[1:], key=lambda cell: cell.error)
        judged.append(replace(cell, rounding=max(cell.rounding, noise / cell.step)))
        # were it all rounding, this error at a smaller step would be so much in units of f
        noise = max(noise, cell.error * cell.step)
    # reversed: of equals the one at the largest step
    return min(reversed(judged[LATER_STEPS:] or judged), key=lambda cell: cell.error)


def _read(rows: Sequence[Sequence[Cell]], *, one_sided: bool) -> Reading:
    """The best cell, unless the smallest steps show that f has no slope here."""
    best = _best(rows)
    changes = [
        new[0].slope - old[0].slope
        for old, new in pairwise(rows)
        if GAP_ROUNDING * new[0].rounding < best.truncation
    ]
    parting = [row for row in rows[1:] if GAP_ROUNDING * row[1].rounding < abs(best.gap)]
    slope_growth = _steady_growth(changes)
    gap_growth = _steady_growth([row[1].gap for row in parting])
    # Where f has a slope, the changes of slope(h) fall at least twofold from step to step (as
    # at x**1.5, else more), and so does a gap. At a kink a gap stays, beside a jump it grows
    # fourfold. So it does where only f(x) is off by some rounding, but then slope(h) is steady.
    unsettled = slope_growth > STAYS
    if gap_growth > STAYS and (unsettled or gap_growth < 2 * math.sqrt(2)):
        smallest = parting[-1][0]
        wide = replace(best, truncation=max(best.truncation, abs(smallest.gap) / 2))
        if gap_growth < 1 / STAYS:
            return _singular("kink", wide, _steadiest([row[1] for row in parting]), one_sided)
        return _singular("jump", wide, smallest, one_sided)
    if unsettled:
        return Reading(replace(best, truncation=math.inf), one_sided)
    return Reading(best, one_sided)


def _singular(kind: Singularity, wide: Cell, seen: Cell, one_sided: bool) -> Reading:
    left, right = seen.slope - seen.gap / 2, seen.slope + seen.gap / 2
    return Reading(wide, one_sided, kind, left, right)


def _steadiest(cells: Sequence[Cell]) -> Cell:
    """The cell whose gap differs least from the one before, rounding counted."""
    pairs = pairwise(cells)
    return min(pairs, key=lambda pair: abs(pair[1].gap - pair[0].gap) + pair[1].rounding)[1]


def _steady_growth(numbers: Sequence[float]) -> float:
    """The factor by which the last numbers grow: of one sign, steady within a factor 2; else 0."""
    witnesses = numbers[-WITNESSES:]
    if len(witnesses) < WITNESSES or not all(each * witnesses[0] > 0 for each in witnesses):
        return 0.0
    factors = [after / before for before, after in pairwise(witnesses)]
    mean = math.prod(factors) ** (1 / len(factors))
    return mean if all(mean / 2 < factor < 2 * mean for factor in factors) else 0.0
