"""Every discrepancy says in three languages what does not add up."""

import pytest
from office_client import close_client, open_client

from hq_server.ledger import discrepancies
from hq_server.ledger.discrepancy_codes import DiscrepancyCode
from hq_server.ledger.record import record
from hq_server.storage.database import open_connection, transaction
from hq_server.web.office.discrepancy_words import WORDS, say


@pytest.fixture
async def client(tmp_path):
    """A head office with people of each role."""
    client = await open_client(tmp_path)
    yield client
    await close_client(client)


def test_every_code_has_words():
    """The table is as closed as the set of codes; no two codes say the same, and no Chinese sentence is English."""
    assert set(WORDS) == set(DiscrepancyCode)
    for column in zip(*WORDS.values(), strict=True):
        assert len(set(column)) == len(column)
    for chinese, taiwanese, english in WORDS.values():
        assert english.isascii()
        assert not any(char.isascii() and char.isalpha() for char in chinese + taiwanese)


def test_the_language_that_is_asked_for():
    """简体 unless another is wanted; a code of a later version says itself."""
    assert say("use_differs", "zh-TW,zh;q=0.9") == WORDS["use_differs"][1]
    assert say("use_differs", "en-GB") == WORDS["use_differs"][2]
    assert say("use_differs", "") == WORDS["use_differs"][0]
    assert say("of_a_later_version", "en") == "of_a_later_version"


async def test_a_page_speaks(client):
    """One of the queue says what is wrong in the reader's language."""
    world = client.world
    conn = open_connection(world.path)
    fact = discrepancies.fact(DiscrepancyCode.USE_DIFFERS, "b001", world.hq.incarnation, 7, 3_000, 9_000, "")
    with transaction(conn):
        record(conn, world.hq, fact, world.now)
    conn.close()
    await client.sign_in("sun.qi")
    (found,) = (await client.ask("GET", "/discrepancies"))["rows"]
    assert found["code"] == "use_differs"
    where = f"/discrepancies/{found['discrepancy']}"
    assert (await client.ask("GET", where))["discrepancy"]["text"] == WORDS["use_differs"][0]
    english = await client.ask("GET", where, headers={"Accept-Language": "en"})
    assert english["discrepancy"]["text"] == WORDS["use_differs"][2]
