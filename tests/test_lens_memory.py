"""What the lens got wrong once, and the memory of arrays under it.

The safety net is off, so that the lens is judged and not the cross-check.
"""

from __future__ import annotations

import gc
import math
from typing import Any, ClassVar

import numpy as np
import pytest

import nabla

ALONE = nabla.Forward(cross_check="never")

SCRATCH = np.zeros(2)


def gradient(f: Any, x: Any = (0.5, 2.0)) -> Any:
    return nabla.gradient(f, np.array(x), method=ALONE)


class TestMemory:
    """Buffers share memory as NumPy's arrays do, before and after they become lifted."""

    def check(self, f: Any, x: Any = (0.5, 2.0)) -> None:
        value, slopes = nabla.value_and_gradient(f, np.array(x), method=ALONE)
        assert value == f(np.array(x))
        by_differences = nabla.estimate(f, np.array(x), method="central")
        np.testing.assert_allclose(slopes, by_differences.gradient, atol=1e-7)

    def test_a_view_taken_before_the_first_lifted_write(self) -> None:
        def f(x: Any) -> Any:
            y = np.zeros((2, 3))
            row, flat, turned = y[1], y.reshape(-1), y.T
            row[0] = x[0] * x[1]
            flat[4] += x[1]
            turned[2, 1] = x[0]
            return (y * np.arange(6.0).reshape(2, 3)).sum() + flat[3] * row[2] * turned[1, 1]

        self.check(f)

    def test_a_view_of_a_view_of_a_global_array(self) -> None:
        def f(x: Any) -> Any:
            part = SCRATCH[:]
            part[:] = 3.0
            part[::-1][0] = x[0]
            return SCRATCH @ x + part[1] * SCRATCH[1]

        self.check(f)

    def test_in_place_operators_and_out(self) -> None:
        def f(x: Any) -> Any:
            y = np.ones(2)
            alias = y
            y += x
            y *= 2
            np.multiply(y, x, out=y)
            np.add(y, 1.0, out=y, where=np.array([True, False]))
            return alias.sum() ** 2

        self.check(f)

    def test_a_whole_number_buffer_truncates(self) -> None:
        def f(x: Any) -> Any:
            y = np.zeros(2, dtype=int)
            y[0] = x[1] + 0.25
            return y[0] * x[0]

        self.check(f)

    def test_a_plain_write_stops_the_element(self) -> None:
        def f(x: Any) -> Any:
            y = np.zeros(2)
            y[:] = x
            y[1] = 7.0
            return y @ y

        self.check(f)

    def test_masks_and_lists_of_places(self) -> None:
        def f(x: Any) -> Any:
            y = np.arange(4.0)
            y[[0, 3]] = x
            y[y > 1.5] *= x[0]
            np.add.at(y, [0, 0, 1], x[1])
            np.put(y, [2], x[0])
            np.copyto(y[1:2], x[:1])
            return (y**2).sum()

        self.check(f)

    def test_an_array_of_another_is_shared(self) -> None:
        def f(x: Any) -> Any:
            y = np.zeros(3)
            z = np.asarray(y)
            w = np.array(y)
            y[0] = x[0]
            return z[0] * x[1] + w[0]

        self.check(f)

    @pytest.mark.parametrize("outer_first", [True, False])
    def test_a_nested_derivative_writes_both_levels(self, outer_first: bool) -> None:
        def f(x: Any) -> Any:
            def inner(v: Any) -> Any:
                y = np.zeros(3)
                view = y[:2]
                if outer_first:
                    y[0] = x[0]
                    y[1] = v[0] ** 2
                else:
                    y[1] = v[0] ** 2
                    y[0] = x[0]
                return view[0] * view[1] + math.sin(y[1]) * y[0]

            return nabla.gradient(inner, np.array([1.5]), method=ALONE)[0]

        # d/dv: x0·2v + x0·cos(v²)·2v, and that by x0
        assert gradient(f)[0] == pytest.approx(3.0 + 3.0 * math.cos(2.25))


class TestWhatAHostileReadingFound:
    """Programs that were wrong once."""

    check = TestMemory.check

    @pytest.mark.parametrize("write", ["function", "method", "diagonal"])
    def test_functions_that_write_whole_numbers_truncate(self, write: str) -> None:
        def f(x: Any) -> Any:
            counts = np.zeros((2, 2), dtype=int)
            if write == "function":
                np.put(counts, [0], x[0] * 3)
            elif write == "method":
                counts.put([0], x[0] * 3)
            else:
                np.fill_diagonal(counts, x * 3)
            return counts.sum() * x[1]

        self.check(f, (0.7, 1.3))

    def test_a_global_written_by_a_helper_that_is_met_later(self) -> None:
        def f(x: Any) -> Any:
            before = _written
            _write()
            return x[0] * (_written - before)

        assert gradient(f)[0] == 1.0
        assert gradient(f)[0] == 1.0

    def test_attributes_of_functions(self) -> None:
        def f(x: Any) -> Any:
            f.calls += 1  # type: ignore[attr-defined]
            f.seen.append(x[0])  # type: ignore[attr-defined]
            return f.act(x[0]) * f.factor  # type: ignore[attr-defined]

        f.factor, f.calls, f.seen, f.act = 2.0, 0, [], math.sin  # type: ignore[attr-defined]
        assert gradient(f)[0] == 2 * math.cos(0.5)
        f.factor = 3.0  # type: ignore[attr-defined]
        assert gradient(f)[0] == 3 * math.cos(0.5)
        assert f.calls == 2  # type: ignore[attr-defined]
        assert f.seen == []  # type: ignore[attr-defined]

    def test_other_code_under_the_same_function(self) -> None:
        def f(x: Any) -> Any:
            return math.sin(x[0])

        gradient(f)
        f.__code__ = (lambda x: math.exp(x[0])).__code__
        assert gradient(f)[0] == math.exp(0.5)

    def test_a_class_that_registers_its_children_does_not_hear_of_twins(self) -> None:
        class Base:
            registry: ClassVar[list[type]] = []

            def __init_subclass__(cls, **options: Any) -> None:
                Base.registry.append(cls)

        class Child(Base, key=3):
            def value(self, v: Any) -> Any:
                return math.sin(v)

        f = lambda x: Child().value(x[0]) * len(Base.registry)
        assert gradient(f)[0] == math.cos(0.5)
        assert Base.registry == [Child]

    def test_what_f_does_to_a_class_is_over_with_the_run(self) -> None:
        class Model:
            def value(self, v: Any) -> Any:
                return math.sin(v)

        def f(x: Any) -> Any:
            once = not hasattr(Model, "cache")
            Model.cache = x[0]  # type: ignore[attr-defined]
            y = Model().value(x[0]) * once
            Model.value = lambda self, v: 7 * v  # type: ignore[assignment, method-assign]
            return y

        assert gradient(f)[0] == gradient(f)[0] == math.cos(0.5)
        assert not hasattr(Model, "cache")

    def test_out_of_a_method_leaves_the_users_array_alone(self) -> None:
        table = np.array([-1.0, 0.5, 3.0])
        assert gradient(lambda x: table.clip(0, 1, out=table).sum() * x[0])[0] == 1.5
        assert table.tolist() == [-1.0, 0.5, 3.0]

    def test_a_copy_does_not_close_what_the_user_holds(self) -> None:
        closed: list[int] = []

        class Resource:
            weight = 2.0

            def __del__(self) -> None:
                closed.append(1)

        resource = Resource()
        gradient(lambda x: resource.weight * x[0])
        gc.collect()
        assert closed == []
        assert resource.weight == 2.0

    def test_global_arrays_that_share_memory(self) -> None:
        table = np.arange(12.0).reshape(3, 4)
        rows, columns, backwards = table[1:], table[:, ::2], table[::-1, 1]

        def f(x: Any) -> Any:
            table[1, 0] = x[0]
            backwards[0] = x[1]
            flat = columns.ravel()
            flat[0] = 7.0
            return rows[0, 0] * columns[1, 0] + rows[1, 1] ** 2 + columns[0, 0]

        assert gradient(f).tolist() == [1.0, 4.0]
        assert table[1, 0] == 4.0

    def test_pieces_of_an_array_are_views(self) -> None:
        def f(x: Any) -> Any:
            y = np.zeros(4)
            first, second = np.split(y, 2)
            first[0], second[1] = x
            same = y.astype(float, copy=False)
            same[1] = x[0] ** 2
            for (i,), v in np.ndenumerate(y):
                if i == 0:
                    y[2] = v + x[1]
            return y @ y

        self.check(f)

    def test_a_copy_in_another_order_is_a_copy(self) -> None:
        def f(x: Any) -> Any:
            turned = (x * 1.0)[::-1]
            copied = np.ascontiguousarray(turned)
            copied[0] = 9.0
            return x[1] * turned[0]

        self.check(f)

    def test_vectorize_takes_the_type_of_the_first_result(self) -> None:
        def f(x: Any) -> Any:
            return np.vectorize(lambda t: 0 if t < 1 else t**2)(x).sum() + x[0]

        self.check(f, (0.7, 1.3))


_written = 0.0


def _write() -> None:
    global _written  # noqa: PLW0603 - as users do
    _written += 1.0
