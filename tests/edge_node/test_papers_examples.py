"""What head office's console previews papers with."""

from pathlib import Path

import pytest

from edge_node.devices.papers import examples

CONSOLE = Path(__file__).resolve().parents[2] / "web" / "console"


@pytest.mark.parametrize("path", list(examples.texts()), ids=str)
def test_the_console_has_the_templates_and_papers_of_now(path):
    """After a template or a sample changes, ``python -m edge_node.devices.papers.examples web/console`` was run."""
    assert (CONSOLE / path).read_text(encoding="utf-8") == examples.texts()[path]
