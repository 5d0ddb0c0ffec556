"""What nabla and its peers do with everyday functions: right, refused, or silently wrong.

    python benchmarks/compare_with_others.py
    python benchmarks/compare_with_others.py --write docs/explanation/compared-with-others.md

Every tool that is installed beside nabla gets every function of functions.py; the others are left
out and named. The truth comes from differences of the plain function. The first form prints the
tables; the second writes them between the markers of the page.
"""

from __future__ import annotations

import argparse
import datetime
import inspect
import platform
import re
import warnings
from collections import Counter
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

import functions
import numpy as np
from tools import TOOLS, Outcome, Tool, outcome

MARKER = "<!-- {}: written by benchmarks/compare_with_others.py -->"
BETWEEN = re.compile(f"({MARKER.format('start')}).*({MARKER.format('end')})", re.S)
CELLS = {
    "right": "right",
    "refused": "refused",
    "empty": "*empty*",
    "warned": "*warned*",
    "wrong": "**wrong**",
}


# --- the truth ----------------------------------------------------------------------------------


def richardson(function: Callable[..., Any], x: np.ndarray, i: int) -> tuple[float, float]:
    """∂f/∂x[i] by central differences over halved steps, extrapolated; and how far it moved.

    f gets the kinds of number it was written for: a float, or an array.
    """

    def at(step: float) -> float:
        moved = x.copy()
        moved.reshape(-1)[i] += step
        return float(function(moved if moved.shape else float(moved)))

    table: list[list[float]] = []
    answers: list[tuple[float, float]] = []
    for k in range(9):
        h = 2.0 ** -(k + 5)
        row = [(at(h) - at(-h)) / (2 * h)]
        for j, above in enumerate(table[-1] if table else [], start=1):
            row.append(row[-1] + (row[-1] - above) / (4.0**j - 1))
            answers.append((abs(row[-1] - row[-2]) + abs(row[-1] - above), row[-1]))
        table.append(row[:6])
    uncertainty, best = min(answers)
    return best, uncertainty


def true_gradient(function: Callable[..., Any]) -> tuple[np.ndarray, np.ndarray]:
    """The gradient of a plain function at its point, and how sure it is."""
    x = np.array(function.point, dtype=float)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pairs = [richardson(function, x, i) for i in range(x.size)]
    slopes, uncertainties = np.array(pairs).T
    return slopes.reshape(x.shape), uncertainties.reshape(x.shape)


# --- the tables ---------------------------------------------------------------------------------


def run(tools: list[Tool]) -> dict[str, dict[str, Outcome]]:
    """By the function's name and the tool's name, what happened."""
    given = {tool.name: tool.functions() for tool in tools}
    results = {}
    for name, function in functions.FUNCTIONS.items():
        truth = true_gradient(function)
        results[name] = {tool.name: outcome(tool, given[tool.name][name], *truth) for tool in tools}
    return results


def table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def outcomes_table(results: dict[str, dict[str, Outcome]], tools: list[Tool]) -> str:
    rows = [
        [f"[`{name}`](#{name})", *(CELLS[by_tool[tool.name].word] for tool in tools)]
        for name, by_tool in results.items()
    ]
    return table(["function", *(tool.name for tool in tools)], rows)


def totals_table(results: dict[str, dict[str, Outcome]], tools: list[Tool]) -> str:
    rows = []
    for tool in tools:
        found = [by_tool[tool.name] for by_tool in results.values()]
        count = Counter(outcome.word for outcome in found)
        cells = {word: str(count[word]) for word in CELLS}
        lacking = sum(outcome.lacks_function for outcome in found)
        cells["refused"] += f" ({lacking} for want of a function)" if lacking else ""
        rows.append([tool.name, tool.version or "", *cells.values()])
    return table(["tool", "version", *CELLS.values()], rows)


def wrong_table(results: dict[str, dict[str, Outcome]]) -> str:
    rows = []
    for name, by_tool in results.items():
        truth = np.array2string(true_gradient(functions.FUNCTIONS[name])[0], precision=4)
        for tool, found in by_tool.items():
            if found.answer:
                rows.append([f"`{name}`", f"`{truth}`", tool, f"`{found.answer}`"])
    return table(["function", "gradient", "tool", "its answer"], rows)


def shown_functions() -> str:
    """Every function in a block that opens on a click, after the imports they share."""
    imports = re.search(r"^import.*?(?=\nFUNCTIONS)", inspect.getsource(functions), re.M | re.S)
    blocks = [f"```python\n{imports[0].strip()}\n```"]
    for name, function in functions.FUNCTIONS.items():
        source = re.sub(r"^@at.*\n", "", inspect.getsource(function)).rstrip()
        blocks.append(
            f'<details id="{name}" markdown="1">\n'
            f"<summary><code>{name}</code> at {function.point}</summary>\n\n"
            f"```python\n{source}\n```\n\n</details>"
        )
    return "\n\n".join(blocks)


def how_given(tools: list[Tool]) -> str:
    lines = []
    for tool in tools:
        asked = "; ".join(f"`{line}`" for _, new in tool.replaced for line in new.split("\n"))
        lines.append(f"- **{tool.name}**: {asked or 'the functions as they are'}")
    return "\n".join(lines)


def report(tools: list[Tool], missing: list[Tool]) -> str:
    """Everything between the markers of the page."""
    results = run(tools)
    names = ["numpy", "scipy"] + (["jaxlib"] if any(t.package == "jax" for t in tools) else [])
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in names)
    left_out = ", ".join(tool.name for tool in missing)
    return "\n\n".join(
        [
            f"Run on {datetime.date.today():%d %B %Y} with Python {platform.python_version()}, "
            f"{versions}." + (f" Not installed and left out: {left_out}." if missing else ""),
            f"## Totals\n\nOf {len(results)} functions:",
            totals_table(results, tools),
            "## Function by function",
            outcomes_table(results, tools),
            "## The answers that are not the gradient",
            wrong_table(results),
            "## The import lines each tool was given",
            how_given(tools),
            "## The functions",
            shown_functions(),
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", type=Path, metavar="PAGE", help="write into this page")
    page = parser.parse_args().write
    tools = [tool for tool in TOOLS if tool.version]
    text = report(tools, [tool for tool in TOOLS if not tool.version])
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
