"""The chain's own fields of member profiles: designed here, read by tills as the setting ``custom_fields``.

A field's name never changes its meaning once members have values under it; its label, order and choices may. What a
till does not show it does not ask for either.
"""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal

import msgspec

from commerce.checks import check_text
from commerce.reference import SettingRow
from hq_server.errors import Code, InputError
from hq_server.head_office import catalogue
from hq_server.head_office import members_limits as limits
from hq_server.head_office.act import Act
from hq_server.head_office.values import normal_phone
from hq_server.storage.database import Connection

SETTING = "custom_fields"
BUILT_IN = frozenset({"name", "phone", "gender", "birthday", "email", "address", "tags", "note"})
"""Fields that every profile has; cards, photo and password have acts of their own."""

_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,3})?")
_Label = Annotated[str, msgspec.Meta(min_length=1, max_length=limits.DISPLAY)]


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One field (key ``x_<name>`` in a profile). ``choices``: of the kind ``choice`` alone; ``shown``: at tills."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,27}\Z")]
    label: _Label
    kind: Literal["text", "number", "date", "choice"] = "text"
    choices: Annotated[list[_Label], msgspec.Meta(max_length=limits.CUSTOM_CHOICES)] = []
    required: bool = False
    shown: bool = True


class Version(msgspec.Struct, frozen=True):
    """One version of all fields: number, who made it, when (ms)."""

    version: int
    fields: list[Field]
    by: str
    at: int


_DECODER = msgspec.json.Decoder(list[Field])


def read(conn: Connection) -> list[Field]:
    """Return the fields in their order; none where the setting is none that tills could read."""
    try:
        row: SettingRow = catalogue.get(conn, "", f"setting:{SETTING}")
        return _DECODER.decode(row.value)
    except (InputError, msgspec.DecodeError):
        return []


def versions(conn: Connection, limit: int) -> list[Version]:
    """Return what the fields were, newest first."""
    rows = conn.execute("SELECT * FROM member_field_versions ORDER BY version DESC LIMIT ?", (limit,))
    return [Version(version, _DECODER.decode(fields), by, at) for version, fields, by, at in rows]


def put(conn: Connection, act: Act, fields: Sequence[Field], version: int) -> int:
    """Have tills ask for these fields from now on, in this order; return the new version's number.

    `version`: the one that was edited, 0 none. InputError ``bad_value`` naming what is wrong, also when somebody else
    was quicker (``version``).
    """
    (newest,) = conn.execute("SELECT coalesce(max(version), 0) FROM member_field_versions").fetchone()
    if newest != version:
        raise InputError(Code.BAD_VALUE, field="version")
    _check(fields)
    value = json.dumps(msgspec.to_builtins(list(fields)), ensure_ascii=False, separators=(",", ":"))
    catalogue.put(conn, act, "", SettingRow(SETTING, value))
    conn.execute("INSERT INTO member_field_versions VALUES (?, ?, ?, ?)", (newest + 1, value, act.by, act.now))
    return int(newest) + 1


def _check(fields: Sequence[Field]) -> None:
    """Refuse what tills would refuse to read."""
    if len(fields) > limits.CUSTOM_FIELDS or len({field.name for field in fields}) != len(fields):
        raise InputError(Code.BAD_VALUE, field="name", limit=limits.CUSTOM_FIELDS)
    for field in fields:
        for label in (field.label, *field.choices):
            check_text(label, "label", limits.DISPLAY, required=True)
        if (field.kind == "choice") != bool(field.choices) or len(set(field.choices)) != len(field.choices):
            raise InputError(Code.BAD_VALUE, field="choices")


def checked(conn: Connection, values: Mapping[str, str]) -> dict[str, str]:
    """Bring what somebody typed into profile fields into its one form; "" empties a field.

    InputError ``bad_value`` naming the field that is none, or whose value is not of its kind.
    """
    own = {f"x_{field.name}": field for field in read(conn)}
    if not values.keys() <= BUILT_IN | own.keys():
        raise InputError(Code.BAD_VALUE, field="fields")
    return {name: _value(name, value, own.get(name)) for name, value in values.items()}


def _value(name: str, value: str, field: Field | None) -> str:
    longest = limits.DISPLAY if name == "name" else limits.PROFILE_VALUE
    plain = check_text(value, name, longest, required=name == "name").strip()
    if not plain or field is None:
        return normal_phone(plain) if plain and name == "phone" else plain
    if field.kind == "choice":
        right: Any = plain in field.choices
    else:
        plain = plain if field.kind == "text" else unicodedata.normalize("NFKC", plain)
        right = field.kind == "text" or (_NUMBER.fullmatch(plain) if field.kind == "number" else _is_date(plain))
    if not right:
        raise InputError(Code.BAD_VALUE, field=name)
    return plain


def _is_date(plain: str) -> bool:
    try:
        return date.fromisoformat(plain).isoformat() == plain
    except ValueError:
        return False
