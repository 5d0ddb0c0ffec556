"""The V of the error curve: what it says about a difference is what the difference does."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import nabla
from nabla.errors import InvalidOption


def at(curve: nabla.ErrorCurve, step: float) -> int:
    return int(np.argmin(np.abs(np.log(curve.steps / step))))


@pytest.mark.parametrize(
    ("f", "x", "third"),
    [(np.exp, 1.0, math.e), (np.sin, 1.0, math.cos(1.0)), (lambda x: 1 / x, 3.0, 6 / 81)],
)
def test_the_two_errors_are_those_of_the_chord(f: Any, x: float, third: float) -> None:
    curve = nabla.error_curve(f, x)
    assert curve.method == "auto"
    falling = (curve.steps < 2e-2) & (curve.steps > 1e-4)
    np.testing.assert_allclose(curve.errors[falling], curve.truncation[falling], rtol=1e-2)
    np.testing.assert_allclose(curve.truncation, third / 6 * curve.steps**2, rtol=1e-2)
    rising = curve.steps < 1e-7
    assert np.all(curve.errors[rising] <= 4 * curve.rounding[rising])
    assert np.median(curve.errors[rising] / curve.rounding[rising]) > 0.02
    # the bottom of the V, (3 ε / f‴)^⅓
    assert curve.best_step == pytest.approx((3 * curve.noise / third) ** (1 / 3), rel=1e-2)
    assert curve.errors[at(curve, curve.best_step)] < 1e-9


def test_noise_moves_the_bottom_of_the_v() -> None:
    scatter = np.random.default_rng(0)
    curve = nabla.error_curve(
        lambda x: np.sin(x) + 1e-8 * scatter.normal(),
        1.0,
        method=nabla.Forward(cross_check="never"),
    )
    assert 3e-9 < curve.noise < 3e-8
    assert 1e-3 < curve.best_step < 1e-2


def test_along_a_direction_in_many_dimensions() -> None:
    x, u = np.array([1.0, 2.0, 3.0]), np.array([0.0, 1.0, -1.0])
    curve = nabla.error_curve(lambda x: np.sum(np.exp(x)), x, u)
    assert curve.slope == pytest.approx(math.exp(2) - math.exp(3))
    assert curve.errors[at(curve, curve.best_step)] < 1e-7


def test_where_there_is_no_truncation_the_largest_step_is_best() -> None:
    curve = nabla.error_curve(lambda x: x[0] ** 2, [3.0])
    assert curve.best_step == 1.0
    assert not curve.truncation.any()


def test_steps_out_of_the_domain_are_not_compared() -> None:
    curve = nabla.error_curve(math.log, 0.01)
    assert np.isnan(curve.errors[0])
    assert 1e-9 < curve.best_step < 1e-6
    assert "best" in str(curve)


def test_the_table_marks_the_best_step() -> None:
    (marked,) = [line for line in str(nabla.error_curve(np.exp, 1.0)).splitlines() if "<-" in line]
    assert marked.startswith("1e-05")


@pytest.mark.parametrize("direction", [[1.0], [0.0, 0.0]])
def test_a_direction_that_leads_nowhere(direction: Any) -> None:
    with pytest.raises(InvalidOption, match="direction is"):
        nabla.error_curve(np.sum, [1.0, 2.0], direction)


def test_the_plot_shows_both_errors_and_the_best_step() -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    curve = nabla.error_curve(np.exp, 1.0)
    ax = curve.plot()
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["error", "truncation", "rounding", "best step"]
    assert ax.get_xscale() == ax.get_yscale() == "log"
    matplotlib.pyplot.close(ax.figure)
