"""The methods against truth that is none of theirs, and against each other."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pytest
from known_gradients import CASES, SQUIRE_TRAPP, TRUTH, rosenbrock

import nabla
from nabla.methods import names

NAMED = (
    "sin, exp, log, tanh, rosenbrock 2, rosenbrock 100, logistic regression, network, "
    "Squire-Trapp, Speelpenning"
).split(", ")
each_case = pytest.mark.parametrize("name", NAMED)


def case(name: str) -> tuple[Any, Any, list[Any]]:
    """A function, a point, and the gradient there by hand."""
    f, x, truth = CASES[name]
    return f, x, truth(x)


def digits(gradient: Any, truth: list[Any]) -> float:
    """Digits of the worst component, relative to itself or a thousandth of the largest."""
    largest = max(abs(t) for t in truth)
    worst = max(
        abs(TRUTH.mpf(float(g)) - t) / max(abs(t), largest / 1000)
        for g, t in zip(np.ravel(gradient), truth, strict=True)
    )
    return 99.0 if worst == 0 else float(-TRUTH.log10(worst))


def covers(estimate: nabla.Estimate, truth: list[Any]) -> bool:
    pairs = zip(np.ravel(estimate.gradient), np.ravel(estimate.error), truth, strict=True)
    return all(abs(TRUTH.mpf(float(g)) - t) <= float(e) for g, e, t in pairs)


@each_case
def test_forward_has_13_digits(name: str) -> None:
    f, x, truth = case(name)
    estimate = nabla.estimate(f, x, method="forward")
    assert digits(estimate.gradient, truth) >= 13
    assert covers(estimate, truth)


@each_case
def test_the_complex_step_has_13_digits(name: str) -> None:
    f, x, truth = case(name)
    estimate = nabla.estimate(f, x, method="complex_step")
    assert digits(estimate.gradient, truth) >= 13
    assert covers(estimate, truth)


@each_case
def test_central_has_9_digits(name: str) -> None:
    f, x, truth = case(name)
    estimate = nabla.estimate(f, x, method="central")
    assert digits(estimate.gradient, truth) >= 9
    assert covers(estimate, truth)


@each_case
def test_the_referee_has_30_digits(name: str) -> None:
    f, x, truth = case(name)
    estimate = nabla.estimate(f, x, method="mpmath")
    assert estimate.gradient_exact is not None
    largest = max(abs(t) for t in truth)
    for g, t in zip(np.ravel(estimate.gradient_exact), truth, strict=True):
        assert abs(TRUTH.mpf(g) - t) <= TRUTH.mpf(10) ** -30 * max(abs(t), largest / 1000)
    assert [float(t) for t in truth] == np.ravel(estimate.gradient).tolist()


def test_squire_and_trapps_published_digits() -> None:
    f, x, truth = case("Squire-Trapp")
    assert abs(truth[0] - SQUIRE_TRAPP) < TRUTH.mpf(10) ** -30
    exact = nabla.estimate(f, x, method="mpmath").gradient_exact
    assert exact is not None
    assert TRUTH.nstr(TRUTH.mpf(exact.item()), 31) == "4.053427893898620657714187925608"


@each_case
def test_auto_is_forward_where_f_can_be_followed(name: str) -> None:
    f, x, _ = case(name)
    estimate = nabla.estimate(f, x)
    assert (estimate.method, estimate.notes) == ("forward", ())


def test_forward_is_faster_than_central_on_a_thousand_inputs() -> None:
    x = np.linspace(-1.0, 1.0, 1000)
    ratios = []
    for _ in range(3):
        start = time.perf_counter()
        nabla.gradient(rosenbrock, x, method="forward")
        middle = time.perf_counter()
        nabla.gradient(rosenbrock, x, method="central")
        ratios.append((middle - start) / (time.perf_counter() - middle))
    assert np.median(ratios) < 1.0


class TestNames:
    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("auto", nabla.Auto),
            ("forward", nabla.Forward),
            ("complex_step", nabla.ComplexStep),
            ("central", nabla.Central),
            ("mpmath", nabla.Multiprecision),
        ],
    )
    def test_a_name_is_the_method_with_its_defaults(self, name: str, kind: Any) -> None:
        assert type(names.resolve(name)) is kind
        assert kind.name == name

    @pytest.mark.parametrize("method", ["", "Forward", "nabla", 3, None, nabla.Forward])
    def test_what_is_no_method_is_refused(self, method: Any) -> None:
        with pytest.raises(nabla.UnknownMethod, match="What to do"):
            nabla.gradient(rosenbrock, [1.0, 2.0], method=method)


@dataclass(frozen=True)
class Secant:
    """A third party's method: the least that one must offer."""

    name: ClassVar[str] = "secant"
    step: float = 1e-6

    def estimate(self, f: Any, x: Any, /) -> nabla.Estimate:
        flat = x.reshape(-1)
        slopes = np.zeros(x.size)
        for i in range(x.size):
            moved = flat.copy()
            moved[i] += self.step
            slopes[i] = (f(moved.reshape(x.shape)) - f(x)) / self.step
        return nabla.Estimate(
            value=f(x),
            gradient=slopes.reshape(x.shape),
            error=np.full(x.shape, np.nan),
            guarantee="none",
            evaluations=2 * x.size + 1,
            method=self.name,
        )


class TestThirdParty:
    def test_an_instance_serves_every_door(self) -> None:
        f, x = rosenbrock, np.array([-1.2, 1.0])
        secant = Secant(step=1e-7)
        expected = [-215.6, -88.0]
        np.testing.assert_allclose(nabla.gradient(f, x, method=secant), expected, rtol=1e-4)
        assert nabla.partial(f, x, 1, method=secant) == pytest.approx(-88.0, rel=1e-4)
        assert nabla.directional_derivative(f, x, [1.0, 1.0], method=secant) == pytest.approx(
            -303.6, rel=1e-4
        )
        np.testing.assert_allclose(nabla.grad(f, method=secant)(x), expected, rtol=1e-4)
        assert nabla.compare(f, x, [secant, "mpmath"])["secant"].digits > 4

    def test_an_entry_point_gives_it_a_name(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Published:
            names: ClassVar[set[str]] = {"secant"}

            def __getitem__(self, name: str) -> Any:
                return self

            def load(self) -> Any:
                return Secant

            def __iter__(self) -> Iterator[str]:
                return iter(self.names)

        def entry_points(*, group: str) -> Any:
            assert group == "nabla.methods"
            return Published()

        monkeypatch.setattr(names, "entry_points", entry_points)
        assert nabla.gradient(lambda x: x**2, 3.0, method="secant") == pytest.approx(6.0, rel=1e-5)
        with pytest.raises(nabla.UnknownMethod, match="secant"):
            nabla.gradient(lambda x: x**2, 3.0, method="tangent")
