"""The ledger of payments under any order of words, acts and crashes: used once, given back once and no further."""

import tempfile
from pathlib import Path

from edge_shop import Shop, open_shop
from hypothesis import given, settings
from hypothesis import strategies as st

from commerce.facts import Tender
from edge_node import limits
from edge_node.errors import EdgeError
from edge_node.ledger import payments
from edge_node.ledger.payments import Outcome
from edge_node.ledger.till_settings import TillSettings

PAYMENT = b"p" * 16
SETTINGS = TillSettings(payment_providers=(("wechat", "simulated"),))
EVENTS = st.one_of(
    st.tuples(st.just("heard"), st.sampled_from(list(Outcome))),
    st.tuples(st.just("refund"), st.sampled_from([Outcome.REFUNDED, Outcome.SILENT, Outcome.REFUSED, Outcome.PENDING])),
    st.tuples(st.just("use"), st.integers(1, 3)),
    st.tuples(st.just("back"), st.integers(1, 900)),
    st.tuples(st.just("cancel"), st.none()),
    st.tuples(st.just("restart"), st.none()),
)
ENDED = {"refused", "cancelled", "refunded"}


def _step(shop: Shop, event: str, value, made: list[bytes]) -> None:
    tender = Tender("wechat", value if event == "back" else 1000, 0, PAYMENT.hex())
    match event:
        case "heard":
            shop.write(payments.heard, PAYMENT, value, "B1", "declined", shop.now)
        case "refund":
            for (refund,) in shop.rows("SELECT refund FROM payment_refunds"):
                shop.write(payments.refund_heard, refund, value, "", shop.now)
        case "use":
            shop.write(payments.use, "T1", SETTINGS, [tender], bytes([value]) * 16)
            made.append(bytes([value]) * 16)
        case "back" if made:
            shop.write(payments.give_back, made[0], [tender], shop.new_id, shop.now)
        case "cancel":
            shop.write(payments.cancel, PAYMENT, shop.now)
        case _:
            shop.write(payments.recover)


@settings(max_examples=60, deadline=None)
@given(st.lists(EVENTS, max_size=16))
def test_any_order_of_words(events: list):
    """One act at most; what is settled stays settled; money goes back once, and no more of it than was paid."""
    with tempfile.TemporaryDirectory() as folder:
        shop = open_shop(Path(folder) / "edge.db")
        shop.write(payments.ask, payments.new(PAYMENT, "T1", ("wechat", "simulated", 1000), shop.now))
        used: list[bytes] = []
        paid = False
        for event, value in events:
            before = payments.get(shop.conn, PAYMENT)
            try:
                _step(shop, event, value, used)
            except EdgeError:
                assert payments.get(shop.conn, PAYMENT) == before, "a refusal changes nothing"
            after = payments.get(shop.conn, PAYMENT)
            paid = paid or (event == "heard" and value is Outcome.PAID and before.state in {"asking", "unknown"})
            assert len(used) <= 1
            assert after.act == (used[0] if used else b"")
            assert before.state not in ENDED or after.state == before.state
            (back,) = shop.rows("SELECT coalesce(sum(amount), 0) FROM payment_refunds")[0]
            assert back <= (1000 if paid else 0)
            assert (after.state == "refunded") <= (back == 1000)
            assert (after.state in {"paid", "used", "refunding", "refunded"}) == paid
        shop.conn.close()


def test_what_is_open_is_listed_oldest_first(tmp_path: Path):
    """Somebody looks after what is asked, unknown, paid and not used, or going back; the rest is history."""
    shop = open_shop(tmp_path / "edge.db")
    for number in range(60):
        new = payments.new(bytes([number]) * 16, "T1", ("wechat", "simulated", 1000), shop.now + number)
        shop.write(payments.ask, new)
        shop.write(payments.heard, new.payment, (Outcome.PAID, Outcome.REFUSED)[number % 2], "B1", "", shop.now)
    found = payments.listed(shop.conn, only_open=True)
    assert [row.payment[0] for row in found] == list(range(0, 60, 2))
    assert [row.payment[0] for row in payments.listed(shop.conn, only_open=False)] == list(range(59, 9, -1))
    shop.conn.close()


def test_what_ended_long_ago_is_dropped(tmp_path: Path):
    """After 90 days nobody asks about what was refused; what paid a sale is kept for its refund, open ones anyway."""
    shop = open_shop(tmp_path / "edge.db")
    for number, outcome in enumerate((Outcome.REFUSED, Outcome.PAID, Outcome.CANCELLED, Outcome.SILENT)):
        new = payments.new(bytes([number]) * 16, "T1", ("wechat", "simulated", 1000), shop.now)
        shop.write(payments.ask, new)
        shop.write(payments.heard, new.payment, outcome, "B1", "", shop.now)
    assert shop.write(payments.prune, shop.now + limits.ANSWER_KEPT_MS) == 0
    assert shop.write(payments.prune, shop.now + limits.ANSWER_KEPT_MS + 1) == 2
    assert {row.state for row in payments.listed(shop.conn, only_open=False)} == {"paid", "unknown"}
    shop.conn.close()
