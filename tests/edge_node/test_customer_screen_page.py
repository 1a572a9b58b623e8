"""The page of the second screen: served as it is in the package, and bound by a policy that lets nothing else run."""

import re
from importlib.resources import files

import pytest
from web_shop import WebShop

from edge_node.web.display_page import POLICY

FILES = {
    "/display": "text/html",
    "/display/display.css": "text/css",
    "/display/display.js": "text/javascript",
    "/display/slides.js": "text/javascript",
    "/display/words.js": "text/javascript",
    "/display/icon.svg": "image/svg+xml",
}


@pytest.mark.parametrize(("path", "kind"), FILES.items())
async def test_files_are_served(web: WebShop, path: str, kind: str):
    """Each file has its type, the page's policy, and none of it is sniffed, framed or kept without asking."""
    async with web.client.get(path) as response:
        assert response.status == 200
        assert response.content_type == kind
        assert response.headers["Content-Security-Policy"] == POLICY
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["X-Frame-Options"] == "DENY"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["Cache-Control"] == "no-cache"
        assert await response.read()


async def test_only_these_files(web: WebShop):
    """There is no way from the page to any other file, nor under another name of the node."""
    for path in ("/display/../service.py", "/display/%2e%2e/service.py", "/display/nothing.js", "/display.html"):
        async with web.client.get(path) as response:
            assert response.status == 404, path
    async with web.client.get("/display", headers={"Host": "evil.example"}) as response:
        assert response.status != 200


def _source(name: str) -> str:
    return (files("edge_node.web") / "display" / name).read_text("utf-8")


def test_nothing_runs_within_the_page():
    """The page has no script, style or handler of its own, and loads nothing from elsewhere: the policy forbids it."""
    page = _source("display.html")
    assert re.findall(r"<script(?![^>]*\bsrc=)", page) == []
    assert re.findall(r"\sstyle=|<style|\son\w+=|javascript:", page) == []
    for name in ("display.html", "display.css", "display.js", "slides.js", "words.js"):
        addresses = re.findall(r"""["'(](?:https?:)?//[^"')\s]+""", _source(name))
        assert addresses == [], name
    assert "unsafe" not in POLICY
    assert "*" not in POLICY


def test_no_text_becomes_markup():
    """The script writes texts only as texts: a product's name cannot be markup."""
    script = _source("display.js") + _source("slides.js") + _source("words.js")
    assert (
        re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|\.style\b", script)
        == []
    )


def test_three_languages_have_the_same_words():
    """Every word of the page is there in each of the three languages."""
    tables = re.findall(r'^  (?:"[\w-]+"|en): \{(.*?)^  \}', _source("words.js"), re.DOTALL | re.MULTILINE)
    names = [set(re.findall(r"^    (\w+):", table, re.MULTILINE)) for table in tables]
    assert len(names) == 3
    assert names[0] == names[1] == names[2]
    used = set(re.findall(r'data-word="(\w+)"', _source("display.html")))
    used |= set(re.findall(r"words\(\)\.(\w+)", _source("display.js")))
    assert used <= names[0]


def test_the_page_finds_its_places():
    """Every place that the script looks for is in the page."""
    page, script = _source("display.html"), _source("display.js")
    wanted = set(re.findall(r'(?:\$|say)\("([\w-]+)"', script))
    assert wanted <= set(re.findall(r'\bid="([\w-]+)"', page))


def test_files_lie_in_the_package():
    """The files lie within the package folder, which is what a wheel is made of."""
    assert {path.name for path in (files("edge_node.web") / "display").iterdir()} >= {
        "display.html",
        "display.css",
        "display.js",
        "slides.js",
        "words.js",
        "icon.svg",
    }
