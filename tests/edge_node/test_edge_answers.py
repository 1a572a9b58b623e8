"""Idempotency: one key, one answer, also for a refusal, also after a crash."""

import pytest
from edge_shop import KEY, Shop

from edge_node import limits
from edge_node.errors import Code, KeyConflictError, MendInputError, NotNowError
from edge_node.ledger import answers
from edge_node.ledger.answers import Key, Reply, once, parse_key
from edge_node.storage.database import open_connection, transaction

DIGEST = b"d" * 32


def _refuse(error: Exception) -> Reply:
    return Reply(409, str(error).encode())


def _note(shop: Shop, key: Key, *, fail: bool = False, digest: bytes = DIGEST, now: int = 5) -> Reply:
    def work(conn):
        conn.execute("INSERT INTO meta VALUES (?, 1)", (f"did {key.n}",))
        if fail:
            raise NotNowError(Code.SHIFT_NEEDED)
        return Reply(200, f"answer {key.n}".encode())

    with transaction(shop.conn):
        return once(shop.conn, key, digest, now, work=work, refuse=_refuse)


def _done(shop: Shop) -> list[str]:
    return [name for (name,) in shop.rows("SELECT name FROM meta WHERE name LIKE 'did %' ORDER BY name")]


def test_the_same_key_gets_the_stored_answer(shop: Shop):
    """The second request changes nothing and gets the very bytes of the first, also after a restart."""
    first = _note(shop, Key("T1", 1))
    assert _note(shop, Key("T1", 1)) == first
    shop.conn.close()
    shop.conn = open_connection(shop.path, KEY)
    assert _note(shop, Key("T1", 1)) == first
    assert _done(shop) == ["did 1"]


def test_a_refusal_is_stored_and_undoes_its_work(shop: Shop):
    """A refused request stays refused under its key, and nothing it wrote remains."""
    refused = _note(shop, Key("T1", 1), fail=True)
    assert refused.status == 409
    assert _done(shop) == []
    assert _note(shop, Key("T1", 1)) == refused
    assert _done(shop) == []


def test_a_fault_of_the_program_stores_nothing(shop: Shop):
    """An unexpected error undoes everything, so that the same key can be tried again."""

    def work(conn):
        conn.execute("INSERT INTO meta VALUES ('did 1', 1)")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), transaction(shop.conn):
        once(shop.conn, Key("T1", 1), DIGEST, 5, work=work, refuse=_refuse)
    assert _note(shop, Key("T1", 1)).status == 200


def test_another_request_under_the_same_key_is_refused(shop: Shop):
    """A key belongs to one request's digest for ever."""
    _note(shop, Key("T1", 1))
    with pytest.raises(KeyConflictError) as caught:
        _note(shop, Key("T1", 1), digest=b"e" * 32)
    assert caught.value.code is Code.KEY_REUSED


def test_a_lower_unknown_number_is_refused(shop: Shop):
    """Nobody can tell whether an older unknown request was done; other tills count for themselves."""
    _note(shop, Key("T1", 7))
    with pytest.raises(KeyConflictError) as caught:
        _note(shop, Key("T1", 6))
    assert (caught.value.code, caught.value.evidence) == (Code.KEY_OUTDATED, {"n": 6, "newer": 7})
    assert _note(shop, Key("T2", 1)).status == 200
    assert _note(shop, Key("T1", 9)).status == 200


def test_no_request_uses_up_a_tills_numbers(shop: Shop):
    """A number far beyond the till's last is refused and not kept; the till goes on where it was."""
    assert _note(shop, Key("T1", limits.KEY_JUMP)).status == 200
    for key, last in ((Key("T1", 2 * limits.KEY_JUMP + 1), limits.KEY_JUMP), (Key("T2", limits.IDEMPOTENCY_N), 0)):
        with pytest.raises(KeyConflictError) as caught:
            _note(shop, key)
        assert (caught.value.code, caught.value.evidence) == (Code.KEY_TOO_FAR, {"n": key.n, "last": last})
    assert _note(shop, Key("T1", limits.KEY_JUMP + 1)).status == 200
    assert _note(shop, Key("T1", 2 * limits.KEY_JUMP + 1)).status == 200
    assert _note(shop, Key("T2", 1)).status == 200


def test_answers_are_kept_ninety_days_and_the_newest_for_ever(shop: Shop):
    """Pruning leaves each till its newest answer, so that older numbers stay refused."""
    for n in (1, 2, 3):
        _note(shop, Key("T1", n), now=5)
    assert shop.write(answers.prune, 5 + limits.ANSWER_KEPT_MS) == 0
    assert shop.write(answers.prune, 6 + limits.ANSWER_KEPT_MS) == 2
    with pytest.raises(KeyConflictError):
        _note(shop, Key("T1", 2))
    assert _note(shop, Key("T1", 3)).body == b"answer 3"


def test_keys_are_till_and_number():
    """``<till>-<n>`` with n from 1; anything else is not a key."""
    assert parse_key("front-2-17") == Key("front-2", 17)
    for text in (
        "",
        "T1",
        "T1-0",
        "T1--",
        "-1",
        "T1-01",
        "T1-1.5",
        "收银-1",
        "T1-99999999999999999",
        "x" * 17 + "-1",
        "T1-1\n",
    ):
        with pytest.raises(MendInputError):
            parse_key(text)


def test_an_answer_is_amended_under_its_key_alone(shop: Shop):
    """An act that is not over when it is noted gets its real answer later; other keys keep theirs."""
    first, second = _note(shop, Key("T1", 1)), _note(shop, Key("T1", 2))
    with transaction(shop.conn):
        answers.amend(shop.conn, Key("T1", 2), Reply(409, b"half"))
    assert second != Reply(409, b"half")
    assert _note(shop, Key("T1", 2)) == Reply(409, b"half")
    assert _note(shop, Key("T1", 1)) == first
