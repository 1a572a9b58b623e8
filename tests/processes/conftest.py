"""A chain of real processes for each test: made once per worker, copied with its keys and databases for each test."""

import asyncio
import os
import random
import shutil

import pytest

from stayopen.demo.chain import Chain


def pytest_collection_modifyitems(items):
    """Everything here starts processes."""
    for item in items:
        if "processes" in item.path.parts:
            item.add_marker(pytest.mark.processes)


@pytest.fixture(scope="session")
def standing_chain(tmp_path_factory):
    """The folder of a chain that stands: HQ filled, three branches enrolled and supplied; nothing of it runs."""
    path = tmp_path_factory.mktemp("chain") / "standing"

    async def make():
        async with Chain(path) as chain:
            await chain.up()
            await chain.settled()

    asyncio.run(make())
    return path


@pytest.fixture
def folder(standing_chain, tmp_path):
    """A copy of the standing chain."""
    path = tmp_path / "chain"
    shutil.copytree(standing_chain, path, ignore=shutil.ignore_patterns("*.log"))
    return path


@pytest.fixture
async def chain(folder):
    """A chain of processes that runs."""
    async with Chain(folder) as made:
        try:
            await made.up()
            yield made
        finally:
            for program in (made.hq, *(box.program for box in made.boxes.values())):
                print(f"--- {program.name}: {program.starts} starts; its last words:\n{program.said()[-2000:]}")


@pytest.fixture
def dice():
    """Seeded chance; the seed is printed with a failure. STAYOPEN_SEED chooses another one."""
    seed = int(os.environ.get("STAYOPEN_SEED", "20260301"))
    print(f"STAYOPEN_SEED={seed}")
    return random.Random(seed)
