"""Functions for the cross-check: innocent ones, and ones that lose a derivative."""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np


def through_text(x: Any) -> Any:
    """The number x, without its derivative, and no hook sees a loss."""
    return float(f"{x:.17g}")


def _relu_net(n: int, width: int, seed: int) -> Callable[[Any], Any]:
    random = np.random.default_rng(seed)
    a, b = random.normal(size=(width, n)), random.normal(size=(width, width)) / width
    c = random.normal(size=width)
    return lambda x: c @ np.maximum(b @ np.maximum(a @ x, 0), 0)


def _noisy(size: float) -> Callable[[Any], Any]:
    random = np.random.default_rng(0)
    return lambda x: np.sum(x**2) + size * random.normal()


def _counting() -> Callable[[Any], Any]:
    calls: list[int] = []

    def f(x: Any) -> Any:
        calls.append(0)
        return np.sum(x**2) * len(calls)

    return f


def _drifting() -> Callable[[Any], Any]:
    calls: list[int] = []

    def f(x: Any) -> Any:
        calls.append(0)
        return np.sum(x**2) + 1e-3 * len(calls)

    return f


def _warmed_up() -> Callable[[Any], Any]:
    calls: list[int] = []

    def f(x: Any) -> Any:
        calls.append(0)
        return np.sum(x**2) if len(calls) < 2 else np.sum(x**3 - x**2 + x)

    return f


def _dropout() -> Callable[[Any], Any]:
    random = np.random.default_rng(1)
    return lambda x: np.sum(x**2 * (random.uniform(size=3) > 0.3))


def _newton(x: Any) -> Any:
    """The square root by three steps: an unfinished iteration with a branch."""
    y = x[0]
    for _ in range(20):
        y = (y + x[0] / y) / 2
        if abs(y * y - x[0]) < 1e-6:
            break
    return y * x[1]


def _staircase_table(x: Any) -> Any:
    return np.arange(100.0)[int(10 * x[0])] + x[1] ** 2


def _printing(x: Any) -> Any:
    said = f"at {x[0]} and {x}"
    return np.sum(np.sin(x)) + 0 * len(said)


_SOME = np.array([0.3, -1.2, 2.5])
_MANY = np.random.default_rng(2).normal(size=1000)
_A = np.random.default_rng(3).normal(size=(40, 40))
_WILD = np.array([1e-6, 1.0, 1e6])

INNOCENT: dict[str, tuple[Callable[[Any], Any], Any]] = {
    # smooth
    "square": (lambda x: np.sum(x**2), _SOME),
    "square at its minimum": (lambda x: np.sum(x**2), np.zeros(3)),
    "square near its minimum": (lambda x: np.sum(x**2) + 5, np.full(3, 1e-9)),
    "scalar": (lambda x: np.sin(x) * x, 1.3),
    "scalar at zero": (lambda x: np.sin(x), 0.0),
    "constant": (lambda x: 3.0, _SOME),
    "linear": (lambda x: x @ np.arange(3.0), _SOME),
    "one input unused": (lambda x: x[0] ** 2, _SOME),
    "a thousand inputs": (lambda x: np.sum(np.sin(x) * x**2), _MANY),
    "logsumexp": (lambda x: np.log(np.sum(np.exp(x))), _MANY),
    "softmax": (lambda x: np.exp(x[0]) / np.sum(np.exp(x)), _SOME),
    "solve": (lambda x: np.sum(np.linalg.solve(_A + np.diag(x), np.ones(40))), _MANY[:40]),
    "determinant": (lambda x: np.linalg.det(_A * x[0] + np.diag(x[1:])), _MANY[:41]),
    "eigenvalue": (lambda x: np.linalg.eigvalsh(np.outer(x, x) + np.diag(x))[0], _SOME),
    "norm": (lambda x: np.linalg.norm(x), _MANY),
    "mean": (lambda x: np.mean(x) * np.var(x), _MANY),
    "rosenbrock": (lambda x: (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2, [-1.2, 1.0]),
    "matrix": (lambda x: np.trace(x @ x.T), _A),
    "prod": (lambda x: np.prod(x), _SOME),
    # scales
    "huge f": (lambda x: 1e300 * np.sum(np.tanh(x)), _SOME),
    "tiny f": (lambda x: 1e-300 * np.sum(x**2), _SOME),
    "next to nothing": (lambda x: 1e-320 * np.sum(x**2), _SOME),
    "huge x": (lambda x: np.sum(np.log(x)), np.array([1e300, 1e250])),
    "tiny x": (lambda x: np.sum(np.log(x)), np.array([1e-300, 1e-250])),
    "tiny x in a sum": (lambda x: np.sin(x[0] + 1) * x[1], np.array([1e-20, 1.0])),
    "wild x": (lambda x: np.sum(x**2), _WILD),
    "wild x, wild slopes": (lambda x: np.sum(x / _WILD + np.sin(x / _WILD)), _WILD),
    "wild slopes": (lambda x: x[0] * 1e12 + np.sin(x[1]) + 1e-9 * x[2] ** 2, _SOME),
    "large offset": (lambda x: 1e12 + np.sum(np.sin(x)), _SOME),
    "larger offset": (lambda x: 1e17 + np.sum(np.sin(x)), _SOME),
    # cancellation
    "cancelling": (lambda x: (np.cos(x) - 1) / x**2, 1e-7),
    "expanded": (lambda x: x**6 - 6 * x**5 + 15 * x**4 - 20 * x**3 + 15 * x**2 - 6 * x, 1.0001),
    "difference of squares": (lambda x: (x[0] + 1e8) ** 2 - (x[0] - 1e8) ** 2, [0.1]),
    "vanishing": (lambda x: np.exp(x) - 1 - x, 1e-9),
    "telescope": (lambda x: np.sum(np.diff(1e10 + x)), _MANY),
    "hilbert": (
        lambda x: np.sum(np.linalg.solve(1 / (np.arange(10)[:, None] + x + 1.0), np.ones(10))),
        np.arange(10.0),
    ),
    # steep, oscillating, narrow
    "oscillating": (lambda x: np.sin(1e6 * x), 1.0),
    "oscillating more": (lambda x: np.sin(1e12 * x), 1.0),
    "ripple": (lambda x: x + 1e-6 * np.sin(1e6 * x), 1.0),
    "fine ripple": (lambda x: x + 1e-6 * np.sin(1e9 * x), 1.0),
    "finest ripple": (lambda x: x + 1e-12 * np.sin(1e14 * x), 1.0),
    "rounding ripple": (lambda x: x + 1e-14 * np.sin(1e14 * x), 1.0),
    "weierstrass": (lambda x: sum(0.5**k * np.cos(7**k * np.pi * x) for k in range(18)), 0.3),
    "steep": (lambda x: np.exp(300 * x), 1.0),
    "gaussian": (lambda x: np.exp(-((x / 1e-3) ** 2)), 5e-4),
    "narrow gaussian": (lambda x: np.exp(-(((x - 1) / 1e-8) ** 2)), 1.0 + 5e-9),
    "narrow gaussian on a slope": (lambda x: x + np.exp(-(((x - 1) / 1e-8) ** 2)), 1 + 5e-9),
    "slight gaussian": (lambda x: x + 1e-7 * np.exp(-(((x - 1) / 1e-7) ** 2)), 1 + 5e-8),
    "narrow step": (lambda x: np.tanh((x - 1) * 1e10), 1.0),
    "slight step": (lambda x: x + 1e-13 * np.tanh(x / 1e-14), 0.0),
    "pole": (lambda x: 1 / (x - 1), 1.0 + 1e-9),
    "far pole": (lambda x: 1 / (x - 1), 1.0 + 1e-3),
    "tan": (lambda x: np.tan(x), np.pi / 2 - 1e-8),
    "essential": (lambda x: np.sin(1 / x), 1e-5),
    # edges
    "log at the edge": (lambda x: np.log(x), 1e-300),
    "root at the edge": (lambda x: np.sqrt(1 - x**2), 1 - 1e-12),
    "root at the very edge": (lambda x: np.sqrt(1 - x), 1 - 1e-16),
    "arccos at the edge": (lambda x: np.arccos(x), 1 - 1e-14),
    "root just inside": (lambda x: np.sum(np.sqrt(x)), np.array([1e-12, 1.0])),
    "power at zero": (lambda x: np.sum(x**1.5), np.array([0.0, 1.0])),
    "raising outside": (lambda x: _raising(x), 1 - 1e-12),
    "asserting": (lambda x: _asserting(x), 1e-9),
    "entropy": (lambda x: -np.sum(x * np.log(x)), np.array([1e-30, 0.5])),
    "logit": (lambda x: np.log(x / (1 - x)), 1 - 1e-15),
    "cholesky": (lambda x: np.sum(np.linalg.cholesky(x)), np.eye(2) + 0.9999999 * np.eye(2)[::-1]),
    # kinks and jumps
    "abs at zero": (lambda x: np.sum(np.abs(x)), np.zeros(3)),
    "abs near zero": (lambda x: np.sum(np.abs(x)), np.array([1e-9, -1e-5, 1.0])),
    "abs nearer zero": (lambda x: np.abs(x - 1) + x, 1 + 1e-15),
    "tie": (lambda x: np.max(x) + np.sum(x**2), np.array([1.0, 1.0, 0.5])),
    "near tie": (lambda x: np.max(x), np.array([1.0, 1.0 + 1e-12, 0.5])),
    "hinge": (lambda x: np.maximum(0, 1 - x @ np.arange(3)), np.array([0.0, 1.0, 0.0])),
    "relu net": (_relu_net(10, 50, 0), _MANY[:10]),
    "wide relu net": (_relu_net(5, 2000, 1), _MANY[:5]),
    "relu net at zero": (_relu_net(10, 50, 2), np.zeros(10)),
    "relu net near zero": (_relu_net(10, 50, 2), 1e-10 * _MANY[:10]),
    "many kinks": (lambda x: np.sum(np.abs(x - np.linspace(0, 1, 1001))), 0.5003),
    "dense kinks": (lambda x: np.mean(np.abs(x - np.linspace(0, 1, 100001))), 0.500003),
    "triangle wave": (lambda x: np.abs((x * 1e7) % 2 - 1), 0.12345678901),
    "sawtooth": (lambda x: x % 1e-6, 1.00000051),
    "stairs by mod": (lambda x: x - x % 1e-6, 1.00000051),
    "jump at x": (lambda x: x**2 if x >= 1 else x**2 + 1, 1.0),
    "jump near x": (lambda x: x**2 if x >= 1 else x**2 + 1, 1.0 + 1e-12),
    "slight jump at x": (lambda x: x if x >= 1 else x + 1e-9, 1.0),
    "branch by sign": (lambda x: np.where(x > 0, x**2, -x).sum(), np.array([1e-8, 1.0])),
    "sorted": (lambda x: np.sort(x) @ np.arange(3), np.array([1.0, 1.0 + 1e-13, 0.3])),
    "median": (lambda x: np.median(x), np.array([1.0, 1.0 + 1e-13, 0.3])),
    "huber": (lambda x: np.sum(np.where(np.abs(x) < 1, x**2 / 2, np.abs(x) - 0.5)), [1.0, 2.0]),
    "staircase": (_staircase_table, np.array([0.55, 1.0])),
    "staircase at its edge": (_staircase_table, np.array([0.5, 1.0])),
    "floor": (lambda x: np.floor(x * 1e6) / 1e6 + 0 * x, 0.5),
    "floor inside": (lambda x: np.floor(x * 1e6) / 1e6, 0.50000033),
    "count": (lambda x: np.count_nonzero(x > 0.1) * 1.0, _MANY),
    # rounded and noisy
    "rounded": (lambda x: np.round(np.sum(x**2), 6), _SOME),
    "rounded, steep": (lambda x: np.round(1e4 * np.sum(x**2), 6), _SOME),
    "rounded, large": (lambda x: np.round(1e7 * np.sum(x**2), 6), _SOME),
    "rounded finely": (lambda x: np.round(np.sum(x**2), 12), _SOME),
    "rounded inputs": (lambda x: np.sum(np.round(x, 6) ** 2), _SOME),
    "rounded by rint": (lambda x: np.rint(x * 1e8) / 1e8 * x, 1.3),
    "half rounded": (lambda x: np.sum(x**2) + np.round(x[0], 8), _SOME),
    "float32 inside": (lambda x: np.sum(np.sin(np.float32(1) * x - np.float32(0.1))), _SOME),
    "float32 constants": (lambda x: np.sum(np.float32(0.1) * x**2), _SOME),
    "noise": (_noisy(1.0), _SOME),
    "slight noise": (_noisy(1e-6), _SOME),
    "slightest noise": (_noisy(1e-12), _SOME),
    "dropout": (_dropout(), _SOME),
    "counting": (_counting(), _SOME),
    "drifting": (_drifting(), _SOME),
    "warmed up": (_warmed_up(), np.ones(3)),
    "newton": (_newton, np.array([2.0, 1.0])),
    "euler": (lambda x: _euler(x, 1000), np.array([1.0, 0.3])),
    # writing, printing, odd
    "writes into x": (lambda x: _writing(x), _SOME),
    "prints": (_printing, _SOME),
    "trap": (lambda x: x[0] ** 2 * x[1] / (x[0] ** 4 + x[1] ** 2), np.array([1e-9, 1e-12])),
    "warns": (lambda x: _warning(x), _SOME),
    "absolute of complex": (lambda x: np.abs(np.exp(1j * x[0]) + x[1]), _SOME),
    "fft": (lambda x: np.sum(np.abs(np.fft.fft(x)) ** 2), _MANY[:64]),
}  # fmt: skip


def _raising(x: Any) -> Any:
    if x > 1:
        raise ValueError("outside")
    return np.sqrt(1 - x)


def _asserting(x: Any) -> Any:
    assert x > 0, "outside"
    return np.sqrt(x)


def _euler(x: Any, steps: int) -> Any:
    y, v = x[0], x[1]
    for _ in range(steps):
        y, v = y + v / steps, v - np.sin(y) / steps
    return y


def _writing(x: Any) -> Any:
    x *= 2
    return np.sum(x**2)


def _warning(x: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.warn("odd", stacklevel=1)
    return np.sum(x**2)


_CACHE: dict[str, float] = {}


def _cached(x: Any) -> Any:
    key = str(x[0])
    if key not in _CACHE:
        _CACHE[key] = math.sin(float(key))
    return _CACHE[key] + x[1] ** 2


class _Memory:
    """Hides x in an attribute, as text."""

    text = ""

    def __call__(self, x: Any) -> Any:
        self.text = repr(x[0])
        return float(self.text.strip("np.float64()")) ** 2 + x[1]


def _split(x: Any) -> Any:
    a, b = x[0], x[1]
    return float(f"{a} {b}".split()[0]) * b


def _with_instance(x: Any) -> Any:
    return np.sum(x**3) if x.dtype.type is np.float64 else np.sum(x**2)


def _with_type(x: Any) -> Any:
    return x[0] * x[1] if type(x).__module__ == "numpy" else x[0] + x[1]


def _with_attribute(x: Any) -> Any:
    return np.sum(x**2) if x.__class__ is np.ndarray else np.sum(np.abs(x))


LOSING: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "split": (_split, [3.0, 2.0]),
    "str": (lambda x: float(str(x[0])) ** 2 + x[1], _SOME),
    "format": (lambda x: through_text(x[0]) ** 2 + x[1], _SOME),
    "repr": (lambda x: float(repr(x[0]).strip("np.float64()")) * x[1], _SOME),
    "json": (lambda x: sum(json.loads(str([float(f"{e}") for e in x]))) ** 2, _SOME),
    "all of x": (lambda x: np.sum(np.array([float(str(e)) for e in x]) ** 2), _SOME),
    "fromstring": (lambda x: np.fromstring(f"{x[0]} {x[1]}", sep=" ").prod(), _SOME),
    "frombuffer": (lambda x: np.frombuffer(np.array(float(str(x[0]))).tobytes())[0] + x[1], _SOME),
    "cache": (_cached, _SOME),
    "hidden state": (_Memory(), _SOME),
    "isinstance": (_with_instance, _SOME),
    "type": (_with_type, _SOME),
    "hasattr": (_with_attribute, _SOME),
    "one of a thousand": (lambda x: np.sum(np.sin(x[1:])) + 2 * through_text(x[0]), _MANY),
    "a faint part": (lambda x: np.sum(x**2) + 1e-4 * through_text(x[0]), _SOME),
    "beside a steep one": (lambda x: 1e6 * np.sin(x[0]) + through_text(x[1]) ** 2, _SOME),
    "beside a kink elsewhere": (lambda x: np.abs(x[0]) + through_text(x[1]) ** 2, _SOME),
    "with a branch": (lambda x: x[0] * through_text(x[1]) if x[0] > 0 else x[0], _SOME),
    "tiny input": (lambda x: np.sin(through_text(x[0]) + 1) * x[1], np.array([1e-20, 1.0])),
    "unlike inputs": (lambda x: np.sin(x[0]) + np.sin(through_text(x[1])), [1e6, 1.0]),
    "scalar": (lambda x: through_text(x) * np.sin(x), 1.3),
    "huge f": (lambda x: 1e300 * np.tanh(through_text(x[0]) * x[1]), _SOME),
    "tiny f": (lambda x: 1e-300 * through_text(x[0]) * x[1], _SOME),
    "oscillating": (lambda x: np.sin(100 * through_text(x[0])) * x[1], _SOME),
    "cancelling": (lambda x: 1e3 + through_text(x[0]) ** 2 + x[1] - 1e3, _SOME),
    "long sum": (lambda x: np.sum(np.exp(x) * x) * through_text(x[0]), _MANY),
    "relu net": (lambda x: _NET(x * 1.0) * through_text(x[0]), _MANY[:10]),
}
_NET = _relu_net(10, 50, 0)
