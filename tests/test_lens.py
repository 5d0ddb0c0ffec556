"""The lens itself: what it follows between calls, what it leaves behind, what it costs in memory.

Which functions it follows is the business of test_everyday.py. Here the safety net is off, so
that the lens is judged and not the cross-check.
"""

from __future__ import annotations

import builtins
import functools
import gc
import math
import sys
import threading
import types
import weakref
from typing import Any

import numpy as np
import pytest

import nabla
from nabla.lens.lens import run_through_lens

ALONE = nabla.Forward(cross_check="never")

FACTOR = 2.0
WEIGHTS = [1.0, 2.0]
SCRATCH = np.zeros(2)
CALLS = 0
HISTORY: list[Any] = []


def gradient(f: Any, x: Any = (0.5, 2.0)) -> Any:
    return nabla.gradient(f, np.array(x), method=ALONE)


class TestBetweenCalls:
    def test_a_global_bound_anew_is_followed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        f = lambda x: math.sin(x[0]) * FACTOR
        first = gradient(f)
        monkeypatch.setitem(globals(), "FACTOR", 5.0)
        assert gradient(f)[0] == pytest.approx(2.5 * first[0])

    def test_a_helper_bound_anew_is_followed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        f = lambda x: _helper(x[0])
        assert gradient(f)[0] == pytest.approx(math.cos(0.5))
        monkeypatch.setitem(globals(), "_helper", lambda v: math.exp(2 * v))
        assert gradient(f)[0] == pytest.approx(2 * math.exp(1.0))

    def test_a_closure_bound_anew_is_followed(self) -> None:
        power = 2

        def f(x: Any) -> Any:
            return math.pow(x[1], power)

        assert gradient(f)[1] == 4.0
        power = 3
        assert gradient(f)[1] == 12.0

    def test_a_function_in_a_closure_bound_anew_is_followed(self) -> None:
        act = math.sin

        def f(x: Any) -> Any:
            return act(x[0])

        assert gradient(f)[0] == math.cos(0.5)
        act = math.exp
        assert gradient(f)[0] == math.exp(0.5)

    def test_defaults_bound_anew_are_followed(self) -> None:
        def f(x: Any, act: Any = math.sin) -> Any:
            return act(x[0])

        assert gradient(f)[0] == math.cos(0.5)
        f.__defaults__ = (math.exp,)
        assert gradient(f)[0] == math.exp(0.5)

    def test_a_class_changed_since_is_followed(self) -> None:
        class Model:
            scale = 1.0

            def value(self, x: Any) -> Any:
                return math.sin(x[0]) * self.scale

        f = lambda x: Model().value(x)
        first = gradient(f)[0]
        Model.scale = 3.0
        assert gradient(f)[0] == 3 * first
        Model.value = lambda self, x: math.exp(x[0])
        assert gradient(f)[0] == math.exp(0.5)

    def test_an_object_changed_since_is_followed(self) -> None:
        settings = types.SimpleNamespace(act=math.sin, rates=[1.0])
        f = lambda x: settings.act(x[0]) * settings.rates[-1]
        first = gradient(f)[0]
        settings.rates.append(4.0)
        assert gradient(f)[0] == 4 * first

    def test_an_array_changed_in_place_is_followed(self) -> None:
        table = np.array([1.0, 2.0])
        f = lambda x: table @ x
        assert gradient(f).tolist() == [1.0, 2.0]
        table[0] = 7.0
        assert gradient(f).tolist() == [7.0, 2.0]

    def test_a_module_attribute_bound_anew_is_followed(self) -> None:
        settings = types.ModuleType("settings_of_a_test")
        settings.act = math.sin  # type: ignore[attr-defined]
        f = lambda x: settings.act(x[0])
        assert gradient(f)[0] == math.cos(0.5)
        settings.act = math.exp  # type: ignore[attr-defined]
        assert gradient(f)[0] == math.exp(0.5)


def _helper(v: Any) -> Any:
    return math.sin(v)


class TestNothingStaysBehind:
    def test_nothing_is_patched(self) -> None:
        before = {module: dict(vars(module)) for module in (math, np, builtins, np.linalg)}

        def f(x: Any) -> Any:
            y = np.zeros(2)
            y[:] = x
            return math.sin(float(y[0])) * np.linalg.norm(y)

        gradient(f)
        for module, names in before.items():
            assert all(vars(module)[name] is value for name, value in names.items())

    def test_a_global_array_keeps_its_numbers(self) -> None:
        def f(x: Any) -> Any:
            SCRATCH[:] = 1.0
            SCRATCH[0] = x[0] ** 2
            return SCRATCH.sum()

        assert gradient(f).tolist() == [1.0, 0.0]
        assert SCRATCH.tolist() == [0.0, 0.0]

    def test_lifted_values_stay_out_of_the_users_containers(self) -> None:
        attributes = types.SimpleNamespace(last=None)
        table: dict[str, Any] = {"last": None}

        def f(x: Any) -> Any:
            HISTORY.append(x[0])
            attributes.last = table["last"] = x[0]
            return x[0] * attributes.last

        gradient(f)
        assert HISTORY == []
        assert attributes.last is None
        assert table == {"last": None}

    def test_counters_count(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(globals(), "CALLS", 0)
        in_closure, in_dict, in_object = 0, {"calls": 0}, _Counter()
        in_module = types.ModuleType("counters_of_a_test")
        in_module.calls = 0  # type: ignore[attr-defined]

        class InClass:
            calls = 0

        def f(x: Any) -> Any:
            global CALLS  # noqa: PLW0603 - as users do
            nonlocal in_closure
            CALLS += 1
            in_closure += 1
            in_dict["calls"] += 1
            in_object.calls += 1
            in_module.calls += 1
            InClass.calls += 1
            in_object.last = in_module.last = x[0]  # type: ignore[attr-defined]
            return x[0] * x[1]

        gradient(f)
        gradient(f)
        assert (CALLS, in_closure, in_dict["calls"], in_object.calls) == (2, 2, 2, 2)
        assert (in_module.calls, InClass.calls) == (2, 2)
        assert in_object.last is None
        assert not hasattr(in_module, "last")

    def test_threads_do_not_meet(self) -> None:
        def f(x: Any) -> Any:
            SCRATCH[0] = x[0]
            for _ in range(50):
                SCRATCH[0] = math.sin(SCRATCH[0])
            return SCRATCH[0]

        expected = [gradient(f, (k / 10, 1.0))[0] for k in range(4)]
        found: dict[int, Any] = {}

        def work(k: int) -> None:
            found[k] = [gradient(f, (k / 10, 1.0))[0] for _ in range(5)]

        threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == {k: [expected[k]] * 5 for k in range(4)}

    def test_what_a_function_captured_dies_with_it(self) -> None:
        def made() -> tuple[Any, Any]:
            held = _Counter()
            weights = np.arange(3.0)
            f = lambda x: (weights * math.sin(x[0])).sum() + held.calls
            gradient(f)
            return weakref.ref(held), weakref.ref(f)

        references = [made() for _ in range(3)]
        gc.collect()
        assert [reference() for pair in references for reference in pair] == [None] * 6


class _Counter:
    def __init__(self) -> None:
        self.calls = 0
        self.last: Any = None


class TestCost:
    def test_a_warm_call_makes_few_calls_of_its_own(self) -> None:
        def f(x: Any) -> Any:
            return x

        run_through_lens(f, 1.0)
        own = ["run_through_lens", "run", "_start", "see", "f", "_has_attributes"]
        assert _calls_of(f) == own

    def test_a_large_table_is_not_looked_through_entry_by_entry(self) -> None:
        table = {f"{k}": k / 2 for k in range(10_000)}
        row, met = list(table.values()), set(table)

        def f(x: Any) -> Any:
            table["last"] = 1.0
            row[0] = table["4"] * x
            return row[0] + row[4] * ("7" in met)

        assert run_through_lens(f, 3.0) == 8.0
        assert len(_calls_of(f)) < 1000
        assert (table["last"], row[0]) == (1.0, 2.0)


def _calls_of(f: Any) -> list[str]:
    """The Python functions called in a warm run of f."""
    called: list[str] = []

    def count(frame: types.FrameType, event: str, argument: Any) -> None:
        if event == "call":
            called.append(frame.f_code.co_name)

    sys.setprofile(count)
    try:
        run_through_lens(f, 1.0)
    finally:
        sys.setprofile(None)
    return called


class TestAsPlainly:
    """What the plain run raises or decides, the traced run does, too."""

    def test_division_by_zero(self) -> None:
        def f(x: Any) -> Any:
            try:
                return 1 / float(x[0]) + x[1]
            except ZeroDivisionError:
                return 3 * x[1]

        assert gradient(f, (0.0, 1.0)).tolist() == [0.0, 3.0]

    def test_domain_errors(self) -> None:
        def f(x: Any) -> Any:
            try:
                return math.sqrt(x[0])
            except ValueError:
                return x[1]

        assert gradient(f, (-1.0, 1.0)).tolist() == [0.0, 1.0]

    def test_an_error_of_fs_own_arrives(self) -> None:
        def f(x: Any) -> Any:
            raise KeyError("mine")

        with pytest.raises(KeyError, match="mine"):
            gradient(f)

    def test_what_dislikes_lifted_values_is_refused_with_the_line(self) -> None:
        import json

        def f(x: Any) -> Any:
            return json.loads(json.dumps([x[0]]))[0]

        with pytest.raises(nabla.LostDerivative, match=r"json\.dumps.* of f\(\) raised TypeError"):
            gradient(f)

    def test_types_answer_as_for_plain_numbers(self) -> None:
        def f(x: Any) -> Any:
            assert isinstance(x, np.ndarray)
            assert type(x) is np.ndarray
            assert isinstance(x[0], np.floating | float)
            assert type(float(x[0])) is float
            assert not hasattr(x[0], "__len__")
            assert np.isscalar(x[0])
            assert x.dtype == float
            assert x.dtype == np.float64
            match x[0]:
                case float():
                    return x[0]
            return 0.0

        assert gradient(f).tolist() == [1.0, 0.0]

    def test_a_cache_remembers_within_a_run_only(self) -> None:
        runs: list[int] = []

        @functools.lru_cache
        def slow(v: Any) -> Any:
            runs.append(1)
            return math.sin(v)

        f = lambda x: slow(x[0]) + slow(x[0]) + slow(2)
        assert gradient(f)[0] == pytest.approx(2 * math.cos(0.5))
        assert gradient(f, (1.0, 1.0))[0] == pytest.approx(2 * math.cos(1.0))

    def test_recursion_over_whole_numbers_keeps_its_cache(self) -> None:
        @functools.cache
        def fibonacci(n: int) -> int:
            return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)

        assert gradient(lambda x: fibonacci(80) * x[0])[0] == fibonacci(80)

    def test_a_function_is_the_key_of_a_table(self) -> None:
        names = {math.sin: "sine", np.sin: "sine", _helper: "helper", float: "float"}

        def f(x: Any) -> Any:
            return x[0] * len(names[math.sin] + names[np.sin] + names[_helper] + names[float])

        assert gradient(f)[0] == 19.0
