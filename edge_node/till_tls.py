"""TLS for tills, with a certificate that the shop brings: what a browser allows a page on the LAN takes it."""

import ssl

from edge_node.config import ConfigError, TillConfig


def context(till: TillConfig) -> ssl.SSLContext | None:
    """Return how tills are served over TLS 1.2 or 1.3, None for plain HTTP; ConfigError names the key path.

    Files are read now: a certificate that was renewed counts from the next start.
    """
    if not till.certificate and not till.key:
        return None
    if not till.certificate or not till.key:
        message = "till.certificate and till.key belong together: set both, or neither for plain HTTP"
        raise ConfigError(message)
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        # an encrypted key would be asked for at a terminal that nobody looks at
        made.load_cert_chain(till.certificate, till.key, password=lambda: b"")
    except OSError as error:  # ssl.SSLError is one too
        reason = error.reason if isinstance(error, ssl.SSLError) else error.strerror
        message = f"cannot use till.certificate {till.certificate} with till.key {till.key}: {reason}"
        raise ConfigError(message) from None
    return made
