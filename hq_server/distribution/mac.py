"""HQ's MAC on rights rows: shown back to an HQ that was restored from a backup, they prove what it granted.

The key lies in the keystore, outside the database, so that whoever can write the database cannot make such rows.
"""

import hmac
from dataclasses import replace

import msgspec

from commerce.lots import plain_terms
from commerce.reference import RightsRow

_ENCODER = msgspec.msgpack.Encoder(order="sorted")
_LABEL = b"stayopen/1 rights row"


def sealed(row: RightsRow, key: bytes) -> RightsRow:
    """Return the row with its MAC (HMAC-SHA256 over its canonical bytes with an empty MAC)."""
    return replace(row, mac=_digest(row, key))


def genuine(row: RightsRow, key: bytes) -> bool:
    """Tell whether HQ wrote this row."""
    return hmac.compare_digest(row.mac, _digest(row, key))


def _digest(row: RightsRow, key: bytes) -> bytes:
    return hmac.digest(key, _LABEL + _ENCODER.encode(_unsealed(row)), "sha256")


def _unsealed(row: RightsRow) -> RightsRow:
    """Return what is sealed."""
    return replace(row, mac=b"", terms=plain_terms(row.terms))  # type: ignore[arg-type]  # encoded only
