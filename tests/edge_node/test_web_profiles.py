"""The chain's own fields and photos of members over the API."""

import base64
import json

import pytest
from web_shop import WebShop

JPEG = base64.b64encode(b"\xff\xd8\xff\xe0" + b"\x00" * 24_000 + b"\xff\xd9").decode()
FIELDS = [
    {"name": "hair", "label": "发质", "kind": "choice", "choices": ["干性", "油性"], "required": True},
    {"name": "height", "label": "身高", "kind": "number"},
]


@pytest.fixture
async def shop(web: WebShop) -> WebShop:
    """A salon that asks for more than a name."""
    manager = await web.till("3001", "office")
    await manager.do("PUT /reference/settings/custom_fields", {"value": json.dumps(FIELDS)})
    return web


async def test_own_fields_are_asked_checked_and_shown(shop: WebShop):
    """What is required is asked for by its label; what is wrong is refused by its label; the rest is kept."""
    till = await shop.till()
    await till.open_shift()
    status, code, evidence = await till.refused("POST /members", {"name": "王小明"})
    assert (status, code, evidence["label"]) == (400, "field_needed", "发质")
    member = (await till.do("POST /members", {"name": "王小明", "fields": {"x_hair": "干性"}}))["member"]
    await till.do(f"PATCH /members/{member}", {"fields": {"x_height": "１６８", "note": 'O\'Brien "😀"'}})
    profile = (await till.get(f"/members/{member}"))["profile"]
    assert profile == {"name": "王小明", "x_hair": "干性", "x_height": "168", "note": 'O\'Brien "😀"'}
    refused = await till.refused(f"PATCH /members/{member}", {"fields": {"x_height": "1e309"}})
    assert refused[:2] == (400, "bad_field")
    for fields in ({"password": "x"}, {"card:1": "8"}, {"x_none": "1"}, {"x" * 33: "1"}, {"note": "长" * 40_000}, {}):
        assert (await till.refused(f"PATCH /members/{member}", {"fields": fields}))[0] == 400


async def test_photos_travel_apart_from_the_profile(shop: WebShop):
    """A photo is kept and given by a route of its own, found out by ``has_photo``, and stored in no answer."""
    till = await shop.till()
    await till.open_shift()
    member = (await till.do("POST /members", {"name": "王小明", "fields": {"x_hair": "干性"}}))["member"]
    assert (await till.get(f"/members/{member}/photo")) == {"photo": ""}
    await till.do(f"PATCH /members/{member}", {"fields": {"photo": JPEG}})
    assert (await till.get(f"/members/{member}/photo")) == {"photo": JPEG}
    shown = await till.get(f"/members/{member}")
    assert shown["has_photo"]
    assert "photo" not in shown["profile"]
    answers = shop.direct(lambda conn: conn.execute("SELECT body FROM answers").fetchall())
    entries = shop.direct(lambda conn: conn.execute("SELECT entry FROM entries").fetchall())
    assert not any(JPEG[:40].encode() in body for (body,) in answers + entries)
    png = base64.b64encode(b"\x89PNG" + bytes(40)).decode()
    for bad in (png, "x" * 4000, JPEG[:-4]):
        refused = await till.refused(f"PATCH /members/{member}", {"fields": {"photo": bad}})
        assert refused[:2] == (400, "bad_photo")
    await till.do(f"PATCH /members/{member}", {"fields": {"photo": ""}})
    assert not (await till.get(f"/members/{member}"))["has_photo"]
    assert (await till.ask("GET", f"/members/{'0' * 32}/photo"))[0] == 404
