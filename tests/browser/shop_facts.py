"""What the tests of the page know of the demo's goods and members, and what they ask the node afterwards."""

import secrets
import time

from stayopen import seed, seed_offers
from stayopen.demo.till_acts import open_shift, top_up
from stayopen.seed import business_day

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


async def registered(witness, mark):
    """Register a member with a card of their own: the card's number, and the member."""
    await open_shift(witness, business_day(time.time_ns() // 1_000_000))
    card = f"7788{mark}{secrets.randbelow(10**7):07}"
    body = {"name": "沈梦溪", "phone": "", "card": card}
    return card, (await witness.act("POST /members", body))["member"]


async def topped_up(witness, mark, amount):
    """Register a member who has stored value in this branch; the card's number."""
    card, member = await registered(witness, mark)
    await top_up(witness, member, amount)
    return card


def own_words():
    """The texts that the shop itself wrote: they stand on a page in whatever language they were written."""
    goods = [text for row in GOODS.values() for text in (row.name, row.unit, row.category)]
    return [*goods, *seed_offers.words()]
