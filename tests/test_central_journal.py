"""The journal of central differences: a run goes on where it was cut off, or is refused."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from pathlib import Path
from types import FunctionType
from typing import Any

import expensive_runs
import numpy as np
import pytest
from numpy.testing import assert_array_equal

import nabla
from nabla.errors import InvalidOption
from nabla.methods.central import Central
from nabla.methods.differences import journal as journal_module
from nabla.methods.differences.fingerprint import changed, digest, fingerprint

X = [0.3, -1.2, 0.0]


def wavy(x: Any) -> Any:
    return np.exp(np.sin(x[..., 0])) * x[..., 1] + abs(x[..., 2])


def kept(path: Path, f: Any = wavy, x: Any = X, **options: Any) -> nabla.Estimate:
    return nabla.estimate(f, x, method=Central(journal=path / "run.nabla", **options))


def lines(path: Path) -> list[str]:
    return (path / "run.nabla").read_text().splitlines()


def values(path: Path) -> list[str]:
    """The lines that keep an answer of f."""
    return [line for line in lines(path)[1:] if not line.startswith("changing")]


def assert_same(one: nabla.Estimate, other: nabla.Estimate) -> None:
    assert_array_equal(one.gradient, other.gradient)
    assert_array_equal(one.error, other.error)
    assert one.value == other.value


# --- going on ------------------------------------------------------------------------------


@pytest.mark.parametrize("batch", [False, True])
def test_a_finished_run_costs_one_evaluation(tmp_path: Path, batch: bool) -> None:
    first = kept(tmp_path, batch=batch)
    again = kept(tmp_path, batch=batch)
    assert_same(first, again)
    assert_same(first, nabla.estimate(wavy, X, method="central"))
    assert again.evaluations == 1
    (note,) = [note for note in again.notes if note.kind == "journal"]
    assert again.notes == (*first.notes, note)
    assert note.numbers == {"remembered": len(values(tmp_path)), "evaluations": 1}
    assert "run.nabla" in note.sentence


@pytest.mark.parametrize("threads", [0, 2])
def test_an_interrupted_run_asks_only_the_rest(tmp_path: Path, threads: int) -> None:
    whole = nabla.estimate(wavy, X, method="central")
    left, calls = 20, 0

    def f(x: Any) -> float:
        nonlocal left, calls
        if not left:
            left = 10**6
            raise KeyboardInterrupt
        left, calls = left - 1, calls + 1
        return float(wavy(x))

    def run() -> nabla.Estimate:
        if not threads:
            return kept(tmp_path, f)
        with ThreadPoolExecutor(threads) as pool:
            return kept(tmp_path, f, executor=pool)

    with pytest.raises(KeyboardInterrupt):
        run()
    written = len(values(tmp_path))
    assert threads or written == 19
    called = calls
    answer = run()
    assert_same(answer, whole)
    assert answer.evaluations == calls - called == whole.evaluations - written


def test_what_f_changes_now_and_then_is_no_part_of_it(tmp_path: Path) -> None:
    best: list[float] = []

    def f(x: Any) -> float:
        value = float(wavy(x))
        if x[0] > 0.3:
            best.append(value)
        return value

    whole = kept(tmp_path, f)
    assert best
    again = kept(tmp_path, f)
    assert_same(whole, again)
    assert again.evaluations == 1


def test_a_counter_may_stand_elsewhere_when_a_killed_run_goes_on(tmp_path: Path) -> None:
    calls = 0

    def f(x: Any) -> float:
        nonlocal calls
        calls += 1
        if calls == 10:  # what a run leaves that is killed here
            shutil.copy(tmp_path / "run.nabla", tmp_path / "killed.nabla")
        return float(wavy(x))

    whole = kept(tmp_path, f)
    central = Central(journal=tmp_path / "killed.nabla")
    again = nabla.estimate(f, X, method=central)
    assert_same(whole, again)
    assert again.evaluations == whole.evaluations - 8


def test_a_slope_goes_on_too(tmp_path: Path) -> None:
    central = Central(journal=tmp_path / "run.nabla")
    first = nabla.directional_derivative(wavy, X, [1.0, 2.0, 0.5], method=central)
    written = lines(tmp_path)
    assert nabla.directional_derivative(wavy, X, [1.0, 2.0, 0.5], method=central) == first
    assert lines(tmp_path) == written
    with pytest.raises(InvalidOption, match="u is not the same"):
        nabla.directional_derivative(wavy, X, [1.0, 2.0, 0.0], method=central)
    with pytest.raises(InvalidOption, match="u is not the same"):
        kept(tmp_path)


def test_a_point_asked_twice_is_kept_twice(tmp_path: Path) -> None:
    scatter = np.random.default_rng(5)

    def noisy(x: Any) -> float:
        return float(np.sin(x[0]) + (1e-6 * scatter.normal() if x[0] != 0.5 else 0.0))

    first, again = kept(tmp_path, noisy, [0.5]), kept(tmp_path, noisy, [0.5])
    (note,) = [note for note in first.notes if note.kind == "noise"]
    assert note.numbers["random"]
    assert_same(first, again)
    assert note in again.notes
    assert again.evaluations == 1


def test_where_f_has_no_value_is_kept(tmp_path: Path) -> None:
    calls = 0

    def rooted(x: Any) -> float:
        nonlocal calls
        calls += 1
        if x[0] < 0:
            raise ValueError("negative", 3)
        return float(x[0] ** 2.5 + x[0])

    first, again = kept(tmp_path, rooted, [0.0]), kept(tmp_path, rooted, [0.0])
    assert_same(first, again)
    assert again.evaluations == 1
    assert calls == first.evaluations + 1
    assert any("ValueError" in line for line in lines(tmp_path))


class Oddity(ValueError):
    """What cannot be read from a file again."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}: {why}")


@pytest.mark.parametrize(
    ("refusal", "is_kept"),
    [
        (ValueError("no", 3), True),
        (ZeroDivisionError(), True),
        (np.linalg.LinAlgError("singular"), True),
        (Oddity("here", "odd"), False),
        (ValueError(b"bytes"), False),
        (ValueError(("a", "b")), False),
        (UnicodeDecodeError("utf-8", b"", 0, 1, "why"), False),
    ],
)
def test_the_last_word_of_an_f_without_values_is_its_own(
    tmp_path: Path, refusal: Exception, is_kept: bool
) -> None:
    def f(x: Any) -> float:
        if x[0] != 1:
            raise refusal
        return 1.0

    for _ in range(2):
        with pytest.raises(type(refusal)) as caught:
            kept(tmp_path, f, [1.0])
        assert type(caught.value) is type(refusal)
        assert caught.value.args == refusal.args
        assert "raised by" in caught.value.__notes__[0]
    assert bool(values(tmp_path)) is is_kept


# --- being killed --------------------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL")
@pytest.mark.parametrize("pool", [[], ["pool"]])
def test_a_killed_run_asks_only_the_rest(tmp_path: Path, pool: list[str], root: Path) -> None:
    journal, calls = tmp_path / "run.nabla", tmp_path / "calls"
    command = [sys.executable, str(Path(expensive_runs.__file__)), str(journal), str(calls), *pool]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), str(root / "tests")])}
    environment["PYTHONHASHSEED"] = "1"
    process = subprocess.Popen(command, env=environment, start_new_session=True)
    wait_for(lambda: journal.exists() and len(journal.read_text().splitlines()) > 30)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    content = journal.read_bytes()
    assert content.endswith(b"\n")
    remembered = content.count(b"\n") - 1
    called_before = len(calls.read_bytes())

    whole = expensive_runs.run(None, str(tmp_path / "others"), seconds=0.0)
    try:
        # the workers of the killed run are still there, and still at work
        resumed = subprocess.run(
            [sys.executable, "-c", RESUME, str(journal), str(calls), str(tmp_path / "result.npz")],
            env={**environment, "PYTHONHASHSEED": "2"},
            check=False,
            capture_output=True,
            text=True,
        )
    finally:
        if pool:
            os.killpg(process.pid, signal.SIGKILL)
    assert not resumed.stderr
    result = np.load(tmp_path / "result.npz")
    assert_array_equal(result["gradient"], whole.gradient)
    assert_array_equal(result["error"], whole.error)
    assert int(result["evaluations"]) == whole.evaluations - remembered
    called_now = len(calls.read_bytes()) - called_before
    # by two workers, and three more calls wait in the pool's own queue
    assert 0 <= called_now - int(result["evaluations"]) <= 5 * bool(pool)


RESUME = """
import sys, numpy as np, expensive_runs
answer = expensive_runs.run(sys.argv[1], sys.argv[2], seconds=0.02)
np.savez(sys.argv[3], gradient=answer.gradient, error=answer.error, evaluations=answer.evaluations)
"""


def wait_for(happens: Any) -> None:
    deadline = time.monotonic() + 30
    while not happens():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("lost", range(1, 60, 7))
def test_a_line_that_was_cut_off_is_asked_again(tmp_path: Path, lost: int) -> None:
    whole = kept(tmp_path)
    path = tmp_path / "run.nabla"
    content = path.read_bytes()
    path.write_bytes(content[:-lost])
    again = kept(tmp_path)
    assert_same(whole, again)
    last = len(content.splitlines()[-1])
    assert again.evaluations == (2 if lost <= last + 1 else 3)
    assert path.read_bytes() == content


def test_what_a_power_cut_left_is_not_believed(tmp_path: Path) -> None:
    whole = kept(tmp_path)
    path = tmp_path / "run.nabla"
    content = path.read_bytes()
    path.write_bytes(content + bytes(4096))
    again = kept(tmp_path)
    assert_same(whole, again)
    assert again.evaluations == 1
    assert path.read_bytes() == content
    spoiled = bytearray(content)
    spoiled[content.index(b"\n") + 40] ^= 1  # one bit of the first value
    path.write_bytes(spoiled)
    again = kept(tmp_path)
    assert_same(whole, again)
    assert again.evaluations == 2


@pytest.mark.parametrize("length", [0, 1, 20, 60])
def test_a_first_line_that_was_cut_off_is_written_again(tmp_path: Path, length: int) -> None:
    whole = kept(tmp_path)
    path = tmp_path / "run.nabla"
    content = path.read_bytes()
    path.write_bytes(content[:length])
    again = kept(tmp_path)
    assert again.evaluations == whole.evaluations
    assert path.read_bytes() == content


def test_a_line_is_with_the_system_at_once_and_soon_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    syncs: list[int] = []
    monkeypatch.setattr(journal_module.os, "fsync", lambda file: syncs.append(file))
    now = 0.0
    monkeypatch.setattr(journal_module.time, "monotonic", lambda: now)
    calls = 0

    def f(x: Any) -> float:
        nonlocal calls, now
        calls += 1
        now += 0.4
        assert calls < 3 or len(values(tmp_path)) == calls - 2
        return float(wavy(x))

    answer = kept(tmp_path, f)
    # the first line and the end; in between every third value: 1.2 s have gone by then
    assert len(syncs) == 2 + (answer.evaluations - 1) // 3


# --- refusals --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"x": [0.3, -1.2, 1e-9]}, "x"),
        ({"x": [[0.3, -1.2, 0.0]], "f": lambda x: wavy(x[0])}, "x"),
        ({"dtype": np.float32}, "dtype"),
        ({"bounds": (None, 5.0)}, "bounds"),
        ({"batch": True}, "batch"),
        ({"order": 4}, "order"),
        ({"step": 0.1}, "step"),
    ],
)
def test_another_run_is_refused(tmp_path: Path, change: Any, named: str) -> None:
    kept(tmp_path)
    before = lines(tmp_path)
    with pytest.raises(InvalidOption) as caught:
        kept(tmp_path, **change)
    assert named in caught.value.what.split(": ")[1].replace(",", "").split()
    assert "the same" in caught.value.what
    assert "delete" in caught.value.remedy
    assert lines(tmp_path) == before


def scaled(scale: Any) -> Any:
    def f(x: Any) -> float:
        return float(np.sum(scale * np.sin(x)))

    return f


def test_what_differs_in_f_is_named(tmp_path: Path) -> None:
    kept(tmp_path, scaled(np.array([1.0, 2.0, 3.0])))
    with pytest.raises(InvalidOption, match=r"scale of scaled.*\(\) and f\(x\) are not the same"):
        kept(tmp_path, scaled(np.array([1.0, 5.0, 3.0])))
    with pytest.raises(InvalidOption, match=r"scale of scaled.*\(\) is not the same"):
        kept(tmp_path, scaled(np.array([1.0, 2.0, 4.0])))
    kept(tmp_path, scaled(np.array([1.0, 2.0, 3.0])))


def test_a_random_f_is_refused_by_its_value(tmp_path: Path) -> None:
    scatter = np.random.default_rng(0)

    def noisy(x: Any) -> float:
        return float(np.sin(x).sum() + 1e-6 * scatter.normal())

    kept(tmp_path, noisy)
    with pytest.raises(InvalidOption, match=r"another run: f\(x\) is not the same"):
        kept(tmp_path, noisy)


@pytest.mark.parametrize(
    "content", [b"my thesis\n", b"my thesis", b'{"format": "else"}\n', b"\0" * 9]
)
def test_another_file_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "run.nabla"
    path.write_bytes(content)
    with pytest.raises(InvalidOption, match="something else"):
        kept(tmp_path)
    assert path.read_bytes() == content


def test_two_runs_at_once_are_refused(tmp_path: Path) -> None:
    inside = False

    def f(x: Any) -> float:
        nonlocal inside
        if x[0] != X[0] and not inside:
            inside = True
            with pytest.raises(InvalidOption, match="another run is writing"):
                kept(tmp_path)
        return float(wavy(x))

    kept(tmp_path, f)
    assert inside
    kept(tmp_path, f)


def test_a_journal_needs_its_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        kept(tmp_path / "nowhere")


# --- the fingerprint ---------------------------------------------------------------------------

rate = 2.0


@lru_cache
def helper(t: float) -> float:
    return rate * t


class Model:
    power = 2

    def __init__(self) -> None:
        self.weights, self.calls = np.ones(3), 0

    def __call__(self, x: Any) -> float:
        self.calls += 1
        return float(np.sum(self.weights * x**self.power))

    def loss(self, x: Any) -> float:
        return self(x)


def differing(f: Any, change: Any) -> set[str]:
    before = fingerprint(f)
    undo = change()
    after = fingerprint(f)
    if undo:
        undo()
    return {name.split(".")[-1] for name in before if before[name] != after.get(name)}


def test_a_global_of_a_helper_belongs_to_f(monkeypatch: pytest.MonkeyPatch) -> None:
    def f(x: Any) -> float:
        return sum(helper(t) for t in x)

    def change() -> None:
        monkeypatch.setitem(globals(), "rate", 3.0)

    assert differing(f, change) == {"rate of helper()"}


def test_the_code_of_a_helper_belongs_to_f() -> None:
    def inner(t: float, *, shift: float = 1.0) -> float:
        return t * 2 + shift

    def f(x: Any) -> float:
        return inner(x)

    def differs(change: Any) -> set[str]:
        before = fingerprint(f)
        change()
        return {name.split(" of ")[0] for name in changed(before, fingerprint(f))}

    def other(t: float, *, shift: float = 1.0) -> float:
        return t * 3 + shift

    def another(t: float, *, shift: float = 1.0) -> float:
        return t + 3 + shift

    assert differs(lambda: setattr(inner, "__code__", other.__code__)) == {"the code"}
    assert differs(lambda: setattr(inner, "__code__", another.__code__)) == {"the code"}
    assert differs(lambda: setattr(inner, "__kwdefaults__", {"shift": 2.0})) == {"shift"}
    assert differs(lambda: None) == set()


@pytest.mark.parametrize("take", [lambda model: model, lambda model: model.loss])
def test_an_object_is_its_attributes_and_its_class(
    take: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = Model()
    f = take(model)
    assert differing(f, lambda: model.weights.put(0, 5.0)) == {"weights of Model"}
    assert differing(f, lambda: monkeypatch.setattr(Model, "power", 3)) == {"the class Model"}
    before = fingerprint(f)
    f(np.ones(3))
    assert changed(before, fingerprint(f)) == ["calls of Model"]


def test_what_holds_functions_holds_what_they_hold() -> None:
    scale = np.ones(2)
    terms = [lambda x: scale @ x]
    assert digest(terms) != [scale.put(0, 2.0), digest(terms)][1]
    f = partial(lambda x, terms: terms[0](x), terms=terms)
    assert differing(f, lambda: scale.put(1, 2.0)) == {"the arguments of the partial"}


def test_values_have_their_digests() -> None:
    circle: list[Any] = [1]
    circle.append(circle)
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    values = [
        *[1, 1.0, True, "1", b"1", 1j, None, -0.0, 0.0, 10**5000],
        *[(1, 2), [1, 2], {1: 2}, {1, 2}, frozenset({1, 2}), (2, 1)],
        *[
            np.ones(2),
            np.ones(2, np.float32),
            np.ones((1, 2)),
            np.float64(1),
            np.array(["a", 1], object),
        ],
        *[np.sin, np.cos, len, max, os, sys, Model, Model.loss, Model(), helper, partial(max, 1)],
        *[np.random.default_rng(0), np.random.default_rng(1), circle, threading.Lock(), deep],
    ]
    digests = [digest(value) for value in values]
    assert len(set(digests)) == len(values)
    assert [digest(value) for value in values] == digests


def test_a_digest_is_the_same_in_every_process(root: Path) -> None:
    program = (
        "from test_central_journal import *;"
        "print(digest([{'a', 'b', 'c', 'd'}, Model(), lambda x: x in {'e', 'f', 'g'}]))"
    )
    path = os.pathsep.join([str(root), str(root / "tests")])
    printed = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(printed) == 1


def test_where_a_function_stands_does_not_matter() -> None:
    source = "def f(x):\n    return x * 2\n"
    spaces: list[dict[str, Any]] = [{"__name__": "m"}, {"__name__": "m"}]
    exec(source, spaces[0])
    exec("\n\n# moved\n" + source, spaces[1])
    one, other = (space["f"] for space in spaces)
    assert isinstance(one, FunctionType)
    assert fingerprint(one) == fingerprint(other)
