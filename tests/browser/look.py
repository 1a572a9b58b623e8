"""What a page must be wherever one looks: nothing cut off or covered, no foreign words, no fault that axe finds."""

import json
import re
from pathlib import Path

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"

LATIN = re.compile(r"[A-Za-z]{2,}")
KNOWN = re.compile(
    r"F\d+|Esc|Enter|Tab|Delete|Home|End|PgUp|PgDn|Shift|Ctrl|StayOpen|English|PIN|USB|ID|QR|X|Z|APP"
    r"|YYYY|MM|DD|kg|ml|[a-z]\d+|till|witness"
)
"""Latin words that Chinese screens may hold: keys as they are printed, names, and what has no other word."""
_ASKED = Path(__file__).with_suffix(".js").read_text("utf-8").partition("\n")[2].strip()


async def cut_off(page):
    """What is cut off, covered, outside the window or needs scrolling sideways."""
    return await page.evaluate(f"{_ASKED}.seen()")


async def foreign_words(page, data):
    """Latin words on a Chinese page, apart from keys and from what the shop's own data say (`data`: texts)."""
    own = {word for text in data for word in LATIN.findall(text)}
    found = {word for text in await page.evaluate(f"{_ASKED}.words()") for word in LATIN.findall(text)}
    return sorted(word for word in found - own if not KNOWN.fullmatch(word))


async def axe(page, *only):
    """Serious and critical faults that axe-core finds, of the rules named or of all."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text("utf-8"))
    return await page.evaluate(f"{_ASKED}.axe({json.dumps(only)})")
