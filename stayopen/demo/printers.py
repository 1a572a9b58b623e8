"""A simulated receipt printer beside each branch of the demo: what a shop would print lies there as pictures."""

import asyncio
from pathlib import Path

from stayopen.demo import limits
from stayopen.demo.box import Box
from stayopen.demo.chain import Chain
from stayopen.demo.people import MANAGER
from stayopen.demo.places import free_ports
from stayopen.demo.program import Program
from stayopen.demo.waiting import until

NAME = "前台小票机"


class Printers:
    """One printer a branch, as processes; ``papers``: branch → the folder that its receipts are kept in."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self.programs: list[Program] = []
        self.papers: dict[str, Path] = {}

    async def up(self) -> None:
        """Start them and give each to its branch, as a manager would."""
        await asyncio.gather(*(self._add(box) for box in self._chain.boxes.values()))

    async def down(self) -> None:
        """Switch them off."""
        await asyncio.gather(*(program.stop() for program in self.programs))

    async def _add(self, box: Box) -> None:
        """Start one and let the branch print on it; the address of an earlier demo's printer is forgotten."""
        (port,) = free_ports(1)
        papers = self.papers[box.name] = box.place.data.with_name(f"{box.name}-receipts")
        papers.mkdir(parents=True, exist_ok=True)
        words = ("devices", "simulate", "escpos", "--port", str(port), "--out", str(papers))
        program = Program(f"{box.name} printer", words, box.place.log.with_suffix(".printer.log"))
        self.programs.append(program)
        await program.start()
        manager = await self._chain.till(box.name, "demo", MANAGER)
        for device in (await manager.get("/devices"))["accepted"]:
            if device["name"] == NAME:
                await manager.act(f"DELETE /devices/{device['device']}")
        added = await manager.act(
            "POST /devices", {"address": f"tcp://127.0.0.1:{port}", "driver": "escpos", "name": NAME}
        )

        async def ready() -> bool:
            program.check()
            devices = (await manager.get("/devices"))["accepted"]
            return any(one["device"] == added["device"] and one["health"]["ready"] for one in devices)

        await until(ready, f"{box.name} prints", limits.START)
