"""The page that compares nabla with others says what its script measures."""

from __future__ import annotations

import re
from pathlib import Path

import compare_with_others
import numpy as np
import pytest
from functions import FUNCTIONS
from tools import TOOLS, Tool, outcome

ROW = re.compile(r"^\| \[`(\w+)`\]\(#\1\) \| (.+) \|$", re.M)
WORDS = {shown: word for word, shown in compare_with_others.CELLS.items()}
NABLA = [tool for tool in TOOLS if tool.package == "nabla"]


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs/explanation/compared-with-others.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def told(page: str) -> dict[str, dict[str, str]]:
    """By function and tool, the outcome on the page."""
    heads = re.search(r"^\| function \| (nabla.+) \|$", page, re.M)
    assert heads is not None
    tools = heads[1].split(" | ")
    return {
        name: dict(zip(tools, (WORDS[cell] for cell in cells.split(" | ")), strict=True))
        for name, cells in ROW.findall(page)
    }


def test_the_page_has_the_functions_of_the_script_in_their_order(told: dict) -> None:
    assert list(told) == list(FUNCTIONS)


def test_the_page_shows_the_functions_as_they_are(page: str) -> None:
    assert compare_with_others.shown_functions() in page


@pytest.mark.parametrize("tool", NABLA, ids=lambda tool: tool.name)
def test_nabla_does_what_the_page_says(tool: Tool, told: dict) -> None:
    found = {
        name: outcome(tool, function, *compare_with_others.true_gradient(function)).word
        for name, function in FUNCTIONS.items()
    }
    assert found == {name: by_tool[tool.name] for name, by_tool in told.items()}


def test_the_totals_are_those_of_the_rows(page: str, told: dict) -> None:
    for tool in next(iter(told.values())):
        (cells,) = re.findall(rf"^\| {tool} \| [\d.]+ \| (.+) \|$", page, re.M)
        counts = [int(re.match(r"\d+", cell)[0]) for cell in cells.split(" | ")]
        words = [by_tool[tool] for by_tool in told.values()]
        assert counts == [words.count(word) for word in compare_with_others.CELLS]


def test_the_truth_is_the_gradient_known_by_hand() -> None:
    truth, uncertainty = compare_with_others.true_gradient(FUNCTIONS["through_text"])
    assert np.allclose(truth, [1.5**2, 2 * 0.8 * 1.5], rtol=1e-10)
    assert (uncertainty < 1e-8).all()


def test_a_lost_derivative_counts_as_wrong_and_a_nan_as_empty() -> None:
    function = FUNCTIONS["through_text"]
    truth = np.array([2.25, 2.4])
    answers = {"right": truth, "wrong": np.array([0.0, 2.4]), "empty": np.array([np.nan, 2.4])}
    for word, answer in answers.items():
        tool = Tool("", "", lambda f, x, answer=answer: answer)
        assert outcome(tool, function, truth, 0.0).word == word
