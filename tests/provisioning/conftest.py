"""A chain, a node and an enrolment, made from seeded entropy, shared by the tests of provisioning."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from provisioning import keys
from provisioning.enrolment import granting, joining
from provisioning.enrolment.code import EnrolmentCode
from provisioning.enrolment.messages import EnrolmentRequest
from provisioning.keystore import Keystore

NOW = 1_763_800_000_000
NODE = bytes(range(16))
TERMS = granting.Terms(node=NODE, branch="b001", branch_name="万达广场店 1 号", epoch=(3, b"\x07" * 16))
LOG = joining.Log(chain=b"\x0c" * 16, incarnation=b"\x0d" * 16, seq=812, head=b"\x0e" * 32)


class Entropy:
    """Endless bytes from a seed: what a program's runtime module hands in, but repeatable."""

    def __init__(self, seed: str) -> None:
        self.seed = seed.encode()
        self.drawn = 0

    def __call__(self, size: int) -> bytes:
        """The next ``size`` bytes."""
        self.drawn += 1
        return hashlib.shake_256(self.seed + self.drawn.to_bytes(8)).digest(size)


@dataclass(frozen=True)
class Enrolment:
    """One enrolment as far as HQ's answer: everything that either side had in hand."""

    hq: keys.HQKeys
    node: keys.NodeKeys
    code: EnrolmentCode
    record: granting.CodeRecord
    request: EnrolmentRequest
    answer: granting.Answer


@pytest.fixture(scope="session")
def now() -> int:
    """HQ's time when the chain was made."""
    return NOW


@pytest.fixture(scope="session")
def entropy() -> Callable[[str], Entropy]:
    """Seeded sources of entropy."""
    return Entropy


@pytest.fixture(scope="session")
def terms() -> granting.Terms:
    """What HQ's records say about the node to be."""
    return TERMS


@pytest.fixture(scope="session")
def log() -> joining.Log:
    """A log that the node wrote while it stood alone."""
    return LOG


@pytest.fixture(scope="session")
def hq_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The keystore of one chain's HQ; tests read it only."""
    path = tmp_path_factory.mktemp("hq") / "keys"
    keys.create_hq(path, now=NOW, random_bytes=Entropy("hq"))
    return path


@pytest.fixture(scope="session")
def hq(hq_dir: Path) -> keys.HQKeys:
    """HQ's keys."""
    return keys.load_hq(Keystore(hq_dir))


@pytest.fixture(scope="session")
def other_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The keystore of another chain's HQ."""
    path = tmp_path_factory.mktemp("other") / "keys"
    keys.create_hq(path, now=NOW, random_bytes=Entropy("other"))
    return path


@pytest.fixture(scope="session")
def other_hq(other_dir: Path) -> keys.HQKeys:
    """Another chain's HQ."""
    return keys.load_hq(Keystore(other_dir))


@pytest.fixture(scope="session")
def node_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The keystore of a node that stands alone; tests read it only."""
    path = tmp_path_factory.mktemp("node") / "keys"
    keys.create_node(path, Entropy("node"))
    return path


@pytest.fixture(scope="session")
def node(node_dir: Path) -> keys.NodeKeys:
    """The node's keys."""
    return keys.load_node(Keystore(node_dir))


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> keys.NodeKeys:
    """Another node's keys."""
    return keys.create_node(tmp_path_factory.mktemp("stranger") / "keys", Entropy("stranger"))


@pytest.fixture(scope="session")
def enrolment(hq: keys.HQKeys, node: keys.NodeKeys) -> Enrolment:
    """A whole enrolment of ``node`` at ``hq``."""
    code, record = granting.issue_code(hq, "b001", now=NOW, random_bytes=Entropy("code"))
    request = joining.request_for(code, node, b"\x01" * 16, "s-0123456789ab", [LOG])
    answer = granting.answer(request, record, hq, TERMS, now=NOW + 1, random_bytes=Entropy("grant"))
    return Enrolment(hq, node, code, record, request, answer)


@pytest.fixture
def enrolled_dir(tmp_path: Path, enrolment: Enrolment) -> Path:
    """A keystore of the same node after its enrolment; each test has its own."""
    path = tmp_path / "enrolled"
    node = keys.create_node(path, Entropy("node"))
    membership = joining.accept(enrolment.answer.grant, enrolment.code, node, enrolment.request)
    joining.save(Keystore(path), enrolment.answer.grant, membership)
    return path
