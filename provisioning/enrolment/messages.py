"""The two bodies of an enrolment, typed and bounded: JSON as it crosses HQ's enrolment endpoint.

Ids and keys are lower-case hexadecimal, larger things base 64. Signatures cover a label and the body's compact JSON:
UTF-8, no blanks, fields in the order in which they stand here (``signed_bytes``).
"""

from __future__ import annotations

from typing import Annotated, Final, TypeVar

import msgspec
from msgspec import Meta

from provisioning import limits
from provisioning.errors import ErrorCode, UntrustedError
from provisioning.import_key import PUBLIC_BYTES, SEALED_OVERHEAD

VERSION: Final = 1

Id = Annotated[str, Meta(pattern="^[0-9a-f]{32}$", max_length=32, description="16 bytes, hexadecimal")]
Key = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", max_length=64, description="32 bytes, hexadecimal")]
Point = Annotated[str, Meta(pattern="^04[0-9a-f]{128}$", max_length=130, description="P-256 point, hexadecimal")]
Branch = Annotated[str, Meta(pattern="^[a-z0-9-]{1,16}$", max_length=limits.BRANCH_ID_CHARS)]
ShopName = Annotated[str, Meta(min_length=1, max_length=limits.BRANCH_NAME_CHARS)]
Time = Annotated[int, Meta(ge=0, le=limits.TIME_MAX, description="milliseconds since 1970")]
ImportPublic = Annotated[bytes, Meta(min_length=PUBLIC_BYTES, max_length=PUBLIC_BYTES)]
Certificate = Annotated[bytes, Meta(min_length=1, max_length=limits.CERTIFICATE_BYTES)]
Ed25519Signature = Annotated[bytes, Meta(min_length=64, max_length=64)]
ECDSASignature = Annotated[bytes, Meta(min_length=8, max_length=72, description="DER")]
SealedKey = Annotated[bytes, Meta(min_length=SEALED_OVERHEAD + 32, max_length=SEALED_OVERHEAD + 32)]


class _Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What all parts share: immutable, and a field that we do not know is refused."""


class _AnyBody(msgspec.Struct):
    """The one field that every version of both bodies has."""

    version: Annotated[int, Meta(ge=0, le=limits.SEQ_MAX)]


class _AnyMessage(msgspec.Struct):
    """Either message of any version: read first, so that a newer one is not called malformed."""

    body: _AnyBody


class LogHead(_Body, frozen=True):
    """One log that the node wrote before: HQ adopts it up to this head, or further if it grew meanwhile."""

    chain: Id
    incarnation: Id
    seq: Annotated[int, Meta(ge=0, le=limits.SEQ_MAX)]
    head: Key


class Standing(_Body, frozen=True):
    """Who the node was alone: its ids as a chain of one, and its logs, oldest first."""

    node: Id
    branch: Branch
    logs: Annotated[list[LogHead], Meta(max_length=limits.HISTORY_LOGS)]


class RequestBody(_Body, frozen=True):
    """What a node asks with: the public halves of the code's key and of its own, and what it was before."""

    version: Annotated[int, Meta(ge=0, le=limits.SEQ_MAX)]
    code_key: Key
    signing: Key
    tls: Point
    import_key: ImportPublic
    standing: Standing


class EnrolmentRequest(_Body, frozen=True):
    """The body with a signature by each key that can sign: the code's, the node's Ed25519 and its TLS key."""

    body: RequestBody
    by_code: Ed25519Signature
    by_signing: Ed25519Signature
    by_tls: ECDSASignature


class HQEpoch(_Body, frozen=True):
    """HQ's epoch: a number that only grows, and 16 random bytes."""

    n: Annotated[int, Meta(ge=0, le=limits.SEQ_MAX)]
    id: Id


class GrantBody(_Body, frozen=True):
    """What HQ answers. ``keys`` binds the answer to the asking keys; ``member_key`` is sealed to the node."""

    version: Annotated[int, Meta(ge=0, le=limits.SEQ_MAX)]
    keys: Key
    chain: Id
    hq: Id
    node: Id
    branch: Branch
    branch_name: ShopName
    epoch: HQEpoch
    time: Time
    node_certificate: Certificate
    ca_certificate: Certificate
    hq_certificate: Certificate
    hq_import: ImportPublic
    member_key: SealedKey


class EnrolmentGrant(_Body, frozen=True):
    """The answer with HQ's Ed25519 signature, by the key that its pinned certificate names."""

    body: GrantBody
    by_hq: Ed25519Signature


_Message = TypeVar("_Message", EnrolmentRequest, EnrolmentGrant)


def encode(message: EnrolmentRequest | EnrolmentGrant) -> bytes:
    """The JSON that travels."""
    return msgspec.json.encode(message)


def decode_request(raw: bytes) -> EnrolmentRequest:
    """A node's request; UntrustedError when it is too large, malformed, or of another version."""
    return _decode(raw, EnrolmentRequest, limits.REQUEST_BYTES)


def decode_grant(raw: bytes) -> EnrolmentGrant:
    """HQ's answer; UntrustedError when it is too large, malformed, or of another version."""
    grant = _decode(raw, EnrolmentGrant, limits.GRANT_BYTES)
    if not valid_name(grant.body.branch_name):
        raise UntrustedError(ErrorCode.MALFORMED, "the branch name does not print on one line")
    return grant


def signed_bytes(body: RequestBody | GrantBody) -> bytes:
    """What signatures cover: the body's own label, then its compact JSON."""
    label = b"stayopen/1 enrolment request " if isinstance(body, RequestBody) else b"stayopen/1 enrolment grant "
    return label + msgspec.json.encode(body)


def valid_name(name: str) -> bool:
    """Whether a shop's name has 1 to 64 characters and prints on one line."""
    return 0 < len(name) <= limits.BRANCH_NAME_CHARS and name.isprintable()


def _decode(raw: bytes, kind: type[_Message], limit: int) -> _Message:
    """Strict JSON to a message; the error names the field by its path but quotes nothing of the content."""
    if len(raw) > limit:
        raise UntrustedError(ErrorCode.TOO_LARGE, f"an enrolment message has at most {limit} bytes")
    try:
        _check_version(msgspec.json.decode(raw, type=_AnyMessage).body.version)
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UntrustedError(ErrorCode.MALFORMED, f"the enrolment message is malformed{_where(error)}") from error


def _where(error: Exception) -> str:
    """The path of the refused field, if msgspec told one that is safe to print."""
    _, marker, path = str(error).rpartition(" - at `")
    path = path.removesuffix("`")[: limits.ERROR_PATH_CHARS]
    return f" at {path}" if marker and path.isascii() and path.isprintable() else ""


def _check_version(version: int) -> None:
    if version != VERSION:
        raise UntrustedError(
            ErrorCode.VERSION_UNSUPPORTED, f"enrolment of version {version}; this side speaks {VERSION}"
        )
