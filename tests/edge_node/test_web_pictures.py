"""Pictures are served by the hash of their bytes to whoever asks, never as anything but a picture."""

import base64
import hashlib
from typing import Any

import pytest
from web_shop import API, WebShop

from commerce.limits import PICTURE_BYTES_MAX
from commerce.pictures import picture_of
from commerce.reference import CHAIN_FEED
from edge_node.ledger import bodies

PNG = b"\x89PNG\r\n\x1a\n" + "珍珠奶茶".encode()
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 20
WEBP = b"RIFF\x10\0\0\0WEBPVP8 "


def sent(data: bytes) -> tuple[str, dict[str, str]]:
    """Return where a picture is put, and the body."""
    where = f"PUT /reference/pictures/{hashlib.sha256(data).hexdigest()}"
    return where, {"data": base64.b64encode(data).decode()}


def put(conn: Any, key: str, body: bytes) -> None:
    """Write a row as a feed page does."""
    conn.execute("INSERT INTO reference VALUES (?, ?, 1, ?)", (CHAIN_FEED, key, body))


async def fetch(web: WebShop, name: str, headers: Any = None) -> tuple[int, bytes, Any]:
    """Ask for a picture without a sign-in."""
    async with web.client.get(f"{API}/pictures/{name}", headers=headers) as response:
        return response.status, await response.read(), response.headers


@pytest.mark.parametrize(("data", "kind"), [(PNG, "png"), (JPEG, "jpeg"), (WEBP, "webp")])
async def test_a_picture_is_put_in_and_served(web: WebShop, data: bytes, kind: str):
    """A picture comes back byte by byte, of its true kind, to be kept for ever and never sniffed."""
    manager = await web.till("3001")
    where, body = sent(data)
    await manager.do(where, body)
    name = picture_of(data).hash
    status, got, headers = await fetch(web, name)
    assert (status, got, headers["Content-Type"]) == (200, data, f"image/{kind}")
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert (await fetch(web, name, {"If-None-Match": headers["ETag"]}))[:2] == (304, b"")
    await manager.do(f"DELETE /reference/picture/{name}")
    assert (await fetch(web, name))[0] == 404


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"GIF89a",
        b"RIFF\x10\0\0\0WAVE",
        PNG.ljust(PICTURE_BYTES_MAX + 1),
    ],
)
async def test_what_is_no_picture_is_refused(web: WebShop, data: bytes):
    """Other kinds, scripts and what is too big are refused and not written."""
    manager = await web.till("3001")
    seq = (await manager.get("/health"))["seq"]
    where, body = sent(data)
    assert (await manager.refused(where, body))[0] == 400
    assert (await manager.get("/health"))["seq"] == seq


async def test_a_picture_bears_its_own_hash(web: WebShop):
    """A picture under another hash, or of text that is no base64, is refused; a cashier and a chain's shop may not."""
    manager, cashier = await web.till("3001"), await web.till()
    where, body = sent(PNG)
    assert (await manager.refused(sent(JPEG)[0], body))[1] == "bad_picture"
    for data in ("!!!!", "a", "AAAA\n", "=", 5):
        assert (await manager.refused(where, {"data": data}))[0] == 400
    assert (await cashier.refused(where, body))[:2] == (403, "forbidden")
    await web.enrol()
    assert (await manager.refused(where, body))[:2] == (403, "managed_by_hq")


@pytest.mark.parametrize("name", ["0" * 64, "0" * 63, "A" * 64, "..%2f..%2fedge.db", "0" * 64 + "%0a", "%00"])
async def test_what_is_not_here(web: WebShop, name: str):
    """Whatever is asked for and is no picture here is not found."""
    assert (await fetch(web, name))[0] == 404


async def test_pictures_stay_out_of_the_price_book(web: WebShop, monkeypatch: pytest.MonkeyPatch):
    """A chain's pictures arrive as rows; prices are read without them, and with all rows around them."""
    row = picture_of(PNG)
    for key in (f"picture:{row.hash}", "pictur:x", "picture;x"):
        web.direct(put, key, bodies.encode(row))
    read: list[str] = []
    decode = bodies.decode_row
    monkeypatch.setattr(bodies, "decode_row", lambda key, body: read.append(key) or decode(key, body))
    web.deps.books.forget()
    till = await web.till()
    assert len((await till.get("/products"))["products"]) == 5
    assert {"pictur:x", "picture;x", "product:naicha", "tier:gold", "staff:1001"} <= set(read)
    assert not [key for key in read if key.startswith("picture:")]
    assert (await fetch(web, row.hash))[:2] == (200, PNG)
