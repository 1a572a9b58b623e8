"""The one-time code: reading what people type, noticing what they mistype."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.enrolment.code import ALPHABET, EnrolmentCode, chain_tag, make_code, parse_code
from provisioning.errors import AskPersonError, ErrorCode

codes = st.builds(
    EnrolmentCode,
    tag=st.integers(0, 2**20 - 1),
    pin=st.integers(0, 2**130 - 1),
    secret=st.integers(0, 2**90 - 1),
)


def plain(code):
    """The code's 55 characters."""
    return code.text.replace("-", "")


def refused(text):
    """The code of the refusal of ``text``."""
    with pytest.raises(AskPersonError) as caught:
        parse_code(text)
    return caught.value.code


@given(codes)
def test_text_and_code_are_one(code):
    """What is written is read back; the text is eleven groups of five from Crockford's alphabet."""
    assert parse_code(code.text) == code
    groups = code.text.split("-")
    assert [len(group) for group in groups] == [5] * 11
    assert set(plain(code)) <= set(ALPHABET)


@given(codes, st.randoms(use_true_random=False))
def test_the_way_of_typing_does_not_matter(code, dice):
    """Case, blanks, any hyphens, full-width letters and the look-alikes O, I and L are read as meant."""
    looks = {"0": "0Oo０", "1": "1IlL１"}
    typed = "".join(
        dice.choice(looks.get(char, char + char.lower() + chr(ord(char) + 0xFEE0)))
        + dice.choice(["", "", "-", " ", "—"])
        for char in plain(code)
    )
    assert parse_code(f"\u3000{typed}\n") == code


@given(codes, st.data())
def test_up_to_four_wrong_characters_are_noticed(code, data):
    """No code with one to four characters changed is taken for a code."""
    text = list(plain(code))
    for place in data.draw(st.lists(st.integers(0, 54), min_size=1, max_size=4, unique=True)):
        text[place] = data.draw(st.sampled_from(ALPHABET.replace(text[place], "")))
    assert refused("".join(text)) is ErrorCode.CODE_MISTYPED


@given(codes, st.data())
def test_swapped_characters_are_noticed(code, data):
    """Two characters that changed places are noticed unless they are the same."""
    text = list(plain(code))
    first, second = data.draw(st.lists(st.integers(0, 54), min_size=2, max_size=2, unique=True))
    text[first], text[second] = text[second], text[first]
    if text == list(plain(code)):
        assert parse_code("".join(text)) == code
    else:
        assert refused("".join(text)) is ErrorCode.CODE_MISTYPED


@given(codes, st.integers(0, 54))
def test_missing_and_doubled_characters_are_noticed(code, place):
    """A code that lost or doubled a character has the wrong length and says so."""
    text = plain(code)
    assert refused(text[:place] + text[place + 1 :]) is ErrorCode.CODE_MISTYPED
    assert refused(text[:place] + text[place] + text[place:]) is ErrorCode.CODE_MISTYPED


@given(st.text(max_size=300))
def test_any_other_text_is_refused_as_mistyped(text):
    """Whatever is pasted, the answer is a code's refusal and no other error."""
    assert refused(text) in {ErrorCode.CODE_MISTYPED, ErrorCode.VERSION_UNSUPPORTED}


def test_the_refusal_points_at_the_group(hq, entropy):
    """A character outside the alphabet is located by its group, and the refusal does not repeat the code."""
    groups = make_code(hq.chain, hq.identity.fingerprint, entropy("c")).text.split("-")
    groups[3] = "AB#DE"
    with pytest.raises(AskPersonError, match="group 4") as caught:
        parse_code("-".join(groups))
    assert groups[10] not in str(caught.value)


def test_another_version_is_told_apart(monkeypatch):
    """A well-formed code of a later version is not called mistyped."""
    monkeypatch.setattr("provisioning.enrolment.code.VERSION", 2)
    text = EnrolmentCode(1, 2, 3).text
    monkeypatch.undo()
    assert refused(text) is ErrorCode.VERSION_UNSUPPORTED


def test_a_code_is_known_by_its_bytes():
    """The text of a fixed code never changes: codes on paper outlive an update of HQ."""
    code = EnrolmentCode(0x12345, 2**129 + 7, 2**89 + 11)
    assert code.text == "128T5-G0000-00000-00000-00000-00000-7G000-00000-00000-000B8-56XT4"
    assert (
        code.key.public_key().public_bytes_raw().hex()
        == "a1787905a477224d237692bd2965e7a1b2df268e4f57760f3b2409993134b106"
    )


def test_a_code_pins_one_certificate(hq, other_hq, entropy):
    """The code accepts the SHA-256 it was made with and none that differs in the first 130 bits."""
    digest = hq.identity.fingerprint
    code = make_code(hq.chain, digest, entropy("c"))
    assert code.matches(digest)
    assert not code.matches(other_hq.identity.fingerprint)
    for bit in (0, 64, 129):
        changed = int.from_bytes(digest) ^ 1 << (255 - bit)
        assert not code.matches(changed.to_bytes(32))


def test_a_code_knows_its_chain(hq, other_hq, entropy):
    """The tag fits the chain's id and not another's."""
    code = make_code(hq.chain, hq.identity.fingerprint, entropy("c"))
    assert code.is_for(hq.chain)
    assert not code.is_for(other_hq.chain)
    assert code.tag == chain_tag(hq.chain)


def test_the_key_depends_on_every_part():
    """Codes that differ in secret, pin or tag have different keys."""
    parts = [(1, 2, 3), (1, 2, 4), (1, 3, 3), (2, 2, 3)]
    assert len({EnrolmentCode(*part).key.private_bytes_raw() for part in parts}) == 4


def test_repr_hides_the_secret(hq, entropy):
    """A code in a log line does not show its secret."""
    code = make_code(hq.chain, hq.identity.fingerprint, entropy("c"))
    assert str(code.secret) not in repr(code)
    assert code.text not in repr(code)


def test_fresh_codes_differ(hq, entropy):
    """Each drawing of entropy makes another secret, of up to 90 bits."""
    source = entropy("many")
    secrets = {make_code(hq.chain, hq.identity.fingerprint, source).secret for _ in range(50)}
    assert len(secrets) == 50
    assert max(secrets).bit_length() > 80
    assert max(secrets).bit_length() <= 90
