"""Timed sessions over the till's API: started, paused, billed by steps into a basket, once."""

import json

from web_shop import LEAD, WebShop

from edge_node.ledger.verify import verify

MINUTE = 60_000
RULE = [["jianfa", 30, 5, 5, 2, 16]]  # half hours, 5 minutes free and 5 of grace, at least an hour, at most a day


async def _shop(web: WebShop):
    """A manager's till where 剪发 is billed by the half hour, with its shift open."""
    manager = await web.till("3001")
    await manager.do("PUT /reference/settings/timed_items", {"value": json.dumps(RULE)})
    await manager.open_shift()
    return manager


async def _start(till, **more) -> str:
    return (await till.do("POST /sessions", {"item": "jianfa", "label": "3 号房", **more}))["session"]


async def test_time_is_billed_by_steps_into_a_basket(web: WebShop):
    """66 minutes without the pause are three half hours, with the room and the time as the line's note."""
    till = await _shop(web)
    session = await _start(till)
    web.time += 40 * MINUTE
    assert (await till.do(f"POST /sessions/{session}/pause"))["state"] == "paused"
    web.time += 500 * MINUTE
    await till.do(f"POST /sessions/{session}/resume")
    web.time += 26 * MINUTE
    (shown,) = (await till.get("/sessions"))["sessions"]
    assert (shown["run_ms"], shown["steps"], shown["amount"], shown["state"]) == (66 * MINUTE, 3, 20_400, "running")
    basket = await till.basket()
    billed = await till.do(f"POST /sessions/{session}/stop", {"basket": basket})
    (line,) = billed["lines"]
    assert (line["item"], line["milli_qty"], line["note"], billed["total"]) == ("jianfa", 3000, "3 号房 1:06", 20_400)
    assert (await till.get("/sessions"))["sessions"] == []
    assert web.direct(lambda conn: verify(conn).ok)


async def test_a_session_is_billed_once(web: WebShop):
    """A stopped session can be neither stopped, paused nor gone on with again."""
    till = await _shop(web)
    session = await _start(till)
    web.time += 90 * MINUTE
    basket = await till.basket()
    await till.do(f"POST /sessions/{session}/stop", {"basket": basket})
    for act in ("pause", "resume"):
        assert (await till.refused(f"POST /sessions/{session}/{act}"))[:2] == (409, "session_state")
    assert (await till.refused(f"POST /sessions/{session}/stop", {"basket": basket}))[1] == "session_state"
    assert len((await till.get(f"/baskets/{basket}"))["lines"]) == 1


async def test_free_time_costs_nothing(web: WebShop):
    """Within the free minutes a session ends without a line."""
    till = await _shop(web)
    session = await _start(till)
    web.time += 5 * MINUTE
    billed = await till.do(f"POST /sessions/{session}/stop", {"basket": await till.basket()})
    assert (billed["lines"], billed["total"]) == ([], 0)


async def test_the_members_session_makes_the_basket_the_members(web: WebShop):
    """Who used the room pays as a member; a basket that has a member already keeps it."""
    till = await _shop(web)
    first = (await till.do("POST /members", {"name": "王小明", "phone": "13800138000"}))["member"]
    other = (await till.do("POST /members", {"name": "李华", "phone": "13800138001"}))["member"]
    one, two = await _start(till, member=first), await _start(till, member=first)
    web.time += 60 * MINUTE
    basket = await till.basket()
    assert (await till.do(f"POST /sessions/{one}/stop", {"basket": basket}))["member"] == first
    theirs = await till.basket(member=other)
    assert (await till.do(f"POST /sessions/{two}/stop", {"basket": theirs}))["member"] == other


async def test_a_session_survives_a_restart(web: WebShop):
    """The time goes on while the node is down, and any till may bill it."""
    till = await _shop(web)
    session = await _start(till)
    await web.restart()
    web.time += 66 * MINUTE
    other = await web.till("1001", "t2")
    await other.open_shift()
    billed = await other.do(f"POST /sessions/{session}/stop", {"basket": await other.basket()})
    assert billed["lines"][0]["milli_qty"] == 3000


async def test_only_a_lead_ends_a_session_unbilled(web: WebShop):
    """Time is money: a cashier cannot let it vanish, and a lead says why."""
    till = await _shop(web)
    session = await _start(till)
    cashier = await web.till("1001", "t2")
    await cashier.open_shift()
    assert (await cashier.refused(f"POST /sessions/{session}/cancel", {"reason": "误开"}))[1] == "approval_needed"
    assert (await till.refused(f"POST /sessions/{session}/cancel", {"reason": "  "}))[1] == "reason_needed"
    await cashier.do(f"POST /sessions/{session}/cancel", {"reason": "误开", "approval": LEAD})
    assert (await till.get("/sessions"))["sessions"] == []


async def test_what_is_not_timed_is_refused(web: WebShop):
    """Items without a rule, unknown sessions and members, another till's basket: nothing starts or stops."""
    till = await _shop(web)
    assert (await till.refused("POST /sessions", {"item": "naicha"}))[:2] == (404, "unknown_rule")
    assert (await till.refused("POST /sessions", {"item": "jianfa", "member": "0" * 32}))[1] == "unknown_member"
    assert (await till.refused("POST /sessions", {"item": "jianfa", "label": "x" * 33}))[0] in {400, 422}
    assert (await till.refused(f"POST /sessions/{'0' * 32}/pause"))[:2] == (404, "unknown_session")
    session = await _start(till)
    other = await web.till("1001", "t2")
    await other.open_shift()
    web.time += 60 * MINUTE
    theirs = await other.basket()
    assert (await till.refused(f"POST /sessions/{session}/stop", {"basket": theirs}))[1] == "basket_elsewhere"
    assert len((await till.get("/sessions"))["sessions"]) == 1


async def test_a_rule_that_is_gone_stops_nobody_from_looking(web: WebShop):
    """Without its rule a session is shown without an amount and cannot be billed until the rule is back."""
    till = await _shop(web)
    session = await _start(till)
    web.time += 60 * MINUTE
    await till.do("PUT /reference/settings/timed_items", {"value": "[]"})
    (shown,) = (await till.get("/sessions"))["sessions"]
    assert (shown["steps"], shown["amount"]) == (0, 0)
    assert (await till.refused(f"POST /sessions/{session}/stop", {"basket": await till.basket()}))[1] == "unknown_rule"
    await till.do("PUT /reference/settings/timed_items", {"value": json.dumps(RULE)})
    assert (await till.do(f"POST /sessions/{session}/stop", {"basket": await till.basket()}))["total"] == 13_600


async def test_rules_that_make_no_sense_are_no_setting(web: WebShop):
    """Two rules for one item, or a step of no minutes, are refused as a setting."""
    manager = await web.till("3001")
    for value in ([*RULE, *RULE], [["jianfa", 0]], [["jianfa", 30, 0, 30]]):
        put = await manager.refused("PUT /reference/settings/timed_items", {"value": json.dumps(value)})
        assert put[1] == "bad_setting"
