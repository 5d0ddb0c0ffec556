"""Questions to f and their answers: how the search for a slope is kept apart from calling f.

A search along a line is a generator. It yields the steps at which it wants to know f, and is sent
a `Sample` for each; what it returns is its result. It never calls f itself, so that one and the
same search serves an f called point by point, an f that takes many points at once, and a cluster.
Searches along several lines go on side by side: what they ask for next is one round.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

import numpy as np

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

    def __reduce__(self) -> tuple[Any, ...]:
        return Reply, (self.value, None if self.refusal is None else _portable(self.refusal))


def _portable(refusal: Exception) -> Exception:
    """The same, or one that says the same: an exception that cannot be unpickled ends a pool."""
    try:
        pickle.loads(pickle.dumps(refusal))
    except Exception:  # whatever its class does when it is made anew
        kind = ValueError if isinstance(refusal, ValueError) else ArithmeticError
        substitute = kind(f"{type(refusal).__name__}: {refusal}")
        for note in getattr(refusal, "__notes__", ()):
            substitute.add_note(note)
        return substitute
    return refusal


# What takes the replies as they come, by the row of their point: a run that is interrupted has
# been told all that was known by then.
Receive: TypeAlias = Callable[[Mapping[int, Reply]], object]

# f at all points, stacked along the first axis.
Evaluate: TypeAlias = Callable[[Array, Receive], object]


@dataclass(frozen=True, slots=True)
class Finding(Generic[T]):
    """What an inquiry along a line came to, and how many points it asked about."""

    line: Line
    result: T
    evaluations: int


@dataclass(slots=True)
class _Talk(Generic[T]):
    """A search under way: what it asks now, and how much it has been told."""

    number: int
    line: Line
    inquiry: Inquiry[T]
    steps: Sequence[float] = ()
    told: int = 0

    def go_on(self, answer: Sequence[Sample] | None) -> Finding[T] | None:
        """Send the answer to the last question (None to begin): the finding, if it is the end."""
        try:
            self.steps = next(self.inquiry) if answer is None else self.inquiry.send(answer)
        except StopIteration as end:
            return Finding(self.line, end.value, self.told)
        self.told += len(self.steps)
        return None


def conduct(
    searches: Iterable[tuple[Line, Inquiry[T]]], evaluate: Evaluate, most: int
) -> Iterator[tuple[int, Finding[T]]]:
    """Lead all searches to their end, round by round.

    A search is begun only when those under way leave room in the round, and in their order:
    with room for one point they go one after the other.

    Args:
        searches: each inquiry with the line it is about; taken one by one, when needed.
        evaluate: f at many points; called once in each round.
        most: how many points a round may have. A single question may have more.

    Yields:
        The number of a search and its finding, as they end.
    """
    upcoming = (_Talk(number, *search) for number, search in enumerate(searches))
    talks: list[_Talk[T]] = []
    wanted = 0
    while True:
        while wanted < most and (new := next(upcoming, None)):
            found = new.go_on(None)
            if found is not None:
                yield new.number, found
                continue
            talks.append(new)
            wanted += len(new.steps)
        if not talks:
            return
        asking = _that_fit(talks, most)
        waiting = talks[len(asking) :]
        talks, wanted = [], sum(len(talk.steps) for talk in waiting)
        for talk, answer in zip(asking, _answers(asking, evaluate), strict=True):
            found = talk.go_on(answer)
            if found is not None:
                yield talk.number, found
                continue
            talks.append(talk)
            wanted += len(talk.steps)
        talks += waiting


def _that_fit(talks: Sequence[_Talk[T]], most: int) -> Sequence[_Talk[T]]:
    """The first one, and those after it while their points are no more than `most` together."""
    together = np.cumsum([len(talk.steps) for talk in talks])
    return talks[: max(1, int(np.searchsorted(together, most, side="right")))]


def _answers(talks: Sequence[_Talk[T]], evaluate: Evaluate) -> Iterator[list[Sample]]:
    """What the talks asked for, all asked in one round."""
    asked = [talk.line.point(step) for talk in talks for step in talk.steps]
    taken = [step for step, _ in asked]
    replies: dict[int, Reply] = {}
    if asked:
        points = np.stack([point for _, point in asked])
        asked.clear()  # a round may fill much memory: once, not twice
        evaluate(points, replies.update)
    samples = (Sample(step, replies[k].value, replies[k].refusal) for k, step in enumerate(taken))
    for talk in talks:
        yield [next(samples) for _ in talk.steps]
