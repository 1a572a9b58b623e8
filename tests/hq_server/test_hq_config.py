"""HQ's configuration and lease."""

import pytest

from hq_server.config import Config, load
from hq_server.errors import Code, StopError
from hq_server.lease import Lease


def test_without_a_file_everything_has_a_default(tmp_path):
    """HQ starts without a configuration; a file changes what it names."""
    assert load(None) == Config()
    path = tmp_path / "hq.toml"
    path.write_text('data = "/srv/总部"\n[office]\nport = 9000\n', encoding="utf-8")
    made = load(path)
    assert (str(made.database), made.office.port, made.branches.port) == ("/srv/总部/hq.db", 9000, 8443)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[office]\nport = 70000\n", "$.office.port"),
        ("[branches]\nmost = 0\n", "$.branches.most"),
        ("[office]\nhots = 1\n", "$.office"),
        ('log_level = "loud"\n', "$.log_level"),
        ("data = ", "Invalid"),
    ],
)
def test_an_error_names_its_place(tmp_path, text, said):
    """What cannot be used is said with the path to it."""
    path = tmp_path / "hq.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StopError) as refused:
        load(path)
    assert refused.value.code is Code.BAD_CONFIG
    assert said in str(refused.value)


def test_missing_file_is_said(tmp_path):
    """A file that was named must be there."""
    with pytest.raises(StopError) as refused:
        load(tmp_path / "none.toml")
    assert refused.value.code is Code.BAD_CONFIG


def test_one_lease_per_folder(tmp_path):
    """The lease is held by one at a time, and free again at its end."""
    with Lease(tmp_path):
        with pytest.raises(StopError) as refused:
            Lease(tmp_path).take()
        assert refused.value.code is Code.ALREADY_RUNNING
    with Lease(tmp_path):
        pass
