"""The chain's CA at work: it makes itself once, then HQ's certificate, then one for each node.

Keys are made from entropy handed in (``random_bytes(n)``), serial numbers and times are arguments, so a test or the
simulator gets the same chain from the same seed (but for ECDSA's own nonces, which OpenSSL draws).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from provisioning import limits
from provisioning.certificates import (
    EPOCH,
    SCHEME,
    USAGES,
    AuthorityCertificate,
    Role,
    authority_key_id,
    authority_name,
    key_usage,
    read_authority,
    valid_branch,
)

RandomBytes = Callable[[int], bytes]
"""The source of entropy, handed in by the program's runtime module: n ↦ n unpredictable bytes."""

_P256_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a certificate is for. ``branch`` and ``import_digest`` stand in a node's certificate only."""

    role: Role
    node: bytes
    branch: str
    signing: bytes
    import_digest: bytes


@dataclass(frozen=True, slots=True)
class Authority:
    """The CA's certificate with its private key: lives at HQ only."""

    certificate: AuthorityCertificate
    key: ec.EllipticCurvePrivateKey

    def issue(self, subject: Subject, tls_public: ec.EllipticCurvePublicKey, *, now: int, serial: int) -> bytes:
        """Sign a certificate (DER) for ``subject``, valid from ``now`` (ms) for ``limits.CERTIFICATE_DAYS``."""
        builder = _builder(tls_public, now=now, days=limits.CERTIFICATE_DAYS, serial=serial)
        label = f"{SCHEME} {subject.role.value} {subject.node.hex()}"
        signed = (
            builder.issuer_name(self.certificate.certificate.subject)
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, label)]))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(key_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([USAGES[subject.role]]), critical=True)
            .add_extension(authority_key_id(self.certificate.certificate), critical=False)
            .add_extension(_names(self.certificate.chain, subject), critical=False)
            .sign(self.key, SHA256())
        )
        return signed.public_bytes(Encoding.DER)


def make_authority(chain: bytes, key: ec.EllipticCurvePrivateKey, *, now: int, serial: int) -> Authority:
    """Make the chain's CA: ``chain`` is its 16-byte id, ``now`` milliseconds since 1970."""
    name = authority_name(chain)
    names = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(f"{SCHEME}:chain:{chain.hex()}")])
    signed = (
        _builder(key.public_key(), now=now, days=limits.AUTHORITY_DAYS, serial=serial)
        .issuer_name(name)
        .subject_name(name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(key_usage(signs_certificates=True), critical=True)
        .add_extension(names, critical=False)
        .sign(key, SHA256())
    )
    return Authority(read_authority(signed.public_bytes(Encoding.DER)), key)


def make_p256(random_bytes: RandomBytes) -> ec.EllipticCurvePrivateKey:
    """A P-256 key from 48 random bytes: reduced modulo n − 1, the bias is below 2⁻¹²⁸ (FIPS 186-5, A.2.1)."""
    wide = int.from_bytes(random_bytes(48))
    return ec.derive_private_key(wide % (_P256_ORDER - 1) + 1, ec.SECP256R1())


def make_serial(random_bytes: RandomBytes) -> int:
    """A certificate's serial number: 127 random bits, never 0 (RFC 5280, 4.1.2.2)."""
    return (int.from_bytes(random_bytes(16)) >> 1) + 1


def private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """A private key as PKCS 8 PEM, unencrypted: the keystore's modes guard it, and ``ssl`` reads it from the file."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def read_private_pem(pem: bytes) -> ec.EllipticCurvePrivateKey:
    """The key that ``private_pem`` wrote; ValueError when it is none."""
    key = load_pem_private_key(pem, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError("not a P-256 key")
    return key


def _builder(public: ec.EllipticCurvePublicKey, *, now: int, days: int, serial: int) -> x509.CertificateBuilder:
    """What all certificates share: key, dates to the second, serial."""
    end = min(now + days * limits.DAY, limits.TIME_MAX)
    return (
        x509.CertificateBuilder()
        .public_key(public)
        .serial_number(serial)
        .not_valid_before(_moment(now))
        .not_valid_after(_moment(end))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _moment(milliseconds: int) -> datetime:
    """Milliseconds since 1970 as the whole second at or before them, which is all a certificate can hold."""
    return EPOCH + timedelta(seconds=milliseconds // 1000)


def _names(chain: bytes, subject: Subject) -> x509.SubjectAlternativeName:
    """The SAN URIs of a leaf certificate, as ``certificates`` reads them."""
    fields = {
        "chain": chain.hex(),
        "node": subject.node.hex(),
        "role": subject.role.value,
        "signing": subject.signing.hex(),
    }
    if subject.role is Role.NODE:
        if not valid_branch(subject.branch):
            raise ValueError("a branch id has at most 16 lower case letters, digits and hyphens")
        fields |= {"branch": subject.branch, "import": subject.import_digest.hex()}
    return x509.SubjectAlternativeName(
        [x509.UniformResourceIdentifier(f"{SCHEME}:{field}:{value}") for field, value in fields.items()]
    )
