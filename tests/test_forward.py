"""Forward mode: what it follows, what it refuses, and what it says where there is no derivative."""

from __future__ import annotations

import array
import json
import math
import struct
import threading
import tracemalloc
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nabla


def rosenbrock(x: Any) -> Any:
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def rosenbrock_gradient(x: Any) -> Any:
    g = np.zeros_like(x)
    g[:-1] = -400.0 * x[:-1] * (x[1:] - x[:-1] ** 2) - 2.0 * (1.0 - x[:-1])
    g[1:] += 200.0 * (x[1:] - x[:-1] ** 2)
    return g


@pytest.mark.parametrize("chunk", [None, 1, 2, 7, 100])
def test_every_chunk_gives_the_same_gradient(chunk: int | None) -> None:
    x = np.linspace(-1.0, 1.5, 40)
    gradient = nabla.gradient(rosenbrock, x, method=nabla.Forward(chunk=chunk))
    np.testing.assert_allclose(gradient, rosenbrock_gradient(x), rtol=1e-13, atol=1e-12)


def test_chunk_must_be_positive() -> None:
    with pytest.raises(nabla.InvalidOption, match="chunk is 0"):
        nabla.Forward(chunk=0)


def test_memory_stays_bounded_for_many_inputs() -> None:
    n, runs = 100_000, 0

    def f(x: Any) -> Any:
        nonlocal runs
        runs += 1
        if runs > 20:  # the rest of the runs would only repeat these
            raise StopIteration
        return rosenbrock(x)

    tracemalloc.start()
    with pytest.raises(StopIteration):
        nabla.gradient(f, np.ones(n), method="forward")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 256 * 2**20


def test_chunks_shrink_for_large_intermediates() -> None:
    wide = np.ones((20_000, 100))
    tracemalloc.start()
    nabla.gradient(lambda x: np.sum(np.tanh(wide * x)), np.ones(100), method="forward")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # 2 million elements in an intermediate: 16 seeds of it at first, one at a time afterwards
    assert peak < 6 * 16 * wide.nbytes


@given(st.lists(st.floats(-3, 3), min_size=2, max_size=6))
def test_slope_is_gradient_times_direction(point: list[float]) -> None:
    x = np.array(point)
    u = np.cos(np.arange(x.size))
    slope = nabla.directional_derivative(rosenbrock, x, u, method="forward")
    expected = float(rosenbrock_gradient(x) @ u)
    assert slope == pytest.approx(expected, rel=1e-11, abs=1e-9)


class TestError:
    """The rounding error is measured, and it covers."""

    @given(st.floats(-20, 20))
    def test_covers_at_smooth_points(self, x: float) -> None:
        def f(x: Any) -> Any:
            return np.exp(-x) * np.sin(3.0 * x) + np.log(1.0 + x * x)

        estimate = nabla.estimate(f, x, method="forward")
        truth = nabla.estimate(f, x, method="mpmath")
        assert abs(estimate.gradient - truth.gradient) <= estimate.error + truth.error
        assert estimate.guarantee == "estimated"

    def test_sees_cancellation(self) -> None:
        # (1 - cos x) / x² loses half its digits at 1e-4, and its derivative more
        def f(x: Any) -> Any:
            return (1.0 - np.cos(x)) / x**2

        estimate = nabla.estimate(f, 1e-4, method="forward")
        truth = -1e-4 / 12.0
        assert abs(float(estimate.gradient) - truth) <= float(estimate.error)
        assert 1e-9 < float(estimate.error) < 1e-1

    def test_sees_the_rounding_inside_a_product(self) -> None:
        big = np.array([1e8, 1.0, -1e8])
        estimate = nabla.estimate(
            lambda x: np.exp(big @ x), np.array([1.0, 0.3, 1.0]), method="forward"
        )
        # big @ x cancels from 1e8 to 0.3, so exp of it is good to 1e-8 only
        assert 1e-9 < float(np.max(estimate.error / np.abs(estimate.gradient))) < 1e-5


class TestKinks:
    """Where a derivative does not exist, the table answers and a note says so."""

    @pytest.mark.parametrize(
        ("f", "x", "gradient", "says"),
        [
            (lambda x: np.abs(x[0]), [0.0], [0.0], "np.absolute at 0"),
            (lambda x: np.maximum(x[0], x[1]), [2.0, 2.0], [0.5, 0.5], "np.maximum at a tie"),
            (lambda x: np.minimum(x[0], 1.0), [1.0], [0.5], "np.minimum at a tie"),
            (lambda x: np.max(x), [2.0, 1.0, 2.0], [0.5, 0.0, 0.5], "np.max at a tie"),
            (lambda x: np.sqrt(x[0]), [0.0], [np.inf], "np.sqrt at 0"),
            (lambda x: np.cbrt(x[0]), [0.0], [np.inf], "np.cbrt at 0"),
            (lambda x: x[0] ** 0.5, [0.0], [np.inf], "np.power of 0"),
            (lambda x: np.arcsin(x[0]), [1.0], [np.inf], "np.arcsin at ±1"),
            (lambda x: np.hypot(x[0], x[1]), [0.0, 0.0], [0.0, 0.0], "np.hypot at (0, 0)"),
            (lambda x: np.linalg.norm(x), [0.0, 0.0], [0.0, 0.0], "np.sqrt at 0"),
            (lambda x: np.clip(x[0], 0.0, 1.0), [1.0], [0.5], "np.minimum at a tie"),
            (lambda x: np.sign(x[0]) * 2.0, [0.0], [0.0], "np.sign at 0"),
            (lambda x: np.floor(x[0]), [2.0], [0.0], "np.floor where it jumps"),
            (lambda x: np.where(x > 0, x, 0.0)[0], [0.0], [0.0], "np.greater on its boundary"),
            (lambda x: x[0] if x[0] >= 1 else 0.0 * x[0], [1.0], [1.0], "np.greater_equal on its"),
            (lambda x: np.sinc(x[0]) if x[0] != 0 else 1.0, [0.0], [0.0], "np.not_equal on its"),
        ],
    )
    def test_answer_and_note(self, f: Any, x: Any, gradient: Any, says: str) -> None:
        with np.errstate(all="ignore"):
            estimate = nabla.estimate(f, x, method="forward")
        assert estimate.gradient.tolist() == gradient
        assert any(says in note.sentence for note in estimate.notes)
        assert any("on line" in note.sentence for note in estimate.notes)
        assert estimate.guarantee == "none"
        assert np.isnan(estimate.error).any()

    def test_only_the_components_concerned_lose_their_error(self) -> None:
        estimate = nabla.estimate(lambda x: np.abs(x[0]) + x[1] ** 2, [0.0, 3.0], method="forward")
        assert np.isnan(estimate.error).tolist() == [True, False]
        (note,) = estimate.notes
        assert (note.kind, note.numbers["components"]) == ("kink", (0,))

    def test_components_are_counted_across_chunks(self) -> None:
        f = lambda x: np.sum(np.abs(x))
        estimate = nabla.estimate(f, [1.0, 0.0, 2.0, 0.0, 0.0], method=nabla.Forward(chunk=2))
        (note,) = estimate.notes
        assert note.numbers["components"] == (1, 3, 4)

    def test_nothing_is_said_away_from_kinks(self) -> None:
        f = lambda x: np.sum(np.abs(x) + np.sqrt(np.abs(x)) + np.maximum(x, 0.1))
        assert not nabla.estimate(f, [0.5, -0.3, 2.0], method="forward").notes

    def test_nothing_is_said_of_what_does_not_move(self) -> None:
        f = lambda x: np.sum(np.abs(x - x)) + x[0]
        estimate = nabla.estimate(f, [1.0], method="forward")
        assert (estimate.gradient.tolist(), estimate.notes) == ([1.0], ())

    def test_the_branch_not_taken_does_not_spoil_the_gradient(self) -> None:
        def f(x: Any) -> Any:
            return np.sum(np.where(x > 1.0, np.sqrt(np.maximum(x - 1.0, 0.0)), x))

        gradient = nabla.gradient(f, [0.5, 5.0], method="forward")
        np.testing.assert_allclose(gradient, [1.0, 0.25])

    def test_nan_in_the_branch_not_taken(self) -> None:
        with np.errstate(all="ignore"):
            gradient = nabla.gradient(
                lambda x: np.sum(np.where(x > 0.0, np.log(x), x)), [-1.0, 2.0], method="forward"
            )
        assert gradient.tolist() == [1.0, 0.5]

    def test_a_nan_is_never_silent(self) -> None:
        # at 0 the quotient of the slopes is 0/0, though f itself is finite by its branch
        def f(x: Any) -> Any:
            return np.sum(x * np.where(np.isnan(x / x), 1.0, x / x)) + np.sum(
                0.0 * np.log(np.abs(x) + 1)
            )

        def g(x: Any) -> Any:
            return np.sum(np.sqrt(x) - np.sqrt(x))

        with (
            pytest.warns(nabla.NonFiniteGradient, match=r"np\.sqrt at 0"),
            np.errstate(all="ignore"),
        ):
            assert np.isnan(nabla.gradient(g, [0.0], method="forward")).all()
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("error")
            assert np.isfinite(nabla.gradient(f, [1.0, 2.0], method="forward")).all()

    def test_the_operation_that_made_a_nan_is_found(self) -> None:
        def f(x: Any) -> Any:
            steep = np.log(x)  # -inf at 0, slope inf
            return np.sum(np.exp(steep) * 1.0)  # exp(-inf) = 0, slope 0 · inf

        with np.errstate(all="ignore"):
            estimate = nabla.estimate(f, [0.0], method="forward")
        assert np.isnan(estimate.gradient).all()
        assert any(
            note.kind == "non_finite" and "np.exp(steep)" in note.sentence
            for note in estimate.notes
        )


def _by_bytes(x: Any) -> Any:
    return struct.unpack("d", struct.pack("d", x[0]))[0]


def _swallows(x: Any) -> Any:
    try:
        return _by_bytes(x)
    except Exception:
        return 7.0


def _swallows_everything(x: Any) -> Any:
    try:
        return _by_bytes(x)
    except BaseException:
        return 7.0


def _caches(x: Any) -> Any:
    return {x[0]: 1.0}[x[0]]


def _into_an_array_of_others(x: Any) -> Any:
    others = np.random.default_rng(0).normal(size=2)
    others[0] = x[0]
    return others.sum()


REFUSED = [
    (_by_bytes, nabla.LostDerivative, 'struct.pack("d", x[0])'),
    (lambda x: array.array("d", x)[0], nabla.LostDerivative, 'array.array("d", x)'),
    (lambda x: json.loads(json.dumps([x[0]]))[0], nabla.LostDerivative, "json.dumps([x[0]])"),
    (lambda x: x.tobytes()[0], nabla.MissingRule, "x.tobytes"),
    (lambda x: float.fromhex(x[0].hex()), nabla.MissingRule, "x[0].hex"),
    (_into_an_array_of_others, nabla.LostDerivative, "others[0] = x[0]"),
    (_swallows, nabla.LostDerivative, 'struct.pack("d", x[0])'),
    (_swallows_everything, nabla.LostDerivative, 'struct.pack("d", x[0])'),
    (_caches, nabla.LostDerivative, "as a key"),
    (
        lambda x: np.linalg.qr(x.reshape(2, 1), "raw")[0].sum(),
        nabla.MissingRule,
        'np.linalg.qr(x.reshape(2, 1), "raw")',
    ),
    (lambda x: np.sum(x, dtype=np.float32), nabla.MissingRule, "np.sum(x, dtype=np.float32)"),
    (lambda x: np.add.reduceat(x, [0, 1]).sum(), nabla.MissingRule, "np.add.reduceat"),
]
REFUSED_AND_WRONG_ANYWAY = [
    (lambda x: [1.0, 2.0][x[0]], nabla.LostDerivative, "[1.0, 2.0][x[0]]"),
    (lambda x: np.ones(3)[x[0]], nabla.LostDerivative, "np.ones(3)[x[0]]"),
    (lambda x: x.byteswap(), nabla.MissingRule, "x.byteswap"),
]


class TestRefusals:
    """A derivative that cannot be followed is refused: what, on which line, what to do."""

    @pytest.mark.parametrize(("f", "error", "expression"), REFUSED + REFUSED_AND_WRONG_ANYWAY)
    def test_refused_with_the_users_line(
        self, f: Any, error: type[Exception], expression: str
    ) -> None:
        with pytest.raises(error) as caught:
            nabla.gradient(f, [1.0, 2.0], method="forward")
        message = str(caught.value)
        assert expression in message
        assert "on line" in message
        assert "method='central'" in message
        assert isinstance(caught.value, nabla.CannotFollow)

    @pytest.mark.parametrize(("f", "error", "expression"), REFUSED, ids=[r[2] for r in REFUSED])
    def test_auto_takes_differences_and_says_why(
        self, f: Any, error: type[Exception], expression: str
    ) -> None:
        estimate = nabla.estimate(f, [1.0, 2.0], method="auto")
        assert estimate.method == "central"
        assert estimate.notes[0].kind == "fallback"
        assert expression in estimate.notes[0].sentence


class TestNesting:
    """Perturbations of nested derivatives stay apart."""

    def test_the_classic_confusion(self) -> None:
        # d/dx ( x · d/dy (x + y) at y = 1 ) at x = 1 is 1, and 2 where perturbations mix
        def f(x: Any) -> Any:
            return x * nabla.gradient(lambda y: x + y, 1.0, method="forward")[()]

        assert nabla.gradient(f, 1.0, method="forward") == 1.0

    @pytest.mark.parametrize("order", [1, 2, 3, 4])
    def test_higher_derivatives(self, order: int) -> None:
        f: Any = np.sin
        for _ in range(order):
            f = nabla.grad(f, method="forward")
        assert f(0.7) == pytest.approx(
            [np.cos, lambda x: -np.sin(x), lambda x: -np.cos(x), np.sin][order - 1](0.7)
        )

    def test_hessian(self) -> None:
        x = np.array([-1.2, 1.0])
        rows = [
            nabla.gradient(
                lambda z, i=i: nabla.gradient(rosenbrock, z, method="forward")[i],
                x,
                method="forward",
            )
            for i in range(2)
        ]
        np.testing.assert_allclose(rows, [[1330.0, 480.0], [480.0, 200.0]], rtol=1e-12)

    def test_gradient_of_an_inner_minimum(self) -> None:
        def f(a: Any) -> Any:
            x = 0.5 * np.ones(1)
            for _ in range(60):
                x = x - 0.1 * nabla.gradient(
                    lambda z: np.sum((z - a) ** 2 + 0.1 * z**4), x, method="forward"
                )
            return x[0]

        estimate = nabla.gradient(f, 0.8, method="forward")
        central = nabla.gradient(f, 0.8, method="central")
        assert estimate == pytest.approx(central, rel=1e-9)

    def test_differences_of_lifted_values_are_refused(self) -> None:
        def f(x: Any) -> Any:
            return nabla.gradient(lambda y: y * x, 1.0, method="central")[()]

        with pytest.raises(nabla.NablaError):
            nabla.gradient(f, 2.0, method="forward")


def test_threads_do_not_meet() -> None:
    wrong: list[Any] = []

    def work(k: int) -> None:
        x = np.linspace(0.1, 1.0 + k, 30)
        for _ in range(20):
            if not np.allclose(
                nabla.gradient(rosenbrock, x, method="forward"), rosenbrock_gradient(x)
            ):
                wrong.append(k)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_float32_is_honoured_on_request() -> None:
    seen: list[Any] = []

    def f(x: Any) -> Any:
        seen.append(x.dtype)
        return np.sum(np.sin(x))

    x = np.linspace(0.1, 1.0, 5, dtype=np.float32)
    estimate = nabla.estimate(f, x, method=nabla.Forward(dtype=np.float32))
    assert set(seen) == {np.dtype(np.float32)}
    exact = np.cos(x.astype(float))
    assert np.max(np.abs(estimate.gradient - exact)) > 1e-12
    assert (np.abs(estimate.gradient - exact) <= estimate.error).all()
    assert np.max(estimate.error) < 1e-5


def test_longdouble_gains_digits() -> None:
    if np.finfo(np.longdouble).eps >= np.finfo(float).eps:
        pytest.skip("longdouble is float64 here")
    x = np.array([1.0], dtype=np.longdouble) / 3
    gradient = nabla.gradient(lambda x: np.sum(np.sin(x)), x, method="forward")
    assert gradient.dtype == np.longdouble
    assert abs(gradient[0] - np.cos(x[0])) < 1e-18


class TestRounding:
    """What rounds has the slope zero, and the estimate says where."""

    @pytest.mark.parametrize(
        ("f", "operation"),
        [
            (lambda x: int(x[0]) + x[1], "np.trunc"),
            (lambda x: math.floor(x[0]) + x[1], "math.floor"),
            (lambda x: x[0] // 1 + x[1], "np.floor_divide"),
            (lambda x: round(x[0]) + x[1], "np.rint"),
            (lambda x: np.floor(x)[0] + x[1], "np.floor"),
            (lambda x: x.astype(int)[0] + x[1], "np.trunc"),
        ],
    )
    def test_the_estimate_says_so(self, f: Any, operation: str) -> None:
        estimate = nabla.estimate(f, [1.3, 2.6], method="forward")
        assert estimate.gradient.tolist() == [0.0, 1.0]
        assert estimate.guarantee == "estimated"
        notes = [note for note in estimate.notes if note.kind == "constant"]
        assert [note.numbers["operation"] for note in notes] == [operation]

    def test_what_stands_still_needs_no_note(self) -> None:
        estimate = nabla.estimate(lambda x: x[0] * int(x[1] * 0.0), [1.3, 2.6], method="forward")
        assert estimate.notes == ()
