"""``stayopen hq serve --announce``: HQ says on its LAN where branches reach it (``_stayopen-hq._tcp``).

Here and not in ``hq_server``, which knows no device and no discovery (law 2). It is a hint only: a branch trusts what
its one-time code names, not an announcement.
"""

import hashlib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from device_drivers.discovery.announcements import HEAD_OFFICE
from hq_server.config import Config
from stayopen.output import Refusal

API = "1"


@contextmanager
def announced(config: Config) -> Iterator[None]:
    """Announce HQ's branch port while the block runs; TXT ``api`` and ``fp``, the certificate's SHA-256.

    Refusal for a port that the system chooses, a folder without HQ, and a machine without multicast.
    """
    from zeroconf import Error, IPVersion, ServiceInfo, Zeroconf  # noqa: PLC0415 - 8 MB, only where it is asked for

    from device_drivers.discovery.network import interfaces  # noqa: PLC0415

    if not config.branches.port:
        message = "--announce needs a fixed --branch-port"
        raise Refusal(message)
    addresses = interfaces(config.branches.host)
    mark = fingerprint(config)
    kind, short = f"{HEAD_OFFICE}.local.", mark[:8]
    info = ServiceInfo(
        kind,
        f"StayOpen HQ {short}.{kind}",
        port=config.branches.port,
        properties={"api": API, "fp": mark},
        server=f"stayopen-hq-{short}.local.",
        parsed_addresses=list(addresses),
    )
    try:
        with Zeroconf(interfaces=list(addresses), ip_version=IPVersion.V4Only) as zeroconf:
            zeroconf.register_service(info, allow_name_change=True)
            yield
    except (OSError, Error) as error:
        message = f"HQ cannot be announced on {', '.join(addresses) or config.branches.host}: {type(error).__name__}"
        raise Refusal(message) from None


def fingerprint(config: Config) -> str:
    """Return the SHA-256 of HQ's TLS certificate, hexadecimal; Refusal where there is no HQ yet."""
    try:
        pem = (config.keystore / "tls.crt").read_text("ascii")
    except OSError:
        message = f"there is no HQ in {config.folder} yet: stayopen hq init"
        raise Refusal(message) from None
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()
