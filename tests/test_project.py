"""The frame around the package: names, versions and promises agree with each other."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

import nabla

NOT_OURS = re.compile(r"\.git|\.venv.*|site|dist|.*_cache|__pycache__|\.hypothesis")
TEXT = {"", ".md", ".py", ".toml", ".yml", ".js", ".mjs", ".css", ".html", ".txt", ".cfg"}
# PyPI's nabla is an unrelated project
WRONG_INSTALL = re.compile(r"pip3?\s+install\s+(?:-\S+\s+)*[\"']?nabla(?![\w-]|-gradients)")
LONGEST_MODULE_LINES = 320


@pytest.fixture(scope="module")
def project(root: Path) -> dict:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def own_texts(root: Path) -> list[Path]:
    return [
        path
        for path in sorted(root.rglob("*"))
        if path.is_file()
        and path.suffix in TEXT
        and not any(NOT_OURS.fullmatch(part) for part in path.relative_to(root).parts)
    ]


def test_the_version_is_the_same_everywhere(root: Path, project: dict) -> None:
    version = project["version"]
    assert metadata.version("nabla-gradients") == version
    assert getattr(nabla, "__version__", version) == version
    newest = re.search(r"^## (\S+)", (root / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    assert newest is not None
    assert newest[1] == version


def test_nobody_is_told_to_install_someone_elses_nabla(root: Path) -> None:
    wrong = "pip install {}nabla"
    assert WRONG_INSTALL.search(wrong.format(""))
    assert WRONG_INSTALL.search(wrong.format("--upgrade "))
    assert not WRONG_INSTALL.search(wrong.format("") + "-gradients")
    told = [
        str(path)
        for path in own_texts(root)
        if path != Path(__file__) and WRONG_INSTALL.search(path.read_text(encoding="utf-8"))
    ]
    assert not told


def test_no_module_is_longer_than_a_sitting(root: Path) -> None:
    lines = {
        path.relative_to(root).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in (root / "nabla").rglob("*.py")
    }
    assert {name: count for name, count in lines.items() if count > LONGEST_MODULE_LINES} == {}


def test_every_make_command_we_name_exists(root: Path) -> None:
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.M))
    pages = [root / "README.md", *(root / "docs").rglob("*.md")]
    named = {
        name
        for page in pages
        for name in re.findall(r"(?:`|^ *\$? *)make ([a-z-]+)", page.read_text("utf-8"), re.M)
    }
    assert {"tutorial", "test"} <= named
    assert named <= targets


def test_required_python_is_what_the_classifiers_and_the_makefile_say(
    root: Path, project: dict
) -> None:
    assert project["requires-python"] == ">=3.11"
    named = [name for name in project["classifiers"] if re.search(r":: 3\.\d+$", name)]
    assert [name.rsplit(" ", 1)[1] for name in named] == ["3.11", "3.12", "3.13"]
    assert "version_info < (3, 11)" in (root / "Makefile").read_text(encoding="utf-8")


def test_only_numpy_and_mpmath_are_required(project: dict) -> None:
    names = {re.split(r"[<>=]", requirement)[0] for requirement in project["dependencies"]}
    assert names == {"numpy", "mpmath"}


def test_the_wheel_holds_the_package_its_types_marker_and_the_licence(
    root: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    built = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "nabla/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert {name.split("/")[0].split("-")[0] for name in names} == {"nabla", "nabla_gradients"}
    assert not [name for name in names if "__pycache__" in name]
