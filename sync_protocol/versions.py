"""Protocol versions: which this code speaks. Nothing is negotiated; a version that is not spoken is refused."""

from sync_protocol.errors import HumanError, RefusalCode

PROTOCOL_VERSION = 1
"""Written into every opening, batch header and HELLO."""

SPOKEN = frozenset({1})


def check_version(version: int) -> None:
    """Refuse a version this code does not speak: ``version_unsupported``, a person must update one side."""
    if version not in SPOKEN:
        raise HumanError(RefusalCode.VERSION_UNSUPPORTED, f"protocol version {version} is not spoken here")
