"""The words of the console by their keys, read off the message files: tests press what is written."""

import re
from functools import cache
from pathlib import Path

from words import asked, flat

SOURCES = Path(__file__).parents[2] / "web" / "console" / "src"
_READ = """
import { readdirSync } from 'node:fs'
const all = {}
for (const language of ['zh-CN', 'zh-TW', 'en']) {
  all[language] = {}
  for (const file of readdirSync(`${process.argv[1]}/${language}`))
    all[language][file.replace('.ts', '')] = (await import(`${process.argv[1]}/${language}/${file}`)).default
}
process.stdout.write(JSON.stringify(all))
"""


@cache
def messages() -> dict[str, dict[str, str]]:
    """Every text by language and dotted key; an area's file stands under its name."""
    return {language: dict(flat(tree)) for language, tree in asked(_READ, SOURCES / "messages").items()}


def word(key: str, language: str = "zh-CN", /, **values: object) -> str:
    """Return the text of a key, its places filled; KeyError for a key that is none."""
    text = messages()[language][key]
    return re.sub(r"\{(\w+)\}", lambda place: str(values.get(place.group(1), place.group(0))), text)
