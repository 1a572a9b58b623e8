"""HQ's side of an enrolment: make a code, then answer the one node that comes with it.

Sans-I/O. The caller looks the code up by ``code_id``, calls ``answer`` and writes the returned record (and the node)
in the **same transaction** as the lookup, then sends the bytes. Repeating a request whose answer was lost gives the
same bytes again.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field, replace

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from provisioning import limits
from provisioning.authority import RandomBytes, Subject, make_serial
from provisioning.certificates import Role, valid_branch
from provisioning.enrolment.code import EnrolmentCode, make_code
from provisioning.enrolment.messages import (
    VERSION,
    EnrolmentGrant,
    EnrolmentRequest,
    GrantBody,
    HQEpoch,
    RequestBody,
    encode,
    signed_bytes,
    valid_name,
)
from provisioning.errors import AskPersonError, ErrorCode, UntrustedError
from provisioning.import_key import digest, seal
from provisioning.keys import HQKeys


@dataclass(frozen=True, slots=True)
class CodeRecord:
    """What HQ stores of a code: nothing from which the code could be made again.

    ``id`` is the hash of the code's public key; times are milliseconds by HQ's clock. ``used_by`` is the digest of
    the keys that used it and ``grant`` the answer they got, both empty until then.
    """

    id: bytes
    branch: str
    created: int
    expires: int
    used_by: bytes = b""
    used_at: int = 0
    grant: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Terms:
    """What HQ's own records say about the node to be: its ids, its shop and the present HQ epoch (n, 16 bytes)."""

    node: bytes
    branch: str
    branch_name: str
    epoch: tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class Answer:
    """The grant to send, the record to store, and whether this is only a repetition of what was stored."""

    grant: bytes
    record: CodeRecord
    repeated: bool


def issue_code(
    keys: HQKeys, branch: str, *, now: int, random_bytes: RandomBytes, lifetime: int = limits.CODE_LIFETIME
) -> tuple[EnrolmentCode, CodeRecord]:
    """Make a one-time code for ``branch``. Show ``code.text`` once; store the record, never the code."""
    if not valid_branch(branch):
        raise ValueError("a branch id has 1 to 16 lower case letters, digits and hyphens")
    if not 0 < lifetime <= limits.CODE_LIFETIME_MAX:
        raise ValueError("a code lives between a moment and 30 days")
    code = make_code(keys.chain, keys.identity.fingerprint, random_bytes)
    public = code.key.public_key().public_bytes_raw()
    return code, CodeRecord(id=_id_of(public), branch=branch, created=now, expires=now + lifetime)


def code_id(request: EnrolmentRequest) -> bytes:
    """The ``CodeRecord.id`` that a request belongs to."""
    return _id_of(bytes.fromhex(request.body.code_key))


def keys_digest(body: RequestBody) -> bytes:
    """SHA-256 over the asking keys: what a used code and a grant are bound to (the history may have grown since)."""
    parts = b"".join(bytes.fromhex(part) for part in (body.code_key, body.signing, body.tls)) + body.import_key
    return hashlib.sha256(b"stayopen/1 enrolment keys" + parts).digest()


def answer(
    request: EnrolmentRequest,
    record: CodeRecord | None,
    keys: HQKeys,
    terms: Terms,
    *,
    now: int,
    random_bytes: RandomBytes,
) -> Answer:
    """Check a request against the stored record and grant it, once.

    AskPersonError with ``code_unknown``, ``code_used``, ``code_expired``; UntrustedError with ``proof_invalid`` or
    ``malformed``. A failure changes nothing; the caller counts it (``Attempts``).
    """
    if record is None or not hmac.compare_digest(record.id, code_id(request)):
        raise AskPersonError(ErrorCode.CODE_UNKNOWN, "HQ knows no such enrolment code")
    tls = check_proofs(request)
    asking = keys_digest(request.body)
    if record.used_by:
        if not hmac.compare_digest(record.used_by, asking):
            raise AskPersonError(ErrorCode.CODE_USED, "the enrolment code was used by another node")
        return Answer(record.grant, record, repeated=True)
    if not record.created <= now < record.expires:
        raise AskPersonError(ErrorCode.CODE_EXPIRED, "the enrolment code has expired; HQ can make a new one")
    grant = _grant(request.body, tls, keys, terms, now=now, random_bytes=random_bytes)
    return Answer(grant, replace(record, used_by=asking, used_at=now, grant=grant), repeated=False)


def check_proofs(request: EnrolmentRequest) -> ec.EllipticCurvePublicKey:
    """Check that the sender holds the code's key and its own; gives the TLS key, ready to certify.

    The import key cannot sign. Its proof is that only its holder can open the member key in the grant.
    """
    body, signed = request.body, signed_bytes(request.body)
    try:
        tls = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes.fromhex(body.tls))
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(body.code_key)).verify(request.by_code, signed)
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(body.signing)).verify(request.by_signing, signed)
        tls.verify(request.by_tls, signed, ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError) as error:
        raise UntrustedError(ErrorCode.PROOF_INVALID, "the request is not signed by the keys that it names") from error
    return tls


def seal_info(asking: bytes) -> bytes:
    """What the sealed member key is bound to: this use, these asking keys."""
    return b"stayopen/1 member key" + asking


def _grant(
    body: RequestBody,
    tls: ec.EllipticCurvePublicKey,
    keys: HQKeys,
    terms: Terms,
    *,
    now: int,
    random_bytes: RandomBytes,
) -> bytes:
    """Certify the node's keys and write the signed answer."""
    if not valid_name(terms.branch_name):
        raise ValueError("a branch name has 1 to 64 printable characters")
    asking = keys_digest(body)
    subject = Subject(Role.NODE, terms.node, terms.branch, bytes.fromhex(body.signing), digest(body.import_key))
    certificate = keys.authority.issue(subject, tls, now=now, serial=make_serial(random_bytes))
    try:
        sealed = seal(keys.member_key, body.import_key, seal_info(asking))
    except ValueError as error:
        raise UntrustedError(ErrorCode.MALFORMED, "the node's import key is none") from error
    granted = GrantBody(
        version=VERSION,
        keys=asking.hex(),
        chain=keys.chain.hex(),
        hq=keys.node.hex(),
        node=terms.node.hex(),
        branch=terms.branch,
        branch_name=terms.branch_name,
        epoch=HQEpoch(n=terms.epoch[0], id=terms.epoch[1].hex()),
        time=now,
        node_certificate=certificate,
        ca_certificate=keys.authority.certificate.der,
        hq_certificate=keys.certificate,
        hq_import=keys.import_key.public_raw,
        member_key=sealed,
    )
    return encode(EnrolmentGrant(body=granted, by_hq=keys.signing.sign(signed_bytes(granted))))


def _id_of(code_key: bytes) -> bytes:
    return hashlib.sha256(b"stayopen/1 code id" + code_key).digest()
