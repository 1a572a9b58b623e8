"""``stayopen devices …``: the shop's hardware, as a running node's API tells it; simulated devices and recordings.

Whoever asks signs in as at a till, with number and PIN. The PIN comes from STAYOPEN_PIN or is asked for: arguments are
shown to every user of a box.
"""

import argparse
import asyncio
import getpass
import os
import sys
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import aiohttp

from device_drivers.paper.label_designs import DESIGNS
from edge_node.runtime import now_ms
from stayopen.demo.client import Json, RefusedError, Till
from stayopen.demo.waiting import TooLateError
from stayopen.device_capture import add_capture_arguments
from stayopen.device_simulate import add_simulate_arguments
from stayopen.output import OK, Parser, Refusal, command, say

URL = "http://127.0.0.1:8080"
STAFF = "1001"
TILL = "console"
TRY_S = 60.0
"""A test page may take 40 s."""
LABELS_S = 600.0
"""200 labels take some minutes."""
PIN = "STAYOPEN_PIN"
_SHORT = 8
"""Digits of an id that a list shows."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the commands of the group."""
    group = parser.add_subparsers(metavar="COMMAND", required=True)
    _node(command(group, "list", "devices in use, offered and ignored, and how they are", _run(_list), as_json=True))
    _node(command(group, "watch", "show what devices read and how they are, until Ctrl-C", _run(_watch), as_json=True))
    test = _add(group, "test", "try a device out: a page, a label, a pulse, a text, a weight", _test)
    test.add_argument("--drawer", action="store_true", help="open the drawer on a printer's port instead of printing")
    test.add_argument("--reason", default="", help="why a drawer is opened; it stands in the log")
    _setup(_add(group, "accept", "take an offered device into use, or change one", _accept))
    add = command(group, "add", "use a device that is not found by itself", _run(_add_device), as_json=True)
    add.add_argument(
        "address", metavar="ADDRESS", help="tcp://192.168.1.50:9100, serial:/dev/ttyUSB0, usb:/dev/usb/lp0"
    )
    _setup(_node(add), driver_needed=True)
    _add(group, "forget", "know nothing of a device any more; found again it is offered again", _forget)
    labels = command(
        group, "labels", "print price or product labels of what the shop sells", _run(_labels), as_json=True
    )
    labels.add_argument("items", metavar="ITEM", nargs="+", help="item numbers of products")
    labels.add_argument("--design", default=DESIGNS[0], choices=DESIGNS, help=f"what is on it (default: {DESIGNS[0]})")
    labels.add_argument("--copies", type=int, default=1, metavar="N", help="labels of each product (default: 1)")
    labels.add_argument("--skip", type=int, default=0, metavar="N", help="so many from the start are printed already")
    _node(labels)
    _node(command(group, "drivers", "what is supported, and how it can be set", _run(_drivers), as_json=True))
    add_simulate_arguments(group)
    add_capture_arguments(group)


def run(args: argparse.Namespace) -> int:
    """Run the command that was chosen; return the exit code."""
    return int(args.act(args))


Work = Callable[[argparse.Namespace, Till], Awaitable[None]]


def _run(work: Work) -> Callable[[argparse.Namespace], int]:
    """Make a command's act of work at a signed-in node."""

    def act(args: argparse.Namespace) -> int:
        pin = os.environ.get(PIN) or getpass.getpass(f"PIN of {args.staff}: ")
        try:
            asyncio.run(_signed_in(args, pin, work))
        except RefusedError as refused:
            message = " ".join(part for part in (refused.message, refused.next, f"[{refused.code}]") if part)
            raise Refusal(message) from None
        except (TooLateError, aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            message = f"no node answers at {args.url} ({type(error).__name__}): `stayopen edge serve` starts one"
            raise Refusal(message) from None
        return OK

    return act


async def _signed_in(args: argparse.Namespace, pin: str, work: Work) -> None:
    """Sign in, do the work, sign out."""
    async with aiohttp.ClientSession(headers={"Accept-Language": "en"}) as http:
        till = Till(http, f"{args.url.rstrip('/')}/api/v1", args.till, (args.staff, pin), patience=0)
        till.try_s = TRY_S
        await till.sign_in()
        try:
            await work(args, till)
        finally:
            await till.wait("POST /sign-out")


def _node(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """The options that say which node, and who asks."""
    parser.add_argument("--url", default=URL, help=f"address of the node (default: {URL})")
    parser.add_argument("--staff", default=STAFF, metavar="NUMBER", help=f"staff number (default: {STAFF})")
    parser.add_argument("--till", default=TILL, help=f"name of the till that asks (default: {TILL})")
    return parser


def _add(group: Parser, name: str, summary: str, work: Work) -> argparse.ArgumentParser:
    """Add a command about one device."""
    made = command(group, name, summary, _run(work), as_json=True)
    made.add_argument("device", metavar="DEVICE", help="its id, the beginning of it, or its name")
    return _node(made)


def _setup(parser: argparse.ArgumentParser, *, driver_needed: bool = False) -> None:
    """The options that say how a device is used."""
    parser.add_argument("--driver", required=driver_needed, help="how to speak with it: `stayopen devices drivers`")
    parser.add_argument("--name", help="what the shop calls it")
    parser.add_argument("--option", action="append", metavar="NAME=VALUE", type=_option, help="one of its options")
    parser.add_argument(
        "--role",
        action="append",
        metavar="ROLE[:TILL[:RANK]]",
        type=_role,
        help="its work, for one till or for all; rank 0 is the first choice (default: all it can do, for all tills)",
    )


def _option(text: str) -> tuple[str, int | str]:
    name, found, value = text.partition("=")
    if not found:
        message = "is written NAME=VALUE"
        raise argparse.ArgumentTypeError(message)
    return name, int(value) if value.removeprefix("-").isdecimal() and value.isascii() else value


def _role(text: str) -> Json:
    role, _, rest = text.partition(":")
    till, _, rank = rest.partition(":")
    made: Json = {"role": role, "till": till}
    if rank:
        if not rank.isdecimal():
            message = "a rank is a number: ROLE:TILL:0"
            raise argparse.ArgumentTypeError(message)
        made["rank"] = int(rank)
    return made


def _body(args: argparse.Namespace) -> Json:
    given = {
        "name": args.name,
        "driver": args.driver,
        "options": dict(args.option) if args.option else None,
        "roles": args.role,
    }
    return {name: value for name, value in given.items() if value is not None}


async def _find(till: Till, wanted: str) -> Json:
    """Find a device by id, by the beginning of its id, or by its name; Refusal when it is none or several."""
    listed = await till.get("/devices")
    rows: list[Json] = [row for state in ("accepted", "offered", "ignored") for row in listed[state]]
    found = [row for row in rows if row["device"].startswith(wanted.lower()) or row["name"] == wanted]
    if len(found) != 1:
        what = "no device is" if not found else f"{len(found)} devices are"
        message = f"{what} called {wanted}: `stayopen devices list` shows their ids"
        raise Refusal(message)
    return found[0]


async def _list(args: argparse.Namespace, till: Till) -> None:
    listed = await till.get("/devices")
    rows = (_row(row) for state in ("accepted", "offered", "ignored") for row in listed[state])
    say(args, listed, "\n".join(rows) or "no device was found yet; `stayopen devices add` takes one by its address")


def _row(row: Json) -> str:
    """One device on a line: id, state or how it is, name, what it is, where, its work."""
    health = row["health"]
    state = row["state"]
    if health is not None:
        state = health["trouble"] or (health["warning"] or "ok" if health["ready"] else "opening")
    work = " ".join(f"{duty['role']}:{duty['till']}".rstrip(":") for duty in row["roles"])
    what = row["driver"] or "driver unknown"
    return "  ".join((row["device"][:_SHORT], f"{state:<16}", row["name"], what, row["address"] or "-", work)).rstrip()


async def _watch(args: argparse.Namespace, till: Till) -> None:
    """Print notices about devices as they come; a screen that is closed ends it."""
    socket = await till.notices()
    try:
        async for message in socket:
            notice: Json = message.json()
            if notice["kind"] in {"device", "reading", "missed"}:
                now = datetime.fromtimestamp(now_ms() / 1000, UTC).astimezone()
                say(args, notice, f"{now:%H:%M:%S} {notice['kind']} {_shown(notice['data'])}")
                sys.stdout.flush()
    finally:
        await socket.close()


def _shown(data: Json) -> str:
    """Write a notice for a terminal: a code may hold what turns text round, a card's number is nobody's to read."""
    if data.get("type") == "card":
        data = {**data, "token": f"…{data['token'][-4:]}"}
    text = " ".join(f"{name}={value}" for name, value in data.items())
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)


async def _test(args: argparse.Namespace, till: Till) -> None:
    row = await _find(till, args.device)
    tried = await till.wait(f"POST /devices/{row['device']}/test", {"drawer": args.drawer, "reason": args.reason})
    weight = tried["weight"]
    told = f": {weight['grams']} g, tare {weight['tare']} g" if weight else ""
    trouble = tried["health"]["told"]
    say(args, tried, f"{row['name']}: {tried['did']}{told}" + (f" ({trouble['message']})" if trouble else ""))


async def _accept(args: argparse.Namespace, till: Till) -> None:
    row = await _find(till, args.device)
    await _say_row(args, till.act(f"POST /devices/{row['device']}/accept", _body(args)))


async def _add_device(args: argparse.Namespace, till: Till) -> None:
    await _say_row(args, till.act("POST /devices", {"address": args.address, **_body(args)}))


async def _say_row(args: argparse.Namespace, asked: Awaitable[Json]) -> None:
    row = await asked
    say(args, row, _row(row))


async def _forget(args: argparse.Namespace, till: Till) -> None:
    row = await _find(till, args.device)
    await till.act(f"DELETE /devices/{row['device']}")
    say(args, {"device": row["device"]}, f"{row['name']} is forgotten")


async def _drivers(args: argparse.Namespace, till: Till) -> None:
    listed = await till.get("/devices/drivers")
    say(args, listed, "\n".join(_driver(row) for row in listed["drivers"]))


async def _labels(args: argparse.Namespace, till: Till) -> None:
    till.try_s = LABELS_S
    wanted = [{"item": item, "copies": args.copies} for item in args.items]
    done = await till.act("POST /labels", {"design": args.design, "labels": wanted, "skip": args.skip})
    say(args, done, f"{done['printed']} labels are printed")


def _driver(row: Json) -> str:
    options = " ".join(f"{option['name']}={_values(option)}" for option in row["options"])
    return f"{row['driver']:<18} {row['title']} ({', '.join(row['lines'])})" + (
        f"\n{'':<19}{options}" if options else ""
    )


def _values(option: Json) -> str:
    choices: Iterable[Any] = option["choices"] or (f"{option['low']}…{option['high']}",)
    return "|".join(f"[{one}]" if one == option["default"] else str(one) for one in choices)
