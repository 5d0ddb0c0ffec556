"""What is said when an exact derivative and the plain f contradict each other."""

from __future__ import annotations

from nabla.errors import CrossCheckFailed
from nabla.lift.trace import Meetings
from nabla.methods.function import Function
from nabla.result import Array, Note

_REMEDY = (
    "look for what carries numbers on without their derivative: text (str, format, f-strings), "
    "pickling, a C extension, a file, a cache; or use method='central', which needs only values"
)


def slopes_differ(f: Function, p: float, s: float, bar: float, met: Meetings) -> CrossCheckFailed:
    """The exact slope p is not that of the plain f, s give or take the bar."""
    return CrossCheckFailed(
        f"the exact derivative of {f.name} contradicts f itself: along a direction that moves "
        f"every input at once the exact slope is {p:.6g}, and differences of f give {s:.6g} "
        f"with an error of {bar:.1g}",
        why="at steps of many sizes, to both sides, f rises with the second slope: the derivative "
        f"was lost on the way{_suspects(met)}",
        remedy=_REMEDY,
    )


def values_differ(
    f: Function, plain: float, lifted: float, spread: float, met: Meetings
) -> CrossCheckFailed:
    """f does not compute the same with lifted values."""
    return CrossCheckFailed(
        f"{f.name} returns {plain!r} for plain numbers and {lifted!r} when it is followed, and "
        f"rounding explains a difference of {spread:.1g} only",
        why="f takes another way for lifted values than for NumPy's own, so that the derivative "
        f"is that of another function{_suspects(met)}",
        remedy="look for isinstance(x, np.ndarray), type(x), np.isscalar(x), hasattr(x, …) and "
        "try/except around array code; or use method='central', which needs only values",
    )


def failed_before(f: Function, x: Array) -> CrossCheckFailed:
    """Nothing contradicts the derivative here, and nothing confirms it."""
    return CrossCheckFailed(
        f"the exact derivative of {f.name} contradicted f at another point, and at x = {x} "
        "differences of f are too rough to confirm it",
        why="where a derivative was lost once it is believed only if f itself agrees",
        remedy=_REMEDY,
    )


def doubt(p: float, s: float, bar: float) -> Note:
    """Differences disagree, and may be to blame themselves."""
    sentence = (
        f"along a direction that moves every input at once the exact slope is {p:.6g} and "
        f"differences of f give {s:.6g}; f is too rough to tell which is right"
    )
    return Note("cross_check", sentence, {"exact": p, "differences": s, "error": bar})


def _suspects(met: Meetings) -> str:
    if not met.texts:
        return ""
    return ", perhaps where a lifted value became text: " + "; ".join(map(str, met.texts))
