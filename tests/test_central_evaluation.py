"""How central differences call f: in batches, on executors, with progress."""

from __future__ import annotations

import copyreg
import math
import pickle
import re
import sys
import threading
import time
import tracemalloc
import warnings
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any, ClassVar

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import nabla
from nabla.errors import InvalidOption, NonFiniteResult, UnsupportedResult
from nabla.methods.central import Central
from nabla.methods.differences import run as run_module
from nabla.methods.differences.blocks import BLOCKS_OF_ROWS, Block, Workers
from nabla.methods.differences.inquiry import Inquiry, Reply, conduct
from nabla.methods.differences.line import Line, Neighbourhood


def wavy(x: Any) -> Any:
    """Of one point or of many, with the same rounding."""
    return np.exp(np.sin(x[..., 0])) * x[..., 1] + abs(x[..., 2])


X = [0.3, -1.2, 0.0]


def assert_same(one: nabla.Estimate, other: nabla.Estimate, *, more: int = 0) -> None:
    assert_array_equal(one.gradient, other.gradient)
    assert_array_equal(one.error, other.error)
    assert (one.value, one.notes) == (other.value, other.notes)
    assert one.evaluations == other.evaluations + more


# --- batches -----------------------------------------------------------------------------


def in_batches(f: Any, x: Any, **options: Any) -> nabla.Estimate:
    return nabla.estimate(f, x, method=Central(batch=True, **options))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("options", [{}, {"bounds": (None, [1.0, 1.0, 0.0])}, {"order": 4}])
def test_a_batch_changes_no_bit(options: Any, dtype: Any) -> None:
    one_by_one = nabla.estimate(wavy, X, method=Central(dtype=dtype, **options))
    # f(x) among other points is one more
    assert_same(in_batches(wavy, X, dtype=dtype, **options), one_by_one, more=1)


def test_few_calls_in_the_shape_of_x() -> None:
    shapes: list[tuple[int, ...]] = []

    def f(x: Any) -> Any:
        shapes.append(x.shape)
        value = np.sum(np.sin(x), axis=(-2, -1))
        x[:] = np.nan
        return value

    x = np.arange(6.0).reshape(2, 3)
    answer = in_batches(f, x)
    assert np.all(abs(answer.gradient - np.cos(x)) <= answer.error)
    assert shapes[0] == (1, 2, 3)
    assert {shape[1:] for shape in shapes} == {(2, 3)}
    assert answer.evaluations == sum(shape[0] for shape in shapes)
    assert len(shapes) < answer.evaluations / 6


def test_a_number_is_a_row_of_numbers() -> None:
    shapes: list[tuple[int, ...]] = []
    answer = in_batches(lambda x: shapes.append(x.shape) or np.sin(x), 0.5)
    assert abs(answer.gradient - math.cos(0.5)) <= answer.error < 1e-10
    assert {len(shape) for shape in shapes} == {1}


def test_a_slope_in_batches() -> None:
    u = [1.0, -2.0, 0.5]
    alone = nabla.directional_derivative(wavy, X, u, method="central")
    assert nabla.directional_derivative(wavy, X, u, method=Central(batch=True)) == alone


def test_several_arguments_in_batches() -> None:
    def f(a: Any, b: Any) -> Any:
        return np.sum(a * a, axis=-1) * b

    gradients = nabla.grad(f, (0, 1), method=Central(batch=True))(np.array([1.0, 2.0]), 3.0)
    np.testing.assert_allclose(gradients[0], [6.0, 12.0], rtol=1e-10)
    np.testing.assert_allclose(gradients[1], 5.0, rtol=1e-10)


@pytest.mark.parametrize(
    ("f", "came"),
    [
        (lambda x: np.sum(x), r"shape \(\)"),
        (lambda x: x, r"shape \(1, 3\)"),
        (lambda x: x[:, :1], r"shape \(1, 1\)"),
        (lambda x: None, "dtype object"),
        (lambda x: x[:, 0] > 0, "dtype bool"),
        (lambda x: x[:, 0] + 0j, "dtype complex128"),
        (lambda x: [[1.0], [1.0, 2.0]], "ragged"),
    ],
)
def test_what_is_no_value_a_row_is_refused(f: Any, came: str) -> None:
    with pytest.raises(UnsupportedResult, match=came) as caught:
        in_batches(f, X)
    assert "real numbers of shape (1,)" in caught.value.why
    assert "batch=True" in caught.value.remedy


def test_rows_that_stand_for_one_another_are_refused() -> None:
    with pytest.raises(UnsupportedResult, match="beside another point"):
        in_batches(lambda x: np.sum((x - x.mean(axis=0)) ** 2, axis=-1), X)
    with pytest.raises(UnsupportedResult, match=r"shape \(\d+,\).*batch of shape"):
        in_batches(lambda x: np.sum(x, axis=-1) if len(x) == 1 else np.sum(x, axis=0), X)


def test_a_shift_by_the_maximum_of_all_rows_is_right() -> None:
    def log_sum_exp(x: Any) -> Any:
        top = x.max()
        return top + np.log(np.sum(np.exp(x - top), axis=-1))

    answer = in_batches(log_sum_exp, X)
    exact = np.exp(X) / np.exp(X).sum()
    assert np.all(abs(answer.gradient - exact) <= answer.error)


def test_a_random_f_is_no_mixture() -> None:
    scatter = np.random.default_rng(0)
    answer = in_batches(lambda x: np.sin(x[:, 0]) + 1e-3 * scatter.normal(size=len(x)), [0.5])
    assert abs(answer.gradient[0] - math.cos(0.5)) <= answer.error[0]


def rooted(x: Any) -> Any:
    if np.any(x < 0):
        raise ValueError("a negative number")
    return np.sum(np.sqrt(x), axis=-1)


def test_rows_without_a_value_are_found_one_by_one() -> None:
    x = np.array([1e-3, 4.0])
    answer = in_batches(rooted, x)
    assert np.all(abs(answer.gradient - 0.5 / np.sqrt(x)) <= answer.error)
    nan_rows = in_batches(lambda x: np.sum(np.sqrt(x), axis=-1), x)
    assert_array_equal(answer.gradient, nan_rows.gradient)


def test_a_masked_row_has_no_value() -> None:
    def power(x: Any) -> Any:
        return abs(x[:, 0]) ** 2.5 + x[:, 0]

    masked = in_batches(lambda x: np.ma.array(power(x), mask=x[:, 0] < 0), [0.0])
    assert_same(masked, in_batches(lambda x: np.where(x[:, 0] < 0, np.nan, power(x)), [0.0]))
    assert masked.gradient[0] == pytest.approx(1)


def test_an_f_that_fails_only_in_company_says_so() -> None:
    def f(x: Any) -> Any:
        return x[:, 0] * np.ones(1) if len(x) == 1 else x[:, 0] * np.ones(2)

    with pytest.raises(ValueError, match="broadcast") as caught:
        in_batches(f, X)
    assert "row by row" in caught.value.__notes__[-1]


def test_a_batch_asks_outside_the_domain_in_silence() -> None:
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        in_batches(lambda x: np.log(x[:, 0]), [1e-9])
    with pytest.warns(RuntimeWarning), pytest.raises(NonFiniteResult):
        in_batches(lambda x: np.log(x[:, 0]), [0.0])


def test_the_points_of_a_round_stay_within_their_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    n, limit = 400, 100_000
    monkeypatch.setattr(run_module, "ROUND_BYTES", limit)
    largest = 0

    def f(x: Any) -> Any:
        nonlocal largest
        largest = max(largest, x.nbytes)
        return np.sum(x * x, axis=-1)

    x = np.ones(n)
    tracemalloc.start()
    answer = in_batches(f, x)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # full rounds; all at once would be 8 * 400 * 3200 bytes
    assert limit / 2 < largest <= limit
    assert peak < 20 * limit
    np.testing.assert_allclose(answer.gradient, 2 * x, rtol=1e-10)


# --- executors ---------------------------------------------------------------------------


@pytest.mark.parametrize("batch", [False, True])
def test_blocks_change_no_bit(batch: bool) -> None:
    x = np.append(np.random.default_rng(2).normal(size=40), 0.0)

    def f(x: Any) -> Any:
        return np.sin(x[..., 0]) * x[..., 1] + abs(x[..., -1]) + x[..., 5] ** 3

    with ThreadPoolExecutor(3) as pool:
        there = nabla.estimate(f, x, method=Central(batch=batch, executor=pool))
    assert_same(there, nabla.estimate(f, x, method="central"), more=int(batch))


def test_rows_go_out_in_a_fixed_number_of_blocks() -> None:
    counts: list[int] = []

    def f(x: Any) -> Any:
        counts.append(len(x))
        return np.sin(x[:, 0])

    with ThreadPoolExecutor(1) as pool:
        nabla.estimate(f, np.ones(100), method=Central(batch=True, executor=pool))
    assert counts[:2] == [1, 2]  # f(x), and again beside the first neighbour
    assert counts[2 : BLOCKS_OF_ROWS + 2] == [25] * 31 + [24]
    assert sum(counts[2 : BLOCKS_OF_ROWS + 2]) == 8 * 100 - 1


def test_a_cheap_f_goes_out_in_few_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = 0

    class Pool(ThreadPoolExecutor):
        def submit(self, *task: Any, **options: Any) -> Any:
            nonlocal tasks
            tasks += 1
            return super().submit(*task, **options)

    with Pool(2) as pool:
        central = Central(executor=pool)
        answer = nabla.estimate(lambda x: float(x @ x), np.ones(200), method=central)
    assert tasks < answer.evaluations / 20


@pytest.mark.parametrize("x", [np.arange(4.0), np.ones((2, 3)), np.float32([1, 2]), np.array(2.0)])
def test_a_block_arrives_as_it_was_sent(x: Any) -> None:
    points = np.stack([x] * 5)
    points[2:4].reshape(2, -1)[:, 0] += 0.5
    points[4, ...] = -0.0
    sent = Block(points)
    block = pickle.loads(pickle.dumps(sent))
    assert block.points.dtype == points.dtype
    assert block.points.shape == points.shape
    assert block.points.tobytes() == points.tobytes()
    assert block.label == sent.label != Block(points).label


def test_a_block_sends_x_once() -> None:
    points = np.ones((50, 1000))
    points[:, 7] = range(50)
    assert len(pickle.dumps(Block(points))) < 3 * points[0].nbytes


class Stop(BaseException):
    """As KeyboardInterrupt: no part of Exception."""


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, Stop, ZeroDivisionError])
def test_an_interrupt_cancels_what_is_pending(interruption: type[BaseException]) -> None:
    calls = 0

    def slow(x: Any) -> float:
        nonlocal calls
        calls += 1
        time.sleep(0.05)
        return float(x @ x)

    def interrupt(done: int, components: int, evaluations: int) -> None:
        if evaluations >= 5:
            raise interruption

    with ThreadPoolExecutor(2) as pool:
        central = Central(executor=pool, progress=interrupt)
        with pytest.raises(interruption):
            nabla.estimate(slow, np.ones(20), method=central)
    # two were under way, and two more may have been begun meanwhile; 160 were asked for
    assert calls <= 10


def test_progress_is_told_while_f_is_under_way() -> None:
    release = threading.Event()
    started = threading.Event()

    def stuck(x: Any) -> float:
        if x[0] != 1:
            started.set()
            release.wait()
        return float(x[0])

    def give_up(done: int, components: int, evaluations: int) -> None:
        if started.is_set():
            raise Stop

    with ThreadPoolExecutor(1) as pool:
        try:
            with pytest.raises(Stop):
                nabla.estimate(stuck, [1.0], method=Central(executor=pool, progress=give_up))
        finally:
            release.set()


def test_what_f_raises_in_one_block_spares_what_others_have_found(tmp_path: Any) -> None:
    def f(x: Any) -> float:
        time.sleep(0.03)
        if x[1] != 1:
            raise Stop
        return float(x @ x)

    with ThreadPoolExecutor(2) as pool:
        central = Central(executor=pool, journal=tmp_path / "kept", step=0.1)
        with pytest.raises(Stop):
            nabla.estimate(f, [1.0, 1.0], method=central)
    assert len((tmp_path / "kept").read_text().splitlines()) > 1


class Peculiar(ValueError):
    """It takes two arguments and keeps one: what was pickled cannot be made again."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}: {why}")


def test_a_refusal_arrives_even_if_its_class_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    # Dask teaches pickle to do without the constructor, where it is imported
    monkeypatch.delitem(copyreg.dispatch_table, Peculiar, raising=False)
    refusal = Peculiar("here", "odd")
    refusal.add_note("at x = 3")
    there = pickle.loads(pickle.dumps(Reply(math.nan, refusal))).refusal
    assert (type(there), str(there)) == (ValueError, "Peculiar: here: odd")
    assert there.__notes__ == ["at x = 3"]
    there = pickle.loads(pickle.dumps(Reply(math.nan, ZeroDivisionError("no")))).refusal
    assert (type(there), there.args) == (ZeroDivisionError, ("no",))


class AtOnce(Executor):
    """All is finished when it is submitted."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except ZeroDivisionError as error:
            future.set_exception(error)
        return future


def test_what_is_there_already_counts_although_the_first_has_failed() -> None:
    heard: dict[int, Any] = {}

    def calls(points: Any) -> list[Reply]:
        return [Reply(1 / points[0].item())]

    workers = Workers(AtOnce(), calls, seconds=1.0)  # type: ignore[arg-type]
    with pytest.raises(ZeroDivisionError):
        workers(np.array([0.0, 2.0, 4.0]), heard.update)
    assert {k: reply.value for k, reply in heard.items()} == {1: 0.5, 2: 0.25}


@pytest.mark.parametrize("batch", [False, True])
def test_a_worker_asks_outside_the_domain_in_silence(batch: bool) -> None:
    with warnings.catch_warnings(), ThreadPoolExecutor(1) as pool:
        warnings.simplefilter("error")
        answer = nabla.estimate(
            lambda x: np.log(x[..., 0] - 1), [1 + 1e-9], method=Central(batch=batch, executor=pool)
        )
    assert answer.error[0] < math.inf


def test_a_search_is_begun_when_there_is_room_for_it() -> None:
    here = Neighbourhood(np.ones(5), 0.0, np.full(5, -np.inf), np.full(5, np.inf))
    begun: list[int] = []
    asked: list[int] = []

    def searches() -> Iterator[tuple[Line, Inquiry[int]]]:
        for k in range(5):
            begun.append(k)
            yield Line(here, np.array([k]), np.ones(1)), inquiry(k)

    def inquiry(k: int) -> Inquiry[int]:
        yield [1.0, 2.0]
        yield [3.0, 4.0]
        return k

    def evaluate(points: Any, receive: Any) -> None:
        asked.append(len(points))
        receive({k: Reply(0.0) for k in range(len(points))})

    ended = [
        (number, found.result, len(begun)) for number, found in conduct(searches(), evaluate, 1)
    ]
    assert ended == [(k, k, k + 1) for k in range(5)]
    assert asked == [2] * 10
    asked.clear()
    assert [number for number, _ in conduct(searches(), evaluate, 5)] == [0, 1, 2, 3, 4]
    assert asked == [4, 4, 4, 4, 2, 2]


# --- progress ------------------------------------------------------------------------------


def test_a_progress_function_hears_of_the_run() -> None:
    heard: list[tuple[int, int, int]] = []
    central = Central(progress=lambda *state: heard.append(state))
    answer = nabla.estimate(wavy, X, method=central)
    assert heard[-1] == (3, 3, answer.evaluations)
    assert heard == sorted(heard)
    assert {done for done, _, _ in heard} == {0, 1, 2, 3}


def test_the_progress_line(capsys: pytest.CaptureFixture[str]) -> None:
    nabla.estimate(wavy, X, method=Central(progress=True))
    shown = capsys.readouterr().err
    assert re.search(r"component 0 of 3  2 evaluations  \d+ s left", shown)
    assert shown.endswith("\r")
    nabla.estimate(wavy, X)
    assert capsys.readouterr().err == ""


def test_a_run_inside_another_leaves_the_line_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(nabla.progress, "_ProgressLine", Patient)
    Patient.lines = []
    nabla.estimate(wavy, X, method="central")
    assert len(Patient.lines) == 1
    nabla.descend(lambda x: x[0] ** 2, [1.0], rate=0.1, steps=3, method="central")
    assert len(Patient.lines) == 2


class Patient:
    lines: ClassVar[list[Any]] = []

    def __init__(self, text: Any, *, patience_seconds: float) -> None:
        assert patience_seconds == 2.0
        Patient.lines.append(text)

    def show(self, *state: Any) -> None:
        pass

    def wipe(self) -> None:
        pass


def test_a_progress_that_is_none() -> None:
    with pytest.raises(InvalidOption, match=r"function of \(done, components, evaluations\)"):
        nabla.estimate(wavy, X, method=Central(progress="yes"))  # type: ignore[arg-type]
