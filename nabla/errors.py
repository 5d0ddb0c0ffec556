"""Every exception nabla raises, each saying what happened, why, and what to do.

A refusal is a feature: a derivative that cannot be followed is refused here rather than
returned wrong. All exceptions derive from `NablaError`; each also derives from the builtin
exception a caller would expect to catch (`TypeError`, `ValueError`, ...).
"""

from __future__ import annotations


class NablaError(Exception):
    """The root of all exceptions raised by nabla.

    Args:
        what: what happened, in one sentence, naming the operation and the user's line.
        why: why nabla will not go on.
        remedy: what the user can do about it.
    """

    def __init__(self, what: str, *, why: str, remedy: str) -> None:
        super().__init__(f"{what}\n  Why: {why}\n  What to do: {remedy}")
        self.what = what
        self.why = why
        self.remedy = remedy

    def __reduce__(self) -> tuple[object, ...]:
        # keyword-only arguments do not survive the default pickling, and errors cross
        # process boundaries when differences are taken by an executor
        return _rebuild, (type(self), self.what, self.why, self.remedy)


def _rebuild(kind: type[NablaError], what: str, why: str, remedy: str) -> NablaError:
    return kind(what, why=why, remedy=remedy)


class UnsupportedPoint(NablaError, TypeError):
    """x is not something a gradient is taken at: complex, boolean, text, ragged ..."""


class NonFinitePoint(NablaError, ValueError):
    """x holds a NaN or an infinity."""


class UnsupportedResult(NablaError, TypeError):
    """f returned something other than one real number."""


class NonFiniteResult(NablaError, ValueError):
    """f(x) is NaN or infinite at the very point where its gradient is asked."""


class InvalidOption(NablaError, ValueError):
    """An argument or an option of a method is out of its range."""


class UnknownMethod(NablaError, ValueError):
    """No method has that name."""


class CannotFollow(NablaError, TypeError):
    """An exact method cannot follow f; `auto` answers by taking differences instead."""


class MissingRule(CannotFollow):
    """f uses an operation for which there is no rule."""


class LostDerivative(CannotFollow):
    """f sends a lifted value where only its plain number would survive."""


class NotAnalytic(CannotFollow):
    """f does something that complex numbers do otherwise: their step would lose the derivative."""


class CrossCheckFailed(CannotFollow):
    """An exact derivative contradicts differences of f: it was lost where nothing could see it."""


class DuplicateRule(NablaError, ValueError):
    """A rule for this operation stands already and is a different one."""


class PrecisionNotReached(NablaError, ArithmeticError):
    """The promised number of digits could not be verified."""


class MissingExtra(NablaError, ImportError):
    """A package that nabla does not depend on is needed here and not installed."""
