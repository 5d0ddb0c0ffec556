"""Auto: exact where f can be followed, differences where it cannot, and the answer says which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar, TypeVar

from nabla.errors import CannotFollow, NablaError
from nabla.lift.lifted import Lifted
from nabla.methods.central import Central
from nabla.methods.forward import Forward
from nabla.methods.function import Function
from nabla.result import Array, Estimate, Note

T = TypeVar("T")


@dataclass(frozen=True)
class Auto:
    """Forward mode if f can be followed, else central differences with the reason in a note."""

    name: ClassVar[str] = "auto"

    def estimate(self, f: Function, x: Array, /) -> Estimate:
        """The gradient by the method that serves; `Estimate.method` tells which one did."""
        return _first_that_serves(
            lambda: Forward().estimate(f, x), lambda: Central().estimate(f, x), x, _with_reason
        )

    def value_and_gradient(self, f: Function, x: Array, /) -> tuple[float, Array]:
        """The same without the error where an exact mode serves."""

        def by_differences() -> tuple[float, Array]:
            estimate = Central().estimate(f, x)
            return estimate.value, estimate.gradient

        return _first_that_serves(
            lambda: Forward().value_and_gradient(f, x), by_differences, x, _as_it_is
        )

    def slope(self, f: Function, x: Array, u: Array, /) -> Estimate:
        """∇f(x)·u by the method that serves."""
        return _first_that_serves(
            lambda: Forward().slope(f, x, u), lambda: Central().slope(f, x, u), x, _with_reason
        )


def _first_that_serves(
    exactly: Callable[[], T],
    by_differences: Callable[[], T],
    x: Array,
    explained: Callable[[T, str], T],
) -> T:
    try:
        return exactly()
    except CannotFollow as error:
        if isinstance(x, Lifted):
            raise  # differences of lifted values would mean nothing
        reason = error.what
    except NablaError:
        raise
    except Exception as error:
        # f's own error, or f's dislike of lifted values? On plain numbers it will tell.
        if isinstance(x, Lifted):
            raise
        reason = f"f raised {type(error).__name__} on lifted values: {error}"
    return explained(by_differences(), reason)


def _with_reason(estimate: Estimate, reason: str) -> Estimate:
    note = Note("fallback", f"central differences, because {reason}")
    return replace(estimate, notes=(note, *estimate.notes))


def _as_it_is(answer: T, reason: str) -> T:
    return answer
