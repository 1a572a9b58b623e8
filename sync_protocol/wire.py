"""Messages to bytes and back, and the rules between the fields of one message."""

from itertools import pairwise

import msgspec

from sync_protocol import codec, limits
from sync_protocol.chain import first_hash
from sync_protocol.errors import HumanError, RefusalCode, StopError
from sync_protocol.messages import Hello, HqMessage, LogOffer, NodeMessage, Page
from sync_protocol.signed import key_id

_NODE = msgspec.msgpack.Decoder(NodeMessage)
_HQ = msgspec.msgpack.Decoder(HqMessage)


def encode_message(message: NodeMessage | HqMessage) -> bytes:
    """Write a message for a frame; ``too_large`` beyond a frame's room."""
    data = codec.encode(message)
    if len(data) > limits.MAX_MESSAGE:
        raise StopError(RefusalCode.TOO_LARGE, f"a message of {len(data)} bytes")
    return data


def decode_node_message(data: bytes) -> NodeMessage:
    """Read what a node sent."""
    _check_size(data)
    message: NodeMessage = codec.decode(_NODE, data)
    return message


def decode_hq_message(data: bytes) -> HqMessage:
    """Read what HQ sent."""
    _check_size(data)
    message: HqMessage = codec.decode(_HQ, data)
    if isinstance(message, Page):
        check_page(message)
    return message


def check_hello(hello: Hello, chain: bytes, node: bytes, sender_key: bytes) -> None:
    """Check a HELLO against its opening: one current log, the sender's own, and each log sound in itself."""
    if sum(log.current for log in hello.logs) != 1:
        raise StopError(RefusalCode.MALFORMED, "there must be one current log")
    if len({log.incarnation for log in hello.logs}) != len(hello.logs):
        raise StopError(RefusalCode.MALFORMED, "an incarnation is offered twice")
    current = hello.current
    if current.chain != chain:
        raise HumanError(RefusalCode.WRONG_CHAIN, "the current log belongs to another chain")
    if current.node != node or key_id(current.signing_key) != sender_key:
        raise HumanError(RefusalCode.IDENTITY_MISMATCH, "the current log is not the sender's")
    for log in hello.logs:
        _check_locator(log)


def check_page(page: Page) -> None:
    """Check a page's own order and size: versions rise within (start, end], no row is beyond the limits."""
    version = page.start
    size = 0
    for row in page.rows:
        if not version < row.version <= page.end:
            raise StopError(RefusalCode.BAD_PAGE, "versions do not rise within the page's range")
        version = row.version
        size += len(row.key) + len(row.body or b"")
    if page.end < page.start or size > limits.MAX_PAGE:
        raise StopError(RefusalCode.BAD_PAGE, "a page that runs backwards or is too large")


def _check_locator(log: LogOffer) -> None:
    """Check that a locator falls from the head to h_0, and that h_0 is what the log's identity says."""
    seqs = [seq for seq, _ in log.locator]
    if seqs[-1] != 0 or any(newer <= older for newer, older in pairwise(seqs)):
        raise StopError(RefusalCode.MALFORMED, "a locator that does not fall to 0")
    if log.locator[-1][1] != first_hash(log.identity):
        raise HumanError(RefusalCode.IDENTITY_MISMATCH, "a log whose first hash is not its own")


def _check_size(data: bytes) -> None:
    """Refuse an oversize message before it is decoded."""
    if len(data) > limits.MAX_MESSAGE:
        raise StopError(RefusalCode.TOO_LARGE, f"a message of {len(data)} bytes")
