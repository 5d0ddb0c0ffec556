"""One-sided slopes of f at ever smaller steps, and what two passes of them prove.

The numbers are mpmath's; a later pass has a smaller step and more precision than an earlier one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Secants:
    """The slopes of f over one step to either side.

    Attributes:
        left: (f(x) - f(x - h)) / h.
        right: (f(x + h) - f(x)) / h.
        step: h.
    """

    left: Any
    right: Any
    step: Any

    @property
    def central(self) -> Any:
        """(f(x + h) - f(x - h)) / 2h."""
        return (self.left + self.right) / 2

    @property
    def gap(self) -> Any:
        """How far the one-sided slopes are apart."""
        return abs(self.right - self.left)

    @property
    def rise(self) -> Any:
        """The larger of the two changes of f over the step."""
        return max(abs(self.left), abs(self.right)) * self.step

    @property
    def is_finite(self) -> bool:
        """Whether f has a value on both sides."""
        return abs(self.left) < math.inf and abs(self.right) < math.inf


def closes(size_before: Any, before: Secants, size_after: Any, after: Secants) -> bool:
    """Whether something vanishes with the step, at least like its fourth root."""
    ratio = after.step.context.root(after.step / before.step, 4)
    return bool(size_after <= size_before * ratio)


def meets(before: Secants, after: Secants) -> bool:
    """Whether the one-sided slopes close up as the step shrinks."""
    return closes(before.gap, before, after.gap, after)


def doubt(before: Secants, after: Secants) -> Any:
    """How far two passes differ, and the one-sided slopes if they do not meet; NaN if f ends."""
    change = abs(after.central - before.central)
    return change if meets(before, after) else change + after.gap


@dataclass(frozen=True)
class Pass:
    """f and its secants along some of the directions, all with one step and precision.

    Attributes:
        value: f(x).
        secants: by number of the direction.
    """

    value: Any
    secants: Mapping[int, Secants]

    @property
    def evaluations(self) -> int:
        """How often f was called."""
        return 1 + 2 * len(self.secants)


@dataclass(frozen=True)
class Evidence:
    """What the passes have found so far.

    Attributes:
        value: f(x) from the last pass.
        value_change: how far the last two passes differ in f(x).
        before: per direction, the secants of the last but one pass it took part in.
        after: per direction, those of the last.
        evaluations: how often f was called.
        unexplained: how far the slope along a joint direction was from Σ wᵢgᵢ.
    """

    value: Any
    value_change: Any
    before: Sequence[Secants]
    after: Sequence[Secants]
    evaluations: int
    unexplained: Any

    @classmethod
    def of_pair(cls, first: Pass, second: Pass) -> Evidence:
        """From two passes along all directions."""
        return cls(
            value=second.value,
            value_change=abs(second.value - first.value),
            before=list(first.secants.values()),
            after=list(second.secants.values()),
            evaluations=first.evaluations + second.evaluations,
            unexplained=second.value.context.zero,
        )

    def followed_by(self, latest: Pass) -> Evidence:
        """With one more pass; where it covers all directions, a joint one has no more to say."""
        count = len(self.after)
        covers_all = len(latest.secants) == count
        return Evidence(
            value=latest.value,
            value_change=abs(latest.value - self.value),
            before=[(self.after if k in latest.secants else self.before)[k] for k in range(count)],
            after=[latest.secants.get(k, self.after[k]) for k in range(count)],
            evaluations=self.evaluations + latest.evaluations,
            unexplained=latest.value.context.zero if covers_all else self.unexplained,
        )

    def confronted(self, joint: Pass, members: Sequence[int], weights: Sequence[float]) -> Evidence:
        """With the slope along a direction that runs through several others, weighted."""
        expected = joint.value.context.fdot(weights, [self.after[k].central for k in members])
        return replace(
            self,
            evaluations=self.evaluations + joint.evaluations,
            unexplained=abs(joint.secants[0].central - expected),
        )

    def doubts(self) -> list[Any]:
        """Per direction, how far its two last passes differ."""
        return [doubt(*pair) for pair in zip(self.before, self.after, strict=True)]

    def largest_slope(self) -> Any:
        """max|g|, over the directions whose passes agree on at least its size."""
        sizes = [
            abs(after.central)
            for after, doubtful in zip(self.after, self.doubts(), strict=True)
            if 2 * doubtful <= abs(after.central)
        ]
        return max(sizes, default=self.value.context.zero)

    def tolerances(self, digits: int) -> list[Any]:
        """Per direction, what the promise allows: 10⁻ᵈ·max(|gᵢ|, 10⁻³·max|g|)."""
        largest = self.largest_slope()
        unit = self.value.context.mpf(10) ** -digits
        return [unit * max(abs(after.central), largest / 1000) for after in self.after]

    def unsettled(self, digits: int) -> list[int]:
        """The directions along which the doubt exceeds what the promise allows."""
        judged = zip(self.doubts(), self.tolerances(digits), strict=True)
        return [k for k, (doubtful, allowed) in enumerate(judged) if not doubtful <= allowed]
