"""Two machines on one cable, each a network namespace of the kernel, or one machine alone; programs that run there."""

import asyncio
import json
import os
import secrets
import shutil
import subprocess
from contextlib import contextmanager, suppress

import pytest

from stayopen.demo.program import STAYOPEN
from stayopen.demo.waiting import until

PIN = "246810"
STAFF = "9001"
SEED = {"staff": [{"number": STAFF, "name": "陈志远", "roles": ["manager"], "pin": PIN}]}
START_S = 60.0
STOP_S = 15.0
COMMAND_S = 60.0


def ip(*words):
    """Run ``ip``; CalledProcessError with what it said."""
    subprocess.run(("ip", *words), check=True, capture_output=True, text=True, timeout=10)


class Host:
    """A machine. ``namespace`` None: this one; ``address``: where it is reached."""

    def __init__(self, folder, address, namespace=None):
        self.folder = folder
        self.address = address
        self.namespace = namespace
        self.programs = []
        folder.mkdir(parents=True, exist_ok=True)

    def here(self, words):
        """A command line that runs on this machine."""
        there = () if self.namespace is None else ("ip", "netns", "exec", self.namespace)
        return (*there, *words)

    async def start(self, name, *words):
        """Start ``stayopen …``; its output lies in ``<name>.log``."""
        return await self.run(name, (*STAYOPEN, *words))

    async def run(self, name, words):
        """Start any program."""
        program = Started(self.folder / f"{name}.log")
        self.programs.append(program)
        await program.start(self.here(words))
        return program

    async def ask(self, *words):
        """Run a command that prints JSON; return it, None when it fails."""
        process = await asyncio.create_subprocess_exec(
            *self.here((*STAYOPEN, *words, "--json")),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=os.environ | {"STAYOPEN_PIN": PIN},
        )
        out, _ = await asyncio.wait_for(process.communicate(), COMMAND_S)
        return json.loads(out) if process.returncode == 0 else None

    async def end(self):
        """End what still runs; print what it said, for whoever reads of a failure."""
        for program in self.programs:
            await program.stop()
            print(f"--- {program.log.name}:\n{program.said()[-2000:]}")


class Started:
    """One running program."""

    def __init__(self, log):
        self.log = log
        self._process = None

    async def start(self, words):
        """Start it in a session of its own."""
        with self.log.open("ab") as out:
            self._process = await asyncio.create_subprocess_exec(
                *words,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
                env=os.environ | {"PYTHONUNBUFFERED": "1"},
            )

    def said(self):
        """All it wrote."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    async def says(self, start):
        """Wait until it wrote a line that begins so; return what follows."""

        async def line():
            found = [text.removeprefix(start) for text in self.said().splitlines() if text.startswith(start)]
            assert found or self._process.returncode is None, self.said()
            return found[-1] if found else None

        return await until(line, f"{self.log.stem} says {start}", START_S)

    async def stop(self):
        """Ask it to end, and see to it."""
        if self._process.returncode is None:
            self._process.terminate()
            try:
                await asyncio.wait_for(self._process.wait(), STOP_S)
            except TimeoutError:
                self._process.kill()
                await self._process.wait()
        return self._process.returncode

    async def kill(self):
        """End it as a power cut would."""
        self._process.kill()
        await self._process.wait()


@contextmanager
def two_hosts(folder):
    """Two machines on one cable; skips where the kernel or our rights do not allow them. All of it goes in the end."""
    if os.geteuid() != 0:
        pytest.skip("network namespaces need root")
    if shutil.which("ip") is None:
        pytest.skip("network namespaces need iproute2's `ip`")
    mark = secrets.token_hex(4)
    names = [f"stayopen-{mark}-{side}" for side in "ab"]
    made = []
    try:
        try:
            for name in names:
                ip("netns", "add", name)
                made.append(name)
            ip("link", "add", f"va{mark}", "netns", names[0], "type", "veth", "peer", f"vb{mark}", "netns", names[1])
        except subprocess.CalledProcessError as error:
            pytest.skip(f"this kernel gives no network namespaces joined by veth: {error.stderr.strip()}")
        hosts = []
        for side, name in zip("ab", names, strict=True):
            host = Host(folder / side, f"10.77.1.{1 + len(hosts)}", name)
            ip("-n", name, "link", "set", "lo", "up")
            ip("-n", name, "link", "set", f"v{side}{mark}", "up")
            ip("-n", name, "addr", "add", f"{host.address}/24", "dev", f"v{side}{mark}")
            ip("-n", name, "route", "add", "224.0.0.0/4", "dev", f"v{side}{mark}")
            hosts.append(host)
        yield hosts
    finally:
        for name in made:
            with suppress(subprocess.CalledProcessError):
                ip("netns", "del", name)


def readdress(host, address):
    """Give a machine on a cable another address, as a router does at night."""
    device = f"v{host.namespace[-1]}{host.namespace.split('-')[1]}"
    ip("-n", host.namespace, "addr", "del", f"{host.address}/24", "dev", device)
    ip("-n", host.namespace, "addr", "add", f"{address}/24", "dev", device)
    host.address = address
