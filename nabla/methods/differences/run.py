"""One estimate under way: how f is called, how often it was, what is kept and what is shown."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import TypeVar

import numpy as np

from nabla.errors import UnsupportedResult
from nabla.methods.differences.blocks import Workers
from nabla.methods.differences.calls import InBatches, PointByPoint
from nabla.methods.differences.fingerprint import changed, fingerprint
from nabla.methods.differences.inquiry import Evaluate, Finding, Inquiry, Receive, Reply, conduct
from nabla.methods.differences.journal import Journal
from nabla.methods.differences.line import Line
from nabla.methods.function import Function
from nabla.progress import Progress, reporting
from nabla.result import Array, Note

S = TypeVar("S")
T = TypeVar("T")

# What the points of one round may take in memory. They exist up to three times: here, in the
# copy that f gets (it may write into it), and on their way to a worker.
ROUND_BYTES = 2**25

# About what a component of a smooth function takes, until some are done and tell it.
TYPICAL_EVALUATIONS = 16

# f(x) among other points may differ from f(x) alone by rounding, as NumPy adds up in another
# order; but by no part worth mentioning of what f changes from point to point.
ROUNDING_ULPS = 1e3
OF_THE_CHANGES = 1e-3


class Run:
    """f in one estimate.

    Args:
        f: the function.
        batch: whether it takes many points at once.
        executor: where it is called; None is here.
        journal: the file that keeps what it answers; None keeps nothing.
        progress: as `nabla.progress.reporting` takes it; a function is called with the lines
            done, the lines, and the evaluations so far.

    Attributes:
        evaluations: at how many points f was evaluated by this run.
    """

    def __init__(
        self,
        f: Function,
        *,
        batch: bool,
        executor: Executor | None,
        journal: str | os.PathLike[str] | None,
        progress: Progress,
    ) -> None:
        self.evaluations = 0
        self._calls = InBatches(f) if batch else PointByPoint(f)
        self._executor = executor
        self._path = journal
        self._progress = progress
        self._remembered = 0
        self._fingerprint = {} if journal is None else fingerprint(f.call)
        self._x = np.zeros(())
        self._value = self._seconds = math.nan

    def at(self, x: Array) -> float:
        """f(x), the first thing a run asks: always here, and anew."""
        started = time.perf_counter()
        self._x, self._value = x, self._calls.at(x)
        self._seconds = time.perf_counter() - started
        self.evaluations += 1
        return self._value

    @property
    def notes(self) -> tuple[Note, ...]:
        """How much of what was asked this run did not have to ask f."""
        if not self._remembered:
            return ()
        numbers = {"remembered": self._remembered, "evaluations": self.evaluations}
        sentence = (
            f"{self._remembered} values of f were read from {os.fspath(self._path or '')!r}, "
            f"{self.evaluations} evaluated by this run"
        )
        return (Note("journal", sentence, numbers),)

    def lead(
        self,
        searches: Iterable[tuple[Line, Inquiry[T]]],
        count: int,
        judge: Callable[[int, Finding[T]], S],
        settings: Mapping[str, str],
    ) -> list[S]:
        """Lead all searches to their end.

        Args:
            searches: as `conduct` takes them; begun when it is their turn.
            count: how many they are.
            judge: what becomes of the finding of each.
            settings: whatever else tells this run from others, for the journal.

        Raises:
            InvalidOption: if the journal belongs to another run.
            UnsupportedResult: if f returns anything but one real number for a point.
        """
        results: dict[int, S] = {}
        answered = of_the_done = 0

        def line(seconds: float, done: int, count: int, evaluations: int) -> str:
            text = f"component {done} of {count}  {evaluations} evaluations"
            typical = of_the_done / done if done else TYPICAL_EVALUATIONS
            ahead = max(0.0, count * typical - answered)
            fresh = evaluations - 1
            return f"{text}  {seconds / fresh * ahead:.0f} s left" if fresh else text

        with (
            reporting(self._progress, "(done, components, evaluations)", line) as report,
            self._journal(settings) as journal,
        ):
            ask = self._counted(self._ask())
            if journal is not None:
                ask = journal.before(ask)

            def evaluate(points: Array, receive: Receive) -> None:
                def hear(replies: Mapping[int, Reply]) -> None:
                    nonlocal answered
                    answered += len(replies)
                    receive(replies)
                    report(len(results), count, self.evaluations)

                ask(points, hear)

            with np.errstate(all="ignore"):
                for number, finding in conduct(searches, evaluate, self._most_at_once()):
                    results[number] = judge(number, finding)
                    of_the_done += finding.evaluations
            report(len(results), count, self.evaluations)
        if journal is not None:
            self._remembered = journal.remembered
        return [results[number] for number in range(count)]

    @contextmanager
    def _journal(self, settings: Mapping[str, str]) -> Generator[Journal | None]:
        """The journal, told at the end which parts of f are no part of what f is."""
        if self._path is None:
            yield None
            return
        f, before = self._calls.f.call, self._fingerprint
        own = changed(before, fingerprint(f))
        run = {**settings, **before, "f(x)": self._value.hex()}
        with Journal(self._path, run, changing=own) as journal:
            try:
                yield journal
            finally:
                journal.note_changing(changed(before, fingerprint(f)))

    def _most_at_once(self) -> int:
        if self._executor is None and isinstance(self._calls, PointByPoint):
            return 1
        return max(1, ROUND_BYTES // max(1, self._x.nbytes))

    def _ask(self) -> Evaluate:
        if self._executor is not None:
            ask: Evaluate = Workers(self._executor, self._calls, self._seconds)
        elif isinstance(self._calls, PointByPoint):
            ask = self._one_by_one
        else:
            ask = self._all_at_once
        return self._row_by_row(ask) if isinstance(self._calls, InBatches) else ask

    def _one_by_one(self, points: Array, receive: Receive) -> None:
        for k in range(len(points)):
            receive({k: self._calls(points[k : k + 1])[0]})

    def _all_at_once(self, points: Array, receive: Receive) -> None:
        receive(dict(enumerate(self._calls(points))))

    def _counted(self, ask: Evaluate) -> Evaluate:
        def counting(points: Array, receive: Receive) -> None:
            def hear(replies: Mapping[int, Reply]) -> None:
                self.evaluations += len(replies)
                receive(replies)

            ask(points, hear)

        return counting

    def _row_by_row(self, ask: Evaluate) -> Evaluate:
        """The same, but at first f is also asked for x beside one other point, and only one.

        Among all of them, which lie around x, a mean over the rows would be x again.
        """
        is_first = True

        def checking(points: Array, receive: Receive) -> None:
            nonlocal is_first
            if not is_first:
                ask(points, receive)
                return
            is_first = False
            again, beside = self._calls(np.stack([self._x, points[0]]))
            self.evaluations += 1
            values = [beside.value]
            receive({0: beside})

            def hear(replies: Mapping[int, Reply]) -> None:
                values.extend(reply.value for reply in replies.values())
                receive({k + 1: reply for k, reply in replies.items()})

            if len(points) > 1:
                ask(points[1:], hear)
            self._require_same_value(again.value, values)

        return checking

    def _require_same_value(self, again: float, others: Iterable[float]) -> None:
        value = self._value
        changes = [abs(other - value) for other in others if math.isfinite(other)]
        ulp = float(np.finfo(self._x.dtype).eps) * abs(value)
        if abs(again - value) <= ROUNDING_ULPS * ulp + OF_THE_CHANGES * max(changes, default=0.0):
            return
        self.evaluations += 1
        if self._calls.at(self._x) != value:
            return  # f is random
        name = self._calls.f.name
        raise UnsupportedResult(
            f"{name} gave x the value {value} alone and {again} beside another point",
            why="with batch=True each row is a point of its own: its value must not depend on "
            "the other rows",
            remedy="look for a mean, a sum or a maximum over all rows (axis=-1 keeps to each "
            "row), or leave batch=True out",
        )
