"""Compression: one zstd frame that declares its content's size, so that a reader knows what it will take in memory."""

import zstandard

from sync_protocol.errors import RefusalCode, StopError

_LEVEL = 3
"""Level 6 saves 4 % of a batch and takes four times as long, on the thread that serves tills."""


def pack(plain: bytes) -> bytes:
    """Compress."""
    return zstandard.ZstdCompressor(level=_LEVEL).compress(plain)


def declared_size(packed: bytes) -> int:
    """Return the size that the frame claims to unpack to, -1 if it names none; ``malformed``: not a zstd frame."""
    try:
        return int(zstandard.frame_content_size(packed))
    except zstandard.ZstdError:
        raise StopError(RefusalCode.MALFORMED, "not a compressed frame") from None


def unpack(packed: bytes) -> bytes:
    """Decompress a frame whose declared size the caller has found acceptable; exactly that comes out, or an error."""
    try:
        return zstandard.ZstdDecompressor().decompress(packed, allow_extra_data=False)
    except zstandard.ZstdError:
        raise StopError(RefusalCode.MALFORMED, "the compressed bytes are damaged") from None
