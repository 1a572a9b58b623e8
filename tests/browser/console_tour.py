"""Every place of the console, one after the other: whoever looks at all of them walks along here.

``async for name in console_tour(console): …``: at each name the page shows that place.
"""

from stayopen.demo.people import OFFICE, PASSWORD

PANELS = ("settings/users?open=%2B",)
"""Details at the side that need nothing to be there before."""


async def console_tour(console):
    """Walk, signed in as a manager: the sign-in, each page of the navigation, each panel."""
    await console.open()
    await console.field("app.signIn.name").wait_for()
    yield "console-sign-in"
    await console.sign_in(OFFICE[0], PASSWORD)
    await console.nav.wait_for()
    for path in (*(href.removeprefix("/") for _, href in await console.entries()), *PANELS):
        await console.go(path)
        yield f"console-{path.partition('?')[0].replace('/', '-')}{'-panel' if '?' in path else ''}"
    await console.open("nowhere")
    await console.settled()
    yield "console-missing"
