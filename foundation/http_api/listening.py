"""How a program listens: idle and half-open connections end, and a broken request is one readable line in the log."""

import logging

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

IDLE_S = 30.0
"""A connection that asks nothing, or whose headers do not come, ends after so long; aiohttp would hold it an hour."""


class Plain(logging.Filter):
    """Tell a request that is no HTTP by its kind alone: its line may hold a phone number, and a trace says no more."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Reword the record; anything but broken HTTP keeps its trace."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, HttpProcessingError | web.RequestPayloadError):
            record.msg, record.args = "broken request refused: %s", (type(error).__name__,)
            record.exc_info = record.exc_text = None
            record.levelno, record.levelname = logging.INFO, "INFO"
        return True


_LOG = logging.getLogger("stayopen.http")
_LOG.addFilter(Plain())


def runner(app: web.Application, shutdown_timeout: float) -> web.AppRunner:
    """Make the runner of `app`; `shutdown_timeout`: seconds for requests under way.

    There is no access log: URLs may hold personal data.
    """
    return web.AppRunner(
        app,
        access_log=None,
        logger=_LOG,
        keepalive_timeout=IDLE_S,
        shutdown_timeout=shutdown_timeout,
    )
