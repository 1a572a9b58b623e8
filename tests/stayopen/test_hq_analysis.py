"""The command line's check of read models, and making them anew."""

import json
from io import StringIO

import pytest

from hq_server.storage.database import open_connection
from stayopen import cli, hq_analysis
from stayopen.output import FAILED, OK


@pytest.fixture
def chain(tmp_path):
    """The example chain's folder; nothing has followed its facts yet."""
    assert cli.main(["hq", "init", "--data", str(tmp_path / "hq"), "--example"]) == OK
    return tmp_path / "hq"


def ask(capsys, *words):
    """Run a command that answers in JSON."""
    capsys.readouterr()
    code = cli.main([*words, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_read_models_are_made_anew_and_verified(chain, capsys):
    """Made anew they hold every entry; verify compares them, and finds what was changed by hand."""
    where = ("--data", str(chain))
    code, done = ask(capsys, "hq", "rebuild-analysis", *where)
    assert code == OK
    code, report = ask(capsys, "hq", "verify", *where)
    assert (code, report["violations"]) == (OK, [])
    assert done["entries"] == report["entries"]
    conn = open_connection(chain / "hq.db")
    assert conn.execute("SELECT count(*), max(n) FROM acts").fetchone() == (report["entries"], report["entries"])
    conn.execute("UPDATE acts SET kind = 'sale' WHERE n = 2")
    conn.close()
    code, report = ask(capsys, "hq", "verify", *where)
    assert (code, report["violations"]) == (FAILED, ["act 2: not what its entry says"])
    assert ask(capsys, "hq", "rebuild-analysis", *where)[0] == OK
    assert ask(capsys, "hq", "verify", *where)[0] == OK


def test_progress_is_told_to_the_end(chain):
    """Whoever waits sees how many entries are done of how many."""
    conn = open_connection(chain / "hq.db")
    seen = StringIO()
    done = hq_analysis.make_anew(conn, lambda at, total: seen.write(f"{at}/{total} "))
    assert seen.getvalue().split()[-1] == f"{done}/{done}"
    conn.close()
