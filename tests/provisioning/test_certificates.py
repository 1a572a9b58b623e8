"""Certificates of the chain: who they name, and every way in which another certificate is none of ours."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st

from provisioning import certificates, limits
from provisioning.authority import Authority, Subject, make_authority, make_p256, make_serial
from provisioning.certificates import EPOCH, Role
from provisioning.errors import AskPersonError, ErrorCode, ProvisioningError, UntrustedError

NODE = b"\x05" * 16
SIGNING = b"\x06" * 32
DIGEST = b"\x07" * 32
SUBJECT = Subject(Role.NODE, NODE, "b-001", SIGNING, DIGEST)


@pytest.fixture(scope="module")
def key(entropy):
    """A node's TLS key."""
    return make_p256(entropy("tls"))


@pytest.fixture(scope="module")
def der(hq, key, now):
    """A proper node certificate."""
    return hq.authority.issue(SUBJECT, key.public_key(), now=now, serial=99)


def uris(hq, **changed):
    """The names of a proper node certificate, with some changed; None leaves one out."""
    fields = {
        "chain": hq.chain.hex(),
        "node": NODE.hex(),
        "role": "node",
        "branch": "b001",
        "signing": SIGNING.hex(),
        "import": DIGEST.hex(),
    } | changed
    return [
        x509.UniformResourceIdentifier(f"stayopen:{name}:{value}")
        for name, value in fields.items()
        if value is not None
    ]


def forge(hq, key, now, *, names=None, skip=(), more=(), signer=None, hash_=None, **replaced):
    """A certificate signed by the true CA with the profile bent: what an insider or a bug could make."""
    ca = hq.authority.certificate.certificate
    public = key.public_key()
    extensions = {
        "ski": (x509.SubjectKeyIdentifier.from_public_key(public), False),
        "basic": (x509.BasicConstraints(ca=False, path_length=None), True),
        "usage": (certificates.key_usage(signs_certificates=False), True),
        "eku": (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), True),
        "aki": (certificates.authority_key_id(ca), False),
        "names": (x509.SubjectAlternativeName(uris(hq) if names is None else names), False),
    } | replaced
    builder = (
        x509.CertificateBuilder()
        .public_key(public)
        .serial_number(7)
        .not_valid_before(EPOCH + timedelta(milliseconds=now))
        .not_valid_after(EPOCH + timedelta(milliseconds=now + limits.DAY))
        .issuer_name(ca.subject)
        .subject_name(x509.Name([]))
    )
    for name, (value, critical) in extensions.items():
        if name not in skip:
            builder = builder.add_extension(value, critical=critical)
    for value in more:
        builder = builder.add_extension(value, critical=False)
    return builder.sign(signer or hq.authority.key, hash_ or SHA256()).public_bytes(Encoding.DER)


def refusal(der, authority):
    """The code with which a certificate is refused for good."""
    with pytest.raises(UntrustedError) as caught:
        certificates.verify_certificate(der, authority)
    return caught.value.code


def test_a_node_certificate_tells_who_holds_it(hq, der, key, now):
    """Every name that went in comes out, with the dates in milliseconds."""
    found = certificates.verify_certificate(der, hq.authority.certificate)
    assert (found.chain, found.node, found.branch, found.role) == (hq.chain, NODE, "b-001", Role.NODE)
    assert (found.signing, found.import_digest) == (SIGNING, DIGEST)
    assert found.tls_public == certificates.point(key.public_key())
    assert found.not_before == now
    assert found.not_after == now + limits.CERTIFICATE_DAYS * limits.DAY
    assert found.serial == 99
    assert found.fingerprint == certificates.fingerprint(der)


def test_the_bent_certificates_below_are_refused_for_their_bend_alone(hq, key, now):
    """Unbent, the forger's certificate is accepted."""
    assert certificates.verify_certificate(forge(hq, key, now), hq.authority.certificate).node == NODE


@pytest.mark.parametrize("skip", ["ski", "basic", "usage", "eku", "aki", "names"])
def test_each_extension_must_be_there(hq, key, now, skip):
    """A certificate that lacks one extension of the profile is refused."""
    code = refusal(forge(hq, key, now, skip=(skip,)), hq.authority.certificate)
    assert code is ErrorCode.CERTIFICATE_INVALID


@pytest.mark.parametrize(
    "bend",
    [
        {"basic": (x509.BasicConstraints(ca=True, path_length=None), True)},
        {"basic": (x509.BasicConstraints(ca=False, path_length=None), False)},
        {"usage": (certificates.key_usage(signs_certificates=True), True)},
        {"eku": (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), True)},
        {"eku": (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]), True)},
        {"more": (x509.OCSPNoCheck(),)},
        {"more": (x509.UnrecognizedExtension(x509.ObjectIdentifier("2.25.1"), b"\x05\x00"),)},
        {"hash_": SHA384()},
    ],
)
def test_each_extension_must_be_exact(hq, key, now, bend):
    """A usage, flag, extension or hash outside the profile is refused even from the true CA."""
    assert refusal(forge(hq, key, now, **bend), hq.authority.certificate) is ErrorCode.CERTIFICATE_INVALID


@pytest.mark.parametrize(
    "changed",
    [
        {"chain": None},
        {"node": None},
        {"role": None},
        {"branch": None},
        {"signing": None},
        {"import": None},
        {"node": NODE.hex()[:-2]},
        {"node": "AB" * 16},
        {"signing": "zz" * 32},
        {"role": "admin"},
        {"role": "hq"},
        {"branch": ""},
        {"branch": "B001"},
        {"branch": "b" * 17},
        {"branch": "b001\n"},
        {"extra": "1"},
    ],
)
def test_names_must_be_exactly_one_nodes(hq, key, now, changed):
    """A name that is missing, malformed, unknown or of another role is refused."""
    der = forge(hq, key, now, names=uris(hq, **changed))
    assert refusal(der, hq.authority.certificate) is ErrorCode.CERTIFICATE_INVALID


@pytest.mark.parametrize(
    "extra",
    [
        x509.UniformResourceIdentifier("stayopen:node:" + "00" * 16),
        x509.UniformResourceIdentifier("https://stayopen.example/"),
        x509.DNSName("localhost"),
    ],
)
def test_no_name_beside_ours(hq, key, now, extra):
    """A second value for a name, another scheme and a host name are refused."""
    der = forge(hq, key, now, names=[*uris(hq), extra])
    assert refusal(der, hq.authority.certificate) is ErrorCode.CERTIFICATE_INVALID


def test_keys_must_be_p256(hq, now):
    """A certificate for another curve or algorithm is refused."""
    for key in (ec.generate_private_key(ec.SECP384R1()), Ed25519PrivateKey.generate()):
        assert refusal(forge(hq, key, now), hq.authority.certificate) is ErrorCode.CERTIFICATE_INVALID


def test_another_chains_certificate_is_told_apart(hq, other_hq, key, der, now):
    """Another CA's certificate, one that only borrows our CA's name, and a foreign chain id are `wrong_chain`."""
    assert refusal(der, other_hq.authority.certificate) is ErrorCode.WRONG_CHAIN
    thief = forge(hq, key, now, signer=other_hq.authority.key)
    assert refusal(thief, hq.authority.certificate) is ErrorCode.WRONG_CHAIN
    misnamed = forge(hq, key, now, names=uris(hq, chain=other_hq.chain.hex()))
    assert refusal(misnamed, hq.authority.certificate) is ErrorCode.WRONG_CHAIN


def test_a_ca_is_no_peer_and_a_peer_no_ca(hq, der):
    """The CA's certificate identifies nobody, and a node's certificate is no CA."""
    assert refusal(hq.authority.certificate.der, hq.authority.certificate) is ErrorCode.CERTIFICATE_INVALID
    with pytest.raises(UntrustedError):
        certificates.read_authority(der)


def test_a_borrowed_ca_name_is_not_enough(hq, other_hq, now, entropy):
    """A CA of the same chain id under another key is another CA: what one issues the other refuses."""
    twin = make_authority(hq.chain, make_p256(entropy("twin")), now=now, serial=1)
    der = twin.issue(SUBJECT, make_p256(entropy("t")).public_key(), now=now, serial=2)
    assert refusal(der, hq.authority.certificate) is ErrorCode.WRONG_CHAIN


def test_a_ca_with_a_foreign_signature_is_refused(hq, other_hq, now):
    """A CA certificate that its own key did not sign is refused."""
    liar = Authority(hq.authority.certificate, other_hq.authority.key)
    mixed = liar.issue(SUBJECT, other_hq.authority.key.public_key(), now=now, serial=2)
    with pytest.raises(UntrustedError):
        certificates.read_authority(mixed)


def test_dates_are_asked_separately(hq, der, now):
    """Identity never looks at dates; validity includes both ends and nothing beyond."""
    found = certificates.verify_certificate(der, hq.authority.certificate)
    for moment in (found.not_before, now, found.not_after):
        certificates.check_validity(found, moment)
    for moment in (0, found.not_before - 1, found.not_after + 1, 2**53):
        with pytest.raises(AskPersonError) as caught:
            certificates.check_validity(found, moment)
        assert caught.value.code is ErrorCode.CERTIFICATE_EXPIRED


def test_a_clock_at_either_end_of_time_still_issues(hq, key):
    """HQ with a clock at 1970 or near 9999 makes certificates that read back."""
    for moment in (0, 999, limits.TIME_MAX - 1):
        der = hq.authority.issue(SUBJECT, key.public_key(), now=moment, serial=5)
        found = certificates.verify_certificate(der, hq.authority.certificate)
        certificates.check_validity(found, moment // 1000 * 1000)


def test_roles_are_checked(hq, der):
    """A node is not taken for HQ."""
    found = certificates.verify_certificate(der, hq.authority.certificate)
    certificates.check_role(found, Role.NODE)
    with pytest.raises(UntrustedError) as caught:
        certificates.check_role(found, Role.HQ)
    assert caught.value.code is ErrorCode.WRONG_ROLE


def test_a_bad_branch_is_never_issued(hq, key, now):
    """The CA refuses to write a branch id that it could not read."""
    with pytest.raises(ValueError, match="branch"):
        hq.authority.issue(Subject(Role.NODE, NODE, "店", SIGNING, DIGEST), key.public_key(), now=now, serial=1)


def test_serials_are_positive(entropy):
    """A serial number is never 0, whatever the entropy, and has at most 16 bytes."""
    assert make_serial(bytes) == 1
    assert 0 < make_serial(lambda size: b"\xff" * size) <= 2**127


def test_oversized_input_is_not_parsed(hq):
    """More bytes than any of our certificates has are refused unread."""
    assert refusal(bytes(limits.CERTIFICATE_BYTES + 1), hq.authority.certificate) is ErrorCode.TOO_LARGE


def test_a_changed_bit_changes_nothing_that_a_certificate_says(hq, der):
    """With any one bit changed it is refused, or says the same (the signature alone has several spellings)."""
    true = certificates.verify_certificate(der, hq.authority.certificate)
    for position in range(8 * len(der)):
        changed = bytearray(der)
        changed[position // 8] ^= 1 << position % 8
        try:
            found = certificates.verify_certificate(bytes(changed), hq.authority.certificate)
        except ProvisioningError:
            continue
        assert replace(found, fingerprint=true.fingerprint) == true


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_truncated_or_random_certificate_is_refused(hq, der, data):
    """Cut or made-up bytes are refused by both readers without another error."""
    raw = data.draw(st.one_of(st.binary(max_size=200), st.integers(0, len(der) - 1).map(lambda n: der[:n])))
    with pytest.raises(UntrustedError):
        certificates.verify_certificate(raw, hq.authority.certificate)
    with pytest.raises(UntrustedError):
        certificates.read_authority(raw)
