"""A run of gradient descent as a picture: the path over contours, on a curve, or its values."""

from __future__ import annotations

import importlib
from contextlib import suppress
from typing import Any, Protocol

import numpy as np

from nabla.errors import MissingExtra
from nabla.methods.function import Function
from nabla.result import Array


class Path(Protocol):
    """What a picture needs to know of a run; `Descent` says what each is."""

    @property
    def values(self) -> Array:
        """Value of f at every step."""
        ...

    @property
    def points(self) -> Array:
        """The kept points."""
        ...

    @property
    def kept_steps(self) -> Array:
        """Which steps they belong to."""
        ...

    @property
    def steps_taken(self) -> int:
        """Number of steps."""
        ...

    @property
    def rate(self) -> float:
        """The learning rate."""
        ...

    @property
    def stop(self) -> str:
        """How the run ended."""
        ...

    @property
    def f(self) -> Function:
        """The function."""
        ...


def draw(descent: Path, ax: Any) -> Any:
    """Draw the run on the axes, or on those of a new figure; see `Descent.plot`."""
    if ax is None:
        ax = _matplotlib("pyplot").subplots(layout="constrained")[1]
    draw = {1: _draw_on_curve, 2: _draw_on_contours}.get(descent.points[0].size, _draw_values)
    draw(descent, ax)
    ending = "" if descent.stop == "steps" else f": {descent.stop}"
    ax.set_title(f"{descent.steps_taken} steps at rate {descent.rate:.4g}{ending}")
    return ax


def _matplotlib(module: str) -> Any:
    try:
        return importlib.import_module(f"matplotlib.{module}")
    except ImportError as error:
        raise MissingExtra(
            "Descent.plot() found no matplotlib",
            why="drawing is an extra, so nabla itself does not depend on matplotlib",
            remedy="pip install matplotlib; without a picture, print(descent) shows a table",
        ) from error


def _draw_values(descent: Path, ax: Any) -> None:
    """The value at every step."""
    ax.plot(descent.values, color=_PATH, marker="." if descent.steps_taken < 100 else "")
    ax.set(xlabel="step", ylabel="value")
    if descent.values.min() >= 0 and descent.values.max() > 0:
        ax.set_yscale("log")


def _draw_on_curve(descent: Path, ax: Any) -> None:
    """The curve of f, and the ball on it at each kept step."""
    points = _framed_points(descent)
    low, high = _frame(points)
    across = np.linspace(float(low[0]), float(high[0]), 500)
    ax.plot(across, _heights(descent, across[:, None]), color="0.6")
    _draw_path(ax, points[:, 0], descent.values[descent.kept_steps[: len(points)]], descent)
    ax.set(xlabel="x", ylabel="value", xlim=(low[0], high[0]))


def _draw_on_contours(descent: Path, ax: Any) -> None:
    """Contours of f, and the path across them, at right angles where it is steepest.

    The k-th of m contours encloses about (k/m)² of the picture. On a round bowl that gives
    evenly spaced rings, and it needs no thought about the range of f elsewhere.
    """
    points = _framed_points(descent)
    low, high = _frame(points)
    sides: Array = np.linspace(low, high, 81)
    across, along = sides.T
    grid = np.stack(np.broadcast_arrays(across, along[:, None]), axis=-1)
    heights = _heights(descent, grid.reshape(-1, 2)).reshape(grid.shape[:2])
    ax.set(xlabel="x[0]", ylabel="x[1]", xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    # one scale for both axes: otherwise a right angle would not look like one
    ax.set_aspect("equal")
    levels = np.unique(np.nanquantile(heights, np.linspace(0, 1, 17) ** 2))
    if len(levels) > 1:  # a constant f has no contours
        shade = _matplotlib("colors").BoundaryNorm(levels, 256)
        ax.contourf(across, along, heights, levels, norm=shade, cmap="Blues_r", alpha=0.5)
        lines = ax.contour(across, along, heights, levels, colors="0.45", linewidths=0.6)
        ax.clabel(lines, levels[2:-1:4], fontsize=7, fmt="%.3g")
    _draw_path(ax, points[:, 0], points[:, 1], descent)


_PATH = "#c03030"
_TO_SCALE: dict[str, Any] = {"angles": "xy", "scale_units": "xy", "scale": 1}


def _draw_path(ax: Any, across: Array, up: Array, descent: Path) -> None:
    dots = "." if len(across) < 200 else ""  # more would only thicken the line
    ax.plot(across, up, color=_PATH, linewidth=1, marker=dots, markersize=4)
    right, upward = np.diff(across), np.diff(up)
    leap = np.hypot(right, upward)
    (long,) = np.nonzero(leap > leap.max(initial=0.0) / 8)  # heads on short moves are blots
    shown = long[:8]
    arrows = (across[shown], up[shown], right[shown], upward[shown])
    ax.quiver(*arrows, **_TO_SCALE, units="inches", width=0.02, headwidth=6, color=_PATH)
    ax.plot(across[0], up[0], "o", color="white", markeredgecolor=_PATH, label="start")
    if len(across) == len(descent.kept_steps):
        ax.plot(across[-1], up[-1], "*", color=_PATH, markersize=11, label="end")
    ax.legend()


def _framed_points(descent: Path) -> Array:
    """The kept points a picture is made for, shape (framed, n).

    A run that ran away would fill it with its last leap alone, so there it is the beginning:
    up to ten times as far as the first step leads.
    """
    points = descent.points.reshape(len(descent.points), -1)
    if descent.stop in ("converged", "steps"):
        return points
    away = np.linalg.norm(points - points[0], axis=1)
    beyond = away > 10 * away[:2].max()
    return points[: int(beyond.argmax())] if beyond.any() else points


def _frame(points: Array) -> tuple[Array, Array]:
    """The lower and the upper corner of a box around the points, with a margin."""
    middle = (points.max(axis=0) + points.min(axis=0)) / 2
    reach = (points.max(axis=0) - points.min(axis=0)) / 2
    widest = reach.max() or max(1.0, float(np.abs(middle).max()))  # a run of no step
    reach = 1.3 * np.maximum(reach, widest / 2)
    return middle - reach, middle + reach


def _heights(descent: Path, points: Array) -> Array:
    """The values of f at points of shape (m, n), shape (m,); NaN where they are not finite."""
    heights = np.full(len(points), np.nan)
    with np.errstate(all="ignore"):
        for row, point in enumerate(points):
            # the picture is wider than the path, so it may reach out of the domain of f
            with suppress(ArithmeticError, ValueError):
                heights[row] = descent.f(point.reshape(descent.points.shape[1:]))
    return np.where(np.isfinite(heights), heights, np.nan)
