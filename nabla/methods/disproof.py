"""Whether differences of f disprove an exact slope, or merely fail to confirm it.

Differences err at kinks, in noise, on ripples, at the edge of a domain. That they contradict an
exact slope is no proof of anything. It is one if all of this holds at once:

1. The slope p stands outside the error bar of the extrapolated one, s, by the factor FAR.
2. To the right and to the left, at steps of their own, f rises with the slope s: nearer to s
   than to p by the factor three. (A kink has two slopes, a jump none.)
3. That goes on to the smallest steps, down to where f ends in rounding. (Beneath a rounded f,
   a ripple, a narrow bump, the smaller steps side with p.) Only if nothing that f did under
   the exact mode could jump or bend, four steps in a row are enough, whatever lies below. And
   if it rounded numbers, not for text, nothing is: its stairs may be finer than any step.
4. The exact mode says p again when asked again, when its rounding is disturbed, and on the
   average of points to both sides. (In an oscillation, at random, with a hidden state it says
   something else.)
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

import numpy as np

from nabla.lift.trace import Meetings
from nabla.methods.differences.line import SMALLEST_STEP_ULPS, Line, Neighbourhood, Sample
from nabla.methods.differences.tableau import RATIO
from nabla.methods.function import Function
from nabla.result import Array, Estimate
from nabla.rules.kinks import KINKS

FAR = 10.0
"""How many error bars apart is far. Of 3000 central slopes of random smooth expressions all but
one were within half a bar of the truth; that one was 400 bars off, and is why there is more."""

NEARER = 4.0
"""What is off s by less than a quarter of |p - s| is off p by more than three quarters."""

IN_A_ROW = 4
"""Steps that must agree, a factor 4 apart: f is straight over a factor 256 at least."""

EDGE_VALUES = 4
"""Beside an edge f takes two values, between two edges three: rounding takes more."""

TINY_STEPS = 8
DISTURBED_RUNS = 3
SAFETY = 4.0
"""As in forward mode: the spread of three disturbed runs, taken four times, is the rounding."""

PAIRS = 8
"""An oscillation has its slope p on the average of a pair by accident in one case of four."""


@dataclass(frozen=True)
class Exact:
    """One run of an exact mode along a direction.

    Attributes:
        value: f(x) as the run had it; lifted inside another derivative.
        slope: ∇f(x)·u.
        met: what f did with lifted values on the way.
        evaluations: runs of f.
    """

    value: Any
    slope: Any
    met: Meetings
    evaluations: int


class ExactSlope(Protocol):
    """An exact mode, asked for f and its slope at any point along any direction."""

    def __call__(self, x: Array, u: Array, rounding: np.random.Generator | None = None, /) -> Exact:
        """The run; disturbed by half an ulp in every operation if there is a generator."""
        ...


@dataclass(frozen=True)
class Disproof:
    """The verdict, and what it cost.

    Attributes:
        holds: whether all of the evidence is there.
        evaluations: of f, plain and lifted.
    """

    holds: bool
    evaluations: int


def disprove(
    f: Function, x: Array, u: Array, exact: ExactSlope, p: float, differences: Estimate
) -> Disproof:
    """Look for the whole of the evidence that the slope of f along u is not p.

    Args:
        f: the function.
        x: point, any shape.
        u: direction, in the shape of x.
        exact: the mode that said p.
        p: its slope along u.
        differences: what central differences say.
    """
    s, bar = float(differences.gradient), float(differences.error)
    gap = abs(p - s)
    # where f stands still it may have absorbed x in a large number: (x + 1e20) - 1e20
    if _doubtful(differences) or s == 0 or not gap > FAR * bar:
        return Disproof(False, 0)
    others = [exact(x, u)] + [exact(x, u, np.random.default_rng(k)) for k in range(DISTURBED_RUNS)]
    noise = max(abs(float(other.value) - float(others[0].value)) for other in others)
    scale = 2.0 ** (math.frexp(float(np.abs(u).max()))[1] - 1)
    # along the line t is measured in units of u / scale
    asked = _Asked(f, _line(x, u / scale, differences.value))
    holds = all(abs(float(other.slope) - p) <= gap / FAR for other in others)
    smallest = None
    if holds:
        with np.errstate(all="ignore"):
            smallest = _straight(asked, s / scale, gap / scale, SAFETY * noise, others[0].met)
    if smallest is None:
        return Disproof(False, asked.evaluations + sum(other.evaluations for other in others))
    parts = np.random.default_rng(0).uniform(0.3, 1.0, size=PAIRS)
    for shift in (part * smallest / scale * u for part in parts.tolist()):
        sides = [exact(x + shift, u), exact(x - shift, u)]
        others += sides
        mean = sum(float(side.slope) for side in sides) / 2
        holds = holds and abs(mean - p) <= gap / NEARER
        if not holds:
            break
    return Disproof(holds, asked.evaluations + sum(other.evaluations for other in others))


def _doubtful(differences: Estimate) -> bool:
    """Whether there may be no slope; noise that is the same at each call is in the error."""
    return any(note.kind != "noise" or note.numbers["random"] for note in differences.notes)


def _line(x: Array, pace: Array, value: float) -> Line:
    unbounded = np.full(x.size, np.inf)
    here = Neighbourhood(x, value, -unbounded, unbounded)
    moving = np.flatnonzero(pace)
    return Line(here, moving, np.ravel(pace)[moving])


class _Asked:
    """f along a line, asked point by point.

    Attributes:
        line: the line.
        evaluations: how often f was called.
    """

    def __init__(self, f: Function, line: Line) -> None:
        self.line = line
        self.evaluations = 0
        self._f = f

    def slope(self, side: int, step: float) -> float:
        """The slope to the right (side 1) or left (-1); NaN where f has no value."""
        taken, point = self.line.point(side * step)
        self.evaluations += 1
        try:
            ahead = Sample(taken, float(self._f(point)))
        except (ArithmeticError, ValueError):
            return math.nan
        cell = self.line.one_sided(step, ahead)
        return math.nan if cell is None else cell.slope


def _straight(asked: _Asked, s: float, gap: float, noise: float, met: Meetings) -> float | None:
    """The smallest step of a long row of steps where both sides rise with s; None without one."""
    line = asked.line
    if not met.texts and any(map(_rounds, met.decisions)):
        return None  # its stairs have the slope zero, and may lie below the smallest step of x
    first = line.first_steps()[-1] / 2  # halfway between those that s was found with
    strict = bool(met.decisions - _ABOUT_SHAPES)
    rounding = max(noise, 4 * line.rounding(line.value))  # a difference has that of two values
    if strict:
        rounding = max(rounding, _noise(asked, first))
    sides: list[tuple[float, float, float]] = []
    for step in line.ladder(first, 0.0):
        if sides and rounding / step > gap / FAR:
            break
        right, left = asked.slope(1, step), asked.slope(-1, step)
        if math.isnan(right + left):
            sides.clear()  # the domain of f ends within the larger steps
        else:
            sides.append((step, right, left))
    rows: list[list[float]] = [[]]
    for old, new in pairwise(sides):
        siding = all(abs(_extrapolated(new[k], old[k]) - s) <= gap / NEARER for k in (1, 2))
        if siding:
            rows[-1].append(new[0])
        else:
            rows.append([])
    row = rows[-1] if strict else max(rows, key=len)
    return row[-1] if len(row) >= IN_A_ROW else None


def _rounds(operation: Any) -> bool:
    return operation in KINKS and KINKS[operation].kind == "jump"


def _extrapolated(new: float, old: float) -> float:
    """A one-sided slope without its leading power of the step."""
    return new + (new - old) / (RATIO - 1)


def _noise(asked: _Asked, first: float) -> float:
    """What f shows at next to no step: its rounding, unless it has an edge there."""
    line = asked.line
    smallest = max(SMALLEST_STEP_ULPS * line.grain, first * line.precision)
    steps = [smallest * (1 + count / TINY_STEPS) for count in range(TINY_STEPS)]
    changes = [asked.slope(side, step) * side * step for step in steps for side in (1, -1)]
    changes = [0.0, *(change for change in changes if not math.isnan(change))]
    distinct = {round(change / line.rounding(line.value)) for change in changes}
    return max(map(abs, changes)) if len(distinct) > EDGE_VALUES else 0.0


_ABOUT_SHAPES = frozenset(
    {
        np.shape, np.ndim, np.size, np.result_type, np.can_cast, np.common_type,
        np.min_scalar_type, np.einsum_path, np.isrealobj, np.iscomplexobj, np.zeros_like,
        np.ones_like, np.empty_like, np.array_repr, np.array_str, np.array2string,
    }
)  # fmt: skip
"""Operations that carry no derivative and decide nothing by the values."""
