"""What was changed of all that branches read, over the API."""

from typing import get_args

import pytest
from office_client import close_client, open_client

from hq_server.head_office.catalogue_history import KEPT
from hq_server.web.office.changes import Kind


@pytest.fixture
async def client(tmp_path):
    """A head office in which two managers changed a tier and a parameter."""
    client = await open_client(tmp_path)
    await client.sign_in("chen.jing")
    await client.ask("PUT", "/branches/b001", {"name": "南京路店"})
    await client.ask("PUT", "/tiers/gold", {"name": "金卡", "rank": 1})
    await client.ask("PUT", "/tiers/gold", {"name": "金卡会员", "rank": 2})
    await client.sign_in("zhao.min")
    for branch, value in (("", '"好味道"'), ("b001", '"好味道南京路"'), ("b001", "")):
        await client.ask("PUT", "/parameters", {"branch": branch, "values": [{"name": "shop_name", "value": value}]})
    yield client
    await close_client(client)


async def told(client, query=""):
    """(who, what, row, branch) of each change."""
    rows = (await client.ask("GET", f"/changes{query}"))["rows"]
    return [(row["by"], row["act"], f"{row['kind']}:{row['code']}", row["branch"]) for row in rows]


def test_every_kind_that_is_kept_can_be_asked_for():
    """No change is kept that nobody could look for."""
    assert set(get_args(Kind)) == KEPT


async def test_changes_are_told_from_what_to_what(client):
    """Newest first, each with its author and every field that differs, before and after."""
    assert await told(client) == [
        ("zhao.min", "dropped", "setting:shop_name", "b001"),
        ("zhao.min", "made", "setting:shop_name", "b001"),
        ("zhao.min", "made", "setting:shop_name", ""),
        ("chen.jing", "changed", "tier:gold", ""),
        ("chen.jing", "made", "tier:gold", ""),
    ]
    line = (await client.ask("GET", "/changes?kind=tier&limit=1"))["rows"][0]
    assert line["fields"] == [
        {"field": "name", "before": "金卡", "after": "金卡会员"},
        {"field": "rank", "before": "1", "after": "2"},
    ]
    assert line["what"] == "name: 金卡 → 金卡会员; rank: 1 → 2"


async def test_changes_are_found_by_person_branch_and_row(client):
    """Filters narrow, pages follow each other, and only who may read the journal reads this."""
    assert len(await told(client, "?by=chen.jing")) == 2
    assert len(await told(client, "?branch=b001")) == 2
    assert len(await told(client, "?q=GOLD")) == 2
    assert len(await told(client, "?kind=setting&q=name")) == 3
    first = await client.ask("GET", "/changes?limit=3")
    rest = await client.ask("GET", f"/changes?limit=3&after={first['next']}")
    assert [row["n"] for row in first["rows"] + rest["rows"]] == [5, 4, 3, 2, 1]
    await client.sign_in("li.na")
    assert (await client.ask("GET", "/changes", status=403))["code"] == "forbidden"
