"""The cross-check: it finds what no hook saw, and does not cry wolf."""

from __future__ import annotations

import contextlib
import functools
import gc
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from functions_to_cross_check import INNOCENT, LOSING, through_text
from hypothesis import assume, given
from hypothesis import strategies as st

import nabla
from nabla.methods import sightings
from nabla.methods.cross_check import ATTEMPTS, SIGHTINGS
from nabla.methods.function import Function
from nabla.methods.sightings import MOST, Sightings, key_of

ALWAYS = nabla.Forward(cross_check="always")
NEVER = nabla.Forward(cross_check="never")
HERE = np.array([1.5, 0.5])

# deliberate, in f: NumPy warns of text without numbers
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


class Counted:
    """f, and how often it was called: never the same f twice."""

    def __init__(self, f: Callable[[Any], Any]) -> None:
        self.f, self.calls = f, 0

    def __call__(self, x: Any) -> Any:
        self.calls += 1
        return self.f(x)


def loses(x: Any) -> Any:
    return float(f"{x[0]} {x[1]}".split(maxsplit=1)[0]) * x[1]


# --- what is lost is found ----------------------------------------------------------------------


@pytest.mark.parametrize("name", LOSING)
def test_a_lost_derivative_is_refused(name: str) -> None:
    f, x = LOSING[name]
    with pytest.raises(nabla.CannotFollow):
        nabla.value_and_gradient(f, x, method=ALWAYS)
    with pytest.raises(nabla.CannotFollow):
        nabla.estimate(f, x, method=ALWAYS)


@pytest.mark.parametrize("name", LOSING)
def test_auto_falls_back_and_is_right(name: str) -> None:
    f, x = LOSING[name]
    for _ in range(2):  # the second time from memory
        result = nabla.estimate(f, x)
        assert (result.method, result.notes[0].kind) == ("central", "fallback")
        truth = nabla.gradient(f, x, method="central")
        np.testing.assert_array_equal(result.gradient, truth)


def test_the_refusal_says_where_and_gives_the_numbers() -> None:
    with pytest.raises(nabla.CrossCheckFailed) as caught:
        nabla.gradient(loses, [3.0, 2.0], method=ALWAYS)
    error = caught.value
    assert "loses()" in error.what
    assert "3.12292" in error.what  # 3 u₁, the exact slope: that of x₀ is lost
    assert "6.93228" in error.what
    assert "line" in error.why
    assert "`{x[0]}` on line" in error.why or 'f"{x[0]} {x[1]}"' in error.why  # as Python says it
    assert "method='central'" in error.remedy
    note = nabla.estimate(loses, [3.0, 2.0]).notes[0]
    assert "6.93228" in note.sentence


def test_every_door_of_forward_mode_checks() -> None:
    doors: list[Callable[[Any], Any]] = [
        lambda f: nabla.gradient(f, HERE, method="forward"),
        lambda f: nabla.estimate(f, HERE, method="forward"),
        lambda f: nabla.partial(f, HERE, 0, method="forward"),
        lambda f: nabla.partial(f, HERE, 1, method="forward"),
        lambda f: nabla.directional_derivative(f, HERE, [0.0, 1.0], method="forward"),
        lambda f: nabla.grad(f, method="forward")(HERE),
        lambda f: nabla.descend(f, HERE, rate=0.1, steps=2, method="forward"),
    ]
    for door in doors:
        with pytest.raises(nabla.CrossCheckFailed):
            door(Counted(loses))


def test_a_second_call_fails_again_even_where_differences_say_nothing() -> None:
    def f(x: Any) -> Any:
        return through_text(x[0]) ** 2 * np.abs(x[1])

    for _ in range(2):
        with pytest.raises(nabla.CrossCheckFailed):
            nabla.gradient(f, [1.0, 1.0], method="forward")
    with pytest.raises(nabla.CrossCheckFailed, match="another point"):
        nabla.gradient(f, [0.0, 0.0], method="forward")


def test_a_failed_check_is_not_forgotten_by_one_that_passes() -> None:
    def f(x: Any) -> Any:
        return x[0] ** 2 + (through_text(x[1]) if x[1] > 0 else x[1])

    bad, good = [1.0, 1.0], [1.0, -1.0]
    nabla.gradient(f, good, method=ALWAYS)
    counted = Counted(f)
    with pytest.raises(nabla.CrossCheckFailed):
        nabla.gradient(counted, bad, method="forward")
    assert nabla.gradient(counted, good, method="forward").tolist() == [2.0, 1.0]
    with pytest.raises(nabla.CrossCheckFailed):
        nabla.gradient(counted, bad, method="forward")


def test_a_stationary_point_settles_nothing() -> None:
    def f(x: Any) -> Any:
        return np.sum(x**2) + through_text(x[0]) ** 2

    nabla.gradient(f, np.zeros(2), method="forward")
    with pytest.raises(nabla.CrossCheckFailed):
        nabla.gradient(f, HERE, method="forward")


OPERATIONS: list[Callable[[Any], Any]] = [
    np.sin,
    np.tanh,
    np.arctan,
    lambda y: np.exp(y / 3),
    lambda y: y * y,
    lambda y: 1 / (1 + y * y),
    lambda y: np.log(2 + y * y),
    lambda y: np.sqrt(1 + y * y),
]


def expression(seed: int, n: int) -> Callable[[Any], Any]:
    """A random smooth function of n inputs, two layers deep."""
    random = np.random.default_rng(seed)
    width = int(random.integers(1, 5))
    inner, outer = random.normal(size=(width, n)), random.normal(size=width)
    chosen = random.integers(0, len(OPERATIONS), size=width + 1)
    size = 10.0 ** random.integers(-8, 9)

    def f(x: Any) -> Any:
        y = 0.0
        for k in range(width):
            y = y + outer[k] * OPERATIONS[chosen[k]](sum(inner[k, i] * x[i] for i in range(n)))
        return size * OPERATIONS[chosen[-1]](y)

    return f


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@given(st.integers(0, 10**9), st.integers(1, 6), st.floats(-2, 2))
def test_a_dropped_component_alarms_and_a_whole_gradient_does_not(
    seed: int, n: int, decades: float
) -> None:
    f = expression(seed, n)
    x = np.random.default_rng(seed + 1).normal(size=n) * 10.0**decades
    lost = seed % n
    assume(np.isfinite(f(x)))
    whole = nabla.gradient(f, x, method=ALWAYS)

    def dropped(x: Any) -> Any:
        return f([through_text(x[i]) if i == lost else x[i] for i in range(n)])

    # a thousandth of what moves f at all, and of f; where x a little larger makes another f
    # altogether, in an oscillation, differences may be unable to tell
    rises = np.abs(whole * x)
    largest, size = rises.max(), abs(f(x))
    if rises[lost] > 1e-3 * max(largest, size) and largest < 100 * size:
        with pytest.raises(nabla.CrossCheckFailed):
            nabla.gradient(dropped, x, method=ALWAYS)


# --- no false alarm -----------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", INNOCENT)
def test_an_innocent_function_passes(name: str) -> None:
    f, x = INNOCENT[name]
    nabla.gradient(f, x, method=ALWAYS)
    result = nabla.estimate(f, x, method=ALWAYS)
    for u in (np.ones(np.shape(x)), np.random.default_rng(0).normal(size=np.shape(x))):
        nabla.directional_derivative(f, x, u, method=ALWAYS)
    if result.gradient.size < 100:
        near = np.asarray(x) * (1 + 1e-9 * np.random.default_rng(1).normal(size=np.shape(x)))
        with contextlib.suppress(nabla.NonFiniteResult, ValueError):  # past the edge
            nabla.gradient(lambda x: f(x), near, method=ALWAYS)


def test_a_contradiction_that_proves_nothing_leaves_a_note() -> None:
    result = nabla.estimate(lambda x: np.round(x**2, 6), 1.3, method=ALWAYS)
    (note,) = [note for note in result.notes if note.kind == "cross_check"]
    assert note.numbers["exact"] == 0.0
    assert note.numbers["differences"] != 0.0
    assert nabla.estimate(lambda x: x**2, 1.3, method=ALWAYS).notes == ()


def test_inside_another_derivative_nothing_is_checked() -> None:
    counted = Counted(lambda x: x**3)

    def slope(x: Any) -> Any:
        return nabla.gradient(counted, x, method=ALWAYS)

    before = counted.calls
    assert nabla.gradient(slope, 2.0, method=NEVER) == pytest.approx(12.0)
    assert counted.calls - before == 1


def test_an_error_of_f_itself_reaches_the_caller() -> None:
    def f(x: Any) -> Any:
        if isinstance(x, np.ndarray):
            raise KeyError("plainly")
        return np.sum(x)

    with pytest.raises(KeyError, match="plainly"):
        nabla.gradient(f, HERE, method="forward")
    with pytest.raises(KeyError, match="plainly"):
        nabla.gradient(f, HERE)


# --- cost ---------------------------------------------------------------------------------------


def test_when_all_is_well_it_costs_five_evaluations_once() -> None:
    counted = Counted(lambda x: np.sin(x[0]) * x[1])
    nabla.gradient(counted, HERE, method="forward")
    assert counted.calls == 1 + 5
    nabla.gradient(counted, 2 * HERE, method="forward")
    assert counted.calls == 1 + 5 + 1
    nabla.gradient(counted, np.ones(3), method="forward")
    assert counted.calls == 1 + 5 + 1 + 1 + 5


@pytest.mark.parametrize("name", ["square", "oscillating", "rounded", "eigenvalue", "noise"])
def test_all_evaluations_are_counted(name: str) -> None:
    f, x = INNOCENT[name]
    counted = Counted(f)
    assert nabla.estimate(counted, x, method=ALWAYS).evaluations == counted.calls


def test_the_options() -> None:
    for when, calls in [("first", 6), ("always", 6), ("never", 1)]:
        counted = Counted(np.sum)
        nabla.gradient(counted, HERE, method=nabla.Forward(cross_check=when))  # type: ignore[arg-type]
        assert counted.calls == calls
    with pytest.raises(nabla.InvalidOption, match="cross_check is 'sometimes'"):
        nabla.Forward(cross_check="sometimes")  # type: ignore[arg-type]


def test_it_gives_up_on_a_function_too_rough_to_check() -> None:
    counted = Counted(lambda x: np.round(np.sum(x**2), 6))
    costs = []
    for step in range(ATTEMPTS + 2):
        before = counted.calls
        nabla.gradient(counted, HERE + 0.1 * step, method="forward")
        costs.append(counted.calls - before)
    assert min(costs[:ATTEMPTS]) > 1
    assert costs[ATTEMPTS:] == [1, 1]


def test_f_gets_copies_and_x_stays() -> None:
    def careless(x: Any) -> Any:
        x *= 2
        return np.sum(x**2)

    x = HERE.copy()
    assert nabla.gradient(careless, x, method=ALWAYS).tolist() == [12.0, 4.0]
    assert x.tolist() == HERE.tolist()


# --- memory -------------------------------------------------------------------------------------


def key(f: Callable[..., Any], x: Any = HERE) -> Any:
    return key_of("forward", Function(f), x)


def scaled(by: Any) -> Callable[[Any], Any]:
    return lambda x: np.sum(by * x)


def applied(g: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda x: g(x[0])


def with_default(by: Any) -> Callable[[Any], Any]:
    return lambda x, by=by: np.sum(by * x)


def test_what_counts_as_the_same_function() -> None:
    assert key(scaled(1.0)) == key(scaled(2.0))
    assert key(scaled(np.ones(2))) == key(scaled(np.zeros(2)))
    assert key(scaled(1.0)) != key(scaled("text"))
    assert key(scaled("a")) != key(scaled("b"))
    assert key(scaled(True)) != key(scaled(False))
    assert key(with_default(1.0)) == key(with_default(2.0))
    assert key(with_default(np.sin)) != key(with_default(np.cos))
    assert key(applied(np.sin)) == key(applied(np.sin)) != key(applied(np.cos))
    assert key(applied(scaled(1.0))) == key(applied(scaled(2.0)))
    assert key(applied(scaled(1.0))) != key(applied(through_text))
    assert key(scaled([1.0, np.sin])) != key(scaled([1.0, np.cos]))
    assert key(scaled([1.0] * 99)) == key(scaled([2.0] * 99))
    assert key(scaled([np.sin] * 99)) is None
    assert key(functools.partial(loses)) == key(functools.partial(loses)) != key(loses)
    one, other = Counted(loses), Counted(loses)
    assert key(one) == key(one) != key(other)
    assert key(one.__call__) == key(one.__call__) != key(other.__call__)
    assert key(loses, np.ones(3)) != key(loses)


def test_a_new_closure_of_known_code_is_checked_if_it_holds_another_function() -> None:
    nabla.gradient(applied(np.sin), HERE, method="forward")
    with pytest.raises(nabla.CrossCheckFailed):
        nabla.gradient(applied(through_text), HERE, method="forward")


def test_grad_and_lambdas_in_a_loop_are_checked_once() -> None:
    calls = 0

    def f(a: Any, b: Any) -> Any:
        nonlocal calls
        calls += 1
        return np.sum(a * a) * b

    slope = nabla.grad(f, method="forward")
    for step in range(1, 11):
        slope(HERE, float(step))
    assert calls == 10 + 5
    both = nabla.grad(f, (0, 1), method="forward")
    for step in range(1, 11):
        both(HERE, float(step))
    assert calls == 10 + 5 + 10 + 5
    for step in range(1, 11):
        nabla.gradient(lambda x, step=step: f(x, step), HERE, method="forward")
    assert calls == 10 + 5 + 10 + 5 + 10 + 5


def test_functions_and_what_they_hold_die() -> None:
    def look() -> list[weakref.ref[Any]]:
        holder = Counted(lambda x: np.sum(x**2))
        data = np.ones(2)
        f = scaled(data)
        for each in (holder, holder.__call__, f, applied(f), functools.partial(f)):
            nabla.gradient(each, HERE, method="forward")
        return [weakref.ref(each) for each in (holder, holder.f, data, f)]

    known = len(sightings._tokens)
    dead = look()
    gc.collect()
    assert [reference() for reference in dead] == [None] * 4
    # of the code alone, which the test holds
    assert len(sightings._tokens) <= known + 4


def test_another_object_at_the_same_address_is_another_function() -> None:
    keys = {key(Counted(loses)) for _ in range(100)}
    assert len(keys) == 100


def test_memory_is_bounded() -> None:
    memory = Sightings()
    for number in range(MOST + 10):
        memory.remember(number, "settled")
    memory.remember(None, "settled")
    assert len(memory) == MOST
    assert (memory.standing(9), memory.standing(10)) == (0, "settled")
    assert memory.standing(None) == 0


def test_threads_share_the_memory() -> None:
    def run(number: int) -> bool:
        f = Counted(loses if number % 2 else lambda x: x[0] * x[1])
        try:
            for _ in range(3):
                nabla.gradient(f, HERE, method="forward")
        except nabla.CrossCheckFailed:
            return True
        return False

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(run, range(200))) == [bool(n % 2) for n in range(200)]
    assert len(SIGHTINGS) <= MOST
