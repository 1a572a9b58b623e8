"""The console has words for every act that head office writes into its log: the journal says no bare code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
WORDS = ROOT / "web" / "console" / "src" / "messages" / "zh-CN" / "audit.ts"
AT = {"note": 2, "Audit": 0}
"""Calls that write an act, and the place of its code among their arguments."""


def _codes() -> Iterator[str]:
    """Codes that stand in calls of head office's rooms."""
    for path in sorted((ROOT / "hq_server").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            place = AT.get(getattr(node.func, "id", getattr(node.func, "attr", "")))
            if place is None or len(node.args) <= place:
                continue
            code = node.args[place]
            if isinstance(code, ast.Constant) and isinstance(code.value, str):
                yield code.value


def test_every_act_has_its_words():
    """Each act that is noted anywhere stands among the journal's words."""
    acts = re.search(r"^    acts: \{\n(.*?)^    \},", WORDS.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    assert acts is not None
    known = set(re.findall(r"^      (\w+):", acts[1], re.MULTILINE))
    codes = {*_codes()}
    assert len(codes) > 30
    assert codes <= known, codes - known
