"""Users, passwords, sessions."""

import hashlib

import pytest
from journal_lines import journal
from office_world import NOW, PASSWORD, open_world

from hq_server.errors import HqError
from hq_server.head_office import limits, secrets, sign_in, users
from hq_server.storage.database import transaction


@pytest.fixture
def world(tmp_path):
    """A head office with one manager and one operator."""
    world = open_world(tmp_path)
    world.add_user("chen.jing", "manager")
    world.add_user("wang.fang", "operator", must_change=True)
    yield world
    world.conn.close()


def attempt(world, name, password, token=b"token", now=NOW):
    """Try to sign in as the API does."""
    with transaction(world.conn):
        digest = secrets.digest(password, sign_in.salt_of(world.conn, name))
        return sign_in.sign_in(world.conn, name, digest, hashlib.sha256(token).digest(), now)


def refused(world, function, *args):
    """The code with which an act is refused."""
    with pytest.raises(HqError) as caught:
        world.do(function, *args)
    return caught.value.code.value


def test_right_password_opens_a_session_until_it_ends(world):
    """A session lasts one working day or until it is ended."""
    result = attempt(world, "chen.jing", PASSWORD)
    token = hashlib.sha256(b"token").digest()
    assert result == sign_in.SignedIn(users.get(world.conn, "chen.jing"), NOW + limits.SESSION_LIFE)
    assert sign_in.who(world.conn, token, NOW + limits.SESSION_LIFE - 1).name == "chen.jing"
    assert sign_in.who(world.conn, token, NOW + limits.SESSION_LIFE) is None
    sign_in.sign_out(world.conn, token)
    assert sign_in.who(world.conn, token, NOW) is None


def test_wrong_passwords_cost_growing_time(world):
    """After the free failures each further one doubles the wait, and even the right password waits."""
    for _ in range(limits.FREE_FAILURES - 1):
        assert attempt(world, "chen.jing", "不对不对不对不对不对") == sign_in.Refused(0)
    first = attempt(world, "chen.jing", "不对不对不对不对不对")
    assert first.retry_at == NOW + limits.FAILURE_DELAY
    assert attempt(world, "chen.jing", PASSWORD, now=NOW + 1) == first
    second = attempt(world, "chen.jing", "还是不对还是不对还是", now=first.retry_at)
    assert second.retry_at == first.retry_at + 2 * limits.FAILURE_DELAY
    assert isinstance(attempt(world, "chen.jing", PASSWORD, now=second.retry_at), sign_in.SignedIn)


def test_unknown_names_look_like_wrong_passwords(world):
    """An unknown user gets a steady salt, the same refusals and the same waits; its name is kept as a hash."""
    assert sign_in.salt_of(world.conn, "nobody") == sign_in.salt_of(world.conn, "nobody")
    assert len(sign_in.salt_of(world.conn, "nobody")) == limits.SALT_BYTES
    now = NOW
    for _ in range(limits.FREE_FAILURES + 3):
        known, unknown = (attempt(world, name, "不对不对不对不对不对", now=now) for name in ("chen.jing", "nobody"))
        assert known == unknown
        if known.retry_at:
            assert attempt(world, "nobody", PASSWORD, now=now + 1) == known
        now = max(now + 1, known.retry_at)
    assert known.retry_at > now - limits.FAILURE_DELAY_MAX
    assert b"nobody" not in world.conn.execute("SELECT name FROM strangers").fetchone()[0]


def test_invented_names_fill_no_table(world, monkeypatch):
    """Only the latest names that nobody has are remembered."""
    monkeypatch.setattr(limits, "STRANGERS", 2)
    for n in range(4):
        for _ in range(limits.FREE_FAILURES):
            refusal = attempt(world, f"nobody{n}", PASSWORD, now=NOW + n)
        assert refusal.retry_at == NOW + n + limits.FAILURE_DELAY
    assert world.conn.execute("SELECT count(*), min(failed_at) FROM strangers").fetchone() == (2, NOW + 2)


def test_oldest_session_gives_way(world):
    """One person has a bounded number of sessions; the oldest ends, never the one just opened."""
    for n in range(limits.SESSIONS_PER_USER + 1):
        attempt(world, "chen.jing", PASSWORD, token=b"%d" % n, now=NOW + n)
    assert sign_in.who(world.conn, hashlib.sha256(b"0").digest(), NOW) is None
    assert sign_in.who(world.conn, hashlib.sha256(b"1").digest(), NOW) is not None
    for n in range(100, 103 + limits.SESSIONS_PER_USER):
        attempt(world, "chen.jing", PASSWORD, token=b"%d" % n)
        assert sign_in.who(world.conn, hashlib.sha256(b"%d" % n).digest(), NOW) is not None


def test_who_leaves_is_out_at_once(world):
    """Taking a user's role or access away ends their sessions."""
    attempt(world, "wang.fang", PASSWORD)
    token = hashlib.sha256(b"token").digest()
    world.do(users.change, users.User("wang.fang", "王芳", "accountant", active=True, must_change=False))
    assert sign_in.who(world.conn, token, NOW) is None
    world.do(users.change, users.User("wang.fang", "王芳", "accountant", active=False, must_change=False))
    assert attempt(world, "wang.fang", PASSWORD) == sign_in.Refused(0)


def test_one_manager_remains(world):
    """The last manager can neither leave nor become something less."""
    chen = users.get(world.conn, "chen.jing")
    less = users.User("chen.jing", chen.display, "operator", active=True, must_change=False)
    assert refused(world, users.change, less) == "last_manager"
    assert users.get(world.conn, "chen.jing") == chen


def test_new_password_ends_sessions_and_must_be_changed_when_given(world):
    """A password set by oneself is final; one given by another has to be changed."""
    attempt(world, "wang.fang", PASSWORD)
    secret = secrets.new_password("新的密码在这里一二三", world.entropy(16))
    world.do(users.set_secret, "wang.fang", secret, by="wang.fang")
    assert sign_in.who(world.conn, hashlib.sha256(b"token").digest(), NOW) is None
    assert users.get(world.conn, "wang.fang").must_change is False
    world.do(users.set_secret, "wang.fang", secret)
    assert users.get(world.conn, "wang.fang").must_change is True


@pytest.mark.parametrize(
    ("name", "display", "role", "code"),
    [
        ("Chen", "陈静", "manager", "bad_value"),
        ("13800010001", "陈静", "manager", "bad_value"),
        ("console", "陈静", "manager", "bad_value"),
        ("li.na", "", "manager", "bad_value"),
        ("li.na", "李娜\n", "manager", "bad_value"),
        ("li.na", "李娜", "cashier", "bad_value"),
        ("chen.jing", "陈静", "manager", "user_exists"),
    ],
)
def test_odd_users_are_refused(world, name, display, role, code):
    """Names, display names and roles are checked; a name is given once."""
    user = users.User(name, display, role, active=True, must_change=True)
    assert refused(world, users.create, user, secrets.Secret(b"", b"")) == code


@pytest.mark.parametrize("password", ["", "short", "aaaaaaaaaaaa", "x" * 129])
def test_weak_passwords_are_refused(password):
    """A password needs length and variety."""
    with pytest.raises(HqError, match="weak_secret"):
        secrets.new_password(password, b"s" * 16)


@pytest.mark.parametrize("pin", ["123", "12a4", "１２３４", "1234567890123"])
def test_odd_pins_are_refused(pin):
    """A PIN has four to twelve ASCII digits."""
    with pytest.raises(HqError, match="weak_secret"):
        secrets.new_pin(pin, b"s" * 16)


def test_every_act_stands_in_the_journal(world):
    """Creating, changing and giving passwords are facts in HQ's log, newest first."""
    world.do(users.set_secret, "wang.fang", secrets.Secret(b"s" * 16, b"h" * 32))
    lines = journal(world.conn, 50)
    assert [(line.body["act"], line.body["subject"], line.body["staff"]) for line in lines[:2]] == [
        ("password_set", "wang.fang", "chen.jing"),
        ("user_created", "wang.fang", "console"),
    ]
    rest = [(line.kind, line.body["act"]) for line in lines[2:]]
    assert rest == [("audit", "user_created"), ("incarnation", "opened")]
