"""Keystores on a real file system: modes, atomicity, refusals."""

import os
import stat

import pytest

from provisioning import limits
from provisioning.errors import AskPersonError, ErrorCode
from provisioning.keystore import Keystore


@pytest.fixture
def store(tmp_path):
    """A fresh keystore with one secret."""
    return Keystore.create(tmp_path / "keys", {"db.key": b"\x01" * 32})


def refused(call, *args):
    """The code with which ``call`` asks for a person."""
    with pytest.raises(AskPersonError) as caught:
        call(*args)
    return caught.value.code


def test_modes_are_tight_whatever_the_umask(tmp_path):
    """A keystore is 0700 and its files 0600 even under the loosest umask."""
    before = os.umask(0)
    try:
        store = Keystore.create(tmp_path / "keys", {"signing": b"s"})
        store.put("member.key", b"m")
    finally:
        os.umask(before)
    assert stat.S_IMODE(store.directory.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in store.directory.iterdir()} == {0o600}


def test_gives_back_what_was_put(store):
    """A secret is read back byte for byte, also after it was replaced."""
    assert store.get("db.key") == b"\x01" * 32
    store.put("db.key", b"\x02")
    assert store.get("db.key") == b"\x02"
    assert sorted(path.name for path in store.directory.iterdir()) == ["db.key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o610, 0o660])
def test_refuses_a_file_that_others_can_read(store, mode):
    """A secret with any right for group or others is not read at all."""
    (store.directory / "db.key").chmod(mode)
    assert refused(store.get, "db.key") is ErrorCode.KEYSTORE_UNSAFE


@pytest.mark.parametrize("mode", [0o750, 0o701, 0o770])
def test_refuses_a_directory_that_others_can_enter(store, mode):
    """A keystore that others can enter is refused when opened, read and written."""
    store.directory.chmod(mode)
    assert refused(Keystore, store.directory) is ErrorCode.KEYSTORE_UNSAFE
    assert refused(store.get, "db.key") is ErrorCode.KEYSTORE_UNSAFE
    assert refused(store.put, "db.key", b"x") is ErrorCode.KEYSTORE_UNSAFE


def test_the_refusal_names_file_and_mode(store):
    """The error tells which file has which mode and which it must have."""
    (store.directory / "db.key").chmod(0o644)
    with pytest.raises(AskPersonError, match=r"db\.key has mode 0644 but must have 0600"):
        store.get("db.key")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_refuses_another_users_file(store):
    """A secret that belongs to another user is refused."""
    os.chown(store.directory / "db.key", 12345, -1)
    assert refused(store.get, "db.key") is ErrorCode.KEYSTORE_UNSAFE


def test_refuses_links_and_directories_in_place_of_files(store, tmp_path):
    """A link is not followed, and a directory is no secret."""
    (tmp_path / "elsewhere").write_bytes(b"x")
    (tmp_path / "elsewhere").chmod(0o600)
    (store.directory / "linked").symlink_to(tmp_path / "elsewhere")
    (store.directory / "folder").mkdir(mode=0o700)
    assert refused(store.get, "linked") is ErrorCode.KEYSTORE_UNSAFE
    assert refused(store.get, "folder") is ErrorCode.KEYSTORE_UNSAFE


def test_missing_things_are_named(store, tmp_path):
    """A missing keystore and a missing secret say so."""
    assert refused(Keystore, tmp_path / "nowhere") is ErrorCode.KEYSTORE_MISSING
    assert refused(store.get, "mac.key") is ErrorCode.KEYSTORE_MISSING
    assert not store.has("mac.key")
    assert store.has("db.key")


def test_create_never_overwrites(store):
    """Creating a keystore where one is changes nothing and says so."""
    assert refused(Keystore.create, store.directory, {"db.key": b"other"}) is ErrorCode.KEYSTORE_EXISTS
    assert store.get("db.key") == b"\x01" * 32


def test_create_takes_over_after_an_interrupted_attempt(tmp_path):
    """What a crash left half made is thrown away, and nothing of it is in the new keystore."""
    unfinished = tmp_path / "keys.new"
    unfinished.mkdir(mode=0o700)
    (unfinished / "signing").write_bytes(b"half")
    store = Keystore.create(tmp_path / "keys", {"db.key": b"d"})
    assert [path.name for path in store.directory.iterdir()] == ["db.key"]
    assert not unfinished.exists()


def test_put_takes_over_after_an_interrupted_attempt(store):
    """A leftover of an interrupted write does not hinder the next one."""
    (store.directory / ".db.key.new").write_bytes(b"half")
    store.put("db.key", b"whole")
    assert store.get("db.key") == b"whole"


@pytest.mark.parametrize("name", ["", "../outside", "a/b", ".hidden", "UPPER", "a" * 65, "名"])
def test_names_are_plain(store, name):
    """No name leads out of the directory."""
    for call in (store.get, store.has, lambda bad: store.put(bad, b"x")):
        with pytest.raises(ValueError, match="name"):
            call(name)


def test_secrets_are_bounded(store):
    """Neither an oversized write nor an oversized file is taken."""
    with pytest.raises(ValueError, match="at most"):
        store.put("db.key", bytes(limits.SECRET_BYTES + 1))
    (store.directory / "db.key").write_bytes(bytes(limits.SECRET_BYTES + 1))
    assert refused(store.get, "db.key") is ErrorCode.KEYSTORE_DAMAGED
