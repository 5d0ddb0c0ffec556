"""The user's classes through the lens: what changes between calls, identity, what stays behind."""

from __future__ import annotations

import collections
import enum
import functools
import math
from typing import Any

import numpy as np

import nabla

ALONE = nabla.Forward(cross_check="never")


def slope(f: Any, x: Any = (0.5, 2.0)) -> float:
    return nabla.gradient(f, np.array(x), method=ALONE)[0]


class TestBetweenCalls:
    """What the user does to a class after a first gradient, the second one follows."""

    def test_bases_bound_anew(self) -> None:
        class Sine:
            def value(self, v: Any) -> Any:
                return math.sin(v)

        class Exponential:
            def value(self, v: Any) -> Any:
                return math.exp(v)

        class Model(Sine):
            pass

        model = Model()
        f = lambda x: model.value(x[0]) + Model().value(x[0])
        assert slope(f) == 2 * math.cos(0.5)
        Model.__bases__ = (Exponential,)
        assert slope(f) == 2 * math.exp(0.5)

    def test_the_class_of_an_object(self) -> None:
        class Sine:
            def value(self, v: Any) -> Any:
                return math.sin(v)

        class Exponential:
            def value(self, v: Any) -> Any:
                return math.exp(v)

        model: Any = Sine()
        f = lambda x: model.value(x[0])
        assert slope(f) == math.cos(0.5)
        model.__class__ = Exponential
        assert slope(f) == math.exp(0.5)

    def test_a_method_and_a_property_of_a_base(self) -> None:
        class Base:
            def value(self, v: Any) -> Any:
                return math.sin(v)

            @property
            def scale(self) -> float:
                return 2.0

        class Model(Base):
            pass

        model: Any = Model()
        f = lambda x: model.value(x[0]) * model.scale
        assert slope(f) == 2 * math.cos(0.5)
        Base.value = lambda self, v: math.exp(v)  # type: ignore[method-assign]
        assert slope(f) == 2 * math.exp(0.5)
        Base.scale = property(lambda self: 3.0)  # type: ignore[assignment, method-assign]
        assert slope(f) == 3 * math.exp(0.5)
        Model.scale = 5.0  # type: ignore[assignment]
        assert slope(f) == 5 * math.exp(0.5)
        del Model.scale  # type: ignore[misc]
        assert slope(f) == 3 * math.exp(0.5)

    def test_an_attribute_of_a_metaclass(self) -> None:
        class Meta(type):
            gain = 2.0

            @property
            def doubled(cls) -> float:
                return 2 * cls.gain

        class Model(metaclass=Meta):
            pass

        f = lambda x: math.sin(x[0]) * Model.gain * Model.doubled
        assert slope(f) == 8 * math.cos(0.5)
        Meta.gain = 3.0
        assert slope(f) == 18 * math.cos(0.5)
        Meta.doubled = property(lambda cls: cls.gain)  # type: ignore[assignment, method-assign]
        assert slope(f) == 9 * math.cos(0.5)

    def test_an_attribute_of_an_enums_member(self) -> None:
        f = lambda x: Wave.SINE(x[0]) * Wave.SINE.gain
        assert slope(f) == math.cos(0.5)
        Wave.SINE.gain = 3.0
        assert slope(f) == 3 * math.cos(0.5)
        Wave.SINE.gain = 1.0

    def test_the_method_of_an_enum(self) -> None:
        class Kind(enum.Enum):
            ONE = 1

            def value_at(self, v: Any) -> Any:
                return math.sin(v)

        f = lambda x: Kind.ONE.value_at(x[0])
        assert slope(f) == math.cos(0.5)
        Kind.value_at = lambda self, v: math.exp(v)  # type: ignore[method-assign]
        assert slope(f) == math.exp(0.5)


class Wave(enum.Enum):
    SINE = enum.member(functools.partial(math.sin))
    EXPONENTIAL = enum.member(math.exp)

    def __init__(self, *args: Any) -> None:
        self.gain = 1.0

    def __call__(self, v: Any) -> Any:
        return self.value(v)


class Shade(enum.Flag):
    LIGHT = enum.auto()
    DARK = enum.auto()


CHOSEN = Wave.EXPONENTIAL
BOTH = Shade.LIGHT | Shade.DARK


class TestEnums:
    """A member is one object, however f comes by it."""

    def test_a_member_is_itself(self) -> None:
        in_list, in_dict = [Wave.SINE], {Wave.SINE: 2.0}
        of_objects = np.array([Wave.SINE, None], dtype=object)

        def f(x: Any, wave: Any = Wave.SINE) -> Any:
            assert wave is Wave.SINE
            assert in_list[0] is Wave["SINE"] is Wave.__members__["SINE"]
            assert next(iter(Wave)) is Wave.SINE
            assert CHOSEN is Wave.EXPONENTIAL
            assert CHOSEN is Wave(math.exp)
            assert Shade(3) is BOTH
            assert Shade.DARK in BOTH
            assert of_objects[0] == Wave.SINE
            assert of_objects[0] != CHOSEN
            return wave(x[0]) * in_dict[wave]

        assert slope(f) == slope(f) == 2 * math.cos(0.5)

    def test_a_member_kept_by_the_user_is_the_users(self) -> None:
        kept: list[Any] = []

        def f(x: Any) -> Any:
            kept.append(Wave["SINE"])
            return kept[-1](x[0])

        slope(f)
        assert kept == [Wave.SINE]
        assert kept[0] is Wave.SINE

    def test_text_that_says_something_else_of_itself(self) -> None:
        class Name(str):
            __slots__ = ()

            def __str__(self) -> str:
                return "another"

            def scaled(self, v: Any) -> Any:
                return math.sin(v) * len(self)

        name = Name("four")
        assert slope(lambda x: name.scaled(x[0])) == 4 * math.cos(0.5)


class TestWhatStaysBehind:
    def test_in_slots_sets_and_deques(self) -> None:
        class Counter:
            __slots__ = ("calls", "last")

            def __init__(self) -> None:
                self.calls = 0

        class Path(list[Any]):
            calls = 0

        counter, path = Counter(), Path()
        met: set[int] = set()
        latest: collections.deque[int] = collections.deque(maxlen=2)

        def f(x: Any) -> Any:
            counter.calls += 1
            counter.last = x[0]
            path.calls += 1
            path.append(x[0])
            met.add(counter.calls)
            latest.append(counter.calls)
            assert not hasattr(counter, "__dict__")
            return x[0] * x[1]

        for _ in range(3):
            slope(f)
        assert (counter.calls, path.calls, met, list(latest)) == (3, 3, {1, 2, 3}, [2, 3])
        assert not hasattr(counter, "last")
        assert path == []
