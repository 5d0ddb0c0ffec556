"""The search for the slope along one line: which steps are asked for, and in which order."""

from __future__ import annotations

from dataclasses import dataclass

from nabla.methods.differences.inquiry import Inquiry
from nabla.methods.differences.line import Line
from nabla.methods.differences.reading import LATER_STEPS, Reading, is_done, read, reconcile
from nabla.methods.differences.tableau import RATIO, Row, next_row

# With less than this part of the room that the free side has, steps to both sides are so short
# that their rounding costs more than looking to the free side only.
CRAMPED = RATIO**-4

FIRST_ROUND = 4


@dataclass(frozen=True, slots=True)
class Slope:
    """What the search came to.

    Attributes:
        reading: None where there is none.
        notes: (kind, sentence) without the component's name.
    """

    reading: Reading | None
    notes: tuple[tuple[str, str], ...] = ()


def search(line: Line) -> Inquiry[Slope]:
    """The slope from both sides if there is room, else from the side where f has values."""
    refusals: list[Exception] = []
    asked = False
    reading = yield from _over_scales(line, 0, refusals)
    if reading is not None:
        notes = (("bounds", "a bound is near, so that f was seen on one side only"),)
        return Slope(reading, notes if reading.one_sided else ())
    for side in (1, -1):
        reading = yield from _over_scales(line, side, refusals)
        if reading is not None:
            return Slope(reading, (("non_finite", "f has finite values on one side only"),))
    if refusals:
        raise refusals[0]
    return Slope(None)


def _over_scales(line: Line, side: int, refusals: list[Exception]) -> Inquiry[Reading | None]:
    """The best reading; a larger scale is asked only where the smaller one leaves doubt."""
    chosen: Reading | None = None
    asked = 0.0
    for first in line.first_steps():
        # the steps of the smaller scale are asked already; a few more make the two meet
        reading = yield from _extrapolated(line, first, asked / RATIO**LATER_STEPS, side, refusals)
        asked = first
        if chosen is None:
            chosen = reading
        elif reading is not None:
            chosen = reconcile(chosen, reading, line.value)
        if chosen is not None and chosen.best.error <= line.fair * abs(chosen.best.slope):
            break
    return chosen


def _extrapolated(
    line: Line, first: float, last: float, side: int, refusals
) -> Inquiry[Reading | None]:
    left, right = line.room(-1), line.room(1)
    both = side == 0 and min(left, right) >= CRAMPED * min(first, max(left, right))
    if both:
        steps = line.ladder(min(first, left, right), last)
    else:
        side = side or (1 if right >= left else -1)
        steps = line.ladder(min(first, line.room(side)), last)
    rows: list[Row] = []
    while steps:
        count = 1 if rows else FIRST_ROUND
        now, steps = steps[:count], steps[count:]
        samples = yield [t for step in now for t in ((step, -step) if both else (side * step,))]
        for s in samples:
            if s.refusal is not None:
                refusals.append(s.refusal)
        width = 2 if both else 1
        for k, step in enumerate(now):
            seen = samples[width * k : width * (k + 1)]
            first = line.symmetric(step, *seen) if both else line.one_sided(step, *seen)
            if first is None:
                # the domain of f has a hole between the larger steps and the middle
                rows = []
                continue
            changes = [sample.value - line.value for sample in seen]
            rows.append(next_row(rows[-1] if rows else None, first, changes, one_sided=not both))
        if len(rows) > 3 and is_done(rows, line.rounding(line.value), line.fair):
            break
    return read(rows, line.value, line.fair, one_sided=not both) if len(rows) > 1 else None
