"""The import laws (docs/adr/0002): the tree keeps them, and each is proven by a change that breaks it in a copy."""

import ast
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = tuple(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["root_packages"])

BREACHES = [
    ("commerce/breach.py", "import hq_server", "libraries"),
    ("commerce/breach.py", "import sync_protocol", "libraries"),
    ("sync_protocol/breach.py", "import commerce", "libraries"),
    ("device_drivers/breach.py", "import sync_protocol", "libraries"),
    ("foundation/breach.py", "import commerce", "libraries"),
    ("provisioning/breach.py", "import edge_node", "libraries"),
    ("edge_node/breach.py", "import hq_server", "libraries"),
    ("hq_server/breach.py", "import stayopen", "libraries"),
    ("hq_server/breach.py", "import device_drivers", "hq_no_devices"),
    ("commerce/breach.py", "import time", "pure"),
    ("commerce/breach.py", "from random import randint", "pure"),
    ("sync_protocol/breach.py", "import asyncio", "pure"),
    ("sync_protocol/breach.py", "def late() -> None:\n    import socket", "pure"),
    ("edge_node/till/breach.py", "import edge_node.sync", "edge_rooms"),
    ("edge_node/sync/breach.py", "from edge_node import till", "edge_rooms"),
    ("edge_node/ledger/breach.py", "import edge_node.till", "edge_rooms"),
    ("edge_node/till/breach.py", "import aiohttp", "till_no_network"),
    ("edge_node/ledger/breach.py", "import socket", "till_no_network"),
    ("hq_server/ingest/breach.py", "import hq_server.reconcile", "hq_rooms"),
    ("hq_server/rights/breach.py", "import hq_server.distribution", "hq_rooms"),
    ("hq_server/head_office/breach.py", "import hq_server.rights", "hq_rooms"),
    ("hq_server/ledger/breach.py", "import hq_server.head_office", "hq_rooms"),
    ("hq_server/analysis/breach.py", "import hq_server.reconcile", "hq_rooms"),
    ("hq_server/head_office/breach.py", "import hq_server.analysis", "hq_rooms"),
]


def lint(folder: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    """Run the import linter on the packages in `folder`, limited to `contracts` if any are named."""
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    limits = [word for contract in contracts for word in ("--contract", contract)]
    return subprocess.run(
        [sys.executable, "-P", "-c", program, "--no-cache", "--no-logo", *limits],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def copy(tmp_path):
    """The packages and the linter's configuration in a folder of their own."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_tree_keeps_the_laws():
    """The repository as it stands breaks none of the six laws."""
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(("path", "line", "contract"), BREACHES)
def test_each_law_can_fail(copy, path, line, contract):
    """One import against a law, added to a copy, is refused by that law's contract and by its name."""
    (copy / path).write_text(f'"""A module that breaks a law."""\n\n{line}\n', encoding="utf-8")
    result = lint(copy, contract)
    assert result.returncode == 1
    assert "BROKEN" in result.stdout
    assert Path(path).stem in result.stdout


def test_a_cycle_is_refused(copy):
    """Two modules that import each other, directly or through their packages, break law six."""
    (copy / "commerce" / "one.py").write_text('"""One."""\n\nimport commerce.two\n', encoding="utf-8")
    (copy / "commerce" / "two.py").write_text('"""Two."""\n\nimport commerce.one\n', encoding="utf-8")
    result = lint(copy, "no_cycles")
    assert result.returncode == 1
    assert "BROKEN" in result.stdout


def foreign_imports(source: str, package: str) -> list[str]:
    """Top-level names imported by `source` that belong neither to the standard library nor to `package`."""
    names = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
    known = sys.stdlib_module_names | {package}
    return [name for name in names if name.split(".")[0] not in known]


def test_commerce_is_standard_library_only():
    """Commerce imports nothing but the standard library and itself."""
    found = {
        path.name: foreign_imports(path.read_text("utf-8"), "commerce") for path in (ROOT / "commerce").rglob("*.py")
    }
    assert {name: names for name, names in found.items() if names} == {}
    assert foreign_imports("import msgspec\nfrom commerce import cut\nimport json", "commerce") == ["msgspec"]


@pytest.mark.parametrize(
    "line",
    [
        "import time\n\nNOW = time.time()",
        "from datetime import date\n\nDAY = date.today()",
        "import os\n\nKEY = os.urandom(16)",
        "import uuid",
    ],
)
def test_the_clock_and_chance_are_banned(line):
    """Reading the real time or entropy outside runtime.py is refused by ruff (TID251)."""
    for name, refused in (("hq_server/breach.py", True), ("hq_server/runtime.py", False)):
        result = subprocess.run(
            [sys.executable, "-m", "ruff", "check", "--no-cache", "--select", "TID251", "--stdin-filename", name, "-"],
            cwd=ROOT,
            input=f"{line}\n",
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert (result.returncode != 0) is refused, result.stdout + result.stderr
