"""Questions to f and their answers: how the search for a slope is kept apart from calling f.

A search along a line is a generator. It yields the steps at which it wants to know f, and is sent
a `Sample` for each; what it returns is its result. It never calls f itself, so that one and the
same search serves an f called point by point, an f that takes many points at once, and a cluster.
Searches along several lines go on side by side: what they all ask for next is one round.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from nabla.methods.differences.line import Line, Sample
from nabla.result import Array

T = TypeVar("T")

Inquiry: TypeAlias = Generator[Sequence[float], Sequence[Sample], T]


@dataclass(frozen=True, slots=True)
class Reply:
    """f at one point.

    Attributes:
        value: the value; NaN where there is none.
        refusal: the exception by which f said that it has no value there.
    """

    value: float
    refusal: Exception | None = None


Evaluate: TypeAlias = Callable[[Sequence[Array]], Sequence[Reply]]


@dataclass(frozen=True, slots=True)
class Finding(Generic[T]):
    """What an inquiry came to, and how often f was called for it."""

    result: T
    evaluations: int


def conduct(searches: Sequence[tuple[Line, Inquiry[T]]], evaluate: Evaluate) -> list[Finding[T]]:
    """Lead all searches to their end, round by round.

    Args:
        searches: each inquiry with the line it is about.
        evaluate: f at many points; called once in each round.

    Returns:
        The findings, in the order of the searches.
    """
    findings: list[Finding[T] | None] = [None] * len(searches)
    spent = [0] * len(searches)
    answers: dict[int, list[Sample]] = {k: [] for k in range(len(searches))}
    begun = False
    while answers:
        places: list[tuple[int, float]] = []
        points: list[Array] = []
        for k, answer in answers.items():
            line, inquiry = searches[k]
            try:
                steps = inquiry.send(answer) if begun else next(inquiry)
            except StopIteration as end:
                findings[k] = Finding(end.value, spent[k])
                continue
            for step in steps:
                taken, point = line.point(step)
                places.append((k, taken))
                points.append(point)
        begun = True
        answers = {k: [] for k, _ in places}
        for (k, taken), reply in zip(places, evaluate(points) if points else (), strict=True):
            answers[k].append(Sample(taken, reply.value, reply.refusal))
            spent[k] += 1
    return [finding for finding in findings if finding is not None]
