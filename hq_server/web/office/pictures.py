"""Pictures of products and idle screens, by the hash of their bytes."""

from typing import Annotated, Any

import msgspec

from commerce.limits import PICTURE_BYTES_MAX
from foundation.http_api.route import Call
from foundation.http_api.show import show, show_all
from hq_server.head_office import limits, pictures
from hq_server.web.office.catalogue import Limit
from hq_server.web.office.work import GOODS, SEE, Done, Work, route

HASH = r"^[0-9a-f]{64}$"
Data = Annotated[bytes, msgspec.Meta(min_length=1, max_length=PICTURE_BYTES_MAX)]


class PictureQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the page begins (the last hash of the one before) and how many."""

    after: Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{64})?$")] = ""
    limit: Limit = limits.PAGE


class Picture(msgspec.Struct, frozen=True):
    """A picture that is kept: SHA-256 of its bytes, png, jpeg or webp, and its size in bytes."""

    hash: str
    kind: str
    size: int


class Pictures(msgspec.Struct, frozen=True):
    """A page of pictures; ``next``: what to ask for after, "" at the end."""

    pictures: list[Picture]
    next: str = ""


class PictureBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The bytes of a PNG, JPEG or WebP, in base64."""

    data: Data


class PictureData(msgspec.Struct, frozen=True):
    """A picture with its bytes, in base64."""

    hash: str
    kind: str
    data: bytes


def list_pictures(work: Work, call: Call) -> Pictures:
    """Pictures by hash."""
    query: PictureQuery = call.query
    found = show_all(pictures.page(work.conn, query.after, query.limit), Picture)
    return Pictures(found, found[-1].hash if len(found) == query.limit else "")


def get_picture(work: Work, call: Call) -> PictureData:
    """One picture."""
    row = pictures.get(work.conn, call.params["hash"])
    return PictureData(row.hash, row.kind, row.data)


def put_picture(work: Work, call: Call) -> Picture:
    """Keep a picture; its hash is what a product or the idle screen names it by."""
    return show(pictures.put(work.conn, work.act(call), call.body.data), Picture)


def drop_picture(work: Work, call: Call) -> Done:
    """Take a picture away that nothing shows any more."""
    pictures.drop(work.conn, work.act(call), call.params["hash"])
    return Done()


_HASH: dict[str, Any] = {"params": {"hash": HASH}}

ROUTES = (
    route("GET /pictures", "listPictures", "Pictures", Pictures, list_pictures, query=PictureQuery, roles=SEE),
    route("PUT /pictures", "putPicture", "Keep a picture", Picture, put_picture, body=PictureBody, roles=GOODS),
    route("GET /pictures/{hash}", "getPicture", "One picture", PictureData, get_picture, roles=SEE, **_HASH),
    route("DELETE /pictures/{hash}", "dropPicture", "Take one away", Done, drop_picture, roles=GOODS, **_HASH),
)
