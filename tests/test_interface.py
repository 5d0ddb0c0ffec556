"""The doors: gradient, grad, partial, directional_derivative, compare, and the rule table."""

from __future__ import annotations

import copy
import struct
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import scipy.optimize
import scipy.special
from hypothesis import given
from hypothesis import strategies as st

import nabla
from nabla.rules.tables import RULES

METHODS = ["auto", "forward", "complex_step", "central", "mpmath"]
each_method = pytest.mark.parametrize("method", METHODS)


def saddle(x: Any) -> Any:
    return x[0] ** 2 * x[1] - np.cos(x[1])


def saddle_gradient(x: Any) -> Any:
    return np.array([2.0 * x[0] * x[1], x[0] ** 2 + np.sin(x[1])])


X = np.array([1.3, 0.4])


@each_method
class TestDoors:
    def test_value_and_gradient(self, method: str) -> None:
        value, gradient = nabla.value_and_gradient(saddle, X, method=method)
        assert isinstance(value, float)
        assert value == pytest.approx(saddle(X))
        np.testing.assert_allclose(gradient, saddle_gradient(X), rtol=1e-9)

    def test_estimate_brings_its_evidence(self, method: str) -> None:
        estimate = nabla.estimate(saddle, X, method=method)
        assert estimate.gradient.shape == estimate.error.shape == X.shape
        assert (np.abs(estimate.gradient - saddle_gradient(X)) <= estimate.error + 1e-15).all()
        assert (estimate.error < 1e-8).all()
        assert estimate.guarantee == "estimated"
        assert estimate.evaluations >= 1
        assert estimate.method in METHODS[1:]
        assert "gradient" in str(estimate)

    def test_partial(self, method: str) -> None:
        for i in range(2):
            slope = nabla.partial(saddle, X, i, method=method)
            assert isinstance(slope, float)
            assert slope == pytest.approx(saddle_gradient(X)[i], rel=1e-9)
        matrix = np.arange(6.0).reshape(2, 3)
        assert nabla.partial(
            lambda m: np.sum(m**2), matrix, (1, 2), method=method
        ) == pytest.approx(10.0)
        assert nabla.partial(np.exp, 0.0, 0, method=method) == pytest.approx(1.0)

    def test_partial_of_an_input_that_is_not_there(self, method: str) -> None:
        for index in (2, (0, 0), ()):
            with pytest.raises(IndexError):
                nabla.partial(saddle, X, index, method=method)

    def test_directional_derivative_does_not_normalise(self, method: str) -> None:
        u = np.array([3.0, -4.0])
        slope = nabla.directional_derivative(saddle, X, u, method=method)
        assert isinstance(slope, float)
        assert slope == pytest.approx(float(saddle_gradient(X) @ u), rel=1e-9)
        assert nabla.directional_derivative(saddle, X, 0 * u, method=method) == 0.0
        with pytest.raises(nabla.UnsupportedPoint, match="shape"):
            nabla.directional_derivative(saddle, X, [1.0, 2.0, 3.0], method=method)

    def test_grad(self, method: str) -> None:
        def f(a: Any, b: Any, scale: float = 1.0) -> Any:
            return scale * np.sum(a) * b

        np.testing.assert_allclose(nabla.grad(f, method=method)(X, 2.0, scale=3.0), [6.0, 6.0])
        assert nabla.grad(f, 1, method=method)(X, 2.0) == pytest.approx(1.7)
        by_a, by_b = nabla.grad(f, (0, 1), method=method)(X, 2.0)
        np.testing.assert_allclose(by_a, [2.0, 2.0])
        assert by_b == pytest.approx(1.7)
        assert by_b.shape == ()
        with pytest.raises(nabla.InvalidOption, match="argnums"):
            nabla.grad(f, 2, method=method)(X, 2.0)


def test_a_slope_costs_the_same_however_many_inputs() -> None:
    for method in ("forward", "central"):
        costs = []
        for n in (2, 200):
            calls = 0

            def f(x: Any) -> Any:
                nonlocal calls
                calls += 1
                return np.sum(np.sin(x))

            nabla.directional_derivative(f, np.linspace(0, 1, n), np.ones(n), method=method)
            costs.append(calls)
        assert costs[1] <= costs[0] + 4


@each_method
def test_scipy_minimises_with_grad(method: str) -> None:
    def f(x: Any) -> Any:
        return (1.0 - x[0]) ** 2 + 100.0 * (x[1] - x[0] ** 2) ** 2

    found = scipy.optimize.minimize(f, [-1.2, 1.0], jac=nabla.grad(f, method=method))
    np.testing.assert_allclose(found.x, [1.0, 1.0], atol=1e-5)


@given(
    st.lists(st.floats(-2, 2), min_size=2, max_size=5),
    st.floats(-3, 3),
    st.floats(-3, 3),
)
def test_the_gradient_is_linear_in_f(point: list[float], a: float, b: float) -> None:
    f = lambda x: np.sum(np.sin(x) * x)
    g = lambda x: np.prod(x) + np.sum(np.exp(x))
    both = nabla.gradient(lambda x: a * f(x) + b * g(x), point)
    apart = a * nabla.gradient(f, point) + b * nabla.gradient(g, point)
    np.testing.assert_allclose(both, apart, rtol=1e-12, atol=1e-12)


def _by_bytes(x: Any) -> Any:
    return struct.unpack("d", struct.pack("d", x[0]))[0] ** 2


class TestCompare:
    def test_all_methods_side_by_side(self, capsys: pytest.CaptureFixture[str]) -> None:
        table = nabla.compare(saddle, X)
        printed = capsys.readouterr().out
        assert printed == str(table) + "\n"
        assert [row.method for row in table.rows] == [
            "forward",
            "complex_step",
            "central",
            "mpmath",
        ]
        assert table["forward"].digits > 14
        assert table["central"].digits > 9
        assert table.referee == "mpmath"
        assert all(row.seconds > 0 for row in table.rows)
        for word in ("value", "error", "digits agreed", "evaluations", "time"):
            assert word in printed

    def test_html_for_a_notebook(self) -> None:
        html = nabla.compare(lambda x: np.abs(x[0]), [0.0], ["forward"])._repr_html_()
        assert html.startswith("<table>")
        assert "<th>digits agreed</th>" in html
        assert "np.absolute at 0" in html

    def test_a_refusal_is_a_line_of_the_table(self) -> None:
        table = nabla.compare(_by_bytes, [3.0])
        assert table["forward"].estimate is None
        assert "struct.pack" in table["forward"].refusal
        assert table["central"].estimate is not None
        assert "refused" in str(table)

    def test_an_error_of_f_is_the_users(self) -> None:
        with pytest.raises(ZeroDivisionError):
            nabla.compare(lambda x: 1 / 0, [1.0])

    def test_at_least_one_method(self) -> None:
        with pytest.raises(nabla.InvalidOption, match="empty"):
            nabla.compare(saddle, X, [])


class TestRules:
    """A third party's rule: for a ufunc nabla does not know, and for a function of its own."""

    @pytest.fixture(autouse=True)
    def _table_as_before(self) -> Iterator[None]:
        before = dict(RULES)
        yield
        RULES.clear()
        RULES.update(before)

    def test_a_rule_for_a_ufunc(self) -> None:
        ber = scipy.special.ber
        f = lambda x: np.sum(ber(x))
        with pytest.raises(nabla.MissingRule, match="ber has no"):
            nabla.gradient(f, [0.3], method="forward")
        nabla.rules.add(ber, nabla.rules.elementwise(lambda y, x: scipy.special.berp(x)))
        gradient = nabla.gradient(f, [0.3, -1.0], method="forward")
        np.testing.assert_allclose(gradient, nabla.gradient(f, [0.3, -1.0], method="central"))

    def test_duplicates_raise_and_repetition_does_not(self) -> None:
        def definition(factor: str) -> Any:
            scope: dict[str, Any] = {}
            exec(f"rule = lambda y, x: {factor} * x", scope)
            return nabla.rules.elementwise(scope["rule"])

        operation = np.frompyfunc(lambda x: x * x, 1, 1)
        nabla.rules.add(operation, definition("2.0"))
        nabla.rules.add(operation, definition("2.0"))  # the same notebook cell, run again
        with pytest.raises(nabla.DuplicateRule, match="already"):
            nabla.rules.add(operation, definition("3.0"))
        nabla.rules.add(operation, definition("3.0"), replace=True)

    def test_nablas_own_rules_are_protected(self) -> None:
        for operation in (np.sin, np.sum, np.floor):
            with pytest.raises(nabla.DuplicateRule):
                nabla.rules.add(operation, nabla.rules.elementwise(lambda y, x: 0.0))

    def test_a_linear_operation(self) -> None:
        matrix = np.array([[1.0, 2.0], [3.0, 4.0]])

        @nabla.rules.primitive
        def blurred(x: Any) -> Any:
            return matrix @ x

        nabla.rules.add(
            blurred,
            nabla.rules.linear(
                push=lambda t, y, x: t @ matrix.T,
                pull=lambda c, y, x: matrix.T @ c,
            ),
        )
        gradient = nabla.gradient(lambda x: np.sum(blurred(x) ** 2), [1.0, 1.0], method="forward")
        np.testing.assert_allclose(gradient, 2 * matrix.T @ matrix @ np.ones(2))


def test_importing_nabla_does_not_import_mpmath() -> None:
    code = "import sys, nabla; sys.exit('mpmath' in sys.modules or 'matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_methods_are_values() -> None:
    assert nabla.Forward(chunk=3) == nabla.Forward(chunk=3) != nabla.Forward()
    assert copy.deepcopy(nabla.Multiprecision(digits=20)) == nabla.Multiprecision(digits=20)
    with pytest.raises(AttributeError):
        nabla.Forward().chunk = 3  # type: ignore[misc]


def test_everything_public_is_documented() -> None:
    for name in nabla.__all__:
        assert getattr(nabla, name).__doc__, name
