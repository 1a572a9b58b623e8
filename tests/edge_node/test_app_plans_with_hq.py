"""Card plans between two branches and the real HQ: sold here, used there, refunded, and everybody's books agree."""

from hq_beside import CASH, agree, all_sent, branch, hq, office, open_till, pay, until

from hq_server.app import HqApp
from stayopen.seed_offers import NEWCOMER

__all__ = ["hq"]

SHIRT, WATER, HOT_POT = "9001", "1001", "1021"
LEAD = {"staff": "2001", "pin": "246810"}


async def clearing(hq: HqApp) -> list:
    """Who owes whom, as HQ has it now."""
    sql = "SELECT debtor, creditor, col, amount FROM clearing_totals WHERE amount <> 0"
    return await hq.database.read(lambda conn: conn.execute(sql).fetchall())


async def owed(hq: HqApp, *rows) -> None:
    """Wait until these and no other debts stand."""

    async def there():
        return await clearing(hq) == list(rows)

    await until(there)


async def known(till, phone: str) -> str:
    """Wait until a branch knows a member; the id."""
    found = []

    async def there():
        found[:] = (await till.get(f"/members?phone={phone}"))["members"]
        return bool(found)

    await until(there)
    return found[0]["member"]


async def fetch(till, member: str, asset: str, amount: int) -> None:
    """Ask HQ for rights, again while HQ does not know yet that there are any."""
    wish = {"member": member, "asset": asset, "amount": amount, "deadline_ms": 10_000}

    async def granted():
        return (await till.do("POST /rights-requests", wish))["state"] == "granted"

    await until(granted)


async def held(till, member: str, plan: str) -> dict:
    """What a branch says that a member holds of a plan."""
    plans = (await till.get(f"/members/{member}/plans"))["plans"]
    return next((one for one in plans if one["plan"] == plan), {})


async def sells_plans(till) -> None:
    """Wait until a branch has the chain's plans."""

    async def there():
        return len((await till.get("/plans"))["plans"]) == 7

    await until(there)


async def test_a_plan_sold_here_is_used_there(tmp_path, capsys, hq: HqApp):
    """Uses go where they are asked for; the issuer owes the spender what they paid, a refund takes it back."""
    one, two = [await branch(tmp_path, capsys, hq, name) for name in ("b001", "b002")]
    async with one, two:
        here, there = await open_till(one), await open_till(two)
        await sells_plans(here)
        member = (await here.do("POST /members", {"name": "林晓燕", "phone": "13912345678"}))["member"]
        bought = await here.do(f"POST /members/{member}/plans", {"plan": "laundry20", "tenders": pay(CASH, 24_000)})
        assert (bought["uses"], bought["paid"]) == (20, 24_000)
        assert await known(there, "13912345678") == member
        await fetch(there, member, "uses:laundry20", 2)
        assert (await held(there, member, "laundry20"))["uses_here"] == 2
        basket = (await there.do("POST /baskets", {"member": member}))["basket"]
        await there.do(f"POST /baskets/{basket}/lines", {"item": SHIRT, "milli_qty": 2_000})
        await there.do(f"POST /baskets/{basket}/lines", {"item": WATER})
        priced = await there.do(f"PUT /baskets/{basket}/lines/1/plan", {"plan": "laundry20"})
        assert (priced["covered"], priced["due"]) == (2_400, 200)
        sold = await there.do(f"POST /baskets/{basket}/checkout", {"tenders": pay(CASH, 200)})
        await owed(hq, ("b001", "b002", "principal", 2_400))
        back = {"approval": LEAD, "reason": "领口没洗净", "lines": [{"line": 0, "milli_qty": 1_000}], "in_cash": True}
        await there.do(f"POST /sales/{sold['sale']}/refund", back)
        await owed(hq, ("b001", "b002", "principal", 1_200))
        assert (await held(there, member, "laundry20"))["uses_here"] == 1
        async with office(hq) as person:
            account = await person.get(f"/members/{member}")
            assert account["balances"]["uses:laundry20"] == 19
            assert (await person.get("/discrepancies"))["rows"] == []
        await all_sent(one, two)
    await agree(tmp_path, capsys, hq, one, two)


async def test_a_period_card_stands_still_for_the_whole_chain(tmp_path, capsys, hq: HqApp):
    """Frozen in one branch it is frozen in the other; head office lets it run again, and it runs everywhere."""
    one, two = [await branch(tmp_path, capsys, hq, name) for name in ("b001", "b002")]
    async with one, two:
        here, there = await open_till(one), await open_till(two)
        await sells_plans(here)
        member = (await here.do("POST /members", {"name": "林晓燕", "phone": "13912345678"}))["member"]
        card = await here.do(f"POST /members/{member}/plans", {"plan": "print30", "tenders": pay(CASH, 1_990)})
        await known(there, "13912345678")

        async def usable(till, *, state: bool):
            async def so():
                return (await held(till, member, "print30")).get("usable") is state

            await until(so)

        await usable(there, state=True)
        await here.do(f"POST /plans/{card['issue']}/freeze", {"approval": LEAD, "reason": "出差"})
        await usable(there, state=False)
        assert (await held(there, member, "print30"))["why"] == "frozen"
        async with office(hq) as person:
            (kept,) = (await person.get(f"/members/{member}"))["entitlements"]
            assert (kept["plan"], kept["branch"], kept["state"]) == ("print30", "b001", "held")
            await person.send(f"POST /entitlements/{card['issue']}/thaw", {"reason": "提前回来"})
        await usable(there, state=True)
        await usable(here, state=True)
        await all_sent(one, two)
    await agree(tmp_path, capsys, hq, one, two)


async def test_what_head_office_gives_reaches_the_till(tmp_path, capsys, hq: HqApp):
    """Coupons, pictures, card numbers and settings of head office serve in a branch."""
    one = await branch(tmp_path, capsys, hq, "b001")
    async with one:
        till = await open_till(one)
        member = await known(till, "13800010003")

        async def placed():
            return (await till.get(f"/members/{member}"))["here"].get(f"coupon:{NEWCOMER}") == 1

        await until(placed)
        (coupon,) = (await till.get(f"/members/{member}/coupons"))["coupons"]
        assert (coupon["template"], coupon["here"]) == (NEWCOMER, 1)
        basket = (await till.do("POST /baskets", {"member": member}))["basket"]
        await till.do(f"POST /baskets/{basket}/lines", {"item": HOT_POT})
        priced = await till.do(f"PUT /baskets/{basket}/coupons", {"coupons": [NEWCOMER]})
        assert priced["due"] == 2_490
        await till.do(f"POST /baskets/{basket}/checkout", {"tenders": pay(CASH, priced["due"])})
        assert (await till.get(f"/members/{member}/coupons"))["coupons"] == []
        (product,) = (await till.get(f"/products?q={HOT_POT}"))["products"]
        async with one.client.get(f"/api/v1/pictures/{product['picture']}") as response:
            assert response.content_type == "image/webp"
        set_up = await till.get("/till")
        assert [field["label"] for field in set_up["custom_fields"]] == ["口味", "单位", "纪念日"]
        assert set_up["card_ranges"] is True
        await all_sent(one)
    await agree(tmp_path, capsys, hq, one)
