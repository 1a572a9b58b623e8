"""Everything that provisioning can refuse, sorted by what the caller does next.

A caller catches one of three: ``TryLaterError`` (wait, then repeat the same call), ``AskPersonError`` (somebody has to
type, copy or configure something), ``UntrustedError`` (stop: what arrived is not what the chain's own parts send).
Texts name fields and files, never keys, codes or digests of secrets.
"""

from __future__ import annotations

from enum import StrEnum


class ErrorCode(StrEnum):
    """The closed list of stable codes; they cross the wire in HQ's answers to an enrolment."""

    TOO_MANY_ATTEMPTS = "too_many_attempts"
    KEYSTORE_MISSING = "keystore_missing"
    KEYSTORE_EXISTS = "keystore_exists"
    KEYSTORE_UNSAFE = "keystore_unsafe"
    KEYSTORE_DAMAGED = "keystore_damaged"
    CODE_MISTYPED = "code_mistyped"
    CODE_UNKNOWN = "code_unknown"
    CODE_EXPIRED = "code_expired"
    CODE_USED = "code_used"
    NODE_TAKEN = "node_taken"
    CODE_OF_ANOTHER_CHAIN = "code_of_another_chain"
    VERSION_UNSUPPORTED = "version_unsupported"
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    PROOF_INVALID = "proof_invalid"
    GRANT_INVALID = "grant_invalid"
    CERTIFICATE_INVALID = "certificate_invalid"
    CERTIFICATE_EXPIRED = "certificate_expired"
    WRONG_CHAIN = "wrong_chain"
    WRONG_ROLE = "wrong_role"
    WRONG_SERVER = "wrong_server"


class ProvisioningError(Exception):
    """The root of the tree: a stable ``code`` and a text that a person can act upon."""

    def __init__(self, code: ErrorCode, text: str) -> None:
        super().__init__(f"{code.value}: {text}")
        self.code = code
        self.text = text


class TryLaterError(ProvisioningError):
    """Nothing is wrong but the moment: repeat the same call after ``retry_after`` milliseconds."""

    def __init__(self, code: ErrorCode, text: str, retry_after: int) -> None:
        super().__init__(code, text)
        self.retry_after = retry_after


class AskPersonError(ProvisioningError):
    """A person has to act: type the code again, get a new one, repair the modes of a directory."""


class UntrustedError(ProvisioningError):
    """Refused for good: the bytes are malformed, forged, or another chain's. Repeating them changes nothing."""
