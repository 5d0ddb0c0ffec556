"""Smooth functions of several variables, of moderate and of mixed scales."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from differences_table import Case


def rosenbrock(m: Any, x: Any) -> Any:
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def rosenbrock_slope(m: Any, x: Any) -> Any:
    bend = x[1:] - x[:-1] ** 2
    slopes = 0 * x
    slopes[:-1] = -400 * x[:-1] * bend - 2 * (1 - x[:-1])
    slopes[1:] += 200 * bend
    return slopes


def beale(m: Any, x: Any) -> Any:
    a, b = x
    return (1.5 - a + a * b) ** 2 + (2.25 - a + a * b**2) ** 2 + (2.625 - a + a * b**3) ** 2


def beale_slope(m: Any, x: Any) -> Any:
    a, b = x
    rests = [(c - a + a * b**k, k) for c, k in ((1.5, 1), (2.25, 2), (2.625, 3))]
    return [
        sum(2 * rest * (b**k - 1) for rest, k in rests),
        sum(2 * rest * a * k * b ** (k - 1) for rest, k in rests),
    ]


def powell(m: Any, x: Any) -> Any:
    a, b, c, d = x
    return (a + 10 * b) ** 2 + 5 * (c - d) ** 2 + (b - 2 * c) ** 4 + 10 * (a - d) ** 4


def powell_slope(m: Any, x: Any) -> Any:
    a, b, c, d = x
    return [
        2 * (a + 10 * b) + 40 * (a - d) ** 3,
        20 * (a + 10 * b) + 4 * (b - 2 * c) ** 3,
        10 * (c - d) - 8 * (b - 2 * c) ** 3,
        -10 * (c - d) - 40 * (a - d) ** 3,
    ]


def logsumexp(m: Any, x: Any) -> Any:
    highest = max(x)
    return m.log(np.sum(m.exp(x - highest))) + highest


def logsumexp_slope(m: Any, x: Any) -> Any:
    return m.exp(x) / np.sum(m.exp(x))


def cross_entropy(m: Any, x: Any) -> Any:
    return logsumexp(m, x) - x[1]


def cross_entropy_slope(m: Any, x: Any) -> Any:
    slopes = logsumexp_slope(m, x)
    slopes[1] -= 1
    return slopes


INPUTS, WANTED = np.random.default_rng(5).normal(size=(8, 2)), np.linspace(-1, 1, 8)


def network(m: Any, w: Any) -> Any:
    hidden = m.tanh(INPUTS @ np.reshape(w[:6], (2, 3)) + w[6:9])
    return np.mean((hidden @ w[9:12] - WANTED) ** 2)


def network_slope(m: Any, w: Any) -> Any:
    hidden = m.tanh(INPUTS @ np.reshape(w[:6], (2, 3)) + w[6:9])
    rest = 2 * (hidden @ w[9:12] - WANTED) / 8
    below = np.outer(rest, w[9:12]) * (1 - hidden**2)
    return np.concatenate([np.ravel(INPUTS.T @ below), np.sum(below, axis=0), hidden.T @ rest])


def mixed_units(m: Any, x: Any) -> Any:
    """A length in nanometres, a field in volts a metre, an angle."""
    return x[0] * x[1] * m.cos(x[2]) + (x[0] * 1e9) ** 2


def mixed_units_slope(m: Any, x: Any) -> Any:
    return [
        x[1] * m.cos(x[2]) + 2e18 * x[0],
        x[0] * m.cos(x[2]),
        -x[0] * x[1] * m.sin(x[2]),
    ]


def several(
    kind: str,
    name: str,
    f: Callable[[Any, Any], Any],
    slope: Callable[[Any, Any], Any],
    x: Any,
    components: tuple[int, ...] | None = None,
    *,
    well_scaled: bool = True,
) -> Case:
    """A case of several variables, whose formula gives the whole gradient."""
    judged = tuple(range(len(x))) if components is None else components
    return Case(
        name, kind, lambda x: float(f(np, x)), list(x), f,
        lambda m, x: [slope(m, x)[i] for i in judged],
        components=components, smooth=True, well_scaled=well_scaled,
    )  # fmt: skip


DRAWN = np.random.default_rng(11)

CASES: list[Case] = [
    several("smooth", "Rosenbrock", rosenbrock, rosenbrock_slope, [-1.2, 1.0]),
    several("smooth", "Rosenbrock in 100", rosenbrock, rosenbrock_slope,
            DRAWN.normal(size=100).tolist(), (0, 49, 99)),
    several("smooth", "Beale", beale, beale_slope, [1.0, 2.0]),
    several("smooth", "Powell singular", powell, powell_slope, [3.0, -1.0, 0.5, 1.0]),
    several("smooth", "logsumexp", logsumexp, logsumexp_slope, [0.1, 2.0, -1.0]),
    several("smooth", "cross-entropy", cross_entropy, cross_entropy_slope, [0.5, 1.0, -0.3, 0.2]),
    several("smooth", "network", network, network_slope, DRAWN.normal(size=12).tolist()),
    several("badly scaled", "mixed units", mixed_units, mixed_units_slope, [2e-9, 3e12, 0.7],
            well_scaled=False),
]  # fmt: skip
