"""The command line: what it prints, for people and for programs, and how it ends."""

import io
import json
import subprocess
import sys

import pytest

from hq_server.head_office import sign_in, users
from hq_server.head_office.secrets import digest
from hq_server.storage.database import open_connection, transaction
from stayopen import cli
from stayopen.output import FAILED, OK, REFUSED


@pytest.fixture
def run(capsys, tmp_path):
    """Run a command; returns its exit code, its standard output (JSON decoded where asked for) and its errors."""

    def call(*words, password=None):
        words = list(words)
        if password is not None:
            (tmp_path / "password").write_text(f"{password}\nmore", encoding="utf-8")
            words += ["--password-file", str(tmp_path / "password")]
        try:
            code = cli.main(words)
        except SystemExit as ended:  # argparse
            code = ended.code
        captured = capsys.readouterr()
        out = json.loads(captured.out) if "--json" in words and captured.out else captured.out
        return code, out, captured.err

    return call


@pytest.fixture
def hq(run, tmp_path):
    """A folder with a fresh HQ; returns the words that name it."""
    folder = str(tmp_path / "hq")
    assert run("hq", "init", "--data", folder)[0] == OK
    return ("--data", folder)


def may_sign_in(folder, name, password):
    """Whether a password opens a session, and whether it has to be changed."""
    conn = open_connection(f"{folder}/hq.db")
    with transaction(conn):
        result = sign_in.sign_in(conn, name, digest(password, sign_in.salt_of(conn, name)), b"t" * 32, 1)
        sign_in.sign_out(conn, b"t" * 32)
    conn.close()
    return isinstance(result, sign_in.SignedIn), isinstance(result, sign_in.SignedIn) and result.user.must_change


@pytest.mark.parametrize(
    "words", [(), ("hq",), ("edge",), ("hq", "nonsense"), ("hq", "enrol-code"), ("replay", "--days", "x")]
)
def test_wrong_command_lines_end_with_two(run, words):
    """A command line that cannot be meant ends 2 and says what is wrong."""
    code, _, err = run(*words)
    assert code == 2
    assert "usage: stayopen" in err


@pytest.mark.parametrize("words", [(), ("hq",), ("hq", "init"), ("edge", "enrol"), ("replay",), ("demo",)])
def test_every_command_explains_itself(run, words):
    """--help names the options and ends 0."""
    code, out, _ = run(*words, "--help")
    assert code == OK
    assert "usage: stayopen" in out


def test_init_makes_a_chain_once(run, tmp_path):
    """The generated password is shown once and must be changed; a second init changes nothing."""
    folder = str(tmp_path / "hq")
    code, made, _ = run("hq", "init", "--data", folder, "--json")
    assert code == OK
    assert len(made["chain"]) == 32
    assert may_sign_in(folder, "admin", made["password"]) == (True, True)
    code, _, err = run("hq", "init", "--data", folder)
    assert code == REFUSED
    assert "already_started" in err
    assert "stayopen hq serve" in err
    assert may_sign_in(folder, "admin", made["password"]) == (True, True)


def test_a_password_from_a_file_is_final(run, tmp_path):
    """A password that its owner chose is not printed and need not be changed; a weak one is refused."""
    folder = str(tmp_path / "hq")
    code, made, _ = run(
        "hq", "init", "--data", folder, "--user", "chen.jing", "--json", password="一二三四五六七八九十"
    )
    assert (code, made["password"]) == (OK, "")
    assert may_sign_in(folder, "chen.jing", "一二三四五六七八九十") == (True, False)
    code, _, err = run("hq", "user", "li.na", "--data", folder, password="短")
    assert code == REFUSED
    assert "weak_secret" in err
    code, _, err = run("hq", "user", "li.na", "--data", folder, "--password-file", str(tmp_path / "nowhere"))
    assert (code, "cannot read" in err) == (REFUSED, True)


def test_users_are_added_and_given_new_passwords(run, hq):
    """The shell of HQ's own machine can always let somebody in."""
    _, first, _ = run("hq", "user", "li.na", "--role", "operator", *hq, "--json")
    assert may_sign_in(hq[1], "li.na", first["password"]) == (True, True)
    _, second, _ = run("hq", "user", "li.na", *hq, "--json")
    assert may_sign_in(hq[1], "li.na", first["password"]) == (False, False)
    assert may_sign_in(hq[1], "li.na", second["password"]) == (True, True)
    conn = open_connection(f"{hq[1]}/hq.db")
    assert users.get(conn, "li.na").role == "operator"
    conn.close()


def test_enrolment_codes_are_one_line_for_programs(run, hq):
    """A code names its branch and its end; a branch id out of form is refused."""
    code, made, _ = run("hq", "enrol-code", "--branch", "b001", "--name", "南京路店", *hq, "--json")
    assert (code, made["branch"]) == (OK, "b001")
    assert made["code"].count("-") > 5
    code, _, err = run("hq", "enrol-code", "--branch", "HQ", *hq)
    assert code == REFUSED
    assert "bad_value" in err


def test_status_and_verify_of_an_example_chain(run, tmp_path):
    """The example chain shows its branches and verifies."""
    where = ("--data", str(tmp_path / "hq"))
    assert run("hq", "init", *where, "--example")[0] == OK
    code, status, _ = run("hq", "status", *where, "--json")
    assert code == OK
    assert [(shop["branch"], shop["name"]) for shop in status["branch_list"]] == [
        ("b001", "南京路店"),
        ("b002", "徐家汇店"),
        ("b003", "五角场店"),
    ]
    assert status["members"] == 12
    code, report, _ = run("hq", "verify", *where, "--json")
    assert (code, report["ok"], report["violations"]) == (OK, True, [])
    assert report["entries"] == status["log_seq"]
    assert "南京路店" in run("hq", "status", *where)[1]


def test_verify_ends_with_one_when_something_is_wrong(run, tmp_path):
    """A byte changed in HQ's log is found, told and ends 1."""
    where = ("--data", str(tmp_path / "hq"))
    run("hq", "init", *where, "--example")
    conn = open_connection(f"{where[1]}/hq.db")
    conn.execute("UPDATE own_log SET entry = CAST(substr(entry, 1, length(entry) - 1) || x'00' AS BLOB) WHERE n = 5")
    conn.close()
    code, report, _ = run("hq", "verify", *where, "--json")
    assert (code, report["ok"]) == (FAILED, False)
    assert report["violations"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("hq", "status", "--data", "{}/none"), "stayopen hq init"),
        (("hq", "serve", "--data", "{}/none", "--office-port", "70000"), "--office-port"),
        (("edge", "serve", "--data", "{}/none", "--port", "-1"), "--port"),
        (("edge", "status", "--data", "{}/none"), "keystore_missing"),
        (("edge", "enrol", "--data", "{}/edge", "--hq", "https://127.0.0.1:1", "--code", "ABC"), "code_mistyped"),
        (("edge", "status", "--config", "{}/none.toml"), "none.toml"),
        (("hq", "status", "--config", "{}/none.toml"), "none.toml"),
    ],
)
def test_refusals_say_what_to_do(run, tmp_path, words, told):
    """What cannot be done ends 3 with one sentence and no trace."""
    code, _, err = run(*(word.format(tmp_path) for word in words))
    assert code == REFUSED
    assert told in err
    assert "Traceback" not in err


@pytest.mark.parametrize(("chosen", "absent"), [("edge", "hq_server.app"), ("hq", "edge_node.app")])
def test_a_command_loads_its_own_program_only(chosen, absent):
    """A branch's box loads no head office and the other way round: memory is scarce there."""
    script = f"import sys; from stayopen import cli; cli.parser({chosen!r}); print({absent!r} in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "False"


def test_a_code_may_come_by_standard_input(run, tmp_path, monkeypatch):
    """Without --code the code is read from standard input: arguments are shown to every user of a box."""
    monkeypatch.setattr("sys.stdin", io.StringIO("ABC\n"))
    code, _, err = run("edge", "enrol", "--data", str(tmp_path / "edge"), "--hq", "https://127.0.0.1:1")
    assert code == REFUSED
    assert "code_mistyped" in err


def test_files_are_their_owners(run, tmp_path):
    """Databases are closed to others, also in a folder that was there before and is open to all."""
    folder = tmp_path / "open"
    folder.mkdir(mode=0o755)
    assert run("hq", "init", "--data", str(folder))[0] == OK
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert any(path.name == "hq.db" for path in files)
    assert [path.name for path in files if path.stat().st_mode & 0o077] == []
