"""The shop's devices: what is there, what was found, who does which work. For the till and the console alike.

What waits for a device itself (trying it out, a weight) is in ``device_acts``; nothing here does.
"""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from device_drivers import address as addresses
from device_drivers import registry
from device_drivers.errors import Code as DeviceCode
from device_drivers.errors import DeviceError, StopError
from device_drivers.interfaces.device import Kind
from device_drivers.supported import Supported, complete
from edge_node import limits
from edge_node.devices import roles
from edge_node.devices.health import State
from edge_node.errors import Code, MendInputError
from edge_node.ledger import devices
from edge_node.ledger.device_roles import Role
from edge_node.ledger.devices import LAST, Duty, DutyOf, Known, Setup
from edge_node.web.fields import TILL, Body
from edge_node.web.words import ERRORS
from edge_node.web.work import MANAGER, Nothing, Work, act, read
from foundation.http_api.problem import ApiError, Problem, language_of, tell
from foundation.http_api.route import Call, Id

Value = int | Annotated[str, Meta(max_length=64)]
Options = Annotated[dict[Annotated[str, Meta(max_length=32)], Value], Meta(max_length=16)]
DeviceName = Annotated[str, Meta(min_length=1, max_length=limits.DEVICE_NAME)]
Driver = Annotated[str, Meta(min_length=1, max_length=limits.DEVICE_NAME)]
Address = Annotated[str, Meta(min_length=5, max_length=limits.DEVICE_ADDRESS, description="tcp://…, serial:…, usb:…")]
TillOrAll = Annotated[str, Meta(pattern=rf"{TILL}|^$", description='"": every till')]

LINES_ALWAYS = frozenset({"memory"})
"""Lines within the program: any driver can be tried on them."""


class DutyBody(Body):
    """Work for a till. ``rank`` 0: the first choice; left out: behind the others."""

    role: Role
    till: TillOrAll = ""
    rank: Annotated[int, Meta(ge=0, le=LAST)] = LAST


Duties = Annotated[list[DutyBody], Meta(max_length=limits.DUTIES)]


class SetupBody(Body):
    """How a device is used; what is left out stays as it is, or is as found.

    ``roles`` left out at the first time: all that this kind of device can do, for every till.
    """

    name: DeviceName | None = None
    driver: Driver | None = None
    options: Options | None = None
    roles: Duties | None = None


class AddBody(Body):
    """A device that cannot be found by itself; ``roles`` as in a setup."""

    address: Address
    driver: Driver
    name: DeviceName | None = None
    options: Options | None = None
    roles: Duties | None = None


class DutyRow(msgspec.Struct, frozen=True):
    """Work that a device does. ``till`` "": for every till."""

    role: str
    till: str
    rank: int


class HealthAnswer(msgspec.Struct, frozen=True):
    """How a device is. ``told`` says the trouble in words; ``since``, ``checked_at``: ms, 0 never."""

    ready: bool
    trouble: str
    warning: str
    since: int
    checked_at: int
    told: Problem | None


class DeviceAnswer(msgspec.Struct, frozen=True):
    """A device. ``state``: offered | accepted | ignored; ``driver`` "": choose one; ``address`` "": not plugged in.

    ``kind`` "" while nobody knows; ``title``: the driver's, in words; ``health`` of accepted ones alone.
    """

    device: Id
    state: str
    name: str
    driver: str
    kind: str
    title: str
    options: dict[str, int | str]
    address: str
    identity: str
    found_by: str
    found_at: int
    seen_at: int
    roles: list[DutyRow]
    health: HealthAnswer | None


class DeviceList(msgspec.Struct, frozen=True):
    """All devices, by their state; the oldest first."""

    accepted: list[DeviceAnswer]
    offered: list[DeviceAnswer]
    ignored: list[DeviceAnswer]


class OptionAnswer(msgspec.Struct, frozen=True):
    """One thing that can be set: one of ``choices``, or without any an integer from ``low`` to ``high``."""

    name: str
    default: int | str
    choices: list[int | str]
    low: int
    high: int


class DriverAnswer(msgspec.Struct, frozen=True):
    """One supported driver. ``lines``: what it can be reached by; ``roles``: work it can do; ``manual``: its source."""

    driver: str
    kind: str
    title: str
    lines: list[str]
    models: list[str]
    manual: str
    roles: list[str]
    options: list[OptionAnswer]


class DriverList(msgspec.Struct, frozen=True):
    """All that is supported, by kind."""

    drivers: list[DriverAnswer]


class PastReading(msgspec.Struct, frozen=True):
    """One recent reading. ``type``: scan | weight | card; ``text``: a code, grams, or a card's masked number."""

    at: int
    type: str
    text: str
    stable: bool


class ReadingList(msgspec.Struct, frozen=True):
    """What a device read lately, the newest first; forgotten when the program stops."""

    readings: list[PastReading]


def health_of(state: State, accept: str) -> HealthAnswer:
    """Say how a device is, its trouble in the asker's language."""
    told = tell(ERRORS, ApiError(state.trouble), accept)[1] if state.trouble else None
    return HealthAnswer(state.ready, state.trouble, state.warning, state.since, state.checked_at, told)


def supported(driver: str) -> Supported | None:
    """Return a driver's entry; None of one that this version does not have, or that nobody chose yet."""
    try:
        return registry.by_name(driver)
    except DeviceError:
        return None


def _answer(work: Work, call: Call, known: Known, duties: Sequence[DutyOf]) -> DeviceAnswer:
    driver, watched = supported(known.driver), work.deps.devices
    state = watched.state(known.device) if watched is not None else State()
    return DeviceAnswer(
        known.device.hex(),
        known.state,
        known.name,
        known.driver,
        driver.kind.value if driver else "",
        _title(driver, call.accept) if driver else "",
        dict(known.options),
        known.address,
        known.identity,
        known.found_by,
        known.found_at,
        known.seen_at,
        [DutyRow(duty.role, duty.till, duty.rank) for duty in duties if duty.device == known.device],
        health_of(state, call.accept) if known.state == "accepted" else None,
    )


def _title(driver: Supported, accept: str) -> str:
    return driver.title[1 if language_of(accept) == "en" else 0]


def _list(work: Work, call: Call) -> DeviceList:
    duties, known = devices.duties(work.conn), devices.listed(work.conn)
    answers = [_answer(work, call, one, duties) for one in known]
    return DeviceList(*([one for one in answers if one.state == state] for state in ("accepted", "offered", "ignored")))


def _drivers(work: Work, call: Call) -> DriverList:
    _ = work
    return DriverList(
        [
            DriverAnswer(
                one.driver,
                one.kind.value,
                _title(one, call.accept),
                list(one.lines),
                list(one.models),
                one.manual,
                [role.value for role in roles.of_kind(one.kind)],
                [
                    OptionAnswer(option.name, option.default, list(option.choices), option.low, option.high)
                    for option in one.options
                ],
            )
            for one in registry.SUPPORTED
        ]
    )


def _readings(work: Work, call: Call) -> ReadingList:
    device = devices.get(work.conn, call.id("device")).device
    watched = work.deps.devices
    past = watched.readings(device) if watched is not None else ()
    return ReadingList([PastReading(*one) for one in past])


def _accept(work: Work, call: Call) -> DeviceAnswer:
    known = devices.get(work.conn, call.id("device"))
    setup = _setup(work, known, call.body)
    return _changed(work, call, devices.accept(work.conn, known.device, setup))


def _change(work: Work, call: Call) -> DeviceAnswer:
    known = devices.get(work.conn, call.id("device"))
    if known.state != "accepted":
        raise MendInputError(Code.UNKNOWN_DEVICE)
    return _changed(work, call, devices.accept(work.conn, known.device, _setup(work, known, call.body)))


def _add(work: Work, call: Call) -> DeviceAnswer:
    body: AddBody = call.body
    where = str(addresses.parse(body.address))
    blank = Known(b"", "", "", body.driver, {}, where, body.name or where[: limits.DEVICE_NAME], devices.HAND, 0, 0)
    device = work.deps.runtime.new_id()
    return _changed(work, call, devices.add(work.conn, device, where, _setup(work, blank, body), call.now))


def _ignore(work: Work, call: Call) -> Nothing:
    devices.ignore(work.conn, call.id("device"))
    _tell(work, call.params["device"], "ignored")
    return Nothing()


def _forget(work: Work, call: Call) -> Nothing:
    devices.forget(work.conn, call.id("device"))
    _tell(work, call.params["device"], "forgotten")
    return Nothing()


def _setup(work: Work, known: Known, body: SetupBody | AddBody) -> Setup:
    """Check a setup against its driver; DeviceError ``not_supported``, ``bad_option``, ``bad_address``."""
    driver = registry.by_name(body.driver or known.driver)
    options = body.options
    if options is None:
        options = known.options if driver.driver == known.driver else {}
    complete(driver, options)
    line = addresses.parse(known.address).line if known.address else ""
    if line and line not in {*driver.lines, *LINES_ALWAYS}:
        raise StopError(DeviceCode.BAD_ADDRESS, driver=driver.driver, line=line)
    return Setup(body.name or known.name, driver.driver, options, _duties(work, known, driver.kind, body.roles))


def _duties(work: Work, known: Known, kind: Kind, wanted: list[DutyBody] | None) -> tuple[Duty, ...]:
    """Return the work that was asked for, or that it has, or that its kind can do; MendInputError ``role_unfit``."""
    can = roles.of_kind(kind)
    if wanted is None:
        has = [Duty(*duty[:3]) for duty in devices.duties(work.conn) if duty.device == known.device]
        kept = tuple(duty for duty in has if duty.role in can)
        return kept if known.state == "accepted" else tuple(Duty(role.value) for role in can)
    for duty in wanted:
        if duty.role not in can:
            raise MendInputError(Code.ROLE_UNFIT, role=duty.role.value, kind=kind.value)
    return tuple(Duty(duty.role.value, duty.till, duty.rank) for duty in wanted)


def _changed(work: Work, call: Call, known: Known) -> DeviceAnswer:
    _tell(work, known.device.hex(), known.state)
    return _answer(work, call, known, devices.duties(work.conn))


def _tell(work: Work, device: str, state: str) -> None:
    """Have the manager and the screens look once this is committed."""
    work.devices_changed = True
    work.tell("device", device=device, state=state)


ROUTES = (
    read("/devices", "listDevices", "Devices in use, offered and ignored", DeviceList, _list),
    read("/devices/drivers", "listDrivers", "What is supported, and how it can be set", DriverList, _drivers),
    read("/devices/{device}/readings", "recentReadings", "What a device read lately", ReadingList, _readings),
    act("POST /devices", "addDevice", "Use a device by its address", DeviceAnswer, _add, body=AddBody, roles=MANAGER),
    *(
        act(f"{where} /devices/{{device}}{path}", name, summary, DeviceAnswer, handler, body=SetupBody, roles=MANAGER)
        for where, path, name, summary, handler in (
            ("POST", "/accept", "acceptDevice", "Take a device into use", _accept),
            ("PATCH", "", "changeDevice", "Change a device in use", _change),
        )
    ),
    act("POST /devices/{device}/ignore", "ignoreDevice", "Never offer it again", Nothing, _ignore, roles=MANAGER),
    act("DELETE /devices/{device}", "forgetDevice", "Forget a device", Nothing, _forget, roles=MANAGER),
)
