"""Pictures of products and of idle screens: named by what they are, told apart by their first bytes."""

import re
from hashlib import sha256

from commerce.errors import InputError
from commerce.limits import PICTURE_BYTES_MAX
from commerce.reference import PictureRow

PNG, JPEG, WEBP = "png", "jpeg", "webp"
"""The kinds that every browser shows and that carry no script (an SVG may)."""

_HASH = re.compile(r"[0-9a-f]{64}")
_PNG_MAGIC = b"\x89PNG\r\n\x1a\n"  # ISO/IEC 15948, 5.2
_JPEG_MAGIC = b"\xff\xd8\xff"  # ISO/IEC 10918-1, B.1: start of image, then another marker
_RIFF, _WEBP_MAGIC = b"RIFF", b"WEBP"  # RFC 9649, 2.4: RIFF, four bytes of size, WEBP


def picture_of(data: bytes) -> PictureRow:
    """Return the row of a picture's bytes; InputError ``picture_too_big``, or ``bad_picture``: of no such kind."""
    if len(data) > PICTURE_BYTES_MAX:
        raise InputError("picture_too_big", field="data", limit=PICTURE_BYTES_MAX)
    return PictureRow(sha256(data).hexdigest(), picture_kind(data), data)


def picture_kind(data: bytes) -> str:
    """Tell a picture's kind by its first bytes, whatever anybody says it is; InputError ``bad_picture``."""
    if data.startswith(_PNG_MAGIC):
        return PNG
    if data.startswith(_JPEG_MAGIC):
        return JPEG
    if data.startswith(_RIFF) and data[8:12] == _WEBP_MAGIC:
        return WEBP
    raise InputError("bad_picture", field="data")


def check_picture(row: PictureRow) -> PictureRow:
    """Return a row that is what it says: its hash and kind follow from its bytes; InputError as ``picture_of``."""
    if picture_of(row.data) != row:
        raise InputError("bad_picture", field="hash")
    return row


def check_picture_hash(value: object, what: str) -> str:
    """Return `value` if it can name a picture; else InputError ``bad_code``."""
    if type(value) is not str or _HASH.fullmatch(value) is None:
        raise InputError("bad_code", field=what)
    return value
