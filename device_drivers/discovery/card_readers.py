"""Card readers of PC/SC, by the names that pyscard gives them; none where that optional extra is not installed."""

from collections.abc import Callable, Iterable
from importlib.util import find_spec

from device_drivers.discovery import limits
from device_drivers.discovery.things import Thing, plain

_INSTALLED = find_spec("smartcard") is not None


def card_readers(readers: Callable[[], Iterable[object]] | None = None) -> tuple[Thing, ...]:
    """List the readers; `readers`: pyscard's ``smartcard.System.readers``. Never raises: no service is no reader."""
    if readers is None:
        if not _INSTALLED:
            return ()
        from smartcard.System import readers as system  # noqa: PLC0415 - an optional extra

        readers = system
    try:
        names = sorted({plain(str(reader), limits.IDENTITY - 5) for reader in readers()})
    except Exception:  # pyscard's errors changed with its versions
        return ()
    return tuple(Thing(f"pcsc:{name}", f"pcsc:{name}", name, "pcsc") for name in names[: limits.THINGS] if name)
