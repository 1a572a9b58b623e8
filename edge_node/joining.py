"""Joining a chain: ask HQ with a one-time code, keep its answer, open the chain's incarnation. The node is not serving.

The kept answer is the one point of no return: what comes after it is made up for at the next start. A lost answer is
asked for again with the same code, and is the same.
"""

import asyncio
from typing import NamedTuple

import aiohttp
import msgspec
from yarl import URL

from edge_node import box as boxes
from edge_node.box import Box
from edge_node.config import Config, ConfigError
from edge_node.errors import AskPersonError, Code, NotNowError
from edge_node.ledger import incarnations
from edge_node.lock import Lock
from edge_node.runtime import REAL, Runtime
from provisioning import limits
from provisioning.enrolment import joining, messages
from provisioning.enrolment.code import EnrolmentCode, parse_code
from provisioning.errors import AskPersonError as PersonNeededError
from provisioning.errors import ErrorCode, TryLaterError, UntrustedError
from provisioning.tls import enrolment_context

_TEXT = 200
_OK = 200
_TOO_MANY = 429
_ADVICE = {
    ErrorCode.NODE_TAKEN: "another box has this one's branch at HQ: ask head office for a code of that very branch, "
    "which replaces the other box; a copy of another shop's disk has to begin anew in an empty directory"
}
"""What the shop has to do, where HQ's answer cannot know it."""


class Joined(NamedTuple):
    """Where the node belongs now."""

    branch: str
    branch_name: str
    chain: bytes
    node: bytes


class _Refusal(msgspec.Struct):
    """HQ's refusal of an enrolment."""

    code: str
    message: str = ""


def enrol(config: Config, code_text: str, url: str, run: Runtime = REAL) -> Joined:
    """Join the chain whose HQ made the code. Blocks for up to the connect timeout; must not run in an event loop.

    ProvisioningError tells what is wrong with code or answer; EdgeError ``already_enrolled``, ``already_running``,
    ``hq_unreachable``.
    """
    code = parse_code(code_text)
    address = _address(url)
    config.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = Lock(config.folder)
    try:
        box = boxes.open_or_make(config, run)
        if box.membership is not None:
            raise AskPersonError(Code.ALREADY_ENROLLED, branch=box.membership.branch)
        boxes.prepare(box, run)
        request = _request(box, code)
        raw = asyncio.run(_ask(address / "enrol", messages.encode(request), code, config.hq.connect_timeout_ms))
        membership = joining.accept(raw, code, box.keys, request)
        box.store.put(boxes.HQ_URL, str(address).encode())
        joining.save(box.store, raw, membership)
        boxes.prepare(boxes.find(config), run)
    finally:
        lock.release()
    return Joined(membership.branch, membership.branch_name, membership.chain, membership.node)


def _address(url: str) -> URL:
    """Check HQ's address."""
    try:
        address = URL(url)
    except ValueError:
        address = URL()
    if address.scheme != "https" or not address.host or address.user or address.query_string or address.fragment:
        message = "HQ's address has the form https://host:port"
        raise ConfigError(message)
    return address


def _request(box: Box, code: EnrolmentCode) -> messages.EnrolmentRequest:
    """Ask, and tell HQ what this node wrote while it stood alone."""
    with box.connection() as conn:
        logs = incarnations.logs(conn)
    current = logs[-1]
    standing = [joining.Log(log.chain, log.incarnation, log.seq, log.head) for log in logs]
    return joining.request_for(code, box.keys, current.node, current.branch, standing)


async def _ask(url: URL, body: bytes, code: EnrolmentCode, timeout_ms: int) -> bytes:
    """Carry the request to HQ over TLS that trusts nothing but the code's pin."""
    connector = aiohttp.TCPConnector(ssl=enrolment_context(code.matches))
    limit = aiohttp.ClientTimeout(total=timeout_ms / 1000)
    try:
        async with (
            aiohttp.ClientSession(connector=connector, timeout=limit, trust_env=False) as http,
            http.post(url, data=body, allow_redirects=False, headers={"Content-Type": "application/json"}) as response,
        ):
            answer = await response.content.read(limits.GRANT_BYTES + 1)
            while not response.content.at_eof() and len(answer) <= limits.GRANT_BYTES:
                answer += await response.content.read(limits.GRANT_BYTES + 1)
            status, retry_after = response.status, response.headers.get("Retry-After", "")
    except aiohttp.ClientConnectorCertificateError:
        text = "this server is not the HQ that the code was made by"
        raise UntrustedError(ErrorCode.WRONG_SERVER, text) from None
    except (TimeoutError, OSError, aiohttp.ClientError) as error:
        raise NotNowError(Code.HQ_UNREACHABLE, detail=type(error).__name__) from None
    if status != _OK:
        raise _refusal(status, answer, retry_after)
    return answer


def _refusal(status: int, answer: bytes, retry_after: str) -> Exception:
    """Turn HQ's refusal into the error that says what to do."""
    try:
        refusal = msgspec.json.decode(answer, type=_Refusal)
        code = ErrorCode(refusal.code)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError):
        return NotNowError(Code.HQ_UNREACHABLE, detail=f"status {status}")
    text = _ADVICE.get(code, "".join(char for char in refusal.message if char.isprintable())[:_TEXT])
    if status == _TOO_MANY:
        seconds = int(retry_after) if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 6 else 60
        return TryLaterError(code, text, seconds * 1000)
    return PersonNeededError(code, text)
