"""The edge node's configuration file."""

from pathlib import Path

import pytest

from edge_node.config import Config, ConfigError, DevicesConfig, TillConfig, load


def test_defaults_make_a_shop_of_its_own() -> None:
    """Without a file the node listens on loopback only."""
    assert load(None) == Config()
    assert load(None).till.host == "127.0.0.1"


def test_file_overrides(tmp_path: Path) -> None:
    """What the file says wins; the rest keeps its default."""
    file = tmp_path / "edge.toml"
    file.write_text('data = "somewhere"\n[till]\nport = 9000\n', encoding="utf-8")
    config = load(file)
    assert (config.data, config.till.port, config.till.host) == ("somewhere", 9000, "127.0.0.1")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("[till]\nport = 70000", "till.port"),
        ('[till]\nport = "80"', "till.port"),
        ("[till]\nprot = 1", "till"),
        ("colour = 1", "colour"),
        ("[hq]\nconnect_timeout_ms = -1", "hq.connect_timeout_ms"),
        ("[till]\ncertificate = 1", "till.certificate"),
        ('log_level = "loud"', "log_level"),
        ("data = [", "not TOML"),
    ],
)
def test_error_names_the_key(tmp_path: Path, text: str, path: str) -> None:
    """A mistake is told with its key path."""
    file = tmp_path / "edge.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=path):
        load(file)


def test_missing_file_is_told(tmp_path: Path) -> None:
    """A file that was named but is not there is an error, not a default."""
    with pytest.raises(ConfigError, match="cannot read"):
        load(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("host", "listen", "discovery", "looks"),
    [
        ("192.168.1.20", "", True, True),
        ("0.0.0.0", "", True, True),
        ("127.0.0.1", "", True, False),
        ("localhost", "", True, False),
        ("127.0.0.1", "0.0.0.0", True, True),
        ("192.168.1.20", "", False, False),
    ],
)
def test_the_lan_is_looked_at_where_there_is_one(host, listen, discovery, looks):
    """A node speaks mDNS where its tills are, or where it is told to; on loopback alone it saves the memory."""
    made = Config(till=TillConfig(host=host), devices=DevicesConfig(discovery=discovery, listen=listen))
    assert made.looks_at_lan is looks
