"""The page about the line to HQ: what waits, since when, and what cannot be done meanwhile."""

from dataclasses import replace
from typing import Any

import pytest
from web_shop import DAY, NOW, WebShop

from edge_node.ledger import change_log, incarnations
from edge_node.web.ports import LinkStatus


def confirm(conn: Any) -> None:
    """Let HQ have confirmed everything that there is."""
    for log in incarnations.logs(conn):
        assert change_log.mark_acked(conn, log.no, log.seq, log.head, b"ack")


async def join(web: WebShop) -> None:
    """Join a chain; the history of the shop of its own is at HQ already."""
    web.direct(confirm)
    await web.enrol()


CASH = [{"tender": "cash", "amount": 5000}]


async def test_a_shop_of_its_own_has_nothing_to_send(web: WebShop):
    """Without an HQ nothing waits and nothing is missing."""
    till = await web.till()
    await till.open_shift()
    state = await till.get("/sync")
    assert state == {
        "connected": False, "since": 0, "unsent": 0, "oldest_at": 0, "alarm": "", "standalone": True, "cannot": [],
    }  # fmt: skip
    assert await till.get("/sync/unsent") == {"entries": [], "next": 0}


async def test_unsent_entries_are_told(web: WebShop):
    """While the line is down each entry that HQ has not confirmed is told, oldest first, without personal data."""
    await join(web)
    web.status = LinkStatus(connected=False, since=NOW - 60_000, alarm="unreachable")
    till = await web.till()
    await till.open_shift()
    member = await till.do("POST /members", {"name": "王小明", "phone": "13812345678"})
    await till.do("POST /quick-sales", {"amount": 5000, "tenders": CASH})
    await till.do(f"POST /members/{member['member']}/top-ups", {"amount": 5000, "tenders": CASH})
    state = await till.get("/sync")
    assert (state["connected"], state["since"], state["alarm"]) == (False, NOW - 60_000, "unreachable")
    assert (state["unsent"], state["oldest_at"]) == (5, NOW)
    assert state["cannot"] == ["chain_balance", "rights_request", "foreign_refund"]
    page = await till.get("/sync/unsent")
    rows = [(row["kind"], row["act"], row["amount"], row["till"], row["staff"]) for row in page["entries"]]
    assert rows == [
        ("incarnation", "opened", None, "", ""),
        ("shift", "open", 50_000, "t1", "1001"),
        ("member", "registered", None, "", ""),
        ("sale", "", 5000, "t1", "1001"),
        ("issue", "top_up", 5000, "t1", "1001"),
    ]
    assert page["entries"][3]["number"]
    assert "王小明" not in str(page)
    assert "13812345678" not in str(page)


async def test_pages_over_incarnations(web: WebShop):
    """Pages go on from one log into the next, and end."""
    await join(web)
    till = await web.till()
    await till.open_shift()
    web.direct(incarnations.open_next, "closed", b"n" * 16, NOW)
    seen, after = [], 0
    while True:
        page = await till.get(f"/sync/unsent?limit=1&after={after}")
        seen += [(row["kind"], row["act"], row["seq"]) for row in page["entries"]]
        after = page["next"]
        if not after:
            break
    assert seen == [("incarnation", "opened", 1), ("shift", "open", 2), ("incarnation", "opened", 1)]


async def test_what_hq_confirmed_waits_no_more(web: WebShop):
    """An acked entry is not told any more; stopped stored value is."""
    await join(web)
    web.status = LinkStatus(connected=True, since=NOW)
    till = await web.till()
    await till.open_shift()

    web.direct(confirm)
    web.direct(incarnations.stop_stored_value, web.node.no, "old_copy")
    state = await till.get("/sync")
    assert (state["unsent"], state["oldest_at"], state["cannot"]) == (0, 0, ["stored_value"])
    assert (await till.get("/sync/unsent"))["entries"] == []


async def test_retry_reaches_the_line(web: WebShop):
    """Trying again wakes the line at once, and takes neither body nor key."""
    pressed: list[int] = []
    web.dress = lambda deps: replace(deps, retry=lambda: pressed.append(1))
    await web.restart()
    till = await web.till()
    assert (await till.ask("POST", "/sync/retry"))[0] == 200
    assert pressed == [1]
    assert (await till.ask("POST", "/sync/retry", {"now": True}))[0] == 400


@pytest.mark.parametrize("query", ["after=-1", "after=x", "limit=0", "limit=201", "after=1e309", "limit=1&limit=2"])
async def test_bad_pages_are_refused(web: WebShop, query: str):
    """A page that makes no sense is refused."""
    assert (await (await web.till()).ask("GET", f"/sync/unsent?{query}"))[0] == 400


async def test_what_waits_is_handed_out_as_a_file(web: WebShop):
    """A shift lead gets the bundle as a download named after branch and business date; nothing counts as sent."""
    await join(web)
    data: list[bytes | None] = [b"stayopen/1 bundle\n\x00\xff", None]

    async def bundle() -> bytes | None:
        return data.pop(0)

    web.dress = lambda deps: replace(deps, bundle=bundle)
    await web.restart()
    till = await web.till("2001")
    await till.open_shift()
    unsent = (await till.get("/sync"))["unsent"]
    async with web.client.get("/api/v1/sync/bundle", headers={"Authorization": f"Bearer {till.token}"}) as answer:
        assert answer.status == 200
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="stayopen-b001-{DAY}.bundle"'
        assert answer.headers["Cache-Control"] == "no-store"
        assert await answer.read() == b"stayopen/1 bundle\n\x00\xff"
    assert (await till.get("/sync"))["unsent"] == unsent
    status, problem = await till.ask("GET", "/sync/bundle")
    assert (status, problem["code"]) == (409, "nothing_unsent")


async def test_a_cashier_exports_nothing(web: WebShop):
    """The file is a shift lead's or a manager's to take; a shop of its own has nothing to export."""
    status, problem = await (await web.till()).ask("GET", "/sync/bundle")
    assert (status, problem["code"]) == (403, "forbidden")
    status, problem = await (await web.till("3001")).ask("GET", "/sync/bundle")
    assert (status, problem["code"]) == (409, "nothing_unsent")
