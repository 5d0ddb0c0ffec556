"""What a case for difference methods is, its true slope, and what becomes of an answer to it.

The truth is the slope of the *ideal* function, which f codes in floats: exactly rounded or not,
in float32, quantised, by an iteration that stops early. The ideal is written in terms of a
module m, which is NumPy or `EXACT`; with the latter it takes and gives numbers of 1000 digits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import mpmath
import numpy as np

CONTEXT: Any = mpmath.MPContext()
CONTEXT.dps = 1000

NAMES = {"abs": "fabs", "arctan": "atan", "arcsin": "asin", "arccos": "acos"}


class _Exact:
    """The elementwise functions of NumPy over mpmath numbers, and arrays of them."""

    def __getattr__(self, name: str) -> Any:
        return np.frompyfunc(getattr(CONTEXT, NAMES.get(name, name)), 1, 1)


EXACT = _Exact()

Ideal = Callable[[Any, Any], Any]


@dataclass(frozen=True, eq=False)
class Case:
    """One function at one point.

    Attributes:
        name: the function and the point.
        kind: what makes it hard.
        f: the function, of a float or an array.
        x: the point, a float or a list.
        ideal: what f codes, ideal(m, x); None where there is no slope.
        slope: by formula, slope(m, x), a number or a list as long as `components`.
        either: a second ideal that the same floats may as well stand for: the smooth function
            behind an interpolation table, and the table.
        components: those that are judged; all where it is None.
        smooth: whether a method has no excuse to decline.
        well_scaled: whether it has none to lose digits.
        left: the slope to the left, where the two sides differ.
        right: the slope to the right.
        jump: whether f jumps at x.
    """

    name: str
    kind: str
    f: Callable[[Any], Any]
    x: Any
    ideal: Ideal | None = None
    slope: Ideal | None = None
    either: Ideal | None = None
    components: tuple[int, ...] | None = None
    smooth: bool = False
    well_scaled: bool = False
    left: float | None = None
    right: float | None = None
    jump: bool = False

    def point(self) -> Any:
        """A fresh x: f may write into it."""
        return self.x if isinstance(self.x, float) else np.array(self.x, dtype=np.float64)

    @property
    def judged(self) -> tuple[int, ...]:
        return tuple(range(np.size(self.x))) if self.components is None else self.components

    @cached_property
    def truths(self) -> list[list[Any]]:
        """For each component that is judged, the slopes an answer may give."""
        if self.ideal is None:
            return [[] for _ in self.judged]
        slopes = self.by_formula() if self.slope else by_difference(self, self.ideal)
        if self.either is None:
            return [[slope] for slope in slopes]
        return list(map(list, zip(slopes, by_difference(self, self.either), strict=True)))

    def by_formula(self) -> list[Any]:
        assert self.slope is not None
        return list(np.ravel(self.slope(EXACT, exactly(self.x))))


def exactly(x: Any) -> Any:
    """x as it is, a number or an array of numbers of many digits."""
    return CONTEXT.mpf(x) if isinstance(x, float) else np.array([CONTEXT.mpf(v) for v in x])


def by_difference(case: Case, ideal: Ideal) -> list[Any]:
    """The slopes of an ideal function, by differences: some 200 digits of 1000 are right."""
    slopes: list[Any] = []
    for i in case.judged:
        x = exactly(case.x)
        here = x if isinstance(case.x, float) else x[i]
        step = abs(here) * CONTEXT.mpf(10) ** -120 or CONTEXT.mpf(10) ** -450
        unit: Any = (
            1 if isinstance(case.x, float) else np.array([int(j == i) for j in range(len(x))])
        )
        slopes.append((ideal(EXACT, x + unit * step) - ideal(EXACT, x - unit * step)) / (2 * step))
    return slopes


def dual(
    kind: str,
    name: str,
    f: Ideal,
    slope: Ideal | None = None,
    *,
    at: Iterable[float],
    either: Ideal | None = None,
    smooth: bool = True,
    well_scaled: bool = False,
) -> list[Case]:
    """Cases whose f is its own ideal, evaluated in float64."""
    plain = lambda x: float(f(np, np.float64(x)))
    return [
        Case(
            f"{name} at {x!r}", kind, plain, float(x), f, slope, either,
            smooth=smooth, well_scaled=well_scaled,
        )
        for x in at
    ]  # fmt: skip


def coded(
    kind: str,
    name: str,
    f: Callable[[Any], Any],
    ideal: Ideal,
    slope: Ideal | None = None,
    *,
    at: Iterable[float],
    either: Ideal | None = None,
    smooth: bool = False,
    well_scaled: bool = False,
) -> list[Case]:
    """Cases whose f stands for an ideal that it does not equal, or says in other words."""
    return [
        Case(
            f"{name} at {x!r}", kind, f, float(x), ideal, slope, either,
            smooth=smooth, well_scaled=well_scaled,
        )
        for x in at
    ]  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What a method says about one component.

    Attributes:
        value: the slope.
        error: absolute; infinite or NaN where the method declines.
        evaluations: of f, for this component.
        notes: the kinds of its notes.
        sides: the two slopes, where it says that they differ.
    """

    value: float
    error: float
    evaluations: float
    notes: tuple[str, ...] = ()
    sides: tuple[float, float] | None = None

    @property
    def declines(self) -> bool:
        return not math.isfinite(self.error) or not math.isfinite(self.value)


@dataclass(frozen=True)
class Verdict:
    """An answer beside the truth.

    Attributes:
        case: the case.
        component: which one of it.
        answer: the answer.
        truth: the true slope, the one nearest to the answer; NaN where there is none.
        true_error: |value - truth|, at least half an ulp of the truth.
        covered: whether the reported error covers the truth, or the method declines and says why.
    """

    case: Case
    component: int
    answer: Answer
    truth: float
    true_error: float
    covered: bool

    @property
    def relative(self) -> float:
        """The true error relative to the truth; where that is 0, the absolute one."""
        return self.true_error / (abs(self.truth) or 1.0)

    @property
    def reported_relative(self) -> float:
        return self.answer.error / (abs(self.truth) or 1.0)

    @property
    def ratio(self) -> float:
        """How much larger the reported error is than the true one."""
        return self.answer.error / self.true_error


# An answer that says why it has no slope: one of these kinds of note.
REASONS = frozenset({"declined", "kink", "jump", "non_finite", "bounds", "noise"})


def judge(case: Case, component: int, answer: Answer) -> Verdict:
    """Compare an answer with the truth, in many digits."""
    if case.ideal is None:
        return _without_slope(case, component, answer)
    truths = case.truths[case.judged.index(component)]
    if answer.declines:
        said = bool(REASONS.intersection(answer.notes))
        return Verdict(case, component, answer, float(truths[0]), math.nan, said)
    distance, truth = min((abs(CONTEXT.mpf(answer.value) - truth), truth) for truth in truths)
    # the truth need not be a float: no answer is nearer than this
    true_error = max(float(distance), math.ulp(float(truth)) / 2, math.ulp(0.0))
    covered = bool(distance <= answer.error)
    return Verdict(case, component, answer, float(truth), true_error, covered)


def _without_slope(case: Case, component: int, answer: Answer) -> Verdict:
    """At a kink both slopes are covered, at a jump or a cusp nothing finite is."""
    covered = answer.declines and bool(REASONS.intersection(answer.notes))
    if case.left is not None and case.right is not None and not answer.declines:
        low, high = sorted((case.left, case.right))
        covered = answer.value - answer.error <= low and high <= answer.value + answer.error
    if case.jump:
        covered = "jump" in answer.notes or answer.declines
    return Verdict(case, component, answer, math.nan, math.nan, covered)
