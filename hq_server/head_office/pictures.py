"""Pictures of products and idle screens: kept by the hash of their bytes, so one picture lies here once."""

from typing import NamedTuple

from commerce.pictures import picture_of
from commerce.reference import CHAIN_FEED, PictureRow
from hq_server.errors import Code, InputError, RefusedError
from hq_server.head_office import catalogue, limits
from hq_server.head_office.act import Act
from hq_server.storage.database import Connection


class Kept(NamedTuple):
    """A picture as it is listed: ``size`` in bytes."""

    hash: str
    kind: str
    size: int


def put(conn: Connection, act: Act, data: bytes) -> Kept:
    """Keep a picture and have it distributed; the same bytes again change nothing.

    InputError of commerce: ``picture_too_big``, ``bad_picture``; ``bad_value`` when there are too many.
    """
    row = picture_of(data)
    if not exists(conn, row.hash):
        query = "SELECT count(*) FROM reference WHERE feed = ? AND key > 'picture:' AND key < 'picture;'"
        (count,) = conn.execute(query, (CHAIN_FEED,)).fetchone()
        if count >= limits.PICTURES:
            raise InputError(Code.BAD_VALUE, field="data", limit=limits.PICTURES)
        catalogue.put(conn, act, "", row)
    return _kept(row)


def exists(conn: Connection, name: str) -> bool:
    """Whether a picture of that hash is kept."""
    query = "SELECT 1 FROM reference WHERE feed = ? AND key = ?"
    return conn.execute(query, (CHAIN_FEED, f"picture:{name}")).fetchone() is not None


def get(conn: Connection, name: str) -> PictureRow:
    """Return a picture with its bytes; InputError ``unknown_row``."""
    row: PictureRow = catalogue.get(conn, "", f"picture:{name}")
    return row


def page(conn: Connection, after: str, limit: int) -> list[Kept]:
    """Return pictures by hash, after `after`."""
    return [_kept(row) for row in catalogue.page(conn, "", "picture", after, limit)]


def drop(conn: Connection, act: Act, name: str) -> None:
    """Take a picture away; RefusedError ``picture_used`` while a product or the idle screen names it.

    InputError ``unknown_row``.
    """
    wanted = name.encode()
    query = "SELECT 1 FROM reference WHERE feed = ? AND key > ? AND key < ? AND instr(body, ?) > 0 LIMIT 1"
    for kind in ("product", "setting"):
        if conn.execute(query, (CHAIN_FEED, f"{kind}:", f"{kind};", wanted)).fetchone() is not None:
            raise RefusedError(Code.PICTURE_USED)
    catalogue.drop(conn, act, "", f"picture:{name}")


def _kept(row: PictureRow) -> Kept:
    return Kept(row.hash, row.kind, len(row.data))
