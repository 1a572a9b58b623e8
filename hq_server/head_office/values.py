"""Checks of single values that people type at head office."""

from datetime import date

from hq_server.errors import Code, InputError


def text(value: str, field: str, most: int, *, required: bool = False) -> str:
    """Return printable text of at most `most` characters, else InputError ``bad_value`` naming the field."""
    if len(value) > most or not value.isprintable() or (required and not value.strip()):
        raise InputError(Code.BAD_VALUE, field=field, limit=most)
    return value


def day(value: str, field: str) -> str:
    """Return a business date 'YYYY-MM-DD' that exists, else InputError ``bad_value`` naming the field."""
    try:
        parsed = date.fromisoformat(value)
    except ValueError:
        raise InputError(Code.BAD_VALUE, field=field) from None
    if parsed.isoformat() != value:
        raise InputError(Code.BAD_VALUE, field=field)
    return value
