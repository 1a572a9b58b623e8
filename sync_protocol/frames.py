"""Sealed frames: AES-256-GCM under a session's own key, the frame's number as nonce, the last one marked as last.

Wire form: ``k as 8 bytes big-endian ‖ last (0 or 1) ‖ ciphertext and tag``; nonce: k as 12 bytes big-endian;
associated data: ``"stayopen/1 frame" ‖ k as 8 bytes ‖ last``.
"""

from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sync_protocol import limits
from sync_protocol.errors import RefusalCode, StateError, StopError

_LABEL = b"stayopen/1 frame"
_NUMBER = 8
_HEAD = _NUMBER + 1
_TAG = 16


class SealedFrame(NamedTuple):
    """A frame ready for the wire, and its number."""

    k: int
    wire: bytes


class Frame(NamedTuple):
    """An opened frame. ``last``: its sender said that nothing follows."""

    k: int
    last: bool
    plaintext: bytes


class FrameSealer:
    """Seals one sender's frames in order. Lives in memory only and is made once per data key, so no nonce repeats."""

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)
        self._next = 0
        self._finished = False

    def seal(self, plaintext: bytes, *, last: bool = False) -> SealedFrame:
        """Seal the next frame. Nothing may follow one sealed as last (``StateError``)."""
        if self._finished or self._next >= limits.MAX_FRAMES:
            raise StateError("this session's frames are used up or ended")
        if len(plaintext) > limits.MAX_MESSAGE:
            raise StateError(f"a message of {len(plaintext)} bytes")
        k, self._next, self._finished = self._next, self._next + 1, last
        head = k.to_bytes(_NUMBER, "big") + bytes([last])
        return SealedFrame(k, head + self._aead.encrypt(_nonce(k), plaintext, _LABEL + head))


class FrameOpener:
    """Opens one sender's frames: in order as they stream, or single ones out of a bundle."""

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)
        self._next = 0
        self._finished = False

    @property
    def finished(self) -> bool:
        """Whether the last frame was opened in its turn; a bundle without it is truncated."""
        return self._finished

    def open(self, wire: bytes) -> Frame:
        """Open the frame whose turn it is; another number is ``frame_out_of_order``."""
        if self._finished:
            raise StopError(RefusalCode.FRAME_AFTER_LAST, "a frame behind the last one")
        frame = self.open_single(wire)
        if frame.k != self._next:
            raise StopError(RefusalCode.FRAME_OUT_OF_ORDER, f"frame {frame.k} in place of {self._next}")
        self._next += 1
        self._finished = frame.last
        return frame

    def open_single(self, wire: bytes) -> Frame:
        """Open any frame of the session, whatever came before: a till hands in only those it was shown."""
        if len(wire) > limits.MAX_FRAME:
            raise StopError(RefusalCode.TOO_LARGE, f"a frame of {len(wire)} bytes")
        if len(wire) < _HEAD + _TAG:
            raise StopError(RefusalCode.TRUNCATED, "a frame shorter than its head and tag")
        head, k, last = wire[:_HEAD], int.from_bytes(wire[:_NUMBER], "big"), wire[_NUMBER]
        if last > 1 or k >= limits.MAX_FRAMES:
            raise StopError(RefusalCode.MALFORMED, "a frame's head is wrong")
        try:
            plaintext = self._aead.decrypt(_nonce(k), wire[_HEAD:], _LABEL + head)
        except InvalidTag:
            raise StopError(RefusalCode.BAD_SEAL, f"frame {k} was not sealed by this session's sender") from None
        return Frame(k, bool(last), plaintext)


def _nonce(k: int) -> bytes:
    """Return frame k's nonce."""
    return k.to_bytes(12, "big")
