"""Child processes: started, watched, stopped or killed, each by its own id."""

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from stayopen.demo import limits

STAYOPEN = (sys.executable, "-m", "stayopen.cli")
"""The same command that a shop runs, by the interpreter that runs this one."""


class ProgramError(Exception):
    """A program failed where it must not; the text holds the end of what it said."""


class Finished(NamedTuple):
    """A command that ran to its end."""

    code: int
    out: str
    err: str


async def command(*words: str, told: str = "", expect: Sequence[int] = (0,)) -> Finished:
    """Run ``stayopen …`` to its end, `told` on its standard input; ProgramError unless its exit code is expected."""
    process = await asyncio.create_subprocess_exec(
        *STAYOPEN,
        *words,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        out, err = await asyncio.wait_for(process.communicate(told.encode()), limits.COMMAND)
    except BaseException:
        if process.returncode is None:
            process.kill()
            await process.wait()
        raise
    done = Finished(process.returncode or 0, out.decode(), err.decode())
    if done.code not in expect:
        message = f"stayopen {' '.join(words[:2])} ended {done.code}: {_tail(done.err)}"
        raise ProgramError(message)
    return done


class Program:
    """One ``stayopen … serve`` that runs beside us; its output goes to a file. A session of its own: Ctrl-C is ours."""

    def __init__(self, name: str, words: Sequence[str], log: Path) -> None:
        self.name = name
        self.log = log
        self.starts = 0
        self._words = tuple(words)
        self._process: asyncio.subprocess.Process | None = None

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        """Its process id; only while it runs."""
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Start it; whether it serves yet is asked over its port."""
        assert not self.alive, f"{self.name} runs already"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as out:
            self._process = await asyncio.create_subprocess_exec(
                *STAYOPEN,
                *self._words,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
                env=os.environ | {"PYTHONUNBUFFERED": "1"},
            )
        self.starts += 1

    async def kill(self) -> None:
        """End it at once, as a power cut would (SIGKILL)."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def stop(self) -> int:
        """Ask it to end (SIGTERM) and return its exit code; kill it when it does not."""
        if self._process is None:
            return 0
        if self._process.returncode is None:
            self._process.terminate()
            try:
                await asyncio.wait_for(self._process.wait(), limits.STOP)
            except TimeoutError:
                await self.kill()
        return self._process.returncode or 0

    async def ended(self) -> None:
        """Wait until it has ended; ProgramError: it must run until it is told to stop."""
        if self._process is not None:
            await self._process.wait()
        self.check()

    def check(self) -> None:
        """ProgramError, with the end of its output, unless it runs."""
        if not self.alive:
            code = self._process.returncode if self._process is not None else None
            message = f"{self.name} is not running (exit code {code}): {_tail(self.said())}"
            raise ProgramError(message)

    def said(self) -> str:
        """Everything that it wrote, over all its starts."""
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""


def _tail(text: str) -> str:
    """The last lines, enough to see why."""
    return " | ".join(text.strip().splitlines()[-8:])[-1200:]
