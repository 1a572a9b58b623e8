"""The node's side: an answer is believed in full or not at all, and kept so that a crash leaves no half."""

from dataclasses import replace

import msgspec
import pytest

from provisioning import keys
from provisioning.authority import Subject
from provisioning.certificates import Role, fingerprint
from provisioning.enrolment import granting, joining, messages
from provisioning.enrolment.code import make_code
from provisioning.errors import AskPersonError, ErrorCode, ProvisioningError
from provisioning.import_key import digest, seal
from provisioning.keystore import Keystore


@pytest.fixture
def accept(enrolment):
    """Judges an answer as the asking node: gives the membership, or the code of the refusal."""

    def judge(raw, code=enrolment.code, node=enrolment.node, request=enrolment.request):
        try:
            return joining.accept(raw, code, node, request)
        except ProvisioningError as error:
            return error.code

    return judge


def signed(body, hq):
    """A grant over ``body`` with ``hq``'s signature."""
    return messages.encode(messages.EnrolmentGrant(body=body, by_hq=hq.signing.sign(messages.signed_bytes(body))))


@pytest.fixture
def body(enrolment):
    """The body of the true grant."""
    return messages.decode_grant(enrolment.answer.grant).body


def test_a_grant_brings_everything_that_a_node_needs(accept, enrolment, hq, terms, now):
    """The node learns its ids, HQ's keys and epoch, and the chain's member key."""
    found = accept(enrolment.answer.grant)
    assert (found.chain, found.hq, found.node) == (hq.chain, hq.node, terms.node)
    assert (found.branch, found.branch_name, found.epoch) == (terms.branch, terms.branch_name, terms.epoch)
    assert (found.hq_signing, found.hq_import) == (hq.signing_public, hq.import_key.public_raw)
    assert found.member_key == hq.member_key
    assert found.time == now + 1
    assert found.authority == hq.authority.certificate


def test_the_member_key_travels_sealed(enrolment, hq):
    """The chain's member key cannot be read from the grant, in no encoding that JSON may hold."""
    raw = messages.decode_grant(enrolment.answer.grant)
    assert hq.member_key not in raw.body.member_key
    assert hq.member_key.hex().encode() not in enrolment.answer.grant


def changes(body, other, stranger):
    """For each field of a grant another value of the same form."""
    return {
        "keys": "ab" * 32,
        "chain": other.chain.hex(),
        "hq": "ab" * 16,
        "node": "ab" * 16,
        "branch": "b002",
        "branch_name": "另一家店",
        "epoch": messages.HQEpoch(n=4, id="ab" * 16),
        "time": body.time + 1,
        "node_certificate": other.certificate,
        "ca_certificate": other.authority.certificate.der,
        "hq_certificate": other.certificate,
        "hq_import": stranger.import_key.public_raw,
        "member_key": seal(b"\x00" * 32, stranger.import_key.public_raw, b"x"),
    }


def test_a_tampered_grant_is_refused_at_every_field(accept, enrolment, body, other_hq, stranger):
    """Exchanging any field of a grant breaks it; every field is tried."""
    changed = changes(body, other_hq, stranger)
    assert {*changed, "version"} == {field.name for field in msgspec.structs.fields(messages.GrantBody)}
    grant = messages.decode_grant(enrolment.answer.grant)
    for name, value in changed.items():
        bent = msgspec.structs.replace(grant, body=msgspec.structs.replace(body, **{name: value}))
        assert isinstance(accept(messages.encode(bent)), ErrorCode), name
    assert not isinstance(accept(messages.encode(grant)), ErrorCode)


def test_a_changed_signature_is_refused(accept, enrolment):
    """A grant whose signature lost a bit is refused."""
    grant = messages.decode_grant(enrolment.answer.grant)
    bent = msgspec.structs.replace(grant, by_hq=grant.by_hq[:-1] + bytes([grant.by_hq[-1] ^ 1]))
    assert accept(messages.encode(bent)) is ErrorCode.GRANT_INVALID


@pytest.mark.parametrize("name", ["hq", "node", "branch", "hq_import", "member_key", "chain", "node_certificate"])
def test_even_the_signer_must_not_contradict_itself(accept, enrolment, hq, body, other_hq, stranger, name):
    """A grant that HQ signed but whose body and certificates disagree is refused, so no fault of HQ spreads."""
    value = b"\xff" * 1216 if name == "hq_import" else changes(body, other_hq, stranger)[name]
    assert isinstance(accept(signed(msgspec.structs.replace(body, **{name: value}), hq)), ErrorCode)


def test_a_certificate_for_other_keys_is_refused(accept, enrolment, hq, body, stranger, terms, now):
    """A node takes no certificate in which any of its three keys is another's."""
    node = enrolment.node
    own = {"signing": node.signing_public, "import_digest": digest(node.import_key.public_raw), "tls": node.tls}
    other = {
        "signing": stranger.signing_public,
        "import_digest": digest(stranger.import_key.public_raw),
        "tls": stranger.tls,
    }
    for name in own:
        mixed = own | {name: other[name]}
        subject = Subject(Role.NODE, terms.node, terms.branch, mixed["signing"], mixed["import_digest"])
        der = hq.authority.issue(subject, mixed["tls"].public_key(), now=now, serial=9)
        code = accept(signed(msgspec.structs.replace(body, node_certificate=der), hq))
        assert code in {ErrorCode.CERTIFICATE_INVALID, ErrorCode.GRANT_INVALID}


def test_another_hqs_answer_is_refused(accept, enrolment, other_hq, body, terms, now, entropy):
    """A complete, well-signed grant of another chain is refused: by its tag, and by the pin if the tag lies."""
    record = replace(enrolment.record, id=granting.code_id(enrolment.request))
    foreign = granting.answer(
        enrolment.request, record, other_hq, terms, now=now, random_bytes=entropy("foreign")
    ).grant
    assert accept(foreign) is ErrorCode.CODE_OF_ANOTHER_CHAIN
    lying = msgspec.structs.replace(messages.decode_grant(foreign).body, chain=body.chain)
    assert accept(signed(lying, other_hq)) is ErrorCode.WRONG_SERVER


def test_a_true_certificate_does_not_help_a_thief(accept, body, other_hq):
    """Who shows the pinned certificate but lacks HQ's signing key cannot answer."""
    assert accept(signed(msgspec.structs.replace(body, time=5), other_hq)) is ErrorCode.GRANT_INVALID


def test_a_node_is_no_hq(accept, enrolment, body, entropy):
    """A grant signed by a node of the chain, its own certificate in HQ's place, is refused for its role."""
    code = make_code(bytes.fromhex(body.chain), fingerprint(body.node_certificate), entropy("insider"))
    grant = signed(msgspec.structs.replace(body, hq_certificate=body.node_certificate), enrolment.node)
    assert accept(grant, code=code) is ErrorCode.WRONG_ROLE


def test_a_certificate_outside_its_dates_is_refused(accept, hq, body):
    """A grant whose certificate is not valid at HQ's own time is refused."""
    assert accept(signed(msgspec.structs.replace(body, time=0), hq)) is ErrorCode.CERTIFICATE_EXPIRED


def test_an_answer_to_somebody_else_is_refused(accept, enrolment, stranger):
    """Another node cannot use the answer, nor can the node with another request."""
    request = joining.request_for(enrolment.code, stranger, b"\x01" * 16, "s-1", [])
    assert accept(enrolment.answer.grant, node=stranger, request=request) is ErrorCode.GRANT_INVALID
    assert accept(enrolment.answer.grant, node=stranger) is ErrorCode.CERTIFICATE_INVALID


def test_an_enrolment_survives_a_restart(enrolled_dir, enrolment, accept):
    """What was saved loads as the same membership."""
    store = Keystore(enrolled_dir)
    assert joining.load(store, keys.load_node(store)) == accept(enrolment.answer.grant)


def test_a_node_that_stands_alone_has_no_membership(node_dir, node):
    """Without an enrolment there is nothing to load, and that is no error."""
    assert joining.load(Keystore(node_dir), node) is None


def test_the_nodes_own_member_key_stays(enrolled_dir, node, hq):
    """Enrolment gives the chain's member key and keeps the node's own: old hashes can still be told."""
    store = Keystore(enrolled_dir)
    loaded = keys.load_node(store)
    assert loaded.member_key == node.member_key
    assert joining.load(store, loaded).member_key == hq.member_key != node.member_key


def test_the_chains_member_key_lies_nowhere_in_clear(enrolled_dir, hq):
    """After an enrolment no file of the node holds the chain's member key unsealed."""
    for path in enrolled_dir.iterdir():
        assert hq.member_key not in path.read_bytes()


def test_a_crash_while_saving_leaves_no_half(tmp_path, entropy, accept, enrolment, monkeypatch):
    """A power cut between the two files leaves the node alone or enrolled, and the next start completes it."""
    membership = accept(enrolment.answer.grant)
    for written in (0, 1):
        directory = tmp_path / str(written)
        node = keys.create_node(directory, entropy("node"))
        store = Keystore(directory)
        left = iter(range(written))

        def crashing(name, value, left=left, put=store.put):
            if next(left, None) is None:
                raise OSError("power cut")
            put(name, value)

        monkeypatch.setattr(store, "put", crashing)
        with pytest.raises(OSError, match="power cut"):
            joining.save(store, enrolment.answer.grant, membership)
        again = Keystore(directory)
        assert joining.load(again, node) == (membership if written else None)
        assert again.has(keys.TLS_CERTIFICATE) is bool(written)


def test_a_damaged_enrolment_is_noticed(enrolled_dir, stranger):
    """A kept answer that was changed, or that lies beside another node's keys, is refused at start."""
    store = Keystore(enrolled_dir)
    node = keys.load_node(store)
    with pytest.raises(AskPersonError, match="certificate_invalid"):
        joining.load(store, stranger)
    store.put(keys.ENROLMENT, store.get(keys.ENROLMENT).replace("万达".encode(), "千达".encode()))
    with pytest.raises(AskPersonError) as caught:
        joining.load(store, node)
    assert caught.value.code is ErrorCode.KEYSTORE_DAMAGED


def test_repr_shows_no_member_key(accept, enrolment, hq):
    """A membership in a log line does not show the chain's member key."""
    shown = repr(accept(enrolment.answer.grant))
    assert hq.member_key.hex() not in shown
    assert repr(hq.member_key) not in shown
