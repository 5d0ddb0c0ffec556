"""The lecture's sixteen claims, one test each, and one for each place where a claim breaks.

The pages under docs/lecture state them; docs/about/claims.md lists them. A claim is tested by every
method that applies to it. Claims 3 (notation), 12 (history) and 13 (a metaphor) can only be
illustrated.
"""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest

import nabla

METHODS = ["auto", "forward", "complex_step", "central", "mpmath"]
every_method = pytest.mark.parametrize("method", METHODS)
AT_KINKS = [method for method in METHODS if method != "complex_step"]  # which refuses there

# Absolute, on functions of size 1 to 10; differences have a truncation error.
ACCURACY = {
    "auto": 1e-12,
    "forward": 1e-12,
    "complex_step": 1e-12,
    "central": 1e-8,
    "mpmath": 1e-12,
}

HERE = np.array([2.0, 1.0])
CURVATURES = np.array([2.0, 6.0])


def bowl(w: Any) -> Any:
    """½ wᵀAw with A = diag(2, 6): the gradient at (2, 1) is [4, 6]."""
    return w[0] ** 2 + 3 * w[1] ** 2


def wavy(w: Any) -> Any:
    return np.exp(w[0] / 2) * np.sin(w[0] * w[1]) + w[1] ** 2


def wavy_gradient(x: Any, y: Any, lib: Any) -> list[Any]:
    """The gradient of wavy, by hand, with the functions of a library."""
    grown, angle = lib.exp(x / 2), x * y
    along_x = grown * (lib.sin(angle) / 2 + y * lib.cos(angle))
    return [along_x, grown * x * lib.cos(angle) + 2 * y]


def trap(w: Any) -> Any:
    """x²y/(x⁴+y²): all partial derivatives at 0, and not even continuous there."""
    x, y = w[0], w[1]
    if x == 0 and y == 0:
        return 0.0
    return x**2 * y / (x**4 + y**2)


def directions(count: int) -> Any:
    """Unit vectors of the plane, evenly spaced, shape (count, 2)."""
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def unit(vector: Any) -> Any:
    return vector / np.linalg.norm(vector)


def angle_between(a: Any, b: Any) -> float:
    """In degrees."""
    return float(np.degrees(np.arccos(np.clip(unit(a) @ unit(b), -1, 1))))


def slopes_all_round(f: Any, x: Any, around: Any, method: str) -> Any:
    return np.array([nabla.directional_derivative(f, x, u, method=method) for u in around])


# --- 1: from slopes to a vector -----------------------------------------------------------------


@every_method
def test_claim_01_freezing_all_but_one_gives_the_slope_along_that_one(method: str) -> None:
    def first_slice(t: Any) -> Any:
        return wavy([t, HERE[1]])

    def second_slice(t: Any) -> Any:
        return wavy([HERE[0], t])

    for index, one_slice in enumerate([first_slice, second_slice]):
        partial = nabla.partial(wavy, HERE, index, method=method)
        slope = nabla.gradient(one_slice, HERE[index], method=method)
        assert partial == pytest.approx(float(slope), abs=ACCURACY[method])
        by_hand = wavy_gradient(*HERE, np)[index]
        assert partial == pytest.approx(by_hand, abs=ACCURACY[method])


def test_claim_01_holds_to_30_digits() -> None:
    whole = nabla.estimate(wavy, HERE, method="mpmath").gradient_exact
    assert whole is not None
    # stacked, so that the frozen input is a number of many digits like the other: the referee
    # takes np.exp(2.0 / 2) as it stands in f, rounded to float64
    slices = [lambda t: wavy(np.stack([t, HERE[1]])), lambda t: wavy(np.stack([HERE[0], t]))]
    with mpmath.workdps(60):
        by_hand = wavy_gradient(mpmath.mpf(2), mpmath.mpf(1), mpmath)
        for index, one_slice in enumerate(slices):
            alone = nabla.estimate(one_slice, HERE[index], method="mpmath").gradient_exact
            assert alone is not None
            for answer in (whole[index], alone[()]):
                relative = abs(mpmath.mpf(answer) / by_hand[index] - 1)
                assert relative < mpmath.mpf(10) ** -30


def test_claim_01_breaks_at_a_kink_where_the_slice_has_two_slopes() -> None:
    def creased(w: Any) -> Any:
        return np.abs(w[0]) + w[1] ** 2

    note = nabla.estimate(creased, [0.0, 1.0], method="mpmath").notes[0]
    assert (note.kind, note.numbers["left"], note.numbers["right"]) == ("kink", -1.0, 1.0)
    with pytest.raises(nabla.NotAnalytic, match="absolute at 0"):
        nabla.gradient(creased, [0.0, 1.0], method="complex_step")
    for method in AT_KINKS:
        result = nabla.estimate(creased, [0.0, 1.0], method=method)
        assert [note.kind for note in result.notes] == ["kink"]
        # no method claims to know the slope
        assert not result.error[0] < 0.9
        assert result.gradient[1] == pytest.approx(2.0, abs=ACCURACY[method])


# --- 2: what is the gradient? -------------------------------------------------------------------


@every_method
def test_claim_02_the_gradient_is_the_vector_of_all_partial_derivatives(method: str) -> None:
    for point in [HERE, np.array([-1.0, 0.3]), np.array([0.0, 0.0])]:
        together = nabla.gradient(wavy, point, method=method)
        one_by_one = [nabla.partial(wavy, point, index, method=method) for index in range(2)]
        np.testing.assert_allclose(together, one_by_one, atol=ACCURACY[method], rtol=0)
        by_hand = wavy_gradient(*point, np)
        np.testing.assert_allclose(together, by_hand, atol=ACCURACY[method], rtol=0)


def test_claim_02_breaks_where_all_partials_exist_and_the_function_jumps() -> None:
    with pytest.raises(nabla.NotAnalytic, match="equal on its boundary"):
        nabla.gradient(trap, [0.0, 0.0], method="complex_step")
    for method in AT_KINKS:
        assert nabla.gradient(trap, [0.0, 0.0], method=method).tolist() == [0.0, 0.0]
    for x in (1e-2, 1e-4, 1e-8):
        assert trap([x, x**2]) == pytest.approx(0.5)
    assert trap([0.0, 0.0]) == 0.0


@every_method
@pytest.mark.parametrize("shape", [(), (1,), (4,), (2, 3), (2, 1, 3)])
def test_claim_03_the_gradient_has_the_shape_of_w(method: str, shape: tuple[int, ...]) -> None:
    w = np.full(shape, 0.5)
    gradient = nabla.gradient(lambda w: np.sum(w**3), w, method=method)
    assert gradient.shape == shape
    np.testing.assert_allclose(gradient, 3 * w**2, atol=ACCURACY[method])


@every_method
def test_claim_04_the_slope_along_any_direction_is_gradient_times_direction(method: str) -> None:
    random = np.random.default_rng(4)
    gradient = nabla.gradient(wavy, HERE, method=method)
    for u in random.normal(size=(25, 2)):
        slope = nabla.directional_derivative(wavy, HERE, u, method=method)
        assert slope == pytest.approx(float(gradient @ u), abs=10 * ACCURACY[method])


def test_claim_04_breaks_where_the_function_is_not_differentiable() -> None:
    zero = np.zeros(2)
    for method in ("central", "mpmath"):
        gradient = nabla.gradient(trap, zero, method=method)
        along = nabla.directional_derivative(trap, zero, [1.0, 1.0], method=method)
        assert gradient @ [1.0, 1.0] == 0.0
        assert along == pytest.approx(1.0, abs=ACCURACY[method])
    # forward mode sees one branch only, and says that it knows nothing
    result = nabla.estimate(trap, zero, method="forward")
    assert result.guarantee == "none"
    assert result.notes[0].kind == "branch"


# --- 3: the compass -----------------------------------------------------------------------------


@every_method
def test_claim_05_the_gradient_points_in_the_direction_of_steepest_ascent(method: str) -> None:
    around = directions(90)
    for f in (bowl, wavy):
        steepest = around[np.argmax(slopes_all_round(f, HERE, around, method))]
        # the directions stand four degrees apart
        assert angle_between(steepest, nabla.gradient(f, HERE, method=method)) <= 2.0 + 1e-6


def test_claim_05_holds_in_ten_dimensions_too() -> None:
    random = np.random.default_rng(5)
    x = random.normal(size=10)

    def f(w: Any) -> Any:
        return np.sum(np.sin(w)) + np.prod(w) + w @ w

    gradient = nabla.gradient(f, x)
    best = nabla.directional_derivative(f, x, unit(gradient))
    others = [nabla.directional_derivative(f, x, unit(u)) for u in random.normal(size=(300, 10))]
    assert max(others) < best == pytest.approx(float(np.linalg.norm(gradient)))


@every_method
def test_claim_05_breaks_at_a_critical_point_which_has_no_direction(method: str) -> None:
    assert nabla.gradient(bowl, [0.0, 0.0], method=method) == pytest.approx([0.0, 0.0], abs=1e-12)


def test_claim_05_breaks_in_another_metric_scaling_w_turns_the_compass() -> None:
    def in_other_units(v: Any) -> Any:
        return bowl([v[0], 10 * v[1]])

    turned = nabla.gradient(in_other_units, [2.0, 0.1]) * [1, 10]
    assert angle_between(turned, nabla.gradient(bowl, HERE)) == pytest.approx(33.31, abs=0.01)


@pytest.mark.parametrize("f", [bowl, wavy])
def test_claim_06_the_best_direction_of_a_real_step_tends_to_the_gradient(f: Any) -> None:
    gradient = nabla.gradient(f, HERE)
    around = directions(36_000)
    angles = [
        angle_between(around[np.argmax(f(HERE[:, None] + h * around.T))], gradient)
        for h in (1e-2, 1e-3, 1e-4)
    ]
    # a tenth of the step, a tenth of the angle, up to the spacing of the directions
    assert angles[1] < angles[0] / 5 + 0.01
    assert angles[2] < angles[1] / 5 + 0.01
    assert angles[2] < 0.2


def test_claim_06_breaks_for_a_long_step() -> None:
    around = directions(3600)
    best = around[np.argmax(bowl(HERE[:, None] + 10 * around.T))]
    assert angle_between(best, nabla.gradient(bowl, HERE)) > 25


@every_method
def test_claim_07_the_length_of_the_gradient_is_the_largest_slope(method: str) -> None:
    slopes = slopes_all_round(wavy, HERE, directions(90), method)
    length = np.linalg.norm(nabla.gradient(wavy, HERE, method=method))
    # nearest direction at most two degrees away: cos(2°) = 0.99939
    assert 0.9993 * length < slopes.max() <= length + ACCURACY[method]
    along = unit(nabla.gradient(wavy, HERE, method=method))
    slope = nabla.directional_derivative(wavy, HERE, along, method=method)
    assert slope == pytest.approx(length, abs=ACCURACY[method])


def test_claim_07_breaks_where_a_unit_step_is_measured_otherwise() -> None:
    # no dial by more than 1: then the largest slope is |4| + |6|, not √52
    corners = [(a, b) for a in (-1.0, 1.0) for b in (-1.0, 1.0)]
    steepest = max(nabla.directional_derivative(bowl, HERE, u) for u in corners)
    assert steepest == pytest.approx(10.0)
    assert np.linalg.norm(nabla.gradient(bowl, HERE)) == pytest.approx(np.sqrt(52))


@every_method
def test_claim_08_long_vector_steep_ground_short_vector_gentle_slope(method: str) -> None:
    places = [(0.1, 0.0), (2.0, 1.0), (-5.0, 4.0)]
    lengths = [np.linalg.norm(nabla.gradient(bowl, place, method=method)) for place in places]
    climbs = [
        max(bowl(np.array(place) + 1e-3 * u) for u in directions(360)) - bowl(place)
        for place in places
    ]
    assert lengths == sorted(lengths)
    assert climbs == sorted(climbs)
    assert lengths == pytest.approx([0.2, np.sqrt(52), 26.0], abs=ACCURACY[method])


def test_claim_08_breaks_between_different_units() -> None:
    gentle = nabla.gradient(lambda w: 1000 * bowl(w), [0.1, 0.0])
    steep = nabla.gradient(bowl, [-5.0, 4.0])
    assert np.linalg.norm(gentle) > np.linalg.norm(steep)


# --- 4: go the other way ------------------------------------------------------------------------


@every_method
def test_claim_09_the_steepest_descent_is_against_the_gradient(method: str) -> None:
    around = directions(90)
    slopes = slopes_all_round(wavy, HERE, around, method)
    down = -nabla.gradient(wavy, HERE, method=method)
    assert angle_between(around[np.argmin(slopes)], down) <= 2.0 + 1e-6
    along = nabla.directional_derivative(wavy, HERE, unit(down), method=method)
    assert along == pytest.approx(-np.linalg.norm(down), abs=ACCURACY[method])
    assert along <= slopes.min() + ACCURACY[method]


def test_claim_09_breaks_in_another_metric() -> None:
    by_signs = nabla.directional_derivative(bowl, HERE, -np.sign(nabla.gradient(bowl, HERE)))
    assert by_signs == pytest.approx(-10.0)
    assert by_signs < -np.linalg.norm(nabla.gradient(bowl, HERE))


@every_method
def test_claim_10_a_small_step_lowers_the_error_by_rate_times_length_squared(method: str) -> None:
    gradient = nabla.gradient(wavy, HERE, method=method)
    squared = gradient @ gradient
    ratios = []
    for rate in (1e-2, 1e-3, 1e-4):
        decrease = wavy(HERE) - wavy(HERE - rate * gradient)
        ratios.append(decrease / (rate * squared))
    off = np.abs(np.array(ratios) - 1)
    assert off[1] < off[0] / 5
    assert off[2] < off[1] / 5
    assert off[2] < 1e-2


def test_claim_10_halving_the_rate_must_end_in_an_armijo_step() -> None:
    random = np.random.default_rng(10)
    for x in random.normal(size=(20, 2)):
        gradient, rate = nabla.gradient(wavy, x), 1.0
        while wavy(x - rate * gradient) > wavy(x) - 0.5 * rate * (gradient @ gradient):
            rate /= 2
        assert rate > 1e-4


def test_claim_10_breaks_when_the_step_is_large_exactly_beyond_the_threshold() -> None:
    random = np.random.default_rng(11)
    for start in random.normal(size=(50, 2)):
        g = nabla.gradient(bowl, start)
        threshold = 2 * (g @ g) / (g @ (CURVATURES * g))
        assert bowl(start - 0.999 * threshold * g) < bowl(start)
        assert bowl(start - 1.001 * threshold * g) > bowl(start)
        # 2/L is safe from every start
        assert threshold >= 2 / CURVATURES.max() * (1 - 1e-12)


@every_method
def test_claim_11_repeating_the_step_converges_on_a_bowl_at_the_predicted_rate(
    method: str,
) -> None:
    run = nabla.descend(bowl, HERE, rate=0.1, steps=30, method=method)
    for step, point in enumerate(run.points):
        predicted = HERE * (1 - 0.1 * CURVATURES) ** step
        np.testing.assert_allclose(point, predicted, atol=ACCURACY[method], rtol=0)
    assert (np.diff(run.values) < 0).all()


def test_claim_11_breaks_in_an_ill_conditioned_valley_which_crawls() -> None:
    def ravine(w: Any) -> Any:
        return w[0] ** 2 + 1000 * w[1] ** 2

    run = nabla.descend(ravine, HERE, rate=0.0009, steps=500)
    assert run.x[0] == pytest.approx(2 * (1 - 0.0018) ** 500)
    assert run.x[0] > 0.8
    assert abs(run.x[1]) < 1e-40


# Treloar 1974; Bates & Watts 1988, appendix A1.3: the speed of an enzyme at different
# concentrations, treated with puromycin or not.
CONCENTRATION = np.repeat([0.02, 0.06, 0.11, 0.22, 0.56, 1.10], 2)
INPUTS = np.stack(
    [np.log10(np.append(CONCENTRATION, CONCENTRATION[:-1])), np.repeat([1.0, 0.0], [12, 11])],
    axis=1,
)
TREATED = [76, 47, 97, 107, 123, 139, 159, 152, 191, 201, 207, 200]
UNTREATED = [67, 51, 84, 86, 98, 115, 131, 124, 144, 158, 160]
VELOCITY = np.array([*TREATED, *UNTREATED])
TARGETS = (VELOCITY - VELOCITY.mean()) / VELOCITY.std()


def network_error(w: Any) -> Any:
    hidden = np.tanh(INPUTS @ w[:8].reshape(2, 4) + w[8:12])
    return np.mean((hidden @ w[12:16] + w[16] - TARGETS) ** 2)


def test_claim_12_it_trains_a_neural_network_on_measurements() -> None:
    start = 0.5 * np.random.default_rng(12).normal(size=17)
    run = nabla.descend(network_error, start, rate=0.1, steps=1500)
    plane = np.column_stack([INPUTS, np.ones(23)])
    residual = plane @ np.linalg.lstsq(plane, TARGETS)[0] - TARGETS
    assert run.values[0] > 1.0
    assert run.value < 0.6 * np.mean(residual**2)
    exact = nabla.gradient(network_error, run.x, method="mpmath")
    for method in ("forward", "central"):
        gradient = nabla.gradient(network_error, run.x, method=method)
        np.testing.assert_allclose(gradient, exact, atol=ACCURACY[method], rtol=0)


def test_claim_12_differs_in_practice_a_random_handful_gives_another_gradient() -> None:
    def error_on(rows: Any) -> Any:
        def handful_error(w: Any) -> Any:
            hidden = np.tanh(INPUTS[rows] @ w[:8].reshape(2, 4) + w[8:12])
            return np.mean((hidden @ w[12:16] + w[16] - TARGETS[rows]) ** 2)

        return handful_error

    w = 0.5 * np.random.default_rng(12).normal(size=17)
    whole = nabla.gradient(network_error, w)
    handfuls = [nabla.gradient(error_on(np.array([row])), w) for row in range(23)]
    # each points elsewhere, and their mean is the gradient of the whole
    assert max(angle_between(handful, whole) for handful in handfuls) > 20
    np.testing.assert_allclose(np.mean(handfuls, axis=0), whole, atol=1e-12)


# --- 5: the ball that rolls ---------------------------------------------------------------------


@every_method
def test_claim_13_each_step_starts_where_the_last_one_ended(method: str) -> None:
    run = nabla.descend(wavy, HERE, rate=0.02, steps=12, method=method)
    for before, after in zip(run.points[:-1], run.points[1:], strict=True):
        gradient = nabla.gradient(wavy, before, method=method)
        np.testing.assert_allclose(after, before - 0.02 * gradient, atol=1e-14)


def test_claim_13_breaks_since_a_real_ball_remembers_and_this_one_does_not() -> None:
    run = nabla.descend(bowl, HERE, rate=0.1, steps=6)
    again = nabla.descend(bowl, run.points[3], rate=0.1, steps=3)
    assert again.points.tolist() == run.points[3:].tolist()


def two_valleys(w: Any) -> Any:
    return w**4 - 2 * w**2 + 0.3 * w


LEFT_BOTTOM, RIDGE, RIGHT_BOTTOM = np.sort(np.roots([4, 0, -4, 0.3]))


@every_method
def test_claim_14_the_ball_settles_in_the_valley_on_whose_side_it_starts(method: str) -> None:
    for start in (-2.0, 0.07, 0.08, 2.0):
        run = nabla.descend(two_valleys, start, rate=0.05, steps=400, tolerance=1e-9, method=method)
        bottom = LEFT_BOTTOM if start < RIDGE else RIGHT_BOTTOM
        assert run.stop == "converged"
        assert float(run.x) == pytest.approx(bottom, abs=1e-8)


def test_claim_14_breaks_the_valley_need_not_be_the_nearest() -> None:
    start = 0.05
    assert abs(start - RIGHT_BOTTOM) < abs(start - LEFT_BOTTOM)
    run = nabla.descend(two_valleys, start, rate=0.001, steps=20_000, tolerance=1e-6)
    assert float(run.x) == pytest.approx(LEFT_BOTTOM, abs=1e-6)


def test_claim_14_breaks_a_long_step_leaps_over_the_ridge() -> None:
    run = nabla.descend(two_valleys, 2.0, rate=0.1, steps=400, tolerance=1e-9)
    assert run.points[1] < RIDGE < run.points[0]
    assert float(run.x) == pytest.approx(LEFT_BOTTOM, abs=1e-8)


def test_claim_14_breaks_at_a_saddle_and_on_flat_ground() -> None:
    run = nabla.descend(
        lambda w: w[0] ** 2 - w[1] ** 2, [1.0, 0.0], rate=0.1, steps=400, tolerance=1e-9
    )
    assert run.stop == "converged"
    assert run.x == pytest.approx([0.0, 0.0], abs=1e-9)
    flat = nabla.descend(lambda w: 1 - np.exp(-(w**2)), 5.0, rate=0.1, steps=400, tolerance=1e-9)
    assert (flat.stop, flat.steps_taken) == ("converged", 0)
    assert flat.value > 0.999


def test_claim_15_a_million_dimensions_one_repeatable_instruction() -> None:
    size = 1_000_000
    random = np.random.default_rng(15)
    targets, stiffness = random.normal(size=size), random.uniform(0.5, 2.0, size=size)
    calls = 0

    def error(w: Any) -> Any:
        nonlocal calls
        calls += 1
        return 0.5 * np.sum(stiffness * (w - targets) ** 2)

    def by_hand(w: Any) -> Any:
        return stiffness * (w - targets)

    w, u = np.zeros(size), random.normal(size=size)
    slope = nabla.directional_derivative(error, w, u, method="forward")
    assert slope == pytest.approx(by_hand(w) @ u, rel=1e-10)
    assert calls <= 10  # whatever the size

    start = error(w)
    began = time.perf_counter()
    for _ in range(30):
        w = w - 0.5 * by_hand(w)
    assert time.perf_counter() - began < 10
    assert error(w) < 1e-9 * start


def test_claim_15_costs_differences_two_evaluations_a_dimension() -> None:
    calls = 0

    def error(w: Any) -> Any:
        nonlocal calls
        calls += 1
        return np.sum((w - 1) ** 2)

    costs = {}
    for method in ("forward", "central"):
        calls = 0
        nabla.gradient(error, np.zeros(1000), method=method)
        costs[method] = calls
    assert costs["central"] > 2 * 1000
    assert costs["forward"] < 100


def test_claim_15_breaks_since_the_bottom_found_need_not_be_the_lowest() -> None:
    run = nabla.descend(two_valleys, 0.5, rate=0.05, steps=400, tolerance=1e-9)
    assert run.stop == "converged"
    assert run.value > two_valleys(LEFT_BOTTOM) + 0.5


# --- 6: the learning rate -----------------------------------------------------------------------


@every_method
@pytest.mark.parametrize("rate", [0.01, 0.3, 0.5, 0.9, 1.0, 1.1])
def test_claim_16_crawl_converge_oscillate_diverge_as_predicted(rate: float, method: str) -> None:
    run = nabla.descend(lambda w: w**2, 1.0, rate=rate, steps=20, method=method)
    predicted = (1 - 2 * rate) ** np.arange(run.steps_taken + 1)
    np.testing.assert_allclose(run.points, predicted, atol=1e-9, rtol=1e-9)


def test_claim_16_the_largest_curvature_draws_the_border_at_two_over_l() -> None:
    border = 2 / CURVATURES.max()
    assert nabla.descend(bowl, HERE, rate=0.99 * border, steps=2000).value < 1e-12
    assert nabla.descend(bowl, HERE, rate=1.01 * border, steps=2000).stop == "diverged"


def test_claim_16_breaks_off_quadratics_where_the_border_depends_on_the_start() -> None:
    def steep_sided(w: Any) -> Any:
        return w**4

    runs = [nabla.descend(steep_sided, start, rate=0.1, steps=200) for start in (1.0, 2.0, 3.0)]
    assert [run.stop for run in runs] == ["steps", "steps", "diverged"]
    # 2/L at the start would have forbidden the second run as well
    assert 2 / (12 * 2.0**2) < 0.1
    assert runs[1].value < 1e-3


# --- the pages that list things -----------------------------------------------------------------


def test_the_table_of_claims_has_all_sixteen_and_each_has_its_place_and_a_test(root: Path) -> None:
    table = (root / "docs/about/claims.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| \[.+\]\(\.\./(lecture/.+\.md)#claim-(\d+)\) \|", table, re.M)
    assert [(int(shown), int(anchor)) for shown, _, anchor in rows] == [
        (n, n) for n in range(1, 17)
    ]
    tests = Path(__file__).read_text(encoding="utf-8")
    for number, page, _ in rows:
        text = (root / "docs" / page).read_text(encoding="utf-8")
        assert f"{{ #claim-{number} }}" in text
        assert f"def test_claim_{int(number):02}_" in tests


def test_every_claim_says_its_mathematics_and_where_it_stops_being_true(root: Path) -> None:
    for page in (root / "docs/lecture").glob("*.md"):
        for section in re.split(r"^## ", page.read_text(encoding="utf-8"), flags=re.M):
            if "{ #claim-" in section:
                title = section.splitlines()[0]
                assert '!!! abstract "In one sentence"' in section, title
                assert "**The mathematics.**" in section, title
                assert re.search(r"\*\*(Verified|Illustrated)|we\s+\*illustrate\* it", section), (
                    title
                )
                assert "**Where it stops being true.**" in section, title
                assert ">>> " in section, title


def test_the_page_on_kinks_shows_the_table_that_the_code_uses(root: Path) -> None:
    from nabla.lift.trace import operation_name
    from nabla.rules.decompositions import eigensystem, singular_system, symmetric_eigensystem
    from nabla.rules.kinks import KINKS
    from nabla.rules.reductions import largest, smallest

    page = (root / "docs/explanation/kinks.md").read_text(encoding="utf-8")
    shown = {
        operation: (place, answer, kind)
        for names, place, answer, kind in re.findall(
            r"^\| (`np\..+?) \| (.+?) \| (.+?) \| (.+?) \|$", page, re.M
        )
        for operation in re.findall(r"`np\.(?:linalg\.)?(\w+)`", names)
    }
    names = {
        largest: "max",
        smallest: "min",
        symmetric_eigensystem: "eigh",
        eigensystem: "eig",
        singular_system: "svd",
    }
    used = {
        names.get(operation, getattr(operation, "__name__", "")): (k.place, k.answer, k.kind)
        for operation, k in KINKS.items()
        if operation in names or operation_name(operation).startswith("np.")
    }
    assert shown == used


def test_the_api_page_shows_every_public_name(root: Path) -> None:
    page = (root / "docs/reference/api.md").read_text(encoding="utf-8")
    shown = re.findall(r"^::: nabla\.(\w+)$", page, re.M)
    assert sorted(shown) == sorted(nabla.__all__)


def test_the_page_on_errors_has_a_section_for_every_exception(root: Path) -> None:
    page = (root / "docs/reference/errors.md").read_text(encoding="utf-8")
    sections = set(re.findall(r"^## (\w+)$", page, re.M))
    exceptions = {
        name
        for name in nabla.__all__
        if isinstance(getattr(nabla, name), type) and issubclass(getattr(nabla, name), Exception)
    }
    assert exceptions - sections == {"NablaError", "CannotFollow", "NonFiniteGradient"}
    assert "`nabla.CannotFollow`" in page
    assert "NonFiniteGradient" in page
