"""What goes in and what f gives back: every odd kind gets a clear answer or a clear error."""

from __future__ import annotations

import decimal
import fractions
import functools
import math
import pickle
from typing import Any

import numpy as np
import pytest

import nabla

METHODS = ["auto", "forward", "complex_step", "central", "mpmath"]
each_method = pytest.mark.parametrize("method", METHODS)


def square_sum(x: Any) -> Any:
    return np.sum(x * x)


class TestPoint:
    @each_method
    @pytest.mark.parametrize(
        "x",
        [
            3.0,
            3,
            np.float32(1.5),
            np.array(2.0),
            [1.0, 2.0],
            (1, 2, 3),
            np.arange(6).reshape(2, 3),
            np.ones((2, 1, 3), dtype=np.float32),
            np.array([1.0, 2.0], dtype=np.float16),
            np.array([1, 2], dtype=np.uint8),
            np.ones(4)[::2],
            np.asfortranarray(np.ones((2, 3))),
        ],
        ids=repr,
    )
    def test_gradient_has_the_shape_of_x_and_float64(self, method: str, x: Any) -> None:
        gradient = nabla.gradient(square_sum, x, method=method)
        assert isinstance(gradient, np.ndarray)
        assert gradient.shape == np.shape(x)
        assert gradient.dtype == np.float64
        np.testing.assert_allclose(gradient, 2.0 * np.asarray(x, dtype=float), rtol=1e-9)

    @each_method
    def test_longdouble_stays(self, method: str) -> None:
        x = np.array([1.0, 2.0], dtype=np.longdouble)
        gradient = nabla.gradient(square_sum, x, method=method)
        np.testing.assert_allclose(gradient.astype(float), [2.0, 4.0], rtol=1e-9)

    @each_method
    def test_empty_x_has_an_empty_gradient(self, method: str) -> None:
        estimate = nabla.estimate(lambda x: np.sum(x) + 3.0, np.zeros((0, 2)), method=method)
        assert estimate.value == 3.0
        assert estimate.gradient.shape == estimate.error.shape == (0, 2)

    @pytest.mark.parametrize(
        ("x", "error", "says"),
        [
            (1 + 2j, nabla.UnsupportedPoint, "complex"),
            ([1.0, 2j], nabla.UnsupportedPoint, "complex"),
            (True, nabla.UnsupportedPoint, "boolean"),
            ([True, False], nabla.UnsupportedPoint, "boolean"),
            ("1.0", nabla.UnsupportedPoint, "text"),
            (["a", "b"], nabla.UnsupportedPoint, "text"),
            ([[1.0, 2.0], [3.0]], nabla.UnsupportedPoint, "ragged"),
            (None, nabla.UnsupportedPoint, "not an array of real numbers"),
            ({"a": 1.0}, nabla.UnsupportedPoint, "not an array of real numbers"),
            (np.array(["2020-01-01"], dtype="M8[D]"), nabla.UnsupportedPoint, "not an array"),
            (float("nan"), nabla.NonFinitePoint, "x is nan"),
            ([1.0, np.inf], nabla.NonFinitePoint, r"x\[1\] is inf"),
            ([[1.0, 2.0], [-np.inf, 3.0]], nabla.NonFinitePoint, r"x\[1, 0\] is -inf"),
        ],
        ids=repr,
    )
    def test_what_is_no_point_is_refused(self, x: Any, error: type[Exception], says: str) -> None:
        for method in METHODS:
            with pytest.raises(error, match=says) as caught:
                nabla.gradient(square_sum, x, method=method)
            assert "What to do:" in str(caught.value)

    @each_method
    def test_x_comes_back_unharmed(self, method: str) -> None:
        def vandal(x: Any) -> Any:
            y = np.sum(x**2)
            x[0] = 99.0
            x *= 0.0
            return y

        x = np.array([1.0, 2.0])
        gradient = nabla.gradient(vandal, x, method=method)
        assert x.tolist() == [1.0, 2.0]
        np.testing.assert_allclose(gradient, [2.0, 4.0], rtol=1e-9)

    @each_method
    def test_f_gets_a_float_for_a_float(self, method: str) -> None:
        seen: list[Any] = []

        def f(x: Any) -> Any:
            seen.append((type(x), np.shape(x)))
            y = x
            y += 1  # rebinds a number; would write into an array
            return x * y

        assert nabla.gradient(f, 2.0, method=method) == pytest.approx(5.0)
        assert all(shape == () for _, shape in seen)
        if method == "central":
            assert all(kind is float for kind, _ in seen)


def returns(value: Any) -> Any:
    return lambda x: value


class TestResult:
    @pytest.mark.parametrize(
        ("f", "error", "says"),
        [
            (returns(None), nabla.UnsupportedResult, "return the value"),
            (returns("3.0"), nabla.UnsupportedResult, "'3.0'"),
            (returns(1j), nabla.UnsupportedResult, "real number"),
            (returns(np.array(1j)), nabla.UnsupportedResult, "real number"),
            (returns(True), nabla.UnsupportedResult, "comparison"),
            (returns(np.True_), nabla.UnsupportedResult, "comparison"),
            (returns([1.0]), nabla.UnsupportedResult, "list"),
            (returns((1.0, 2.0)), nabla.UnsupportedResult, "tuple"),
            (returns(np.ones(2)), nabla.UnsupportedResult, r"shape \(2,\)"),
            (lambda x: x, nabla.UnsupportedResult, r"shape \(2,\)"),
            (lambda x: x[:0], nabla.UnsupportedResult, r"shape \(0,\)"),
            (lambda x: x[0] > 0, nabla.UnsupportedResult, "comparison"),
            (returns(math.nan), nabla.NonFiniteResult, "nan"),
            (lambda x: np.sum(x) * np.inf, nabla.NonFiniteResult, "inf"),
        ],
    )
    def test_what_is_no_real_number_is_refused(
        self, f: Any, error: type[Exception], says: str
    ) -> None:
        for method in METHODS:
            with pytest.raises(error, match=says) as caught, np.errstate(all="ignore"):
                nabla.gradient(f, [1.0, 2.0], method=method)
            assert "What to do:" in str(caught.value)

    @each_method
    @pytest.mark.parametrize(
        "constant",
        [
            3,
            3.5,
            np.float32(2),
            np.int64(4),
            fractions.Fraction(1, 3),
            decimal.Decimal("0.5"),
            np.ones((1, 1)),
        ],
        ids=repr,
    )
    def test_a_constant_has_gradient_zero(self, method: str, constant: Any) -> None:
        estimate = nabla.estimate(returns(constant), [1.0, 2.0], method=method)
        assert estimate.gradient.tolist() == [0.0, 0.0]
        assert estimate.value == float(np.squeeze(constant))

    @each_method
    def test_an_array_of_one_element_is_that_element(self, method: str) -> None:
        gradient = nabla.gradient(lambda x: np.sum(x**2, keepdims=True), [1.0, 2.0], method=method)
        np.testing.assert_allclose(gradient, [2.0, 4.0], rtol=1e-9)

    @each_method
    def test_the_users_exception_arrives_as_itself(self, method: str) -> None:
        class Mine(Exception):
            pass

        def broken(x: Any) -> Any:
            raise Mine("not today")

        with pytest.raises(Mine, match="not today") as caught:
            nabla.gradient(broken, [1.0], method=method)
        assert str(caught.value) == "not today"
        assert "broken()" in "".join(caught.value.__notes__)

    @each_method
    def test_a_function_may_print(self, method: str, capsys: pytest.CaptureFixture[str]) -> None:
        def chatty(x: Any) -> Any:
            print("x =", x, f"{x[0]:.3f}", repr(x))
            return np.sum(x)

        np.testing.assert_allclose(nabla.gradient(chatty, [1.0, 2.0], method=method), [1.0, 1.0])
        assert "1.000" in capsys.readouterr().out


class Bowl:
    def __init__(self, scale: float) -> None:
        self.scale = scale

    def value(self, x: Any) -> Any:
        return self.scale * np.sum(x**2)

    def __call__(self, x: Any) -> Any:
        return self.value(x)


class TestCallables:
    @each_method
    @pytest.mark.parametrize(
        "f",
        [
            Bowl(3.0),
            Bowl(3.0).value,
            functools.partial(lambda s, x: s * np.sum(x**2), 3.0),
            lambda x: 3.0 * np.sum(x**2),
            functools.wraps(square_sum)(lambda x: 3.0 * np.sum(x**2)),
        ],
        ids=["object", "bound method", "partial", "lambda", "wrapped"],
    )
    def test_anything_callable(self, method: str, f: Any) -> None:
        np.testing.assert_allclose(nabla.gradient(f, [1.0, 2.0], method=method), [6.0, 12.0])

    @each_method
    def test_a_ufunc_of_a_number(self, method: str) -> None:
        assert nabla.gradient(np.exp, 1.0, method=method) == pytest.approx(math.e)
        with pytest.raises(nabla.UnsupportedResult, match="exp"):
            nabla.gradient(np.exp, [1.0, 2.0], method=method)

    def test_what_cannot_be_called_is_refused(self) -> None:
        with pytest.raises(nabla.InvalidOption, match="cannot be called"):
            nabla.gradient(square_sum(np.ones(2)), [1.0])  # type: ignore[arg-type]


def test_errors_cross_process_boundaries() -> None:
    error = nabla.MissingRule("what", why="why", remedy="remedy")
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy), copy.remedy) == (nabla.MissingRule, str(error), "remedy")
