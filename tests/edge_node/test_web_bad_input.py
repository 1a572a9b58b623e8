"""Hostile input: a clear refusal with a stable code, nothing half-done, nothing broken."""

from typing import Any

import pytest
from web_shop import LEAD, WebShop

from foundation.http_api.server import MAX_BODY

NOBODY = "0" * 32
CASH = [{"tender": "cash", "amount": 100}]

BODIES = [
    ("POST /shift", {"day": "2025-11-22"}, "bad_request"),
    ("POST /shift", {"day": "2025-11-22", "float": "100"}, "bad_request"),
    ("POST /shift", {"day": "2025-11-22", "float": 1.5}, "bad_request"),
    ("POST /shift", {"day": "2025-11-22", "float": -1}, "bad_request"),
    ("POST /shift", {"day": "2025-11-22", "float": 2**63}, "bad_request"),
    ("POST /shift", {"day": "2025-11-22", "float": True}, "bad_request"),
    ("POST /shift", {"day": "2025-11-22", "float": 10_000_000_000}, "amount_not_allowed"),
    ("POST /shift", {"day": "2025-02-30", "float": 0}, "bad_day"),
    ("POST /shift", {"day": "22.11.2025", "float": 0}, "bad_request"),
    ("POST /shift", {"day": "2025-11-22", "float": 0, "extra": 1}, "bad_request"),
    ("POST /shift/cash", {"act": "close", "amount": 1, "reason": "x"}, "bad_request"),
    ("POST /shift/cash", {"act": "cash_in", "amount": 0, "reason": "x"}, "bad_request"),
    ("POST /shift/cash", {"act": "cash_in", "amount": 1, "reason": "  "}, "reason_needed"),
    ("POST /shift/cash", {"act": "cash_in", "amount": 1, "reason": "a\u0000b"}, "bad_text"),
    ("POST /shift/cash", {"act": "cash_in", "amount": 1, "reason": "\u001b@"}, "bad_text"),
    ("POST /shift/count", {"cash": [{"denomination": 7, "pieces": 1}]}, "unknown_denomination"),
    ("POST /shift/count", {"cash": [{"denomination": 2**70, "pieces": 1}]}, "bad_request"),
    ("POST /quick-sales", {"amount": 100, "tenders": [{"tender": "gold", "amount": 100}]}, "unknown_tender"),
    ("POST /quick-sales", {"amount": 100, "tenders": [{"tender": "cash", "amount": 99}]}, "underpaid"),
    ("POST /quick-sales", {"amount": 100, "tenders": [{"tender": "wechat", "amount": 101}]}, "overpaid"),
    ("POST /quick-sales", {"amount": 100, "tenders": [{"tender": "cash", "amount": -100}]}, "bad_request"),
    ("POST /quick-sales", {"amount": 100, "tenders": CASH * 21}, "bad_request"),
    ("POST /quick-sales", {"amount": 100, "tenders": []}, "underpaid"),
    ("POST /quick-sales", {"amount": 100, "tenders": CASH, "member": NOBODY}, "unknown_member"),
    ("POST /quick-sales", {"amount": 100, "tenders": CASH, "member": "王小明"}, "bad_request"),
    (
        "POST /quick-sales",
        {"amount": 100, "tenders": [{"tender": "stored_value", "amount": 100}]},
        "stored_value_short",
    ),
    ("POST /quick-sales", {"amount": 10**10, "tenders": [{"tender": "cash", "amount": 10**10}]}, None),
    ("POST /quick-sales", {"amount": 100, "tenders": [{"tender": "cash", "amount": 10**10}]}, "change_too_large"),
    ("POST /members", {"name": ""}, "bad_request"),
    ("POST /members", {"name": "   "}, "bad_text"),
    ("POST /members", {"name": "王" * 41}, "bad_request"),
    ("POST /members", {"name": "王小明", "phone": "12"}, "bad_phone"),
    ("POST /members", {"name": "王小明", "phone": "一三八"}, "bad_phone"),
    ("POST /members", {"name": "王小明", "card": "!!"}, "bad_card"),
    ("POST /members", {"name": "王小明", "tier": "diamond"}, "unknown_rule"),
    ("POST /members", {"name": "王小明", "fields": {"password": "x"}}, "bad_request"),
    ("POST /members", {"name": "王小明", "fields": {"note": 1}}, "bad_request"),
    ("POST /members", {"name": "👨‍👩‍👧 Robert'); DROP TABLE members;--"}, "bad_text"),
    ("POST /members", {"name": "Robert'); DROP TABLE members;--😀"}, None),
    (f"POST /members/{NOBODY}/top-ups", {"amount": 100, "tenders": CASH}, "unknown_member"),
    (f"POST /members/{NOBODY}/cards", {"card": "A1"}, "unknown_member"),
    (f"POST /baskets/{NOBODY}/lines", {"item": "naicha"}, "unknown_basket"),
    (f"POST /baskets/{NOBODY}/lines", {"item": "naicha", "scan": "1"}, "bad_request"),
    (f"POST /baskets/{NOBODY}/lines", {}, "bad_request"),
    (f"POST /baskets/{NOBODY}/checkout", {"tenders": CASH}, "unknown_basket"),
    (f"POST /baskets/{NOBODY}/recall", None, "unknown_basket"),
    (f"POST /sales/{NOBODY}/refund", {"reason": "x", "approval": LEAD}, "unknown_sale"),
    (f"POST /sales/{NOBODY}/refund", {"reason": "x"}, "bad_request"),
    (f"POST /sales/{NOBODY}/refund", {"reason": "x", "approval": LEAD, "lines": []}, "bad_request"),
    (f"POST /sales/{NOBODY}/refund", {"reason": "x", "approval": {"staff": "2001", "pin": "12"}}, "bad_request"),
    (f"POST /top-ups/{NOBODY}/undo", {"reason": "x", "approval": LEAD}, "unknown_issue"),
    (f"POST /claims/{NOBODY}/pay", {}, "unknown_claim"),
    ("POST /claims", {"sale": NOBODY, "seller": "B 2", "lines": [], "reason": "x", "approval": LEAD}, "bad_request"),
    ("POST /rights-requests", {"member": NOBODY, "amount": 1}, "no_hq"),
    ("POST /rights-requests", {"member": NOBODY, "amount": 1, "deadline_ms": 10**9}, "bad_request"),
    ("DELETE /rights-requests/1-1", None, "unknown_request"),
    ("POST /baskets", {"member": NOBODY}, "unknown_member"),
    ("POST /baskets", [], "bad_request"),
    ("POST /baskets", "text", "bad_request"),
]


@pytest.fixture
async def till(web: WebShop) -> Any:
    """A shift lead's till with an open shift."""
    signed_in = await web.till("2001")
    await signed_in.open_shift()
    return signed_in


async def test_bad_bodies(till: Any):
    """Each wrong body is refused with its code and words, writes nothing, and the next request is served."""
    before = (await till.get("/health"))["seq"]
    for where, body, code in BODIES:
        method, path = where.split(" ")
        status, answer = await till.ask(method, path, body)
        if code is None:
            assert status == 200, (where, body, answer)
            before += 1
            continue
        assert (answer.get("code"), 400 <= status < 500) == (code, True), (where, body, answer)
        assert answer["message"]
        assert (await till.get("/health"))["seq"] == before, (where, body)


RAW = [
    b"",
    b"{",
    b"null",
    b"[" * 100_000,
    b'{"a":' * 20_000,
    b'{"day": "2025-11-22", "float": 1e309}',
    b'{"day": "2025-11-22", "float": 9223372036854775808}',
    b'{"day": "2025-11-22", "float": ' + b"9" * 5000 + b"}",
    b'{"day": "\xff\xfe", "float": 0}',
    b'{"day": "\\ud800", "float": 0}',
    b'{"day": "2025-11-22", "float": 0} trailing',
    b'{"day": "2025-11-22", "float": NaN}',
    "{“day”: 1}".encode(),
    b"\xef\xbb\xbf{}",
    b"\x00" * 100,
]


@pytest.mark.parametrize("raw", RAW, ids=range(len(RAW)))
async def test_bad_bytes(web: WebShop, raw: bytes):
    """Bytes that are no JSON of ours are refused as such."""
    till = await web.till()
    headers = {"Authorization": f"Bearer {till.token}", "Idempotency-Key": "t1-1", "Content-Type": "application/json"}
    async with web.client.post("/api/v1/shift", data=raw, headers=headers) as response:
        assert (response.status, (await response.json())["code"]) == (400, "bad_request")
    assert (await till.get("/shift"))["shift"] is None


async def test_oversize_and_other_types(web: WebShop):
    """A body that is too large, of another type, or where none belongs is refused."""
    till = await web.till()
    headers = {"Authorization": f"Bearer {till.token}", "Idempotency-Key": "t1-1"}
    big = {"data": b"x" * (MAX_BODY + 1), "headers": headers | {"Content-Type": "application/json"}}
    async with web.client.post("/api/v1/baskets", **big) as response:
        assert (response.status, (await response.json())["code"]) == (413, "too_large")
    text = {"data": b"{}", "headers": headers | {"Content-Type": "text/plain"}}
    async with web.client.post("/api/v1/baskets", **text) as response:
        assert (response.status, (await response.json())["code"]) == (415, "not_json")
    async with web.client.get("/api/v1/me", data=b"{}", headers=headers) as response:
        assert (response.status, (await response.json())["code"]) == (400, "bad_request")


PATHS = [
    ("/baskets/xyz", 404, "not_found"),
    ("/baskets/" + "A" * 32, 404, "not_found"),
    ("/baskets/" + "0" * 33, 404, "not_found"),
    ("/baskets/..%2f..%2fetc", 404, "not_found"),
    ("/members/" + "0" * 32, 404, "unknown_member"),
    ("/members", 400, "bad_request"),
    ("/members?q=a&card=b", 400, "bad_request"),
    ("/members?q=a&q=b", 400, "bad_request"),
    ("/members?last4=12a4", 400, "bad_request"),
    ("/members?q=%00", 200, ""),
    ("/members?q='%20OR%201%3D1%20--", 200, ""),
    ("/members?phone=abcdef", 400, "bad_phone"),
    ("/sales?before=-1", 400, "bad_request"),
    ("/sales?before=9223372036854775808", 400, "bad_request"),
    ("/sales?limit=0", 400, "bad_request"),
    ("/sales?number=251122-999999999999-1", 404, "unknown_sale"),
    ("/sales?number=x", 404, "unknown_sale"),
    ("/sales/" + "f" * 32, 404, "unknown_sale"),
    ("/claims/" + "f" * 32, 404, "unknown_claim"),
    ("/products/none", 404, "unknown_item"),
    ("/products?limit=1e3", 400, "bad_request"),
    ("/rights-requests/1-1", 404, "unknown_request"),
    ("/rights-requests/999999-999999999", 404, "unknown_request"),
    ("/witness?incarnation=00&seq=1", 400, "bad_request"),
    ("/nowhere", 404, "not_found"),
]


async def test_bad_paths_and_queries(till: Any):
    """Ids that are none, unknown ids and wrong queries are told apart and told clearly."""
    for path, status, code in PATHS:
        found, answer = await till.ask("GET", path)
        assert (found, answer.get("code", "")) == (status, code), path


async def test_log_holds_nothing_personal(till: Any, caplog: pytest.LogCaptureFixture):
    """Whatever was refused, no name, phone, PIN or token reaches the log."""
    for where, body, _ in BODIES:
        await till.ask(*where.split(" "), body)
    for secret in ("王小明", "2468", till.token, "DROP TABLE"):
        assert secret not in caplog.text


async def test_too_many_sign_ins_at_once_are_told(web: WebShop, monkeypatch: pytest.MonkeyPatch):
    """A flood of PINs is refused before it costs memory."""
    monkeypatch.setattr("edge_node.web.limits.PINS_WAITING", 0)
    body = {"staff": "1001", "pin": "1357", "till": "t1"}
    async with web.client.post("/api/v1/sign-in", json=body) as response:
        assert (response.status, (await response.json())["code"]) == (409, "too_many")
