"""Differences of a fixed step and order, for whoever insists: no search, a known cost.

Of the tableau only one corner is filled: as many steps as the order needs, and one more, four
times smaller, that tells the error.
"""

from __future__ import annotations

from dataclasses import replace

from nabla.methods.differences.inquiry import Inquiry
from nabla.methods.differences.line import Line
from nabla.methods.differences.reading import Reading
from nabla.methods.differences.search import Found
from nabla.methods.differences.tableau import RATIO, Row, next_row


def difference(line: Line, step: float | None, order: int) -> Inquiry[Found]:
    """The difference of this order, from steps of which the largest is given.

    Args:
        line: where f is looked at.
        step: the largest step, measured in t. None takes the one at which the truncation
            hᵖ of a function of scale |x| equals the rounding ulp(f) / h.
        order: p, even. One-sided differences of the same order take more steps.
    """
    largest = line.scale * line.precision ** (1 / (order + 1)) if step is None else step
    left, right = line.room(-1), line.room(1)
    side = 0 if min(left, right) >= largest else 1 if right >= largest else -1
    if side and line.room(side) < largest:
        return Found(None, reason="the bounds leave no room for the step")
    count = order if side else order // 2
    steps = [largest / RATIO**k for k in range(count + 1)]
    sides = (side,) if side else (1, -1)
    samples = yield [each * step for step in steps for each in sides]
    rows: list[Row] = []
    for k, each in enumerate(steps):
        seen = samples[len(sides) * k : len(sides) * (k + 1)]
        first = line.one_sided(each, *seen) if side else line.symmetric(each, *seen)
        if first is None:
            return Found(None, reason="f has no finite value a step away")
        changes = [sample.value - line.value for sample in seen]
        rows.append(next_row(rows[-1] if rows else None, first, changes))
    wanted, better = rows[-2].cells[count - 1], rows[-1].cells[count]
    # the better one is off as well; by less, where the steps are not far too large
    truncation = 2 * abs(better.slope - wanted.slope)
    return Found(Reading(replace(wanted, truncation=truncation), rows[-2], side))
