"""Calls of f on an executor: in blocks of points, each a task of its own."""

from __future__ import annotations

import time
import uuid
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any

import numpy as np

from nabla.methods.differences.calls import Calls, InBatches
from nabla.methods.differences.inquiry import Receive, Reply
from nabla.result import Array

# A task costs its executor about a millisecond. A block that takes so long drowns that, and
# leaves something for each worker where there is enough to do.
BLOCK_SECONDS = 0.02

# Blocks of rows are cut by their number and not by the clock: an f that does not round quite
# alike in batches of different sizes still gives the same answer each time.
BLOCKS_OF_ROWS = 32

# How often the one who waits is told so: a wait without end could not be interrupted on Windows.
PULSE_SECONDS = 0.25


@dataclass(frozen=True, eq=False)
class Block:
    """Points on their way to a worker, stacked along the first axis.

    Most differ from their neighbour in one or two coordinates: pickled, a block is its first
    point, and where the others differ from it.

    Attributes:
        points: the points.
        label: makes each block a task of its own. A Dask client takes tasks for pure functions,
            and would answer one with the result of an equal one.
    """

    points: Array
    label: str = field(default_factory=lambda: uuid.uuid4().hex)

    def __reduce__(self) -> tuple[Any, ...]:
        flat = np.ascontiguousarray(self.points).reshape(len(self.points), -1)
        # compared as integers: -0.0 differs from 0.0
        bits = flat.view(f"u{flat.itemsize}")
        places = np.flatnonzero(bits != bits[0])
        values = flat.reshape(-1)[places]
        return _unpacked, (self.points[0], len(flat), places, values, self.label)


def _unpacked(first: Array, count: int, places: Array, values: Array, label: str) -> Block:
    points = np.empty((count, *np.shape(first)), first.dtype)
    points[:] = first
    points.reshape(-1)[places] = values
    return Block(points, label)


def work(calls: Calls, block: Block) -> tuple[list[Reply], float]:
    """What a worker does: the replies of f, and the seconds they took."""
    started = time.perf_counter()
    return calls(block.points), time.perf_counter() - started


class Workers:
    """f on an executor.

    Args:
        executor: where f is called.
        calls: how.
        seconds: how long one call took so far.
    """

    def __init__(self, executor: Executor, calls: Calls, seconds: float) -> None:
        self._executor = executor
        self._calls = calls
        self._seconds = seconds

    def __call__(self, points: Array, receive: Receive) -> None:
        """Have f evaluated at all points; the replies are received in the order they come in.

        Whatever ends this early (an exception of f's, an interrupt), blocks that no worker has
        begun are cancelled.
        """
        finished: SimpleQueue[Future[Any]] = SimpleQueue()
        begins: dict[Future[tuple[list[Reply], float]], int] = {}
        try:
            size = self._block_size(len(points))
            for begin in range(0, len(points), size):
                block = Block(points[begin : begin + size])
                future = self._executor.submit(work, self._calls, block)
                begins[future] = begin
                future.add_done_callback(finished.put)
            while begins:
                # what is there already counts, also where the next one has failed
                for future in sorted(_waited_for(finished), key=_failed):
                    begin = begins.pop(future)
                    replies, seconds = future.result()
                    self._seconds = seconds / len(replies)
                    receive(dict(enumerate(replies, start=begin)))
                receive({})
        finally:
            for future in begins:
                future.cancel()

    def _block_size(self, count: int) -> int:
        if isinstance(self._calls, InBatches):
            return -(-count // BLOCKS_OF_ROWS)
        return max(1, min(count, int(BLOCK_SECONDS / max(self._seconds, 1e-9))))


def _waited_for(finished: SimpleQueue[Future[Any]]) -> list[Future[Any]]:
    """All that have finished; none, if nothing has for a while."""
    futures: list[Future[Any]] = []
    try:
        futures.append(finished.get(timeout=PULSE_SECONDS))
        while True:
            futures.append(finished.get_nowait())
    except Empty:
        return futures


def _failed(future: Future[Any]) -> bool:
    return future.cancelled() or future.exception() is not None
