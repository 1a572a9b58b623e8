"""Every place of the page, in every language, at both sizes: whole, in its language, and open to who cannot see it."""

import pytest
from look import axe, cut_off, foreign_words
from shop_facts import own_words, topped_up
from tour import display, tour
from words import LANGUAGES

SIZES = ((1366, 768), (1024, 768))
CHINESE = ("zh-CN", "zh-TW")


class Faults(dict):
    """What was found where; each is printed as it is found, for a walk that ends early."""

    def __setitem__(self, place, found):
        if found:
            super().__setitem__(place, found)
            print(*place, *found, sep="\n    ")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_place(new_till, witness, language):
    """Nothing is cut off or covered, Chinese screens speak Chinese, axe finds nothing serious in light or in dark."""
    till = await new_till(language)
    page = till.page
    card = await topped_up(witness, "3", 20_000)
    faults = Faults()
    async for name in tour(till, card):
        await look(page, language, name, faults)
    assert faults == {}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_customers_screen(new_till, language):
    """The same holds for the second screen, from its sign-in to the thanks."""
    till, screen = await new_till(language), await new_till(language)
    await till.enter()
    faults = Faults()
    async for name in display(screen.page, till):
        await look(screen.page, language, name, faults)
    assert faults == {}


async def look(page, language, name, faults):
    """Look at a place from all sides."""
    for width, height in SIZES:
        await page.set_viewport_size({"width": width, "height": height})
        faults[name, width] = await cut_off(page)
    if language in CHINESE:
        faults[name, language] = await foreign_words(page, own_words())
    if language == "zh-CN":
        faults[name, "axe"] = await axe(page)
        await page.emulate_media(color_scheme="dark")
        faults[name, "dark"] = await axe(page, "color-contrast")
        await page.emulate_media(color_scheme="light")
