"""What a run of gradient descent leaves: the path, and how it reads as a table."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from nabla.descent.picture import draw
from nabla.methods.function import Function
from nabla.result import Array

Stop: TypeAlias = Literal["converged", "steps", "diverged", "non_finite"]


@dataclass(frozen=True, eq=False, repr=False)
class Descent:
    """A run of gradient descent, from the start to the last point with a finite value.

    Step 0 is the start, so a run of k steps has k + 1 points, values and gradient norms.

    Attributes:
        values: f at every point, shape (k + 1,), in the units of f.
        gradient_norms: ‖∇f‖₂ at every point, shape (k + 1,), in units of f per unit of x.
        points: the kept points, shape (kept,) + the shape of x0; the start and the last
            point are always among them.
        gradients: the gradients at the kept points, in the shape of `points`.
        kept_steps: which step each row of `points` belongs to, ascending, shape (kept,).
        rate: the learning rate, in units of x² per unit of f.
        stop: "converged", "steps", "diverged" or "non_finite", as `descend` explains them.
        reason: the same as a sentence, with the numbers.
        seconds: wall-clock time of the whole run.
        method: the name of the method that was asked for.
        f: the function, as nabla calls it (`f.call` is the user's own).
    """

    values: npt.NDArray[np.float64]
    gradient_norms: npt.NDArray[np.float64]
    points: Array
    gradients: Array
    kept_steps: npt.NDArray[np.int64]
    rate: float
    stop: Stop
    reason: str
    seconds: float
    method: str
    f: Function

    @property
    def x(self) -> Array:
        """The last point, in the shape of x0 (shape () for a float); a copy."""
        return self.points[-1, ...].copy()

    @property
    def value(self) -> float:
        """The value of f at the last point."""
        return float(self.values[-1])

    @property
    def steps_taken(self) -> int:
        """How many steps lead from the start to the last point."""
        return len(self.values) - 1

    @property
    def thinned(self) -> bool:
        """Whether points between the start and the last were left out."""
        return len(self.kept_steps) < len(self.values)

    def __str__(self) -> str:
        rows = [f"{step:>9}  {value:>14}  {norm:>10}" for step, value, norm in _table(self)]
        return "\n".join([self._headline, *rows, f"{self.stop}: {self.reason}"])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = ["<tr><td>" + "</td><td>".join(row) + "</td></tr>" for row in _table(self)]
        ending = html.escape(f"{self.stop}: {self.reason}")
        return f"<p>{self._headline}</p><table>{''.join(rows)}</table><p>{ending}</p>"

    @property
    def _headline(self) -> str:
        kept = f", thinned to {len(self.kept_steps)} points" if self.thinned else ""
        return f"{self.steps_taken} steps at rate {self.rate:.6g} in {self.seconds:.3g} s{kept}"

    def plot(self, ax: Any = None) -> Any:
        """Draw the run: the path over contours, the points on a curve, or the values.

        For two inputs, the path over contours of f; for one, the curve of f with the points
        on it; for more, the value at each step, on a logarithmic axis unless some are
        negative. Of a run that ran away only the beginning is in the first two pictures.
        Those two call f some thousand times.

        Args:
            ax: the matplotlib Axes to draw on; those of a new figure when None.

        Returns:
            The Axes.

        Raises:
            MissingExtra: (an ImportError) if matplotlib is not installed.
        """
        return draw(self, ax)


def _table(descent: Descent) -> list[tuple[str, str, str]]:
    """Step, value and gradient norm: of a long run the first, some in the middle, the last."""
    last = descent.steps_taken
    middle = [last // 4, last // 2, 3 * last // 4]
    steps = range(last + 1) if last < 12 else sorted({0, 1, 2, *middle, last - 2, last - 1, last})
    return [("step", "value", "|gradient|")] + [
        (str(step), f"{descent.values[step]:.6e}", f"{descent.gradient_norms[step]:.3e}")
        for step in steps
    ]
