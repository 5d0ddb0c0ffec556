"""What a method answers: an `Estimate`, the gradient together with the evidence for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, TypeGuard

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]


def is_array(value: object) -> TypeGuard[Array]:
    """Whether a value is a plain NumPy array (a type checker then knows so)."""
    return isinstance(value, np.ndarray)


Guarantee: TypeAlias = Literal["enclosed", "estimated", "none"]
NoteKind: TypeAlias = Literal[
    "bounds",
    "branch",
    "constant",
    "cross_check",
    "declined",
    "fallback",
    "journal",
    "jump",
    "kink",
    "noise",
    "non_finite",
]


@dataclass(frozen=True)
class Note:
    """One thing worth knowing about an estimate.

    Attributes:
        kind: what sort of thing, from a short documented list.
        sentence: the same for a reader, naming the operation and the line where it can.
        numbers: the figures behind the sentence, by name.
    """

    kind: NoteKind
    sentence: str
    numbers: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def __str__(self) -> str:
        return f"{self.kind}: {self.sentence}"


@dataclass(frozen=True, eq=False)
class Estimate:
    """A gradient, how far it can be trusted, and what it cost.

    Attributes:
        value: f(x), a float.
        gradient: the gradient, float64, in the shape of x. For a slope along one direction,
            an array of shape ().
        error: absolute error of each component, in the gradient's shape: a rounding estimate
            in exact modes, truncation and rounding for differences, inf where the method
            declines, NaN where nothing is known.
        guarantee: "estimated" or "none"; "enclosed" is kept for proven bounds.
        evaluations: how often f was called, in whatever arithmetic; where it is called with many
            points at once, at how many.
        method: the name of the method that answered.
        notes: what else is worth knowing: kinks met, why `auto` fell back ...
        gradient_exact: the gradient as mpmath numbers (an object array in the shape of x)
            where the method computes one, else None.
    """

    value: float
    gradient: Array
    error: Array
    guarantee: Guarantee
    evaluations: int
    method: str
    notes: tuple[Note, ...] = ()
    gradient_exact: Array | None = None

    def __str__(self) -> str:
        with np.printoptions(precision=17, threshold=20):
            lines = [
                f"value      {self.value!r}",
                f"gradient   {self.gradient}",
                f"error      {np.array2string(self.error, precision=1, threshold=20)}"
                f"  ({self.guarantee})",
                f"method     {self.method}, {self.evaluations} evaluations of f",
            ]
        return "\n".join(lines + [f"note       {note}" for note in self.notes])
