"""HQ's side: a code is good for one node, once, in time, and for nobody who lacks it."""

import itertools
from dataclasses import replace

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from provisioning import limits
from provisioning.certificates import Role, verify_certificate
from provisioning.enrolment import granting, joining, messages
from provisioning.enrolment.code import make_code
from provisioning.errors import AskPersonError, ErrorCode, ProvisioningError
from provisioning.import_key import digest

ASKED = {"node": b"\x01" * 16, "branch": "s-0123456789ab"}


@pytest.fixture
def ask(hq, terms, now, entropy):
    """Puts a request to HQ: answers, or gives the code of the refusal."""
    source = entropy("ask")

    def put(request, record, when=now, agreed=terms):
        try:
            return granting.answer(request, record, hq, agreed, now=when, random_bytes=source)
        except ProvisioningError as error:
            return error.code

    return put


def test_the_certificate_is_for_the_asking_keys(enrolment, hq, node, terms):
    """The granted certificate names the keys that asked and the ids that HQ chose."""
    body = messages.decode_grant(enrolment.answer.grant).body
    found = verify_certificate(body.node_certificate, hq.authority.certificate)
    assert (found.role, found.node, found.branch) == (Role.NODE, terms.node, terms.branch)
    assert (found.signing, found.tls_public) == (node.signing_public, node.tls_public)
    assert found.import_digest == digest(node.import_key.public_raw)


def test_the_record_holds_only_a_hash(enrolment):
    """Neither the secret nor the key made of it can be read from what HQ stores."""
    stored = repr(enrolment.answer.record).encode() + enrolment.answer.record.id + enrolment.answer.grant
    secret = enrolment.code.secret
    for told in (secret.to_bytes(12), enrolment.code.key.private_bytes_raw(), enrolment.code.text.encode()):
        assert told not in stored
        assert told.hex().encode() not in stored
    assert enrolment.code.key.public_key().public_bytes_raw().hex().encode() not in stored


def test_the_secret_does_not_travel(enrolment):
    """The request holds the public half of the code's key and nothing of the secret."""
    raw = messages.encode(enrolment.request)
    assert enrolment.code.key.private_bytes_raw().hex().encode() not in raw
    assert enrolment.code.text.encode() not in raw


def test_the_record_remembers_who_used_it(enrolment, now):
    """A used record says by which keys and when, and keeps the answer."""
    record = enrolment.answer.record
    assert record.used_by == granting.keys_digest(enrolment.request.body)
    assert record.used_at == now + 1
    assert record.grant == enrolment.answer.grant
    assert (record.id, record.branch, record.expires) == (
        enrolment.record.id,
        enrolment.record.branch,
        enrolment.record.expires,
    )


def test_a_lost_answer_is_given_again(enrolment, ask):
    """The same node with the same code gets the same bytes, also later, also when its history grew meanwhile."""
    grown = joining.request_for(enrolment.code, enrolment.node, **ASKED, logs=[])
    for request, when in itertools.product((enrolment.request, grown), (0, enrolment.record.expires + limits.DAY)):
        again = ask(request, enrolment.answer.record, when)
        assert again.repeated
        assert again.grant == enrolment.answer.grant
        assert again.record == enrolment.answer.record


def test_a_used_code_is_refused_to_anybody_else(enrolment, stranger, ask):
    """A second node with the same code, whoever told it, gets nothing."""
    request = joining.request_for(enrolment.code, stranger, **ASKED, logs=[])
    assert ask(request, enrolment.answer.record) is ErrorCode.CODE_USED


def test_an_unknown_code_is_refused(enrolment, ask, entropy, hq):
    """A code that HQ did not make, and a record that belongs to another code, are unknown."""
    assert ask(enrolment.request, None) is ErrorCode.CODE_UNKNOWN
    made_up = make_code(hq.chain, hq.identity.fingerprint, entropy("guess"))
    request = joining.request_for(made_up, enrolment.node, **ASKED, logs=[])
    assert ask(request, enrolment.record) is ErrorCode.CODE_UNKNOWN


def test_a_code_expires_by_hqs_time(enrolment, ask, now):
    """A code works until the moment of expiry, not at it, and not before it was made."""
    record = enrolment.record
    assert record.expires == now + limits.CODE_LIFETIME
    for when in (record.expires, record.expires + 1, record.created - 1):
        assert ask(enrolment.request, record, when) is ErrorCode.CODE_EXPIRED
    assert not ask(enrolment.request, record, record.expires - 1).repeated


def signed_by(body, code_key, signing, tls):
    """A request over ``body`` with a signature by each of the three keys."""
    signed = messages.signed_bytes(body)
    return messages.EnrolmentRequest(
        body=body,
        by_code=code_key.sign(signed),
        by_signing=signing.sign(signed),
        by_tls=tls.sign(signed, ec.ECDSA(SHA256())),
    )


@pytest.mark.parametrize("wrong", ["code_key", "signing", "tls"])
def test_each_proof_is_needed(enrolment, ask, wrong):
    """A request signed by a wrong key in any one of the three places is refused."""
    right = {"code_key": enrolment.code.key, "signing": enrolment.node.signing, "tls": enrolment.node.tls}
    body = enrolment.request.body
    assert ask(signed_by(body, **right), enrolment.record).grant
    bad = ec.generate_private_key(ec.SECP256R1()) if wrong == "tls" else Ed25519PrivateKey.generate()
    assert ask(signed_by(body, **(right | {wrong: bad})), enrolment.record) is ErrorCode.PROOF_INVALID


def tampered(request, stranger):
    """One request per field, with that field exchanged for another that looks as good."""
    body, standing = request.body, request.body.standing
    log = standing.logs[0]
    bodies = [
        {"signing": stranger.signing_public.hex()},
        {"tls": stranger.tls_public.hex()},
        {"import_key": stranger.import_key.public_raw},
        {"standing": msgspec.structs.replace(standing, node="ff" * 16)},
        {"standing": msgspec.structs.replace(standing, branch="b999")},
        {"standing": msgspec.structs.replace(standing, logs=[])},
        {"standing": msgspec.structs.replace(standing, logs=[log, log])},
    ] + [
        {"standing": msgspec.structs.replace(standing, logs=[msgspec.structs.replace(log, **{name: value})])}
        for name, value in {"chain": "ab" * 16, "incarnation": "ab" * 16, "seq": 813, "head": "ab" * 32}.items()
    ]
    yield from (msgspec.structs.replace(request, body=msgspec.structs.replace(body, **part)) for part in bodies)
    for name in ("by_code", "by_signing", "by_tls"):
        value = bytearray(getattr(request, name))
        value[-1] ^= 1
        yield msgspec.structs.replace(request, **{name: bytes(value)})


def test_a_tampered_request_is_refused_at_every_field(enrolment, stranger, ask):
    """Whoever exchanges any field of a request that is not his breaks a proof."""
    for request in tampered(enrolment.request, stranger):
        assert ask(request, enrolment.record) is ErrorCode.PROOF_INVALID
        assert ask(request, enrolment.answer.record) is ErrorCode.PROOF_INVALID


def test_keys_off_the_curve_are_refused(enrolment, ask):
    """A TLS key that is no point of P-256, though of the right length, fails as a proof does."""
    body = msgspec.structs.replace(enrolment.request.body, tls="04" + "00" * 64)
    request = signed_by(body, enrolment.code.key, enrolment.node.signing, enrolment.node.tls)
    assert ask(request, enrolment.record) is ErrorCode.PROOF_INVALID


@pytest.mark.parametrize("raw", [b"\xff" * 1216, None])
def test_an_unusable_import_key_is_refused(enrolment, ask, raw):
    """An import key that nothing can be sealed to is refused before a certificate exists."""
    own = enrolment.node.import_key.public_raw
    body = msgspec.structs.replace(enrolment.request.body, import_key=raw or own[:-32] + bytes(32))
    request = signed_by(body, enrolment.code.key, enrolment.node.signing, enrolment.node.tls)
    assert ask(request, enrolment.record) is ErrorCode.MALFORMED


def test_a_failure_leaves_the_record_as_it_was(enrolment, stranger, ask):
    """After refusals the right node still gets its grant."""
    for request in tampered(enrolment.request, stranger):
        ask(request, enrolment.record)
    assert not enrolment.record.used_by
    assert ask(enrolment.request, enrolment.record).record.used_by


def test_callers_mistakes_are_told_at_once(enrolment, hq, now, terms, entropy, ask):
    """HQ's own program cannot make codes for impossible branches or times, nor grant an unprintable name."""
    for branch in ("", "店", "B1", "x" * 17):
        with pytest.raises(ValueError, match="branch"):
            granting.issue_code(hq, branch, now=now, random_bytes=entropy("x"))
    for lifetime in (0, -1, limits.CODE_LIFETIME_MAX + 1):
        with pytest.raises(ValueError, match="days"):
            granting.issue_code(hq, "b001", now=now, random_bytes=entropy("x"), lifetime=lifetime)
    for bad in (replace(terms, branch_name="a\nb"), replace(terms, branch="店")):
        with pytest.raises(ValueError, match="branch"):
            ask(enrolment.request, enrolment.record, agreed=bad)


def test_two_codes_are_two(hq, now, entropy):
    """Each code has its own id, and one's node cannot use the other's record."""
    source = entropy("two")
    first, second = (granting.issue_code(hq, "b001", now=now, random_bytes=source) for _ in range(2))
    assert first[1].id != second[1].id
    assert first[0].text != second[0].text


def test_refusals_ask_a_person(enrolment, hq, terms, now, entropy):
    """What a person can mend is an `AskPersonError`: unknown, used and expired codes."""
    with pytest.raises(AskPersonError, match="code_unknown"):
        granting.answer(enrolment.request, None, hq, terms, now=now, random_bytes=entropy("x"))
