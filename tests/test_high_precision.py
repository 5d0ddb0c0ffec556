"""The referee keeps its promise of digits, declines at kinks, and refuses what it cannot verify."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from known_gradients import (
    CASES,
    TRUTH,
    exactly,
    rosenbrock,
    rosenbrock_truth,
    squire_trapp,
    squire_trapp_truth,
)

from nabla.errors import (
    InvalidOption,
    LostDerivative,
    NonFiniteResult,
    PrecisionNotReached,
    UnsupportedPoint,
)
from nabla.methods.forward import Forward
from nabla.methods.function import as_function, as_point
from nabla.methods.high_precision import Multiprecision
from nabla.result import Estimate

RANDOM = np.random.default_rng(23)


def referee(f: Callable[..., Any], x: Any, digits: int = 30) -> Estimate:
    return Multiprecision(digits).estimate(as_function(f, x), as_point(x))


def assert_promise(estimate: Estimate, truth: list[Any], digits: int) -> None:
    found = np.ravel(estimate.gradient_exact)
    largest = max(abs(g) for g in truth)
    with TRUTH.workdps(digits + 110):
        for g, exact in zip(found, truth, strict=True):
            allowed = TRUTH.mpf(10) ** -digits * max(abs(exact), largest / 1000)
            assert abs(TRUTH.mpf(g) - exact) <= allowed
    for g, exact, error in zip(
        np.ravel(estimate.gradient), truth, np.ravel(estimate.error), strict=True
    ):
        assert abs(TRUTH.mpf(float(g)) - exact) <= error


# -- the promise ---------------------------------------------------------------------------------


@pytest.mark.parametrize("digits", [1, 15, 30, 60, 200])
@pytest.mark.parametrize("case", CASES)
def test_the_digits_promised_are_right(case: str, digits: int) -> None:
    f, x, truth = CASES[case]
    with TRUTH.workdps(digits + 110):
        assert_promise(referee(f, x, digits), truth(x), digits)


def test_the_published_value_of_squire_and_trapp() -> None:
    # Squire & Trapp print the value at 1.5, which is a binary64 number as it stands
    estimate = referee(squire_trapp, 1.5)
    assert mpmath.nstr(estimate.gradient_exact.item(), 31) == "4.053427893898620657714187925608"
    assert estimate.gradient == 4.053427893898621


@settings(max_examples=40)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=4), st.integers(1, 40))
def test_polynomials_with_rational_slopes(x: list[float], digits: int) -> None:
    estimate = referee(lambda x: np.sum(x**3) * x[0] - 7 * x[-1], x, digits)
    v = [Fraction(value) for value in x]
    slopes = [3 * a * a * v[0] for a in v]
    slopes[0] += sum(a**3 for a in v)
    slopes[-1] -= 7
    truth = [TRUTH.mpf(g.numerator) / g.denominator for g in slopes]
    assert_promise(estimate, truth, digits)
    for g, exact in zip(estimate.gradient.tolist(), slopes, strict=True):
        # with 20 digits more than float64 has, the rounding is the correct one
        assert g == float(exact) or digits < 36 or abs(exact) < 1e-20 * max(map(abs, slopes))


def test_zero_gradients_are_judged_against_the_value() -> None:
    for f, x in [
        (lambda x: np.sin(x) ** 2 + np.cos(x) ** 2, 1.0),
        (lambda x: np.sum(np.exp(x)) / np.sum(np.exp(x)), [1.0, 2.0]),
        (rosenbrock, [1.0, 1.0, 1.0]),
        (lambda x: np.cos(x), 0.0),
    ]:
        estimate = referee(f, x)
        assert (estimate.gradient == 0).all()
        assert (estimate.error <= 1e-30).all()


# -- where there is no slope ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("f", "x", "kind", "left", "right"),
    [
        (np.abs, 0.0, "kink", -1, 1),
        (lambda x: 1e-9 * abs(x), 0.0, "kink", -1e-9, 1e-9),
        (lambda x: np.maximum(x, 2 * x - 1), 1.0, "kink", 1, 2),
        (np.cbrt, 0.0, "kink", np.inf, np.inf),
        (lambda x: np.sqrt(abs(x)), 0.0, "kink", -np.inf, np.inf),
        (np.sign, 0.0, "jump", 1, 1),
        (np.floor, 2.0, "jump", 1, 0),
        (lambda x: np.where(x < 1, x, x + 1e-12), 1.0, "jump", 1e-12, 0),
        (np.sqrt, 0.0, "declined", np.nan, np.inf),
        (np.arcsin, 1.0, "declined", np.inf, np.nan),
    ],
)
def test_kinks_are_declined_with_both_slopes(
    f: Callable[..., Any], x: float, kind: str, left: float, right: float
) -> None:
    estimate = referee(f, x)
    assert np.isnan(estimate.gradient)
    assert estimate.error == np.inf
    (note,) = estimate.notes
    assert note.kind == kind
    np.testing.assert_allclose([note.numbers["left"], note.numbers["right"]], [left, right])


def test_the_other_components_stay() -> None:
    estimate = referee(lambda x: np.max(x[:2]) + x[2] ** 2 + np.sign(x[3]), [1.0, 1.0, 3.0, 0.0])
    np.testing.assert_array_equal(estimate.gradient, [np.nan, np.nan, 6.0, np.nan])
    assert [note.kind for note in estimate.notes] == ["kink", "kink", "jump"]
    assert [note.numbers["components"] for note in estimate.notes] == [(0,), (1,), (3,)]


def test_a_kink_next_door_does_not_matter() -> None:
    assert referee(lambda x: abs(x - 1e-50), 0.0).gradient == -1
    assert referee(abs, 5e-324).gradient == 1


def test_partial_derivatives_exist_where_f_is_not_even_continuous() -> None:
    def f(x: Any) -> Any:
        return 0.0 if (x == 0).all() else x[0] ** 2 * x[1] / (x[0] ** 4 + x[1] ** 2)

    np.testing.assert_array_equal(referee(f, [0.0, 0.0]).gradient, [0.0, 0.0])


# -- refusals ------------------------------------------------------------------------------------


def test_what_cannot_be_verified_is_refused() -> None:
    draw = np.random.default_rng(5)
    with pytest.raises(PrecisionNotReached, match="30 digits of the slope of"):
        referee(lambda x: x * draw.normal(), 1.0)
    with pytest.raises(NonFiniteResult):
        referee(np.log, -1.0)
    for digits in (0, -3, 2.5):
        with pytest.raises(InvalidOption):
            Multiprecision(digits)  # type: ignore[arg-type]


def test_the_referee_is_not_differentiated() -> None:
    def inner(x: Any) -> Any:
        return Multiprecision().estimate(as_function(np.sin, x), x).gradient

    with pytest.raises(UnsupportedPoint, match="inside another"):
        Forward().estimate(as_function(inner, 1.0), np.array(1.0))

    def around(x: Any) -> Any:
        return referee(lambda z: x * z, 2.0).gradient

    for method in (Forward(), Multiprecision()):
        with pytest.raises(LostDerivative, match="mixes a value that is being differentiated"):
            method.estimate(as_function(around, 1.0), np.array(1.0))


# -- the estimate --------------------------------------------------------------------------------


def test_what_an_estimate_holds() -> None:
    calls = []

    def f(x: Any) -> Any:
        calls.append(1)
        return np.sum(np.exp(x))

    x = np.array([[0.1, 2.0], [-800.0, 0.0]])
    estimate = referee(f, x)
    assert estimate.gradient.shape == estimate.error.shape == estimate.gradient_exact.shape
    # the five plain calls are those of the cross-check
    assert estimate.evaluations == len(calls) == 2 * (1 + 2 * 4) + 3 + 5
    assert estimate.value == 9.494227017006297
    assert str(estimate.gradient_exact[0, 0]) == "1.10517091807564763094663882346"
    assert estimate.gradient[1, 0] == 0.0
    assert estimate.guarantee == "estimated"


def test_beyond_the_largest_float64() -> None:
    estimate = referee(np.exp, 1000.0)
    assert estimate.value == estimate.gradient == estimate.error == np.inf
    assert str(estimate.gradient_exact) == "1.97007111401704699388887935224e+434"


def test_slope_along_a_direction_takes_as_many_calls_for_any_n() -> None:
    x, u = RANDOM.normal(size=20), RANDOM.normal(size=20)
    estimate = Multiprecision(cross_check="never").slope(as_function(rosenbrock, x), x, u)
    expected = TRUTH.fdot(rosenbrock_truth(x), exactly(u))
    assert_promise(estimate, [expected], 30)
    assert (estimate.gradient.shape, estimate.evaluations) == ((), 9)
    assert Multiprecision().slope(as_function(np.sum, x), x, 0 * u).gradient == 0
    wide = np.array([1e-300, 1e300])
    assert Multiprecision().slope(as_function(np.prod, wide), wide, wide).gradient == 2.0


def test_longdouble_is_taken_exactly() -> None:
    x = np.longdouble(1) / 3
    (exact,) = np.ravel(referee(np.square, x).gradient_exact)
    assert TRUTH.mpf(exact) == 2 * TRUTH.mpf(x.as_integer_ratio()[0]) / x.as_integer_ratio()[1]


def test_threads_do_not_meet_and_mpmaths_own_precision_stays() -> None:
    before = mpmath.mp.prec
    many = [20, 90, 25, 120, 30, 70] * 4
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda d: referee(squire_trapp, 1.5, d), many))
    for digits, estimate in zip(many, found, strict=True):
        with TRUTH.workdps(digits + 110):
            assert_promise(estimate, squire_trapp_truth(1.5), digits)
    assert mpmath.mp.prec == before


def test_mpmath_is_imported_only_when_it_is_used() -> None:
    script = "import sys, nabla.methods.high_precision as h; sys.exit('mpmath' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
