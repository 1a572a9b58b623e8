"""TLS contexts between nodes and HQ: version 1.3 only, the chain's own CA only, no look at the clock.

* **Names do not matter.** A shop reaches HQ by whatever address works today (a port forward, a new provider, a bare
  IP address), so host names are not checked. What is checked is stronger: the certificate comes from the one CA that
  the node was given at enrolment, names the same chain, and has the role ``hq``. No public CA can issue such a one.
* **Times do not matter here.** Both ends set OpenSSL's X509_V_FLAG_NO_CHECK_TIME: a box whose clock says 1970, or
  whose certificate ran out while the shop was dark, must connect, or it could never be healed. The session asks
  ``certificates.check_validity`` with HQ's time.
* **Tickets are off**, so every connection shows its certificate anew.

The checks that OpenSSL does not know (role, pin) run inside ``do_handshake``: asyncio and blocking sockets fail
before a byte of application data is sent.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Final

from provisioning.certificates import (
    AuthorityCertificate,
    PeerIdentity,
    Role,
    check_role,
    fingerprint,
    verify_certificate,
)
from provisioning.errors import AskPersonError, ErrorCode, ProvisioningError, UntrustedError

NO_CHECK_TIME: Final = ssl.VerifyFlags(0x200000)
"""OpenSSL's X509_V_FLAG_NO_CHECK_TIME, which Python's ``ssl`` has no name for."""

PeerCheck = Callable[[bytes | None], None]
"""Judges the peer's certificate (DER, None when it showed none) by raising ``ProvisioningError``."""


class _CheckedObject(ssl.SSLObject):
    """What asyncio handshakes with: done only when the context's own check is content too."""

    def do_handshake(self) -> None:
        super().do_handshake()
        _check(self)


class _CheckedSocket(ssl.SSLSocket):
    """The same for blocking sockets."""

    def do_handshake(self, block: bool = False) -> None:
        super().do_handshake(block)
        _check(self)


class CheckedContext(ssl.SSLContext):
    """An ``SSLContext`` whose handshakes end with ``check_peer`` on the peer's certificate."""

    sslobject_class = _CheckedObject
    sslsocket_class = _CheckedSocket
    check_peer: PeerCheck


def server_context(certificate: Path, key: Path, authority: AuthorityCertificate) -> CheckedContext:
    """HQ's side. A client certificate is asked for, not demanded: an enrolling node has none yet.

    One that is shown must be a node's of this chain. An endpoint for enrolled nodes asks ``peer_identity`` and
    refuses None. ``certificate`` and ``key`` are PEM files in the keystore.
    """
    context = _context(ssl.PROTOCOL_TLS_SERVER)
    context.num_tickets = 0
    _load(context, certificate, key)
    context.load_verify_locations(cadata=authority.der)
    context.verify_mode = ssl.CERT_OPTIONAL
    context.check_peer = lambda der: None if der is None else _expect(der, authority, Role.NODE)
    return context


def client_context(certificate: Path, key: Path, authority: AuthorityCertificate) -> CheckedContext:
    """An enrolled node's side: shows its certificate, accepts this chain's HQ and nobody else."""
    context = _context(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    _load(context, certificate, key)
    context.load_verify_locations(cadata=authority.der)
    context.verify_mode = ssl.CERT_REQUIRED
    context.check_peer = lambda der: _expect(der or b"", authority, Role.HQ)
    return context


def enrolment_context(matches: Callable[[bytes], bool]) -> CheckedContext:
    """A node's side before it knows the chain's CA: only the certificate that the one-time code names will do.

    ``matches`` gets the SHA-256 of the server's certificate (``EnrolmentCode.matches``). The handshake proves that
    the server holds that certificate's key, so whoever relays the connection reads nothing.
    """
    context = _context(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # there is no CA to ask yet: check_peer decides

    def check(der: bytes | None) -> None:
        if not matches(fingerprint(der or b"")):
            raise UntrustedError(ErrorCode.WRONG_SERVER, "this server is not the HQ that the code was made by")

    context.check_peer = check
    return context


def peer_identity(connection: ssl.SSLObject | ssl.SSLSocket, authority: AuthorityCertificate) -> PeerIdentity | None:
    """Who is at the other end of a finished handshake; None when it showed no certificate."""
    der = connection.getpeercert(binary_form=True)
    return None if der is None else verify_certificate(der, authority)


def _context(protocol: int) -> CheckedContext:
    """What all contexts share: TLS 1.3, strict X.509, no clock."""
    context = CheckedContext(protocol)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.maximum_version = ssl.TLSVersion.TLSv1_3
    context.verify_flags |= NO_CHECK_TIME | ssl.VERIFY_X509_STRICT
    return context


def _load(context: ssl.SSLContext, certificate: Path, key: Path) -> None:
    """Give the context its own certificate; AskPersonError when the two files don't belong together."""
    try:
        context.load_cert_chain(certificate, key)
    except ssl.SSLError as error:
        text = f"{certificate.name} and {key.name} do not belong together"
        raise AskPersonError(ErrorCode.KEYSTORE_DAMAGED, text) from error


def _expect(der: bytes, authority: AuthorityCertificate, role: Role) -> None:
    check_role(verify_certificate(der, authority), role)


def _check(connection: ssl.SSLObject | ssl.SSLSocket) -> None:
    """Run the context's check; what it refuses fails the handshake as any bad certificate does."""
    context = connection.context
    assert isinstance(context, CheckedContext)
    try:
        context.check_peer(connection.getpeercert(binary_form=True))
    except ProvisioningError as error:
        raise ssl.SSLCertVerificationError(int(ssl.SSL_ERROR_SSL), str(error)) from error
