"""Steps ih along the imaginary axis: how long, in which directions, and what f says to one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from nabla.errors import NotAnalytic
from nabla.lift import refusals
from nabla.lift.departure import STEP_EXPONENT
from nabla.lift.lifted import Lifted
from nabla.lift.source import line_of
from nabla.methods.function import Function
from nabla.result import Array

LEAST_EXPONENT = -700
"""Where x is tiny h need not be 2⁻³³² of it: the results of f, h times a slope, need room below."""

NEAREST = -30
"""But never more than 2⁻³⁰ of x: the truncation is the square of that, less than half an ulp."""

UNLIKE = 8.0
"""Inputs that differ in size by more are moved in three ways: one suits the function better."""


def step(f: Function, x: Array, u: Array, h: float) -> tuple[Any, Any]:
    """f(x) and ∇f(x)·u from one step ih along u.

    Raises:
        NotAnalytic: if f raises something, for the real f does not.
    """
    z = np.array(x, dtype=np.result_type(x, np.complex64))
    z.imag = h * u
    try:
        with np.errstate(all="ignore"):  # what f has to say it said in the rehearsal
            y = f.on_complex(z)
    except Exception as error:
        raise _unlike_rehearsed(error) from error
    if isinstance(y, Lifted):
        raise refusals.inside_another()
    return np.real(y), np.imag(y) / h


def _sizes(x: Array) -> Array:
    return np.where(x == 0, 1.0, np.abs(x))


def step_sizes(x: Array) -> Array:
    """A step for each input, a power of two far below its size.

    Of 0 there is no size: the step is that for 1, which serves an f that bends over any length
    above 10⁻⁹⁰; for one that does not, the rehearsal shows the truncation and refuses.
    """
    exponents = np.frexp(_sizes(x))[1]
    below = np.clip(LEAST_EXPONENT - exponents, STEP_EXPONENT, NEAREST)
    return np.maximum(np.ldexp(1.0, exponents + below), np.finfo(np.float64).tiny)


def unit_steps(x: Array) -> Iterator[tuple[Array, float]]:
    """For each input the direction in which it alone moves, and its step."""
    for k, h in enumerate(step_sizes(x).ravel().tolist()):
        u = np.zeros(x.shape)
        u.reshape(-1)[k] = 1.0
        yield u, h


def step_along(x: Array, u: Array) -> float:
    """A step along u with which no input goes further than on its own."""
    share = np.abs(u) > 0
    if not share.any():
        return 1.0
    return float(2.0 ** np.floor(np.log2(np.min(step_sizes(x)[share] / np.abs(u)[share]))))


def directions(x: Array) -> Array:
    """Ways to move all inputs at once, shape (m, *x.shape): by their size, by 1, by 1/size.

    Pseudo-random and fixed, so that what one input does is not undone by another.
    """
    random = np.random.default_rng(0)
    mixed = random.choice([-1.0, 1.0], x.shape) * random.uniform(0.5, 1.0, x.shape)
    by_size = np.ldexp(step_sizes(x), -STEP_EXPONENT)
    if not x.size or by_size.max() <= UNLIKE * by_size.min():
        return np.stack([mixed * by_size])
    return np.stack([mixed * by_size, mixed, mixed / by_size])


def _unlike_rehearsed(error: Exception) -> NotAnalytic:
    return NotAnalytic(
        f"{line_of(error) or 'f'} raised {type(error).__name__} on a complex number: {error}",
        why="on plain numbers f raises nothing here, so this code takes no complex ones",
        remedy="use NumPy's own functions there, or method='forward', which follows f",
    )
