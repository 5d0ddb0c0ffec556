"""The built site: every link leads somewhere, and nothing is fetched from elsewhere."""

from __future__ import annotations

import gzip
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

LOADED_RELATIONS = {
    "dns-prefetch", "icon", "manifest", "modulepreload", "preconnect", "prefetch", "preload",
    "stylesheet",
}  # fmt: skip
CSS_ADDRESS = re.compile(r"""url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)""")


@dataclass
class Page(HTMLParser):
    """What one HTML file names, links to and loads."""

    path: Path
    names: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.in_style = False
        self.feed(self.path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.in_style = tag == "style"
        self.names.update(given[key] for key in ("id", "name") if key in given)
        relations = set(given.get("rel", "").split())
        if tag in {"a", "area"} or (tag == "link" and not relations & LOADED_RELATIONS):
            self.links += [given["href"]] if "href" in given else []
        else:
            addresses = [given[key] for key in ("src", "href", "data", "poster") if key in given]
            addresses += [part.split()[0] for part in given.get("srcset", "").split(",") if part]
            self.loads += addresses + addresses_in_css(given.get("style", ""))

    def handle_data(self, data: str) -> None:
        if self.in_style:
            self.loads += addresses_in_css(data)

    def handle_endtag(self, tag: str) -> None:
        self.in_style = False


def addresses_in_css(text: str) -> list[str]:
    return [first or second for first, second in CSS_ADDRESS.findall(text)]


def is_elsewhere(address: str) -> bool:
    return bool(urlsplit(address).netloc)


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path) for path in sorted(site.rglob("*.html"))}


def problem(address: str, page: Page, site: Path, pages: dict[Path, Page]) -> str | None:
    """Why an address on a page leads nowhere, or None."""
    parts = urlsplit(address)
    if parts.scheme in {"http", "https", "mailto", "data"} or parts.netloc:
        return None
    here = "/" + page.path.relative_to(site).as_posix()
    target = site / unquote(urlsplit(urljoin(here, parts.path)).path).lstrip("/")
    if not parts.path:
        target = page.path
    elif target.is_dir():
        target /= "index.html"
    if not target.is_file():
        return "no such file"
    if parts.fragment and target.suffix == ".html":
        return None if unquote(parts.fragment) in pages[target].names else "no such anchor"
    return None


def test_the_site_has_every_page_of_the_navigation(pages: dict[Path, Page]) -> None:
    assert len(pages) >= 14


def test_every_link_and_anchor_leads_somewhere(site: Path, pages: dict[Path, Page]) -> None:
    broken = [
        f"{page.path.relative_to(site)}: {address} ({why})"
        for page in pages.values()
        for address in page.links + page.loads
        if (why := problem(address, page, site, pages))
    ]
    assert not broken, "\n".join(broken)


def test_every_style_sheet_finds_its_files(site: Path) -> None:
    for sheet in site.rglob("*.css"):
        for address in addresses_in_css(sheet.read_text(encoding="utf-8")):
            if address.startswith(("data:", "#")):
                continue
            assert not is_elsewhere(address), f"{sheet.name} loads {address}"
            assert (sheet.parent / urlsplit(address).path).is_file(), f"{sheet.name}: {address}"


def test_no_page_loads_anything_from_elsewhere(site: Path, pages: dict[Path, Page]) -> None:
    foreign = [
        f"{page.path.relative_to(site)} loads {address}"
        for page in pages.values()
        for address in page.loads
        if is_elsewhere(address)
    ]
    assert not foreign, "\n".join(foreign)


def test_tools_and_tests_are_not_published(site: Path) -> None:
    assert not [path for path in site.rglob("*") if path.suffix in {".py", ".pyc"}]


def test_the_checker_sees_a_broken_link_a_broken_anchor_and_a_foreign_script(
    tmp_path: Path,
) -> None:
    path = tmp_path / "index.html"
    path.write_text(
        '<h1 id="top"></h1><a href="#top"></a><a href="#bottom"></a><a href="gone/"></a>'
        '<script src="https://example.org/x.js"></script><link rel="stylesheet" href="//a.org/b">'
        "<style>@import 'https://example.org/y.css'; p {background: url(//b.org/c.png)}</style>",
        encoding="utf-8",
    )
    page = Page(path)
    found = [problem(address, page, tmp_path, {path: page}) for address in page.links]
    assert found == [None, "no such anchor", "no such file"]
    assert [is_elsewhere(address) for address in page.loads] == [True] * 4


@pytest.fixture
def server(root: Path, site: Path):
    """The address of the tutorial's server, which must stop cleanly at Ctrl-C."""
    command = [sys.executable, str(root / "docs/_tools/serve.py"), str(site), "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        words = [process.stdout.readline() for _ in range(3)][1].split()
        yield words[-1]
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 0


def test_the_tutorial_server_compresses_and_answers_like_a_site(server: str, site: Path) -> None:
    request = urllib.request.Request(server, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(answer.read()) == (site / "index.html").read_bytes()
    with urllib.request.urlopen(server + "lecture/3-the-compass", timeout=10) as answer:
        assert answer.url.endswith("/lecture/3-the-compass/")
        assert "Content-Encoding" not in answer.headers
    with pytest.raises(urllib.error.HTTPError, match="404") as missing:
        urllib.request.urlopen(server + "gone/", timeout=10)
    with missing.value as answer:
        assert answer.read() == (site / "404.html").read_bytes()
