"""The two kinds of keystore: what they hold, and that damage is noticed."""

import shutil

import pytest

from provisioning import keys
from provisioning.certificates import Role
from provisioning.errors import AskPersonError, ErrorCode
from provisioning.keystore import Keystore


def test_a_node_finds_the_keys_it_made(tmp_path, entropy):
    """What is loaded equals what was created, and the same seed makes the same keys."""
    made = keys.create_node(tmp_path / "a", entropy("n"))
    again = keys.create_node(tmp_path / "b", entropy("n"))
    loaded = keys.load_node(Keystore(tmp_path / "a"))
    for found in (loaded, again):
        assert found.db_key == made.db_key
        assert found.signing_public == made.signing_public
        assert found.tls_public == made.tls_public
        assert found.import_key.public_raw == made.import_key.public_raw
        assert found.member_key == made.member_key


def test_all_secrets_of_a_node_differ(node):
    """No two secrets come from the same bytes."""
    assert len({node.db_key, node.member_key, node.signing.private_bytes_raw()}) == 3


def test_hq_is_a_chain_with_one_hq(hq, now):
    """`hq init` makes an id, a CA of that id, and a certificate with the role of HQ."""
    assert hq.authority.certificate.chain == hq.chain
    assert hq.identity.role is Role.HQ
    assert hq.identity.branch == "HQ"
    assert hq.signing_public == hq.signing.public_key().public_bytes_raw()
    assert hq.identity.not_before == now // 1000 * 1000
    assert len({hq.member_key, hq.mac_key, hq.chain, hq.node}) == 4


def test_two_chains_share_nothing(hq, other_hq):
    """Another seed gives another chain in every part."""
    assert hq.chain != other_hq.chain
    assert hq.authority.certificate.der != other_hq.authority.certificate.der
    assert hq.member_key != other_hq.member_key


def test_repr_shows_no_secret(hq, node):
    """A key object in a log line shows nothing of its keys."""
    for found, secrets in ((node, [node.db_key, node.member_key]), (hq, [hq.member_key, hq.mac_key])):
        shown = repr(found)
        assert all(secret.hex() not in shown and repr(secret) not in shown for secret in secrets)


@pytest.mark.parametrize("name", [keys.DB_KEY, keys.SIGNING, keys.TLS_KEY, keys.IMPORT_KEY, keys.MEMBER_KEY])
def test_a_damaged_node_key_is_named(tmp_path, node_dir, name):
    """A truncated key is refused with its file's name."""
    copy = tmp_path / "copy"
    shutil.copytree(node_dir, copy)
    store = Keystore(copy)
    store.put(name, store.get(name)[:-40])
    with pytest.raises(AskPersonError, match=name) as caught:
        keys.load_node(store)
    assert caught.value.code is ErrorCode.KEYSTORE_DAMAGED


@pytest.mark.parametrize("name", [keys.CA_KEY, keys.CA_CERTIFICATE, keys.SIGNING, keys.TLS_KEY, keys.TLS_CERTIFICATE])
def test_hq_keys_must_belong_together(tmp_path, hq_dir, other_dir, name):
    """A key or certificate of another chain among HQ's own is noticed at start."""
    copy = tmp_path / "copy"
    shutil.copytree(hq_dir, copy)
    Keystore(copy).put(name, Keystore(other_dir).get(name))
    with pytest.raises(AskPersonError) as caught:
        keys.load_hq(Keystore(copy))
    assert caught.value.code is ErrorCode.KEYSTORE_DAMAGED


@pytest.mark.parametrize("name", [keys.CA_CERTIFICATE, keys.TLS_CERTIFICATE])
def test_a_damaged_certificate_is_named(tmp_path, hq_dir, name):
    """A file that is no certificate is refused with its name."""
    copy = tmp_path / "copy"
    shutil.copytree(hq_dir, copy)
    Keystore(copy).put(name, b"-----BEGIN CERTIFICATE-----\n")
    with pytest.raises(AskPersonError, match=name):
        keys.load_hq(Keystore(copy))
