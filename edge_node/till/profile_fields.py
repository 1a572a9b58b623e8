"""Fields of a member's profile as a till may write them: the built-in ones, the chain's own (``x_<name>``), a photo."""

import base64
import binascii
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date

from commerce.checks import check_text
from edge_node import limits
from edge_node.errors import Code, MendInputError
from edge_node.ledger.hashes import normal_phone
from edge_node.ledger.till_settings import CustomField

EDITABLE = frozenset({"name", "phone", "gender", "birthday", "email", "address", "tags", "note"})
"""The built-in fields; cards and passwords have acts of their own."""

PHOTO = "photo"
_OWN = "x_"
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,3})?")


def checked(custom: Sequence[CustomField], fields: Mapping[str, str], *, new: bool = False) -> dict[str, str]:
    """Check names, lengths and kinds, and bring values into their one form; `new`: what is required must be there.

    MendInputError ``bad_request`` for a name that is no field, ``field_needed``, ``bad_field`` (with the label),
    ``bad_phone``, ``bad_photo``; commerce InputError ``bad_text``.
    """
    known = {_OWN + field.name: field for field in custom if field.shown}
    if not 1 <= len(fields) <= limits.PROFILE_FIELDS or not fields.keys() <= EDITABLE | known.keys() | {PHOTO}:
        raise MendInputError(Code.BAD_REQUEST, field="fields")
    right = {name: _value(name, value, known.get(name)) for name, value in fields.items()}
    for name, field in known.items():
        if field.required and not right.get(name, "" if new else "kept"):
            raise MendInputError(Code.FIELD_NEEDED, field=name, label=field.label)
    return right


def _value(name: str, value: str, field: CustomField | None) -> str:
    """Check one value; "" empties a field."""
    if name == PHOTO:
        return _photo(value)
    longest = limits.NAME if name == "name" else limits.PROFILE_VALUE
    text = check_text(value, name, longest, required=name == "name").strip()
    if not text:
        return ""
    if name == "phone":
        return normal_phone(text)
    if field is None or field.kind == "text":
        return text
    folded = text if field.kind == "choice" else unicodedata.normalize("NFKC", text)
    if not _is_kind(field, folded):
        raise MendInputError(Code.BAD_FIELD, field=name, label=field.label)
    return folded


def _is_kind(field: CustomField, text: str) -> bool:
    """Whether a text is what a field of its kind takes."""
    if field.kind == "choice":
        return text in field.choices
    return _NUMBER.fullmatch(text) is not None if field.kind == "number" else _is_date(text)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _photo(text: str) -> str:
    """Return a photo's base64 if it is a JPEG within bounds, told by its first and last bytes."""
    if not text:
        return ""
    try:
        data = base64.b64decode(text, validate=True) if text.isascii() else b""
    except binascii.Error:
        data = b""
    if len(data) > limits.PHOTO or not (data.startswith(b"\xff\xd8\xff") and data.endswith(b"\xff\xd9")):
        raise MendInputError(Code.BAD_PHOTO, limit=limits.PHOTO)
    return text
