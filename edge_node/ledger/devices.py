"""The shop's devices as rows: what was found or typed in, who was taken into use, and which work each does.

A device is known by its identity wherever it is plugged in; its id comes from the identity, so that what was forgotten
and is found again is the same device. Whether driver and options make sense is checked where drivers are known
(``web.devices``, ``devices``), not here.
"""

import hashlib
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

import msgspec

from commerce.checks import check_text
from edge_node import limits
from edge_node.errors import Code, MendInputError
from edge_node.ledger import device_roles
from edge_node.storage.database import Connection

HAND = "hand"
"""``found_by`` of what a person typed in: its address stays as typed."""

NETWORK = "mdns"
"""``found_by`` of what anybody in the shop's network may announce."""

LAST = limits.DEVICES
"""A rank behind all others."""

Options = Mapping[str, int | str]


class Found(NamedTuple):
    """What discovery saw. ``driver`` "": nobody knows how to speak with it; ``found_by``: usb, serial, mdns or so."""

    identity: str
    driver: str
    options: Options
    address: str
    name: str
    found_by: str


class Duty(NamedTuple):
    """Work for one till ("": for every till). ``rank`` 0 does it, the next one when that cannot."""

    role: str
    till: str = ""
    rank: int = LAST


class Setup(NamedTuple):
    """How a person takes a device into use."""

    name: str
    driver: str
    options: Options
    duties: tuple[Duty, ...]


class Known(NamedTuple):
    """One device. ``state``: offered | accepted | ignored; ``address`` "": not plugged in now. Times in ms."""

    device: bytes
    identity: str
    state: str
    driver: str
    options: dict[str, int | str]
    address: str
    name: str
    found_by: str
    found_at: int
    seen_at: int


class DutyOf(NamedTuple):
    """Which device does which work."""

    role: str
    till: str
    rank: int
    device: bytes


_ROW = "SELECT device, identity, state, driver, options, address, name, found_by, found_at, seen_at FROM devices"
_LOCAL = ("serial:", "usb:")
"""Lines that end at one plug: what is there now is the only thing there."""


def found(conn: Connection, find: Found, now: int) -> bool:
    """Note that a thing is there, and where; return whether it is new, has moved, or was taken into use by a rule.

    InputError ``bad_text`` for an identity or an address that cannot be one. A new thing beyond
    ``limits.DEVICES`` takes the place of another offer or is passed over (``_make_room``). What a person has typed in
    stays where it was typed in, whatever is announced under its name.
    """
    find = _checked(find)
    row = conn.execute(f"{_ROW} WHERE identity = ?", (find.identity,)).fetchone()
    if (
        row is None
        and conn.execute("SELECT 1 FROM devices WHERE address = ? AND found_by = ?", (find.address, HAND)).fetchone()
    ):
        return False  # somebody typed this very address in: it is the same thing
    if find.address.startswith(_LOCAL):
        _leave_place(conn, find, now)
    if row is None:
        if not _make_room(conn, find.found_by):
            return False
        _insert(conn, device_id(find.identity), "offered", find, now)
        _apply_rules(conn, find)
        return True
    known = _known(row)
    if known.found_by == HAND:
        return False
    moved = known.address != find.address
    learned = known.state == "offered" and not known.driver and bool(find.driver)
    if moved or now - known.seen_at >= limits.DEVICE_SEEN_MS:
        conn.execute(
            "UPDATE devices SET address = ?, seen_at = ? WHERE identity = ?", (find.address, now, find.identity)
        )
    if learned:
        conn.execute(
            "UPDATE devices SET driver = ?, options = ? WHERE identity = ?",
            (find.driver, _options(find.options), find.identity),
        )
    ruled = known.state == "offered" and _apply_rules(conn, find)
    return (moved and known.state != "ignored") or learned or ruled


def gone(conn: Connection, identity: str, now: int) -> bool:
    """Note that a thing is not there any more; return whether that changed something.

    An offer ends. A device in use loses its plug, so that nothing is sent to what is plugged in there next; one on the
    network keeps its address, for announcements come and go while the device stays.
    """
    ended = conn.execute("DELETE FROM devices WHERE identity = ? AND state = 'offered'", (identity,))
    if ended.rowcount:
        return True
    left = conn.execute(
        "UPDATE devices SET address = '', seen_at = ? WHERE identity = ? AND found_by <> ?"
        " AND (address LIKE 'serial:%' OR address LIKE 'usb:%')",
        (now, identity, HAND),
    )
    return bool(left.rowcount)


def listed(conn: Connection, state: str | None = None) -> tuple[Known, ...]:
    """List the devices of a state, or all, the oldest first."""
    rows = conn.execute(f"{_ROW} WHERE ?1 IS NULL OR state = ?1 ORDER BY found_at, device", (state,))
    return tuple(_known(row) for row in rows.fetchall())


def get(conn: Connection, device: bytes) -> Known:
    """Return a device; MendInputError ``unknown_device``."""
    row = conn.execute(f"{_ROW} WHERE device = ?", (device,)).fetchone()
    if row is None:
        raise MendInputError(Code.UNKNOWN_DEVICE)
    return _known(row)


def decided(conn: Connection, identity: str) -> bool:
    """Whether somebody has decided about this thing: it is accepted or ignored."""
    row = conn.execute("SELECT state FROM devices WHERE identity = ?", (identity,)).fetchone()
    return row is not None and row[0] != "offered"


def duties(conn: Connection) -> tuple[DutyOf, ...]:
    """List who does what, the first choice of each first."""
    rows = conn.execute("SELECT role, till, rank, device FROM device_roles ORDER BY role, till, rank")
    return tuple(DutyOf(*row) for row in rows.fetchall())


def accept(conn: Connection, device: bytes, setup: Setup) -> Known:
    """Take a device into use, or change one that is; MendInputError ``unknown_device``, InputError ``bad_text``."""
    get(conn, device)
    conn.execute(
        "UPDATE devices SET state = 'accepted', name = ?, driver = ?, options = ? WHERE device = ?",
        (_name(setup.name), setup.driver, _options(setup.options), device),
    )
    set_duties(conn, device, setup.duties)
    return get(conn, device)


def add(conn: Connection, device: bytes, address: str, setup: Setup, now: int) -> Known:
    """Take what somebody typed in into use; `device`: a fresh id. A device known at that address is taken itself.

    Of the network it then stays there: who types an address in trusts no announcement.
    MendInputError ``too_many`` when there are ``limits.DEVICES``.
    """
    check_text(address, "address", limits.DEVICE_ADDRESS, required=True)
    there = conn.execute("SELECT device FROM devices WHERE address = ?", (address,)).fetchone()
    if there is None:
        if not _make_room(conn, HAND):
            raise MendInputError(Code.TOO_MANY, limit=limits.DEVICES)
        identity = f"{HAND}:{device.hex()}"
        find = Found(identity, setup.driver, setup.options, address, setup.name, HAND)
        _insert(conn, device, "accepted", find, now)
    elif not address.startswith(_LOCAL):
        conn.execute("UPDATE devices SET found_by = ? WHERE device = ?", (HAND, there[0]))
    return accept(conn, there[0] if there else device, setup)


def ignore(conn: Connection, device: bytes) -> None:
    """Never offer it again, and use it no more; MendInputError ``unknown_device``."""
    get(conn, device)
    set_duties(conn, device, ())
    conn.execute("UPDATE devices SET state = 'ignored' WHERE device = ?", (device,))


def forget(conn: Connection, device: bytes) -> None:
    """Know nothing of it any more; found again it is offered again. MendInputError ``unknown_device``."""
    get(conn, device)
    set_duties(conn, device, ())
    conn.execute("DELETE FROM devices WHERE device = ?", (device,))


def set_duties(conn: Connection, device: bytes, wanted: Sequence[Duty]) -> None:
    """Give a device exactly these duties; others of the same role move down or close up."""
    if len(wanted) > limits.DUTIES:
        raise MendInputError(Code.TOO_MANY, limit=limits.DUTIES)
    new = {(duty.role, duty.till): duty.rank for duty in wanted}
    had = conn.execute("SELECT role, till FROM device_roles WHERE device = ?", (device,)).fetchall()
    for role, till in {*had, *new}:
        rows = conn.execute("SELECT device FROM device_roles WHERE role = ? AND till = ? ORDER BY rank", (role, till))
        line = [row[0] for row in rows.fetchall() if row[0] != device]
        if (role, till) in new:
            line.insert(new[role, till], device)
        conn.execute("DELETE FROM device_roles WHERE role = ? AND till = ?", (role, till))
        conn.executemany(
            "INSERT INTO device_roles VALUES (?, ?, ?, ?)", [(role, till, rank, one) for rank, one in enumerate(line)]
        )


def device_id(identity: str) -> bytes:
    """Return the id of a found device."""
    return hashlib.sha256(b"stayopen/1 device" + identity.encode()).digest()[:16]


def _apply_rules(conn: Connection, find: Found) -> bool:
    """Take an offered device into use if a rule of the chain says so."""
    if not find.driver:
        return False
    wanted = [
        Duty(rule.role, rule.till)
        for rule in device_roles.rules(conn)
        if fnmatchcase(find.identity, rule.match) or fnmatchcase(find.driver, rule.match)
    ]
    if wanted:
        setup = Setup(find.name, find.driver, find.options, tuple(wanted[: limits.DUTIES]))
        accept(conn, device_id(find.identity), setup)
    return bool(wanted)


def _leave_place(conn: Connection, find: Found, now: int) -> None:
    """Whatever else was at this plug is there no more."""
    others = conn.execute(
        "SELECT identity FROM devices WHERE address = ? AND identity <> ?", (find.address, find.identity)
    )
    for (identity,) in others.fetchall():
        gone(conn, identity, now)


def _make_room(conn: Connection, found_by: str) -> bool:
    """See that one more fits: the network's offer seen longest ago gives way to what is plugged in or typed in.

    To what is announced nothing does: a flood of announcements would drive out what is there, again and again.
    """
    (count,) = conn.execute("SELECT count(*) FROM devices").fetchone()
    if count < limits.DEVICES:
        return True
    if found_by == NETWORK:
        return False
    ended = conn.execute(
        "DELETE FROM devices WHERE device = (SELECT device FROM devices WHERE state = 'offered'"
        " ORDER BY found_by <> ?, seen_at, device LIMIT 1)",
        (NETWORK,),
    )
    return bool(ended.rowcount)


def _insert(conn: Connection, device: bytes, state: str, find: Found, now: int) -> None:
    conn.execute(
        "INSERT INTO devices VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            device,
            find.identity,
            state,
            find.driver,
            _options(find.options),
            find.address,
            find.name,
            find.found_by,
            now,
            now,
        ),
    )


def _checked(find: Found) -> Found:
    """Check what names it; what it calls itself is cut to a name, for that comes from the network."""
    check_text(find.identity, "identity", limits.DEVICE_ADDRESS, required=True)
    check_text(find.address, "address", limits.DEVICE_ADDRESS, required=True)
    check_text(find.driver, "driver", limits.DEVICE_NAME)
    check_text(find.found_by, "found_by", limits.DEVICE_NAME, required=True)
    name = "".join(char for char in find.name if char.isprintable()).strip()[: limits.DEVICE_NAME]
    return find._replace(name=name or find.driver or find.address[: limits.DEVICE_NAME])


def _name(name: str) -> str:
    return check_text(name, "name", limits.DEVICE_NAME, required=True).strip()


def _options(options: Options) -> str:
    """Write options as JSON; MendInputError ``too_large``."""
    text = msgspec.json.encode(dict(options), order="sorted").decode()
    if len(text) > limits.DEVICE_OPTIONS:
        raise MendInputError(Code.TOO_LARGE, limit=limits.DEVICE_OPTIONS)
    return text


_OPTIONS = msgspec.json.Decoder(dict[str, int | str])


def _known(row: Any) -> Known:  # noqa: ANN401 - a row of the driver
    device, identity, state, driver, options, *rest = row
    return Known(device, identity, state, driver, _OPTIONS.decode(options), *rest)
