"""Messages to bytes and back, and the rules between the fields of one message."""

from itertools import pairwise

import msgspec

from sync_protocol import codec, limits, packing
from sync_protocol.chain import first_hash
from sync_protocol.errors import HumanError, RefusalCode, StopError
from sync_protocol.messages import Hello, HqMessage, LogOffer, NodeMessage, PackedPage, Page
from sync_protocol.signed import key_id

_NODE = msgspec.msgpack.Decoder(NodeMessage)
_HQ = msgspec.msgpack.Decoder(HqMessage | PackedPage)
_PAGE = msgspec.msgpack.Decoder(Page)


def encode_message(message: NodeMessage | HqMessage) -> bytes:
    """Write a message for a frame, a long page compressed; ``too_large`` beyond a frame's room."""
    data = codec.encode(message)
    _check_size(len(data))
    if isinstance(message, Page) and len(data) >= limits.PAGE_PACKED_FROM:
        packed = codec.encode(PackedPage(data=packing.pack(data)))
        return min(packed, data, key=len)
    return data


def decode_node_message(data: bytes) -> NodeMessage:
    """Read what a node sent."""
    _check_size(len(data))
    message: NodeMessage = codec.decode(_NODE, data)
    return message


def decode_hq_message(data: bytes) -> HqMessage:
    """Read what HQ sent; a packed page comes out as the page it is."""
    _check_size(len(data))
    message: HqMessage | PackedPage = codec.decode(_HQ, data)
    if isinstance(message, PackedPage):
        _check_size(packing.declared_size(message.data))
        message = codec.decode(_PAGE, packing.unpack(message.data))
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


def _check_size(size: int) -> None:
    """Refuse an oversize message before it is decoded, or unpacked."""
    if not 0 <= size <= limits.MAX_MESSAGE:
        raise StopError(RefusalCode.TOO_LARGE, f"a message of {size} bytes")
