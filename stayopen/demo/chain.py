"""One HQ and its branches as processes, a line each that can be broken, and the people who use them."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import aiohttp

from stayopen import seed
from stayopen.demo import limits
from stayopen.demo.box import Box
from stayopen.demo.client import Json, Office, RefusedError, Till
from stayopen.demo.people import CASHIERS, LEAD, OFFICE, PASSWORD
from stayopen.demo.places import Folder, Place, free_ports
from stayopen.demo.program import Program, command
from stayopen.demo.relay import Relay
from stayopen.demo.waiting import TooLateError, until

LAST_PHONE = "13800010012"
"""Of the member who is seeded last."""


class Chain:
    """A chain of real processes under one directory: ``async with Chain(path) as chain: await chain.up()``."""

    def __init__(self, path: Path, branches: Sequence[tuple[str, str]] = seed.BRANCHES, *, fresh: bool = False) -> None:
        """`branches`: id and name each, of the seeded ones. `fresh`: wipe what an earlier demo left at `path`."""
        self.folder = Folder(path)
        self._fresh = fresh
        self.branches = tuple(branches)
        self.branch_port, self.office_port = free_ports(2)
        self.boxes: dict[str, Box] = {}
        self.relays: dict[str, Relay] = {}
        self.place = Place("hq", path / "hq")
        self.hq = Program("HQ", ("hq", "serve", "--config", str(self.place.config)), self.place.log)
        self._http: aiohttp.ClientSession | None = None
        self._office: Office | None = None

    async def __aenter__(self) -> Self:
        self.folder.take(fresh=self._fresh)
        try:
            await self._open()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.down()
        await asyncio.gather(*(relay.close() for relay in self.relays.values()))
        if self._http is not None:
            await self._http.close()
        self.folder.release()

    # Its life

    async def found(self) -> None:
        """Make the chain: HQ with products, staff and members; every branch enrolled by a one-time code."""
        secret = self.place.data.with_name("office-password.txt")
        secret.write_text(PASSWORD + "\n", encoding="utf-8")
        where = ("--config", str(self.place.config), "--password-file", str(secret))
        await command("hq", "init", "--example", "--user", OFFICE[0], *where)
        await command("hq", "user", OFFICE[1], *where)
        await self.start_hq()
        await asyncio.gather(*(self._enrol(box) for box in self.boxes.values()))
        self.folder.chain_stands()

    async def up(self) -> None:
        """Bring everything up, making the chain first where there is none; wait until the branches hold its rows."""
        if not self.folder.complete:
            await self.found()
        elif not self.hq.alive:
            await self.start_hq()
        await asyncio.gather(*(self._bring_up(box) for box in self.boxes.values()))

    async def start_hq(self) -> None:
        """Start HQ and wait until its office answers."""
        await self.hq.start()
        await until(self.hq_answers, "HQ serves", limits.START)

    async def down(self) -> None:
        """Stop all programs, the branches first, so that they have sent what they can."""
        await asyncio.gather(*(box.program.stop() for box in self.boxes.values()))
        await self.hq.stop()

    async def add_copy(self, of: str, name: str) -> Box:
        """Add a second box that claims to be branch `of`, behind its own line; its disk is the caller's to copy."""
        relay = self.relays[name] = Relay(self.branch_port)
        return self._box(name, of, self.boxes[of].branch_name, await relay.open())

    # Its people

    @property
    def http(self) -> aiohttp.ClientSession:
        """The connections of all clients."""
        assert self._http is not None
        return self._http

    @property
    def console_url(self) -> str:
        """Where people of head office work."""
        return f"http://127.0.0.1:{self.office_port}/"

    @property
    def office_url(self) -> str:
        """Base of the office API."""
        return f"{self.console_url}office/v1"

    def person(self, number: int = 0) -> Office:
        """Return one of the two managers at head office, in a session of their own."""
        return Office(self.http, self.office_url, OFFICE[number], PASSWORD)

    @property
    def office(self) -> Office:
        """The first manager, signed in once for all questions."""
        if self._office is None:
            self._office = self.person()
        return self._office

    async def till(self, box: str, name: str, staff: tuple[str, str] = CASHIERS[0]) -> Till:
        """Sign in at a till of a box."""
        till = Till(self.http, self.boxes[box].url, name, staff)
        await till.sign_in()
        return till

    # What holds

    async def settled(self, *boxes: str, seconds: float = limits.SETTLE) -> None:
        """Wait until HQ has applied all that the boxes (none named: all) wrote, and they know it."""
        names = boxes or tuple(self.boxes)
        seen: dict[str, str] = {}

        async def all_there() -> bool:
            for name in names:
                seen[name] = await self._behind(self.boxes[name])
            return not any(seen.values())

        try:
            await until(all_there, "HQ and the branches are equal", seconds)
        except TooLateError as error:
            message = f"{error}: { ({name: why for name, why in seen.items() if why}) }"
            raise TooLateError(message) from None

    async def verify(self) -> dict[str, Json]:
        """Check HQ and every box by ``verify``, while they run; return the reports by name."""
        names = ["hq", *self.boxes]
        words = [["hq", "verify"]] + [["edge", "verify"] for _ in self.boxes]
        places = [self.place, *(box.place for box in self.boxes.values())]
        found = await asyncio.gather(
            *(
                command(*word, "--config", str(place.config), "--json", expect=(0, 1))
                for word, place in zip(words, places, strict=True)
            )
        )
        return {name: json.loads(done.out) for name, done in zip(names, found, strict=True)}

    # Parts

    async def _open(self) -> None:
        """Open the lines and write each program's configuration."""
        self._http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        for branch, name in self.branches:
            relay = self.relays[branch] = Relay(self.branch_port)
            self._box(branch, branch, name, await relay.open())
        self.place.configure(
            branches={"host": "127.0.0.1", "port": self.branch_port},
            office={"host": "127.0.0.1", "port": self.office_port},
        )

    def _box(self, name: str, branch: str, called: str, hq_port: int) -> Box:
        (port,) = free_ports(1)
        place = Place(name, self.folder.path / name)
        box = self.boxes[name] = Box(self.http, place, branch, called, port, hq_port)
        box.configure()
        return box

    async def _enrol(self, box: Box) -> None:
        """Let a box join with a one-time code made in the office."""
        made = await self.office.send(f"POST /branches/{box.branch}/enrolment-codes", {"name": box.branch_name})
        words = ("--config", str(box.place.config), "--hq", f"https://127.0.0.1:{box.hq_port}")
        await command("edge", "enrol", *words, told=made["code"])

    async def hq_answers(self) -> bool:
        """Whether the office API answers; ProgramError when HQ ended by itself."""
        self.hq.check()
        try:
            async with self.http.get(self.office_url + "/openapi.json") as answer:
                return answer.ok
        except (aiohttp.ClientError, OSError):
            return False

    async def _bring_up(self, box: Box) -> None:
        """Start a box and wait until it has HQ's rows: staff, products, members."""
        await box.up()
        await box.linked()
        till = Till(self.http, box.url, "probe", LEAD)

        async def knows_staff() -> bool:
            # HQ sends them once the line is up; a refused try counts as a wrong PIN until the first good one
            try:
                await till.sign_in()
            except RefusedError:
                return False
            return True

        async def holds_rows() -> bool:
            goods = await till.get("/products", q=seed.products()[-1].item)
            people = await till.get("/members", phone=LAST_PHONE)
            return bool(goods["products"] and people["members"])

        await until(knows_staff, f"{box.name} knows its staff", every=limits.SIGN_IN_AGAIN)
        await until(holds_rows, f"{box.name} holds products and members")

    async def _behind(self, box: Box) -> str:
        """Say what HQ has not applied of a box's log, or the box does not know yet; "" nothing."""
        health = await box.health()
        if health is None:
            return "does not answer"
        if not health["link"]["connected"] or health["link"]["unsent"]:
            return f"connected={health['link']['connected']} unsent={health['link']['unsent']}"
        logs = (await self.office.get(f"/branches/{box.branch}/logs"))["logs"]
        waiting = [log["incarnation"][:8] for log in logs if log["applied_seq"] < log["acked_seq"]]
        if waiting:
            return f"HQ has not applied {waiting}"
        held = {log["incarnation"]: log["applied_seq"] for log in logs}
        seq = held.get(health["incarnation"], 0)
        return "" if seq == health["seq"] else f"HQ holds {seq} of {health['seq']}"
