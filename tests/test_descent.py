"""The path of the ball against closed forms, and every way a run can end."""

from __future__ import annotations

import builtins
import importlib
import io
import re
import sys
import time
import tracemalloc
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from nabla import progress
from nabla.descent import Descent, descend, picture, roll
from nabla.errors import InvalidOption, NonFinitePoint, NonFiniteResult
from nabla.result import Array

mpl.use("Agg")


def bowl(x: Any) -> Any:
    """½‖x‖²: its curvature is 1 in every direction, so 2/L = 2."""
    return 0.5 * np.sum(x * x)


def quadratic(matrix: Array) -> Any:
    return lambda x: 0.5 * (x @ matrix @ x)


@st.composite
def valleys(draw: st.DrawFn) -> tuple[Array, Array]:
    """A symmetric positive definite matrix, and a start with a share of every eigenvector."""
    size = draw(st.integers(1, 4))
    curvatures = draw(st.lists(st.floats(0.1, 10.0), min_size=size, max_size=size))
    random = np.random.default_rng(draw(st.integers(0, 1000)))
    axes = np.linalg.qr(random.standard_normal((size, size)))[0]
    start = axes @ np.array(draw(st.lists(st.floats(0.5, 2.0), min_size=size, max_size=size)))
    return axes @ np.diag(curvatures) @ axes.T, start


def on_paper(function: Any, slope: Any) -> Any:
    """A value_and_gradient that costs next to nothing, where differentiating is no concern."""
    return lambda f, x, *, method: (float(function(x)), np.asarray(slope(x)))


@pytest.fixture
def paper_bowl(monkeypatch: pytest.MonkeyPatch) -> None:
    replacement = on_paper(lambda x: 0.5 * np.vdot(x, x), lambda x: x)
    monkeypatch.setattr(roll, "value_and_gradient", replacement)


# --- the path --------------------------------------------------------------------------------


@given(valleys(), st.floats(0.05, 0.99))
@settings(deadline=None, max_examples=30)
def test_iterates_on_a_quadratic_equal_the_closed_form(
    valley: tuple[Array, Array], share: float
) -> None:
    matrix, start = valley
    rate = share * 2 / np.linalg.eigvalsh(matrix)[-1]
    run = descend(quadratic(matrix), start, rate=rate, steps=12)
    shrink = np.eye(len(start)) - rate * matrix
    # fewer than 13 points where the gradient vanishes exactly on the way
    closed_form = [np.linalg.matrix_power(shrink, k) @ start for k in run.kept_steps]
    assert_allclose(run.points, closed_form, atol=1e-9 * np.linalg.norm(start))


def test_every_step_goes_against_the_recorded_gradient() -> None:
    run = descend(lambda x: np.sum(np.sin(x) + x**2), np.array([1.0, -2.0]), rate=0.1, steps=20)
    assert_allclose(run.points[1:], run.points[:-1] - 0.1 * run.gradients[:-1], rtol=1e-15)
    assert_allclose(run.gradient_norms, np.linalg.norm(run.gradients, axis=1), rtol=1e-14)
    assert run.values[7] == pytest.approx(np.sum(np.sin(run.points[7]) + run.points[7] ** 2))
    assert_array_equal(run.kept_steps, np.arange(21))
    assert_array_equal(run.x, run.points[-1])
    assert run.value == run.values[-1]


@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 3)])
def test_points_carry_the_shape_of_the_start(shape: tuple[int, ...]) -> None:
    start = np.ones(shape)
    run = descend(bowl, start, rate=0.5, steps=4)
    assert run.points.shape == run.gradients.shape == (5, *shape)
    assert run.x.shape == shape
    assert run.values.shape == run.gradient_norms.shape == (5,)
    assert_allclose(run.x, np.full(shape, 0.5**4), rtol=1e-8)
    assert_array_equal(start, np.ones(shape))


def test_a_float_start_gives_f_floats() -> None:
    def only_floats(x: float) -> float:
        assert not isinstance(x, np.ndarray)
        return x**2

    run = descend(only_floats, 3.0, rate=0.25, steps=3)
    assert_allclose(run.points, [3.0, 1.5, 0.75, 0.375], rtol=1e-8)
    assert run.x.shape == ()


def test_an_integer_start_moves_by_fractions() -> None:
    assert_allclose(descend(bowl, np.array([1, 2]), rate=0.5, steps=1).x, [0.5, 1.0], rtol=1e-8)


def test_f_that_writes_into_its_argument_harms_nobody() -> None:
    def careless(x: Array) -> Any:
        height = np.sum(x * x)
        x *= 0
        return height

    start = np.array([1.0, 2.0])
    run = descend(careless, start, rate=0.25, steps=2, method="central")
    assert_array_equal(start, [1.0, 2.0])
    assert_allclose(run.points[2], start / 4, rtol=1e-6)


# --- how a run ends --------------------------------------------------------------------------


@given(valleys(), st.floats(0.05, 0.99))
@settings(deadline=None, max_examples=30)
def test_below_two_over_l_no_step_climbs(valley: tuple[Array, Array], share: float) -> None:
    matrix, start = valley
    curvatures = np.linalg.eigvalsh(matrix)
    run = descend(quadratic(matrix), start, rate=share * 2 / curvatures[-1], steps=60)
    assert run.stop in ("steps", "converged")
    assert np.all(np.diff(run.values) <= 1e-12 * run.values[0])
    slowest = np.abs(1 - share * 2 / curvatures[-1] * curvatures).max()
    assert np.linalg.norm(run.x) <= (slowest**60 + 1e-8) * np.linalg.norm(start)


@given(valleys(), st.floats(1.05, 3.0))
@settings(deadline=None, max_examples=20)
def test_above_two_over_l_the_run_diverges(valley: tuple[Array, Array], share: float) -> None:
    matrix, start = valley
    run = descend(
        quadratic(matrix), start, rate=share * 2 / np.linalg.eigvalsh(matrix)[-1], steps=400
    )
    assert run.stop == "diverged"
    assert run.steps_taken < 400
    assert f"at step {run.steps_taken}" in run.reason
    assert "too large" in run.reason


@pytest.mark.usefixtures("paper_bowl")
@pytest.mark.parametrize("size", [1.0, 1000.0])
def test_diverged_means_a_hundred_million_sizes_of_the_start_away(size: float) -> None:
    run = descend(bowl, np.array([size]), rate=3.0, steps=100)  # x doubles and changes sides
    assert (run.stop, run.steps_taken) == ("diverged", 27)  # 2²⁷ = 1.34e8
    assert "x is 1.34e+" in run.reason


@pytest.mark.usefixtures("paper_bowl")
def test_at_exactly_two_over_l_the_ball_swings_for_ever() -> None:
    run = descend(bowl, np.array([1.0]), rate=2.0, steps=50)
    assert run.stop == "steps"
    assert_array_equal(run.points[:4, 0], [1.0, -1.0, 1.0, -1.0])


def test_converged_names_the_norm_and_the_tolerance() -> None:
    run = descend(bowl, np.array([1.0]), rate=0.5, steps=100, tolerance=1e-3)
    assert run.stop == "converged"
    assert run.steps_taken == 10
    assert run.reason == "the gradient norm at step 10 is 0.000977, within the tolerance 0.001"


@pytest.mark.usefixtures("paper_bowl")
def test_zero_tolerance_stops_only_at_an_exactly_zero_gradient() -> None:
    run = descend(bowl, np.array([1.0]), rate=1.0, steps=100)
    assert (run.stop, run.steps_taken) == ("converged", 1)
    assert "exactly zero" in run.reason
    # the squares of 1e-200 vanish, the gradient does not
    assert descend(bowl, np.array([1e-200]), rate=0.5, steps=3).stop == "steps"


def test_steps_used_up() -> None:
    run = descend(bowl, np.array([1.0]), rate=0.5, steps=3)
    assert (run.stop, run.steps_taken) == ("steps", 3)
    assert run.reason == "all 3 steps are used, the gradient norm is 0.125"
    run = descend(bowl, np.array([1.0]), rate=2.5, steps=3)
    assert run.stop == "steps"
    assert "smaller rate" in run.reason


def test_no_step_at_all_is_a_run() -> None:
    run = descend(bowl, np.array([1.0, 1.0]), rate=0.5, steps=0)
    assert (run.stop, run.steps_taken, run.value) == ("steps", 0, 1.0)
    assert_array_equal(run.kept_steps, [0])


def test_a_bounded_bounce_is_not_called_diverged() -> None:
    # the bottom of 1 - cos is unstable at this rate, so value and gradient grow 10⁹-fold, but
    # the ball ends in a swing between two points with rate · sin x = 2x
    run = descend(lambda x: 1 - np.cos(x), 1e-8, rate=2.5, steps=300)
    assert run.stop == "steps"
    assert run.values.max() > 1e9 * run.values[0]


def test_a_ball_thrown_out_of_a_narrow_valley_may_still_converge() -> None:
    def narrow_in_wide(x: Any) -> Any:
        return 0.05 * x**2 - np.exp(-50 * (x - 2) ** 2)

    run = descend(narrow_in_wide, 2.02, rate=0.5, steps=1000, tolerance=1e-6)
    assert run.stop == "converged"
    assert run.values.max() > run.values[0] + 0.1
    assert abs(float(run.x)) < 1e-4


def test_falling_for_ever_is_not_called_diverged() -> None:
    run = descend(lambda x: -(x**2), 1.0, rate=1.0, steps=100)
    assert run.stop == "steps"
    assert float(run.x) > 1e40


def test_one_leap_onto_a_plain_is_not_called_diverged() -> None:
    # far away and higher than ever, but on ground that is nearly flat
    run = descend(lambda x: np.log(1 + x**2), 1.0, rate=1e12, steps=100)
    assert run.stop == "steps"
    assert run.values[1] > 50


def test_a_quartic_runs_away_before_it_overflows() -> None:
    assert descend(lambda x: x**4, 3.0, rate=0.5, steps=50).stop == "diverged"


def test_an_f_that_ends_keeps_the_path_up_to_there() -> None:
    def half_line(x: Array) -> Any:
        return x[0] if x[0] > 0.3 else np.nan * x[0]

    run = descend(half_line, np.array([1.0]), rate=0.25, steps=50)
    assert run.stop == "non_finite"
    assert_allclose(run.points[:, 0], [1.0, 0.75, 0.5], rtol=1e-8)
    assert np.isfinite(run.values).all()
    assert "at step 3" in run.reason
    assert "nan" in run.reason
    assert "0.25" in run.reason


def test_a_gradient_that_ends_keeps_the_point(monkeypatch: pytest.MonkeyPatch) -> None:
    cusp = on_paper(lambda x: np.sqrt(x[0]), lambda x: [np.inf if x[0] == 0 else 1.0])
    monkeypatch.setattr(roll, "value_and_gradient", cusp)
    run = descend(lambda x: x, np.array([0.5]), rate=0.5, steps=50)
    assert (run.stop, run.steps_taken, run.value) == ("non_finite", 1, 0.0)
    assert run.gradient_norms[-1] == np.inf
    assert run.reason == "the gradient is not finite at step 1, at x = [0.]"


@pytest.mark.filterwarnings("error")
def test_a_step_that_overflows(monkeypatch: pytest.MonkeyPatch) -> None:
    steep = on_paper(lambda x: 1.0, lambda x: [-1e300, 0.0])
    monkeypatch.setattr(roll, "value_and_gradient", steep)
    run = descend(lambda x: x, np.array([1.0, 1.0]), rate=1e10, steps=50)
    assert (run.stop, run.steps_taken) == ("non_finite", 0)
    assert run.reason == "x overflows at step 1: x = [inf 1.]"
    assert run.gradient_norms[0] == 1e300


def test_a_start_without_a_finite_value_is_refused() -> None:
    with np.errstate(all="ignore"), pytest.raises(NonFiniteResult):
        descend(np.log, 0.0, rate=0.1, steps=5, method="central")
    with pytest.raises(NonFinitePoint):
        descend(bowl, np.array([1.0, np.nan]), rate=0.1, steps=5)


def test_what_f_raises_passes() -> None:
    def fails(x: Any) -> Any:
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        descend(fails, 1.0, rate=0.1, steps=5)


# --- what is kept ----------------------------------------------------------------------------


@given(st.integers(0, 70), st.integers(1, 12))
@settings(deadline=None)
def test_thinning_keeps_both_ends_and_every_value(steps: int, rows: int) -> None:
    row_bytes = 2 * 3 * 8 + 8
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(roll, "KEPT_BYTES", rows * row_bytes)
        patch.setattr(roll, "value_and_gradient", on_paper(lambda x: np.vdot(x, x), lambda x: x))
        run = descend(bowl, np.ones(3), rate=0.5, steps=steps)
    assert len(run.values) == len(run.gradient_norms) == steps + 1
    assert len(run.points) == len(run.gradients) == len(run.kept_steps) <= max(rows, 2)
    assert run.kept_steps[0] == 0
    assert run.kept_steps[-1] == steps
    assert np.all(np.diff(run.kept_steps) > 0)
    assert len(set(np.diff(run.kept_steps)[:-1].tolist())) <= 1  # evenly spread
    assert_array_equal(run.points[:, 0], 0.5**run.kept_steps)  # each row is its step's
    assert_array_equal(run.gradients, run.points)
    assert run.thinned == (len(run.kept_steps) <= steps)
    assert run.thinned == ("thinned to" in str(run))


@pytest.mark.usefixtures("paper_bowl")
def test_keep_all_and_keep_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roll, "KEPT_BYTES", 100)
    everything = descend(bowl, np.ones(3), rate=0.5, steps=40, keep="all")
    assert not everything.thinned
    assert_array_equal(everything.kept_steps, np.arange(41))
    ends = descend(bowl, np.ones(3), rate=0.5, steps=40, keep="ends")
    assert_array_equal(ends.kept_steps, [0, 40])
    assert_array_equal(ends.points, everything.points[[0, -1]])
    assert len(ends.values) == 41


@pytest.mark.usefixtures("paper_bowl")
def test_memory_stays_within_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    limit = 2_000_000
    monkeypatch.setattr(roll, "KEPT_BYTES", limit)
    tracemalloc.start()
    run = descend(bowl, np.ones(1000), rate=1e-3, steps=2000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert run.points.nbytes + run.gradients.nbytes <= limit
    assert len(run.kept_steps) >= limit // 16_008 // 2
    assert peak < 1.5 * limit  # thinning copies the half that stays


@pytest.mark.usefixtures("paper_bowl")
def test_the_overhead_of_a_step_is_small() -> None:
    started = time.perf_counter()
    descend(bowl, np.ones(2), rate=1e-6, steps=20_000)
    assert time.perf_counter() - started < 2.0  # 100 µs a step; some 10 are measured


# --- progress --------------------------------------------------------------------------------


def test_a_progress_function_hears_every_point() -> None:
    heard: list[tuple[int, float, float]] = []
    run = descend(
        bowl, np.array([2.0]), rate=0.5, steps=5, progress=lambda *report: heard.append(report)
    )
    assert [step for step, _, _ in heard] == [0, 1, 2, 3, 4, 5]
    assert_array_equal([value for _, value, _ in heard], run.values)
    assert_array_equal([norm for _, _, norm in heard], run.gradient_norms)


def visible(output: str) -> str:
    """What a terminal shows in its last line after \\r and overwriting."""
    screen: list[str] = []
    for piece in output.split("\r"):
        screen[: len(piece)] = list(piece)
    return "".join(screen).rstrip()


def test_the_progress_line_is_wiped(capsys: pytest.CaptureFixture[str]) -> None:
    descend(bowl, np.array([2.0]), rate=0.5, steps=5, progress=True)
    shown = capsys.readouterr().err
    assert "step 0 of 5  value 2  |gradient| 2" in shown
    assert visible(shown) == ""


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, ZeroDivisionError])
def test_the_progress_line_is_wiped_after_an_exception(
    interruption: type[BaseException],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(f: Any, x: Array, *, method: str) -> tuple[float, Array]:
        if x[0] < 1:
            raise interruption
        return float(x[0]), np.ones(1)

    monkeypatch.setattr(roll, "value_and_gradient", interrupted)
    with pytest.raises(interruption):
        descend(bowl, np.array([2.0]), rate=0.5, steps=5, progress=True)
    shown = capsys.readouterr().err
    assert "step 0 of 5" in shown
    assert visible(shown) == ""


@pytest.mark.parametrize(("terminal", "progress"), [(False, None), (True, False)])
def test_silence(terminal: bool, progress: bool | None, monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = patient_terminal(monkeypatch)
    monkeypatch.setattr(stderr, "isatty", lambda: terminal)
    descend(bowl, np.array([2.0]), rate=0.5, steps=50, progress=progress)
    assert stderr.getvalue() == ""


def patient_terminal(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A terminal as stderr, and a clock on which every look takes a quarter of a second."""
    stderr = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stderr)
    ticks = iter(np.arange(0.0, 1000.0, 0.25))
    monkeypatch.setattr(progress, "time", SimpleNamespace(perf_counter=lambda: float(next(ticks))))
    return stderr


def test_a_terminal_shows_the_line_after_two_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = patient_terminal(monkeypatch)
    monkeypatch.setattr(stderr, "isatty", lambda: True)
    descend(bowl, np.array([2.0]), rate=0.5, steps=47, progress=None)
    shown = stderr.getvalue()
    steps = [int(step) for step in re.findall(r"step (\d+) of 47", shown)]
    assert steps == list(range(7, 48))  # 0.25 s at step 0, so 2 s at step 7
    assert re.search(r"step 7 of 47 .* 11 s left", shown)  # 2 s / 7 steps · 40 steps
    assert visible(shown) == ""


# --- options ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "given_value"),
    [
        *[("rate", bad) for bad in (0, -0.1, np.nan, np.inf, 10**400, "0.1", True, None, 1j)],
        *[("steps", bad) for bad in (-1, 2.0, "3", True, None)],
        *[("tolerance", bad) for bad in (-1e-9, np.nan, np.inf, "0", None)],
        *[("keep", bad) for bad in ("some", "", None, 5, ["auto"])],
        *[("progress", bad) for bad in ("yes", 1)],
    ],
)
def test_an_option_out_of_range_is_refused(option: str, given_value: Any) -> None:
    options: dict[str, Any] = {"rate": 0.1, "steps": 3, option: given_value}
    with pytest.raises(InvalidOption) as caught:
        descend(bowl, np.array([1.0]), **options)
    assert caught.value.what == f"{option} is {given_value!r}"
    assert caught.value.why
    assert caught.value.remedy


def test_numpy_numbers_are_numbers() -> None:
    run = descend(bowl, np.ones(1), rate=np.float32(0.5), steps=np.int64(2), tolerance=np.int8(0))
    assert isinstance(run.rate, float)
    assert run.steps_taken == 2


def test_f_must_be_a_function() -> None:
    with pytest.raises(InvalidOption, match="cannot be called"):
        descend(3.0, 1.0, rate=0.1, steps=3)  # type: ignore[arg-type]


def test_the_method_is_passed_on_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def listening(f: Any, x: Array, *, method: Any) -> tuple[float, Array]:
        asked.append(method)
        return 0.0, np.zeros(1)

    monkeypatch.setattr(roll, "value_and_gradient", listening)
    assert descend(bowl, np.ones(1), rate=0.1, steps=3).method == "auto"
    own: Any = SimpleNamespace(name="own", estimate=None)
    assert descend(bowl, np.ones(1), rate=0.1, steps=3, method=own).method == "own"
    assert asked == ["auto", own]


# --- how a run is seen -----------------------------------------------------------------------


def test_the_summary_has_the_ends_and_the_reason() -> None:
    run = descend(bowl, np.array([2.0]), rate=0.5, steps=40)
    lines = str(run).splitlines()
    assert lines[0].startswith("40 steps at rate 0.5 in ")
    assert lines[1].split() == ["step", "value", "|gradient|"]
    assert [int(line.split()[0]) for line in lines[2:-1]] == [0, 1, 2, 10, 20, 30, 38, 39, 40]
    assert lines[2].split() == ["0", "2.000000e+00", "2.000e+00"]
    assert lines[-1] == f"steps: {run.reason}"
    assert repr(run) == str(run)


@pytest.mark.parametrize("steps", range(14))
def test_a_short_run_is_shown_whole(steps: int) -> None:
    table = str(descend(bowl, np.array([2.0]), rate=0.5, steps=steps)).splitlines()[2:-1]
    assert len(table) == (steps + 1 if steps < 12 else 9)


def test_the_notebook_summary_escapes_what_comes_from_outside() -> None:
    run = descend(lambda x: x if x > 0.5 else np.nan * x, 1.0, rate=0.3, steps=5)
    page = run._repr_html_()  # pyright: ignore[reportPrivateUsage]
    assert "<lambda>" in run.reason
    assert "&lt;lambda&gt;" in page
    assert "<lambda>" not in page
    assert page.count("<tr>") == 1 + len(run.values)


def saddle(x: Array) -> Any:
    return x[0] ** 2 - x[1] ** 2 + 0.1 * x[1] ** 4


RUNS_TO_DRAW: dict[str, Callable[[], Descent]] = {
    "one input": lambda: descend(lambda x: x**4 - 3 * x**2 + x, 2.0, rate=0.05, steps=30),
    "one input, diverged": lambda: descend(bowl, 1.0, rate=3.0, steps=100),
    "two inputs": lambda: descend(saddle, np.array([1.0, 0.1]), rate=0.1, steps=40),
    "two inputs, diverged": lambda: descend(bowl, np.array([1.0, 2.0]), rate=2.1, steps=900),
    "two inputs, no step": lambda: descend(bowl, np.array([1.0, 2.0]), rate=0.1, steps=0),
    "a matrix of two": lambda: descend(bowl, np.array([[1.0], [2.0]]), rate=0.1, steps=5),
    "flat": lambda: descend(lambda x: 0.0 * x[0] + 3.0, np.array([1.0, 2.0]), rate=0.1, steps=5),
    "three inputs": lambda: descend(bowl, np.ones(3), rate=0.1, steps=40),
    "three inputs, below zero": lambda: descend(np.sum, np.ones(3), rate=0.1, steps=40),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", RUNS_TO_DRAW)
def test_plot(name: str) -> None:
    pyplot: Any = importlib.import_module("matplotlib.pyplot")
    run = RUNS_TO_DRAW[name]()
    ax = run.plot()
    ax.figure.canvas.draw()
    assert f"{run.steps_taken} steps at rate" in ax.get_title()
    if "three" in name:
        assert ax.get_yscale() == ("linear" if "below" in name else "log")
        assert ax.get_xlabel() == "step"
    if "two inputs" in name:
        assert ax.get_aspect() == 1.0
        left, right = ax.get_xlim()
        assert left < run.points[0, 0] < right
    if "diverged" in name:
        assert max(map(abs, ax.get_xlim())) < 1000
    pyplot.close(ax.figure)


def test_plot_draws_on_the_axes_it_is_given() -> None:
    pyplot: Any = importlib.import_module("matplotlib.pyplot")
    figure, (left, right) = pyplot.subplots(1, 2)
    run = descend(bowl, np.array([1.0, 2.0]), rate=0.1, steps=5)
    assert run.plot(right) is right
    assert not left.has_data()
    pyplot.close(figure)


def test_the_picture_may_reach_out_of_the_domain() -> None:
    def barrier(x: Array) -> Any:
        if isinstance(x[0], float) and x[0] <= 0:
            raise ValueError("math domain error")
        return x[0] - np.log(x[0]) + x[1] ** 2

    run = descend(barrier, np.array([0.1, 1.0]), rate=0.05, steps=50)
    ax = run.plot()
    assert ax.get_xlim()[0] < 0
    importlib.import_module("matplotlib.pyplot").close(ax.figure)


def test_plot_without_matplotlib_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    run = descend(bowl, np.array([1.0, 2.0]), rate=0.1, steps=5)

    def missing(name: str, *_: Any) -> Any:
        raise ModuleNotFoundError(f"No module named {name!r}")

    monkeypatch.setattr(picture.importlib, "import_module", missing)
    with pytest.raises(ImportError, match="pip install matplotlib"):
        run.plot()


def test_descending_imports_no_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    imported = builtins.__import__

    def refusing(name: str, *rest: Any) -> Any:
        assert not name.startswith("matplotlib")
        return imported(name, *rest)

    monkeypatch.setattr(builtins, "__import__", refusing)
    for module in [name for name in sys.modules if name.startswith("matplotlib")]:
        monkeypatch.delitem(sys.modules, module)
    assert str(descend(bowl, np.ones(2), rate=0.1, steps=2))
