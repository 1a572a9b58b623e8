"""What lies in the two kinds of keystore, and the key objects made of it.

Node (made at its first start, before any HQ exists)::

    db.key  signing  tls.key  import.key  member.key     its own
    enrolment.json  tls.crt                              added by an enrolment (``enrolment.joining``)

HQ (made by ``stayopen hq init``)::

    ca.key  ca.crt  signing  tls.key  tls.crt  import.key  member.key  mac.key

``signing`` is an Ed25519 seed (32 bytes), ``import.key`` as ``import_key`` says (96), ``db.key``, ``member.key`` and
``mac.key`` 32 random bytes, ``*.key`` of TLS and CA PKCS 8 PEM, ``*.crt`` PEM.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from provisioning import limits
from provisioning.authority import (
    Authority,
    RandomBytes,
    Subject,
    make_authority,
    make_p256,
    make_serial,
    private_pem,
    read_private_pem,
)
from provisioning.certificates import (
    HQ_BRANCH,
    PeerIdentity,
    Role,
    check_holder,
    check_role,
    point,
    read_authority,
    verify_certificate,
)
from provisioning.errors import AskPersonError, ErrorCode, UntrustedError
from provisioning.import_key import PRIVATE_BYTES, ImportKey
from provisioning.keystore import Keystore

DB_KEY: Final = "db.key"
SIGNING: Final = "signing"
TLS_KEY: Final = "tls.key"
TLS_CERTIFICATE: Final = "tls.crt"
IMPORT_KEY: Final = "import.key"
MEMBER_KEY: Final = "member.key"
MAC_KEY: Final = "mac.key"
CA_KEY: Final = "ca.key"
CA_CERTIFICATE: Final = "ca.crt"
ENROLMENT: Final = "enrolment.json"

_KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class NodeKeys:
    """A node's own keys. ``member_key`` is for the time alone: in a chain the chain's key takes its place."""

    db_key: bytes = field(repr=False)
    signing: Ed25519PrivateKey = field(repr=False)
    tls: ec.EllipticCurvePrivateKey = field(repr=False)
    import_key: ImportKey = field(repr=False)
    member_key: bytes = field(repr=False)

    @property
    def signing_public(self) -> bytes:
        """The raw Ed25519 public key: 32 bytes, in every log's first hash."""
        return self.signing.public_key().public_bytes_raw()

    @property
    def tls_public(self) -> bytes:
        """The TLS key's uncompressed P-256 point: 65 bytes."""
        return point(self.tls.public_key())


@dataclass(frozen=True, slots=True)
class HQKeys:
    """HQ's keys and its two certificates. ``mac_key`` proves rights rows after a restore of HQ's database."""

    authority: Authority = field(repr=False)
    identity: PeerIdentity
    certificate: bytes = field(repr=False)
    signing: Ed25519PrivateKey = field(repr=False)
    import_key: ImportKey = field(repr=False)
    member_key: bytes = field(repr=False)
    mac_key: bytes = field(repr=False)

    @property
    def chain(self) -> bytes:
        """The chain's id: 16 bytes."""
        return self.identity.chain

    @property
    def node(self) -> bytes:
        """HQ's own id in openings and logs: 16 bytes."""
        return self.identity.node

    @property
    def signing_public(self) -> bytes:
        """The raw Ed25519 public key that HQ's certificate names: 32 bytes."""
        return self.identity.signing


def create_node(directory: Path, random_bytes: RandomBytes) -> NodeKeys:
    """Make a node's keystore at its first start; AskPersonError(``keystore_exists``) when there is one."""
    secrets = {
        DB_KEY: random_bytes(_KEY_BYTES),
        SIGNING: random_bytes(_KEY_BYTES),
        TLS_KEY: private_pem(make_p256(random_bytes)),
        IMPORT_KEY: random_bytes(PRIVATE_BYTES),
        MEMBER_KEY: random_bytes(_KEY_BYTES),
    }
    return load_node(Keystore.create(directory, secrets))


def load_node(store: Keystore) -> NodeKeys:
    """Read a node's keys; AskPersonError when one is missing, damaged or open to others."""
    return NodeKeys(
        db_key=_exactly(store, DB_KEY, _KEY_BYTES),
        signing=Ed25519PrivateKey.from_private_bytes(_exactly(store, SIGNING, _KEY_BYTES)),
        tls=_private(store, TLS_KEY),
        import_key=ImportKey.from_bytes(_exactly(store, IMPORT_KEY, PRIVATE_BYTES)),
        member_key=_exactly(store, MEMBER_KEY, _KEY_BYTES),
    )


def create_hq(directory: Path, *, now: int, random_bytes: RandomBytes) -> HQKeys:
    """Make a chain: its id, its CA, and all of HQ's keys; ``now`` (ms) dates the certificates."""
    chain, node = random_bytes(limits.ID_BYTES), random_bytes(limits.ID_BYTES)
    authority = make_authority(chain, make_p256(random_bytes), now=now, serial=make_serial(random_bytes))
    signing, tls = random_bytes(_KEY_BYTES), make_p256(random_bytes)
    signing_public = Ed25519PrivateKey.from_private_bytes(signing).public_key().public_bytes_raw()
    subject = Subject(Role.HQ, node, HQ_BRANCH, signing_public, b"")
    certificate = authority.issue(subject, tls.public_key(), now=now, serial=make_serial(random_bytes))
    secrets = {
        CA_KEY: private_pem(authority.key),
        CA_CERTIFICATE: certificate_pem(authority.certificate.der),
        SIGNING: signing,
        TLS_KEY: private_pem(tls),
        TLS_CERTIFICATE: certificate_pem(certificate),
        IMPORT_KEY: random_bytes(PRIVATE_BYTES),
        MEMBER_KEY: random_bytes(_KEY_BYTES),
        MAC_KEY: random_bytes(_KEY_BYTES),
    }
    return load_hq(Keystore.create(directory, secrets))


def load_hq(store: Keystore) -> HQKeys:
    """Read HQ's keys and check that they belong together; AskPersonError when they don't."""
    ca_key, tls = _private(store, CA_KEY), _private(store, TLS_KEY)
    signing = Ed25519PrivateKey.from_private_bytes(_exactly(store, SIGNING, _KEY_BYTES))
    certificate = read_certificate(store, TLS_CERTIFICATE)
    try:
        authority = read_authority(read_certificate(store, CA_CERTIFICATE))
        identity = verify_certificate(certificate, authority)
        check_role(identity, Role.HQ)
        check_holder(identity, point(tls.public_key()), signing.public_key().public_bytes_raw())
    except UntrustedError as error:
        raise _damaged(f"the certificates in {store.directory} do not fit its keys") from error
    if authority.certificate.public_key() != ca_key.public_key():
        raise _damaged(f"the certificates in {store.directory} do not fit its keys")
    return HQKeys(
        authority=Authority(authority, ca_key),
        identity=identity,
        certificate=certificate,
        signing=signing,
        import_key=ImportKey.from_bytes(_exactly(store, IMPORT_KEY, PRIVATE_BYTES)),
        member_key=_exactly(store, MEMBER_KEY, _KEY_BYTES),
        mac_key=_exactly(store, MAC_KEY, _KEY_BYTES),
    )


def certificate_pem(der: bytes) -> bytes:
    """A certificate as PEM, the form in which keystores hold it (OpenSSL reads files, and people look at them)."""
    return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)


def read_certificate(store: Keystore, name: str) -> bytes:
    """A stored certificate as DER, unchecked but for being one; AskPersonError when it is none."""
    try:
        return x509.load_pem_x509_certificate(store.get(name)).public_bytes(Encoding.DER)
    except ValueError as error:
        raise _damaged(f"{store.directory / name} is no certificate") from error


def _exactly(store: Keystore, name: str, size: int) -> bytes:
    """A secret of ``size`` bytes; AskPersonError when the file has another length."""
    value = store.get(name)
    if len(value) != size:
        raise _damaged(f"{store.directory / name} does not have {size} bytes")
    return value


def _private(store: Keystore, name: str) -> ec.EllipticCurvePrivateKey:
    try:
        return read_private_pem(store.get(name))
    except ValueError as error:
        raise _damaged(f"{store.directory / name} is no P-256 key") from error


def _damaged(text: str) -> AskPersonError:
    return AskPersonError(ErrorCode.KEYSTORE_DAMAGED, text)
