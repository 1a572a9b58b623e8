"""One branch's box: its program, its place on disk, its health."""

import aiohttp

from stayopen.demo import limits
from stayopen.demo.client import Json
from stayopen.demo.places import Place
from stayopen.demo.program import Program
from stayopen.demo.waiting import until


class Box:
    """An edge node as a process. ``port``: for tills; ``hq_port``: where it believes HQ to be (its line's port)."""

    def __init__(  # noqa: PLR0917 - the parts of a box
        self, http: aiohttp.ClientSession, place: Place, branch: str, branch_name: str, port: int, hq_port: int
    ) -> None:
        self.place = place
        self.branch = branch
        self.branch_name = branch_name
        self.port = port
        self.hq_port = hq_port
        self.program = Program(place.name, ("edge", "serve", "--config", str(place.config)), place.log)
        self._http = http

    @property
    def name(self) -> str:
        """What this box is called here; a copy of a box has another name than its branch."""
        return self.place.name

    @property
    def url(self) -> str:
        """Base of the tills' API."""
        return f"http://127.0.0.1:{self.port}/api/v1"

    def configure(self) -> None:
        """Write the configuration that it is started with; HQ's address may differ from the one it was enrolled at."""
        self.place.configure(
            till={"host": "127.0.0.1", "port": self.port}, hq={"url": f"https://127.0.0.1:{self.hq_port}"}
        )

    async def up(self) -> None:
        """Start it unless it runs, and wait until it serves tills."""
        if not self.program.alive:
            await self.program.start()
        await self.serves()

    async def serves(self) -> Json:
        """Wait until it answers; return its health."""
        return await until(self.health, f"{self.name} serves tills", limits.START)

    async def linked(self) -> Json:
        """Wait until it is connected to HQ; return its health."""

        async def connected() -> Json | None:
            health = await self.health()
            return health if health is not None and health["link"]["connected"] else None

        return await until(connected, f"{self.name} is connected to HQ")

    async def health(self) -> Json | None:
        """Ask how it is; None while it does not answer. ProgramError when it ended by itself."""
        self.program.check()
        try:
            async with self._http.get(f"{self.url}/health", timeout=aiohttp.ClientTimeout(total=limits.TRY)) as answer:
                found: Json = await answer.json()
                return found
        except (aiohttp.ClientError, TimeoutError, OSError):
            return None
