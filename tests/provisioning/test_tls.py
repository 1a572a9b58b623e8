"""Real TLS handshakes over loopback: who may talk to whom, and that neither clock nor host name matters."""

import asyncio
import socket
import ssl
import threading
from contextlib import closing

import pytest

from provisioning import keys, tls
from provisioning.authority import Subject, private_pem
from provisioning.certificates import Role, check_validity, fingerprint
from provisioning.enrolment import joining
from provisioning.errors import AskPersonError, ErrorCode
from provisioning.import_key import digest
from provisioning.keystore import Keystore


def server_side(directory, authority):
    """HQ's context, its files read from a keystore."""
    store = Keystore(directory)
    return tls.server_context(store.path(keys.TLS_CERTIFICATE), store.path(keys.TLS_KEY), authority)


def client_side(directory, authority):
    """An enrolled node's context."""
    store = Keystore(directory)
    return tls.client_context(store.path(keys.TLS_CERTIFICATE), store.path(keys.TLS_KEY), authority)


@pytest.fixture
def server(hq_dir, hq):
    """HQ's server context."""
    return server_side(hq_dir, hq.authority.certificate)


@pytest.fixture
def client(enrolled_dir, hq):
    """The enrolled node's client context."""
    return client_side(enrolled_dir, hq.authority.certificate)


def talk(server, client, authority):
    """One exchange over blocking sockets: (what the server knows of the client, the echo, errors of both ends)."""
    listener = socket.create_server(("127.0.0.1", 0))
    result = {"identity": None, "echo": b"", "server": None, "client": None}

    def serve():
        try:
            raw, _ = listener.accept()
            raw.settimeout(5)
            with raw, server.wrap_socket(raw, server_side=True) as connection:
                result["identity"] = tls.peer_identity(connection, authority)
                connection.sendall(connection.recv(100))
        except OSError as error:
            result["server"] = error

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with (
            socket.create_connection(listener.getsockname(), timeout=5) as raw,
            client.wrap_socket(raw, server_hostname="any.name.at.all") as connection,
        ):
            connection.sendall("门店".encode())
            result["echo"] = connection.recv(100)
    except OSError as error:
        result["client"] = error
    finally:
        thread.join(10)
        listener.close()
    return result


def test_a_node_and_its_hq_know_each_other(server, client, hq, terms):
    """A mutual handshake works by any name, and HQ sees which node it is."""
    result = talk(server, client, hq.authority.certificate)
    assert result["echo"] == "门店".encode()
    assert (result["identity"].node, result["identity"].branch) == (terms.node, terms.branch)
    assert result["identity"].role is Role.NODE


def test_without_a_certificate_there_is_no_identity(server, hq, enrolment):
    """An enrolling node connects by the pin, and HQ knows that it knows nobody there."""
    result = talk(server, tls.enrolment_context(enrolment.code.matches), hq.authority.certificate)
    assert result["echo"]
    assert result["identity"] is None


def test_the_pin_stops_any_other_server_before_a_byte_is_sent(other_dir, other_hq, enrolment):
    """A server with another certificate gets no request from an enrolling node."""
    other = server_side(other_dir, other_hq.authority.certificate)
    result = talk(other, tls.enrolment_context(enrolment.code.matches), other_hq.authority.certificate)
    assert isinstance(result["client"], ssl.SSLCertVerificationError)
    assert ErrorCode.WRONG_SERVER.value in str(result["client"])
    assert result["echo"] == b""


def test_another_chains_hq_is_refused(other_dir, other_hq, client):
    """A node does not talk to an HQ of another chain."""
    result = talk(server_side(other_dir, other_hq.authority.certificate), client, other_hq.authority.certificate)
    assert isinstance(result["client"], ssl.SSLCertVerificationError)
    assert result["echo"] == b""


def test_another_chains_node_is_refused(other_dir, other_hq, client):
    """HQ ends the handshake of a node that another chain's CA certified."""
    other = server_side(other_dir, other_hq.authority.certificate)
    client.check_peer = lambda der: None
    client.verify_mode = ssl.CERT_NONE
    result = talk(other, client, other_hq.authority.certificate)
    assert isinstance(result["server"], ssl.SSLCertVerificationError)
    assert result["echo"] == b""


def files(folder, der, key):
    """A certificate and a key as the PEM files that ``ssl`` reads."""
    certificate, private = folder / "other.crt", folder / "other.key"
    certificate.write_bytes(keys.certificate_pem(der))
    private.write_bytes(private_pem(key))
    return certificate, private


def test_a_node_cannot_play_hq(tmp_path, enrolment, client, hq):
    """A server with a node's certificate is refused by other nodes, though their CA issued it."""
    der = joining.accept(enrolment.answer.grant, enrolment.code, enrolment.node, enrolment.request).certificate
    server = tls.server_context(*files(tmp_path, der, enrolment.node.tls), hq.authority.certificate)
    result = talk(server, client, hq.authority.certificate)
    assert isinstance(result["client"], ssl.SSLCertVerificationError)


def test_the_role_is_checked_beyond_openssl(tmp_path, enrolment, client, hq):
    """Even with OpenSSL's own verification off the handshake fails on the role."""
    der = joining.accept(enrolment.answer.grant, enrolment.code, enrolment.node, enrolment.request).certificate
    server = tls.server_context(*files(tmp_path, der, enrolment.node.tls), hq.authority.certificate)
    client.verify_mode = ssl.CERT_NONE
    result = talk(server, client, hq.authority.certificate)
    assert ErrorCode.WRONG_ROLE.value in str(result["client"])


def test_hq_cannot_play_a_node(hq_dir, hq, server):
    """HQ's own certificate is no ticket for a client."""
    result = talk(server, client_side(hq_dir, hq.authority.certificate), hq.authority.certificate)
    assert isinstance(result["server"], ssl.SSLError)
    assert result["echo"] == b""


@pytest.mark.parametrize("issued", [0, 4_000_000_000_000])
def test_dates_do_not_hinder_the_handshake(tmp_path, enrolment, server, hq, now, issued):
    """A certificate of 1970 or of the next century still connects; the session finds it outside its dates."""
    node = enrolment.node
    subject = Subject(Role.NODE, b"\x01" * 16, "b001", node.signing_public, digest(node.import_key.public_raw))
    der = hq.authority.issue(subject, node.tls.public_key(), now=issued, serial=1)
    context = tls.client_context(*files(tmp_path, der, node.tls), hq.authority.certificate)
    result = talk(server, context, hq.authority.certificate)
    assert result["echo"]
    with pytest.raises(AskPersonError) as caught:
        check_validity(result["identity"], now)
    assert caught.value.code is ErrorCode.CERTIFICATE_EXPIRED


def test_an_hq_from_1970_is_reached(tmp_path, entropy):
    """A chain whose HQ made its certificates with a clock at 1970 works: the node's side asks no clock either."""
    hq = keys.create_hq(tmp_path / "old", now=0, random_bytes=entropy("old"))
    server = server_side(tmp_path / "old", hq.authority.certificate)
    node = keys.create_node(tmp_path / "node", entropy("n"))
    subject = Subject(Role.NODE, b"\x01" * 16, "b001", node.signing_public, digest(node.import_key.public_raw))
    der = hq.authority.issue(subject, node.tls.public_key(), now=0, serial=1)
    client = tls.client_context(*files(tmp_path, der, node.tls), hq.authority.certificate)
    assert talk(server, client, hq.authority.certificate)["echo"]


def test_tls_1_2_is_refused_by_both_ends(server, client, hq):
    """Neither end speaks TLS 1.2, also when the other end would."""
    old_client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old_client.check_hostname, old_client.verify_mode = False, ssl.CERT_NONE
    old_client.maximum_version = ssl.TLSVersion.TLSv1_2
    assert isinstance(talk(server, old_client, hq.authority.certificate)["client"], ssl.SSLError)
    for context in (server, client, tls.enrolment_context(lambda _: True)):
        assert context.minimum_version is ssl.TLSVersion.TLSv1_3
        assert context.maximum_version is ssl.TLSVersion.TLSv1_3


def test_no_other_ca_is_trusted(server, client, hq):
    """The contexts know the chain's CA and not one of the machine's."""
    for context in (server, client):
        assert context.get_ca_certs(binary_form=True) == [hq.authority.certificate.der]


def test_sessions_are_not_resumed(server, client, hq):
    """HQ hands out no tickets, so each connection shows its certificate anew."""
    assert server.num_tickets == 0


def test_key_and_certificate_must_fit(hq_dir, node_dir, hq):
    """A context is refused when the key is not the certificate's."""
    certificate = Keystore(hq_dir).path(keys.TLS_CERTIFICATE)
    with pytest.raises(AskPersonError) as caught:
        tls.client_context(certificate, Keystore(node_dir).path(keys.TLS_KEY), hq.authority.certificate)
    assert caught.value.code is ErrorCode.KEYSTORE_DAMAGED


async def asyncio_echo(server, client):
    """One exchange by asyncio streams; gives the echo and the certificate that the client saw."""

    async def serve(reader, writer):
        with closing(writer):
            writer.write(await reader.read(100))
            await writer.drain()

    listener = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=server)
    async with listener:
        reader, writer = await asyncio.open_connection(*listener.sockets[0].getsockname()[:2], ssl=client)
        with closing(writer):
            writer.write("会员".encode())
            return await reader.read(100), writer.get_extra_info("ssl_object").getpeercert(binary_form=True)


async def test_asyncio_connects_both_ways(server, client, hq, enrolment):
    """The contexts work under asyncio, for sync and for enrolment."""
    for context in (client, tls.enrolment_context(enrolment.code.matches)):
        echo, seen = await asyncio_echo(server, context)
        assert echo == "会员".encode()
        assert fingerprint(seen) == hq.identity.fingerprint


async def test_asyncio_refuses_within_the_handshake(other_dir, other_hq, enrolment, server, client):
    """Under asyncio too, a wrong pin and a wrong role fail before the connection is handed out."""
    other = server_side(other_dir, other_hq.authority.certificate)
    with pytest.raises(ssl.SSLCertVerificationError, match="wrong_server"):
        await asyncio_echo(other, tls.enrolment_context(enrolment.code.matches))
    client.verify_mode = ssl.CERT_NONE
    with pytest.raises(ssl.SSLCertVerificationError, match="wrong_chain"):
        await asyncio_echo(other, client)
