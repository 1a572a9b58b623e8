"""The bodies of an enrolment: bounds, strictness, and errors that quote nothing."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provisioning import limits
from provisioning.enrolment import messages
from provisioning.errors import ErrorCode, UntrustedError


@pytest.fixture
def request_json(enrolment):
    """A proper request as plain JSON values."""
    return json.loads(messages.encode(enrolment.request))


@pytest.fixture
def grant_json(enrolment):
    """A proper grant as plain JSON values."""
    return json.loads(enrolment.answer.grant)


def refusal(call, value):
    """The error with which a decoder refuses ``value`` (bytes, or JSON values)."""
    with pytest.raises(UntrustedError) as caught:
        call(value if isinstance(value, bytes) else json.dumps(value).encode())
    return caught.value


def test_messages_survive_the_wire(enrolment):
    """What is encoded decodes to the same message and the same signed bytes."""
    again = messages.decode_request(messages.encode(enrolment.request))
    assert again == enrolment.request
    assert messages.signed_bytes(again.body) == messages.signed_bytes(enrolment.request.body)


def test_signed_bytes_are_fixed(enrolment):
    """Signatures cover the label and compact JSON in the documented order of fields."""
    signed = messages.signed_bytes(enrolment.request.body)
    label, body = signed.split(b" request ", 1)
    assert label == b"stayopen/1 enrolment"
    assert list(json.loads(body)) == ["version", "code_key", "signing", "tls", "import_key", "standing"]
    assert body == json.dumps(json.loads(body), separators=(",", ":"), ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("body", "code_key"), "AB" * 32),
        (("body", "code_key"), "ab" * 31),
        (("body", "signing"), "ab" * 32 + "\n"),
        (("body", "tls"), "02" + "ab" * 64),
        (("body", "import_key"), "AAAA"),
        (("body", "import_key"), 5),
        (("body", "standing"), None),
        (("body", "standing", "branch"), "店"),
        (("body", "standing", "branch"), "x" * 17),
        (("body", "standing", "node"), ""),
        (("body", "standing", "logs", 0, "seq"), -1),
        (("body", "standing", "logs", 0, "seq"), 2**53 + 1),
        (("body", "standing", "logs", 0, "seq"), 1.5),
        (("body", "standing", "logs", 0, "seq"), True),
        (("body", "standing", "logs", 0, "head"), "ab"),
        (("by_code",), ""),
        (("by_signing",), "!!!"),
        (("by_tls",), "A" * 1000),
        (("surprise",), 1),
        (("body", "surprise"), 1),
        (("body", "version"), "1"),
    ],
)
def test_each_field_is_bounded(request_json, path, value):
    """A field of the wrong type, size or alphabet, or an unknown one, is refused as malformed."""
    holder = request_json
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    assert refusal(messages.decode_request, request_json).code is ErrorCode.MALFORMED


def test_each_field_must_be_there(request_json, grant_json):
    """A request or grant that lacks any one field is refused as malformed."""
    for decode, whole in ((messages.decode_request, request_json), (messages.decode_grant, grant_json)):
        for place in (whole, whole["body"]):
            for name in list(place):
                value = place.pop(name)
                assert refusal(decode, whole).code is ErrorCode.MALFORMED
                place[name] = value


@pytest.mark.parametrize("name", ["", "一" * 65, "line\nbreak", "tab\there", "\u202e万达"])
def test_branch_names_print_on_one_line(grant_json, name):
    """A shop's name without characters, too long, or with control characters is refused."""
    grant_json["body"]["branch_name"] = name
    assert refusal(messages.decode_grant, grant_json).code is ErrorCode.MALFORMED


def test_another_version_is_told_apart(request_json, grant_json):
    """A message of a later version is refused as such, even with fields that we do not know."""
    for decode, whole in ((messages.decode_request, request_json), (messages.decode_grant, grant_json)):
        whole["body"] |= {"version": 2, "novelty": True}
        assert refusal(decode, whole).code is ErrorCode.VERSION_UNSUPPORTED


def test_sizes_are_bounded_before_parsing():
    """An oversized body is refused by its length, whatever it holds."""
    assert refusal(messages.decode_request, b"[" * (limits.REQUEST_BYTES + 1)).code is ErrorCode.TOO_LARGE
    assert refusal(messages.decode_grant, b"[" * (limits.GRANT_BYTES + 1)).code is ErrorCode.TOO_LARGE


def test_the_longest_history_fits(request_json):
    """A request with the most logs and the largest numbers is below the size limit; one log more is refused."""
    log = {"chain": "f" * 32, "incarnation": "f" * 32, "seq": limits.SEQ_MAX, "head": "f" * 64}
    request_json["body"]["standing"]["logs"] = [log] * limits.HISTORY_LOGS
    assert len(messages.decode_request(json.dumps(request_json).encode()).body.standing.logs) == limits.HISTORY_LOGS
    request_json["body"]["standing"]["logs"].append(log)
    assert refusal(messages.decode_request, request_json).code is ErrorCode.MALFORMED


def test_errors_quote_nothing(request_json):
    """A refusal names our own field but repeats nothing of a hostile body."""
    request_json["body"]["signing"] = "秘密13800138000"
    text = str(refusal(messages.decode_request, request_json))
    assert "$.body.signing" in text
    assert "13800138000" not in text
    hostile = {"body": {"version": 1, "x" * 500: 1, "\x1b[31m": 2}}
    assert len(str(refusal(messages.decode_request, hostile))) < 200


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=100).map(str.encode)))
def test_no_bytes_crash_the_decoders(raw):
    """Whatever arrives, both decoders give a message or one of our refusals."""
    for decode in (messages.decode_request, messages.decode_grant):
        assert refusal(decode, raw).code in {ErrorCode.MALFORMED, ErrorCode.VERSION_UNSUPPORTED}


def test_deep_nesting_is_refused():
    """Nested brackets neither crash nor hang the decoder."""
    deep = b'{"body":{"version":1,"x":' + b"[" * 50_000 + b"]" * 40_000 + b"}}"
    assert refusal(messages.decode_request, deep).code is ErrorCode.MALFORMED


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(0, 10**6))
def test_a_truncated_message_is_refused(enrolment, cut):
    """A message cut at any byte is refused."""
    raw = messages.encode(enrolment.request)
    assert refusal(messages.decode_request, raw[: cut % len(raw)]).code is ErrorCode.MALFORMED
