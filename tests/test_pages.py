"""Every Python block that a reader sees is a test: counted three times, each in its own way."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import markdown
import pytest
from mkdocs.config import load_config

# Independent of the parser in docs/conftest.py, on purpose.
FENCE = re.compile(
    r"^[ \t>]*(?:[-*+] +|\d+[.)] +)?(?:`{3,}|~{3,}) *\{? *\.?(?:python|pycon|py)\b", re.M
)
FENCE_THAT_SHOWS_MARKDOWN = re.compile(r"^(`{4,}) *(?:markdown|md)\b.*?^\1$", re.M | re.S)
PYTHON_CLASSES = {"language-python", "language-pycon", "language-py"}
COLLECTED = re.compile(r"^(?P<page>.+\.md)::line:(?P<line>\d+),column:\d+$", re.M)


def fences(text: str) -> int:
    return len(FENCE.findall(FENCE_THAT_SHOWS_MARKDOWN.sub("", text)))


class Highlighted(HTMLParser):
    """Counts Python blocks in a built page, except those inside an API entry (doctests)."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.blocks = 0
        self.open: list[bool] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "div":
            return
        classes = set((dict(attrs).get("class") or "").split())
        in_entry = "doc-object" in classes or (bool(self.open) and self.open[-1])
        self.open.append(in_entry)
        if "highlight" in classes and classes & PYTHON_CLASSES:
            self.blocks += not in_entry

    def handle_endtag(self, tag: str) -> None:
        if tag == "div":
            self.open.pop()


def sources(root: Path) -> list[Path]:
    return [root / "README.md", *sorted((root / "docs").rglob("*.md"))]


def collect(folder: Path) -> Counter[str]:
    """How many tests pytest really collects from each page."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-m", ""]
    command += ["-p", "no:cacheprovider", "--override-ini=addopts=", "docs", "README.md"]
    found = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert found.returncode in {0, 5}, found.stdout + found.stderr
    return Counter(match["page"] for match in COLLECTED.finditer(found.stdout))


def test_every_fenced_python_block_is_collected(root: Path) -> None:
    collected = collect(root)
    written = {
        path.relative_to(root).as_posix(): fences(path.read_text(encoding="utf-8"))
        for path in sources(root)
    }
    assert {page: count for page, count in written.items() if count} == dict(collected)


def test_every_python_block_of_the_built_site_is_one_of_those(root: Path, site: Path) -> None:
    for source in sources(root)[1:]:
        page = source.relative_to(root / "docs").with_suffix("")
        built = site / (page.parent if page.name == "index" else page) / "index.html"
        shown = Highlighted(built.read_text(encoding="utf-8")).blocks
        assert shown == fences(source.read_text(encoding="utf-8")), source


AWKWARD = """
```python
first = 1
```

!!! note
    ```python
    second = first + 1
    ```

=== "Tab"

    ??? question "Inner"

        ~~~py
        third = second + 1
        ~~~

1.  In a list:

    ``` {.python title="named"}
    fourth = third + 1
    ```

> ```pycon
> >>> fourth, 1 / 3
> (4, 0.333)
> ```

```python title="with a title" hl_lines="2"
def add(x, y):

    return x + y
```

```pycon
>>> add(fourth, 1)
5
>>> add(
...     fourth,
...     2,
... )
6
>>> add("...", 1)
Traceback (most recent call last):
    ...
TypeError: ...
```

``` {.python data-notest="it never ends"}
while True: ...
```

```text
not python
```

````markdown
```python
raise AssertionError("shown, not run")
```
````
"""


@pytest.fixture
def project(root: Path, tmp_path: Path) -> Path:
    """A small project, in a folder with a space, that tests its pages as this one does."""
    folder = tmp_path / "a b"
    (folder / "docs" / "deep" / "er").mkdir(parents=True)
    for name in ("docs/conftest.py", "pyproject.toml"):
        (folder / name).write_text((root / name).read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "README.md").write_text("```python\n1 + 1\n```\n", encoding="utf-8")
    return folder


def run(folder: Path) -> str:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "docs", "README.md"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


def test_awkward_fences_are_all_seen_and_share_their_names(project: Path) -> None:
    (project / "docs" / "deep" / "er" / "page.md").write_text(AWKWARD, encoding="utf-8")
    assert fences(AWKWARD) == 8
    assert collect(project) == {"docs/deep/er/page.md": 8, "README.md": 1}
    answer = run(project)
    assert "8 passed, 1 skipped" in answer, answer
    assert "it never ends" in answer


def test_awkward_fences_are_all_shown_as_python(root: Path) -> None:
    config = load_config(str(root / "mkdocs.yml"))
    shown = markdown.markdown(
        AWKWARD, extensions=config.markdown_extensions, extension_configs=config.mdx_configs
    )
    assert Highlighted(shown).blocks == 8


@pytest.mark.parametrize(
    ("block", "complaint"),
    [
        ("```python\nassert 1 == 2\n```", "assert 1 == 2"),
        ("```pycon\n>>> 1 + 1\n3\n```", "Expected:"),
        ("!!! note\n    ```pycon\n    >>> 0.12\n    0.13\n    ```", "Expected:"),
        ("```pycon\n>>> 1 +\n3\n```", "SyntaxError"),
        ("```python\nimport warnings; warnings.warn('old')\n```", "UserWarning"),
        ("```python data-notest\n1\n```", "must say why"),
        ("```python\n1\n", "not closed"),
    ],
)
def test_a_wrong_block_fails(project: Path, block: str, complaint: str) -> None:
    (project / "docs" / "page.md").write_text(block, encoding="utf-8")
    answer = run(project)
    assert complaint in answer
    assert re.search(r"1 (failed|error)", answer), answer
