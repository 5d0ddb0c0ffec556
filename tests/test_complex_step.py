"""The complex step: right to 13 digits, or refused by name; never wrong."""

from __future__ import annotations

import dataclasses
import re
import threading
import warnings
from typing import Any

import numpy as np
import pytest
from calls import CALLS
from functions_for_complex_step import FOLLOWED, REFUSED, SOME
from functions_to_cross_check import INNOCENT, LOSING

import nabla
from nabla.methods.imaginary_steps import step_along, step_sizes
from nabla.rules.tables import RULES

METHOD = nabla.ComplexStep(cross_check="never")
REFEREE = nabla.Multiprecision(cross_check="never")


def off(gradient: Any, truth: Any) -> float:
    """The largest error, relative to the largest component."""
    largest = float(np.max(np.abs(truth), initial=0.0))
    gap = float(np.max(np.abs(gradient - truth), initial=0.0))
    return gap / largest if largest else gap


class TestHostileFunctions:
    @pytest.mark.parametrize("name", FOLLOWED)
    def test_is_followed_to_13_digits(self, name: str) -> None:
        f, x = FOLLOWED[name]
        estimate = nabla.estimate(f, x, method=METHOD)
        rounds = name == "rounded to whole numbers"  # the referee has more digits to round
        truth = nabla.estimate(f, x, method="forward" if rounds else REFEREE)
        assert off(estimate.gradient, truth.gradient) <= 1e-13
        error = np.abs(estimate.gradient - truth.gradient)
        assert (error <= estimate.error + np.spacing(np.abs(truth.gradient))).all()
        point = x if isinstance(x, float) else np.array(x, dtype=float)
        assert estimate.value == pytest.approx(f(point), rel=1e-15, abs=1e-300)
        assert off(nabla.gradient(f, x, method=METHOD), truth.gradient) <= 1e-13

    @pytest.mark.parametrize("name", REFUSED)
    def test_is_refused_by_name(self, name: str) -> None:
        f, x, named = REFUSED[name]
        with np.errstate(all="ignore"), pytest.raises(nabla.CannotFollow) as caught:
            nabla.gradient(f, x, method=METHOD)
        said = re.sub("`[^`]*`", "", str(caught.value))  # not in the line that is quoted
        assert re.search(named, said)
        assert "on line" in str(caught.value)
        assert "method='" in caught.value.remedy

    def test_no_warning_comes_before_the_refusal(self) -> None:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            for name in ("math", "math on a float", "interp", "array of floats", "imaginary unit"):
                f, x, _ = REFUSED[name]
                with pytest.raises(nabla.NotAnalytic):
                    nabla.gradient(f, x, method=METHOD)
        assert caught == []

    def test_there_are_many(self) -> None:
        assert len(FOLLOWED) + len(REFUSED) >= 110


class TestNeverWrong:
    @pytest.mark.parametrize("name", INNOCENT)
    def test_on_innocent_functions(self, name: str) -> None:
        f, x = INNOCENT[name]
        with np.errstate(all="ignore"):
            try:
                estimate = nabla.estimate(f, x, method=METHOD)
            except nabla.CannotFollow:
                return
            forward = nabla.estimate(f, x, method=nabla.Forward(cross_check="never"))
        with np.errstate(invalid="ignore"):
            room = estimate.error + np.nan_to_num(forward.error)
        random = name in ("warmed up", "slightest noise")  # another function at each call
        assert random or (np.abs(estimate.gradient - forward.gradient) <= room).all()

    @pytest.mark.parametrize("name", LOSING)
    def test_on_functions_that_lose_a_derivative(self, name: str) -> None:
        f, x = LOSING[name]
        with pytest.raises(nabla.CannotFollow):
            nabla.gradient(f, x, method="complex_step")

    def test_on_every_way_of_calling_numpy(self) -> None:
        right = 0
        for label, call, x in CALLS:

            def f(x: Any, call: Any = call) -> Any:
                y = call(x)
                parts = y if isinstance(y, tuple | list) else [y]
                return sum(np.sum(np.sin(v) * np.arange(1.0, np.size(v) + 1).reshape(np.shape(v)))
                           for v in parts)  # fmt: skip

            try:
                gradient = nabla.gradient(f, x, method=METHOD)
            except nabla.CannotFollow:
                continue
            forward = nabla.gradient(f, x, method=nabla.Forward(cross_check="never"))
            assert off(gradient, forward) <= 1e-12, label
            right += 1
        assert right >= 465


def random_expression(random: np.random.Generator, n: int) -> Any:
    """A dozen operations on earlier results, some of which lose digits."""
    single = [
        np.sin, np.exp, np.tanh, np.arctan, np.sinh, np.expm1,
        lambda v: np.log(1 + v * v), lambda v: np.sqrt(1 + v * v), lambda v: v**3,
        lambda v: (1 - np.cos(v)) / (v * v), lambda v: np.where(v > 0, v * v, np.sin(v)),
    ]  # fmt: skip
    joint = [np.add, np.subtract, np.multiply, np.divide]
    plan = random.integers(0, 1000, size=(12, 5)).tolist()

    def f(x: Any) -> Any:
        values = [x[i] for i in range(n)]
        for kind, which, first, second, _ in plan:
            a, b = values[first % len(values)], values[second % len(values)]
            one = single[which % len(single)]
            values.append(one(a) if kind % 2 else joint[which % 4](a, b))
        return sum(values[n:])

    return f


class TestError:
    def test_covers_the_rounding_of_random_expressions(self) -> None:
        random = np.random.default_rng(7)
        count, widths = 0, list[float]()
        for _ in range(80):
            n = int(random.integers(1, 5))
            f = random_expression(random, n)
            x = random.normal(size=n) * 10.0 ** random.integers(-2, 2, n)
            with np.errstate(all="ignore"):
                if not abs(f(x)) < 1e100:
                    continue
                estimate = nabla.estimate(f, x, method=METHOD)
            truth = nabla.gradient(f, x, method=REFEREE)
            error = np.abs(estimate.gradient - truth) - np.spacing(np.abs(truth))
            assert (error <= estimate.error).all()
            count += n
            widths += (estimate.error[error > 0] / error[error > 0]).tolist()
        assert count > 100
        assert np.median(widths) < 200

    def test_knows_of_rounding_in_the_real_parts(self) -> None:
        f, x = lambda x: (1 - np.cos(x)) / x**2, 1e-4
        estimate = nabla.estimate(f, x, method=METHOD)
        truth = nabla.gradient(f, x, method=REFEREE)
        assert 1e-5 < abs(estimate.gradient - truth) / abs(truth) < estimate.error / abs(truth)

    def test_of_each_input_by_itself(self) -> None:
        estimate = nabla.estimate(lambda x: np.sum(x**2), [1e-6, 1.0, 1e6], method=METHOD)
        assert (estimate.error <= 1e-13 * np.abs(estimate.gradient)).all()


class TestCost:
    def test_one_call_an_input_and_one_rehearsal(self) -> None:
        kinds: list[str] = []

        def f(x: Any) -> Any:
            # type(x) would be answered by the lens
            kinds.append("plain" if x.__class__ is np.ndarray else "lifted")
            return np.sum(x**2) * np.sin(x[0])

        for ask in (nabla.gradient, nabla.estimate):
            kinds.clear()
            ask(f, np.linspace(1, 2, 20), method=METHOD)
            assert kinds == ["lifted"] + 20 * ["plain"]
        estimate = nabla.estimate(f, np.linspace(1, 2, 20), method=METHOD)
        assert estimate.evaluations == 21

    def test_a_slope_takes_one_step(self) -> None:
        estimate = METHOD.slope(
            nabla.methods.function.as_function(np.prod, SOME), np.array(SOME), np.ones(3)
        )
        truth = 1.9 * -0.4 + 0.7 * -0.4 + 0.7 * 1.9
        assert abs(estimate.gradient - truth) <= estimate.error < 1e-14
        assert (estimate.evaluations, estimate.gradient.shape) == (2, ())

    @pytest.mark.parametrize("u", [[1e8, -1e-8], [0.0, 2.0], [0.0, 0.0]])
    def test_slopes_along_any_direction(self, u: list[float]) -> None:
        slope = nabla.directional_derivative(
            lambda x: x[0] * np.exp(x[1]), [1e-3, 2.0], u, method="complex_step"
        )
        assert slope == pytest.approx(np.exp(2.0) * (u[0] + 1e-3 * u[1]), rel=1e-14)

    def test_a_slope_of_a_function_of_one_number(self) -> None:
        slope = nabla.directional_derivative(np.exp, 1.0, 3.0, method="complex_step")
        assert slope == pytest.approx(3 * np.e, rel=1e-15)


class TestSteps:
    def test_are_powers_of_two_far_below_x(self) -> None:
        x = np.array([1e-250, 1e-3, -1.0, 7.0, 1e300])
        steps = step_sizes(x)
        assert (np.frexp(steps)[0] == 0.5).all()
        assert (steps <= 2.0**-29 * np.abs(x)).all()
        assert (steps >= 2.0**-1022).all()

    def test_no_input_goes_further_than_alone(self) -> None:
        x, u = np.array([1e-3, 1.0]), np.array([5.0, 0.0])
        assert step_along(x, u) * 5.0 <= step_sizes(x)[0]

    def test_the_truncation_is_nil_and_seen_where_it_is_not(self) -> None:
        bent = lambda x: np.sin(1e60 * x)
        assert nabla.gradient(bent, 0.0, method=METHOD) == 1e60
        with pytest.raises(nabla.NotAnalytic, match=r"np\.sin"):
            nabla.gradient(lambda x: np.sin(1e101 * x), 0.0, method=METHOD)


class TestRehearsal:
    def test_compares_with_what_the_plain_f_does(self) -> None:
        def fickle(x: Any) -> Any:
            return np.sum(x) if x.__class__ is np.ndarray else np.sum(x**2)

        with pytest.raises(nabla.NotAnalytic, match="another function of complex numbers"):
            nabla.gradient(fickle, SOME, method=METHOD)

    def test_asks_rounding_before_it_blames_f(self) -> None:
        f = lambda x: np.sum((1 - np.cos(x)) / x**2)
        assert np.isfinite(nabla.gradient(f, [1e-5, 3e-6], method=METHOD)).all()

    def test_f_may_not_raise_on_complex_numbers(self) -> None:
        def strict(x: Any) -> Any:
            if x.__class__ is np.ndarray and x.dtype == complex:
                raise RuntimeError("floats only")
            return np.sum(x**2)

        with pytest.raises(nabla.NotAnalytic, match=r"raise RuntimeError.*floats only"):
            nabla.gradient(strict, SOME, method=METHOD)

    def test_an_own_primitive_is_tried_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        @nabla.rules.primitive
        def modulus_squared(x: Any) -> Any:
            return (x * np.conj(x)).real

        rule = nabla.rules.elementwise(lambda y, x: 2 * x)
        monkeypatch.setitem(RULES, modulus_squared, rule)
        with pytest.raises(nabla.NotAnalytic, match="modulus_squared is not analytic"):
            nabla.gradient(lambda x: modulus_squared(x), 1.3, method=METHOD)

    def test_a_lost_value_may_be_compared(self) -> None:
        f = lambda x: np.sum(x**2) if np.linalg.norm(x) > 1 else np.sum(x)
        np.testing.assert_array_equal(nabla.gradient(f, SOME, method=METHOD), 2 * np.array(SOME))

    def test_inside_another_derivative_it_is_refused(self) -> None:
        inner = lambda x: np.sum(nabla.gradient(lambda y: np.sum(y**3), x, method="complex_step"))
        for outer in ("forward", "complex_step"):
            with pytest.raises(nabla.CannotFollow, match="differentiated already meet"):
                nabla.gradient(inner, SOME, method=outer)

    def test_longdouble_is_computed_in_longdouble(self) -> None:
        x = np.array([0.3, 1.7], dtype=np.longdouble)
        gradient = nabla.gradient(lambda x: np.sum(np.exp(x)), x, method=METHOD)
        assert gradient.dtype == np.longdouble
        assert (np.abs(gradient - np.exp(x)) <= 2 * np.spacing(np.exp(x))).all()

    def test_threads_do_not_meet(self) -> None:
        outcomes: list[bool] = []

        def work(name: str) -> None:
            f, x = FOLLOWED[name]
            first = nabla.gradient(f, x, method=METHOD)
            outcomes.append(
                all(np.array_equal(nabla.gradient(f, x, method=METHOD), first) for _ in range(10))
            )

        threads = [threading.Thread(target=work, args=(n,)) for n in ("softmax", "solve")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert outcomes == [True, True]


class TestOptions:
    def test_the_cross_check_is_the_one_of_the_exact_modes(self) -> None:
        with pytest.raises(nabla.InvalidOption, match="cross_check"):
            nabla.ComplexStep(cross_check="sometimes")  # type: ignore[arg-type]
        f = lambda x: np.sum(x**2) + np.sin(x[0])
        first, second = (
            nabla.estimate(f, SOME, method="complex_step").evaluations for _ in range(2)
        )
        assert (first, second) == (9, 4)
        always = dataclasses.replace(METHOD, cross_check="always")
        assert nabla.estimate(f, SOME, method=always).evaluations == 9
