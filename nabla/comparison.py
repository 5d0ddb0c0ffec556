"""All the ways side by side, on one function at one point."""

from __future__ import annotations

import html
import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nabla.differentiate import estimate
from nabla.errors import InvalidOption, NablaError
from nabla.methods.function import as_function, as_point
from nabla.methods.method import Method
from nabla.methods.names import BY_NAME, resolve
from nabla.result import Estimate

REFEREE = "mpmath"
_HEADINGS = ("method", "value", "error", "digits agreed", "evaluations", "time")


@dataclass(frozen=True, eq=False)
class Row:
    """What one method said, or why it did not.

    Attributes:
        method: its name.
        estimate: what it answered, or None if it refused.
        refusal: why it refused, in one line, or "".
        digits: decimal digits of the worst component that agree with the referee; inf where
            they are equal, NaN without a referee or a component to compare.
        seconds: wall-clock time of the estimate.
    """

    method: str
    estimate: Estimate | None
    refusal: str
    digits: float
    seconds: float


@dataclass(frozen=True, eq=False)
class Comparison:
    """A table of methods; `str` gives it as text, a notebook shows it as HTML.

    Attributes:
        rows: one per method, in the order they were asked.
        referee: the name of the method the digits are counted against, or "" without one.
    """

    rows: tuple[Row, ...]
    referee: str

    def __getitem__(self, method: str) -> Row:
        """The row of a method, by name."""
        for row in self.rows:
            if row.method == method:
                return row
        raise KeyError(method)

    def __repr__(self) -> str:
        return f"<Comparison of {', '.join(row.method for row in self.rows)}>"

    def __str__(self) -> str:
        table = [_HEADINGS, *map(_cells, self.rows)]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        lines = [_line(cells, widths) for cells in table]
        lines.insert(1, "  ".join("-" * width for width in widths))
        return "\n".join(lines + self._footnotes())

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{heading}</th>" for heading in _HEADINGS)
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in _cells(row)) + "</tr>"
            for row in self.rows
        )
        notes = "".join(f"<p>{html.escape(note)}</p>" for note in self._footnotes())
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{notes}"

    def _footnotes(self) -> list[str]:
        lines = [f"{row.method} refused: {row.refusal}" for row in self.rows if row.refusal]
        for row in self.rows:
            if row.estimate is not None:
                lines += [f"{row.method} notes {note}" for note in row.estimate.notes]
        return lines


def compare(
    f: Callable[..., Any], x: npt.ArrayLike, methods: Sequence[str | Method] | None = None
) -> Comparison:
    """Differentiate f at x in all the ways there are, print the table and return it.

    A method that refuses f gets a line that says why. Digits are counted against the referee,
    "mpmath", which shares no derivative rule with the others.

    Args:
        f: a function of one array (or float) that returns one real number.
        x: the point.
        methods: names or method objects; None takes all built-in ones but "auto", which would
            only repeat another.

    Returns:
        The table, a `Comparison`; ``print(table)`` shows it again.

    Raises:
        InvalidOption: if methods is empty.
        NablaError: if x or f(x) is not what `estimate` takes; what f raises passes through.

    Examples:
        >>> import numpy as np
        >>> import nabla
        >>> table = nabla.compare(np.sin, 1.0, ["forward", "mpmath"])  # doctest: +ELLIPSIS
        method   value       error    digits agreed  evaluations  time
        -------  ----------  -------  -------------  -----------  ...
        forward  0.84147098  ...
        mpmath   0.84147098  ...
        >>> table["forward"].digits > 15
        True
    """
    if methods is not None and (isinstance(methods, str) or not list(methods)):
        raise InvalidOption(
            f"methods is {methods!r}, and it should be a list of at least one; it is empty or text",
            why="the table has a row for each method in the list",
            remedy="pass a list, ['forward', 'mpmath'], or leave methods out",
        )
    names = [name for name in BY_NAME if name != "auto"] if methods is None else methods
    chosen = [resolve(name) for name in names]
    point = as_point(x)
    as_function(f, x)(point)  # what f raises on plain numbers is the user's to see
    answers = [_ask(method, f, x) for method in chosen]
    truth = next(
        (e for m, (e, _, _) in zip(chosen, answers, strict=True) if m.name == REFEREE), None
    )
    rows = tuple(
        Row(method.name, answer, refusal, _digits(answer, truth), seconds)
        for method, (answer, refusal, seconds) in zip(chosen, answers, strict=True)
    )
    table = Comparison(rows, REFEREE if truth is not None else "")
    if "ipykernel" not in sys.modules:  # a notebook shows the returned table itself
        print(table)
    return table


def _ask(method: Method, f: Callable[..., Any], x: Any) -> tuple[Estimate | None, str, float]:
    start = time.perf_counter()
    try:
        answer, refusal = estimate(f, x, method=method), ""
    except Exception as error:
        answer = None
        refusal = (
            error.what if isinstance(error, NablaError) else f"{type(error).__name__}: {error}"
        )
    return answer, refusal, time.perf_counter() - start


def _digits(answer: Estimate | None, truth: Estimate | None) -> float:
    """Decimal digits of the worst component, against the largest component at least 1e-3."""
    if answer is None or truth is None or not answer.gradient.size:
        return math.nan
    true = truth.gradient.astype(float)
    scale = np.maximum(np.abs(true), 1e-3 * np.max(np.abs(true)))
    gap = np.abs(answer.gradient - true)
    with np.errstate(divide="ignore", invalid="ignore"):
        worst = float(np.max(np.where(gap == 0, 0.0, gap / scale)))
    return -math.log10(worst) if worst else math.inf


def _cells(row: Row) -> tuple[str, ...]:
    seconds = _duration(row.seconds)
    if row.estimate is None:
        return (row.method, "refused", "", "", "", seconds)
    error = row.estimate.error
    largest = f"{np.max(error):.1e}" if error.size else "none"
    digits = (
        "all" if math.isinf(row.digits) else "" if math.isnan(row.digits) else f"{row.digits:.1f}"
    )
    return (
        row.method,
        f"{row.estimate.value:.8g}",
        largest,
        digits,
        str(row.estimate.evaluations),
        seconds,
    )


def _duration(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} µs"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
