"""Central differences against the corpus: the error covers the truth, or the estimate declines."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from differences import CASES, answers
from differences_noisy import NOISY, Noisy
from differences_table import CONTEXT, Case, Verdict, by_difference

from nabla.methods.central import Central

SMOOTH = [case for case in CASES if case.smooth]
EARLY = [case for case in CASES if case.kind == "stopped early"]
FAIR = [case for case in CASES if case.kind != "stopped early"]


def named(case: Case) -> str:
    return f"{case.kind}: {case.name}"


@cache
def verdicts(case: Case) -> list[Verdict]:
    return answers(Central(), case)


def smooth_verdicts(*, well_scaled: bool = False) -> list[Verdict]:
    return [
        verdict
        for case in SMOOTH
        if case.well_scaled or not well_scaled
        for verdict in verdicts(case)
    ]


def answered(*, well_scaled: bool = False) -> list[Verdict]:
    every = smooth_verdicts(well_scaled=well_scaled)
    return [verdict for verdict in every if not verdict.answer.declines]


@pytest.mark.parametrize("case", [case for case in CASES if case.slope], ids=named)
def test_the_truth_is_true(case: Case) -> None:
    assert case.ideal is not None
    # where erf is 1 up to 1e-1088, a thousand digits of f are not enough
    negligible = CONTEXT.mpf(10) ** -500
    measured = by_difference(case, case.ideal)
    for formula, difference in zip(case.by_formula(), measured, strict=True):
        assert abs(formula - difference) <= abs(formula) * CONTEXT.mpf(10) ** -60 + negligible


@pytest.mark.parametrize("case", FAIR, ids=named)
def test_the_error_covers_the_truth(case: Case) -> None:
    for verdict in verdicts(case):
        assert verdict.covered, verdict


def test_the_corpus_is_large() -> None:
    assert len(FAIR) >= 200


@pytest.mark.parametrize("case", EARLY, ids=named)
def test_an_iteration_that_stops_early_is_differentiated_as_it_is(case: Case) -> None:
    # known limit: nothing near x tells the function that f computes from the one it stands for
    (verdict,) = verdicts(case)
    assert not verdict.answer.declines
    assert verdict.relative < 2e-2


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.kind in {"kink", "jump"}], ids=named
)
def test_a_kink_and_a_jump_are_seen(case: Case) -> None:
    (verdict,) = verdicts(case)
    assert case.kind in verdict.answer.notes
    if case.kind == "kink":
        assert verdict.answer.sides == pytest.approx((case.left, case.right), rel=1e-2, abs=1e-6)


def test_smooth_functions_are_answered() -> None:
    declined = [verdict for verdict in smooth_verdicts() if verdict.answer.declines]
    assert len(declined) <= 0.03 * len(smooth_verdicts())


def test_the_error_is_sharp() -> None:
    assert np.median([verdict.ratio for verdict in answered()]) <= 30


def test_well_scaled_functions_are_answered_to_ten_digits() -> None:
    sharp = [verdict.relative <= 1e-10 for verdict in answered(well_scaled=True)]
    assert sum(sharp) >= 0.85 * len(smooth_verdicts(well_scaled=True))


def test_smooth_functions_take_few_evaluations() -> None:
    assert np.median([verdict.answer.evaluations for verdict in smooth_verdicts()]) <= 12


def uncovered(noisy: list[Noisy], runs: int) -> list[Any]:
    """Of so many runs, in turn over the cases, those whose error does not cover the truth."""
    failures = []
    for seed in range(runs):
        (verdict,) = answers(Central(), noisy[seed % len(noisy)].seeded(seed))
        if not verdict.covered:
            failures.append(verdict)
    return failures


def test_noise_is_covered() -> None:
    # every seventh: all bases, points and laws, and all levels in turn
    noisy = NOISY[::7] + NOISY[3::7]
    assert len(uncovered(noisy, len(noisy))) <= 0.001 * len(noisy)


@pytest.mark.full
def test_noise_is_covered_in_999_runs_of_1000() -> None:
    assert len(uncovered(NOISY, 10_000)) <= 10
