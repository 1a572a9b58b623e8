"""The console at ``/`` of the office's port: what the build put into this package's ``console`` folder.

Its pages have addresses of their own (``/members``, ``/settings/users``), each answered by the one page; everything
below ``/office`` is the API's.
"""

from pathlib import Path

from aiohttp import web

from foundation.http_api.pages import App

FOLDER = Path(__file__).parent / "console"
"""Where the build puts the console."""

CONSOLE = App(
    hints={
        "zh-CN": (
            "总部界面尚未构建",
            "账目都在，接口照常工作。请在程序目录运行 pip install . 后重新启动本程序。",
        ),
        "zh-TW": (
            "總部介面尚未建置",
            "帳目都在，介面程式照常運作。請在程式目錄執行 pip install . 後重新啟動本程式。",
        ),
        "en": (
            "The console was not built",
            "All data is safe and the API works. Run “pip install .” in the program's folder and start it again.",
        ),
    },
    taken=frozenset({"office"}),
    history=True,
)


def install(app: web.Application, folder: Path = FOLDER) -> None:
    """Add the console in `folder` to the office's `app`, after all its routes."""
    CONSOLE.install(app, folder)
