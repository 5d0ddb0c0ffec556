"""Functions whose gradients are known: written by hand in mpmath, independently of nabla.

Each case is f in NumPy, a point, and the gradient there as a list of mpmath numbers of the
context `TRUTH`, with the constants of f taken as the binary64 numbers they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np

TRUTH: Any = mpmath.MPContext()
TRUTH.dps = 110


def exactly(x: Any) -> list[Any]:
    """The numbers of x as they are."""
    return [TRUTH.mpf(float(v)) for v in np.ravel(x)]


RANDOM = np.random.default_rng(19)


def rosenbrock(x: Any) -> Any:
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def rosenbrock_truth(x: Any) -> list[Any]:
    v = exactly(x)
    slopes = [TRUTH.zero] * len(v)
    for k in range(len(v) - 1):
        bend = v[k + 1] - v[k] ** 2
        slopes[k] += -400 * v[k] * bend - 2 * (1 - v[k])
        slopes[k + 1] += 200 * bend
    return slopes


DATA, LABELS = RANDOM.normal(size=(12, 4)), RANDOM.choice([-1.0, 1.0], 12)


def logistic(w: Any) -> Any:
    return np.mean(np.log1p(np.exp(-LABELS * (DATA @ w)))) + 0.01 * np.sum(w**2)


def logistic_truth(w: Any) -> list[Any]:
    v, slopes = exactly(w), []
    for k in range(4):
        total = TRUTH.zero
        for row, label in zip(DATA.tolist(), LABELS.tolist(), strict=True):
            margin = label * TRUTH.fdot(row, v)
            total -= label * TRUTH.mpf(row[k]) / (1 + TRUTH.exp(margin))
        slopes.append(total / 12 + 2 * TRUTH.mpf(0.01) * v[k])
    return slopes


INPUT, OUTER = RANDOM.normal(size=3), RANDOM.normal(size=4)


def network(w: Any) -> Any:
    return OUTER @ np.tanh(np.reshape(w[12:], (4, 4)) @ np.tanh(np.reshape(w[:12], (4, 3)) @ INPUT))


def network_truth(w: Any) -> list[Any]:
    v = exactly(w)
    first = [v[3 * i : 3 * i + 3] for i in range(4)]
    second = [v[12 + 4 * i : 16 + 4 * i] for i in range(4)]
    hidden = [TRUTH.tanh(TRUTH.fdot(row, INPUT.tolist())) for row in first]
    top = [TRUTH.tanh(TRUTH.fdot(row, hidden)) for row in second]
    above = [TRUTH.mpf(OUTER.tolist()[i]) * (1 - top[i] ** 2) for i in range(4)]
    below = [
        TRUTH.fdot(above, [second[i][j] for i in range(4)]) * (1 - hidden[j] ** 2) for j in range(4)
    ]
    by_first = [below[j] * INPUT.tolist()[k] for j in range(4) for k in range(3)]
    return by_first + [above[i] * hidden[j] for i in range(4) for j in range(4)]


def speelpenning_truth(x: Any) -> list[Any]:
    v = exactly(x)
    return [TRUTH.fprod(v[:k] + v[k + 1 :]) for k in range(len(v))]


def squire_trapp(x: Any) -> Any:
    return np.exp(x) / np.sqrt(np.sin(x) ** 3 + np.cos(x) ** 3)


def squire_trapp_truth(x: Any) -> list[Any]:
    (v,) = exactly(x)
    s, c = TRUTH.sin(v), TRUTH.cos(v)
    q = s**3 + c**3
    return [TRUTH.exp(v) * (q - TRUTH.mpf(3) / 2 * (s * s * c - c * c * s)) / q ** TRUTH.mpf(1.5)]


SQUIRE_TRAPP = TRUTH.mpf("4.053427893898620657714187925608")
"""Squire & Trapp, Using Complex Variables to Estimate Derivatives (1998), at x = 1.5."""

CASES: dict[str, tuple[Callable[..., Any], Any, Callable[[Any], list[Any]]]] = {
    "sin": (np.sin, 0.7, lambda x: [TRUTH.cos(exactly(x)[0])]),
    "exp": (np.exp, -1.3, lambda x: [TRUTH.exp(exactly(x)[0])]),
    "log": (np.log, 3.1, lambda x: [1 / exactly(x)[0]]),
    "tanh": (np.tanh, 0.4, lambda x: [TRUTH.sech(exactly(x)[0]) ** 2]),
    "rosenbrock 2": (rosenbrock, [-1.2, 1.0], rosenbrock_truth),
    "rosenbrock 20": (rosenbrock, RANDOM.normal(size=20), rosenbrock_truth),
    "rosenbrock 100": (rosenbrock, np.linspace(-1.2, 1.4, 100), rosenbrock_truth),
    "logistic regression": (logistic, RANDOM.normal(size=4), logistic_truth),
    "network": (network, RANDOM.normal(size=28), network_truth),
    "Squire-Trapp": (squire_trapp, 1.5, squire_trapp_truth),
    "Speelpenning": (np.prod, RANDOM.uniform(0.5, 2, 9), speelpenning_truth),
    "narrow": (
        lambda x: np.exp(-((1e12 * (x - 1)) ** 2)),
        1 + 2**-40,
        lambda x: [-2 * (u := TRUTH.mpf(1e12) * TRUTH.mpf(2) ** -40) * 10**12 * TRUTH.exp(-u * u)],
    ),
    "narrow at zero": (lambda x: np.sin(1e300 * x), 0.0, lambda x: [TRUTH.mpf(1e300)]),
    "steep": (lambda x: np.exp(1e3 * x), 0.5, lambda x: [1000 * TRUTH.exp(500)]),
    "huge x": (np.log, 1e300, lambda x: [1 / exactly(x)[0]]),
    "huge x, short waves": (np.sin, 1e22, lambda x: [TRUTH.cos(exactly(x)[0])]),
    "tiny x": (np.sqrt, 1e-300, lambda x: [1 / (2 * TRUTH.sqrt(exactly(x)[0]))]),
    "subnormal x": (lambda x: (1 + x) ** 2, 5e-324, lambda x: [2 * (1 + exactly(x)[0])]),
    "offset": (lambda x: 1e20 + 1e-15 * x, 1.0, lambda x: [TRUTH.mpf(1e-15)]),
    "cancellation": (lambda x: (1e300 + x) - 1e300, 1.0, lambda x: [TRUTH.one]),
    "half cancelled": (lambda x: x + ((1e300 + x) - 1e300), 1.0, lambda x: [TRUTH.mpf(2)]),
    "a tiny one": (lambda x: x[0] + 1e-40 * x[1], [1.0, 1.0], lambda x: [1, TRUTH.mpf(1e-40)]),
    "a ripple": (
        lambda x: x + 1e-80 * np.sin(1e100 * x),
        1.0,
        lambda x: [1 + TRUTH.mpf(1e-80) * TRUTH.mpf(1e100) * TRUTH.cos(TRUTH.mpf(1e100))],
    ),
    "smooth but for one bend": (lambda x: np.where(x > 0, x**1.5, 0), 0.0, lambda x: [0]),
    "no slope at all": (lambda x: 3.0, [1.0, 2.0], lambda x: [0, 0]),
}
