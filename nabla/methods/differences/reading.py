"""What a tableau says about the slope: the best cell, and whether there is a slope at all.

A smaller step has less truncation and more rounding, ulp(f) / h. The answer is the cell of the
tableau with the smallest sum of the two, and the steps below it are its witnesses: they tell
how noisy f really is, which may be far more than an ulp.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, TypeAlias

from nabla.methods.differences.tableau import RATIO, Cell, Row

Singularity: TypeAlias = Literal["kink", "cusp", "jump"]

# The best cell has two smaller steps below it: one alone may agree with it by accident.
LATER_STEPS = 2

# Noise changes its sign half of the time; at five steps in a row of one sign and of steady
# growth it is seen less than once in a hundred times.
WITNESSES = 5

# Between falling twofold and staying: growth from one step to the next, in the middle.
STAYS = math.sqrt(1 / 2)

# At a jump the slopes grow fourfold from step to step, at a cusp like √|x| twofold.
LEAPS = 3.5

# gap · h is a sum of four values of f over h, slope · 2h a difference of two: of the same
# rounding per value the gap has at most four times as much as the slope.
GAP_ROUNDING = 4.0

# Scatter of more than this part of f is no noise on a smooth function, but the function: with
# fewer than two digits to its values no f has a slope that differences could find.
SLIGHT = 1e-2

# Where f is smooth the changes of slope(h) fall sixteenfold from step to step, twofold for
# x**1.5, and 256-fold where the third derivative is zero; between two jumps they drop to nothing.
FALLS = 2.0
FAR_FALLS = 300.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What a ladder of steps came to.

    Attributes:
        best: the cell with the smallest error.
        side: 1 or -1 where f was seen to the right or the left only, else 0.
        row: the row it stands in.
        noise: how far a value of f is off, by what the smaller steps show.
        quantum: the step in which the values of f move; 0 where they move freely.
        singularity: "kink" where the one-sided slopes settle on different numbers, "cusp" where
            they grow without limit, "jump" where f itself has different limits, None where
            there is a slope.
        left: the left slope: extrapolated at a kink, at the smallest step beside a jump.
        right: the right slope, likewise.
    """

    best: Cell
    row: Row
    side: int = 0
    noise: float = 0.0
    quantum: float = 0.0
    singularity: Singularity | None = None
    left: float = math.nan
    right: float = math.nan

    @property
    def error(self) -> float:
        """The error of the slope; at a kink it reaches to both slopes."""
        if self.singularity is None:
            return self.best.error
        reach = abs(self.right - self.left) / 2 if self.singularity == "kink" else math.inf
        return max(self.best.error, reach)


def is_done(rows: Sequence[Row], value_rounding: float, fair: float) -> bool:
    """Whether smaller steps can no longer improve on the best cell.

    Args:
        rows: from the largest step to the smallest.
        value_rounding: how far f in the middle may be off; divided by the step it is a
            rounding that no step below can avoid.
        fair: the relative error below which a better one is no longer worth a step.
    """
    if _clean_end(rows, fair):
        return True
    if len(rows) < 2 + LATER_STEPS:
        return False
    best = _best(_judged(rows, 0.0), LATER_STEPS)
    if value_rounding / rows[-1].first.step > best.error:
        return True
    # Where f(x) is 0, rounding falls with the step and never dominates. Enough is then an
    # error that rounding has the larger part in, and that is nothing beside the slopes.
    (first,) = (row.first for row in rows if row.first.step == best.step)
    return _is_clean(best, first, fair)


def _clean_end(rows: Sequence[Row], fair: float) -> bool:
    """Whether the two smallest steps show nothing but rounding."""
    return len(rows) > 2 and all(_is_clean(row.best, row.first, fair) for row in rows[-2:])


def _is_clean(cell: Cell, first: Cell, fair: float) -> bool:
    """Whether rounding has the larger part in an error that is nothing beside the slopes."""
    slopes = abs(first.slope) + abs(first.gap)
    return cell.truncation <= RATIO * cell.rounding and cell.error <= fair * slopes


def _judged(rows: Sequence[Row], least_noise: float) -> list[Cell]:
    """The best cell of each row but the first, judged by the rows below it."""
    judged: list[Cell] = []
    noise = least_noise
    for row in reversed(rows[1:]):
        cell = row.best
        judged.append(replace(cell, rounding=max(cell.rounding, noise / cell.step)))
        # were it all rounding, this error at a smaller step would be so much in units of f
        noise = max(noise, cell.error * cell.step)
    return judged[::-1]


def _best(judged: Sequence[Cell], later: int) -> Cell:
    """The cell with the smallest error that has so many later ones; of equals the first."""
    return min(judged[: len(judged) - later] or judged, key=lambda cell: cell.error)


def read(rows: Sequence[Row], fair: float, side: int) -> Reading:
    """The best cell, unless the smallest steps show that f has no slope here."""
    quantum = _quantum(rows)
    judged = _judged(rows, quantum)
    # where the smallest steps show nothing but rounding, they need no witnesses
    best = _best(judged, later=0 if _clean_end(rows, fair) else LATER_STEPS)
    noise = max((row.best.error * row.step for row in rows if row.step < best.step), default=0.0)
    (own,) = (row for row in rows if row.step == best.step)
    reading = Reading(best, own, side, max(noise, quantum), quantum)
    changes = _visible(
        (new.first.slope - old.first.slope, new.first.rounding) for old, new in pairwise(rows)
    )
    gaps = _visible((row.cells[1].gap, row.cells[1].rounding) for row in rows[1:])
    slope_growth, gap_growth = _steady_growth(changes), _steady_growth(gaps)
    # Where f has a slope, the changes of slope(h) fall at least twofold from step to step (as
    # at x**1.5, else more), and so does a gap. At a kink a gap stays, at a cusp it grows, and
    # beside a jump fourfold. So it does where only f(x) is off by some rounding, but then
    # slope(h) is steady.
    unsettled = slope_growth > STAYS
    if unsettled and max(slope_growth, gap_growth) > LEAPS:
        return _singular(reading, "jump", rows[-1].first)
    if STAYS < gap_growth < 1 / STAYS:
        parting = [row.cells[1] for row in rows[1 : 1 + len(gaps)]]
        return _singular(reading, "kink", _steadiest(parting))
    if unsettled or 1 / STAYS <= gap_growth < 2 * math.sqrt(2):
        return _singular(reading, "cusp", rows[-1].first)
    rivals = [cell for cell in judged if cell.step > best.step and _contradict(cell, best)]
    if rivals and not _resolved(rows, rivals[-1], best):
        return replace(reading, best=_covering(best, rivals))
    return reading


def _contradict(one: Cell, other: Cell) -> bool:
    return abs(one.slope - other.slope) > one.error + other.error


def _covering(best: Cell, rivals: Iterable[Cell]) -> Cell:
    """The best cell with an error that reaches as far as those that contradict it."""
    reach = max(abs(cell.slope - best.slope) + cell.error for cell in rivals)
    return replace(best, truncation=max(best.truncation, reach))


def _resolved(rows: Sequence[Row], rival: Cell, best: Cell) -> bool:
    """Whether slope(h) settles gradually from the one to the other, as that of a smooth f does."""
    changes = [
        (abs(new.first.slope - old.first.slope), new.first.rounding)
        for old, new in pairwise(rows)
        if best.step <= new.step < rival.step
    ]
    falls = [
        new > 2 * rounding and FALLS * new < old < FAR_FALLS * new
        for (old, _), (new, rounding) in pairwise(changes)
    ]
    return any(one and other for one, other in pairwise(falls))


def _quantum(rows: Sequence[Row]) -> float:
    """The step in which f moves, if at the smallest steps its values lie on a lattice."""
    stalled = [row for row in rows if not any(row.changes)]
    moving = [row for row in rows if any(row.changes)]
    if not stalled or len(moving) < 2:
        return 0.0
    changes = sorted({abs(change) for row in moving for change in row.changes if change})
    for part in (1, 2, 3, 4):
        quantum = changes[0] / part
        counts = [change / quantum for change in changes if change < 64 * quantum]
        if len(counts) > 2 and all(abs(count - round(count)) < 0.02 for count in counts):
            return quantum
    return 0.0


def reconcile(smaller: Reading, larger: Reading, value: float) -> Reading:
    """One reading from those at a smaller and at a larger scale, where f has this value.

    Where they agree, the one with the smaller error. Where they contradict each other, f has a
    ripple on it that the larger scale sees as scatter and the smaller one as f itself, and the
    smaller is believed. A slight ripple may be rounding all the same; the error then covers
    both.
    """
    if not _contradict(smaller.best, larger.best):
        return min(smaller, larger, key=lambda reading: reading.best.error)
    scatter = larger.best.error * larger.best.step
    if scatter <= SLIGHT * abs(value):
        return replace(smaller, best=_covering(smaller.best, [larger.best]))
    return smaller


def _singular(reading: Reading, kind: Singularity, seen: Cell) -> Reading:
    left, right = seen.slope - seen.gap / 2, seen.slope + seen.gap / 2
    return replace(reading, singularity=kind, left=left, right=right)


def _steadiest(cells: Sequence[Cell]) -> Cell:
    """The cell whose gap differs least from the one before, rounding counted."""
    pairs = pairwise(cells)
    return min(pairs, key=lambda pair: abs(pair[1].gap - pair[0].gap) + pair[1].rounding)[1]


def _visible(numbers: Iterable[tuple[float, float]]) -> list[float]:
    """The numbers, from row to row, as long as rounding leaves it to be seen whether they fall."""
    visible: list[float] = []
    for number, rounding in numbers:
        if visible and not GAP_ROUNDING * rounding < STAYS * abs(visible[-1]):
            break
        visible.append(number)
    return visible


def _steady_growth(numbers: Sequence[float]) -> float:
    """The factor by which the last numbers grow: of one sign, steady within a factor 2; else 0."""
    witnesses = numbers[-WITNESSES:]
    if len(witnesses) < WITNESSES or not all(each * witnesses[0] > 0 for each in witnesses):
        return 0.0
    factors = [after / before for before, after in pairwise(witnesses)]
    mean = math.prod(factors) ** (1 / len(factors))
    return mean if all(mean / 2 < factor < 2 * mean for factor in factors) else 0.0
