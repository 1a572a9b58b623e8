"""What a chain sets up is obeyed by the node: references, drawers, papers, numbers, how members are named, windows."""

import json
from typing import Any

import msgspec
import pytest
from web_shop import DAY, LEAD, MEMBER_KEY, Till, WebShop

from edge_node.ledger import incarnations, print_jobs
from edge_node.ledger.node import load_node
from sync_protocol import receipt
from sync_protocol.receipt import Receipt

DAY_MS = 24 * 3600 * 1000


async def choose(web: WebShop, **settings: Any) -> None:
    """Write settings as the shop's manager."""
    manager = await web.till("3001", "office")
    for name, value in settings.items():
        await manager.do(f"PUT /reference/settings/{name}", {"value": json.dumps(value, ensure_ascii=False)})


@pytest.fixture
async def till(web: WebShop) -> Till:
    """A cashier with an open shift."""
    made = await web.till()
    await made.open_shift()
    return made


def pay(tender: str = "cash", amount: int = 1500, ref: str = "") -> dict[str, Any]:
    """A quick sale paid by one tender."""
    return {"amount": amount, "tenders": [{"tender": tender, "amount": amount, "ref": ref}]}


def jobs(web: WebShop) -> list[tuple[str, str, bool]]:
    """Kind, state and drawer of the print jobs, oldest first."""
    return [(job.kind, job.state, job.drawer) for job in reversed(web.direct(print_jobs.recent))]


async def test_a_reference_is_asked_for_kept_and_shown(web: WebShop, till: Till):
    """Without it the sale is refused in words; with it the sale, its receipt and its refund bear it."""
    await choose(web, tender_references={"card": 4})
    assert [row["reference"] for row in (await till.get("/till"))["tenders"]] == [0, 0, 4]
    status, code, evidence = await till.refused("POST /quick-sales", pay("card", ref="482"))
    assert (status, code, evidence["tender"], evidence["low"]) == (400, "bad_reference", "card", 4)
    sale = (await till.do("POST /quick-sales", pay("card", ref="4821")))["sale"]
    assert (await till.get(f"/sales/{sale}"))["tenders"][0]["ref"] == "4821"
    lines = (await till.get(f"/sales/{sale}/paper"))["lines"]
    assert any("凭证号" in line and "4821" in line for line in lines)
    back = await till.do(
        f"POST /sales/{sale}/refund", {"reason": "退", "lines": None, "in_cash": False, "approval": LEAD}
    )
    assert back["tenders"][0]["ref"] == "4821"


async def test_top_ups_and_gift_cards_ask_for_it_too(web: WebShop, till: Till):
    """Wherever money is taken the tender is the same."""
    await choose(web, tender_references={"card": 4})
    member = (await till.do("POST /members", {"name": "王小明", "phone": "13812345678"}))["member"]
    bare = {"amount": 5000, "tenders": [{"tender": "card", "amount": 5000}]}
    for where in (f"POST /members/{member}/top-ups", "POST /gift-cards"):
        assert (await till.refused(where, bare))[1] == "bad_reference"


async def test_drawers_open_for_the_tenders_chosen(web: WebShop, till: Till):
    """By default for cash alone; then for what the chain names, beside cash."""
    await till.do("POST /quick-sales", pay("card"))
    await choose(web, drawer_tenders=["card"])
    await till.do("POST /quick-sales", pay("card"))
    await till.do("POST /quick-sales", pay("wechat"))
    await till.do("POST /quick-sales", pay())
    assert [drawer for kind, _, drawer in jobs(web) if kind == "sale"] == [False, True, False, True]


@pytest.mark.parametrize("mode", ["ask", "on_request"])
async def test_a_paper_waits_until_it_is_asked_for(web: WebShop, till: Till, mode: str):
    """The drawer opens all the same; asked for, the paper is a first one and no copy."""
    await choose(web, print_sale=mode, receipt_copies=3)
    paper = (await till.do("POST /quick-sales", pay()))["paper"]
    assert jobs(web) == [("drawer", "waiting", True), ("sale", "cancelled", False)]
    assert paper
    assert (await till.do(f"POST /print-jobs/{paper}/retry"))["copy"] is False
    assert jobs(web)[-1] == ("sale", "waiting", False)


async def test_a_reprint_of_what_was_never_printed_is_no_copy(web: WebShop, till: Till):
    """The customer comes back for the receipt: the kept one is printed; a second time it is a copy."""
    await choose(web, print_sale="on_request")
    sale = (await till.do("POST /quick-sales", pay("card")))["sale"]
    for _ in range(2):
        await till.do(f"POST /sales/{sale}/print", {"reason": "顾客要小票"})
    assert [(job.kind, job.copy, job.state) for job in reversed(web.direct(print_jobs.recent))] == [
        ("sale", False, "waiting"),
        ("sale", True, "waiting"),
    ]


async def test_papers_are_chosen_kind_by_kind(web: WebShop, till: Till):
    """Top-ups and refunds have modes of their own; what pays money out beside them is always printed."""
    await choose(web, print_top_up="ask", print_refund="on_request")
    member = (await till.do("POST /members", {"name": "李雷", "phone": "13900001111"}))["member"]
    done = await till.do(f"POST /members/{member}/top-ups", {**pay(amount=5000), "rule": ""})
    sold = await till.do("POST /quick-sales", pay("card"))
    back = await till.do(
        f"POST /sales/{sold['sale']}/refund", {"reason": "退", "lines": None, "in_cash": True, "approval": LEAD}
    )
    assert (bool(done["paper"]), sold["paper"], bool(back["paper"])) == (True, 0, True)
    undone = {"reason": "错了", "in_cash": True, "approval": LEAD}
    await till.do(f"POST /top-ups/{done['issue']}/undo", undone)
    assert jobs(web)[-1] == ("withdraw", "waiting", True)


async def test_numbers_are_the_logs_until_a_chain_chooses(web: WebShop, till: Till):
    """Numbers chosen later count by till, without a gap, also over a refused sale; old ones are found as before."""
    old = await till.do("POST /quick-sales", pay())
    assert old["number"].startswith("251122-1-")
    await choose(web, numbering={"restart": "daily", "prefix": "NJ", "digits": 4})
    first = await till.do("POST /quick-sales", pay())
    await till.refused("POST /quick-sales", {"amount": 1500, "tenders": []})
    second = await till.do("POST /quick-sales", pay())
    assert [first["number"], second["number"]] == ["NJ251122.t1.0001", "NJ251122.t1.0002"]
    for sale in (old, first, second):
        assert [row["sale"] for row in (await till.get(f"/sales?number={sale['number']}"))["sales"]] == [sale["sale"]]
    assert (await till.refused("GET /sales?number=NJ251122.t1.0003"))[1] == "unknown_sale"


async def test_numbers_of_tills_and_days_never_meet(web: WebShop, till: Till):
    """Each till counts for itself, a new business day begins anew or goes on as chosen, a restart forgets nothing."""
    await choose(web, numbering={"restart": "daily", "prefix": "", "digits": 3})
    other = await web.till("2001", "t2")
    await other.open_shift()
    numbers = [(await each.do("POST /quick-sales", pay()))["number"] for each in (till, other, till)]
    await web.restart()
    till = await web.till()
    numbers.append((await till.do("POST /quick-sales", pay()))["number"])
    assert numbers == ["251122.t1.001", "251122.t2.001", "251122.t1.002", "251122.t1.003"]
    await choose(web, numbering={"restart": "running", "prefix": "B7", "digits": 3})
    assert (await till.do("POST /quick-sales", pay()))["number"] == "B7.t1.001"


async def test_a_log_that_follows_another_says_so_in_its_numbers(web: WebShop, till: Till):
    """A shop that joins a chain counts plainly if it never counted; after a restore each log has a mark of its own."""
    await choose(web, numbering={"restart": "daily", "prefix": "NJ", "digits": 4})
    await web.enrol()
    assert (await till.do("POST /quick-sales", pay()))["number"] == "NJ251122.t1.0001"
    marks = set()
    for restored in (b"r" * 16, b"s" * 16):
        web.direct(incarnations.open_next, "restored", restored, web.time)
        web.node = web.direct(load_node, MEMBER_KEY)
        head, till_name, mark, count = (await till.do("POST /quick-sales", pay()))["number"].split(".")
        assert (head, till_name, count) == ("NJ251122", "t1", "0001")
        marks.add(mark)
    assert len(marks) == 2
    assert all(len(mark) == 3 for mark in marks)


async def test_members_are_named_by_card_alone(web: WebShop, till: Till):
    """Typed phones, names and card numbers are refused with what to do; what a device read is found."""
    body = {"name": "王小明", "phone": "13812345678", "card": "88660001"}
    member = (await till.do("POST /members", body))["member"]
    await choose(web, member_input="card_only")
    for typed in ("q=13812345678", "q=88660001", "card=88660001", "phone=13812345678", "last4=5678", "q=xm"):
        assert (await till.refused(f"GET /members?{typed}"))[:2] == (403, "card_needed")
    found = await till.get("/members?q=88660001&read=true")
    assert [row["member"] for row in found["members"]] == [member]
    assert (await till.get("/members?card=88669999&read=true"))["members"] == []
    assert (await till.get("/members?q=13812345678&read=true"))["members"] == [], "a phone is no card, however read"


async def test_card_numbers_may_be_typed_where_the_chain_says_so(web: WebShop, till: Till):
    """The number of a card finds, a phone does not."""
    await till.do("POST /members", {"name": "王小明", "phone": "13812345678", "card": "88660001"})
    await choose(web, member_input="card_number")
    assert len((await till.get("/members?q=88660001"))["members"]) == 1
    assert (await till.refused("GET /members?q=13812345678"))[1] == "card_needed"


async def test_a_shift_lead_lets_somebody_type(web: WebShop, till: Till):
    """For two minutes at this till, unless the chain forbids it; leads themselves need nobody."""
    await till.do("POST /members", {"name": "王小明", "phone": "13812345678"})
    await choose(web, member_input="card_only")
    assert (await till.refused("POST /members/typing", {"approval": None}))[1] == "approval_needed"
    await till.do("POST /members/typing", {"approval": LEAD})
    assert len((await till.get("/members?q=13812345678"))["members"]) == 1
    lead = await web.till("2001", "t2")
    assert len((await lead.get("/members?q=13812345678"))["members"]) == 1
    other = await web.till("1001", "t3")
    assert (await other.refused("GET /members?q=13812345678"))[1] == "card_needed"
    till = await web.till()
    web.time += 2 * 60_000 + 1
    assert (await till.refused("GET /members?q=13812345678"))[1] == "card_needed"
    await choose(web, member_input_override=False)
    assert (await till.refused("POST /members/typing", {"approval": LEAD}))[1] == "card_needed"
    assert (await lead.refused("GET /members?q=13812345678"))[1] == "card_needed"


async def test_goods_come_back_within_the_window(web: WebShop, till: Till):
    """Within the days that the chain chose; later both preview and refund say how long ago it was."""
    await choose(web, refund_days=7)
    sale = (await till.do("POST /quick-sales", pay("card")))["sale"]
    body = {"reason": "退", "lines": None, "in_cash": True, "approval": LEAD}
    web.direct(lambda conn: conn.execute("UPDATE sales SET day = '2025-11-14'"))
    for where, sent in (
        (f"GET /sales/{sale}/refund?lines=0:1000&in_cash=false", None),
        (f"POST /sales/{sale}/refund", body),
    ):
        status, code, evidence = await till.refused(where, sent)
        assert (status, code, evidence) == (409, "refund_too_late", {"days": 8, "limit": 7})
    web.direct(lambda conn: conn.execute("UPDATE sales SET day = '2025-11-15'"))
    assert DAY == "2025-11-22"
    await till.do(f"POST /sales/{sale}/refund", body)


async def test_other_branches_goods_come_back_within_the_same_window(web: WebShop, till: Till):
    """The receipt's code has to say when it was sold; without a window nobody asks for it."""
    foreign = Receipt(web.node.chain, "b007", b"\x07" * 16, 9, "sale", b"\x09" * 16, "2025-11-15", 1500)

    def of(**changed: Any) -> str:
        return receipt.encode(msgspec.structs.replace(foreign, **changed), lambda _: b"\x00" * 64)

    def body(code: str) -> dict[str, Any]:
        lines = [{"line": 0, "milli_qty": 1000}]
        named = {"sale": foreign.id.hex(), "seller": "b007", "code": code}
        return {**named, "lines": lines, "reason": "退", "approval": LEAD}

    await till.do("POST /claims", body(""))
    await choose(web, refund_days=7)
    for bad in ("", of(id=b"\x08" * 16), of(chain=b"\x01" * 16), of(day="2025-13-32")):
        assert (await till.refused("POST /claims", body(bad)))[1] == "bad_receipt_code"
    late = await till.refused("POST /claims", body(of(day="2025-11-14")))
    assert late == (409, "refund_too_late", {"days": 8, "limit": 7})
    await till.do("POST /claims", body(of()))


async def test_quick_sales_name_who_served_too(web: WebShop, till: Till):
    """Where every line has to say who served an amount without goods does; nobody unknown serves."""
    await choose(web, attendant_required=True)
    assert (await till.refused("POST /quick-sales", pay()))[1] == "attendant_needed"
    assert (await till.refused("POST /quick-sales", {**pay(), "attendant": "7777"}))[0] == 404
    sale = (await till.do("POST /quick-sales", {**pay(), "attendant": "1001"}))["sale"]
    assert (await till.get(f"/sales/{sale}"))["lines"][0]["attendant"] == "1001"
