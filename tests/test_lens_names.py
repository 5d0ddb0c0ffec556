"""Names through the lens: globals, modules and text that is evaluated, read and written."""

from __future__ import annotations

import math
import sys
import types
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import nabla

ALONE = nabla.Forward(cross_check="never")

FACTOR = 2.0
ACT = math.sin


def gradient(f: Any, x: Any = (0.5, 2.0)) -> Any:
    return nabla.gradient(f, np.array(x), method=ALONE).tolist()


@pytest.fixture
def settings() -> Iterator[Any]:
    """A module of the user's with a global, and functions that read and write it."""
    module: Any = types.ModuleType("settings_of_a_test")
    text = """
import math
rate, calls = 0.5, 0
def damped(v): return math.exp(-rate * v)
def count():
    global calls
    calls += 1
    return calls
"""
    exec(text, vars(module))
    sys.modules[module.__name__] = module
    yield module
    del sys.modules[module.__name__]


class TestGlobals:
    """`globals()` is the module's namespace as f sees it, for reading and for writing."""

    def test_every_way_to_read(self) -> None:
        def f(x: Any) -> Any:
            names = globals()
            assert "FACTOR" in names
            assert "nothing" not in names
            assert names.get("nothing", 5.0) == 5.0
            assert len(names) == len(list(names)) > 5
            copies = dict(names), {**names}, names.copy()
            acts = [names["ACT"], names.get("ACT"), *(copy["ACT"] for copy in copies)]
            acts += [value for name, value in names.items() if name == "ACT"]
            return sum(act(x[0]) for act in acts) * names["FACTOR"]

        assert gradient(f) == [12 * math.cos(0.5), 0.0]

    def test_every_way_to_write(self) -> None:
        def f(x: Any) -> Any:
            globals()["FACTOR"] = x[0]
            y = FACTOR * x[1]
            globals().update(FACTOR=x[1])
            y += FACTOR
            globals()["of_this_run"] = x[0]
            y += of_this_run  # type: ignore[name-defined]  # noqa: F821
            del globals()["of_this_run"]
            return y + globals().setdefault("of_this_run", x[0]) + globals().pop("of_this_run")

        for _ in range(2):
            assert gradient(f) == [2.0 + 3.0, 0.5 + 1.0]
        assert FACTOR == 2.0
        assert "of_this_run" not in globals()


class TestModules:
    """A module's attributes are the globals of its functions."""

    def test_what_f_assigns_its_functions_read(self, settings: Any) -> None:
        def f(x: Any) -> Any:
            settings.rate = x[0]
            return settings.damped(x[1]) * settings.rate

        y = math.exp(-1.0)
        for _ in range(2):
            assert gradient(f) == pytest.approx([y - 0.5 * 2 * y, -0.5 * 0.5 * y], rel=1e-15)
        assert settings.rate == 0.5

    def test_what_its_functions_write_f_reads(self, settings: Any) -> None:
        def f(x: Any) -> Any:
            settings.calls = 0
            settings.count()
            return x[0] * settings.calls + settings.count() * x[1]

        assert gradient(f) == [1.0, 2.0]
        assert settings.calls == 2

    def test_a_function_replaced_for_a_while(self, settings: Any) -> None:
        def f(x: Any) -> Any:
            before, settings.damped = settings.damped, math.sin
            try:
                y = settings.damped(x[0])
            finally:
                settings.damped = before
            return y * settings.damped(0.0)

        assert gradient(f) == [math.cos(0.5), 0.0]

    def test_a_function_of_numpy_replaced_for_a_while(self) -> None:
        def f(x: Any) -> Any:
            before = np.tanh
            y = before(x[0])
            np.tanh = np.cos  # type: ignore[misc, assignment]
            y = y + np.tanh(x[1])
            np.tanh = before  # type: ignore[misc]
            return y + np.tanh(x[0])

        real = np.tanh
        assert gradient(f) == [2 * (1 - math.tanh(0.5) ** 2), -math.sin(2.0)]
        assert np.tanh is real

    def test_the_namespace_itself(self, settings: Any) -> None:
        def f(x: Any) -> Any:
            assert vars(settings) is settings.__dict__
            vars(settings)["rate"] = x[0]
            return settings.__dict__["damped"](2.0) * math.__dict__["sin"](1.0)

        assert gradient(f)[0] == -2 * math.exp(-1.0) * math.sin(1.0)


class TestText:
    """What is evaluated sees what the line that evaluates it sees."""

    def test_eval(self) -> None:
        def f(x: Any) -> Any:
            v = x[0]
            y = eval(" ACT(v) * FACTOR") + eval("ACT(v)", globals(), {"v": x[1]})
            return (
                y + eval("act(v)", {"act": math.exp, "v": x[0]}) + eval("(lambda: ACT(0.5))()") * v
            )

        expected = [2 * math.cos(0.5) + math.exp(0.5) + math.sin(0.5), math.cos(2.0)]
        assert gradient(f) == pytest.approx(expected, rel=1e-15)

    def test_exec(self) -> None:
        def f(x: Any) -> Any:
            made: dict[str, Any] = {"x": x}
            exec("import math\ndef act(v): return math.sin(v)\ny = act(x[0]) * x[1]", made)
            exec("def scaled(v): return ACT(v) * FACTOR", globals(), made)
            return made["y"] + made["scaled"](x[1])

        expected = [2 * math.cos(0.5), math.sin(0.5) + 2 * math.cos(2.0)]
        assert gradient(f) == pytest.approx(expected, rel=1e-15)
        assert "scaled" not in globals()

    def test_exec_that_writes_globals(self) -> None:
        def f(x: Any) -> Any:
            exec("FACTOR = FACTOR + 1.0", globals(), globals())
            y = FACTOR * x[0]
            exec("FACTOR = 2.0", globals())
            return y

        assert gradient(f) == [3.0, 0.0]
        assert FACTOR == 2.0
