"""The cross-check of the mpmath method: losses are found, and what floats lose is no loss."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nabla
from nabla.systems.multiprecision_as_floats import NumbersLikeFloats

ALWAYS = nabla.Multiprecision(cross_check="always")
NEVER = nabla.Multiprecision(cross_check="never")


def by_text(x: Any) -> Any:
    return float(f"{x[0]}") ** 2 + x[1]


def test_a_number_that_went_through_text_is_refused() -> None:
    for ask in (nabla.estimate, nabla.gradient, nabla.value_and_gradient):
        with pytest.raises(nabla.CrossCheckFailed, match="became text"):
            ask(by_text, [3.0, 2.0], method=ALWAYS)
    with pytest.raises(nabla.CrossCheckFailed):
        nabla.directional_derivative(by_text, [3.0, 2.0], [0.0, 1.0], method=ALWAYS)
    assert nabla.gradient(by_text, [3.0, 2.0], method=NEVER)[0] == 0


def test_text_reads_as_in_the_plain_run() -> None:
    def f(x: Any) -> Any:
        return x * (1.0 + (len(f"{x!r}") > 20))

    assert nabla.gradient(f, 0.7, method=ALWAYS) == 1.0


def test_a_value_that_is_not_that_of_the_plain_run_is_refused() -> None:
    def f(x: Any) -> Any:
        return x * (1.0 + x.__class__.__module__.startswith("nabla"))

    with pytest.raises(nabla.CrossCheckFailed, match="for plain numbers"):
        nabla.gradient(f, 0.7, method=ALWAYS)


@pytest.mark.parametrize(
    ("f", "x", "slope"),
    [
        (lambda x: (1e20 + x) - 1e20, 1.0, 1.0),
        (lambda x: x + ((1e20 + x) - 1e20), 1.0, 2.0),
        (lambda x: np.log(np.exp(x)), 1000.0, 1.0),
        (lambda x: 1 + (np.exp(-x) * np.exp(-x)) ** 0.001, 400.0, -0.002 * np.exp(-0.8)),
        (lambda x: np.float32(2) * np.array([x]).astype(np.float32).sum() ** 2, 0.7, 2.8),
    ],
)
def test_what_floats_lose_is_no_contradiction(
    f: Callable[[Any], Any], x: float, slope: float
) -> None:
    with np.errstate(over="ignore"):
        estimate = nabla.estimate(f, x, method=ALWAYS)
    assert estimate.gradient == pytest.approx(slope, rel=1e-14)


def test_all_evaluations_are_counted() -> None:
    def f(x: Any) -> Any:
        return np.sum(np.exp(x))

    x = np.array([0.1, 2.0])
    never, always = (nabla.estimate(f, x, method=m).evaluations for m in (NEVER, ALWAYS))
    assert always == never + 5
    first, second = (nabla.estimate(f, x, method="mpmath").evaluations for _ in range(2))
    assert (first, second) == (always, never)


def test_the_option_is_one_of_three() -> None:
    with pytest.raises(nabla.NablaError, match="cross_check is 'sometimes'"):
        nabla.Multiprecision(cross_check="sometimes")  # type: ignore[arg-type]


def test_numbers_like_floats_overflow_vanish_and_absorb() -> None:
    numbers = NumbersLikeFloats(53)
    exp, multiply = numbers.evaluation(np.exp), numbers.evaluation(np.multiply)
    assert exp is not None
    assert multiply is not None
    assert exp(numbers.convert(1000.0)) == np.inf
    tiny = numbers.convert(np.array([1e-200, 1e-200]))
    assert list(multiply(tiny, tiny)) == [0, 0]
