"""What the searches came to, as a gradient's components and what is to be said about them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from nabla.methods.differences.inquiry import Finding
from nabla.methods.differences.line import Line
from nabla.methods.differences.noise import Noise
from nabla.methods.differences.reading import Reading
from nabla.methods.differences.search import Found
from nabla.result import Note


@dataclass(frozen=True, slots=True)
class Slope:
    """The slope along one line: what becomes one component of the estimate.

    Attributes:
        value: the slope; NaN where it is declined.
        error: absolute; infinite where it is declined.
        evaluations: how often f was called for it.
        name: what messages call the line.
        notes: what is to be said about this line alone.
        noise: how noisy f is, where that was measured and is more than rounding.
        is_constant: whether f had one and the same value wherever it was asked.
    """

    value: float
    error: float
    evaluations: int
    name: str = ""
    notes: tuple[Note, ...] = ()
    noise: Noise | None = None
    is_constant: bool = False


def judged(line: Line, finding: Finding[Found], speed: float, name: str) -> Slope:
    """The slope along a line, times `speed`, or a note that says why there is none."""
    found, evaluations = finding.result, finding.evaluations
    reading = found.reading
    if reading is None or found.reason is not None:
        reason = found.reason if evaluations else "the bounds leave no room for a step"
        return Slope(math.nan, math.inf, evaluations, name, (_declined(name, reason),), found.noise)
    notes = _sides(reading, found, name) + _singularity(reading, speed, name)
    best = reading.best
    # a steep f, exp(1000 x), rounds its argument as well: an ulp of x is worth slope · ulp
    argument_rounding = abs(best.slope) * line.grain / best.step
    value, error = speed * best.slope, speed * (reading.error + argument_rounding)
    if not math.isfinite(value) or not math.isfinite(error):
        if reading.singularity is None:
            notes = (*notes, _declined(name, "the slope is beyond the largest float"))
        value, error = math.nan, math.inf
    return Slope(value, error, evaluations, name, notes, found.noise, found.is_constant)


def notes_of(slopes: Sequence[Slope]) -> tuple[Note, ...]:
    """All that is to be said; what concerns many components is said once."""
    notes = [note for slope in slopes for note in slope.notes]
    noisy = [(slope.noise, slope.name) for slope in slopes if slope.noise is not None]
    if noisy:
        noise, name = max(noisy, key=lambda pair: pair[0].level)
        notes.append(_noisy(noise, name, len(noisy)))
    constant = [slope.name for slope in slopes if slope.is_constant]
    if constant:
        notes.append(_constant(constant))
    return tuple(notes)


def _declined(name: str, reason: str | None) -> Note:
    return Note("declined", f"{name}: {reason}")


def _sides(reading: Reading, found: Found, name: str) -> tuple[Note, ...]:
    if not reading.side:
        return ()
    if found.ends:
        return (Note("non_finite", f"{name}: f has finite values on one side only"),)
    return (Note("bounds", f"{name}: a bound is near, so that f was seen on one side only"),)


def _singularity(reading: Reading, speed: float, name: str) -> tuple[Note, ...]:
    left, right = speed * reading.left, speed * reading.right
    sides = {"left": left, "right": right}
    match reading.singularity:
        case "kink":
            sentence = f"{name}: a kink, the one-sided slopes differ, {left:.3g} and {right:.3g}"
            return (Note("kink", sentence, sides),)
        case "jump":
            sentence = f"{name}: f jumps, its values to the left and to the right do not meet"
            return (Note("jump", sentence, sides),)
        case "cusp":
            return (_declined(name, "the slope grows without limit as the step shrinks"),)
        case None:
            return ()


def _noisy(noise: Noise, name: str, count: int) -> Note:
    if noise.is_random:
        nature = "anew at each call: f gave two values at one and the same point"
    elif noise.quantum:
        nature = f"for its values move in steps of {noise.quantum:.2g}"
    else:
        nature = "the same at each call: rounding in f, or an iteration that stops early"
    elsewhere = f", and beside {count - 1} other components" if count > 1 else ""
    sentence = f"beside {name}{elsewhere} f scatters by {noise.level:.2g}, {nature}"
    numbers = {"level": noise.level, "random": noise.is_random, "quantum": noise.quantum}
    return Note("noise", sentence, numbers)


def _constant(names: Sequence[str]) -> Note:
    some = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    why = "it does not depend on it, or loses it in rounding"
    return Note("constant", f"{some}: f did not change at all, {why}", {"count": len(names)})
