"""Passwords at the office's door: a flood is turned away, and a given password is really changed."""

import pytest
from office_client import close_client, open_client
from office_world import PASSWORD

from hq_server.head_office import limits


@pytest.fixture
async def client(tmp_path):
    """A head office with people of each role."""
    client = await open_client(tmp_path)
    yield client
    await close_client(client)


async def test_a_flood_of_sign_ins_is_turned_away(client, monkeypatch):
    """Beyond the bound nobody waits for a hash: each costs memory and 50 ms of a processor."""
    monkeypatch.setattr(limits, "HASHES_WAITING", 0)
    body = {"name": "chen.jing", "password": PASSWORD}
    assert (await client.ask("POST", "/sign-in", body, status=503))["code"] == "busy"
    monkeypatch.undo()
    await client.sign_in("chen.jing")


async def test_a_password_is_not_changed_into_itself(client):
    """A password that a manager gave and knows is not kept by 'changing' it into the same."""
    await client.sign_in("xin.ren")
    same = {"old": PASSWORD, "new": PASSWORD}
    assert (await client.ask("POST", "/password", same, status=422))["code"] == "bad_value"
    assert (await client.ask("GET", "/me"))["must_change"] is True
