"""Joining a chain by a one-time code, over real TLS, with everything that can come between."""

import asyncio

import pytest
from app_branch import Front, config_at
from tls_hq import TlsHq
from web_shop import DAY

from edge_node import box as boxes
from edge_node import care, joining
from edge_node.config import ConfigError
from edge_node.errors import Code, EdgeError
from edge_node.ledger import incarnations
from edge_node.lock import held
from provisioning.enrolment import joining as trust
from provisioning.errors import ErrorCode, ProvisioningError


@pytest.fixture
async def hq(tmp_path):
    """An HQ that listens."""
    made = TlsHq(tmp_path)
    await made.start()
    yield made
    await made.stop()


async def enrol(config, code, url):
    """Join as the command does, beside HQ's event loop."""
    return await asyncio.to_thread(joining.enrol, config, code, url)


async def test_a_new_box_joins_as_the_branch_of_its_code(tmp_path, hq: TlsHq):
    """The code's branch, HQ's address and epoch are known; no local manager was made; both logs are there."""
    config = config_at(tmp_path / "edge")
    joined = await enrol(config, hq.issue("b007"), hq.url + "/")
    assert (joined.branch, joined.branch_name, joined.chain) == ("b007", "万达广场店", hq.keys.chain)
    status = care.status(config)
    assert (status["branch"], status["standalone"], status["hq_url"]) == ("b007", False, hq.url + "/")
    assert (status["incarnations"], status["seq"]) == (2, 1)
    with boxes.find(config).connection() as conn:
        assert not conn.execute("SELECT 1 FROM reference").fetchall()
    async with Front(config) as shop:
        assert shop.first == []
        assert shop.app.node.branch == "b007"


async def test_history_comes_along(tmp_path, hq: TlsHq):
    """HQ is told the head of every log written alone; what was open goes on under the new incarnation."""
    config = config_at(tmp_path / "edge")
    async with Front(config) as shop:
        ((number, pin),) = shop.first
        till = await shop.till(number, pin)
        await till.do("POST /me/pin", {"old": pin, "new": "864209"})
        till = await shop.till(number, "864209")
        await till.do("POST /shift", {"day": DAY, "float": 5000})
        await till.do("POST /quick-sales", {"amount": 700, "tenders": [{"tender": "cash", "amount": 700}]})
    before = care.status(config)
    await enrol(config, hq.issue(), hq.url)
    assert hq.script.adopts.keys() == {bytes.fromhex(before["incarnation"])}
    async with Front(config) as shop:
        till = await shop.till(number, "864209")
        assert (await till.get("/shift/x"))["sold"] == 700
    assert care.verify(config).ok


async def test_a_lost_answer_is_asked_for_again(tmp_path, hq: TlsHq, monkeypatch):
    """HQ has granted, the answer never came: the same code gives the same grant."""
    config = config_at(tmp_path / "edge")
    code = hq.issue()
    ask = joining._ask

    async def lost(*args):
        await ask(*args)
        raise EdgeError(Code.HQ_UNREACHABLE)

    monkeypatch.setattr(joining, "_ask", lost)
    with pytest.raises(EdgeError):
        await enrol(config, code, hq.url)
    assert care.status(config)["standalone"]
    monkeypatch.setattr(joining, "_ask", ask)
    assert (await enrol(config, code, hq.url)).branch == "b001"
    assert not care.status(config)["standalone"]


async def test_a_crash_behind_the_point_of_no_return_is_made_up_for(tmp_path, hq: TlsHq, monkeypatch):
    """Once HQ's answer is kept the node is enrolled: the next start opens the incarnation that was missing, once."""
    config = config_at(tmp_path / "edge")
    save = trust.save

    def crash(*args):
        save(*args)
        raise KeyboardInterrupt

    monkeypatch.setattr(joining.joining, "save", crash)
    with pytest.raises(KeyboardInterrupt):
        await enrol(config, hq.issue(), hq.url)
    monkeypatch.undo()
    assert care.status(config)["standalone"]
    for _ in range(2):
        async with Front(config) as shop:
            assert not shop.app.node.standalone
    with boxes.find(config).connection() as conn:
        assert [log.state for log in incarnations.logs(conn)] == ["adopted", "current"]


async def test_what_a_person_did_wrong_is_named(tmp_path, hq: TlsHq):
    """A mistyped, foreign or used code, a wrong server, no server, a second chain: each says what it is."""
    config = config_at(tmp_path / "edge", connect_timeout_ms=1000)

    async def refused(code, url=hq.url):
        with pytest.raises((ProvisioningError, EdgeError)) as caught:
            await enrol(config, code, url)
        return caught.value.code

    other = TlsHq(tmp_path / "other")
    await other.start()
    try:
        code = hq.issue()
        assert await refused(code[:-1] + ("A" if code[-1] != "A" else "B")) is ErrorCode.CODE_MISTYPED
        assert await refused(code, other.url) is ErrorCode.WRONG_SERVER
        assert await refused(code, "https://127.0.0.1:1") is Code.HQ_UNREACHABLE
        unknown = hq.issue()
        hq.issue()
        assert await refused(unknown) is ErrorCode.CODE_UNKNOWN
        with pytest.raises(ConfigError):
            await enrol(config, code, "http://127.0.0.1:80")
    finally:
        await other.stop()
    await enrol(config, hq.code.text, hq.url)
    assert await refused(hq.code.text) is Code.ALREADY_ENROLLED
    assert not held(config.folder)


async def test_a_branch_that_another_box_has_is_named(tmp_path, hq: TlsHq):
    """HQ is there and refuses: the shop hears that another box has its branch, and what to ask head office for."""
    config = config_at(tmp_path / "edge")
    hq.refusal = (409, "node_taken")
    with pytest.raises(ProvisioningError) as caught:
        await enrol(config, hq.issue(), hq.url)
    assert caught.value.code is ErrorCode.NODE_TAKEN
    assert "a code of that very branch" in caught.value.text
    hq.refusal = None
    assert (await enrol(config, hq.code.text, hq.url)).branch == "b001"


async def test_an_answer_that_makes_no_sense_joins_nothing(tmp_path, hq: TlsHq, monkeypatch):
    """Garbage, or a grant for somebody else, is refused and nothing is kept."""
    config = config_at(tmp_path / "edge")
    code = hq.issue()

    async def garbage(*_args):
        return b'{"body": {}}'

    monkeypatch.setattr(joining, "_ask", garbage)
    with pytest.raises(ProvisioningError):
        await enrol(config, code, hq.url)
    assert care.status(config)["standalone"]
    assert not boxes.find(config).store.has(boxes.HQ_URL)


async def test_a_running_node_is_not_enrolled_behind_its_back(tmp_path, hq: TlsHq):
    """The log must not grow between what HQ is told and what it grants: the lock is asked before HQ is."""
    config = config_at(tmp_path / "edge")
    async with Front(config):
        with pytest.raises(EdgeError) as caught:
            await enrol(config, hq.issue(), hq.url)
    assert caught.value.code is Code.ALREADY_RUNNING
    assert hq.script is None


async def test_after_a_restore_the_node_holds_nothing(tmp_path, hq: TlsHq):
    """`restore` opens the next incarnation, named after the one it follows."""
    config = config_at(tmp_path / "edge")
    await enrol(config, hq.issue(), hq.url)
    before = care.status(config)
    restored = care.restore(config)
    after = care.status(config)
    assert after["incarnation"] == restored.incarnation.hex() != before["incarnation"]
    assert restored.seq_left_behind == before["seq"]
    with boxes.find(config).connection() as conn:
        assert incarnations.current(conn).predecessor.incarnation.hex() == before["incarnation"]
