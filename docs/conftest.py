"""Every Python block of every page, and of README.md, is a test.

One test for each fenced block, wherever it stands (at the margin, in a list, an admonition or a
tab); the names that a block defines live on down the page. A block with prompts (`>>>`) is
compared with the output it shows: numbers only as far as they are written, `...` stands for
anything. A block that must not run says why, and counts as skipped:

    ``` {.python data-notest="needs a GPU"}
"""

from __future__ import annotations

import doctest
import os
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sybil import Document, Example, Region, Sybil
from sybil.evaluators.doctest import NUMBER, DocTest, DocTestRunner
from sybil.evaluators.python import PythonEvaluator
from sybil.integration.pytest import SybilItem
from sybil.region import Lexeme

collect_ignore = ["_tools"]

OPENING = re.compile(
    r"(?P<margin>[ \t]*(?:(?:>|[-*+]|\d+[.)])[ \t]+)*)(?P<fence>`{3,}|~{3,})(?P<info>[^`]*)$"
)
PYTHON = re.compile(r"\s*\{?\s*\.?(?:python3?|py3?|pycon)\b", re.IGNORECASE)
NOT_A_TEST = re.compile(r'data-notest(?:="(?P<reason>[^"]*)")?')
QUOTE = re.compile(r"[ \t]*(?:>[ \t]?)+")

run_python = PythonEvaluator()


def compare_with_shown_output(example: Example) -> str:
    """Run a block of prompts; what differs from the output shown, or an empty text."""
    runner = DocTestRunner(NUMBER | doctest.ELLIPSIS)
    differences: list[str] = []
    block = DocTest(
        doctest.DocTestParser().get_examples(example.parsed),
        example.namespace,
        name=Path(example.path).name,
        filename=example.path,
        lineno=example.line,
        docstring=None,
    )
    runner.run(block, out=differences.append, clear_globs=False)
    return "".join(differences)


def skip(example: Example) -> None:
    """A block that says why it is not run."""
    pytest.skip(example.parsed)


def region(document: Document, start: int, end: int, info: str, source: str) -> Region:
    """One fenced Python block as a test."""
    excuse = NOT_A_TEST.search(info)
    if excuse:
        if not (excuse["reason"] or "").strip():
            raise ValueError(f'{document.path}: data-notest="..." must say why: {info!r}')
        return Region(start, end, excuse["reason"], skip)
    if source.lstrip().startswith(">>>"):
        return Region(start, end, source, compare_with_shown_output)
    return Region(start, end, Lexeme(source, 0, 0), run_python)


def python_blocks(document: Document) -> Iterator[Region]:
    """All fenced Python blocks of a page, read as Markdown reads them: line by line."""
    opening: re.Match[str] | None = None
    start = position = 0
    lines: list[str] = []
    for line in document.text.splitlines(keepends=True):
        quoted = opening is not None and ">" in opening["margin"]
        bare = QUOTE.sub("", line, count=1) if quoted else line
        if opening is None:
            opening, start, lines = OPENING.match(line.rstrip()), position, []
        elif is_closing(bare.strip(), opening["fence"]):
            if PYTHON.match(opening["info"]):
                source = textwrap.dedent("".join(lines))
                yield region(document, start, position + len(line), opening["info"], source)
            opening = None
        else:
            lines.append(bare)
        position += len(line)
    if opening is not None:
        raise ValueError(f"{document.path}: the fence {opening.group().strip()!r} is not closed")


def is_closing(text: str, fence: str) -> bool:
    """Whether the line closes the open fence: the same character, at least as often."""
    return len(text) >= len(fence) and set(text) == {fence[0]}


def set_up(names: dict[str, Any]) -> None:
    """What a page finds when its first block starts."""
    names["__name__"] = "__main__"


def tear_down(names: dict[str, Any]) -> None:
    """Close the figures a page drew."""
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


class Pages:
    """Collects the pages; registered by hand since README.md lies outside this folder."""

    pytest_collect_file = staticmethod(
        Sybil(
            parsers=[python_blocks],
            path=str(Path(__file__).resolve().parent.parent),
            patterns=["*.md"],
            setup=set_up,
            teardown=tear_down,
        ).pytest()
    )

    @staticmethod
    def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
        for item in items:
            if isinstance(item, SybilItem) and item.config.pluginmanager.hasplugin("xdist"):
                # the blocks of a page share their names, so one process runs them all
                item.add_marker(pytest.mark.xdist_group(str(item.path)))


def pytest_configure(config: pytest.Config) -> None:
    """Let the pages be collected, and their plots be drawn without a screen."""
    os.environ.setdefault("MPLBACKEND", "Agg")
    config.pluginmanager.register(Pages(), "nabla-pages")
