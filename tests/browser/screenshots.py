"""Pictures of every place of till and console: each language, light and dark, the till at two sizes (make screenshots).

They lie in ``build/screenshots/`` with a page that shows them side by side, for people to look at.
"""

import asyncio
import html
import shutil
import sys
import tempfile
from pathlib import Path

from chromium import ADVICE, FLAGS, find
from console_page import ConsolePage
from console_tour import console_tour
from playwright.async_api import async_playwright
from shop_facts import topped_up
from till_page import TillPage
from tour import display, tour
from words import LANGUAGES

from stayopen import seed
from stayopen.demo.chain import Chain
from stayopen.demo.people import MANAGER

OUT = Path(__file__).parents[2] / "build" / "screenshots"
THEMES = ("light", "dark")
SIZES = ((1366, 768), (1024, 768))
BRANCH = "b001"


async def main(languages):
    """Walk through the page once per language and take each place's pictures on the way."""
    shutil.rmtree(OUT, ignore_errors=True)
    places = []
    with tempfile.TemporaryDirectory(prefix="stayopen-screenshots-") as folder:
        async with Chain(Path(folder) / "chain", seed.BRANCHES[:1]) as chain, async_playwright() as playwright:
            await chain.up()
            witness = await chain.till(BRANCH, "witness", MANAGER)
            browser = await playwright.chromium.launch(executable_path=find(), args=FLAGS)
            for number, language in enumerate(languages):
                context = await browser.new_context(reduced_motion="reduce")
                page = await context.new_page()
                for name, value in (("language", language), ("till", f"till-{number}")):
                    await page.add_init_script(f"localStorage['stayopen.{name}'] ??= '{value}'")
                till = TillPage(page, chain.boxes[BRANCH].url.removesuffix("api/v1"), f"till-{number}", language)
                places = [place async for place in pictures(till, await topped_up(witness, str(number), 20_000))]
                await context.close()
                places += await of_console(browser, chain, language)
            await browser.close()
    (OUT / "index.html").write_text(index(places, languages), encoding="utf-8")
    print(f"{len(places)} places, {sum(1 for _ in OUT.rglob('*.png'))} pictures: {OUT}/index.html")


async def pictures(till, card):
    """Take the pictures of each place; yield its name."""
    page = till.page
    await page.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})
    async for name in tour(till, card):
        await shoot(page, till.language, name)
        yield name
    await till.button("shift.goOn").click()
    await till.open_shift()
    screen = await page.context.new_page()
    async for name in display(screen, till):
        await shoot(screen, till.language, name)
        yield name


async def of_console(browser, chain, language):
    """Take the pictures of the console's places; return their names."""
    context = await browser.new_context(reduced_motion="reduce", timezone_id="Asia/Shanghai")
    page = await context.new_page()
    await page.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})
    await page.add_init_script(f"localStorage['stayopen.language'] ??= '{language}'")
    places = []
    async for name in console_tour(ConsolePage(page, chain.console_url, language)):
        await shoot(page, language, name, SIZES[:1])
        places.append(name)
    await context.close()
    return places


async def shoot(page, language, name, sizes=SIZES):
    """Take the pictures of one place."""
    for width, height in reversed(sizes):
        await page.set_viewport_size({"width": width, "height": height})
        for theme in reversed(THEMES):
            await page.emulate_media(color_scheme=theme)
            await page.screenshot(path=OUT / picture(language, theme, width, name), animations="disabled")


def picture(language, theme, width, name):
    """Where a picture lies."""
    return f"{language}/{theme}-{width}/{name}.png"


def index(places, languages):
    """The page that shows them: a row for each place and language, a column for each theme and size."""
    looks = [(theme, width) for width, _ in SIZES for theme in THEMES]
    rows = [
        f"<tr><th>{html.escape(name)}<br>{language}</th>"
        + "".join(
            f'<td><a href="{path}"><img loading="lazy" src="{path}" alt=""></a></td>'
            for path in (html.escape(picture(language, theme, width, name)) for theme, width in looks)
            if (OUT / path).is_file()
        )
        + "</tr>"
        for name in places
        for language in languages
    ]
    heads = "".join(f"<th>{theme} {width}</th>" for theme, width in looks)
    return (
        "<!doctype html><meta charset=utf-8><title>StayOpen</title>"
        "<style>img{width:23vw}th{font:14px sans-serif;text-align:start}</style>"
        f"<table><tr><th></th>{heads}</tr>{''.join(rows)}</table>"
    )


if __name__ == "__main__":
    if not find():
        sys.exit(ADVICE)
    asyncio.run(main(sys.argv[1:] or LANGUAGES))
