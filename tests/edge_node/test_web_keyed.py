"""The same key gives the same answer: after a repeat, a restart, a refusal; another request under it is refused."""

import asyncio
import base64

import pytest
from web_shop import LEAD, PINS, Till, WebShop

from edge_node.ledger import change_log
from edge_node.storage.database import open_connection
from edge_node.web import keyed
from edge_node.web.keyed import digest_of
from foundation.http_api.route import Call, Principal

QUICK = {"amount": 1234, "tenders": [{"tender": "cash", "amount": 2000}]}


async def _post(till: Till, path: str, body: object, key: str) -> tuple[int, object]:
    return await till.ask("POST", path, body, key=key)


async def test_repeat_gets_the_stored_answer(web: WebShop):
    """A repeated sale is made once and answered alike, also after a restart on the same file."""
    till = await web.till()
    await till.open_shift()
    first = await _post(till, "/quick-sales", QUICK, "t1-7")
    assert first[0] == 200
    commits = web.commits
    assert await _post(till, "/quick-sales", QUICK, "t1-7") == first
    await web.restart()
    assert await _post(till, "/quick-sales", QUICK, "t1-7") == first
    assert (await till.get("/sales"))["next"] == 0
    assert len((await till.get("/sales"))["sales"]) == 1
    assert web.commits == commits


async def test_refusal_is_stored_too(web: WebShop):
    """A refused request stays refused under its key, though by now it would succeed; a new key succeeds."""
    till = await web.till()
    refused = await _post(till, "/quick-sales", QUICK, "t1-1")
    assert (refused[0], refused[1]["code"]) == (409, "shift_needed")
    await _post(till, "/shift", {"day": "2025-11-22", "float": 0}, "t1-2")
    assert await _post(till, "/quick-sales", QUICK, "t1-1") == refused
    await web.restart()
    assert await _post(till, "/quick-sales", QUICK, "t1-1") == refused
    assert (await _post(till, "/quick-sales", QUICK, "t1-3"))[0] == 200


async def test_another_request_under_a_key_is_refused(web: WebShop):
    """A key names one request: another body, path or person under it is told key_reused, and nothing happens."""
    till, other = await web.till(), await web.till("2001")
    await till.open_shift()
    done = await _post(till, "/quick-sales", QUICK, "t1-9")
    for asker, path, body in (
        (till, "/quick-sales", QUICK | {"amount": 1}),
        (till, "/baskets", {}),
        (other, "/quick-sales", QUICK),
    ):
        status, answer = await _post(asker, path, body, "t1-9")
        assert (status, answer["code"]) == (409, "key_reused")
    status, answer = await _post(till, "/quick-sales", QUICK, "t1-8")
    assert (status, answer["code"], answer["evidence"]) == (409, "key_outdated", {"n": 8, "newer": 9})
    assert await _post(till, "/quick-sales", QUICK, "t1-9") == done


async def test_a_leaping_key_is_refused(web: WebShop):
    """Somebody under a till's name cannot spend its numbers with one request."""
    till = await web.till()
    await till.open_shift()
    status, answer = await _post(till, "/quick-sales", QUICK, "t1-999999999999999")
    assert (status, answer["code"]) == (409, "key_too_far")
    assert (await _post(till, "/quick-sales", QUICK, "t1-2"))[0] == 200


@pytest.mark.parametrize("key", ["", "t1", "t1-", "t1-0", "t1-01", "-1", "T1-1", "t1-1 1", "t1-1e3", "x" * 99])
async def test_bad_keys(web: WebShop, key: str):
    """An act without a proper key is refused before anything else is looked at."""
    till = await web.till()
    status, answer = await till.ask("POST", "/baskets", {}, key=key)
    assert (status, answer["code"]) == (400, "bad_request")


async def test_key_of_another_till(web: WebShop):
    """A till uses its own keys only, so that it cannot read another's answers."""
    till, other = await web.till(), await web.till("2001", "t2")
    await _post(till, "/baskets", {}, "t1-1")
    status, answer = await _post(other, "/baskets", {}, "t1-1")
    assert (status, answer["code"]) == (403, "foreign_key")


async def test_sign_in_tells_where_the_keys_stand(web: WebShop):
    """A till that lost its memory goes on counting where its last key ended."""
    till = await web.till()
    await _post(till, "/baskets", {}, "t1-41")
    body = {"staff": "1001", "pin": PINS["1001"], "till": "t1"}
    async with web.client.post("/api/v1/sign-in", json=body) as response:
        assert (await response.json())["me"]["last_n"] == 41


async def test_same_key_at_the_same_moment(web: WebShop):
    """Ten requests at once under one key make one sale."""
    till = await web.till()
    await till.open_shift()
    answers = await asyncio.gather(*(_post(till, "/quick-sales", QUICK, "t1-50") for _ in range(10)))
    assert all(answer == answers[0] for answer in answers)
    assert len((await till.get("/sales"))["sales"]) == 1


async def test_repeated_basket_change_shows_the_basket_as_it_is(web: WebShop):
    """A repeated change of a basket is not made twice; it shows the basket of now, and says when it is gone."""
    till = await web.till()
    await till.open_shift()
    basket = await till.basket()
    path, body = f"/baskets/{basket}/lines", {"item": "naicha"}
    first = await _post(till, path, body, "t1-60")
    assert await _post(till, path, body, "t1-60") == first
    await _post(till, path, {"item": "jianfa"}, "t1-61")
    status, again = await _post(till, path, body, "t1-60")
    assert (status, [line["milli_qty"] for line in again["result"]["lines"]]) == (200, [1000, 1000])
    pay = {"tenders": [{"tender": "cash", "amount": 8300}]}
    assert (await _post(till, f"/baskets/{basket}/checkout", pay, "t1-62"))[0] == 200
    status, answer = await _post(till, path, body, "t1-60")
    assert (status, answer["code"]) == (404, "unknown_basket")


async def test_wrong_pin_of_an_approval_counts_once(web: WebShop):
    """A wrong PIN refuses the act and is counted, once per key; the right one then works under a new key."""
    till = await web.till()
    await till.open_shift()
    sale = (await till.do("POST /quick-sales", QUICK))["sale"]
    wrong = {"reason": "错了", "approval": {"staff": "2001", "pin": "0000"}}
    for _ in range(6):
        status, answer = await _post(till, f"/sales/{sale}/refund", wrong, "t1-70")
        assert (status, answer["code"]) == (403, "sign_in_refused")
    cashier = {"reason": "错了", "approval": {"staff": "1001", "pin": PINS["1001"]}}
    assert (await _post(till, f"/sales/{sale}/refund", cashier, "t1-71"))[1]["code"] == "role_needed"
    assert (await _post(till, f"/sales/{sale}/refund", {"reason": "错了", "approval": LEAD}, "t1-72"))[0] == 200


async def test_answers_hold_neither_pins_nor_names(web: WebShop):
    """What is stored of an answer bears no personal data, and its digest gives no PIN away without the key."""
    till = await web.till()
    await till.open_shift()
    member = (await till.do("POST /members", {"name": "诸葛小明", "phone": "13611112222"}))["member"]
    await till.do("PUT /baskets/" + await till.basket() + "/member", {"member": member})
    await till.do(f"POST /members/{member}/cards", {"card": "C777"})
    rows = web.direct(lambda conn: conn.execute("SELECT body FROM answers").fetchall())
    text = b"".join(body for (body,) in rows).decode()
    assert "诸" not in text
    assert "13611112222" not in text
    assert "C777" not in text
    call = Call(Principal("1001", frozenset(), "t1"), None, None, {}, 0, "t1-1", b"\x01" * 32)
    assert digest_of(b"a" * 32, call) != digest_of(b"b" * 32, call)


async def test_each_act_is_witnessed_and_sealed(web: WebShop):
    """In a chain every act's entries come sealed, one frame each, also again when the answer was lost."""
    await web.enrol()
    web.frame = lambda entry: b"sealed:" + entry
    till = await web.till("2001")
    await till.open_shift()
    body = {"name": "林黛玉", "phone": "13500000001"}
    member = (await till.do("POST /members", body))["member"]
    edit = {"fields": {"note": "a", "gender": "女"}}
    first = await till.ask("PATCH", f"/members/{member}", edit, key="t1-90")
    again = await till.ask("PATCH", f"/members/{member}", edit, key="t1-90")
    assert first == again
    frames, witness = first[1]["frames"], first[1]["witness"]
    assert len(frames) == 2
    conn = open_connection(web.path, b"k" * 32)
    stored = [change_log.read_entry(conn, web.node.no, witness["seq"] - 1 + i).entry for i in range(2)]
    conn.close()
    assert [base64.b64decode(frame) for frame in frames] == [b"sealed:" + entry for entry in stored]
    shown = await till.get(f"/witness?incarnation={witness['incarnation']}&seq={witness['seq']}")
    assert shown["hash"] == witness["hash"]
    assert (await till.get(f"/witness?incarnation={witness['incarnation']}&seq=999999"))["hash"] is None
    assert (await till.ask("GET", f"/witness?incarnation={'0' * 32}&seq=1"))[1]["code"] == "unknown_incarnation"


async def test_a_fault_leaves_no_answer(web: WebShop, monkeypatch: pytest.MonkeyPatch):
    """When the program itself fails nothing is stored under the key, so that a later repeat can succeed."""
    till = await web.till()
    with monkeypatch.context() as patched:
        patched.setattr(keyed, "witness_of", lambda *_: 1 // 0)
        status, answer = await _post(till, "/baskets", {}, "t1-5")
    assert (status, answer["code"]) == (500, "internal")
    assert (await till.get("/baskets"))["open"] == []
    assert (await _post(till, "/baskets", {}, "t1-5"))[0] == 200
