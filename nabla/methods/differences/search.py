"""The search for the slope along one line: which steps are asked for, and in which order."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nabla.methods.differences.inquiry import Inquiry
from nabla.methods.differences.line import Line, Sample
from nabla.methods.differences.noise import Noise, measure
from nabla.methods.differences.reading import (
    LATER_STEPS,
    Reading,
    is_done,
    read,
    reconcile,
)
from nabla.methods.differences.tableau import RATIO, Row, next_row

# With less than this part of the room that the free side has, steps to both sides are so short
# that their rounding costs more than looking to the free side only.
CRAMPED = RATIO**-4

# Four steps are the fewest that can end a search: two to extrapolate, two to agree with that.
FIRST_ROUND = 4

# An error this many times that of an ulp of f is not all rounding.
SUSPICIOUS = 8.0

# A deterministic f that scatters by more than this part of its size is no smooth function.
CHAOS = 0.1

# Where f is 0 it may be the difference of numbers of size 1, and its scatter their rounding.
UNNOTICED = 64.0

# Eight points tell a standard deviation roughly, and the tails of noise may be heavy.
NOISE_FACTOR = 5.0


@dataclass(frozen=True, slots=True)
class Found:
    """What the search came to.

    Attributes:
        reading: the slope; None where there is none.
        noise: how noisy f is, where it is noisier than its rounding.
        reason: why there is no reading, or why it is not to be trusted.
        ends: whether f was seen on one side only because it has no values on the other.
        is_constant: whether f had one and the same value wherever it was asked.
    """

    reading: Reading | None
    noise: Noise | None = None
    reason: str | None = None
    ends: bool = False
    is_constant: bool = False


class Search:
    """The search along one line.

    Args:
        line: f along it.
    """

    def __init__(self, line: Line) -> None:
        self.line = line
        self._refusal: Exception | None = None
        self._has_values = False
        self._has_changed = False

    def run(self) -> Inquiry[Found]:
        """The slope from both sides if there is room, else from the side where f has values."""
        for side in (0, 1, -1):
            reading = yield from self._over_scales(side)
            if reading is not None:
                found = yield from self._examined(reading)
                return replace(found, ends=side != 0, is_constant=not self._has_changed)
        if self._has_values:
            return Found(None, reason="the differences of f are beyond the largest float")
        if self._refusal is not None:
            raise self._refusal
        return Found(None, reason="f has no finite values beside x, at whatever step")

    def _over_scales(self, side: int) -> Inquiry[Reading | None]:
        """The best reading; a larger scale is asked only where the smaller one leaves doubt."""
        chosen: Reading | None = None
        asked = 0.0
        for first in self.line.first_steps():
            # the steps of the smaller scale are asked already; a few more make the two meet
            reading = yield from self._extrapolated(first, asked / RATIO**LATER_STEPS, side)
            asked = first
            if chosen is None:
                chosen = reading
            elif reading is not None:
                chosen = reconcile(chosen, reading, self.line.value)
            if chosen is not None and chosen.best.error <= self.line.fair * abs(chosen.best.slope):
                break
        return chosen

    def _extrapolated(self, first: float, last: float, side: int) -> Inquiry[Reading | None]:
        """One ladder of steps; to both sides if `side` is 0 and there is room, else to one."""
        line = self.line
        left, right = line.room(-1), line.room(1)
        if side == 0 and min(left, right) >= CRAMPED * min(first, max(left, right)):
            first = min(first, left, right)
        else:
            side = side or (1 if right >= left else -1)
            first = min(first, line.room(side))
        steps, rows = line.ladder(first, last), list[Row]()
        while steps:
            count = 1 if rows else FIRST_ROUND
            now, steps = steps[:count], steps[count:]
            sides = (side,) if side else (1, -1)
            samples = yield from self._ask([each * step for step in now for each in sides])
            for k, step in enumerate(now):
                seen = samples[len(sides) * k : len(sides) * (k + 1)]
                cell = line.one_sided(step, *seen) if side else line.symmetric(step, *seen)
                if cell is None:
                    # the domain of f has a hole between the larger steps and the middle
                    rows = []
                    continue
                changes = [sample.value - line.value for sample in seen]
                rows.append(next_row(rows[-1] if rows else None, cell, changes))
            if len(rows) > 3 and is_done(rows, line.rounding(line.value), line.fair):
                break
        return read(rows, line.fair, side) if len(rows) > 1 else None

    def _ask(self, steps: Sequence[float]) -> Inquiry[Sequence[Sample]]:
        samples = yield steps
        for sample in samples:
            self._refusal = self._refusal or sample.refusal
            self._has_values = self._has_values or math.isfinite(sample.value)
            self._has_changed = self._has_changed or sample.value != self.line.value
        return samples

    def _examined(self, reading: Reading) -> Inquiry[Found]:
        """The reading, with the noise of f measured where there seems to be some."""
        line, best, row = self.line, reading.best, reading.row
        largest = max(abs(line.value), *(abs(line.value + change) for change in row.changes))
        # how much of an error in the values of f becomes one of the slope
        magnified = row.best.rounding / line.rounding(largest)
        if not reading.singularity and best.error <= SUSPICIOUS * row.best.rounding:
            return Found(reading)
        noise = yield from measure(line, row, best.slope, reading.side)
        if noise.is_random:
            # what fresh noise did looked like a kink or a jump
            reading = replace(reading, singularity=None)
        elif reading.singularity:
            return Found(reading)
        elif noise.level > max(CHAOS * largest, UNNOTICED * line.precision):
            return Found(reading, noise, "f scatters as much as it changes, at steps of every size")
        rounding = max(best.rounding, NOISE_FACTOR * noise.level * magnified)
        reading = replace(reading, best=replace(best, rounding=rounding))
        if not noise.is_random and noise.level <= SUSPICIOUS * line.rounding(largest):
            return Found(reading)
        return Found(reading, replace(noise, quantum=reading.quantum))
