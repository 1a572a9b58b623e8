"""What the tests of the page know of the demo's goods and members, and what they ask the node afterwards."""

from stayopen import seed

GOODS = {row.name: row for row in seed.products()}
WATER, TEA, NOODLES, COFFEE, APPLES = "农夫山泉 550ml", "康师傅冰红茶", "红烧牛肉面", "拿铁咖啡", "苹果 红富士"


def barcode(name):
    """The code on a pack."""
    return GOODS[name].barcodes[0]


async def sales_of(witness, till):
    """The sales that the node holds of a till, the oldest first."""
    rows = (await witness.get("/sales"))["sales"]
    found = [await witness.get(f"/sales/{row['sale']}") for row in rows]
    return sorted((sale for sale in found if sale["till"] == till.till), key=lambda sale: sale["at"])
