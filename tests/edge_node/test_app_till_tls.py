"""Tills over TLS, with a certificate that the shop brings."""

import datetime
import ssl
from pathlib import Path

import aiohttp
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from edge_node import till_tls
from edge_node.app import EdgeApp
from edge_node.config import Config, ConfigError, DevicesConfig, TillConfig


def certificate(folder: Path, password: bytes | None = None) -> tuple[str, str]:
    """Make a certificate for localhost that signs itself; return the files of certificate and key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "门店收银")])
    begin = datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + datetime.timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    hidden = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    files = folder / "till.crt", folder / "till.key"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, hidden))
    return str(files[0]), str(files[1])


async def test_tills_are_served_over_tls_alone(tmp_path: Path):
    """With a certificate the API and notices come over TLS; plain HTTP gets nothing."""
    crt, key = certificate(tmp_path)
    till = TillConfig(port=0, certificate=crt, key=key)
    app = EdgeApp(
        Config(data=str(tmp_path / "edge"), till=till, devices=DevicesConfig(enabled=False)), announce=lambda _: None
    )
    await app.start()
    try:
        trust = ssl.create_default_context(cafile=crt)
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trust)) as http:
            async with http.get(f"https://localhost:{app.port}/api/v1/health") as response:
                assert response.status == 200
            async with http.ws_connect(f"https://localhost:{app.port}/api/v1/notices") as socket:
                await socket.send_json({"token": "x"})
                assert (await socket.receive()).data == 4401
            with pytest.raises(aiohttp.ClientError):
                await http.get(f"http://localhost:{app.port}/api/v1/health")
        old = ssl.create_default_context(cafile=crt)
        old.maximum_version = ssl.TLSVersion.TLSv1_2
        old.set_ciphers("ECDHE+AESGCM")
        url = f"https://localhost:{app.port}/api/v1/health"
        async with (
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=old)) as http,
            http.get(url) as response,
        ):
            assert response.status == 200
    finally:
        await app.stop()


def test_without_a_certificate_there_is_plain_http():
    """Nothing set is plain HTTP, as ever."""
    assert till_tls.context(TillConfig()) is None
    assert TillConfig().scheme == "http"


def test_files_that_cannot_be_used_are_told(tmp_path: Path):
    """Half a pair, missing files, a foreign or encrypted key are told with the key path, and nobody is asked."""
    crt, key = certificate(tmp_path)
    (tmp_path / "other").mkdir()
    _, foreign = certificate(tmp_path / "other", password="秘密".encode())
    (tmp_path / "text.key").write_text("no key\n", encoding="utf-8")
    for pair in (
        (crt, ""),
        ("", key),
        (crt, str(tmp_path / "none.key")),
        (str(tmp_path / "none.crt"), key),
        (crt, foreign),
        (crt, str(tmp_path / "text.key")),
        (key, crt),
    ):
        with pytest.raises(ConfigError, match=r"till\.certificate"):
            till_tls.context(TillConfig(certificate=pair[0], key=pair[1]))
