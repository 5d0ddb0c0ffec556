"""Python's own functions of numbers: values, derivatives, exceptions, refusals."""

from __future__ import annotations

import cmath
import inspect
import math
import operator
import statistics
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.linalg
import scipy.special
from calling import MP, call, plainly
from hypothesis import given, settings
from hypothesis import strategies as st

import nabla
from nabla.lift.dual import Dual
from nabla.lift.trace import Trace
from nabla.rules.composite import COMPOSITES
from nabla.rules.constant import CONSTANT
from nabla.rules.kinks import kink_of
from nabla.rules.tables import RULES

Real = Callable[..., Any]


def push(operation: Any, operands: tuple[Any, ...], position: int) -> tuple[Any, Any]:
    """Value and slope by one operand."""
    with Trace() as run:
        moving = Dual(operands[position], np.array([1.0]), run)
        y = call(operation, *operands[:position], moving, *operands[position + 1 :])
        return y.primal, y.tangent


# -- math, on its domains -----------------------------------------------------------------------

Domain = tuple[float, float]
ANY, UNIT, POSITIVE = (-20.0, 20.0), (-0.99, 0.99), (0.01, 50.0)
OF_MATH: dict[str, tuple[Real, tuple[Domain, ...]]] = {
    "sin": (MP.sin, (ANY,)),
    "cos": (MP.cos, (ANY,)),
    "tan": (MP.tan, ((-1.5, 1.5),)),
    "asin": (MP.asin, (UNIT,)),
    "acos": (MP.acos, (UNIT,)),
    "atan": (MP.atan, (ANY,)),
    "atan2": (MP.atan2, (POSITIVE, ANY)),
    "sinh": (MP.sinh, (ANY,)),
    "cosh": (MP.cosh, (ANY,)),
    "tanh": (MP.tanh, ((-2.0, 2.0),)),
    "asinh": (MP.asinh, (ANY,)),
    "acosh": (MP.acosh, ((1.01, 50.0),)),
    "atanh": (MP.atanh, (UNIT,)),
    "exp": (MP.exp, (ANY,)),
    "exp2": (lambda x: MP.power(2, x), (ANY,)),
    "expm1": (MP.expm1, (ANY,)),
    "log": (MP.log, (POSITIVE, (1.1, 9.0))),
    "log2": (lambda x: MP.log(x, 2), (POSITIVE,)),
    "log10": (MP.log10, (POSITIVE,)),
    "log1p": (MP.log1p, ((-0.9, 50.0),)),
    "sqrt": (MP.sqrt, (POSITIVE,)),
    "cbrt": (MP.cbrt, (POSITIVE,)),
    "pow": (MP.power, (POSITIVE, (-3.0, 3.0))),
    "fabs": (lambda x: abs(x), ((0.1, 20.0),)),
    "copysign": (lambda a, b: -a if b < 0 else a, (POSITIVE, (0.1, 1.0))),
    "fmod": (lambda a, b: a - b * MP.floor(a / b), ((1.1, 1.2), (0.65, 0.95))),
    "remainder": (lambda a, b: a - b * MP.nint(a / b), ((1.1, 1.3), (0.5, 0.7))),
    "hypot": (lambda a, b, c: MP.sqrt(a * a + b * b + c * c), (ANY, ANY, POSITIVE)),
    "erf": (MP.erf, ((-4.0, 4.0),)),
    "erfc": (MP.erfc, ((-4.0, 4.0),)),
    "gamma": (MP.gamma, ((2.0, 30.0),)),
    "lgamma": (MP.loggamma, ((2.0, 200.0),)),
    "degrees": (MP.degrees, (ANY,)),
    "radians": (MP.radians, (ANY,)),
}
if hasattr(math, "fma"):
    OF_MATH["fma"] = (lambda a, b, c: a * b + c, (ANY, ANY, ANY))

OF_OPERATOR: dict[str, tuple[Real, tuple[Domain, ...]]] = {
    "add": (operator.add, (ANY, ANY)),
    "sub": (operator.sub, (ANY, ANY)),
    "mul": (operator.mul, (ANY, ANY)),
    "truediv": (operator.truediv, (ANY, POSITIVE)),
    "mod": (lambda a, b: a - b * MP.floor(a / b), ((-1.2, -1.1), (0.65, 0.95))),
    "pow": (MP.power, (POSITIVE, (-3.0, 3.0))),
    "neg": (operator.neg, (ANY,)),
    "pos": (operator.pos, (ANY,)),
    "abs": (abs, ((-20.0, -0.1),)),
}
CASES = [(getattr(math, n), *case) for n, case in OF_MATH.items()]
CASES += [(getattr(operator, n), *case) for n, case in OF_OPERATOR.items()]
by_operation = pytest.mark.parametrize(
    ("operation", "truth", "domains"),
    CASES,
    ids=[f"{f.__module__}.{f.__name__}" for f, *_ in CASES],
)


@by_operation
@settings(max_examples=20)
@given(data=st.data())
def test_slopes_are_those_of_mpmath(
    operation: Any, truth: Real, domains: tuple[Domain, ...], data: st.DataObject
) -> None:
    operands = tuple(data.draw(st.floats(low, high)) for low, high in domains)
    for position in range(len(operands)):
        y, slope = push(operation, operands, position)
        assert type(y) is type(operation(*operands))
        assert y == operation(*operands)  # bit for bit
        assert slope.shape == (1,)
        order = tuple(int(k == position) for k in range(len(operands)))
        exact = MP.diff(truth, tuple(map(MP.mpf, operands)), order)
        # absolutely where terms cancel: near the zeros of cos, of log, of digamma
        assert abs(slope[0] - exact) <= 1e-13 * max(abs(exact), abs(y), 1e-3)


@by_operation
@settings(max_examples=5)
@given(data=st.data())
def test_pull_is_the_transpose_of_push(
    operation: Any, truth: Real, domains: tuple[Domain, ...], data: st.DataObject
) -> None:
    operands = tuple(data.draw(st.floats(low, high)) for low, high in domains)
    rule, y = RULES[operation], operation(*operands)
    for position in range(len(operands)):
        tangents = [np.array([3.0]) if k == position else None for k in range(len(operands))]
        pushed = rule.push(tangents, y, operands, {})
        pulled = rule.pull(position, 0.7, y, operands, {})
        assert np.shape(pulled) == ()
        np.testing.assert_allclose(np.sum(pushed) * 0.7, 3.0 * pulled, rtol=1e-14, atol=1e-300)


@by_operation
def test_second_derivatives_and_the_referee(
    operation: Any, truth: Real, domains: tuple[Domain, ...]
) -> None:
    middles = tuple(0.37 * low + 0.63 * high for low, high in domains)
    for position in range(len(middles)):

        def f(x: Any, k: int = position) -> Any:
            return call(operation, *middles[:k], x, *middles[k + 1 :])

        order = tuple(int(k == position) for k in range(len(middles)))
        at = tuple(map(MP.mpf, middles))
        exact = MP.diff(truth, at, order)
        second = MP.diff(truth, at, tuple(2 * k for k in order))
        x = middles[position]
        referee = nabla.gradient(f, x, method="mpmath")
        assert float(referee) == pytest.approx(float(exact), rel=1e-13, abs=1e-15)
        slope = lambda x: nabla.gradient(f, x, method="forward") + 0.0 * x
        nested = nabla.gradient(slope, x, method="forward")
        assert float(nested) == pytest.approx(float(second), rel=1e-11, abs=1e-11)


# -- exceptions -----------------------------------------------------------------------------------

RAISING: list[tuple[Any, tuple[Any, ...]]] = [
    (operator.truediv, (1.0, 0.0)),
    (operator.floordiv, (1.0, 0.0)),
    (operator.mod, (1.0, 0.0)),
    (operator.pow, (0.0, -1.0)),
    (operator.pow, (10.0, 400.0)),
    (math.exp, (1e4,)),
    (math.sqrt, (-1.0,)),
    (math.log, (0.0,)),
    (math.log, (2.0, 1.0)),
    (math.acos, (1.5,)),
    (math.atanh, (1.0,)),
    (math.pow, (-8.0, 1 / 3)),
    (math.fmod, (1.0, 0.0)),
    (math.gamma, (0.0,)),
    (math.lgamma, (-1.0,)),
    (math.sin, (np.ones(2),)),
    (cmath.log, (0.0,)),
    (float, (1j,)),
    (math.factorial, (5.0,)),
    (math.comb, (5.0, 2)),
    (math.gcd, (4.0, 2)),
    (math.dist, ((1.0,), (1.0, 2.0))),
    (statistics.variance, ((1.0,),)),
    (statistics.covariance, ((1.0, 2.0), (1.0,))),
    (statistics.correlation, ((1.0, 1.0), (1.0, 2.0))),
    (statistics.linear_regression, ((1.0,), (2.0,))),
    (statistics.harmonic_mean, ((-1.0, 2.0),)),
    (statistics.geometric_mean, ((-1.0, 2.0),)),
    (statistics.fmean, ((1.0, 2.0), (1.0, -1.0))),
    (statistics.quantiles, ((1.0,),)),
]


@pytest.mark.parametrize(
    ("operation", "operands"), RAISING, ids=lambda v: getattr(v, "__name__", "")
)
def test_exceptions_are_those_of_the_plain_call(operation: Any, operands: Any) -> None:
    try:
        # of a sample nabla makes an array: its numbers are NumPy's
        operation(*(tuple(map(np.float64, o)) if isinstance(o, tuple) else o for o in operands))
    except Exception as error:
        expected: Any = error
    else:
        pytest.skip("this version of Python has an answer here")
    with Trace() as run, pytest.raises(type(expected)) as caught:
        call(operation, *(_lifted(operand, run) for operand in operands))
    assert str(caught.value) == str(expected)


def _lifted(operand: Any, run: Trace) -> Any:
    if isinstance(operand, tuple):
        return [_lifted(one, run) for one in operand]
    moves = isinstance(operand, float | complex | np.ndarray)
    return Dual(operand, np.ones((1, *np.shape(operand))), run) if moves else operand


def test_the_referee_raises_outside_of_a_domain_too() -> None:
    for f, error in [
        (lambda x: call(math.sqrt, x), ValueError),
        (lambda x: call(math.gamma, x), ValueError),
        (lambda x: call(operator.truediv, 1.0, call(operator.add, x, 2.0)), ZeroDivisionError),
    ]:
        with pytest.raises(error):
            nabla.gradient(f, -2.0, method="mpmath")


def test_an_edge_of_a_domain_that_rounding_may_cross_has_an_unknown_error() -> None:
    def f(x: Any) -> Any:
        y = call(operator.mul, x, 3.0)
        for _ in range(3):
            y = call(operator.mul, y, 1.0)
        return call(math.sqrt, call(operator.sub, y, 0.3))

    estimate = nabla.estimate(f, 0.1, method="forward")
    assert estimate.value == math.sqrt(0.1 * 3.0 - 0.3)  # of 5e-17, a few half ulps from below 0
    assert np.isnan(estimate.error)


# -- kinds of number ------------------------------------------------------------------------------


def test_an_array_of_one_element_is_the_number_it_holds() -> None:
    with Trace() as run:
        y = call(math.sin, Dual(np.array([[0.3]]), np.ones((2, 1, 1)), run))
    assert type(y.primal) is float
    assert y.tangent.shape == (2,)


def test_a_power_of_a_negative_number_is_complex() -> None:
    y, slope = push(operator.pow, (-8.0, 1 / 3), 0)
    assert y == (-8.0) ** (1 / 3)
    np.testing.assert_allclose(slope, complex(y) / 3 / -8.0, rtol=1e-14)
    y, slope = push(operator.pow, (-8.0, 1 / 3), 1)
    np.testing.assert_allclose(slope, y * cmath.log(-8.0), rtol=1e-14)


OF_CMATH = "sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh exp log log10 sqrt".split()


@pytest.mark.parametrize("name", OF_CMATH)
@pytest.mark.parametrize("z", [0.4, 2.3, -0.4, -2.3, 0.3 + 0.8j, -1.2 - 0.7j])
def test_complex_functions(name: str, z: Any) -> None:
    function = getattr(cmath, name)
    y, slope = push(function, (z,), 0)
    assert y == function(z)
    h = 1e-5
    central = (function(z + h) - function(z - h)) / (2 * h)
    np.testing.assert_allclose(slope[0], central, rtol=1e-8)

    def f(x: Any) -> Any:
        w = call(function, call(complex, x, z.imag))
        return w.real + 2.0 * w.imag

    forward = nabla.gradient(f, z.real, method="forward")
    assert forward == pytest.approx(nabla.gradient(f, z.real, method="mpmath"), rel=1e-12)


def test_polar_coordinates() -> None:
    def f(x: Any) -> Any:
        z = call(complex, x, 0.3)
        radius, angle = call(cmath.polar, z)
        w = call(cmath.rect, call(operator.mul, radius, 2.0), call(operator.mul, angle, 3.0))
        return call(operator.abs, z) * call(cmath.phase, z) + w.real + w.imag

    def plain(x: float) -> float:
        z = complex(x, 0.3)
        radius, angle = cmath.polar(z)
        w = cmath.rect(radius * 2.0, angle * 3.0)
        return abs(z) * cmath.phase(z) + w.real + w.imag

    assert nabla.value_and_gradient(f, -0.7, method="forward")[0] == plain(-0.7)
    forward = nabla.gradient(f, -0.7, method="forward")
    assert forward == pytest.approx(nabla.gradient(plain, -0.7, method="central"), rel=1e-9)
    assert forward == pytest.approx(nabla.gradient(f, -0.7, method="mpmath"), rel=1e-13)


def test_steps_are_plain_numbers() -> None:
    with Trace() as run:
        x = Dual(2.75, np.ones(1), run)
        for f, expected in [(math.floor, 2), (math.ceil, 3), (math.trunc, 2)]:
            assert call(f, x) == expected
            assert type(call(f, x)) is int
        assert call(math.isclose, x, 2.75 + 1e-12) is True
        assert call(operator.floordiv, x, 2.0) == 1.0
        assert call(math.modf, x)[1] == 2.0
        assert call(math.frexp, x)[1] == 2
    assert nabla.gradient(lambda x: x * call(math.floor, x), 2.75, method="mpmath") == 2.0


def test_kinks_are_those_of_the_namesakes() -> None:
    for operation, namesake in [(math.fabs, np.fabs), (math.floor, np.floor), (math.sqrt, np.sqrt)]:
        assert kink_of(operation) is kink_of(namesake)
    estimate = nabla.estimate(lambda x: call(math.fabs, x), 0.0, method="forward")
    assert [note.kind for note in estimate.notes] == ["kink"]
    assert "math.fabs" in str(estimate.notes[0])
    estimate = nabla.estimate(lambda x: call(math.remainder, x, 1.0), 0.5, method="forward")
    assert [note.kind for note in estimate.notes] == ["jump"]


# -- functions of iterables -----------------------------------------------------------------------

DATA = [0.7, 1.9, 2.3, 0.4, 1.1]
OTHER = [0.3, 2.0, 1.0, -1.0, 0.5]
LARGER = [1.7, 2.9, 3.3, 1.4, 2.1]
OF_ITERABLES: dict[str, Callable[[Any, Any], Any]] = {
    "fsum": lambda c, x: c(math.fsum, x),
    "prod": lambda c, x: c(math.prod, x, start=x[0]),
    "dist": lambda c, x: c(math.dist, x, OTHER),
    "modf": lambda c, x: c(math.modf, x[2])[0],
    "frexp": lambda c, x: c(math.frexp, x[2])[0],
    "mean": lambda c, x: c(statistics.mean, x),
    "fmean": lambda c, x: c(statistics.fmean, x),
    "fmean weights": lambda c, x: c(statistics.fmean, OTHER, weights=x),
    "geometric_mean": lambda c, x: c(statistics.geometric_mean, x),
    "harmonic_mean": lambda c, x: c(statistics.harmonic_mean, x),
    "harmonic_mean weights": lambda c, x: c(statistics.harmonic_mean, LARGER, weights=x),
    "variance": lambda c, x: c(statistics.variance, x),
    "pvariance": lambda c, x: c(statistics.pvariance, x),
    "stdev": lambda c, x: c(statistics.stdev, x),
    "pstdev": lambda c, x: c(statistics.pstdev, x),
    "stdev xbar": lambda c, x: c(statistics.stdev, x, xbar=1.5),
    "pvariance mu": lambda c, x: c(statistics.pvariance, x, mu=1.5),
    "median": lambda c, x: c(statistics.median, x),
    "median of four": lambda c, x: c(statistics.median, x[1:]),
    "median_low": lambda c, x: c(statistics.median_low, x[1:]),
    "median_high": lambda c, x: c(statistics.median_high, x[1:]),
    "quantiles": lambda c, x: c(statistics.quantiles, x, n=7)[4],
    "quantiles first": lambda c, x: c(statistics.quantiles, x, n=7)[0],
    "quantiles inclusive": lambda c, x: c(statistics.quantiles, x, n=7, method="inclusive")[2],
    "covariance": lambda c, x: c(statistics.covariance, x, OTHER),
    "correlation": lambda c, x: c(statistics.correlation, OTHER, x),
    "slope": lambda c, x: c(statistics.linear_regression, x, OTHER).slope,
    "intercept": lambda c, x: c(statistics.linear_regression, x, OTHER).intercept,
    "proportional": lambda c, x: c(statistics.linear_regression, OTHER, x, proportional=True).slope,
}
if hasattr(math, "sumprod"):
    OF_ITERABLES["sumprod"] = lambda c, x: c(getattr(math, "sumprod"), x, x)  # noqa: B009


@pytest.mark.parametrize("label", OF_ITERABLES)
def test_functions_of_iterables(label: str) -> None:
    function = OF_ITERABLES[label]
    seeds = np.eye(5)
    with Trace() as run:
        y = function(call, [Dual(v, seeds[k], run) for k, v in enumerate(DATA)])
    exact_spread = label in ("stdev xbar", "pvariance mu")  # there Python sums in fractions
    assert y.primal == pytest.approx(function(plainly, DATA), rel=1e-15 if exact_spread else 0)
    assert y.tangent.shape == (5,)
    lists = lambda x: function(call, [x[k] for k in range(5)])
    np.testing.assert_allclose(y.tangent, nabla.gradient(lists, DATA, method="mpmath"), rtol=1e-12)

    u = np.array([0.3, -1.0, 0.5, 2.0, 0.7])
    slope = lambda x: np.sum(nabla.gradient(lists, x, method="forward") * u)
    second = nabla.gradient(slope, DATA, method="forward")
    central = nabla.gradient(slope, DATA, method="central")
    np.testing.assert_allclose(second, central, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(
    "operation",
    [f for f in RULES if getattr(f, "__module__", "") == "nabla.rules.samples"],
    ids=lambda f: f.__name__,
)
def test_pulls_of_samples(operation: Any) -> None:
    values = (*DATA, 0.9)
    rule, y = RULES[operation], operation(*values)
    for k in range(6):
        tangents = [np.array([1.0]) if j == k else None for j in range(6)]
        pushed = rule.push(tangents, y, values, {})
        np.testing.assert_allclose(rule.pull(k, 0.7, y, values, {}), 0.7 * pushed[0], rtol=1e-14)


def test_values_that_all_agree_have_a_spread_with_a_kink() -> None:
    spread = lambda x: call(statistics.stdev, [x[0], x[1], 1.0])
    estimate = nabla.estimate(spread, [1.0, 1.0], method="forward")
    assert [note.kind for note in estimate.notes] == ["kink"]
    np.testing.assert_array_equal(estimate.gradient, 0.0)


# -- every function has its place ---------------------------------------------------------------

REFUSED = {"nextafter"}
"""Functions of math and cmath that step to a neighbour in float64: lifted values are refused."""


def test_every_function_of_math_and_cmath_has_its_place() -> None:
    known = set(RULES) | set(COMPOSITES) | CONSTANT
    functions = [f for m in (math, cmath) for f in vars(m).values() if inspect.isbuiltin(f)]
    assert {f.__name__ for f in functions if f not in known} == REFUSED


STATISTICS_REFUSED = {"mode", "multimode", "median_grouped", "kde", "kde_random"}


def test_every_function_of_statistics_has_its_place() -> None:
    functions = [getattr(statistics, name) for name in statistics.__all__]
    functions = [f for f in functions if inspect.isfunction(f)]
    homeless = {f.__name__ for f in functions if f not in COMPOSITES}
    assert homeless <= STATISTICS_REFUSED


@pytest.mark.parametrize("operation", [math.nextafter, statistics.mode, scipy.special.struve])
def test_what_is_not_followed_is_refused(operation: Any) -> None:
    two = operation is not statistics.mode
    with pytest.raises(nabla.MissingRule, match="no derivative rule"), Trace() as run:
        call(operation, *_operands(Dual(2.0, np.ones(1), run), two))


def _operands(x: Any, two: bool) -> list[Any]:
    return [x, 3.0] if two else [[x, 3.0]]
