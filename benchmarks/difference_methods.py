"""What difference methods say about hard functions: their errors against the truth, and the cost.

    python benchmarks/difference_methods.py
    python benchmarks/difference_methods.py --write docs/explanation/differences-compared.md

The functions of one variable of the corpus in tests/, and its noise, each run once with a seed of
its own. Methods whose package is not installed are left out and named.
"""

from __future__ import annotations

import argparse
import datetime
import importlib
import math
import platform
import re
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from differences import CASES
from differences_noisy import NOISY
from differences_table import Answer, Case, Verdict, judge

import nabla

MARKER = "<!-- {}: written by benchmarks/difference_methods.py -->"
BETWEEN = re.compile(f"({MARKER.format('start')}).*({MARKER.format('end')})", re.S)

GROUPS: dict[str, tuple[str, ...]] = {
    "smooth": ("smooth",),
    "badly scaled, narrow, oscillating, flat, near a pole or an edge": (
        "badly scaled", "narrow", "oscillating", "flat", "optimum", "near singular",
        "edge of the domain",
    ),
    "cancelling, float32, float16, rounded, iterated": (
        "cancelling", "float32", "float16", "quantised", "iterated", "interpolated", "ripple",
    ),
    "beside a kink or a jump": ("beside a kink", "beside a jump"),
    "at a kink, a cusp or a jump": ("kink", "cusp", "jump"),
    "noise": ("noise",),
}  # fmt: skip

# value, absolute error (None: the method has none), and the kinds of what it notes
Said = tuple[float, float | None, tuple[str, ...]]


@dataclass(frozen=True)
class Method:
    """One row of the tables.

    Attributes:
        name: how the tables call it.
        package: what has to be installed.
        ask: for the slope of f at x.
    """

    name: str
    package: str
    ask: Callable[[Callable[[Any], float], float], Said]

    @property
    def is_installed(self) -> bool:
        try:
            importlib.import_module(self.package)
        except ImportError:
            return False
        return True


def central(f: Callable[[Any], float], x: float) -> Said:
    found = nabla.estimate(f, x, method="central")
    return float(found.gradient), float(found.error), tuple(note.kind for note in found.notes)


def two_point(f: Callable[[Any], float], x: float) -> Said:
    optimize = importlib.import_module("scipy.optimize")
    return float(optimize.approx_fprime(np.array([x]), lambda x: f(float(x[0])))[0]), None, ()


def three_point(f: Callable[[Any], float], x: float) -> Said:
    # what scipy.optimize.minimize(jac="3-point") calls
    numdiff = importlib.import_module("scipy.optimize._numdiff")
    slope = numdiff.approx_derivative(lambda x: f(float(x[0])), np.array([x]), method="3-point")
    return float(slope[0]), None, ()


def scipy_derivative(f: Callable[[Any], float], x: float) -> Said:
    found = importlib.import_module("scipy.differentiate").derivative(
        np.vectorize(f, otypes=[float]), x
    )
    if not found.success:
        return math.nan, math.inf, ("declined",)
    return float(found.df), float(found.error), ()


def numdifftools_derivative(f: Callable[[Any], float], x: float) -> Said:
    derivative = importlib.import_module("numdifftools").Derivative(
        np.vectorize(f, otypes=[float]), full_output=True
    )
    value, info = derivative(x)
    return float(value), float(np.ravel(info.error_estimate)[0]), ()


METHODS = [
    Method("nabla.Central()", "nabla", central),
    Method("scipy.differentiate.derivative", "scipy.differentiate", scipy_derivative),
    Method("numdifftools.Derivative", "numdifftools", numdifftools_derivative),
    Method("SciPy 3-point", "scipy.optimize", three_point),
    Method("SciPy 2-point", "scipy.optimize", two_point),
]


def cases() -> list[Case]:
    noisy = [noise.seeded(seed) for seed, noise in enumerate(NOISY)]
    kinds = {kind for group in GROUPS.values() for kind in group}
    return [case for case in (*CASES, *noisy) if isinstance(case.x, float) and case.kind in kinds]


def verdict(method: Method, case: Case) -> tuple[Verdict, bool]:
    """What the method said beside the truth, and whether it has an error bar."""
    calls = 0

    def f(x: Any) -> float:
        nonlocal calls
        calls += 1
        return float(case.f(float(x)))

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            value, error, notes = method.ask(f, float(case.x))
        except (ArithmeticError, ValueError):
            # f has no value where the method asked it: that is an answer too
            value, error, notes = math.nan, math.inf, ("declined",)
    answer = Answer(value, 0.0 if error is None else error, calls, notes)
    return judge(case, 0, answer), error is not None


def share(part: int, whole: int) -> str:
    return f"{part} of {whole}"


def table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def coverage_table(found: dict[str, list[tuple[Verdict, bool]]]) -> str:
    rows = []
    for group, kinds in GROUPS.items():
        row = [group]
        for answers in found.values():
            mine = [pair for pair in answers if pair[0].case.kind in kinds]
            if not all(has_bar for _, has_bar in mine):
                row.append("no bar")
                continue
            wrong = sum(not each.covered for each, _ in mine)
            declined = sum(each.answer.declines for each, _ in mine)
            cell = f"{len(mine) - wrong - declined} / {declined} / "
            row.append(cell + (f"**{wrong}**" if wrong else "0"))
        rows.append(row)
    return table(["functions", *found], rows)


def cost_table(found: dict[str, list[tuple[Verdict, bool]]]) -> str:
    rows = []
    for name, answers in found.items():
        plain = [
            pair
            for pair in answers
            if pair[0].case.kind == "smooth" and not pair[0].answer.declines
        ]
        every = sum(pair[0].case.kind == "smooth" for pair in answers)
        each = [pair[0] for pair in plain]
        bars = [pair[0].ratio for pair in plain if pair[1]]
        rows.append(
            [
                name,
                f"{np.median([one.answer.evaluations for one in each]):.0f}",
                f"{np.median([one.relative for one in each]):.0e}",
                share(sum(one.relative <= 1e-10 for one in each), every),
                f"{np.median(bars):.2g}" if bars else "no bar",
            ]
        )
    heads = ["method", "calls of f", "relative error", "ten digits right", "bar over true error"]
    return table(heads, rows)


def report() -> str:
    """Everything between the markers of the page."""
    present = [method for method in METHODS if method.is_installed]
    missing = [method.name for method in METHODS if not method.is_installed]
    asked = cases()
    found = {method.name: [verdict(method, case) for case in asked] for method in present}
    packages = ["numpy", *(name for name in ("scipy", "numdifftools") if _version(name))]
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in packages)
    left_out = f" Not installed and left out: {', '.join(missing)}." if missing else ""
    return "\n\n".join(
        [
            f"Run on {datetime.date.today():%d %B %Y} with Python {platform.python_version()}, "
            f"{versions}.{left_out}",
            f"## Does the bar hold?\n\nOf {len(asked)} functions: *covered / declined /* **wrong**.",
            coverage_table(found),
            "## Cost and accuracy on smooth functions\n\nMedians; f(x) is counted.",
            cost_table(found),
        ]
    )


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", type=Path, metavar="PAGE", help="write into this page")
    page = parser.parse_args().write
    text = report()
    if page is None:
        print(text)
        return
    old = page.read_text(encoding="utf-8")
    if not BETWEEN.search(old):
        parser.error(f"{page} does not have the markers of this script")
    new = BETWEEN.sub(lambda found: f"{found[1]}\n\n{text}\n\n{found[2]}", old)
    page.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
