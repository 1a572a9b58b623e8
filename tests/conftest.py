"""What holds for every test: properties draw the same examples on each run; HYPOTHESIS_PROFILE=search draws anew.

Run on several workers, all tests in a browser share one of them, so that there is one browser at a time.
"""

import os

import pytest
from hypothesis import settings

BROWSER = ("tests/browser/", "tests/edge_node/test_customer_screen_browser.py")
"""Beginnings of the names of tests in a browser."""

settings.register_profile("repeatable", derandomize=True)
settings.register_profile("search", derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Hand the tests out one by one, those in a browser together (xdist's own groups know no pytest above 9.1)."""
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415 - only where there are workers

    class OneBrowser(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "browser" if nodeid.startswith(BROWSER) else nodeid

    return OneBrowser(config, log)
