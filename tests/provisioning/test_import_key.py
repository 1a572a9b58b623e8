"""The hybrid HPKE key: its own serialisation, sealing, refusals."""

import pytest

from provisioning import import_key
from provisioning.errors import UntrustedError
from provisioning.import_key import ImportKey


@pytest.fixture(scope="module")
def pair(entropy):
    """One import key pair."""
    return ImportKey.from_bytes(entropy("pair")(import_key.PRIVATE_BYTES))


def test_what_is_sealed_to_the_public_bytes_opens_with_the_private_bytes(pair, entropy):
    """Private and public bytes survive being written and read: sealing to one opens with the other."""
    again = ImportKey.from_bytes(entropy("pair")(import_key.PRIVATE_BYTES))
    sealed = import_key.seal(b"k" * 32, pair.public_raw, b"info")
    assert again.open(sealed, b"info") == b"k" * 32
    assert len(sealed) == 32 + import_key.SEALED_OVERHEAD
    assert len(pair.public_raw) == import_key.PUBLIC_BYTES


@pytest.mark.parametrize("position", [0, 1_100, 1_135, -1])
def test_a_changed_seal_does_not_open(pair, position):
    """Any changed byte, in the encapsulation or in the text, is refused."""
    sealed = bytearray(import_key.seal(b"k" * 32, pair.public_raw, b"info"))
    sealed[position] ^= 1
    with pytest.raises(UntrustedError):
        pair.open(bytes(sealed), b"info")


def test_a_seal_is_bound_to_its_use_and_receiver(pair, entropy):
    """Another info or another receiver cannot open it, nor can a truncated one be opened."""
    sealed = import_key.seal(b"k" * 32, pair.public_raw, b"info")
    other = ImportKey.from_bytes(entropy("else")(import_key.PRIVATE_BYTES))
    for receiver, data, info in ((pair, sealed, b"other"), (other, sealed, b"info"), (pair, sealed[:50], b"info")):
        with pytest.raises(UntrustedError):
            receiver.open(data, info)


def test_keys_of_another_size_or_form_are_refused(pair):
    """Only keys of the right length that decode are keys; a low-order X25519 point cannot be sealed to."""
    for raw in (b"", pair.public_raw[:-1], pair.public_raw + b"\0", b"\xff" * import_key.PUBLIC_BYTES):
        with pytest.raises(ValueError):
            import_key.load_public(raw)
    with pytest.raises(ValueError):
        import_key.seal(b"k", pair.public_raw[:-32] + bytes(32), b"info")
    with pytest.raises(ValueError):
        ImportKey.from_bytes(b"\1" * 95)


def test_both_halves_count(pair, entropy):
    """A key that shares only one half with the receiver's opens nothing: an attacker must break both."""
    other = entropy("else")(import_key.PRIVATE_BYTES)
    own = entropy("pair")(import_key.PRIVATE_BYTES)
    sealed = import_key.seal(b"k" * 32, pair.public_raw, b"")
    for half in (own[:64] + other[64:], other[:64] + own[64:]):
        with pytest.raises(UntrustedError):
            ImportKey.from_bytes(half).open(sealed, b"")
