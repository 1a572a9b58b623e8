"""The tidiness rules of CONTRIBUTING.md, read off the files themselves; each rule is also shown to catch a breach."""

import ast
import re
import statistics
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = tuple(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["root_packages"])
CODE = (*PACKAGES, "tests", "bench")
TEXT_SUFFIXES = {".py", ".md", ".toml", ".txt", ".in", ".sql", ".json", ".yml", ".yaml", ".cfg", ".sh", ""}

MAX_MODULE = 500
MAX_MEDIAN = 150
MAX_FUNCTION = 60

# Written in parts, so that this file does not contain what it forbids.
FORBIDDEN = {
    "a path of one machine": re.compile(
        r"(?<![\w.<])/(?:wo" + r"rk|ro" + r"ot|ho" + r"me|Us" + r"ers|opt/wh" + r"eels)/[\w.]"
    ),
    "a registry's address": re.compile(
        "py" + r"pi\.org|pythonho" + r"sted\.org|npm" + r"js\.org|deb\.deb" + r"ian\.org"
    ),
    "unfinished work": re.compile(r"\bTO" + r"DO\b|\bFIX" + r"ME\b|\bXX" + r"X\b|NotImpl" + r"ementedError"),
    "a working note": re.compile("HO" + r"USE\.md|\bPL" + r"AN\.md|[A-Z]_A" + r"PI\.md|sub" + "agent"),
    "a word that this house has a better one for": re.compile(r"\bblack" + r"list|\bwhite" + "list", re.IGNORECASE),
}


def python_files(*folders: str) -> list[Path]:
    """Every Python file under `folders`, in a stable order."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def text_files() -> Iterator[Path]:
    """Every text file of the repository that people write."""
    yield from sorted(path for path in ROOT.iterdir() if path.is_file() and path.suffix in TEXT_SUFFIXES)
    for folder in (*CODE, "docs", "constraints", ".ci"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and path.suffix in TEXT_SUFFIXES and "__pycache__" not in path.parts:
                yield path


def long_functions(source: str) -> list[tuple[str, int]]:
    """Functions longer than the house allows, with their number of lines (decorators not counted)."""
    return [
        (node.name, length)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > MAX_FUNCTION
    ]


def declares_only(node: ast.AST) -> bool:
    """Whether a function's body is ``...`` alone: a protocol's attribute, which its class explains."""
    body = getattr(node, "body", [])
    return len(body) == 1 and isinstance(body[0], ast.Expr) and getattr(body[0].value, "value", None) is ...


def undocumented(source: str) -> list[str]:
    """Modules, public classes and public functions (of modules and public classes) without a docstring."""
    missing = []

    def visit(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> None:
        if ast.get_docstring(node) is None:
            missing.append(name)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return
        for child in node.body:
            named = isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            if named and not child.name.startswith("_") and not declares_only(child):
                visit(child, child.name)

    visit(ast.parse(source), "the module")
    return missing


def rules_missing(source: str) -> list[str]:
    """Test functions whose docstring does not state a rule in one sentence that ends with a full stop."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            rule = ast.get_docstring(node)
            if rule is None or not rule.rstrip().endswith((".", "。")):
                found.append(node.name)
    return found


def forbidden_words(text: str) -> list[str]:
    """What `text` contains of the things that must not stand in the repository, with the words found."""
    return [f"{what}: {match.group(0)!r}" for what, pattern in FORBIDDEN.items() if (match := pattern.search(text))]


def module_lengths(paths: list[Path]) -> dict[Path, int]:
    """Lines of each module."""
    return {path: len(path.read_text(encoding="utf-8").splitlines()) for path in paths}


def test_no_module_is_over_500_lines():
    """No module, tests included, is longer than 500 lines."""
    assert {str(path): n for path, n in module_lengths(python_files(*CODE)).items() if n > MAX_MODULE} == {}


def test_median_module_is_at_most_150_lines():
    """Half of the modules of the product are at most 150 lines long."""
    lengths = [n for path, n in module_lengths(python_files(*PACKAGES)).items() if path.name != "__init__.py"]
    assert statistics.median(lengths) <= MAX_MEDIAN


def test_no_function_is_over_60_lines():
    """No function, tests included, is longer than 60 lines."""
    assert {
        str(path): found for path in python_files(*CODE) if (found := long_functions(path.read_text("utf-8")))
    } == {}


def test_everything_public_has_a_docstring():
    """Every module, public class and public function of the product says what its reader cannot see."""
    assert {
        str(path): found for path in python_files(*PACKAGES) if (found := undocumented(path.read_text("utf-8")))
    } == {}


def test_every_test_states_its_rule():
    """Each test's docstring states the rule that it keeps, in one sentence."""
    assert {
        str(path): found for path in python_files("tests") if (found := rules_missing(path.read_text("utf-8")))
    } == {}


def test_test_file_names_are_unique():
    """Test files have different names, since their folders are no packages."""
    names = [path.name for path in python_files("tests") if path.name != "conftest.py"]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_no_forbidden_words():
    """No file names a path of one machine, a registry's address, unfinished work or a working note."""
    found = {
        str(path.relative_to(ROOT)): words
        for path in text_files()
        if (words := forbidden_words(path.read_text("utf-8")))
    }
    assert found == {}


def broken_links(path: Path, text: str) -> list[str]:
    """Relative links of a Markdown page that lead nowhere."""
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text)
    return [link for link in links if "://" not in link and not (path.parent / link).exists()]


def test_links_between_pages_lead_somewhere():
    """Every relative link of a page leads to a file of the repository."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    assert {page.name: found for page in pages if (found := broken_links(page, page.read_text("utf-8")))} == {}
    assert broken_links(ROOT / "x.md", "[a](nowhere.md) [b](README.md#part) [c](https://a.example)") == ["nowhere.md"]


def test_every_decision_is_listed():
    """The index of decisions lists every record, and no number is given twice."""
    records = sorted(path.name for path in (ROOT / "docs" / "adr").glob("0*.md"))
    index = (ROOT / "docs" / "adr" / "README.md").read_text("utf-8")
    assert [name for name in records if f"({name})" not in index] == []
    assert len({name[:4] for name in records}) == len(records)


@pytest.mark.parametrize(
    "text",
    [
        "see /wo" + "rk/main/x.py",
        "open('/ro" + "ot/.ssh')",
        "--index-url https://py" + "pi.org/simple",
        "# TO" + "DO: later",
        "raise NotImpl" + "ementedError",
        "as PL" + "AN.md says",
        "the black" + "list",
    ],
)
def test_forbidden_words_are_seen(text):
    """Each kind of forbidden word is found where it stands."""
    assert len(forbidden_words(text)) == 1


def test_breaches_of_form_are_seen():
    """A long function, a missing docstring and a test without a rule are found where they stand."""
    body = "\n".join("    x = 1" for _ in range(MAX_FUNCTION))
    assert long_functions(f"def far():\n{body}\n") == [("far", MAX_FUNCTION + 1)]
    assert undocumented('class Card:\n    """A."""\n    def bind(self): pass\n    def no(self): ...\n') == [
        "the module",
        "bind",
    ]
    assert rules_missing('def test_a():\n    """No full stop"""\n') == ["test_a"]
