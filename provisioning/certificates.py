"""Reading the chain's certificates: strictly our own profile, nothing that merely happens to be valid X.509.

The chain's CA is the only one there is: P-256, self-signed, its chain id in a SAN URI. Below it lie HQ's certificate
and one per node. Who somebody is stands in SAN URIs, each exactly once::

    stayopen:chain:<32 hex>   stayopen:node:<32 hex>   stayopen:role:hq|node   stayopen:signing:<64 hex>
    stayopen:branch:<id>      stayopen:import:<64 hex, SHA-256 of the HPKE key>          (nodes only)

HQ's certificate names no import key because HQ rotates it more often than the certificate. Reading never looks at
a clock: a box whose clock says 1970 still has to connect. ``check_validity`` is the separate question, asked with
HQ's time.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, SignatureAlgorithmOID

from provisioning import limits
from provisioning.errors import AskPersonError, ErrorCode, UntrustedError

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SCHEME: Final = "stayopen"
HQ_BRANCH: Final = "HQ"
"""HQ's place in the list of branches; upper case, so no branch id can be it."""

_BRANCH: Final = re.compile(rf"[a-z0-9-]{{1,{limits.BRANCH_ID_CHARS}}}")
_HEX: Final = re.compile(r"[0-9a-f]+")
_PARSE_ERRORS: Final = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
    CryptographyDeprecationWarning,  # what the library will refuse soon is refused where warnings are errors
)


class Role(StrEnum):
    """What a certificate's holder may be in a connection: the one HQ, or a branch's node."""

    HQ = "hq"
    NODE = "node"


USAGES: Final = {Role.HQ: ExtendedKeyUsageOID.SERVER_AUTH, Role.NODE: ExtendedKeyUsageOID.CLIENT_AUTH}
"""HQ only listens and nodes only call; OpenSSL itself refuses a node's certificate on a server and HQ's on a client."""


@dataclass(frozen=True, slots=True)
class PeerIdentity:
    """Who a certificate of this chain says its holder is.

    HQ's ``branch`` is ``HQ`` and its ``import_digest`` empty. Times are milliseconds since 1970; ``signing`` is the raw
    Ed25519 key; ``tls_public`` the uncompressed P-256 point (65 bytes); ``fingerprint`` the DER's SHA-256.
    A signature can be spelt in several ways, so the same certificate has several fingerprints: whoever lists
    certificates lists their ``serial``.
    """

    chain: bytes
    node: bytes
    branch: str
    role: Role
    not_before: int
    not_after: int
    signing: bytes
    import_digest: bytes
    tls_public: bytes
    serial: int
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class AuthorityCertificate:
    """The chain's CA certificate, checked: what everything else is verified against."""

    chain: bytes
    der: bytes
    certificate: x509.Certificate


def valid_branch(branch: str) -> bool:
    """Whether ``branch`` may be a branch id: lower case letters, digits and hyphens, at most 16."""
    return _BRANCH.fullmatch(branch) is not None


def fingerprint(der: bytes) -> bytes:
    """SHA-256 over a certificate as it travels: what one-time codes carry the beginning of."""
    return hashlib.sha256(der).digest()


def key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    """The only two key usages there are: the CA signs certificates, everybody else signs handshakes."""
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def authority_name(chain: bytes) -> x509.Name:
    """The CA's subject and everybody's issuer: the chain's id again, so that two chains never look alike."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{SCHEME} chain {chain.hex()}")])


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    """A P-256 public key as its uncompressed point, 65 bytes."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def read_authority(der: bytes) -> AuthorityCertificate:
    """Parse and check a CA certificate of our profile; its own signature is checked, its dates are not."""
    certificate = _parse(der)
    try:
        names = _names(certificate)
        extensions = _extensions(certificate)
        public = _public(certificate)
        chain = _hex(names, "chain", limits.ID_BYTES)
        fits = (
            set(names) == {"chain"}
            and certificate.subject == certificate.issuer == authority_name(chain)
            and extensions.pop(x509.BasicConstraints, None) == (True, x509.BasicConstraints(ca=True, path_length=0))
            and extensions.pop(x509.KeyUsage, None) == (True, key_usage(signs_certificates=True))
            and extensions.pop(x509.SubjectKeyIdentifier, None)
            == (False, x509.SubjectKeyIdentifier.from_public_key(public))
            and not extensions
        )
        certificate.verify_directly_issued_by(certificate)
    except (*_PARSE_ERRORS, InvalidSignature) as error:
        raise _invalid("it is no CA certificate of a chain") from error
    if not fits:
        raise _invalid("it is no CA certificate of a chain")
    return AuthorityCertificate(chain, der, certificate)


def verify_certificate(der: bytes, authority: AuthorityCertificate) -> PeerIdentity:
    """Who ``der`` belongs to, if this chain's CA issued it and it has our profile in every detail.

    UntrustedError otherwise: ``wrong_chain`` when another chain's CA issued it, ``certificate_invalid`` for the rest.
    """
    certificate = _parse(der)
    try:
        if certificate.issuer != authority.certificate.subject:
            raise UntrustedError(ErrorCode.WRONG_CHAIN, "the certificate was issued by another chain")
        certificate.verify_directly_issued_by(authority.certificate)
    except InvalidSignature as error:
        raise UntrustedError(ErrorCode.WRONG_CHAIN, "the certificate does not bear this chain's signature") from error
    except _PARSE_ERRORS as error:
        raise _invalid("its issuer or signature cannot be read") from error
    try:
        identity = _identity(certificate, der)
        extensions = _extensions(certificate)
        fits = (
            extensions.pop(x509.BasicConstraints, None) == (True, x509.BasicConstraints(ca=False, path_length=None))
            and extensions.pop(x509.KeyUsage, None) == (True, key_usage(signs_certificates=False))
            and extensions.pop(x509.ExtendedKeyUsage, None) == (True, x509.ExtendedKeyUsage([USAGES[identity.role]]))
            and extensions.pop(x509.AuthorityKeyIdentifier, None) == (False, authority_key_id(authority.certificate))
            and extensions.pop(x509.SubjectKeyIdentifier, None)
            == (False, x509.SubjectKeyIdentifier.from_public_key(_public(certificate)))
            and not extensions
        )
    except _PARSE_ERRORS as error:
        raise _invalid("it does not have this chain's form") from error
    if not fits:
        raise _invalid("it does not have this chain's form")
    if identity.chain != authority.chain:
        raise UntrustedError(ErrorCode.WRONG_CHAIN, "the certificate names another chain")
    return identity


def authority_key_id(authority: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    """How certificates point at their CA (RFC 5280, 4.2.1.1): by the key's identifier alone."""
    public = authority.public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey)
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(public)


def check_validity(identity: PeerIdentity, now: int) -> None:
    """Refuse a certificate outside its dates. ``now`` is HQ's time: at HQ its clock, at a node the last signed one.

    A caller that lets an expired node renew and upload catches this one error; nothing else is allowed then.
    """
    if not identity.not_before <= now <= identity.not_after:
        raise AskPersonError(ErrorCode.CERTIFICATE_EXPIRED, "the certificate is outside its dates at HQ's time")


def check_role(identity: PeerIdentity, role: Role) -> None:
    """Refuse a peer of this chain that is not what it must be here: a node that plays HQ, say."""
    if identity.role is not role:
        raise UntrustedError(ErrorCode.WRONG_ROLE, f"the peer's certificate is not for the role {role.value}")


def check_holder(identity: PeerIdentity, tls_public: bytes, signing: bytes) -> None:
    """Refuse a certificate that was made for other keys than these public ones."""
    same_tls = hmac.compare_digest(identity.tls_public, tls_public)
    if not (same_tls and hmac.compare_digest(identity.signing, signing)):
        raise _invalid("it was made for other keys")


def _invalid(text: str) -> UntrustedError:
    return UntrustedError(ErrorCode.CERTIFICATE_INVALID, f"the certificate is refused: {text}")


def _parse(der: bytes) -> x509.Certificate:
    """DER to a certificate with the one version and signature algorithm that we issue."""
    if len(der) > limits.CERTIFICATE_BYTES:
        raise UntrustedError(ErrorCode.TOO_LARGE, "a certificate is larger than any of ours")
    try:
        certificate = x509.load_der_x509_certificate(der)
        ours = (
            certificate.version is x509.Version.v3
            and certificate.signature_algorithm_oid == SignatureAlgorithmOID.ECDSA_WITH_SHA256
            and isinstance(certificate.signature_hash_algorithm, SHA256)
        )
    except _PARSE_ERRORS as error:
        raise _invalid("it cannot be read") from error
    if not ours:
        raise _invalid("it does not have this chain's form")
    return certificate


def _public(certificate: x509.Certificate) -> ec.EllipticCurvePublicKey:
    """The certificate's key, which must be on P-256; ValueError otherwise."""
    public = certificate.public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, ec.SECP256R1):
        raise ValueError("not a P-256 key")
    return public


def _extensions(certificate: x509.Certificate) -> dict[type[x509.ExtensionType], tuple[bool, x509.ExtensionType]]:
    """All extensions but the names, as {type: (critical, value)}."""
    return {
        type(found.value): (found.critical, found.value)
        for found in certificate.extensions
        if not isinstance(found.value, x509.SubjectAlternativeName)
    }


def _names(certificate: x509.Certificate) -> dict[str, str]:
    """The SAN URIs as {field: value}; ValueError for any other name, scheme, or a field given twice."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound as error:
        raise ValueError("no names") from error
    found: dict[str, str] = {}
    for name in names:
        if not isinstance(name, x509.UniformResourceIdentifier):
            raise ValueError("a name of another kind")
        scheme, _, rest = name.value.partition(":")
        field, _, value = rest.partition(":")
        if scheme != SCHEME or field in found:
            raise ValueError("a name of another scheme, or twice the same")
        found[field] = value
    return found


def _hex(names: dict[str, str], field: str, size: int) -> bytes:
    """The bytes of one hexadecimal name; ValueError when absent, of another length or not lower case."""
    text = names.get(field, "")
    if len(text) != 2 * size or not _HEX.fullmatch(text):
        raise ValueError("a name is missing or malformed")
    return bytes.fromhex(text)


def _identity(certificate: x509.Certificate, der: bytes) -> PeerIdentity:
    """The names and dates of a leaf certificate; ValueError when they are not exactly one role's."""
    names = _names(certificate)
    role = Role(names.get("role", ""))
    expected = {"chain", "node", "role", "signing"}
    if role is Role.NODE:
        expected |= {"branch", "import"}
    if set(names) != expected or not valid_branch(names.get("branch", "-")):
        raise ValueError("names of another role")
    return PeerIdentity(
        chain=_hex(names, "chain", limits.ID_BYTES),
        node=_hex(names, "node", limits.ID_BYTES),
        branch=names.get("branch", HQ_BRANCH),
        role=role,
        not_before=(certificate.not_valid_before_utc - EPOCH) // timedelta(milliseconds=1),
        not_after=(certificate.not_valid_after_utc - EPOCH) // timedelta(milliseconds=1),
        signing=_hex(names, "signing", 32),
        import_digest=_hex(names, "import", 32) if role is Role.NODE else b"",
        tls_public=point(_public(certificate)),
        serial=certificate.serial_number,
        fingerprint=fingerprint(der),
    )
