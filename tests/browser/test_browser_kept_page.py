"""The browser keeps the page: it opens while the node is away, says so calmly, and goes on when the node is back."""

from shop_facts import TEA, barcode

KEPT = "async () => !!navigator.serviceWorker.controller && !!(await caches.match('/', {ignoreVary: true}))"


async def test_a_page_opened_while_the_node_is_away(till, box):
    """Reloaded without its node the page still comes, and shows the basket as soon as the node serves again."""
    await till.scan(barcode(TEA))
    await till.has_lines(TEA)
    await till.page.wait_for_function(KEPT)
    await box.program.stop()
    try:
        await till.page.reload()
        await till.page.get_by_text(till.word("status.lostWhy")).wait_for()
    finally:
        await box.up()
        await box.linked()
    await till.has_lines(TEA)
    await till.pay_exactly()


async def test_nothing_of_the_shop_is_kept(till):
    """What the browser keeps is the page's own files: no answer of the API, no picture, no customer's screen."""
    await till.scan(barcode(TEA))
    await till.page.wait_for_function(KEPT)
    kept = await till.page.evaluate(
        "async () => (await Promise.all((await caches.keys()).map(async name =>"
        " (await (await caches.open(name)).keys()).map(request => new URL(request.url).pathname)))).flat()"
    )
    assert "/" in kept
    assert [path for path in kept if path.startswith(("/api", "/training", "/display"))] == []
