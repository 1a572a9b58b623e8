"""Pictures of products and idle screens, by the hash of their bytes; a shop that stands alone puts them in itself.

Serving needs no sign-in: an image element sends none, and whoever knows the hash of a picture has seen it. The same
hash is the same picture for ever, so a browser asks once.
"""

import base64
import binascii
import re
from typing import Annotated

from aiohttp import web
from msgspec import Meta

from commerce.errors import InputError
from commerce.limits import PICTURE_BYTES_MAX
from commerce.pictures import picture_kind, picture_of
from commerce.reference import CHAIN_FEED, PictureRow
from edge_node.errors import Code, MendInputError
from edge_node.ledger import bodies
from edge_node.storage.database import Connection
from edge_node.web.fields import Body
from edge_node.web.ports import Deps
from edge_node.web.reference import write
from edge_node.web.work import MANAGER, PREFIX, Nothing, Work, act
from foundation.http_api.pages import KEPT
from foundation.http_api.problem import ApiError
from foundation.http_api.route import Call

HASH = r"^[0-9a-f]{64}$"
_BASE64 = (PICTURE_BYTES_MAX + 2) // 3 * 4


class PictureBody(Body):
    """A picture's bytes as base64: PNG, JPEG or WebP, told by the first bytes."""

    data: Annotated[str, Meta(max_length=_BASE64, pattern=r"^[A-Za-z0-9+/]*={0,2}\Z")]


def install(app: web.Application, deps: Deps) -> None:
    """Add the route that serves pictures: its answer is the picture itself."""

    async def handler(request: web.Request) -> web.Response:
        name = request.match_info["hash"]
        if re.fullmatch(HASH, name) is None:
            raise ApiError("not_found")
        if request.headers.get("If-None-Match") == f'"{name}"':
            return web.Response(status=304, headers=_headers(name))
        found = await deps.database.read(find, name)
        if found is None:
            raise ApiError("not_found")
        return web.Response(body=found, content_type=f"image/{picture_kind(found)}", headers=_headers(name))

    app.router.add_get(f"{PREFIX}/pictures/{{hash}}", handler)


def _headers(name: str) -> dict[str, str]:
    return {"Cache-Control": KEPT, "ETag": f'"{name}"', "Cross-Origin-Resource-Policy": "same-origin"}


def find(conn: Connection, name: str) -> bytes | None:
    """Return a picture's bytes by their hash; None when it is not here."""
    query = "SELECT body FROM reference WHERE feed = ? AND key = ?"
    row = conn.execute(query, (CHAIN_FEED, f"picture:{name}")).fetchone()
    return None if row is None else bodies.decode(PictureRow, row[0]).data


def _put(work: Work, call: Call) -> Nothing:
    body: PictureBody = call.body
    try:
        data = base64.b64decode(body.data, validate=True)
    except binascii.Error:
        raise MendInputError(Code.BAD_REQUEST, field="data") from None
    row = picture_of(data)
    if row.hash != call.params["hash"]:
        raise InputError("bad_picture", field="hash")
    return write(work, call, row)


ROUTES = (
    act(
        "PUT /reference/pictures/{hash}",
        "putPicture",
        "Put a picture in, by the SHA-256 of its bytes; GET /pictures/{hash} serves it",
        Nothing,
        _put,
        body=PictureBody,
        roles=MANAGER,
        params={"hash": HASH},
    ),
)
