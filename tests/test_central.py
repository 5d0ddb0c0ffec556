"""Central differences: the error covers the truth, the bounds hold, executors change nothing."""

from __future__ import annotations

import math
import multiprocessing
import os
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from nabla.errors import InvalidOption, NonFiniteResult
from nabla.methods.central import Central
from nabla.methods.function import as_function
from nabla.methods.method import Method, OffersSlope
from nabla.result import Estimate


def estimate(f: Callable[..., Any], x: Any, central: Central | None = None) -> Estimate:
    return (central or Central()).estimate(as_function(f, x), np.array(x, dtype=np.float64))


def slope(f: Callable[..., Any], x: Any, u: Any, central: Central | None = None) -> Estimate:
    point = np.array(x, dtype=np.float64)
    return (central or Central()).slope(as_function(f, x), point, np.array(u, dtype=np.float64))


def kinds(answer: Estimate) -> set[str]:
    return {note.kind for note in answer.notes}


# --- the corpus: f(m, x) with m = numpy for the value, mpmath for the truth -----------------


def single_precision(m: Any, x: Any) -> Any:
    """A function that computes in float32 behind our back."""
    return np.float64(np.sin(np.float32(x))) if m is np else m.sin(x)


def expanded(m: Any, x: Any) -> Any:
    """(x - 1)**5 as one should not compute it."""
    return ((((x - 5) * x + 10) * x - 10) * x + 5) * x - 1


CORPUS: dict[str, tuple[Callable[[Any, Any], Any], tuple[float, ...]]] = {
    "sin": (lambda m, x: m.sin(x), (1.0, 0.3, 1e-3, 1e-8, 1e-200, 0.0, math.pi, 100.0, 1e6)),
    "cos": (lambda m, x: m.cos(x), (1.0, 0.0, 1e-5, 1e-100)),
    "exp": (lambda m, x: m.exp(x), (1.0, 0.0, -30.0, 100.0, 700.0, 1e-12, -700.0)),
    "log": (lambda m, x: m.log(x), (1.0, 2.0, 1e-3, 1e-300, 1e-308, 1e300, 1e6)),
    "sqrt": (lambda m, x: m.sqrt(x), (1.0, 1e-300, 1e300, 2e-12)),
    "sqrt beside 5": (lambda m, x: 5 + m.sqrt(x), (1e-12, 1e-4)),
    "tanh": (lambda m, x: m.tanh(x), (0.5, 0.0, 5.0, 20.0, 1e-9, 300.0)),
    "Squire and Trapp": (lambda m, x: m.exp(x) / m.sqrt(m.sin(x) ** 3 + m.cos(x) ** 3), (1.5,)),
    "steep": (lambda m, x: m.exp(1e3 * x), (0.0, 0.1, 0.5, -0.3)),
    "rapid": (lambda m, x: m.sin(1e3 * x), (0.0, 1.0, 0.7, 1e-3, 12.0)),
    "very rapid": (lambda m, x: m.sin(1e6 * x), (1.0, 0.0)),
    "narrow": (lambda m, x: m.exp(-(((x - 1) / 1e-3) ** 2)), (1.0005, 1.0, 0.9995, 1.01)),
    "very narrow": (lambda m, x: m.exp(-(((x - 1) / 1e-6) ** 2)), (1.0000005, 1.0)),
    "narrow at 0": (lambda m, x: m.exp(-((x / 1e-5) ** 2)), (3e-6, 0.0)),
    "scale 1e-200": (lambda m, x: m.sin(x * 1e200) * 1e-200, (1e-200, 3e-200)),
    "scale 1e200": (lambda m, x: m.sin(x * 1e-200), (1e200, 3e200)),
    "identity": (lambda m, x: x, (1e-200, 1e200, 0.0, 1.0)),
    "square": (lambda m, x: x * x, (1e-200, 1e-100, 1e100, 0.0, 3.0)),
    "optimum": (lambda m, x: 1 + (x - 0.7) ** 2, (0.7, 0.7000001)),
    "flat optimum": (lambda m, x: (x - 1) ** 4, (1.0, 1.001)),
    "constant": (lambda m, x: 3 + 0 * x, (1.0, 0.0, 1e10)),
    "offset": (lambda m, x: 1 + x, (1e-3, 1e-8, 1e-20)),
    "big offset": (lambda m, x: 1e10 + m.sin(x), (1.0, 2.0)),
    "cancelling offset": (lambda m, x: (3.7e8 + 1.1 * x) - 3.7e8, (1.0, 0.3)),
    "cancelling cosine": (lambda m, x: (1 - m.cos(x)) / (x * x), (0.01, 1e-3, 1e-6)),
    "cancelling exponential": (lambda m, x: (m.exp(x) - 1) / x, (0.01, 1e-5, 1e-9)),
    "cancelling polynomial": (expanded, (1.02, 1.1, 1.3)),
    "flat": (lambda m, x: m.exp(-1 / (x * x)), (0.05, 0.2, 0.04)),
    "pole": (lambda m, x: 1 / x, (1e-5, 1e5, -1.0, 1e-150)),
    "beside a pole": (lambda m, x: 1 / (x - 1), (1.0001, 1 + 1e-8, 0.9)),
    "power": (lambda m, x: x**-7, (0.1, 1.0, 1e-20)),
    "logistic": (lambda m, x: m.log(1 + m.exp(-x)), (0.0, 3.0, -40.0)),
    "bump": (lambda m, x: x + 1e-3 * m.exp(-(((x - 1) / 1e-4) ** 2)), (1.00005, 1.0)),
    "Runge": (lambda m, x: 1 / (1 + 25 * x * x), (0.3, 0.0, 1.0)),
    "narrow Runge": (lambda m, x: 1 / (1 + 1e8 * x * x), (1e-4, 0.3, 1e-5)),
    "rounded corner": (lambda m, x: m.sqrt(x * x + 1e-12), (1e-8, 1e-6, 1e-3, 0.0)),
    "ripple": (lambda m, x: x + 1e-9 * m.sin(1e6 * x), (1.0, 0.3)),
    "x**1.5": (lambda m, x: x**1.5, (1e-10, 1.0, 1e10)),
    "edge of log": (lambda m, x: m.log(1 - x), (0.999999, 0.5, 1 - 1e-10)),
    "cubic": (lambda m, x: x**3 - 1e6 * x, (577.35026919, 1.0, 0.0)),
    "Gauss": (lambda m, x: m.exp(-x * x), (6.0, 20.0, 0.7071067811865476)),
    "float32 inside": (single_precision, (0.25, 0.7, 1.0, 1e-3, 2.5)),
}
CASES = [(name, x) for name, (_, points) in CORPUS.items() for x in points]

SMOOTH = ("sin", "exp", "sqrt", "Squire and Trapp", "steep", "rapid", "power", "Runge", "x**1.5")


def truth(f: Callable[[Any, Any], Any], x: float) -> Any:
    # The difference step is 1e-120 of x: truncation and cancellation leave 50 digits of 400.
    with mpmath.workdps(400):
        point = mpmath.mpf(x)
        step = (abs(point) or 1) * mpmath.mpf(10) ** -120
        return (f(mpmath, point + step) - f(mpmath, point - step)) / (2 * step)


def distance(answer: Estimate, exact: Any) -> Any:
    """|gradient - truth|, without rounding the truth to a float first."""
    with mpmath.workdps(50):
        return abs(mpmath.mpf(float(answer.gradient)) - exact)


@pytest.mark.parametrize(("name", "x"), CASES)
def test_the_error_covers_the_truth(name: str, x: float) -> None:
    f, _ = CORPUS[name]
    with np.errstate(all="ignore"):  # f(x) itself may underflow, which is the case's point
        answer = estimate(lambda t: f(np, np.float64(t)), x)
    assert math.isfinite(answer.gradient)
    assert distance(answer, truth(f, x)) <= float(answer.error)
    assert answer.guarantee == "estimated"


def test_the_corpus_is_answered_sharply_and_cheaply() -> None:
    answers = [(estimate(lambda t, f=f: f(np, t), x), truth(f, x)) for f, x in smooth_cases()]
    relative = [float(distance(answer, exact) / abs(exact)) for answer, exact in answers]
    assert np.median(relative) < 1e-12
    assert max(relative) < 1e-9
    assert np.median([answer.evaluations for answer, _ in answers]) <= 25
    assert max(float(answer.error / abs(exact)) for answer, exact in answers) < 1e-7


def smooth_cases() -> list[tuple[Any, np.float64]]:
    return [(CORPUS[name][0], np.float64(x)) for name in SMOOTH for x in CORPUS[name][1] if x]


@given(st.floats(-20, 20), st.sampled_from([np.float64, np.float32]))
def test_a_smooth_function_anywhere(x: float, dtype: type[np.floating[Any]]) -> None:
    point = float(dtype(x))  # the gradient is that at the rounded point
    answer = estimate(lambda t: np.sin(t) + t * t / 4, point, Central(dtype=dtype))
    exact = truth(lambda m, t: m.sin(t) + t * t / 4, point)
    assert distance(answer, exact) <= float(answer.error)


# --- several components ------------------------------------------------------------------


def rosenbrock(x: Any) -> Any:
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def rosenbrock_gradient(x: Any) -> Any:
    bend = x[1:] - x[:-1] ** 2
    gradient = np.zeros_like(x)
    gradient[:-1] = -400 * x[:-1] * bend - 2 * (1 - x[:-1])
    gradient[1:] += 200 * bend
    return gradient


@pytest.mark.parametrize("n", [2, 100])
def test_rosenbrock(n: int) -> None:
    x = np.random.default_rng(n).normal(size=n)
    answer, exact = estimate(rosenbrock, x), rosenbrock_gradient(x)
    assert np.all(abs(answer.gradient - exact) <= answer.error)
    # relative to the whole gradient: single components pass through zero
    assert np.max(abs(answer.gradient - exact)) < 1e-12 * np.max(abs(exact))
    assert answer.evaluations <= 1 + 25 * n


def test_logistic_regression_and_a_small_network() -> None:
    rng = np.random.default_rng(3)
    A, b = rng.normal(size=(50, 4)), rng.choice([-1.0, 1.0], size=50)
    w = rng.normal(size=4)
    answer = estimate(lambda w: np.log1p(np.exp(-b * (A @ w))).mean(), w)
    exact = -(A * (b / (1 + np.exp(b * (A @ w))))[:, None]).mean(axis=0)
    np.testing.assert_allclose(answer.gradient, exact, rtol=1e-10)
    assert np.all(abs(answer.gradient - exact) <= answer.error)

    V, t = rng.normal(size=3), rng.normal(size=2)
    W = rng.normal(size=(3, 2))
    answer = estimate(lambda W: V @ np.tanh(W @ t), W)
    exact = np.outer(V * (1 - np.tanh(W @ t) ** 2), t)
    np.testing.assert_allclose(answer.gradient, exact, rtol=1e-10)
    assert np.all(abs(answer.gradient - exact) <= answer.error)


@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3)])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_gradient_has_the_shape_of_x(shape: tuple[int, ...], dtype: Any) -> None:
    x = np.random.default_rng(1).uniform(1, 2, size=shape)
    answer = estimate(np.prod, x, Central(dtype=dtype))
    assert answer.gradient.shape == answer.error.shape == shape
    assert answer.gradient.dtype == answer.error.dtype == np.float64
    assert isinstance(answer.value, float)
    rounded = x.astype(dtype).astype(np.float64)
    assert np.all(abs(answer.gradient - np.prod(rounded) / rounded) <= answer.error)


def test_f_sees_the_precision_asked_for() -> None:
    seen: list[Any] = []
    single = Central(dtype=np.float32)
    answer = estimate(lambda x: seen.append(x.dtype) or np.sin(x).sum(), [0.5], single)
    assert set(seen) == {np.dtype(np.float32)}
    assert 1e-7 < answer.error[0] < 1e-3  # honest about seven digits


def test_every_call_of_f_is_counted_and_f_may_write_into_its_argument() -> None:
    calls = 0

    def f(x: Any) -> float:
        nonlocal calls
        calls += 1
        value = float(np.sin(x).sum())
        x[:] = np.nan
        return value

    x = np.array([0.3, -2.0, 5.0])
    answer = estimate(f, x)
    assert answer.evaluations == calls
    assert np.all(abs(answer.gradient - np.cos(x)) <= answer.error)


# --- along a direction -----------------------------------------------------------------------


def wavy(x: Any) -> Any:
    return np.exp(np.sin(x)).sum()


@pytest.mark.parametrize("scale", [1.0, 1e-200, 1e200])
def test_slope_along_a_direction(scale: float) -> None:
    rng = np.random.default_rng(5)
    costs: list[int] = []
    for n in (2, 500):
        x, u = rng.normal(size=n), rng.normal(size=n)
        answer = slope(wavy, x, scale * u)
        exact = (np.exp(np.sin(x)) * np.cos(x)) @ u * scale
        assert answer.gradient.shape == answer.error.shape == ()
        assert abs(answer.gradient - exact) <= answer.error < 1e-8 * abs(exact)
        costs.append(answer.evaluations)
    assert max(costs) <= 50


def test_differences_beyond_the_floats_are_declined() -> None:
    # f itself is 1.7e308, and OverflowError is how math.exp says that a neighbour has no value
    answer = estimate(lambda x: math.exp(x * x), 26.641747)
    assert kinds(answer) == {"declined"}
    assert "beyond the largest float" in answer.notes[0].sentence
    assert answer.error == math.inf


def test_slope_along_nothing_is_exactly_zero() -> None:
    answer = slope(wavy, [1.0, 2.0], [0.0, 0.0])
    assert (answer.gradient, answer.error, answer.evaluations) == (0.0, 0.0, 1)


def test_slope_beyond_the_floats_is_declined() -> None:
    answer = slope(lambda x: 1e10 * x[0], [1.0], [1e300])
    assert math.isnan(answer.gradient)
    assert answer.error == math.inf
    assert kinds(answer) == {"declined"}


@pytest.mark.parametrize("u", [[1.0], [1.0, math.nan]])
def test_a_direction_that_is_none(u: list[float]) -> None:
    with pytest.raises(InvalidOption, match="shape"):
        slope(wavy, [1.0, 2.0], u)


# --- bounds ------------------------------------------------------------------------------


@given(
    x=st.floats(-10, 10),
    below=st.sampled_from([0.0, 5e-324, 1e-14, 1e-9, 1e-3, 1.0, math.inf]),
    above=st.sampled_from([0.0, 5e-324, 1e-14, 1e-9, 1e-3, 1.0, math.inf]),
    direction=st.floats(-3, 3),
    dtype=st.sampled_from([np.float64, np.float32]),
)
def test_f_is_never_asked_outside_the_bounds(
    x: float, below: float, above: float, direction: float, dtype: Any
) -> None:
    x = float(dtype(x))
    point = np.array([x, 0.1 if dtype is np.float64 else 0.125])
    lower, upper = np.array([x - below, point[1]]), np.array([x + above, math.inf])
    seen: list[Any] = []

    def f(x: Any) -> float:
        seen.append(x.astype(np.float64))
        return float(np.sin(x).sum())

    central = Central(bounds=(lower, upper), dtype=dtype)
    answer = estimate(f, point, central)
    slope(f, point, [direction, 1.0], central)
    assert all(np.all((lower <= each) & (each <= upper)) for each in seen)
    exact = np.cos(point)
    assert np.all((abs(answer.gradient - exact) <= answer.error) | np.isinf(answer.error))
    assert_array_equal(np.isnan(answer.gradient), np.isinf(answer.error))


def test_one_side_is_enough() -> None:
    answer = estimate(lambda x: np.exp(x).sum(), [0.0, 1.0], Central(bounds=(0.0, [2.0, 1.0])))
    assert kinds(answer) == {"bounds"}
    assert np.all(abs(answer.gradient - np.exp([0.0, 1.0])) <= answer.error)
    assert np.all(answer.error < 1e-9)


def test_no_room_is_declined() -> None:
    answer = estimate(lambda x: np.exp(x).sum(), [0.0, 1.0], Central(bounds=(0, [0, np.inf])))
    assert_array_equal(np.isnan(answer.gradient), [True, False])
    assert_array_equal(np.isinf(answer.error), [True, False])
    assert [note.kind for note in answer.notes] == ["declined"]
    assert "x[0]: the bounds leave no room" in answer.notes[0].sentence


@pytest.mark.parametrize(
    "bounds", [(2, None), (None, [1.0, 0.0]), (math.nan, None), (3, 0), (0,), (0, [1, 2, 3]), "no"]
)
def test_bounds_that_cannot_hold(bounds: Any) -> None:
    with pytest.raises(InvalidOption, match="What to do"):
        estimate(wavy, [1.0, 1.0], Central(bounds=bounds))


def test_x_outside_is_refused_for_a_number_too() -> None:
    with pytest.raises(InvalidOption, match=r"x is 1.0, outside the bounds \[2.0, 3.0\]"):
        estimate(np.sin, 1.0, Central(bounds=(2, 3)))


def test_a_bound_is_not_crossed_by_rounding_to_float32() -> None:
    # float32(0.1) is above 0.1
    answer = estimate(np.sin, 0.1, Central(bounds=(None, 0.1), dtype=np.float32))
    assert abs(answer.gradient - math.cos(0.1)) <= answer.error
    with pytest.raises(InvalidOption, match="outside"):
        estimate(np.sin, 0.1, Central(bounds=(0.1, 0.1), dtype=np.float32))


def test_a_dtype_it_does_not_know() -> None:
    with pytest.raises(InvalidOption, match="float32"):
        Central(dtype=np.int64)  # type: ignore[arg-type]


# --- where f has no slope ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("f", "x", "left", "right"),
    [
        (abs, 0.0, -1, 1),
        (lambda x: max(x, 0.0), 0.0, 0, 1),
        (lambda x: abs(x - 1) + 5, 1.0, -1, 1),
        (lambda x: abs(x) + 100 * x * x, 0.0, -1, 1),
        (lambda x: math.exp(abs(x - 2)), 2.0, -1, 1),
    ],
)
def test_a_kink_is_no_slope(f: Any, x: float, left: float, right: float) -> None:
    answer = estimate(f, x)
    (note,) = answer.notes
    assert note.kind == "kink"
    assert (note.numbers["left"], note.numbers["right"]) == pytest.approx((left, right), abs=1e-6)
    assert answer.error >= (right - left) / 2
    assert answer.gradient - answer.error <= left < right <= answer.gradient + answer.error


@pytest.mark.parametrize("distance_to_kink", [1e-2, 1e-5, 1e-8])
def test_beside_a_kink_there_is_a_slope(distance_to_kink: float) -> None:
    answer = estimate(lambda x: abs(x - 1), 1 + distance_to_kink)
    assert not answer.notes
    assert abs(answer.gradient - 1) <= answer.error < 1e-5


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (math.floor, 1.0),
        (lambda x: float(x > 1), 1.0),
        (lambda x: math.sin(x) + (x > 1), 1.0),
        (np.sign, 0.0),
    ],
)
def test_a_jump_is_no_slope(f: Any, x: float) -> None:
    answer = estimate(f, x)
    (note,) = answer.notes
    assert note.kind == "jump"
    assert math.isnan(answer.gradient)
    assert answer.error == math.inf


@pytest.mark.parametrize(
    "f", [np.cbrt, lambda x: np.sqrt(abs(x)), lambda x: x * math.log(abs(x)) if x else 0.0]
)
def test_a_vertical_tangent_is_declined(f: Any) -> None:
    answer = estimate(f, 0.0)
    assert kinds(answer) == {"declined"}
    assert math.isnan(answer.gradient)
    assert answer.error == math.inf


def test_scatter_is_no_kink() -> None:
    scatter = np.random.default_rng(0)
    for x in np.linspace(-3, 3, 50):
        answer = estimate(lambda t: np.sin(t) + 1e-9 * scatter.normal(), float(x))
        assert abs(answer.gradient - np.cos(x)) <= answer.error < 1e-2
        (note,) = answer.notes
        assert note.kind == "noise"
        assert note.numbers["random"]
        assert 2e-10 < note.numbers["level"] < 5e-9


# --- where f has no value ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("f", "x", "exact"),
    [(np.log, 1e-9, 1e9), (np.sqrt, 1e-300, 5e149), (np.exp, 709.0, 8.218407461554972e307)],
)
def test_non_finite_neighbours_are_avoided_in_silence(f: Any, x: float, exact: float) -> None:
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        answer = estimate(f, x)
    assert not answer.notes
    assert abs(answer.gradient - exact) <= answer.error < 1e-9 * exact


def test_what_f_does_at_x_itself_is_not_silenced() -> None:
    with pytest.warns(RuntimeWarning, match="overflow"):
        estimate(lambda x: np.tanh(np.exp(x)), np.float64(1000.0))
    with pytest.warns(RuntimeWarning, match="divide"), pytest.raises(NonFiniteResult):
        estimate(lambda x: np.log(x).sum(), [0.0])


def test_one_sided_where_the_domain_ends() -> None:
    with np.errstate(all="ignore"):
        answer = estimate(lambda x: np.power(x, 2.5) + x, np.float64(0.0))
    assert kinds(answer) == {"non_finite"}
    assert abs(answer.gradient - 1) <= answer.error < 1e-6


def test_an_isolated_value_is_declined() -> None:
    answer = estimate(lambda x: 1.0 if x == 2 else math.nan, 2.0)
    assert kinds(answer) == {"declined"}
    assert math.isnan(answer.gradient)
    assert answer.error == math.inf


@pytest.mark.parametrize(("f", "x"), [(math.log, 1e-3), (lambda x: 5 + math.sqrt(x), 1e-9)])
def test_a_neighbour_where_f_raises_is_no_neighbour(f: Any, x: float) -> None:
    answer = estimate(f, x)
    exact = {math.log: 1e3}.get(f, 0.5 / math.sqrt(x))
    assert abs(answer.gradient - exact) <= answer.error


# --- executors, and what f raises -------------------------------------------------------------


class Odd(Exception):
    """An exception of the user's own."""


def raises_beside_one(x: Any) -> float:
    if x[0] != 1:
        raise Odd("not at 1")
    return 1.0


def undefined_beside_one(x: Any) -> float:
    if x[0] != 1:
        raise ValueError("not at 1")
    return 1.0


def processes() -> Executor:
    # spawn: a fork of a process with threads, as pytest-xdist has them, may hang
    return ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn"))


@pytest.fixture(params=[nullcontext, ThreadPoolExecutor, processes])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor | None]:
    with request.param() as pool:
        yield pool


def test_an_executor_changes_no_bit(executor: Executor | None) -> None:
    x = np.append(np.random.default_rng(2).normal(size=5), 0.0)
    here, there = estimate(kinked, x), estimate(kinked, x, Central(executor=executor))
    assert_array_equal(here.gradient, there.gradient)
    assert_array_equal(here.error, there.error)
    assert (here.value, here.evaluations, here.notes) == (
        there.value,
        there.evaluations,
        there.notes,
    )


def kinked(x: Any) -> Any:
    return rosenbrock(x[:-1]) + abs(x[-1])


@pytest.mark.parametrize(
    ("f", "error"), [(raises_beside_one, Odd), (undefined_beside_one, ValueError)]
)
def test_what_f_raises_arrives_as_itself(
    executor: Executor | None, f: Any, error: type[Exception]
) -> None:
    with pytest.raises(error, match="not at 1") as caught:
        estimate(f, [1.0, 2.0], Central(executor=executor))
    assert type(caught.value) is error
    assert f.__name__ in caught.value.__notes__[0]


def process_number(x: Any) -> float:
    return float(os.getpid()) + 0 * x.sum()


def test_the_work_is_done_elsewhere() -> None:
    with processes() as pool:
        answer = estimate(process_number, [1.0], Central(executor=pool))
    assert answer.value == os.getpid()
    # f(x) was evaluated here, its neighbours were not: they differ from it
    assert answer.error[0] > 0


def test_it_is_a_method_that_offers_a_slope() -> None:
    assert isinstance(Central(), Method)
    assert isinstance(Central(), OffersSlope)
    assert estimate(wavy, [1.0]).method == Central.name == "central"


# --- steps and orders of the user's own ------------------------------------------------------


@pytest.mark.parametrize("order", [2, 4, 6, 8])
@pytest.mark.parametrize("bounds", [None, (None, 0.7)])
def test_a_step_and_an_order_of_ones_own(order: int, bounds: Any) -> None:
    asked: list[float] = []
    central = Central(step=0.05, order=order, bounds=bounds)
    answer = estimate(lambda x: asked.append(float(x)) or np.exp(x), 0.7, central)
    assert abs(answer.gradient - np.exp(0.7)) <= answer.error
    assert answer.error < 50 * 0.05**order
    # one-sided differences of the same order need twice as many steps
    count = order // 2 if bounds is None else order
    assert answer.evaluations == len(asked) == 1 + (count + 1) * (2 if bounds is None else 1)
    assert max(abs(x - 0.7) for x in asked) == pytest.approx(0.05)


def test_the_error_of_a_plain_difference_is_its_truncation() -> None:
    answer = estimate(np.exp, 0.0, Central(step=1e-2))
    assert answer.evaluations == 5
    assert abs(answer.gradient - 1) == pytest.approx(1e-4 / 6, rel=1e-3)
    assert 1e-4 / 6 < answer.error < 1e-4


def test_a_step_for_each_component_and_along_a_direction() -> None:
    seen: list[Any] = []
    x = np.array([1.0, 2.0])
    f = lambda x: seen.append(x.copy()) or np.prod(x)
    answer = estimate(f, x, Central(step=[1e-1, 1e-3]))
    assert np.all(abs(answer.gradient - [2.0, 1.0]) <= answer.error)
    assert np.abs(np.array(seen) - x).max(axis=0) == pytest.approx([1e-1, 1e-3])
    seen.clear()
    along = slope(f, x, [30.0, 0.0], Central(step=1e-2))
    assert abs(along.gradient - 60) <= along.error
    assert np.abs(np.array(seen) - x).max(axis=0) == pytest.approx([0.3, 0.0])


def test_an_order_alone_takes_the_step_that_balances_its_errors() -> None:
    answer = estimate(np.sin, 1.0, Central(order=2))
    assert 1e-13 < abs(answer.gradient - np.cos(1.0)) <= answer.error < 1e-9


@pytest.mark.parametrize("step", [0.0, -1.0, math.nan, math.inf, [1e-3, 1e-3, 1e-3]])
def test_a_step_that_is_none(step: Any) -> None:
    with pytest.raises(InvalidOption, match="step is"):
        estimate(np.sum, [1.0, 2.0], Central(step=step))


def test_an_order_that_is_none() -> None:
    with pytest.raises(InvalidOption, match="order is 3"):
        Central(order=3)


def test_bounds_that_leave_no_room_for_the_step() -> None:
    answer = estimate(np.sin, 1.0, Central(step=0.1, bounds=(0.95, 1.05)))
    assert kinds(answer) == {"declined"}
    assert math.isnan(answer.gradient)


# --- what the notes say ----------------------------------------------------------------------


def test_noise_of_many_components_is_said_once() -> None:
    scatter = np.random.default_rng(1)
    answer = estimate(lambda x: np.sum(x * x) + 1e-5 * scatter.normal(), [1.0, 2.0, 3.0])
    (note,) = answer.notes
    assert note.kind == "noise"
    assert "2 other components" in note.sentence
    assert note.numbers["random"]
    assert 2e-6 < note.numbers["level"] < 5e-5


def test_values_that_move_in_steps_are_recognised() -> None:
    answer = estimate(lambda x: round(math.sin(x), 4), 1.0)
    (note,) = answer.notes
    assert note.kind == "noise"
    assert not note.numbers["random"]
    assert note.numbers["quantum"] == pytest.approx(1e-4, rel=0.05)
    assert abs(answer.gradient - math.cos(1)) <= answer.error < 0.1


def test_a_function_that_does_not_change_says_so() -> None:
    answer = estimate(lambda x: (1e20 + x[0]) - 1e20 + x[1], [1.0, 2.0])
    (note,) = answer.notes
    assert note.kind == "constant"
    assert note.sentence.startswith("x[0]: f did not change at all")


def test_chaos_is_declined() -> None:
    answer = estimate(lambda x: math.sin(1e12 * x), 1.0)
    assert kinds(answer) == {"declined", "noise"}
    assert answer.error == math.inf
