"""A branch that serves tills while its line to HQ does what lines do."""

import asyncio
import socket
import time
from contextlib import closing

import pytest
from app_branch import Front, config_at, staff_rows
from edge_feed import key_of, rights_row
from scripted_hq import EPOCH
from tls_hq import PATIENCE, TlsHq
from web_shop import DAY

from commerce.reference import ProductRow, RightsRequest
from edge_node import care, joining
from edge_node.ledger import bodies
from sync_protocol import events
from sync_protocol.messages import Row

TEA = ProductRow("tea", "珍珠奶茶", "饮品", "杯", 1500)
CASH = [{"tender": "cash", "amount": 1500}]


@pytest.fixture
async def hq(tmp_path):
    """An HQ that listens."""
    made = TlsHq(tmp_path)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def config(tmp_path, hq: TlsHq):
    """A box enrolled as b001; HQ has a product and staff for it."""
    made = config_at(tmp_path / "edge", connect_timeout_ms=500)
    await asyncio.to_thread(joining.enrol, made, hq.issue(), hq.url)
    hq.script.publish("chain", (f"product:{TEA.item}", bodies.encode(TEA)))
    hq.script.publish("branch:b001", *staff_rows("1001", "2001"))
    return made


async def until(hq: TlsHq, reached) -> None:
    """Wait until something holds that follows from a message at HQ."""
    async with asyncio.timeout(PATIENCE):
        while not await reached():
            hq.changed.clear()
            await hq.changed.wait()


async def open_branch(shop: Front, hq: TlsHq):
    """Wait for HQ's rows, sign in, open a shift."""

    async def staffed():
        confirmed = hq.script.saw(events.FeedAtReceived)
        return any((event.feed, event.position) == ("branch:b001", 6) for event in confirmed)

    await until(hq, staffed)
    till = await shop.till()
    await till.do("POST /shift", {"day": DAY, "float": 10_000})
    return till


async def sell(till) -> dict:
    """Sell one tea for cash; returns the whole answer."""
    basket = await till.basket("tea")
    status, answer = await till.ask("POST", f"/baskets/{basket}/checkout", {"tenders": CASH})
    assert status == 200, answer
    return answer


def arrived(hq: TlsHq, shop: Front) -> int:
    """Entries of the present incarnation that HQ holds."""
    log = hq.script.kept.get(shop.app.node.incarnation)
    return len(log.entries) if log else 0


async def test_a_sale_reaches_hq_and_the_till_holds_its_frame(config, hq: TlsHq):
    """Staff and products came from HQ; the sale goes up at once, and its answer bears an entry sealed to HQ."""
    async with Front(config) as shop:
        till = await open_branch(shop, hq)
        answer = await sell(till)
        assert answer["result"]["total"] == 1500
        assert len(answer["frames"]) == 1
        seq = answer["witness"]["seq"]

        async def all_there():
            return arrived(hq, shop) == seq

        await until(hq, all_there)
        assert (await shop.health())["link"]["connected"]
    assert care.verify(config).ok


async def test_a_hole_where_hq_was_delays_nobody(config, hq: TlsHq):
    """HQ's port swallows everything: sales go on in the time they always take, and arrive when HQ is back."""
    async with Front(config) as shop:
        till = await open_branch(shop, hq)
        await hq.stop()
        with closing(socket.create_server(("127.0.0.1", hq.port), reuse_port=False)):
            async with asyncio.timeout(PATIENCE):
                began = time.monotonic()
                for _ in range(5):
                    answer = await sell(till)
                took = time.monotonic() - began
            assert not (await shop.health())["link"]["connected"]
            # five sales while one attempt to connect alone would have taken half a second each
            assert took < 5 * 2.5
        await hq.start()

        async def all_there():
            return arrived(hq, shop) == answer["witness"]["seq"]

        await until(hq, all_there)


async def _member(till) -> str:
    return (await till.do("POST /members", {"name": "王小明", "phone": "13812345678"}))["member"]


async def test_a_till_waits_for_rights_and_gets_them(config, hq: TlsHq):
    """The one wait for HQ: the request goes up at once, its answer's rows can be spent when it ends."""
    async with Front(config) as shop:
        till = await open_branch(shop, hq)
        member = await _member(till)
        body = {"member": member, "amount": 700, "deadline_ms": 10_000}
        asking = asyncio.create_task(till.do("POST /rights-requests", body))

        async def asked():
            return bool(hq.script.asked)

        await until(hq, asked)
        (request,) = hq.script.asked
        assert bodies.decode(RightsRequest, request.body).amount == 700
        changes = {"epoch": EPOCH.n, "epoch_id": EPOCH.id, "granted": 700, "incarnation": shop.app.node.incarnation}
        row = rights_row(_Named(shop.app.node), bytes.fromhex(member), **changes)
        hq.script.answer(request.n, rows=[Row(key_of(row), 99, bodies.encode(row))])
        await hq.say()
        answer = await asking
        assert (answer["state"], answer["here"]["principal"]) == ("granted", 700)


class _Named:
    """Just enough of a shop for a rights row."""

    def __init__(self, node):
        self.node = node


async def test_without_hq_the_wait_ends_at_its_deadline(config, hq: TlsHq):
    """The till is let go in time, the request is cancelled and never asked; others are served meanwhile."""
    async with Front(config) as shop:
        till = await open_branch(shop, hq)
        member = await _member(till)
        await hq.stop()
        body = {"member": member, "amount": 700, "deadline_ms": 300}
        asking = asyncio.create_task(till.do("POST /rights-requests", body))
        other = await shop.till("1001", name="t2")
        await other.get("/me")
        assert (await asking)["state"] == "cancelled"
        await hq.start()

        async def back():
            return (await shop.health())["link"]["connected"]

        await until(hq, back)
        assert not hq.script.asked


async def test_a_till_cancels_its_wait(config, hq: TlsHq):
    """Cancelled from another screen: the wait ends, HQ is told."""
    async with Front(config) as shop:
        till = await open_branch(shop, hq)
        member = await _member(till)
        body = {"member": member, "amount": 700, "deadline_ms": 10_000}
        asking = asyncio.create_task(till.do("POST /rights-requests", body))

        async def asked():
            return bool(hq.script.asked)

        await until(hq, asked)
        other = await shop.till("1001", name="t2")
        name = f"{shop.app.node.no}-{hq.script.asked[0].n}"
        assert (await other.do(f"DELETE /rights-requests/{name}"))["state"] == "cancelled"
        assert (await asking)["state"] == "cancelled"

        async def told():
            return bool(hq.script.saw(events.RequestCancelled))

        await until(hq, told)


async def test_a_closed_incarnation_is_left_while_tills_sell(config, hq: TlsHq):
    """HQ closes the incarnation under a running shop: it goes on under the next one, screens are told, cash sells."""
    async with Front(config) as shop:
        till = await open_branch(shop, hq)
        screen = await shop.client.ws_connect("/api/v1/notices")
        await screen.send_json({"token": till.token})
        first = shop.app.node.incarnation
        hq.script.session.closed_log(hq.script.close(first, "lost"), first)
        await hq.say()

        async def live_again():
            return shop.app.node.incarnation != first and arrived(hq, shop) > 0

        await until(hq, live_again)
        answer = await sell(till)
        assert answer["witness"]["incarnation"] == shop.app.node.incarnation.hex()
        assert len(answer["frames"]) == 1
        kinds = set()
        async with asyncio.timeout(PATIENCE):
            while "incarnation" not in kinds:
                kinds.add((await screen.receive_json())["kind"])
        await screen.close()
    assert care.verify(config).ok


async def test_stopping_lets_a_waiting_till_go(config, hq: TlsHq):
    """A till that waits for HQ does not hold the shutdown up: it is told how things stand, and may ask again."""
    async with Front(config) as shop:
        till = await open_branch(shop, hq)
        member = await _member(till)
        body = {"member": member, "amount": 700, "deadline_ms": 10_000}
        asking = asyncio.create_task(till.do("POST /rights-requests", body))

        async def asked():
            return bool(hq.script.asked)

        await until(hq, asked)
        await shop.app.stop()
        assert (await asking)["state"] == "waiting"
    status = care.status(config)
    assert not status["running"]
    assert care.verify(config).ok
