"""The whole corpus for difference methods, and what `Central` answers to it."""

from __future__ import annotations

import warnings

import differences_coded
import differences_gradients
import differences_noisy
import differences_scaled
import differences_singular
import differences_smooth
import numpy as np
from differences_table import Answer, Case, Verdict, judge

from nabla.methods.central import Central
from nabla.methods.function import as_function
from nabla.result import Estimate, Note

CASES: list[Case] = [
    *differences_smooth.CASES,
    *differences_gradients.CASES,
    *differences_scaled.CASES,
    *differences_coded.CASES,
    *differences_singular.CASES,
    *differences_noisy.CASES,
]


def answers(central: Central, case: Case) -> list[Verdict]:
    """What central differences say about each component that is judged."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        estimate = central.estimate(as_function(case.f, case.x), np.array(case.x, np.float64))
    errors, slopes = np.ravel(estimate.error), np.ravel(estimate.gradient)
    return [
        judge(
            case,
            i,
            Answer(
                float(slopes[i]),
                float(errors[i]),
                (estimate.evaluations - 1) / np.size(case.x),
                tuple(note.kind for note in notes_of(estimate, case, i)),
                sides_of(notes_of(estimate, case, i)),
            ),
        )
        for i in case.judged
    ]


def notes_of(estimate: Estimate, case: Case, component: int) -> list[Note]:
    if isinstance(case.x, float):
        return list(estimate.notes)
    return [note for note in estimate.notes if note.sentence.startswith(f"x[{component}]:")]


def sides_of(notes: list[Note]) -> tuple[float, float] | None:
    for note in notes:
        if note.kind in {"kink", "jump"}:
            return note.numbers["left"], note.numbers["right"]
    return None
