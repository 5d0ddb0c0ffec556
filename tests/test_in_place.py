"""Writes, views and aliases: forward mode sees what NumPy does to the memory, or refuses."""

from __future__ import annotations

import copy
import queue
import random
from typing import Any

import numpy as np
import pytest

import nabla

# -- single cases, each a way to be silently wrong ------------------------------------------------


def _swap(x: Any) -> Any:
    x[0], x[1] = x[1], x[0]
    return x[0] ** 2 + 3 * x[1]


def _read_then_overwritten(x: Any) -> Any:
    a = x[0]
    x[0] = 0.0
    return a**2 * x[1]


def _bubble_sort(x: Any) -> Any:
    for i in range(len(x)):
        for j in range(len(x) - 1 - i):
            if x[j] < x[j + 1]:
                x[j], x[j + 1] = x[j + 1], x[j]
    return x[0] ** 2 + 2 * x[1]


def _sum_is_a_number(x: Any) -> Any:
    s = np.sum(x)
    t = s
    s += x[0]
    return t * s


def _kept_totals(x: Any) -> Any:
    s, kept = x.sum(), []
    for i in range(2):
        s -= x[i] * 0.1
        kept.append(s)
    return kept[0] * kept[1]


def _vdot_is_a_number(x: Any) -> Any:
    s = np.vdot(x, x)
    t = s
    s *= 2
    return s * t + np.inner(x, x)


def _prod_of_one_factor_is_fresh(x: Any) -> Any:
    p = np.prod(x.reshape(1, 2), axis=0)
    p += 1
    return np.sum(p * x)


def _cumprod_is_fresh(x: Any) -> Any:
    y = x[:1]
    p = np.cumprod(y)
    p *= 7
    return np.sum(x) * p[0]


def _diagonal_is_a_view(x: Any) -> Any:
    matrix = np.outer(x, x)
    d = np.diagonal(matrix)
    matrix[0, 0] = 5 * x[1]
    return np.sum(d**2)


def _diag_is_a_view(x: Any) -> Any:
    matrix = np.outer(x, x)
    d = np.diag(matrix)
    matrix[0, 0] = 5 * x[1]
    return np.sum(d**2)


def _einsum_is_a_view(x: Any) -> Any:
    matrix = np.outer(x, x)
    d, turned = np.einsum("ii->i", matrix), np.einsum("ij->ji", matrix)
    matrix[0, 0] = 5 * x[1]
    turned[0, 1] *= 3
    return np.sum(d**2) + matrix[1, 0]


def _copies_are_copies(x: Any) -> Any:
    shallow, deep = copy.copy(x), copy.deepcopy(x)
    shallow[0] = 7.0
    deep[1] *= 2
    return np.sum(x**2) + shallow[0] * deep[1]


def _out_of_plain_inputs(x: Any) -> Any:
    y = x * 1.0
    np.multiply([1.0, 2.0], 3.0, out=y)
    return np.sum(y * x)


CASES = [
    case for name, case in sorted(globals().items()) if name.startswith("_") and callable(case)
]
CASES = [case for case in CASES if getattr(case, "__module__", "") == __name__]


@pytest.mark.parametrize("method", ["forward", "mpmath"])
@pytest.mark.parametrize("f", CASES, ids=lambda f: f.__name__)
def test_memory_behaves_as_numpys(f: Any, method: str) -> None:
    x = np.array([2.0, 3.0])
    estimate = nabla.estimate(f, x, method=method)
    central = nabla.estimate(f, x, method="central")
    assert estimate.value == pytest.approx(f(x.copy()), rel=1e-14)
    assert (np.abs(estimate.gradient - central.gradient) <= 10 * central.error + 1e-9).all()


@pytest.mark.parametrize("f", CASES, ids=lambda f: f.__name__)
def test_so_does_the_memory_of_a_nested_derivative(f: Any) -> None:
    x = np.array([2.0, 3.0])

    def slope(x: Any) -> Any:
        return np.sum(nabla.gradient(f, x, method="forward") * np.array([0.3, 1.1]))

    second = nabla.gradient(slope, x, method="forward")
    central = nabla.gradient(slope, x, method="central")
    np.testing.assert_allclose(second, central, rtol=1e-6, atol=1e-6)


# -- values that outlive their run ----------------------------------------------------------------


def test_a_value_of_an_earlier_run_is_refused() -> None:
    kept: queue.SimpleQueue[Any] = queue.SimpleQueue()  # not seen through, unlike a list

    def first(x: Any) -> Any:
        kept.put(x[0])
        return np.sum(x)

    def get() -> Any:
        value = kept.get_nowait()
        kept.put(value)
        return value

    nabla.gradient(first, [1.0, 2.0], method=nabla.Forward(cross_check="never"))
    for f in (lambda x: get() * x[1], lambda x: get()):
        with pytest.raises(nabla.LostDerivative, match="left over"):
            nabla.gradient(f, [1.0, 2.0], method="forward")


def test_a_cache_filled_for_other_seeds_is_not_used() -> None:
    cache: dict[str, Any] = {}

    def f(x: Any) -> Any:
        if "y" not in cache:
            cache["y"] = np.sum(x**2)
        return cache["y"] + np.sum(x)

    method = nabla.Forward(chunk=2, cross_check="never")  # a plain call would fill the cache
    assert nabla.gradient(f, np.ones(4), method=method).tolist() == [3.0] * 4


def test_a_value_leaked_from_an_inner_derivative_is_refused() -> None:
    def f(x: Any) -> Any:
        leaked: list[Any] = []

        def inner(y: Any) -> Any:
            leaked.append(y * x)
            return y * x

        nabla.gradient(inner, 2.0, method="forward")
        return leaked[0]

    with pytest.raises(nabla.LostDerivative, match="left over"):
        nabla.gradient(f, 3.0, method="forward")


# -- random programs ------------------------------------------------------------------------------

EXPRESSIONS = {
    "v": [
        "np.sin({v})",
        "{v} * {v2}",
        "{m}[0]",
        "{m}[:, 1]",
        "{m}.T[2]",
        "{v}[::-1]",
        "{v}[[2, 0, 0]]",
        "np.sum({m}, axis=0)",
        "np.max({m}, axis=1)",
        "np.prod({m} * 0.6, axis=0)",
        "np.cumprod({v})",
        "np.diagonal({m})",
        "np.roll({v}, 1)",
        "{m} @ {v} * 0.3",
        "np.where({v} > 0.21, {v}, {v2})",
        "np.ravel({m})[2:8:2]",
        "np.einsum('ii->i', {m})",
        "np.sort({v})",
    ],
    "m": [
        "np.tanh({m})",
        "{m}.T",
        "{m}[::-1]",
        "{m} * {v}",
        "np.outer({v}, {v2})",
        "{m}.reshape(-1)[::-1].reshape(3, 3)",
        "{m}.copy()",
        "np.stack([{v}, {v2}, {v}])",
        "np.swapaxes({m}, 0, 1)",
        "{m}[[1, 0, 2]]",
        "np.einsum('ij->ji', {m})",
        "np.linalg.inv({m} + 9 * np.eye(3))",
        "{m}[...]",
    ],
    "s": ["{m}[0, 1]", "{v}[2]", "np.sum({m}) * 0.3", "{v} @ {v2}", "np.std({m})", "max({v})"],
}
STATEMENTS = [
    "{v}[0] {op} {s}",
    "{v}[1:] {op} {v2}[1:]",
    "{v}[::-1] {op} {v2}",
    "{v}[[0, 2]] {op} {s}",
    "{v}[...] {op} {v2}",
    "{m}[1] {op} {v}",
    "{m}[:, 0] {op} {v}",
    "{m}[1:, 1:] {op} {s}",
    "{m}.T[...] {op} {m2}",
    "{m}[{m} > 0.4] {op} {s}",
    "{m}[[0, 0, 1]] {op} {v}",
    "{v} {aug} {v2}",
    "{m} {aug} {s}",
    "{s} {aug} {s2}",
    "np.multiply({m}, {m2}, out={m})",
]


def program(seed: int) -> str:
    """A function of nine numbers that reads, copies, views and writes at random."""
    rng = random.Random(seed)
    names = {"m": ["X", "Y"], "v": ["x3", "y3"], "s": ["x0", "x1"]}
    lines = ["X = x.reshape(3, 3)", "Y = X.copy()", "x3, y3, x0, x1 = X[1], Y[0], X[0, 2], x[4]"]

    def filled(template: str) -> str:
        picks = {kind: rng.choice(known) for kind, known in names.items()}
        picks |= {f"{kind}2": rng.choice(known) for kind, known in names.items()}
        operators = {"op": rng.choice(["=", "+=", "*="]), "aug": rng.choice(["+=", "*=", "-="])}
        return template.format(**picks, **operators)

    for count in range(rng.randint(5, 14)):
        if rng.random() < 0.5:
            lines.append(filled(rng.choice(STATEMENTS)))
            continue
        kind = rng.choice("mvs")
        lines.append(f"{kind}{count} = {filled(rng.choice(EXPRESSIONS[kind]))}")
        names[kind].append(f"{kind}{count}")
    terms = [f"np.sum(np.sin({name}))" for known in names.values() for name in known[-3:]]
    lines.append("return " + " + ".join(terms))
    return "def f(x):\n    " + "\n    ".join(lines)


def wrong_programs(seeds: range) -> list[str]:
    wrong: list[str] = []
    for seed in seeds:
        scope: dict[str, Any] = {"np": np}
        exec(program(seed), scope)
        f, x = scope["f"], np.random.default_rng(seed).normal(size=9)
        with np.errstate(all="ignore"):
            try:
                value = f(x.copy())
                forward = nabla.estimate(f, x, method="forward")
            except (nabla.CannotFollow, ValueError):  # a read-only view, or a plain array
                continue
            central = nabla.estimate(f, x, method="central")
        sharp = (central.error < 1e-6 * (1 + np.abs(central.gradient))) & np.isfinite(forward.error)
        gap = np.abs(forward.gradient - central.gradient)
        allowed = 10 * central.error + 1e-8 * (1 + np.abs(central.gradient))
        if not np.isclose(forward.value, value, rtol=1e-9) or (sharp & ~(gap <= allowed)).any():
            wrong.append(program(seed))
    return wrong


def test_random_programs() -> None:
    assert not wrong_programs(range(150))


@pytest.mark.full
def test_many_random_programs() -> None:
    assert not wrong_programs(range(1000, 4000))
