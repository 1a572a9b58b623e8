"""What takes a shift lead at a cashier's till: approved with a PIN there and then, and written down."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from web_shop import DAY, LEAD, NOW, Till, WebShop

from commerce.facts import Audit
from edge_node.ledger import bodies, change_log
from sync_protocol import receipt
from sync_protocol.entry import decode_entry
from sync_protocol.receipt import Receipt

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
ACTS = (
    ("/drawer", {"reason": "换零钱"}),
    ("/shift/cash", {"act": "cash_out", "amount": 300, "reason": "买纸"}),
    ("/shift/x/print", {}),
)


@pytest.fixture
async def cashier(web: WebShop) -> Till:
    """李芳 with an open shift."""
    till = await web.till("1001")
    await till.open_shift()
    return till


def _audits(web: WebShop) -> list[tuple[str, str, str]]:
    """Return act, first word of the subject and staff of the audits in the log, oldest first."""

    def read(conn: object) -> list[tuple[str, str, str]]:
        entries = [decode_entry(stored.entry) for stored in change_log.from_id(conn, 0)]  # type: ignore[arg-type]
        found = [bodies.decode_fact(entry.kind, entry.body) for entry in entries if entry.kind == "audit"]
        return [(row.act, row.subject.split(":")[0], row.staff) for row in found if isinstance(row, Audit)]

    return [row for row in web.direct(read) if row[0] in {"approved", "drawer"}]


@pytest.mark.parametrize(("path", "body"), ACTS)
async def test_a_cashier_needs_a_lead_and_the_lead_nobody(
    web: WebShop, cashier: Till, path: str, body: dict[str, object]
):
    """A cashier is asked for a shift lead's PIN, a cashier's own does not do, a lead acts alone."""
    assert (await cashier.refused(f"POST {path}", body))[:2] == (403, "approval_needed")
    own = {"staff": "1001", "pin": "1357"}
    assert (await cashier.refused(f"POST {path}", {**body, "approval": own}))[:2] == (403, "role_needed")
    await cashier.do(f"POST {path}", {**body, "approval": LEAD})
    lead = await web.till("2001")
    await lead.do(f"POST {path}", body)


async def test_who_approved_is_written_down(web: WebShop, cashier: Till):
    """The act bears the cashier, and a second audit the shift lead; a lead's own act needs no second one."""
    await cashier.do("POST /drawer", {"reason": "换零钱", "approval": LEAD})
    assert _audits(web) == [("drawer", "t1", "1001"), ("approved", "drawer", "2001")]
    await (await web.till("2001")).do("POST /drawer", {"reason": "换零钱"})
    assert _audits(web)[2:] == [("drawer", "t1", "2001")]


async def test_a_cashiers_shift_is_closed_with_a_leads_pin(web: WebShop, cashier: Till):
    """The cashier counts blind; the close takes a shift lead's PIN, and its report shows what was expected."""
    await cashier.do("POST /shift/count", {"cash": [{"denomination": 10000, "pieces": 5}]})
    assert (await cashier.refused("POST /shift/close", {}))[:2] == (403, "approval_needed")
    report = await cashier.do("POST /shift/close", {"approval": LEAD})
    assert [row["tender"] for row in report["differences"]] == ["cash"]
    assert _audits(web)[-1] == ("approved", "close", "2001")
    assert (await cashier.get("/shift"))["shift"] is None


async def _code(web: WebShop, till: Till, **changed: object) -> tuple[str, str]:
    """Sell something and return the sale's id with the code of its paper, changed as a test likes."""
    raw = KEY.public_key().public_bytes_raw()
    web.direct(lambda conn: conn.execute("UPDATE incarnations SET signing_key = ?", (raw,)))
    sold = await till.do("POST /quick-sales", {"amount": 1500, "tenders": [{"tender": "wechat", "amount": 1500}]})
    claim = {
        "chain": web.node.chain,
        "branch": web.node.branch,
        "incarnation": web.node.incarnation,
        "seq": 2,
        "kind": "sale",
        "id": bytes.fromhex(sold["sale"]),
        "day": DAY,
        "total": 1500,
    }
    return sold["sale"], receipt.encode(Receipt(**{**claim, **changed}), KEY.sign)  # type: ignore[arg-type]


async def test_a_receipts_code_names_its_sale(web: WebShop, cashier: Till):
    """The code of this node's paper is checked with its key and names a sale that can be looked at here."""
    sale, code = await _code(web, cashier)
    found = await cashier.get(f"/receipt-codes?code={code}")
    assert (found["kind"], found["id"], found["here"], found["checked"]) == ("sale", sale, True, True)
    assert (found["day"], found["total"], NOW > 0) == (DAY, 1500, True)
    assert (await cashier.get(f"/receipt-codes?code={code.lower()}"))["id"] == sale


async def test_another_branchs_code_names_its_seller(web: WebShop, cashier: Till):
    """A paper of a branch whose log is not known here is read, unchecked, and says who sold."""
    _, code = await _code(web, cashier, branch="b007", incarnation=b"\x07" * 16, id=b"\x09" * 16)
    found = await cashier.get(f"/receipt-codes?code={code}")
    assert (found["seller"], found["here"], found["checked"]) == ("b007", False, False)


@pytest.mark.parametrize("wrong", ["chain", "signature", "cut", "text"])
async def test_a_code_that_is_no_paper_of_the_chain_is_refused(web: WebShop, cashier: Till, wrong: str):
    """Another chain's code, a forged one and half a scan are refused alike, in words."""
    _, code = await _code(web, cashier, **({"chain": b"\x01" * 16} if wrong == "chain" else {}))
    if wrong == "signature":
        web.direct(lambda conn: conn.execute("UPDATE incarnations SET signing_key = ?", (bytes(31) + b"\x01",)))
    sent = {"cut": code[:-20], "text": "6901234567892"}.get(wrong, code)
    assert (await cashier.refused(f"GET /receipt-codes?code={sent}"))[:2] == (400, "bad_receipt_code")
