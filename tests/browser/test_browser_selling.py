"""A sale from the first article to the change: with the scanner alone, the keyboard alone, and fingers alone."""

from shop_facts import TEA, WATER, barcode, sales_of


async def test_by_scanner_alone(till, witness):
    """Articles are scanned and paid; the next customer's first scan leaves the result by itself."""
    for name in (WATER, TEA, WATER):
        await till.scan(barcode(name))
    await till.has_lines(WATER, TEA)
    await till.pay_exactly()
    await till.scan(barcode(TEA))
    await till.result.wait_for(state="detached")
    await till.has_lines(TEA)
    (sale,) = await sales_of(witness, till)
    assert sale["total"] == 800
