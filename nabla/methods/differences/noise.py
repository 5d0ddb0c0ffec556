"""How noisy f is, measured: a table of differences of f at equally spaced points.

Each difference of neighbours takes a power of h off a smooth function: of order k it leaves
about hᵏ. Noise it only mixes: a difference of order k is a sum of k + 1 values with binomial
weights, of variance (2k)! / (k!)² times that of one value. So down the table a smooth function
dies out, and what stays is its noise.

Source: J. J. Moré and S. M. Wild, Estimating computational noise, SIAM Journal on Scientific
Computing 33 (2011) 1292-1314.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from nabla.methods.differences.inquiry import Inquiry
from nabla.methods.differences.line import Line
from nabla.methods.differences.tableau import Row

# The paper's choice for noise that is drawn anew at each call: six to eight differences.
POINTS = 8

# Levels of three orders in a row within this factor are one and the same noise.
STEADY = 4.0

# The table stands beside x, and is this much narrower than the step to it.
NARROW = 1 / (20 * math.pi)


@dataclass(frozen=True, slots=True)
class Noise:
    """What was measured.

    Attributes:
        level: the standard deviation of one value of f.
        is_random: whether f gave two values at one and the same point.
        quantum: the step in which the values of f move; 0 where they move freely.
    """

    level: float
    is_random: bool
    quantum: float = 0.0


def measure(line: Line, row: Row, slope: float, side: int) -> Inquiry[Noise]:
    """Ask f again where a difference was taken, and at points close by.

    Noise may depend on where f is: it is measured where the values come from that the slope was
    computed from, not at x.

    Args:
        line: the line along which the slope was sought.
        row: the step at which it was found.
        slope: the slope, as far as it is known.
        side: 1 or -1, where f has values; 0 for both.
    """
    far = (side or (1 if abs(row.changes[0]) >= abs(row.changes[-1]) else -1)) * row.step
    again = (row.step, -row.step) if side == 0 else (far,)
    spacing = max(row.step * NARROW, 2 * line.grain) / POINTS
    table = [far - math.copysign(spacing, far) * count for count in range(1, POINTS)]
    samples = yield [*again, *table]
    repeated, fresh = samples[: len(again)], samples[len(again) :]
    is_random = any(
        sample.value - line.value != change
        for sample, change in zip(repeated, row.changes, strict=True)
    )
    first = repeated[-1] if far < 0 else repeated[0]
    # x + t rounds, so that the points are not quite equally spaced: on a flat f it does not show
    level = [sample.value - slope * (sample.taken - first.taken) for sample in (first, *fresh)]
    return Noise(noise_level([value for value in level if math.isfinite(value)]), is_random)


def noise_level(values: Sequence[float]) -> float:
    """The standard deviation of the noise on values of f at equally spaced points.

    Args:
        values: at least 4 of them; 7 or more tell the level within a factor 2.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> t = np.arange(8) * 1e-3
    >>> print(f"{noise_level(np.exp(t) + 1e-6 * rng.normal(size=8)):.1e}")
    5.9e-07
    """
    largest = max(map(abs, values), default=0.0)
    if largest == 0:
        return 0.0
    differences = [value / largest for value in values]
    levels: list[float] = []
    for order in range(1, len(values)):
        differences = [new - old for old, new in pairwise(differences)]
        mean_square = math.fsum(each * each for each in differences) / len(differences)
        levels.append(math.sqrt(mean_square / math.comb(2 * order, order)))
    for three in zip(levels, levels[1:], levels[2:], strict=False):
        if max(three) <= STEADY * min(three):
            return largest * max(three)
    # the orders do not agree: smooth parts are left in the low ones, luck in the high ones
    return largest * max(levels[-3:], default=0.0)
