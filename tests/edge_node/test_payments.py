"""Payments by providers: asked once, found after a crash in any place, used once, given back once."""

import asyncio
import json

import pytest
from bank import Bank
from web_shop import LEAD, Till, WebShop

from edge_node.ledger import payments
from edge_node.ledger.payments import Outcome
from edge_node.payments.desk import PaymentDesk
from edge_node.payments.simulated import Simulated

CODE = "134650012345678900"


class Shop(WebShop):
    """A shop whose WeChat and Alipay go through a bank that outlives it."""

    bank: Bank | Simulated

    async def open(self, *, fresh: bool) -> "Shop":
        """Open it with a payment desk."""
        self.dress = self._with_desk
        await super().open(fresh=fresh)
        await self.desk.start()
        return self

    def _with_desk(self, deps):
        self.desk = PaymentDesk(self.database, {"simulated": self.bank}, lambda: self.time, self._told)
        from dataclasses import replace  # noqa: PLC0415

        return replace(deps, payments=self.desk)

    def _told(self, kind: str, **data) -> None:
        self.deps.notices.publish(kind, **data)

    async def close(self) -> None:
        """Stop everything; the bank goes on."""
        await self.desk.close()
        await super().close()

    async def later(self, seconds: float) -> None:
        """Let time go by, and what is under way then come to its end."""
        self.time += int(seconds * 1000)
        self.desk.wake()
        for _ in range(60):
            await asyncio.sleep(0.005)
            due = await self.database.read(payments.due, self.time)
            if not due.charges and not due.refunds and not self.desk._under_way:
                return

    async def state(self, payment: str) -> str:
        """How a payment stands."""
        return (await self.database.read(payments.get, bytes.fromhex(payment))).state


@pytest.fixture
async def shop(tmp_path):
    """An open shop with an honest bank."""
    made = Shop(tmp_path / "edge.db")
    made.bank = Bank()
    await made.open(fresh=True)
    manager = await made.till("3001", "office")
    value = json.dumps({"wechat": "simulated", "alipay": "gone"})
    await manager.do("PUT /reference/settings/payment_providers", {"value": value})
    yield made
    await made.close()


@pytest.fixture
async def till(shop: Shop) -> Till:
    """A till with an open shift."""
    made = await shop.till()
    await made.open_shift()
    return made


async def charge(till: Till, amount: int = 1500, **more) -> dict:
    """Charge a customer."""
    return await till.do("POST /payments", {"tender": "wechat", "amount": amount, "code": CODE, **more})


def by(payment: dict, amount: int = 1500) -> dict:
    """A body that pays by a payment."""
    return {"tenders": [{"tender": "wechat", "amount": amount, "ref": payment["payment"]}]}


async def sell(till: Till, body: dict) -> dict:
    """Sell a milk tea."""
    basket = await till.basket("naicha")
    return await till.do(f"POST /baskets/{basket}/checkout", body)


async def test_a_payment_pays_one_sale(shop: Shop, till: Till):
    """Paid at once, used up with the sale; a second sale, another amount or another till cannot have it."""
    paid = await charge(till)
    assert (paid["state"], paid["amount"], paid["provider_ref"]) == ("paid", 1500, "B1")
    other = await shop.till("2001", "t2")
    await other.open_shift()
    quick = {"amount": 1500, **by(paid)}
    assert (await other.refused("POST /quick-sales", quick))[:2] == (404, "unknown_payment")
    assert (await till.refused("POST /quick-sales", {"amount": 1600, **by(paid, 1600)}))[:2] == (409, "payment_differs")
    sale = await sell(till, by(paid))
    assert sale["tenders"][0]["ref"] == paid["payment"]
    shown = await till.get(f"/payments/{paid['payment']}")
    assert (shown["state"], shown["act"]) == ("used", sale["sale"])
    assert (await till.refused("POST /quick-sales", quick))[:2] == (409, "payment_used")
    assert (await till.refused(f"POST /payments/{paid['payment']}/cancel", {}))[:2] == (409, "payment_used")
    assert (await till.get("/payments?open=1"))["payments"] == []
    assert shop.bank.calls == ["charge"]
    row = shop.direct(lambda conn: conn.execute("SELECT * FROM payments").fetchall())
    assert CODE not in repr(row), "the customer's code is stored nowhere"


async def test_a_sale_by_a_provider_needs_a_payment(shop: Shop, till: Till):
    """No reference, a slip's number, nonsense, or a refused payment sells nothing; one twice in a sale neither."""
    quick = {"amount": 1500}
    for ref in ("", "4200002101", "x" * 32, "A" * 32, "😀"):
        body = {**quick, "tenders": [{"tender": "wechat", "amount": 1500, "ref": ref}]}
        assert (await till.refused("POST /quick-sales", body))[:2] == (409, "payment_needed")
    unknown = {**quick, "tenders": [{"tender": "wechat", "amount": 1500, "ref": "0" * 32}]}
    assert (await till.refused("POST /quick-sales", unknown))[:2] == (404, "unknown_payment")
    shop.bank.decision = Outcome.REFUSED
    refused = await charge(till)
    assert (refused["state"], refused["code"]) == ("refused", "declined")
    assert (await till.refused("POST /quick-sales", {**quick, **by(refused)}))[:2] == (409, "payment_not_paid")
    shop.bank.decision = Outcome.PAID
    half = await charge(till, 750)
    twice = {"amount": 1500, "tenders": by(half, 750)["tenders"] * 2}
    assert (await till.refused("POST /quick-sales", twice))[:2] == (409, "payment_used")
    assert (await till.get(f"/payments/{half['payment']}"))["state"] == "paid", "a refused sale uses nothing up"
    card = {"amount": 1500, "tenders": [{"tender": "card", "amount": 1500, "ref": "4200002101"}]}
    await till.do("POST /quick-sales", card)


async def test_hostile_requests(shop: Shop, till: Till):
    """Tenders without a provider, figures out of bounds, other people's ids."""
    for tender in ("card", "cash", "none", "alipay"):
        body = {"tender": tender, "amount": 100, "code": CODE}
        assert (await till.refused("POST /payments", body))[:2] == (409, "no_provider")
    for bad in (
        {"amount": 0},
        {"amount": 10**12},
        {"amount": "1"},
        {"code": ""},
        {"code": "x" * 129},
        {"code": "支付"},
    ):
        body = {"tender": "wechat", "amount": 100, "code": CODE, **bad}
        assert (await till.refused("POST /payments", body))[0] == 400
    assert (await till.ask("GET", f"/payments/{'0' * 32}"))[0] == 404
    assert (await till.refused(f"POST /payments/{'0' * 32}/cancel", {}))[:2] == (404, "unknown_payment")
    assert (await till.ask("GET", "/payments?open=2"))[0] == 400
    closed = await shop.till("2001", "t3")
    assert (await closed.refused("POST /payments", {"tender": "wechat", "amount": 1, "code": CODE}))[
        1
    ] == "shift_needed"
    assert shop.bank.calls == []


async def test_pending_until_the_customer_agrees(shop: Shop, till: Till):
    """The till is answered at once that it is asked for; the desk finds out, and the notice comes."""
    shop.bank.decision = Outcome.PENDING
    asked = await charge(till, wait_ms=0)
    assert asked["state"] == "asking"
    await shop.later(1)
    assert await shop.state(asked["payment"]) == "asking"
    shop.bank.state[bytes.fromhex(asked["payment"])] = Outcome.PAID
    await shop.later(1.5)
    assert await shop.state(asked["payment"]) == "paid"
    assert shop.bank.calls.count("charge") == 1


async def test_a_silent_provider(shop: Shop, till: Till):
    """Nobody knows: it is shown as unknown, and cancelled when the till says so, or after three minutes."""
    shop.bank.failing = {"charge", "query"}
    first, second = await charge(till), await charge(till, 200)
    assert (first["state"], second["state"]) == ("unknown", "unknown")
    assert len((await till.get("/payments?open=1"))["payments"]) == 2
    asked = await till.do(f"POST /payments/{first['payment']}/cancel", {})
    assert asked["cancel"] or asked["state"] != "unknown"
    await shop.later(0)
    # the bank had charged both: what is cancelled too late goes back
    assert await shop.state(first["payment"]) == "refunded"
    await shop.later(200)
    await shop.later(1)
    assert await shop.state(second["payment"]) == "refunded"
    assert shop.bank.kept() == 0


async def test_a_paid_one_that_nobody_used_is_given_back(shop: Shop, till: Till):
    """It stays in the list of open ones until it is used or cancelled; cancelling twice gives back once."""
    paid = await charge(till)
    assert [row["payment"] for row in (await till.get("/payments?open=1"))["payments"]] == [paid["payment"]]
    for _ in range(2):
        await till.do(f"POST /payments/{paid['payment']}/cancel", {})
    await shop.later(0)
    assert await shop.state(paid["payment"]) == "refunded"
    assert (len(shop.bank.refunds), shop.bank.kept()) == (1, 0)
    assert (await till.refused("POST /quick-sales", {"amount": 1500, **by(paid)}))[:2] == (409, "payment_not_paid")


async def test_a_repeated_request_charges_once(shop: Shop, till: Till):
    """The same key, also after a restart, tells how the payment stands and charges nobody again."""
    key, body = till.next_key(), {"tender": "wechat", "amount": 1500, "code": CODE}
    first = await till.ask("POST", "/payments", body, key=key)
    await shop.restart()
    again = await till.ask("POST", "/payments", body, key=key)
    assert again[1]["result"] == first[1]["result"]
    assert shop.bank.calls == ["charge"]


async def test_killed_before_anybody_was_asked(shop: Shop, till: Till):
    """Written down, never charged: after the restart the provider is told to let it be, should it still come."""
    payment = b"p" * 16
    row = payments.new(payment, "t1", ("wechat", "simulated", 1500), shop.time)
    await shop.database.write(payments.ask, row)
    await shop.restart()
    await shop.later(0)
    assert await shop.state(payment.hex()) == "cancelled"
    assert shop.bank.charged == {}
    assert (await shop.bank.charge(payment, 1500, CODE)).outcome is Outcome.CANCELLED


async def test_killed_between_the_providers_yes_and_the_sale(shop: Shop, till: Till):
    """The answer never came: after the restart the payment is found, shown, and can pay its sale."""
    shop.bank.mute = {"charge"}
    asked = await charge(till, wait_ms=0)
    await asyncio.sleep(0.02)
    assert shop.bank.kept() == 1500
    await shop.restart()
    await shop.later(0)
    (open_one,) = (await till.get("/payments?open=1"))["payments"]
    assert (open_one["payment"], open_one["state"], open_one["amount"]) == (asked["payment"], "paid", 1500)
    assert (await sell(till, by(asked)))["total"] == 1500
    assert (await till.get("/payments?open=1"))["payments"] == []
    assert shop.bank.calls.count("charge") == 1


async def test_killed_and_then_given_back(shop: Shop, till: Till):
    """The same, but the customer left: it is cancelled, and the money is back, once, over a kill in that as well."""
    shop.bank.mute = {"charge", "refund"}
    asked = await charge(till, wait_ms=0)
    await asyncio.sleep(0.02)
    await shop.restart()
    await shop.later(0)
    await till.do(f"POST /payments/{asked['payment']}/cancel", {})
    await asyncio.sleep(0.05)
    assert await shop.state(asked["payment"]) == "refunding"
    await shop.restart()
    shop.bank.mute = set()
    await shop.later(1)
    assert await shop.state(asked["payment"]) == "refunded"
    assert (len(shop.bank.refunds), shop.bank.kept()) == (1, 0)


async def test_goods_taken_back_give_money_back_through_the_provider(shop: Shop, till: Till):
    """Part after part, each refund once; in cash nothing goes through the provider; a failing one is tried again."""
    paid = await charge(till, 3000)
    basket = await till.basket("naicha", "naicha")
    sale = await till.do(f"POST /baskets/{basket}/checkout", by(paid, 3000))
    lines = (await till.get(f"/sales/{sale['sale']}"))["lines"]
    back = {"reason": "太甜", "approval": LEAD, "lines": [{"line": lines[0]["line"], "milli_qty": 1000}]}
    await till.do(f"POST /sales/{sale['sale']}/refund", back)
    await shop.later(0)
    went = shop.bank.back(bytes.fromhex(paid["payment"]))
    assert went in {1500, 3000}
    assert await shop.state(paid["payment"]) == ("used" if went == 1500 else "refunded")
    if went == 1500:
        shop.bank.failing = {"refund"}
        await till.do(f"POST /sales/{sale['sale']}/refund", {"reason": "都不要了", "approval": LEAD})
        await shop.later(0)
        assert await shop.state(paid["payment"]) == "refunding"
        assert (await till.get("/payments?open=1"))["payments"][0]["payment"] == paid["payment"]
        await shop.restart()
        shop.bank.failing = set()
        await shop.later(31)
    assert await shop.state(paid["payment"]) == "refunded"
    assert shop.bank.kept() == 0
    cash = await charge(till)
    sold = await sell(till, by(cash))
    await till.do(f"POST /sales/{sold['sale']}/refund", {"reason": "太甜", "approval": LEAD, "in_cash": True})
    await shop.later(0)
    assert await shop.state(cash["payment"]) == "used"
    assert shop.bank.kept() == 1500


async def test_top_ups_go_through_the_provider_too(shop: Shop, till: Till):
    """A top-up uses its payment up, and its undo gives it back."""
    member = (await till.do("POST /members", {"name": "王小明"}))["member"]
    body = {"amount": 50000, "tenders": [{"tender": "wechat", "amount": 50000}]}
    assert (await till.refused(f"POST /members/{member}/top-ups", body))[:2] == (409, "payment_needed")
    paid = await charge(till, 50000)
    done = await till.do(f"POST /members/{member}/top-ups", {"amount": 50000, **by(paid, 50000)})
    assert await shop.state(paid["payment"]) == "used"
    await till.do(f"POST /top-ups/{done['issue']}/undo", {"reason": "充错", "approval": LEAD})
    await shop.later(0)
    assert await shop.state(paid["payment"]) == "refunded"
    assert shop.bank.kept() == 0


@pytest.mark.parametrize(
    ("code", "said"),
    [("100", ["paid"]), ("101", ["pending", "pending", "paid"]), ("102", ["refused"]), ("177", ["paid"])],
)
async def test_the_simulated_provider(code: str, said: list[str]):
    """What its codes' ends say: 00 paid, 01 pending then paid, 02 refused; the same payment stays what it is."""
    simulated = Simulated()
    seen = [(await simulated.charge(b"p" * 16, 100, code)).outcome.value]
    seen += [(await simulated.query(b"p" * 16)).outcome.value for _ in said[1:]]
    assert seen == said
    assert (await simulated.charge(b"p" * 16, 100, "102")).outcome.value == said[-1]
    assert (await simulated.query(b"q" * 16)).outcome is Outcome.UNHEARD
    assert (await simulated.refund(b"p" * 16, b"r" * 16, 100)).outcome is Outcome.REFUNDED


async def test_the_simulated_provider_keeps_silent(shop: Shop, till: Till, monkeypatch: pytest.MonkeyPatch):
    """Code 03 never answers: unknown after the patience of the desk, and cancelled when the till says so."""
    monkeypatch.setattr("edge_node.limits.PAYMENT_ANSWER_MS", 20)
    shop.desk._providers = {"simulated": Simulated()}
    asked = await charge(till, code="100003")
    assert asked["state"] == "unknown"
    await till.do(f"POST /payments/{asked['payment']}/cancel", {})
    await shop.later(1)
    assert await shop.state(asked["payment"]) == "cancelled"
