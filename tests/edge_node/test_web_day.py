"""A day at the till through the API, over a real server and a real encrypted file."""

from web_shop import DAY, LEAD, NOW, WebShop

from edge_node.ledger.verify import verify


async def test_a_day_from_sign_in_to_z_report(web: WebShop):
    """Register, top up, sell with a split tender, refund with approval, count and close: every figure is exact."""
    till = await web.till("2001")
    await till.open_shift()
    new = {"name": "王小明", "phone": "138 1234 5678", "card": "VIP-0001", "tier": "gold", "fields": {"gender": "男"}}
    member = (await till.do("POST /members", new))["member"]
    bought = {"amount": 50_000, "rule": "big", "tenders": [{"tender": "cash", "amount": 50_000}]}
    topped_up = await till.do(f"POST /members/{member}/top-ups", bought)
    assert (topped_up["paid"], topped_up["bonus"], topped_up["points"]) == (50_000, 10_000, 50)
    assert topped_up["balances"] == {"principal": 50_000, "bonus": 10_000, "points": 50}
    basket = await till.basket("naicha", "jianfa", member=member)
    shown = await till.get(f"/baskets/{basket}")
    assert shown["member_name"] == "王*明"
    assert (shown["subtotal"], shown["saved"], shown["total"]) == (8300, 830, 7470)
    assert [step["code"] for step in shown["lines"][0]["steps"]] == ["list", "tier"]
    assert all(sum(step["amount"] for step in line["steps"]) == line["charged"] for line in shown["lines"])
    tenders = [{"tender": "stored_value", "amount": 7000}, {"tender": "cash", "amount": 500}]
    receipt = await till.do(f"POST /baskets/{basket}/checkout", {"tenders": tenders, "total": 7470})
    assert (receipt["total"], receipt["change"], receipt["unsynced"]) == (7470, 30, False)
    assert receipt["points_earned"] == 74
    assert receipt["balances"]["principal"] + receipt["balances"]["bonus"] == 53_000
    sale = await till.get(f"/sales/{receipt['sale']}")
    assert [line["name"] for line in sale["lines"]] == ["珍珠奶茶", "剪发"]
    back = {"lines": [{"line": 0, "milli_qty": 1000}], "reason": "做错了", "approval": LEAD}
    refunded = await till.do(f"POST /sales/{receipt['sale']}/refund", back)
    assert refunded["amount"] == 1350
    assert refunded["money"] + sum(use["value"] for use in refunded["uses"]) == 1350
    rest = await till.do(f"POST /sales/{receipt['sale']}/refund", {"reason": "不要了", "approval": LEAD})
    assert rest["amount"] == 6120
    figures = await till.get("/shift/x")
    assert (figures["sales"], figures["sold"], figures["refunded"], figures["topped_up"]) == (1, 7470, 7470, 50_000)
    await till.do("POST /shift/count", {"cash": [{"denomination": 10_000, "pieces": 10}]})
    status, code, _ = await till.refused("POST /quick-sales", {"amount": 100, "tenders": []})
    assert (status, code) == (409, "shift_counted")
    report = await till.do("POST /shift/close", {})
    assert report["differences"] == [{"tender": "cash", "expected": 100_000, "found": 100_000, "delta": 0}]
    assert (await till.get("/shift"))["shift"] is None
    await web.client.close()
    assert web.direct(verify).ok


async def test_hold_here_recall_there(web: WebShop):
    """A basket held at one till is recalled at another, once, and is then nobody else's."""
    first, second = await web.till("1001", "t1"), await web.till("2001", "t2")
    await first.open_shift()
    await second.open_shift()
    basket = await first.basket("naicha")
    assert (await second.refused(f"POST /baskets/{basket}/recall"))[1] == "basket_elsewhere"
    status, answer = await second.ask("GET", f"/baskets/{basket}")
    assert (status, answer["code"]) == (409, "basket_elsewhere")
    await first.do(f"POST /baskets/{basket}/hold", {"note": "三号桌"})
    assert [row["note"] for row in (await second.get("/baskets"))["held"]] == ["三号桌"]
    assert (await second.get(f"/baskets/{basket}"))["total"] == 1500
    assert (await second.do(f"POST /baskets/{basket}/recall"))["till"] == "t2"
    assert (await first.refused(f"POST /baskets/{basket}/recall"))[1] == "basket_elsewhere"
    assert (await first.refused(f"DELETE /baskets/{basket}"))[1] == "basket_elsewhere"
    receipt = await second.do(f"POST /baskets/{basket}/checkout", {"tenders": [{"tender": "cash", "amount": 1500}]})
    assert receipt["number"].startswith("251122-")
    assert (await second.refused(f"DELETE /baskets/{basket}"))[:2] == (404, "unknown_basket")


async def test_lines_change_and_explain_themselves(web: WebShop):
    """Scans, quantities, overrides and discounts show in the steps; what needs a shift lead is refused without one."""
    till = await web.till("1001")
    basket = await till.basket()
    lines = f"/baskets/{basket}/lines"
    shown = await till.do(f"POST {lines}", {"scan": "6901234567892", "milli_qty": 2000})
    assert (shown["lines"][0]["name"], shown["total"]) == ("珍珠奶茶", 3000)
    both = await till.do(f"POST {lines}", {"scan": "6900000000014"})
    assert ([choice["item"] for choice in both["choices"]], len(both["lines"])) == (["shui1", "shui2"], 1)
    shown = await till.do(f"PATCH {lines}/1", {"milli_qty": 1000, "note": "少糖", "attendant": "2001"})
    assert (shown["lines"][0]["note"], shown["total"]) == ("少糖", 1500)
    assert (await till.refused(f"PATCH {lines}/1", {"override": {"price": 1000}}))[:2] == (403, "approval_needed")
    changed = {"override": {"price": 1000, "reason": "杯子小了"}, "approval": LEAD}
    shown = await till.do(f"PATCH {lines}/1", changed)
    assert shown["lines"][0]["override"]["approved_by"] == "2001"
    shown = await till.do(f"PATCH {lines}/1", {"discount": {"per_mille": 50}})
    assert (shown["lines"][0]["discount"]["approved_by"], shown["total"]) == ("1001", 950)
    assert (await till.refused(f"PUT /baskets/{basket}/discount", {"discount": {"amount": 100}}))[
        1
    ] == "approval_needed"
    shown = await till.do(f"PUT /baskets/{basket}/discount", {"discount": {"amount": 100}, "approval": LEAD})
    assert shown["total"] == 850
    shown = await till.do(f"PATCH {lines}/1", {"override": None, "discount": None})
    assert shown["total"] == 1400
    assert (await till.do(f"DELETE {lines}/1"))["lines"] == []
    assert (await till.refused(f"DELETE {lines}/1"))[:2] == (404, "unknown_line")


async def test_members_are_found_every_way(web: WebShop):
    """Card, phone, last four digits, name and pinyin initials find the member; a lost card finds nobody."""
    till = await web.till("2001")
    await till.open_shift()
    new = {"name": "欧阳娜娜", "phone": "+86 139-8765-4321", "card": "A 100"}
    member = (await till.do("POST /members", new))["member"]
    for query in ("card=a100", "phone=13987654321", "last4=4321", "q=欧阳", "q=oynn", "q=4321", "q=A100"):
        found = (await till.get(f"/members?{query}"))["members"]
        assert [row["member"] for row in found] == [member], query
        assert (found[0]["name"], found[0]["phone_tail"]) == ("欧阳娜娜", "4321")
    assert (await till.refused("POST /members", {"name": "别人", "phone": "13987654321"}))[1] == "phone_taken"
    await till.do(f"POST /members/{member}/cards", {"card": "B200"})
    await till.do(f"POST /members/{member}/cards/lost", {"card": "A100"})
    status, answer = await till.ask("GET", "/members?card=A100")
    assert (status, answer["code"]) == (409, "card_lost")
    await till.do(f"PATCH /members/{member}", {"fields": {"birthday": "2000-06-15", "note": "喜欢靠窗"}})
    await till.do(f"POST /members/{member}/freeze", {})
    shown = await till.get(f"/members/{member}")
    assert (shown["warnings"], shown["chain"], shown["cards"]) == (["frozen"], None, ["B200"])
    assert shown["profile"] == {
        "birthday": "2000-06-15",
        "name": "欧阳娜娜",
        "note": "喜欢靠窗",
        "phone": "13987654321",
    }


async def test_shortage_says_what_can_be_spent_here(web: WebShop):
    """A payment beyond the wallet is refused with the sum that can be spent here, in the asker's language."""
    till = await web.till("1001")
    await till.open_shift()
    member = (await till.do("POST /members", {"name": "周杰", "phone": "13700000001"}))["member"]
    cash = {"amount": 2000, "tenders": [{"tender": "cash", "amount": 2000}]}
    issue = (await till.do(f"POST /members/{member}/top-ups", cash))["issue"]
    sale = {"amount": 5000, "member": member, "tenders": [{"tender": "stored_value", "amount": 5000}]}
    status, answer = await till.ask("POST", "/quick-sales", sale)
    assert (status, answer["code"], answer["evidence"]["available"]) == (409, "stored_value_short", 2000)
    assert "20.00" in answer["message"]
    assert answer["kept"]
    status, answer = await till.ask("POST", "/quick-sales", sale, headers={"Accept-Language": "en-GB"})
    assert "20.00 can be spent here" in answer["message"]
    undone = await till.do(f"POST /top-ups/{issue}/undo", {"reason": "充错人", "approval": LEAD, "in_cash": True})
    assert undone["tenders"] == [{"tender": "cash", "amount": 2000, "given": 0, "ref": ""}]
    assert (await till.get(f"/members/{member}/top-ups"))["top_ups"][0]["undone"] is True


async def test_sales_are_found_by_number_and_page(web: WebShop):
    """A sale is found by its printed number, the latest ones page by page, and a receipt prints again."""
    till = await web.till("2001")
    await till.open_shift()
    for amount in (100, 200, 300):
        await till.do("POST /quick-sales", {"amount": amount, "tenders": [{"tender": "wechat", "amount": amount}]})
    page = await till.get("/sales?limit=2")
    assert [row["total"] for row in page["sales"]] == [300, 200]
    rest = await till.get(f"/sales?limit=2&before={page['next']}")
    assert ([row["total"] for row in rest["sales"]], rest["next"]) == ([100], 0)
    number = rest["sales"][0]["number"]
    assert (await till.get(f"/sales?number={number}"))["sales"][0]["total"] == 100
    before = (await till.get("/health"))["print_jobs_waiting"]
    await till.do(f"POST /sales/{rest['sales'][0]['sale']}/print", {"reason": "顾客要"})
    await till.do("POST /drawer", {"reason": "换零钱"})
    health = await till.get("/health")
    assert (health["print_jobs_waiting"] - before, health["now"], health["standalone"]) == (2, NOW, True)


async def test_cash_in_and_out_need_reasons(web: WebShop):
    """Cash put in or taken out shows in the figures, and a difference at the close needs its reason."""
    till = await web.till("2001")
    await till.open_shift()
    assert (await till.get("/shift"))["shift"]["day"] == DAY
    await till.do("POST /shift/cash", {"act": "cash_in", "amount": 1000, "reason": "找零备用"})
    await till.do("POST /shift/cash", {"act": "cash_out", "amount": 300, "reason": "买纸"})
    assert (await till.get("/shift/x"))["cash_in"] == 1000
    await till.do("POST /shift/count", {"cash": [{"denomination": 5000, "pieces": 10}]})
    assert (await till.refused("POST /shift/close", {}))[1:] == (
        "difference_needs_reason",
        {"tender": "cash", "difference": -700},
    )
    assert (await till.do("POST /shift/close", {"reason": "买纸小票丢了"}))["differences"][0]["delta"] == -700


async def test_a_shift_lead_lets_a_cashier_freeze_a_member(web: WebShop):
    """A cashier freezes nobody alone; with a shift lead's PIN typed at that till it is done."""
    till = await web.till("1001")
    await till.do("POST /shift", {"day": DAY, "float": 0})
    member = (await till.do("POST /members", {"name": "欧阳娜娜"}))["member"]
    assert (await till.refused(f"POST /members/{member}/freeze", {}))[:2] == (403, "approval_needed")
    await till.do(f"POST /members/{member}/freeze", {"approval": LEAD})
    assert (await till.get(f"/members/{member}"))["frozen"]
