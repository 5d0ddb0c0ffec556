"""A run that is killed: python expensive_runs.py JOURNAL CALLS PROCESSES.

f writes a byte into CALLS each time it is called; with PROCESSES a pool of forked workers calls
it.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from functools import partial
from typing import Any

import numpy as np

import nabla

X = np.array([0.3, -1.2, 2.0, 0.7, 1.1])


def expensive(x: Any, calls: str, seconds: float) -> float:
    with open(calls, "ab") as file:
        file.write(b".")
    time.sleep(seconds)
    return float(np.exp(np.sin(x)).sum() + x[0] * x[1])


def run(journal: str | None, calls: str, *, seconds: float, pool: Any = None) -> nabla.Estimate:
    central = nabla.Central(journal=journal, executor=pool)
    return nabla.estimate(partial(expensive, calls=calls, seconds=seconds), X, method=central)


if __name__ == "__main__":
    fork = multiprocessing.get_context("fork") if os.name == "posix" else None
    with ProcessPoolExecutor(2, mp_context=fork) if len(sys.argv) > 3 else nullcontext() as workers:
        run(sys.argv[1], sys.argv[2], seconds=0.02, pool=workers)
