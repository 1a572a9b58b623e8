"""Errors of the protocol: one tree, sorted by what the caller does, with a closed set of codes that cross the wire."""

from enum import StrEnum


class RefusalCode(StrEnum):
    """Why something was refused. The texts cross the wire and are never reused for another meaning."""

    # Stop: these bytes are wrong and will stay wrong.
    MALFORMED = "malformed"
    NOT_CANONICAL = "not_canonical"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    BAD_ENTRY = "bad_entry"
    BROKEN_CHAIN = "broken_chain"
    BAD_SIGNATURE = "bad_signature"
    BAD_SEAL = "bad_seal"
    REPLAYED = "replayed"
    WRONG_RECEIVER = "wrong_receiver"
    FRAME_OUT_OF_ORDER = "frame_out_of_order"
    FRAME_AFTER_LAST = "frame_after_last"
    UNEXPECTED_MESSAGE = "unexpected_message"
    OUT_OF_ORDER = "out_of_order"
    WINDOW_EXCEEDED = "window_exceeded"
    BAD_ACK = "bad_ack"
    BAD_PAGE = "bad_page"
    # Human: somebody has to change something first.
    VERSION_UNSUPPORTED = "version_unsupported"
    WRONG_CHAIN = "wrong_chain"
    UNKNOWN_NODE = "unknown_node"
    UNKNOWN_KEY = "unknown_key"
    IDENTITY_MISMATCH = "identity_mismatch"
    REVOKED = "revoked"
    CERTIFICATE_EXPIRED = "certificate_expired"
    STALE_HQ_EPOCH = "stale_hq_epoch"
    # Retry: the same act may succeed later.
    UNKNOWN_IMPORT_KEY = "unknown_import_key"
    BUSY = "busy"
    RECOVERING = "recovering"
    SUPERSEDED = "superseded"
    GOING_AWAY = "going_away"


class Action(StrEnum):
    """What the side that meets a refusal does about it."""

    RETRY = "retry"
    HUMAN = "human"
    STOP = "stop"


class ProtocolError(Exception):
    """Base of what this package raises about bytes or peers. The text is safe to log: nothing secret or personal."""

    action = Action.STOP

    def __init__(self, code: RefusalCode, text: str) -> None:
        super().__init__(f"{code.value}: {text}")
        self.code = code
        self.text = text


class RetryError(ProtocolError):
    """Try again later, with back-off."""

    action = Action.RETRY


class HumanError(ProtocolError):
    """Show it to a person; trying again alone changes nothing."""

    action = Action.HUMAN


class StopError(ProtocolError):
    """Drop these bytes or this session. A new session may start afresh; the same bytes will fail again."""


class EntryError(StopError):
    """An entry's bytes break the envelope's rules, or an entry to be written would (code ``bad_entry``)."""

    def __init__(self, text: str) -> None:
        super().__init__(RefusalCode.BAD_ENTRY, text)


class StateError(RuntimeError):
    """The caller's own mistake: a session command in a state that does not allow it. Never caused by a peer."""


_RETRY = frozenset(
    {
        RefusalCode.UNKNOWN_IMPORT_KEY,
        RefusalCode.BUSY,
        RefusalCode.RECOVERING,
        RefusalCode.SUPERSEDED,
        RefusalCode.GOING_AWAY,
    }
)
_HUMAN = frozenset(
    {
        RefusalCode.VERSION_UNSUPPORTED,
        RefusalCode.WRONG_CHAIN,
        RefusalCode.UNKNOWN_NODE,
        RefusalCode.UNKNOWN_KEY,
        RefusalCode.IDENTITY_MISMATCH,
        RefusalCode.REVOKED,
        RefusalCode.CERTIFICATE_EXPIRED,
        RefusalCode.STALE_HQ_EPOCH,
    }
)


def action_for(code: RefusalCode) -> Action:
    """Say what to do about a code that came over the wire."""
    if code in _RETRY:
        return Action.RETRY
    return Action.HUMAN if code in _HUMAN else Action.STOP
