"""Functions as people write them: followed exactly, or refused, and never wrong."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from queue import SimpleQueue
from typing import Any

import numpy as np
import pytest
from everyday_checking import (
    FEW_ULP,
    differences,
    is_right,
    left_behind,
    snapshot,
    subclasses,
    truth,
)
from everyday_functions import BY_NAME, EVERYDAY
from everyday_table import KINDS, Everyday
from everyday_truth import measured_gradient, measured_slope_gradient

import nabla

EPS = float(np.finfo(float).eps)
TRUTH_DIGITS = 1e-7


def entries(*outcomes: str) -> list[Any]:
    return [pytest.param(e, id=e.name) for e in EVERYDAY if e.outcome in outcomes]


RIGHT = entries("right")
REFUSED = entries("refused")
EITHER = entries("right or refused")
NESTED = [pytest.param(e, id=e.name) for e in EVERYDAY if e.nested]
DIGITS = [pytest.param(e, id=e.name) for e in EVERYDAY if e.digits]


def require_same_value(entry: Everyday, value: float) -> None:
    plain = truth(entry).value
    room = FEW_ULP * EPS * max(1.0, abs(plain)) + entry.tolerance * abs(plain)
    assert abs(value - plain) <= room


class TestTheTable:
    def test_names_are_unique_and_every_kind_is_there(self) -> None:
        assert len(BY_NAME) == len(EVERYDAY) >= 220
        assert {entry.kind for entry in EVERYDAY} == set(KINDS)
        outcomes = Counter(entry.outcome for entry in EVERYDAY)
        assert outcomes["refused"] >= 15
        assert sum(entry.gradient is not None for entry in EVERYDAY) >= 40

    @pytest.mark.parametrize("entry", entries("right", "refused", "right or refused"))
    def test_the_truth_is_known_well(self, entry: Everyday) -> None:
        true = truth(entry)
        assert np.isfinite(true.value)
        assert (true.error <= TRUTH_DIGITS * np.max(np.abs(true.gradient), initial=1.0)).all()

    @pytest.mark.parametrize(
        "entry",
        [
            pytest.param(e, id=e.name)
            for e in EVERYDAY
            if e.gradient is not None and not e.slow and not e.tolerance
        ],
    )
    def test_gradients_by_hand_are_what_differences_measure(self, entry: Everyday) -> None:
        measured = measured_gradient(entry.f, entry.point())
        true = truth(entry)
        assert (np.abs(measured.value - true.gradient) <= measured.error + true.error).all()

    @pytest.mark.parametrize("entry", entries("right", "refused", "right or refused"))
    def test_central_differences_agree(self, entry: Everyday) -> None:
        estimate = nabla.estimate(entry.f, entry.point(), method="central")
        assert is_right(entry, estimate.gradient, estimate)


class TestForward:
    @pytest.mark.parametrize("entry", RIGHT)
    def test_the_gradient_and_the_value_are_right(self, entry: Everyday) -> None:
        value, gradient = nabla.value_and_gradient(entry.f, entry.point(), method="forward")
        assert is_right(entry, gradient)
        require_same_value(entry, value)

    @pytest.mark.parametrize("entry", REFUSED)
    def test_what_is_lost_is_refused(self, entry: Everyday) -> None:
        with pytest.raises(nabla.CannotFollow):
            nabla.gradient(entry.f, entry.point(), method="forward")

    @pytest.mark.parametrize("entry", EITHER)
    def test_what_may_be_lost_is_never_wrong(self, entry: Everyday) -> None:
        try:
            gradient = nabla.gradient(entry.f, entry.point(), method="forward")
        except nabla.CannotFollow:
            return
        assert is_right(entry, gradient)


class TestAuto:
    @pytest.mark.parametrize("entry", RIGHT)
    def test_forward_mode_answers(self, entry: Everyday) -> None:
        estimate = nabla.estimate(entry.f, entry.point())
        assert estimate.method == "forward"
        assert is_right(entry, estimate.gradient)
        require_same_value(entry, estimate.value)

    @pytest.mark.parametrize("entry", REFUSED)
    def test_differences_answer_and_say_why(self, entry: Everyday) -> None:
        estimate = nabla.estimate(entry.f, entry.point())
        assert estimate.method == "central"
        assert estimate.notes[0].kind == "fallback"
        assert is_right(entry, estimate.gradient, estimate)

    @pytest.mark.parametrize("entry", EITHER)
    def test_either_way_it_is_right(self, entry: Everyday) -> None:
        estimate = nabla.estimate(entry.f, entry.point())
        assert is_right(entry, estimate.gradient, estimate)


class TestNothingIsLeftBehind:
    """A derivative changes nothing in the user's modules beyond what f itself writes there."""

    @pytest.mark.parametrize("entry", entries("right", "refused", "right or refused"))
    def test_in_the_modules_of_the_user(self, entry: Everyday) -> None:
        entry.f(entry.point())
        before = snapshot()
        with contextlib.suppress(Exception):  # what it raises, TestForward asks
            nabla.gradient(entry.f, entry.point(), method="forward")
        assert left_behind() == []
        if not entry.writes:
            assert differences(before, snapshot()) == []
        require_same_value(entry, entry.f(entry.point()))

    def test_among_the_subclasses_of_the_users_classes(self) -> None:
        before = subclasses()
        for entry in EVERYDAY:
            if entry.kind == "classes":
                with contextlib.suppress(Exception):
                    nabla.gradient(entry.f, entry.point(), method="forward")
        assert subclasses() == before

    def test_x_is_not_written_to(self) -> None:
        entry = BY_NAME["x_itself_overwritten"]
        x = entry.point()
        nabla.gradient(entry.f, x, method="forward")
        np.testing.assert_array_equal(x, entry.point())

    def test_the_search_for_what_is_left_behind_finds_it(self) -> None:
        import everyday_globals

        append = everyday_globals.HISTORY.append
        kept: Any = SimpleQueue()  # not seen through, unlike a list
        nabla.gradient(lambda x: kept.put(x) or x, 1.0, method=nabla.Forward(cross_check="never"))
        append(kept.get_nowait())
        found = left_behind()
        everyday_globals.HISTORY.clear()
        assert len(found) == 1
        assert left_behind() == []


class TestNested:
    @pytest.mark.parametrize("entry", NESTED)
    def test_the_gradient_of_a_slope(self, entry: Everyday) -> None:
        x = entry.point()
        u = np.cos(1.0 + np.arange(np.size(x))).reshape(np.shape(x))
        slope = lambda y: nabla.directional_derivative(entry.f, y, u, method="forward")
        gradient = nabla.gradient(slope, x, method="forward")
        measured = measured_slope_gradient(entry.f, x, u)
        room = measured.error + 1e-10 * (1 + np.abs(measured.value))
        assert (measured.error <= 1e-5 * (1 + np.max(np.abs(measured.value)))).all()
        assert (np.abs(gradient - measured.value) <= room).all()


class TestMultiprecision:
    @pytest.mark.parametrize("entry", DIGITS)
    def test_the_referee_agrees(self, entry: Everyday) -> None:
        estimate = nabla.estimate(entry.f, entry.point(), method="mpmath")
        assert is_right(entry, estimate.gradient, estimate)

    @pytest.mark.parametrize("entry", entries("right"))
    def test_what_forward_mode_follows_it_follows(self, entry: Everyday) -> None:
        estimate = nabla.estimate(entry.f, entry.point(), method="mpmath")
        assert is_right(entry, estimate.gradient, estimate)

    @pytest.mark.parametrize("entry", entries("refused", "right or refused"))
    def test_the_rest_is_never_wrong(self, entry: Everyday) -> None:
        try:
            estimate = nabla.estimate(entry.f, entry.point(), method="mpmath")
        except nabla.CannotFollow:
            return
        assert is_right(entry, estimate.gradient, estimate)


class TestComplexStep:
    def test_it_is_right_or_refuses(self) -> None:
        right = 0
        for entry in EVERYDAY:
            try:
                estimate = nabla.estimate(entry.f, entry.point(), method="complex_step")
            except (nabla.CannotFollow, nabla.NonFiniteResult):
                continue
            assert is_right(entry, estimate.gradient, estimate), entry.name
            right += 1
        assert right >= 110


class TestThreads:
    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ("runge_kutta_pendulum", "runge_kutta_pendulum"),
            ("global_scratch_array", "global_scratch_array"),
            ("global_rebound_and_restored", "calls_decorated_helpers"),
            ("instance_made_at_import", "inheritance_with_super"),
            ("every_trigonometric_function", "black_scholes_call"),
        ],
    )
    def test_two_at_once_are_both_right(self, first: str, second: str) -> None:
        start = threading.Barrier(2)
        outcomes: list[Any] = []

        def work(entry: Everyday) -> None:
            start.wait()
            try:
                for _ in range(20):
                    gradient = nabla.gradient(entry.f, entry.point(), method="forward")
                    outcomes.append(is_right(entry, gradient))
            except Exception as error:
                outcomes.append(error)

        chosen = [BY_NAME[first], BY_NAME[second]]
        for entry in chosen:
            truth(entry)
        threads = [threading.Thread(target=work, args=(entry,)) for entry in chosen]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert outcomes == [True] * 40
