"""How far figures go: what came and is not in them yet is told, whether stage 2 has it or not."""

import pytest
from office_client import close_client, open_client

from hq_server.analysis import follow
from hq_server.storage.database import open_connection, transaction


@pytest.fixture(name="client")
async def _client(tmp_path):
    """Head office with an accountant signed in."""
    client = await open_client(tmp_path)
    await client.sign_in("sun.qi")
    yield client
    await close_client(client)


async def test_nothing_waits_when_the_figures_hold_all(client):
    """Entries wait until the follower has them; then as many are in the figures."""
    before = await client.ask("GET", "/freshness")
    assert before["waiting"] > 0
    assert before["facts"] == 0
    conn = open_connection(client.world.path)
    with transaction(conn):
        follow.step(conn, 10**6)
    conn.close()
    after = await client.ask("GET", "/freshness")
    assert (after["facts"], after["waiting"]) == (before["waiting"], 0)


async def test_what_stage_2_has_not_read_waits_too(client):
    """A batch that lies in the inbox is missing in the figures as well."""
    conn = open_connection(client.world.path)
    with transaction(conn):
        follow.step(conn, 10**6)
        conn.execute(
            "INSERT INTO inbox (no, first_seq, last_seq, prev_head, head, at, kind, batch)"
            " VALUES (1, 1, 40, x'', x'', 0, 1, x'')"
        )
    conn.close()
    assert (await client.ask("GET", "/freshness"))["waiting"] == 40


async def test_who_is_not_signed_in_is_told_nothing(client):
    """Without a sign-in there is no answer."""
    client.token = ""
    await client.ask("GET", "/freshness", status=401)
