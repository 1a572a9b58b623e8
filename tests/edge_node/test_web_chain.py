"""What a till of a branch in a chain sees: the line, requests for rights, claims, balances of the whole chain."""

import asyncio
from typing import Any

import pytest
from web_shop import LEAD, NOW, Till, WebShop

from commerce.facts import Tender
from commerce.reference import BalanceRow, ClaimRow
from edge_node.ledger import bodies, claims, incarnations, link_state, requests
from edge_node.ledger.node import load_node
from edge_node.web.ports import LinkStatus


@pytest.fixture
async def branch(web: WebShop) -> WebShop:
    """A branch of a chain."""
    await web.enrol()
    return web


async def _member(till: Till) -> str:
    await till.open_shift()
    return str((await till.do("POST /members", {"name": "王小明", "phone": "13812345678"}))["member"])


async def test_rights_are_waited_for(branch: WebShop):
    """A request is written and committed, then waited for through the port; its answer shows how it stands."""
    till = await branch.till()
    member = await _member(till)

    async def granted(no: int, n: int, timeout_ms: int) -> None:
        assert timeout_ms == 2000
        assert await branch.database.write(requests.answer, no, n, "", b"")

    branch.wait_nothing = granted  # type: ignore[method-assign]
    asked = await till.do("POST /rights-requests", {"member": member, "amount": 700, "deadline_ms": 2000})
    assert (asked["state"], asked["amount"], asked["asset"]) == ("granted", 700, "principal")
    assert asked["told"] is None
    assert (await till.get(f"/rights-requests/{asked['request']}"))["state"] == "granted"


async def test_repeated_request_asks_once(branch: WebShop):
    """The same key asks HQ once; the repeat waits for and shows the same request."""
    till = await branch.till()
    body = {"member": await _member(till), "amount": 700, "deadline_ms": 100}
    first = await till.ask("POST", "/rights-requests", body, key="t1-30")
    again = await till.ask("POST", "/rights-requests", body, key="t1-30")
    assert first == again
    assert first[1]["result"]["state"] == "waiting"
    assert len(branch.waited) == 2
    assert len({(no, n) for no, n, _ in branch.waited}) == 1


async def test_waiting_request_is_cancelled(branch: WebShop):
    """While one request waits others are served; cancelling it tells the link and frees the till."""
    till = await branch.till()
    member = await _member(till)
    asked, settled = asyncio.Event(), asyncio.Event()

    async def blocked(no: int, n: int, timeout_ms: int) -> None:
        asked.set()
        await settled.wait()

    branch.wait_nothing = blocked  # type: ignore[method-assign]
    body = {"member": member, "amount": 700, "deadline_ms": 10_000}
    waiting = asyncio.create_task(till.do("POST /rights-requests", body))
    await asked.wait()
    await till.do("POST /quick-sales", {"amount": 100, "tenders": [{"tender": "cash", "amount": 100}]})
    no, n, _ = branch.waited[0]
    cancelled = await till.do(f"DELETE /rights-requests/{no}-{n}")
    assert (cancelled["state"], branch.cancelled) == ("cancelled", [(no, n)])
    await till.do(f"DELETE /rights-requests/{no}-{n}")
    assert branch.cancelled == [(no, n)]
    settled.set()
    assert (await waiting)["state"] == "cancelled"


async def test_a_hung_link_does_not_keep_the_till(branch: WebShop, monkeypatch: pytest.MonkeyPatch):
    """A port that never returns is left at the deadline; the request still waits and can be looked at."""
    monkeypatch.setattr("edge_node.web.limits.REQUEST_GRACE_MS", 0)
    till = await branch.till()
    member = await _member(till)

    async def hung(no: int, n: int, timeout_ms: int) -> None:
        await asyncio.Event().wait()

    branch.wait_nothing = hung  # type: ignore[method-assign]
    asked = await till.do("POST /rights-requests", {"member": member, "amount": 700, "deadline_ms": 100})
    assert (asked["state"], asked["told"]["code"]) == ("waiting", "")
    assert "0.00" in asked["told"]["message"]
    assert (await till.get(f"/rights-requests/{asked['request']}"))["state"] == "waiting"


async def test_health_tells_the_line(branch: WebShop):
    """The status bar learns since when the line is down, what waits, how old it is, and how far the clock is off."""
    till = await branch.till()
    branch.status = LinkStatus(connected=False, since=NOW - 60_000, alarm="stalled")
    await branch.database.write(link_state.heard, NOW - 90_000, NOW - 90_000 - 3_600_000)
    await till.open_shift()
    branch.time += 5_000
    async with branch.client.get("/api/v1/health") as response:
        health = await response.json()
    link = health["link"]
    assert (link["connected"], link["since"], link["alarm"]) == (False, NOW - 60_000, "stalled")
    assert (link["clock_difference_ms"], link["clock_wrong"]) == (3_600_000, True)
    assert link["unsent"] == health["seq"] + await branch.database.read(_seq_of_first)
    assert link["oldest_unsent_ms"] == 5_000
    assert (health["branch"], health["standalone"], health["version"]) == ("b001", False, "0.1.0")


def _seq_of_first(conn: Any) -> int:
    return incarnations.logs(conn)[0].seq


async def test_stopped_stored_value_is_told(branch: WebShop):
    """When stored value is stopped the health, the member and a top-up say so; cash goes on."""
    till = await branch.till()
    member = await _member(till)
    await branch.database.write(incarnations.stop_stored_value, branch.node.no, "old_copy")
    assert (await till.get("/health"))["stored_value_stopped"] == "old_copy"
    assert (await till.get(f"/members/{member}"))["warnings"] == ["stopped"]
    bought = {"amount": 100, "tenders": [{"tender": "cash", "amount": 100}]}
    assert (await till.refused(f"POST /members/{member}/top-ups", bought))[1] == "stored_value_stopped"
    asked = {"member": member, "amount": 1}
    assert (await till.refused("POST /rights-requests", asked))[1] == "stored_value_stopped"
    assert (await till.do("POST /quick-sales", bought))["unsynced"] is True


async def test_a_new_incarnation_is_served_at_once(branch: WebShop):
    """After the node opened a new incarnation the same screens go on, witnessed by the new log; the old one shows."""
    till = await branch.till()
    await till.open_shift()
    branch.frame = lambda entry: entry
    body = {"act": "cash_in", "amount": 100, "reason": "找零"}
    lead = await branch.till("2001")
    _, before = await lead.ask("POST", "/shift/cash", body, key="t1-40")
    branch.keys["t1"] = 40
    old = before["witness"]
    assert len(before["frames"]) == 1
    await branch.database.write(incarnations.open_next, "closed", branch.entropy(16), NOW)
    branch.node = await branch.database.read(load_node, branch.node.member_key)
    await till.do("POST /quick-sales", {"amount": 100, "tenders": [{"tender": "cash", "amount": 100}]})
    new = (await till.get("/me"))["witness"]
    assert new["incarnation"] != old["incarnation"]
    shown = await till.get(f"/witness?incarnation={old['incarnation']}&seq={old['seq']}")
    assert shown["hash"] == old["hash"]
    _, again = await lead.ask("POST", "/shift/cash", body, key="t1-40")
    assert (again["witness"], again["frames"]) == (old, [])


async def test_chain_balance_and_line_in_answers(branch: WebShop):
    """A member shows what the whole chain holds and as of when; a receipt says whether the line was up."""
    till = await branch.till()
    member = await _member(till)
    row = BalanceRow(bytes.fromhex(member), (("principal", 5000), ("bonus", 500)), NOW - 1)

    def keep(conn: Any) -> None:
        conn.execute("INSERT INTO chain_balances VALUES (?, ?)", (row.member, bodies.encode(row)))

    await branch.database.write(keep)
    shown = await till.get(f"/members/{member}")
    assert shown["chain"] == {"balances": {"principal": 5000, "bonus": 500}, "as_of": NOW - 1}
    sale = {"amount": 5500, "member": member, "tenders": [{"tender": "stored_value", "amount": 5500}]}
    _, code, evidence = await till.refused("POST /quick-sales", sale)
    assert (code, evidence["available"], evidence["chain"]) == ("stored_value_short", 0, 5500)
    branch.status = LinkStatus(connected=True, since=NOW)
    cash = {"amount": 100, "tenders": [{"tender": "cash", "amount": 100}]}
    assert (await till.do("POST /quick-sales", cash))["unsynced"] is False


async def test_claim_is_made_released_and_paid(branch: WebShop):
    """Goods of another branch are taken back by a claim; its money is handed out once it was released, once."""
    till = await branch.till()
    await till.open_shift()
    lines = [{"line": 0, "milli_qty": 1000}]
    body = {"sale": "ab" * 16, "seller": "b002", "lines": lines, "reason": "尺码不对", "approval": LEAD}
    claim = (await till.do("POST /claims", body))["claim"]
    assert [row["claim"] for row in (await till.get("/claims"))["claims"]] == [claim]
    assert (await till.get(f"/claims/{claim}"))["state"] == "to_release"
    assert (await till.refused(f"POST /claims/{claim}/pay", {}))[1] == "claim_not_released"
    row = ClaimRow(
        bytes.fromhex(claim), b"\xab" * 16, "b002", "b001", ((0, 1000),), "released", tenders=(Tender("wechat", 900),)
    )
    await branch.database.write(claims.take, branch.node, row, NOW)
    assert (await till.get(f"/claims/{claim}"))["tenders"][0]["amount"] == 900
    paid = await till.do(f"POST /claims/{claim}/pay", {"in_cash": True})
    assert [(part["tender"], part["amount"]) for part in paid["tenders"]] == [("cash", 900)]
    assert (await till.refused(f"POST /claims/{claim}/pay", {}))[1] == "claim_not_released"
    assert (await till.get("/claims"))["claims"] == []


async def test_own_sale_takes_no_claim(branch: WebShop):
    """What this branch sold it refunds by itself."""
    till = await branch.till()
    await till.open_shift()
    sold = await till.do("POST /quick-sales", {"amount": 100, "tenders": [{"tender": "cash", "amount": 100}]})
    lines = [{"line": 0, "milli_qty": 1000}]
    body = {"sale": sold["sale"], "seller": "b001", "lines": lines, "reason": "不要了", "approval": LEAD}
    assert (await till.refused("POST /claims", body))[1] == "sale_of_this_branch"


async def test_refused_claim_says_why(branch: WebShop):
    """A claim that the selling branch refused is shown with its reason in words, and pays nothing."""
    till = await branch.till()
    await till.open_shift()
    lines = [{"line": 0, "milli_qty": 1000}]
    body = {"sale": "ab" * 16, "seller": "b002", "lines": lines, "reason": "尺码不对", "approval": LEAD}
    claim = (await till.do("POST /claims", body))["claim"]
    row = ClaimRow(
        bytes.fromhex(claim), b"\xab" * 16, "b002", "b001", ((0, 1000),), "refused", refused="already_refunded"
    )
    await branch.database.write(claims.take, branch.node, row, NOW)
    shown = await till.get(f"/claims/{claim}")
    assert (shown["state"], shown["refused"], shown["told"]["code"]) == ("refused", *["already_refunded"] * 2)
    assert (await till.refused(f"POST /claims/{claim}/pay", {}))[1] == "claim_not_released"
