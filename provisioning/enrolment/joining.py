"""The node's side of an enrolment: ask with a code, check the answer to the last field, keep it.

Sans-I/O but for the keystore. Nothing is believed because TLS delivered it: the code's pin names HQ's certificate,
that names HQ's signing key, that signs the grant. So a grant is sound even where the connection was not.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from provisioning import keys as names
from provisioning.certificates import (
    AuthorityCertificate,
    PeerIdentity,
    Role,
    check_holder,
    check_role,
    check_validity,
    fingerprint,
    read_authority,
    verify_certificate,
)
from provisioning.enrolment.code import EnrolmentCode
from provisioning.enrolment.granting import keys_digest, seal_info
from provisioning.enrolment.messages import (
    VERSION,
    EnrolmentGrant,
    EnrolmentRequest,
    GrantBody,
    LogHead,
    RequestBody,
    Standing,
    decode_grant,
    signed_bytes,
)
from provisioning.errors import AskPersonError, ErrorCode, ProvisioningError, UntrustedError
from provisioning.import_key import digest, load_public
from provisioning.keys import NodeKeys
from provisioning.keystore import Keystore


@dataclass(frozen=True, slots=True)
class Log:
    """One log that the node wrote so far: chain and incarnation (16 bytes each), last seq, its hash (32 bytes)."""

    chain: bytes
    incarnation: bytes
    seq: int
    head: bytes


@dataclass(frozen=True, slots=True)
class Membership:
    """A node's place in a chain, checked: whom it is, whom it trusts, and the chain's key for member hashes.

    ``time`` is HQ's time of the grant (ms), ``epoch`` HQ's epoch then; both are only where the node begins.
    """

    chain: bytes
    hq: bytes
    node: bytes
    branch: str
    branch_name: str
    epoch: tuple[int, bytes]
    time: int
    identity: PeerIdentity
    authority: AuthorityCertificate = field(repr=False)
    hq_signing: bytes
    hq_import: bytes = field(repr=False)
    certificate: bytes = field(repr=False)
    member_key: bytes = field(repr=False)


def request_for(code: EnrolmentCode, keys: NodeKeys, node: bytes, branch: str, logs: Sequence[Log]) -> EnrolmentRequest:
    """The request for ``code``. ``node`` and ``branch`` are the node's own of its time alone, ``logs`` oldest first.

    Calling it again after a lost answer, with the same keys and the same code, gets the same grant.
    """
    code_key = code.key
    body = RequestBody(
        version=VERSION,
        code_key=code_key.public_key().public_bytes_raw().hex(),
        signing=keys.signing_public.hex(),
        tls=keys.tls_public.hex(),
        import_key=keys.import_key.public_raw,
        standing=Standing(
            node=node.hex(),
            branch=branch,
            logs=[
                LogHead(chain=log.chain.hex(), incarnation=log.incarnation.hex(), seq=log.seq, head=log.head.hex())
                for log in logs
            ],
        ),
    )
    signed = signed_bytes(body)
    return EnrolmentRequest(
        body=body,
        by_code=code_key.sign(signed),
        by_signing=keys.signing.sign(signed),
        by_tls=keys.tls.sign(signed, ec.ECDSA(SHA256())),
    )


def accept(raw: bytes, code: EnrolmentCode, keys: NodeKeys, request: EnrolmentRequest) -> Membership:
    """Check HQ's answer to ``request`` in every part; AskPersonError or UntrustedError, and then nothing was kept."""
    grant = decode_grant(raw)
    asking = keys_digest(request.body)
    if not hmac.compare_digest(bytes.fromhex(grant.body.keys), asking):
        raise UntrustedError(ErrorCode.GRANT_INVALID, "the answer is for another node's request")
    if not code.is_for(bytes.fromhex(grant.body.chain)):
        raise AskPersonError(ErrorCode.CODE_OF_ANOTHER_CHAIN, "the answer comes from another chain than the code")
    if not code.matches(fingerprint(grant.body.hq_certificate)):
        raise UntrustedError(ErrorCode.WRONG_SERVER, "the answer does not come from the HQ that made the code")
    return _checked(grant, keys, asking)


def save(store: Keystore, raw: bytes, membership: Membership) -> None:
    """Keep an accepted answer: one file, so the node is enrolled or it is not; ``tls.crt`` is only drawn from it."""
    store.put(names.ENROLMENT, raw)
    _draw_certificate(store, membership)


def load(store: Keystore, keys: NodeKeys) -> Membership | None:
    """The node's place in its chain, checked again from the kept answer; None when it stands alone.

    A ``tls.crt`` that a power cut kept from being written is written now.
    """
    if not store.has(names.ENROLMENT):
        return None
    try:
        grant = decode_grant(store.get(names.ENROLMENT))
        membership = _checked(grant, keys, bytes.fromhex(grant.body.keys))
    except ProvisioningError as error:
        text = f"{store.directory / names.ENROLMENT} does not fit the node's keys ({error.code.value})"
        raise AskPersonError(ErrorCode.KEYSTORE_DAMAGED, text) from error
    _draw_certificate(store, membership)
    return membership


def _draw_certificate(store: Keystore, membership: Membership) -> None:
    """Have the granted certificate lie in ``tls.crt``, where ``ssl`` reads it."""
    pem = names.certificate_pem(membership.certificate)
    if not store.has(names.TLS_CERTIFICATE) or store.get(names.TLS_CERTIFICATE) != pem:
        store.put(names.TLS_CERTIFICATE, pem)


def _checked(grant: EnrolmentGrant, keys: NodeKeys, asking: bytes) -> Membership:
    """Everything that a grant can be checked for without the code: signature, certificates, keys, names, dates."""
    body = grant.body
    authority = read_authority(body.ca_certificate)
    hq = verify_certificate(body.hq_certificate, authority)
    check_role(hq, Role.HQ)
    try:
        Ed25519PublicKey.from_public_bytes(hq.signing).verify(grant.by_hq, signed_bytes(body))
        load_public(body.hq_import)
    except (InvalidSignature, ValueError) as error:
        raise UntrustedError(ErrorCode.GRANT_INVALID, "the answer is not signed by its HQ") from error
    own = verify_certificate(body.node_certificate, authority)
    check_role(own, Role.NODE)
    check_holder(own, keys.tls_public, keys.signing_public)
    _check_names(body, hq, own, keys)
    check_validity(own, body.time)
    return Membership(
        chain=authority.chain,
        hq=hq.node,
        node=own.node,
        branch=own.branch,
        branch_name=body.branch_name,
        epoch=(body.epoch.n, bytes.fromhex(body.epoch.id)),
        time=body.time,
        identity=own,
        authority=authority,
        hq_signing=hq.signing,
        hq_import=body.hq_import,
        certificate=body.node_certificate,
        member_key=keys.import_key.open(body.member_key, seal_info(asking)),
    )


def _check_names(body: GrantBody, hq: PeerIdentity, own: PeerIdentity, keys: NodeKeys) -> None:
    """What the body says must be what the certificates say."""
    same = (
        body.chain == own.chain.hex()
        and body.hq == hq.node.hex()
        and body.node == own.node.hex()
        and body.branch == own.branch
        and hmac.compare_digest(own.import_digest, digest(keys.import_key.public_raw))
    )
    if not same:
        raise UntrustedError(ErrorCode.GRANT_INVALID, "the answer contradicts its own certificates")
